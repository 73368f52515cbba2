//! What surrounds the sending half: what the facts say of the outbox and of the sending key, and
//! what the actions seal.

use hyaline_model::Alert;
use hyaline_model::table::{
    Action, KeyUpdateRequest, Memory, Message, Notice, Outbox as OutboxFact, Row, SendingFacts,
};
use hyaline_model::turn::{Fault, Listener, Sending, World};

use super::core::SendingCore;
use super::handshake::{MISPLACED, grease};
use super::journal::{Journal, Written};
use super::resumption::IssuedTicket;
use crate::crypto::CryptoProvider;
use crate::message::{KeyUpdate, NewSessionTicket, encode_alert};
use crate::outbox::Outbox;
use crate::record::Content;
use crate::{Error, HandshakeType};

/// The length in bytes of a ticket that stands for nothing.
const TICKET_LENGTH: usize = 32;

/// What the application wants to write.
#[derive(Clone, Copy)]
pub(crate) enum Offered<'t> {
    /// These bytes.
    Bytes(&'t [u8]),
    /// So many bytes of what the outbox has lent.
    Lent(usize),
}

impl Offered<'_> {
    /// Nothing.
    pub(crate) const NOTHING: Self = Self::Bytes(&[]);
}

/// What surrounds one turn of the sending half.
pub(crate) struct SendingTurn<'t, P: CryptoProvider> {
    pub(super) core: &'t mut SendingCore<P>,
    pub(super) outbox: &'t mut Outbox,
    pub(super) offered: Offered<'t>,
    /// How much of it was sealed, in bytes.
    pub(super) accepted: usize,
}

impl<'t, P: CryptoProvider> SendingTurn<'t, P> {
    pub(crate) fn new(core: &'t mut SendingCore<P>, outbox: &'t mut Outbox) -> Self {
        Self { core, outbox, offered: Offered::Bytes(&[]), accepted: 0 }
    }
}

impl<P: CryptoProvider> Listener for SendingTurn<'_, P> {
    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.core.probe.fired(row);
    }

    fn fault(&mut self, fault: Fault) {
        self.core.state.fault(fault);
    }
}

impl<P: CryptoProvider> Written for SendingTurn<'_, P> {
    fn journal(&mut self) -> &mut Option<Box<Journal>> {
        &mut self.core.journal
    }

    fn sealed(&self) -> Option<u64> {
        Some(self.outbox.records_sealed())
    }
}

impl<P: CryptoProvider> World<Sending> for SendingTurn<'_, P> {
    #[inline(always)]
    fn facts(&self) -> SendingFacts {
        let empty = self.outbox.is_empty();
        let transmitted = self.outbox.records_transmitted();
        SendingFacts {
            outbox: if empty { OutboxFact::Empty } else { OutboxFact::Holding },
            data_unsent: self.outbox.holds_application_data(),
            reply_unsent: self.core.reply > transmitted,
            request_unsent: self.core.request > transmitted,
            tickets_wanted: self.core.tickets_wanted,
            key_usage: self.core.sealer.key_usage(),
            may_update_key: self.core.sealer.may_update_key(),
        }
    }

    fn perform(&mut self, action: Action) {
        for action in self.core.probe.performed(action) {
            if self.core.state.admits(action)
                && let Err(error) = self.try_perform(action)
            {
                self.core.state.failed(error);
            }
        }
    }
}

