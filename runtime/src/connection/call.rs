//! The calls of the application.

use hyaline_model::table::{Event, ReceivingCall, SendingCall};

/// A call of the application that carries no data. The one that does is
/// [`start_write`](super::Connection::start_write).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Complete the handshake. It takes both places: no other call may be pending.
    Handshake,
    /// Receive application data.
    Read,
    /// End both directions and close the transport. It takes both places: no other call may be
    /// pending.
    Close,
    /// Transmit application data that an earlier write, cut short, has left.
    Flush,
    /// End our direction.
    HalfClose,
    /// Update our sending key and ask the peer to update its own.
    UpdateKey,
}

/// A call that a sending half can make alone, without data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SenderCall {
    /// As [`Call::Flush`].
    Flush,
    /// As [`Call::HalfClose`].
    HalfClose,
    /// As [`Call::UpdateKey`].
    UpdateKey,
}

impl From<SenderCall> for Call {
    fn from(control: SenderCall) -> Self {
        match control {
            SenderCall::Flush => Self::Flush,
            SenderCall::HalfClose => Self::HalfClose,
            SenderCall::UpdateKey => Self::UpdateKey,
        }
    }
}

/// The event by which a write begins.
pub(crate) const WRITE: Event = Event::StartSending(SendingCall::Write);

impl Call {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Handshake, Self::Read, Self::Close, Self::Flush, Self::HalfClose, Self::UpdateKey];

    /// The event by which it begins.
    pub(crate) const fn event(self) -> Event {
        match self {
            Self::Handshake => Event::StartReceiving(ReceivingCall::Handshake),
            Self::Read => Event::StartReceiving(ReceivingCall::Read),
            Self::Close => Event::StartReceiving(ReceivingCall::Close),
            Self::Flush => Event::StartSending(SendingCall::Flush),
            Self::HalfClose => Event::StartSending(SendingCall::HalfClose),
            Self::UpdateKey => Event::StartSending(SendingCall::UpdateKey),
        }
    }

    /// Whether no other call may be pending beside it.
    pub(crate) const fn takes_both_places(self) -> bool {
        matches!(self, Self::Handshake | Self::Close)
    }
}
