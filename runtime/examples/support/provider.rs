//! Whose cryptography a program uses, as an argument.

use clap::{Args, ValueEnum};
#[cfg(feature = "aws-lc-rs")]
use hyaline::crypto::AwsLcRs;
use hyaline::crypto::CryptoProvider;
#[cfg(feature = "ring")]
use hyaline::crypto::Ring;

use crate::support::Failure;

/// The choice of a provider.
#[derive(Args)]
pub(crate) struct ProviderArguments {
    /// Whose cryptography to use, of what this program was built with: see --features of cargo.
    #[arg(long, value_enum, default_value_t)]
    provider: ProviderName,
}

/// The providers with which this program was built.
#[derive(Clone, Copy, Default, ValueEnum)]
enum ProviderName {
    /// The crate ring.
    #[cfg(feature = "ring")]
    #[default]
    Ring,
    /// The crate aws-lc-rs, which has P-521 besides.
    #[cfg(feature = "aws-lc-rs")]
    #[cfg_attr(not(feature = "ring"), default)]
    AwsLcRs,
}

/// A program that runs with any provider.
pub(crate) trait Program {
    /// Runs with this one.
    fn run<P: CryptoProvider>(&self, provider: P) -> Result<(), Failure>;
}

impl ProviderArguments {
    /// Runs a program with the chosen provider.
    pub(crate) fn run(&self, program: &impl Program) -> Result<(), Failure> {
        match self.provider {
            #[cfg(feature = "ring")]
            ProviderName::Ring => program.run(Ring),
            #[cfg(feature = "aws-lc-rs")]
            ProviderName::AwsLcRs => program.run(AwsLcRs),
        }
    }
}
