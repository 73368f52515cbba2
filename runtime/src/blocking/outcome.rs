//! What the result of a call means to its caller.

use hyaline_model::table::CallResult;

use crate::Error;

/// The error behind a result, for calls other than reads. `error` is the connection's, and
/// `is_open` says whether its socket is.
pub(super) fn outcome(
    result: CallResult,
    error: Option<&Error>,
    is_open: bool,
) -> Result<(), Error> {
    Err(match result {
        CallResult::Ok => return Ok(()),
        // Where that is no result of a read: the peer gave up the handshake.
        CallResult::EndOfStream => Error::HandshakeCancelled,
        CallResult::Truncated => Error::Truncated,
        CallResult::TimedOut => Error::Timeout,
        CallResult::Unconfirmed => Error::CloseBudgetExpired,
        CallResult::Reset => match error {
            Some(error @ (Error::Transport(_) | Error::PeerVanished)) => error.clone(),
            _ => Error::Reset,
        },
        CallResult::Alert => match error {
            Some(error @ Error::PeerAlert(_)) => error.clone(),
            _ => Error::Internal("an alert that nobody kept"),
        },
        CallResult::Error => match error {
            // How the peer's direction ended does not refuse a call.
            None | Some(Error::Truncated) if is_open => Error::WriteAfterClose,
            None => Error::NotConnected,
            Some(error) => error.clone(),
        },
    })
}
