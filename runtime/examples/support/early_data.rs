//! Early data of the client (0-RTT, RFC 9846 section 2.3): what it is given, and what becomes of
//! it.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use hyaline::EarlyDataOutcome;

use crate::support::Failure;

/// Early data, as an argument.
#[derive(Args)]
pub(crate) struct EarlyDataArguments {
    /// Send the content of this file at once, behind our first message, where a session is resumed
    /// that allows so much (0-RTT). Otherwise, and where the server rejects it, it is sent as
    /// everything else is, before standard input.
    ///
    /// Whoever has recorded it can send it to the server again, and what was rejected here may
    /// have been accepted elsewhere: a file that is to arrive once is not for this.
    #[arg(long, value_name = "FILE", requires = "resume")]
    early_data: Option<PathBuf>,
}

impl EarlyDataArguments {
    /// The content of the file, if one is given.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(path) = &self.early_data else { return Ok(None) };
        let data = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Some(data))
    }
}

// ANCHOR: left
/// Says what has become of the early data, and gives what of them is still to be sent.
pub(crate) fn left(data: Option<Vec<u8>>, outcome: EarlyDataOutcome) -> Vec<u8> {
    let Some(data) = data else { return Vec::new() };
    let (told, left) = match outcome {
        EarlyDataOutcome::Accepted => ("accepted", Vec::new()),
        EarlyDataOutcome::Rejected => ("rejected, and sent again", data),
        EarlyDataOutcome::NotOffered | EarlyDataOutcome::Unknown => ("not offered", data),
    };
    let _ = writeln!(io::stderr(), "client: early data: {told}");
    left
}
// ANCHOR_END: left