impl<P: CryptoProvider> SendingTurn<'_, P> {
    /// Actions are total for the table; what fails here ends the connection in a turn of its own.
    fn try_perform(&mut self, action: Action) -> Result<(), Error> {
        match action {
            Action::Send(Message::NewSessionTicket) => return self.send_ticket(),
            Action::SendKeyUpdate(request) => {
                let with_it = self.outbox.records_sealed().saturating_add(1);
                match request {
                    KeyUpdateRequest::NotRequested => self.core.reply = with_it,
                    KeyUpdateRequest::Requested => self.core.request = with_it,
                }
                return self.send_key_update(request);
            }
            Action::AdvanceSendKey => return self.core.advance_key(),
            Action::SendAlert(alert) => return self.seal_alert(alert),
            Action::SendErrorAlert(reason) => return self.seal_alert(reason.alert()),
            Action::SendApplicationData => return self.send_application_data(),
            Action::DropTickets => self.core.tickets_wanted = false,
            Action::DropOutbox => self.outbox.discard_everything(),
            Action::ForgetSendKeys => self.core.forget_keys(),
            Action::ShutdownWrite => self.core.shutdown_due = true,
            Action::Complete(result) => self.core.state.complete(result),
            Action::Notify(notice) => {
                if notice == Notice::KeyExhausted {
                    self.core.state.end_with(Error::KeyExhausted);
                }
                self.core.state.notify(notice);
            }
            Action::Send(_)
            | Action::SendWith(_)
            | Action::SendChangeCipherSpec
            | Action::SendEarlyData
            | Action::Absorb(_)
            | Action::StartWork(_)
            | Action::ReceiveWith(_)
            | Action::AdvanceReceiveKey
            | Action::Deliver
            | Action::DeliverEarlyData
            | Action::CountProgress
            | Action::KeepTicket
            | Action::Take
            | Action::DropUnread
            | Action::KeepError(_)
            | Action::ForgetHandshake
            | Action::ForgetReceiveKeys
            | Action::CloseTransport => return Err(MISPLACED),
        }
        Ok(())
    }

    fn send_application_data(&mut self) -> Result<(), Error> {
        self.accepted = match self.offered {
            Offered::Bytes(data) => self.core.sealer.seal_application(self.outbox, data)?,
            Offered::Lent(length) => self.core.sealer.seal_lent(self.outbox, length)?,
        };
        Ok(())
    }

    fn send_key_update(&mut self, request: KeyUpdateRequest) -> Result<(), Error> {
        let mut bytes = Vec::new();
        KeyUpdate { requested: request == KeyUpdateRequest::Requested }.encode(&mut bytes);
        self.core.sealer.seal_messages(self.outbox, HandshakeType::KeyUpdate, &bytes)?;
        Ok(())
    }

    fn seal_alert(&mut self, alert: Alert) -> Result<(), Error> {
        let body = encode_alert(alert);
        Ok(self.core.sealer.seal(self.outbox, Content::Alert(alert), &body)?)
    }

    /// Sends a ticket. Where none can be made, random bytes are sent in its place, with a lifetime
    /// of zero, so that the client discards them (RFC 9846 section 4.7.1).
    fn send_ticket(&mut self) -> Result<(), Error> {
        let mut bytes = Vec::new();
        let mut age_add = [0; 4];
        self.core.provider.fill(&mut age_add)?;
        let age_add = u32::from_be_bytes(age_add);
        // Some clients break on nonces of more than 8 bytes.
        let nonce = [0, self.core.tickets_sent];
        self.core.tickets_sent = self.core.tickets_sent.wrapping_add(1);
        let issued = match self.core.issue_ticket(&nonce, age_add)? {
            Some(issued) => issued,
            None => {
                let mut ticket = vec![0; TICKET_LENGTH];
                self.core.provider.fill(&mut ticket)?;
                IssuedTicket { lifetime: 0, ticket, early_data: 0, greased: false }
            }
        };
        let IssuedTicket { lifetime, ref ticket, early_data, greased } = issued;
        let grease = match greased {
            true => Some(grease(&self.core.provider)?),
            false => None,
        };
        NewSessionTicket { lifetime, age_add, nonce: &nonce, ticket, early_data }
            .encode(grease.as_ref(), &mut bytes);
        let kind = HandshakeType::NewSessionTicket;
        self.core.probe.replace(kind, &mut bytes);
        self.core.sealer.seal_messages(self.outbox, kind, &bytes)?;
        Ok(())
    }
}
