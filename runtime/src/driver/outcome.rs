//! What the result of a call means to its caller.

use hyaline_model::table::CallResult;

use crate::Error;

/// The error behind the result of a call; `error` is the [connection's](crate::Connection::error).
///
/// To a read [`CallResult::EndOfStream`] is no error, but the clean end; look for that before.
///
/// ```
/// use hyaline::driver::outcome;
/// use hyaline::{CallResult, Error};
///
/// assert_eq!(outcome(CallResult::Ok, None), Ok(()));
/// assert_eq!(outcome(CallResult::TimedOut, None), Err(Error::Timeout));
/// let failed = Some(&Error::BadFinished);
/// assert_eq!(outcome(CallResult::Error, failed), Err(Error::BadFinished));
/// ```
///
/// # Errors
/// What kept the call from being done.
pub fn outcome(result: CallResult, error: Option<&Error>) -> Result<(), Error> {
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
            // Our direction was closed while the handshake was pending. How the peer's direction
            // ended does not refuse a call.
            None | Some(Error::Truncated) => Error::WriteAfterClose,
            Some(error) => error.clone(),
        },
    })
}
