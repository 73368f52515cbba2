//! The calls of the application.

use hyaline_model::table::{Event, ReceivingCall, SendingCall};

/// A call of the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Complete the handshake. It takes both places: no other call may be pending.
    Handshake,
    /// Receive application data.
    Read,
    /// End both directions and close the transport. It takes both places: no other call may be
    /// pending.
    Close,
    /// Send application data.
    Write,
    /// Transmit application data that an earlier write, cut short, has left.
    Flush,
    /// End our direction.
    HalfClose,
    /// Update our sending key and ask the peer to update its own.
    UpdateKey,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Handshake,
        Self::Read,
        Self::Close,
        Self::Write,
        Self::Flush,
        Self::HalfClose,
        Self::UpdateKey,
    ];

    /// The event by which it begins.
    pub(crate) const fn event(self) -> Event {
        match self {
            Self::Handshake => Event::StartReceiving(ReceivingCall::Handshake),
            Self::Read => Event::StartReceiving(ReceivingCall::Read),
            Self::Close => Event::StartReceiving(ReceivingCall::Close),
            Self::Write => Event::StartSending(SendingCall::Write),
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
