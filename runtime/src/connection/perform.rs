//! The table's world in the runtime: what the facts say of bytes, and what the actions do to them.

use hyaline_model::table::{
    Action, CallResult, Facts, Flood as FloodFact, Inbox, KeyUpdateRequest, Memory, Message,
    Notice, Outbox as OutboxFact, Reason, Row,
};
use hyaline_model::turn::{Fault, World};

use super::core::Core;
use super::examine::Finding;
use crate::crypto::CryptoProvider;
use crate::negotiate::server::Selection;
use crate::outbox::Outbox;
use crate::{CertificateError, ContentType, Error, Flood, HandshakeType};

/// What is being handled, so that an error can name it.
#[derive(Clone, Copy)]
pub(super) enum AtHand {
    /// Nothing that the peer has sent just now.
    Nothing,
    /// A record of this type.
    Record(ContentType),
    /// A handshake message of this type.
    Message(HandshakeType),
}

/// What the application wants to write.
#[derive(Clone, Copy)]
pub(super) enum Offered<'t> {
    /// These bytes.
    Bytes(&'t [u8]),
    /// So many bytes of what the outbox has lent.
    Lent(usize),
}

/// The surroundings of one turn.
pub(crate) struct Turn<'t, P: CryptoProvider> {
    pub(super) core: &'t mut Core<P>,
    pub(super) outbox: &'t mut Outbox,
    pub(super) at_hand: AtHand,
    /// What is at hand is one of too many.
    pub(super) flood: bool,
    /// The handshake message that is being handled, header included.
    pub(super) message: &'t [u8],
    pub(super) finding: Finding,
    /// Bytes of application data in the record that is being handled.
    pub(super) plaintext: usize,
    pub(super) offered: Offered<'t>,
    /// How much of it was sealed, in bytes.
    pub(super) accepted: usize,
}

impl<'t, P: CryptoProvider> Turn<'t, P> {
    pub(crate) fn new(core: &'t mut Core<P>, outbox: &'t mut Outbox) -> Self {
        Self {
            core,
            outbox,
            at_hand: AtHand::Nothing,
            flood: false,
            message: &[],
            finding: Finding::Nothing,
            plaintext: 0,
            offered: Offered::Bytes(&[]),
            accepted: 0,
        }
    }
}

impl<P: CryptoProvider> World for Turn<'_, P> {
    fn facts(&self) -> Facts {
        let empty = self.outbox.is_empty();
        let transmitted = self.outbox.records_transmitted();
        Facts {
            outbox: if empty { OutboxFact::Empty } else { OutboxFact::Holding },
            inbox: if self.core.unread == 0 { Inbox::Empty } else { Inbox::Unread },
            data_unsent: self.outbox.holds_application_data(),
            reply_unsent: self.core.reply.is_some_and(|place| place >= transmitted),
            request_unsent: self.core.request.is_some_and(|place| place >= transmitted),
            tickets_wanted: self.core.tickets_wanted,
            compatibility_requested: self.core.compatibility_requested,
            transmit_failed: self.core.transmit_failed,
            aligned: self.core.joiner.is_aligned(),
            flood: if self.flood { FloodFact::AtLimit } else { FloodFact::Below },
            key_usage: self.core.sealer.key_usage(),
            may_update_key: self.core.sealer.may_update_key(),
        }
    }

    fn perform(&mut self, action: Action) {
        for action in self.core.probe.performed(action) {
            // After a failure nothing more is sealed in this turn, nor under other keys: what
            // follows would stand there without what failed.
            if self.core.failure.is_some() && seals_or_changes_keys(action) {
                continue;
            }
            if let Err(error) = self.try_perform(action) {
                self.core.failure.get_or_insert(error);
            }
        }
    }

    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.core.probe.fired(row);
    }

    fn fault(&mut self, fault: Fault) {
        self.core.failure.get_or_insert(Error::Internal(match fault {
            Fault::TooManyRaised => "the table raised more events than a turn holds",
            Fault::TooMuchMail => "the table posted more mail than the mailbox holds",
            Fault::NeverSettles => "the table did not settle",
            Fault::NotAtHome => "an event came to the half of a connection that has no row for it",
        }));
    }
}

