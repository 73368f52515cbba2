//! What must not happen.

use std::fmt;

use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;

/// Something that plain TCP does not do to its programs, or that is not sound in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnboundedViolation {
    /// A call has this result, which between two ends of ours no call may have.
    Result(ProgramCall, ProgramResult),
    /// A stream ends though the peer's data is still on its way.
    EarlyEnd,
    /// A write has returned, and its record waits in the outbox.
    EarlyReturn,
    /// A record of application data is neither where it was nor where it had to go.
    DataLost,
    /// The transport resets the connection; whether application data was thrown away by it.
    Reset {
        /// A record of data was unread, or came too late: plain TCP resets the connection too.
        of_data: bool,
    },
    /// A call that reads or waits was not told of the failure that an alert has told.
    NotTold(ProgramCall),
    /// The endpoint reports this.
    Unsound(&'static str),
    /// A pending call is not ready for its own direction, whatever the other one holds.
    NotIndependent(ProgramCall),
    /// A queue has more records that are not data than any constant allows.
    Unbounded,
    /// Nothing has to happen, and a read waits though something for it is on its way.
    ReadWaits(OnItsWay),
    /// Nothing has to happen, and a write waits for room that TCP would have.
    WriteWaits {
        /// Records that the peer's application has not read.
        unread: u8,
        /// Records in the queues that are not data.
        control: u8,
    },
    /// Nothing has to happen, and this call waits where it must never wait.
    CallWaits(ProgramCall),
    /// Nothing has to happen, and nobody was told of the rejected certificate.
    NobodyTold,
    /// Something happens for ever while no call begins and no data moves on.
    NoCall,
}

/// What may be on its way to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnItsWay {
    /// Application data.
    Data,
    /// A close_notify or another alert, or a FIN.
    End,
    /// Other records only. No call waits for these; but none has to stay on its way either.
    Control,
}

impl fmt::Display for UnboundedViolation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Result(call, result) => write!(formatter, "{call}: {result}"),
            Self::EarlyEnd => write!(formatter, "early end: data is on its way"),
            Self::EarlyReturn => write!(formatter, "write returns before its record has gone"),
            Self::DataLost => write!(formatter, "data is lost"),
            Self::Reset { of_data: true } => write!(formatter, "reset, of unread data"),
            Self::Reset { of_data: false } => write!(formatter, "reset, of control records only"),
            Self::NotTold(call) => write!(formatter, "{call} is not told of the failure"),
            Self::Unsound(name) => write!(formatter, "violated: {name}"),
            Self::NotIndependent(call) => write!(formatter, "{call} waits for the other direction"),
            Self::Unbounded => write!(formatter, "the records in a queue are not bounded"),
            Self::ReadWaits(OnItsWay::Data) => {
                write!(formatter, "read never returns: data is on its way")
            }
            Self::ReadWaits(OnItsWay::End) => {
                write!(formatter, "read never returns: the end is on its way")
            }
            Self::ReadWaits(OnItsWay::Control) => {
                write!(formatter, "control records stay on their way to a read")
            }
            Self::WriteWaits { unread, control } => write!(
                formatter,
                "write never returns: {unread} unread records before it, {control} control records"
            ),
            Self::CallWaits(call) => write!(formatter, "{call} never returns"),
            Self::NoCall => write!(formatter, "no call begins, and no end of steps"),
            Self::NobodyTold => write!(formatter, "nobody is told of the rejection"),
        }
    }
}
