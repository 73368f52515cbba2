//! The keys for which clients encrypt their ClientHello (RFC 9849), as arguments of a server.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use hyaline::EchKey;
use zeroize::Zeroizing;

use crate::support::Failure;

/// Keys from files.
#[derive(Args)]
pub(crate) struct EchKeyArguments {
    /// Read what clients encrypt for this key, as the example `ech_key` makes it; may be given
    /// several times, the one that clients are to use first. The certificates have to cover the
    /// key's public name, too: clients with an old key are told the new ones under that name.
    #[arg(long = "ech-key", value_name = "FILE")]
    ech_keys: Vec<PathBuf>,
}

impl EchKeyArguments {
    /// The keys.
    pub(crate) fn load(&self) -> Result<Vec<EchKey>, Failure> {
        let mut keys = Vec::new();
        for path in &self.ech_keys {
            let bad = |error: &dyn std::error::Error| {
                format!("cannot read a key for --ech-key from {}: {error}", path.display())
            };
            let text = Zeroizing::new(fs::read(path).map_err(|error| bad(&error))?);
            keys.extend(EchKey::from_pem(&text).map_err(|error| bad(&error))?);
        }
        Ok(keys)
    }
}