impl<P: CryptoProvider> Turn<'_, P> {
    /// Actions are total for the table: what fails here fails because random bytes, memory or the
    /// provider do, and ends the connection with `internal_error` in a turn of its own.
    pub(super) fn try_perform(&mut self, action: Action) -> Result<(), Error> {
        match action {
            Action::Send(message) => return self.send_message(message),
            Action::Absorb(message) => return self.absorb(message),
            Action::StartWork(work) => {
                self.core.prepare(work)?;
                self.core.work = Some(work);
            }
            Action::ReceiveWith(epoch) => return self.core.receive_with(epoch),
            Action::SendWith(epoch) => return self.core.send_with(epoch),
            Action::AdvanceReceiveKey => return self.core.advance_receive_key(),
            Action::AdvanceSendKey => return self.core.advance_send_key(),
            Action::SendChangeCipherSpec => return self.send_change_cipher_spec(),
            Action::SendKeyUpdate(request) => {
                let place = Some(self.outbox.records_sealed());
                match request {
                    KeyUpdateRequest::NotRequested => self.core.reply = place,
                    KeyUpdateRequest::Requested => self.core.request = place,
                }
                return self.send_key_update(request);
            }
            Action::SendAlert(alert) => return self.seal_alert(alert),
            Action::SendErrorAlert(reason) => return self.seal_alert(reason.alert()),
            Action::SendApplicationData => return self.send_application_data(),
            Action::Deliver => {
                self.core.unread = self.plaintext;
                self.core.floods.progress();
            }
            // The application takes bytes, not records: `Connection::consume` counts them.
            Action::Take => {}
            Action::DropUnread => self.core.unread = 0,
            Action::DropOutbox => self.outbox.discard_everything(),
            Action::KeepError(reason) => {
                self.core.end_with(self.error_of(reason));
                self.core.forget_exporter();
            }
            Action::ForgetReceiveKeys => self.core.forget_receive_keys(),
            Action::ForgetSendKeys => self.core.forget_send_keys(),
            Action::ShutdownWrite => self.core.shutdown_due = true,
            Action::CloseTransport => {
                self.core.close_due = true;
                self.core.forget_exporter();
            }
            Action::Complete(result) => self.complete(result),
            Action::Notify(notice) => self.notify(notice),
        }
        Ok(())
    }

    fn complete(&mut self, result: CallResult) {
        match result {
            CallResult::Truncated => self.core.end_with(Error::Truncated),
            CallResult::Reset => {
                let error = self.core.transport_error.take().unwrap_or(Error::Reset);
                self.core.end_with(error);
            }
            CallResult::Ok
            | CallResult::EndOfStream
            | CallResult::Alert
            | CallResult::Error
            | CallResult::TimedOut
            | CallResult::Unconfirmed => {}
        }
        self.core.result = Some(result);
    }

    fn notify(&mut self, notice: Notice) {
        match notice {
            Notice::Connected => self.core.end_handshake(),
            Notice::KeyExhausted => self.core.end_with(Error::KeyExhausted),
            Notice::PeerKeyUpdated | Notice::TicketReceived => {}
        }
        self.core.notify(notice);
    }

    /// The error for this reason. What the table finds has an error of its own; what was found
    /// before it was asked is kept already, since the event carries the reason alone.
    fn error_of(&self, reason: Reason) -> Error {
        match reason {
            Reason::MessageOutOfTurn => match self.at_hand {
                AtHand::Message(message) => Error::UnexpectedMessage(message),
                AtHand::Record(record) => Error::UnexpectedRecord(record),
                AtHand::Nothing => Error::Internal("a message out of turn, and none at hand"),
            },
            Reason::SecondRetry => Error::SecondHelloRetryRequest,
            Reason::RequestedShareMissing => Error::RequestedShareMissing,
            Reason::Renegotiation => Error::Renegotiation,
            Reason::LateAuthentication => Error::LateAuthentication,
            Reason::KeysChangeInsideRecord => Error::MessageSpansKeyChange,
            Reason::FinishedWrong => Error::BadFinished,
            Reason::ServerWithoutCertificate => CertificateError::NoServerCertificate.into(),
            Reason::ClientWithoutCertificate => CertificateError::NoClientCertificate.into(),
            Reason::ApplicationDataBeforeFinished => Error::ApplicationDataBeforeFinished,
            Reason::ChangeCipherSpecOutOfPlace => {
                Error::UnexpectedRecord(ContentType::ChangeCipherSpec)
            }
            Reason::ChangeCipherSpecFlood => Error::TooMany(Flood::ChangeCipherSpecs),
            Reason::EmptyRecordFlood => Error::TooMany(Flood::EmptyRecords),
            Reason::TicketFlood => Error::TooMany(Flood::Tickets),
            Reason::KeyUpdateFlood => Error::TooMany(Flood::KeyUpdates),
            Reason::CancellationFlood => Error::TooMany(Flood::Alerts),
            Reason::RecordOutOfPlace
            | Reason::RecordTooLong
            | Reason::RecordNotGenuine
            | Reason::MessageMalformed
            | Reason::ValueIllegal
            | Reason::ExtensionMissing
            | Reason::ExtensionUnsolicited
            | Reason::VersionUnsupported
            | Reason::NothingInCommon
            | Reason::NoCommonApplicationProtocol
            | Reason::SignatureWrong
            | Reason::CertificateBad
            | Reason::CertificateUnsupported
            | Reason::CertificateRevoked
            | Reason::CertificateExpired
            | Reason::IssuerUnknown
            | Reason::CertificateUnacceptable
            | Reason::OwnFailure => {
                let kept = self.core.error.clone();
                kept.unwrap_or(Error::Internal("an offence whose error was not kept"))
            }
        }
    }

    /// Takes a received message into the transcript, and what later steps need of it.
    fn absorb(&mut self, message: Message) -> Result<(), Error> {
        let finding = std::mem::replace(&mut self.finding, Finding::Nothing);
        let Some(handshake) = self.core.handshake.as_deref_mut() else {
            return Err(Error::Internal("a handshake message after the handshake"));
        };
        match finding {
            Finding::ClientHello { bytes, random, has_session_id } => {
                handshake.client_random = random;
                handshake.hello = Some(bytes);
                self.core.compatibility_requested = has_session_id;
            }
            Finding::Retry(retry) => {
                let suite = crate::crypto::Suite::from_number(retry.suite)
                    .ok_or(Error::WrongCipherSuite(retry.suite))?;
                handshake.transcript.start_retry(&self.core.provider, suite.hash())?;
                handshake.retry = Some(retry);
            }
            Finding::ServerHello { suite, group, public_key } => {
                handshake.suite = Some(suite);
                handshake.transcript.start(&self.core.provider, suite.hash());
                handshake.peer_share = Some((group, public_key));
                self.core.negotiated.suite = Some(suite.number());
                self.core.negotiated.group = Some(group);
            }
            Finding::ApplicationProtocol(protocol) => {
                self.core.negotiated.application_protocol = protocol;
            }
            Finding::CertificateRequest(schemes) => handshake.accepted_schemes = schemes,
            Finding::Chain(chain) => handshake.peer_chain = chain,
            Finding::Signature(signature) => handshake.peer_signature = Some(signature),
            Finding::Nothing => {}
        }
        debug_assert!(!self.message.is_empty(), "nothing to absorb for {message:?}");
        handshake.transcript.absorb(self.message);
        Ok(())
    }

    fn send_application_data(&mut self) -> Result<(), Error> {
        self.accepted = match self.offered {
            Offered::Bytes(data) => self.core.sealer.seal_application(self.outbox, data)?,
            Offered::Lent(length) => self.core.sealer.seal_lent(self.outbox, length)?,
        };
        if self.accepted > 0 {
            self.core.floods.progress();
            self.core.progressed = true;
        }
        Ok(())
    }
}

const fn seals_or_changes_keys(action: Action) -> bool {
    matches!(
        action,
        Action::Send(_)
            | Action::SendChangeCipherSpec
            | Action::SendKeyUpdate(_)
            | Action::SendAlert(_)
            | Action::SendErrorAlert(_)
            | Action::SendApplicationData
            | Action::SendWith(_)
            | Action::ReceiveWith(_)
            | Action::AdvanceSendKey
            | Action::AdvanceReceiveKey
    )
}

impl Selection {
    /// What the table is told.
    pub(super) fn outcome(&self) -> hyaline_model::table::Selection {
        match self.share {
            crate::negotiate::server::Share::Found(_) => hyaline_model::table::Selection::Complete,
            crate::negotiate::server::Share::Missing => {
                hyaline_model::table::Selection::ShareMissing
            }
        }
    }
}
