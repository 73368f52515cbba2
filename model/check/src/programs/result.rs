//! How calls end.

use std::fmt;

use hyaline_model::Alert;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgramResult {
    /// The call did what it was asked.
    Ok,
    /// The peer's direction has ended, after everything that its writes accepted.
    EndOfStream,
    /// The same, but not everything that the peer's writes accepted was delivered before. Over TCP
    /// a call sees no difference; the world does, and turns an endpoint's
    /// [`ProgramResult::EndOfStream`] into this.
    EarlyEnd,
    /// A FIN without close_notify (RFC 9846 section 6.1).
    Truncated,
    /// The peer reset the connection.
    Reset,
    /// The peer sent this error alert (RFC 9846 section 6.2).
    Alert(Alert),
    /// This end found an error, for which it sends this alert; or it refuses the call.
    Error(Option<Alert>),
    /// The deadline of a read passed, and nothing had come; or that of a write, and nothing was
    /// accepted. The program has asked for that, so it is no harm.
    GivenUp,
}

impl fmt::Display for ProgramResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ok => "ok",
            Self::EndOfStream => "end of stream",
            Self::EarlyEnd => "early end",
            Self::Truncated => "truncated",
            Self::Reset => "reset",
            Self::Alert(_) => "alert",
            Self::Error(_) => "error",
            Self::GivenUp => "given up",
        })
    }
}
