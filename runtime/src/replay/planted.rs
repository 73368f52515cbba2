//! Faults planted in the actions, which the replay must catch.

use std::io::ErrorKind;
use std::ops::Range;

use hyaline_model::Alert;
use hyaline_model::table::{Action, CallResult, KeyUpdateRequest, Message, Reason};

use crate::crypto::CryptoProvider;
use crate::{Connection, HandshakeType};

/// One mistake in what the actions do, as a programmer might make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The reply to a KeyUpdate is not sealed.
    ReplyDropped,
    /// The sending key stays the same after our KeyUpdate.
    SendKeyNotAdvanced,
    /// The receiving key stays the same after the peer's KeyUpdate.
    ReceiveKeyNotAdvanced,
    /// The sending key changes before the KeyUpdate is sealed.
    SendKeyAdvancedTooEarly,
    /// The FIN is not sent.
    FinLost,
    /// The close_notify is not sealed.
    CloseNotifyLost,
    /// An error alert is not sealed.
    AlertLost,
    /// Application data that was opened does not reach the inbox.
    DataNotDelivered,
    /// Application data that was accepted is not sealed.
    DataNotSealed,
    /// Application data is sealed twice.
    DataSealedTwice,
    /// A read is done, and does not give its record to the application.
    DataNotGiven,
    /// A close leaves unread data in the inbox.
    UnreadKept,
    /// What can no longer be transmitted stays in the outbox.
    OutboxKept,
    /// The transport is not closed.
    NotClosed,
    /// A ticket is sealed twice.
    TicketTwice,
    /// The end of the stream is reported as data.
    EndHidden,
    /// A reset is reported as a clean end.
    ResetHidden,
    /// The change_cipher_spec of compatibility mode is forgotten.
    ChangeCipherSpecForgotten,
    /// The sending keys are kept after the end.
    SendKeysKept,
    /// The receiving keys are kept after the end.
    ReceiveKeysKept,
    /// The application is told nothing.
    NoticesLost,
    /// Every error alert is of the same kind.
    AlertChanged,
    /// Each ticket has the nonce of the first.
    TicketNonceRepeated,
    /// Of a chain of certificates only the first is sent.
    ChainCut,
    /// How the transport failed is forgotten.
    TransportErrorLost,
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::ReplyDropped,
        Self::SendKeyNotAdvanced,
        Self::ReceiveKeyNotAdvanced,
        Self::SendKeyAdvancedTooEarly,
        Self::FinLost,
        Self::CloseNotifyLost,
        Self::AlertLost,
        Self::DataNotDelivered,
        Self::DataNotGiven,
        Self::DataNotSealed,
        Self::DataSealedTwice,
        Self::UnreadKept,
        Self::OutboxKept,
        Self::NotClosed,
        Self::TicketTwice,
        Self::EndHidden,
        Self::ResetHidden,
        Self::ChangeCipherSpecForgotten,
        Self::SendKeysKept,
        Self::ReceiveKeysKept,
        Self::NoticesLost,
        Self::AlertChanged,
        Self::TicketNonceRepeated,
        Self::ChainCut,
        Self::TransportErrorLost,
    ];

    /// Whether the fault swallows the action.
    fn swallows(self, action: Action) -> bool {
        matches!(
            (self, action),
            (Self::ReplyDropped, Action::SendKeyUpdate(KeyUpdateRequest::NotRequested))
                | (
                    Self::SendKeyNotAdvanced | Self::SendKeyAdvancedTooEarly,
                    Action::AdvanceSendKey
                )
                | (Self::ReceiveKeyNotAdvanced, Action::AdvanceReceiveKey)
                | (Self::FinLost, Action::ShutdownWrite)
                | (Self::CloseNotifyLost, Action::SendAlert(Alert::CloseNotify))
                | (Self::DataNotDelivered, Action::Deliver)
                | (Self::DataNotGiven, Action::Take)
                | (Self::UnreadKept, Action::DropUnread)
                | (Self::OutboxKept, Action::DropOutbox)
                | (Self::NotClosed, Action::CloseTransport)
                | (Self::ChangeCipherSpecForgotten, Action::SendChangeCipherSpec)
                | (Self::SendKeysKept, Action::ForgetSendKeys)
                | (Self::ReceiveKeysKept, Action::ForgetReceiveKeys)
                | (Self::AlertLost, Action::SendErrorAlert(_))
                | (Self::NoticesLost, Action::Notify(_))
                | (Self::DataNotSealed, Action::SendApplicationData)
        )
    }
}

