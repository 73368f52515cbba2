//! What transports report, as errors of a connection, and errors as what programs over TCP expect.

use std::io;

use super::Error;

impl From<io::ErrorKind> for Error {
    /// What the transport reported. All kinds by which systems tell of a reset are
    /// [`Error::Reset`], and its own time-out is [`Error::PeerVanished`].
    fn from(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Self::Reset,
            // TCP's own time-out ends the connection; `Timeout` is a deadline of a call.
            io::ErrorKind::TimedOut => Self::PeerVanished,
            other => Self::Transport(other),
        }
    }
}

impl From<Error> for io::Error {
    /// Keeps the error as the source, under the kind that programs over TCP look for.
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Truncated => io::ErrorKind::UnexpectedEof,
            Error::Reset => io::ErrorKind::ConnectionReset,
            Error::Timeout | Error::CloseBudgetExpired => io::ErrorKind::TimedOut,
            Error::Interrupted => io::ErrorKind::Interrupted,
            Error::Transport(kind) => *kind,
            Error::PeerAlert(_) | Error::HandshakeCancelled | Error::PeerVanished => {
                io::ErrorKind::ConnectionAborted
            }
            Error::WriteAfterClose => io::ErrorKind::BrokenPipe,
            Error::NotConnected | Error::Closed => io::ErrorKind::NotConnected,
            Error::CallPending | Error::EarlyDataMisplaced | Error::Configuration(_) => {
                io::ErrorKind::InvalidInput
            }
            Error::NoRandomness | Error::SigningFailed | Error::WorkFailed | Error::Internal(_) => {
                io::ErrorKind::Other
            }
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_the_transport_is_told_by_its_kind_and_is_no_deadline() {
        use io::ErrorKind;
        for ends in [
            ErrorKind::ConnectionReset,
            ErrorKind::TimedOut,
            ErrorKind::HostUnreachable,
            ErrorKind::NetworkUnreachable,
            ErrorKind::NetworkDown,
        ] {
            let told: io::Error = Error::from(ends).into();
            assert!(!matches!(told.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock), "{ends}");
            let of_its_own =
                if ends == ErrorKind::TimedOut { ErrorKind::ConnectionAborted } else { ends };
            assert_eq!(told.kind(), of_its_own);
        }
    }

    #[test]
    fn an_error_survives_the_way_through_io() {
        let through: io::Error = Error::Truncated.into();
        assert_eq!(through.kind(), io::ErrorKind::UnexpectedEof);
        let inner = through.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        assert_eq!(inner, Some(&Error::Truncated));
    }
}
