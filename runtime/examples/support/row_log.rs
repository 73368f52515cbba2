//! The log of the rows of the table that connections take.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use hyaline::RowLogFile;

use super::support::Failure;

/// Where the rows go.
#[derive(Args)]
pub(crate) struct RowLogArguments {
    /// Append to this file, as a line of JSON, each row of the transition table that a connection
    /// takes. `hyaline validate` judges it, and tells where a connection stands that hangs. No
    /// secret is in it.
    #[arg(long, value_name = "FILE")]
    row_log: Option<PathBuf>,
}

impl RowLogArguments {
    /// The log, if one is asked for.
    pub(crate) fn open(&self) -> Result<Option<Arc<RowLogFile>>, Failure> {
        let Some(path) = &self.row_log else { return Ok(None) };
        let log = RowLogFile::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Some(Arc::new(log)))
    }
}
