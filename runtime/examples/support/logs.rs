//! What a client writes down of its connection.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use hyaline::crypto::CryptoProvider;
use hyaline::{ClientConfig, KeyLogFile};

use super::row_log::RowLogArguments;
use super::support::Failure;

/// Both logs.
#[derive(Args)]
pub(crate) struct LogArguments {
    /// Append the secrets of the connection to this file, in the SSLKEYLOGFILE format: whoever
    /// reads it can decrypt the connection.
    #[arg(long, value_name = "FILE")]
    keylog: Option<PathBuf>,

    #[command(flatten)]
    rows: RowLogArguments,
}

impl LogArguments {
    /// The configuration with the logs that are asked for.
    pub(crate) fn set<P: CryptoProvider>(
        &self,
        mut config: ClientConfig<P>,
    ) -> Result<ClientConfig<P>, Failure> {
        if let Some(path) = &self.keylog {
            let log =
                KeyLogFile::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            config = config.with_key_log(Arc::new(log));
        }
        Ok(match self.rows.open()? {
            Some(log) => config.with_row_log(log),
            None => config,
        })
    }
}