impl Planted {
    /// What is performed under this fault where a row names `action`: an action before it, if any,
    /// and the action in its place, if any.
    pub(super) fn performed(self, action: Action) -> [Option<Action>; 2] {
        if self.swallows(action) {
            return [None, None];
        }
        let before = match (self, action) {
            (Self::SendKeyAdvancedTooEarly, Action::SendKeyUpdate(_)) => {
                Some(Action::AdvanceSendKey)
            }
            (Self::DataSealedTwice, Action::SendApplicationData)
            | (Self::TicketTwice, Action::Send(Message::NewSessionTicket)) => Some(action),
            _ => None,
        };
        let instead = match (self, action) {
            (Self::EndHidden, Action::Complete(CallResult::EndOfStream)) => {
                Action::Complete(CallResult::Ok)
            }
            (Self::ResetHidden, Action::Complete(CallResult::Reset)) => {
                Action::Complete(CallResult::EndOfStream)
            }
            (Self::AlertChanged, Action::SendErrorAlert(_)) => {
                Action::SendErrorAlert(Reason::OwnFailure)
            }
            _ => action,
        };
        [before, Some(instead)]
    }

    /// Changes one of our handshake messages before it is absorbed and sealed.
    pub(super) fn forge(self, message: HandshakeType, bytes: &mut Vec<u8>) {
        match (self, message) {
            (Self::TicketNonceRepeated, HandshakeType::NewSessionTicket) => {
                if let Some(nonce) = bytes.get_mut(NONCE) {
                    nonce.fill(0);
                }
            }
            (Self::ChainCut, HandshakeType::Certificate) => cut_chain(bytes),
            _ => {}
        }
    }

    /// How the transport failed, as it is kept under this fault.
    pub(super) const fn transport_error(self, kind: ErrorKind) -> ErrorKind {
        match self {
            Self::TransportErrorLost => ErrorKind::ConnectionReset,
            _ => kind,
        }
    }
}

/// Where a NewSessionTicket of ours has its nonce: behind the header, the lifetime, the addend of
/// the age and the nonce's length (RFC 9846 section 4.7.1).
pub(super) const NONCE: Range<usize> = 13..15;

/// Leaves only the first entry of a Certificate message without a context (section 4.5.1), if there
/// are more.
fn cut_chain(bytes: &mut Vec<u8>) {
    const LIST: usize = 8;
    let length_at = |bytes: &[u8], at: usize, width: usize| {
        let field = bytes.get(at..at + width).unwrap_or_default();
        field.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    };
    let extensions = LIST + 3 + length_at(bytes, LIST, 3);
    bytes.truncate(extensions + 2 + length_at(bytes, extensions, 2));
    for (at, length) in [(1, bytes.len() - 4), (5, bytes.len() - LIST)] {
        let field = length.to_be_bytes();
        if let (Some(into), [.., high, middle, low]) = (bytes.get_mut(at..at + 3), field) {
            into.copy_from_slice(&[high, middle, low]);
        }
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Plants a fault.
    pub fn plant(&mut self, planted: Planted) {
        self.receiver.core.probe.planted = Some(planted);
        self.sender.core.probe.planted = Some(planted);
    }

    /// The nonces of the tickets that were sealed, in order.
    pub fn ticket_nonces(&self) -> &[Vec<u8>] {
        &self.sender.core.probe.ticket_nonces
    }
}
