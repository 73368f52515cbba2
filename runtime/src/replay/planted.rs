//! Faults planted in the actions, which the replay must catch.

use hyaline_model::Alert;
use hyaline_model::table::{Action, CallResult, KeyUpdateRequest, Message};

use crate::Connection;
use crate::crypto::CryptoProvider;

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
}

impl Planted {
    /// All of them.
    pub const ALL: [Self; 20] = [
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
            _ => action,
        };
        [before, Some(instead)]
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Plants a fault.
    pub fn plant(&mut self, planted: Planted) {
        self.receiver.core.probe.planted = Some(planted);
        self.sender.core.probe.planted = Some(planted);
    }
}
