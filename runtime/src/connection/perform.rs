//! What surrounds the receiving half: what the facts say of bytes, and what the actions do to them.

use hyaline_model::table::{
    Action, Flood as FloodFact, Inbox, Memory, Message, Notice, Reason, ReceivingFacts, Row,
};
use hyaline_model::turn::{Fault, Listener, Receiving, World};

use super::core::{ReceivingCore, SendingCore};
use super::ech::{Confirms, ServerEch};
use super::examine::Finding;
use super::handshake::{Handshake, MISPLACED, OwnStage, PeerStage};
use super::journal::{Journal, Written};
use super::unread::Unread;
use crate::crypto::CryptoProvider;
use crate::identifiers::ExtensionType;
use crate::outbox::Outbox;
use crate::record::Content;
use crate::record_size::RecordSizeLimit;
use crate::{CertificateError, ContentType, Error, Flood, HandshakeType};

/// What a record or a message is that is being handled, so that an error can name it.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    /// Nothing that the peer has sent just now.
    Nothing,
    /// A record of this type.
    Record(ContentType),
    /// A handshake message of this type.
    Message(HandshakeType),
}

/// What is being handled.
pub(crate) struct AtHand<'t> {
    pub(super) subject: Subject,
    /// It is one of too many.
    pub(super) flood: bool,
    /// It cannot be opened, and may be of early data that were rejected.
    pub(super) early_data_rejected: bool,
    /// The handshake message, header included.
    pub(super) message: &'t [u8],
    /// The application data of the record.
    pub(super) plaintext: &'t [u8],
    /// What was found in it, until an action takes that. The finding is lent, so that turns without
    /// one, which are nearly all, have nothing to drop.
    pub(super) finding: Option<&'t mut Finding>,
}

impl AtHand<'_> {
    /// Nothing that the peer has sent just now.
    pub(crate) const NOTHING: Self = Self {
        subject: Subject::Nothing,
        flood: false,
        early_data_rejected: false,
        message: &[],
        finding: None,
        plaintext: &[],
    };

    fn take_finding(&mut self) -> Finding {
        self.finding.as_mut().map(|finding| std::mem::take(*finding)).unwrap_or_default()
    }
}

/// What surrounds one turn of the receiving half.
pub(crate) struct ReceivingTurn<'t, P: CryptoProvider> {
    pub(crate) core: &'t mut ReceivingCore<P>,
    /// The other half, where both have one owner: the handshake seals its messages there.
    pub(crate) sending: Option<(&'t mut SendingCore<P>, &'t mut Outbox)>,
    pub(crate) at_hand: AtHand<'t>,
}

impl<'t, P: CryptoProvider> ReceivingTurn<'t, P> {
    /// A turn that handles nothing of the peer, without the other half: to ask the facts.
    pub(crate) const fn alone(core: &'t mut ReceivingCore<P>) -> Self {
        Self { core, sending: None, at_hand: AtHand::NOTHING }
    }
}

impl<P: CryptoProvider> Listener for ReceivingTurn<'_, P> {
    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.core.probe.fired(row);
    }

    fn fault(&mut self, fault: Fault) {
        self.core.state.fault(fault);
    }
}

impl<P: CryptoProvider> Written for ReceivingTurn<'_, P> {
    fn journal(&mut self) -> &mut Option<Box<Journal>> {
        &mut self.core.journal
    }

    fn sealed(&self) -> Option<u64> {
        None
    }
}

impl<P: CryptoProvider> World<Receiving> for ReceivingTurn<'_, P> {
    #[inline(always)]
    fn facts(&self) -> ReceivingFacts {
        ReceivingFacts {
            inbox: if self.core.unread.is_empty() { Inbox::Empty } else { Inbox::Unread },
            inbox_room: self.core.unread.has_room(),
            compatibility_requested: self.core.compatibility_requested,
            aligned: self.core.joiner.is_aligned(),
            early_data_offered: self.core.early_data_offered,
            early_data_room: self.core.has_early_data_room(self.at_hand.plaintext.len()),
            early_data_rejected: self.at_hand.early_data_rejected,
            flood: if self.at_hand.flood { FloodFact::AtLimit } else { FloodFact::Below },
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

impl<P: CryptoProvider> ReceivingTurn<'_, P> {
    /// Actions are total for the table: what fails here fails because random bytes, memory or the
    /// provider do, and ends the connection with `internal_error` in a turn of its own.
    fn try_perform(&mut self, action: Action) -> Result<(), Error> {
        match action {
            Action::Send(message) => return self.send_message(message),
            Action::SendChangeCipherSpec => {
                let (sending, outbox) = self.sending()?;
                return Ok(sending.sealer.seal(outbox, Content::ChangeCipherSpec, &[1])?);
            }
            Action::SendEarlyData => return self.send_early_data(),
            Action::SendWith(epoch) => {
                let (sending, _) = self.sending.as_mut().ok_or(MISPLACED)?;
                return self.core.send_with(epoch, sending);
            }
            Action::Absorb(message) => return self.absorb(message),
            Action::StartWork(work) => {
                let finding = self.at_hand.take_finding();
                return self.core.start_work(work, finding);
            }
            Action::KeepTicket => {
                return match self.at_hand.take_finding() {
                    Finding::Ticket(ticket) => self.core.keep_ticket(ticket),
                    _ => Err(MISPLACED),
                };
            }
            Action::ReceiveWith(epoch) => return self.core.receive_with(epoch),
            Action::AdvanceReceiveKey => return self.core.advance_key(),
            Action::Deliver => {
                self.core.unread.push(self.at_hand.plaintext.len());
                self.core.floods.progress();
            }
            Action::DeliverEarlyData => {
                self.core.keep_early_data(self.at_hand.plaintext)?;
                self.core.floods.progress();
            }
            Action::CountProgress => self.core.floods.progress(),
            // The application takes bytes, not records: `Connection::consume` counts them.
            Action::Take => self.core.unread.give(),
            Action::DropUnread => self.core.unread = Unread::default(),
            Action::KeepError(reason) => {
                let error = self.error_of(reason);
                self.core.state.end_with(error);
                self.core.forget_exporter();
            }
            Action::ForgetHandshake => self.core.handshake = None,
            Action::ForgetReceiveKeys => self.core.forget_keys(),
            Action::CloseTransport => {
                self.core.close_due = true;
                self.core.forget_exporter();
            }
            Action::Complete(result) => self.core.state.complete(result),
            Action::Notify(notice) => {
                if notice == Notice::Connected {
                    let sending = self.sending.as_mut().map(|(sending, _)| &mut **sending);
                    self.core.end_handshake(sending)?;
                }
                self.core.state.notify(notice);
            }
            Action::AdvanceSendKey
            | Action::SendKeyUpdate(_)
            | Action::SendAlert(_)
            | Action::SendErrorAlert(_)
            | Action::SendApplicationData
            | Action::DropTickets
            | Action::DropOutbox
            | Action::ForgetSendKeys
            | Action::ShutdownWrite => return Err(MISPLACED),
        }
        Ok(())
    }

    /// The error for this reason. An offence that the table finds gets its error here. The error of
    /// an offence that was found before the table was asked is kept already, because the event
    /// carries the reason alone.
    fn error_of(&self, reason: Reason) -> Error {
        match reason {
            Reason::MessageOutOfTurn => match self.at_hand.subject {
                Subject::Message(message) => Error::UnexpectedMessage(message),
                Subject::Record(record) => Error::UnexpectedRecord(record),
                Subject::Nothing => Error::Internal("a message out of turn, and none at hand"),
            },
            Reason::SecondRetry => Error::SecondHelloRetryRequest,
            Reason::RequestedShareMissing => Error::RequestedShareMissing,
            Reason::Renegotiation => Error::Renegotiation,
            Reason::LateAuthentication => Error::LateAuthentication,
            Reason::KeysChangeInsideRecord => Error::MessageSpansKeyChange,
            Reason::FinishedWrong => Error::BadFinished,
            Reason::EncryptedHelloRejected => match &self.core.handshake {
                Some(handshake) => handshake.client_ech.rejection(),
                None => MISPLACED,
            },
            Reason::ServerWithoutCertificate => CertificateError::NoServerCertificate.into(),
            Reason::ClientWithoutCertificate => CertificateError::NoClientCertificate.into(),
            Reason::ApplicationDataBeforeFinished => Error::ApplicationDataBeforeFinished,
            Reason::ChangeCipherSpecOutOfPlace => {
                Error::UnexpectedRecord(ContentType::ChangeCipherSpec)
            }
            Reason::EarlyDataTooLong => self.core.early_data_too_long(),
            Reason::EarlyDataWithoutKey => Error::EarlyDataMismatch { field: "selected_identity" },
            Reason::ChangeCipherSpecFlood => Error::TooMany(Flood::ChangeCipherSpecs),
            Reason::EmptyRecordFlood => Error::TooMany(Flood::EmptyRecords),
            Reason::TicketFlood => Error::TooMany(Flood::Tickets),
            Reason::KeyUpdateFlood => Error::TooMany(Flood::KeyUpdates),
            Reason::CancellationFlood => Error::TooMany(Flood::Alerts),
            // The table finds one such extension, early_data in EncryptedExtensions. All others
            // were found before it was asked, and their errors are kept.
            Reason::ExtensionUnsolicited => {
                let kept = self.core.state.error.as_deref().cloned();
                kept.unwrap_or(Error::UnsolicitedExtension {
                    message: HandshakeType::EncryptedExtensions,
                    extension: ExtensionType::EarlyData,
                })
            }
            Reason::RecordOutOfPlace
            | Reason::RecordTooLong
            | Reason::RecordNotGenuine
            | Reason::MessageMalformed
            | Reason::ValueIllegal
            | Reason::ExtensionMissing
            | Reason::VersionUnsupported
            | Reason::NothingInCommon
            | Reason::NoCommonApplicationProtocol
            | Reason::NameUnrecognized
            | Reason::SignatureWrong
            | Reason::CertificateBad
            | Reason::CertificateUnsupported
            | Reason::CertificateRevoked
            | Reason::CertificateExpired
            | Reason::IssuerUnknown
            | Reason::CertificateUnacceptable
            | Reason::StapleUnacceptable
            | Reason::AccessRefused
            | Reason::OwnFailure => {
                let kept = self.core.state.error.as_deref().cloned();
                kept.unwrap_or(Error::Internal("an offence whose error was not kept"))
            }
        }
    }

    /// The sending half: a row of the handshake seals there, while both halves have one owner.
    pub(super) fn sending(&mut self) -> Result<(&mut SendingCore<P>, &mut Outbox), Error> {
        let (sending, outbox) = self.sending.as_mut().ok_or(MISPLACED)?;
        Ok((sending, outbox))
    }

    /// On a client, from now on protected records are no longer than this (RFC 8449): those that
    /// are received, and those that are sent.
    fn limit_records(
        &mut self,
        received: RecordSizeLimit,
        sent: RecordSizeLimit,
    ) -> Result<(), Error> {
        self.core.opener.limit_size(received);
        self.sending()?.0.sealer.limit_size(sent);
        Ok(())
    }

    /// Takes a received message into the transcript, and what later steps need of it.
    fn absorb(&mut self, message: Message) -> Result<(), Error> {
        let finding = self.at_hand.take_finding();
        if let Finding::EncryptedExtensions { record_sizes: Some((received, sent)), .. } = finding {
            self.limit_records(received, sent)?;
        }
        let handshake = Handshake::of(&mut self.core.handshake)?;
        match finding {
            Finding::ClientHello { bytes, random, has_session_id, ech } => {
                handshake.client_random = random;
                self.core.compatibility_requested = has_session_id;
                self.core.negotiated.ech = ech.status();
                let inner = matches!(ech, ServerEch::Read(_)).then_some(bytes.as_slice());
                handshake.server_ech = Some(ech);
                // Which hash the transcript has is known only when parameters are selected from the
                // first ClientHello, so it is absorbed then.
                if handshake.transcript.is_started() {
                    handshake.transcript.absorb(inner.unwrap_or(self.at_hand.message))?;
                }
                return handshake.server_stage()?.greet(bytes);
            }
            Finding::Retry { suite, retry, ech } => {
                let confirms = Confirms::HelloRetryRequest;
                handshake.take_ech_answer(&self.core.provider, suite, confirms, ech)?;
                self.core.negotiated.ech = handshake.client_ech.status();
                handshake.transcript.start_retry(&self.core.provider, suite.hash())?;
                handshake.client_stage()?.retry(retry)?;
            }
            Finding::ServerHello { suite, group, public_key, resumes, ech } => {
                let confirms = Confirms::ServerHello;
                handshake.take_ech_answer(&self.core.provider, suite, confirms, ech)?;
                self.core.negotiated.ech = handshake.client_ech.status();
                handshake.keys.choose(suite)?;
                handshake.client_stage()?.answer(group, public_key)?;
                handshake.session.take_if(|_| !resumes);
                if let Some(session) = handshake.session.as_deref() {
                    handshake.peer = PeerStage::of_session(session);
                    self.core.negotiated.resumes(session);
                }
                self.core.negotiated.suite = Some(suite);
                self.core.negotiated.group = group;
            }
            Finding::EncryptedExtensions {
                application_protocol,
                certificate_types,
                retry_configs,
                ..
            } => {
                handshake.client_stage()?.settle()?;
                handshake.client_ech.keep_retry_configs(retry_configs);
                handshake.certificate_types = certificate_types;
                self.core.negotiated.application_protocol = application_protocol.map(Into::into);
            }
            Finding::CertificateRequest { schemes, wanted, compression, authorities } => {
                handshake.own = OwnStage::Asked { schemes, authorities };
                handshake.wanted = wanted;
                handshake.compression = compression;
            }
            Finding::Shown { credential, attached } => {
                handshake.peer = PeerStage::Presented { credential, attached };
            }
            // The work that checks a signature has taken it, and a ticket is absorbed by no
            // transcript.
            Finding::Signature(_) | Finding::Ticket(_) => return Err(MISPLACED),
            Finding::Nothing => {}
        }
        debug_assert!(!self.at_hand.message.is_empty(), "nothing to absorb for {message:?}");
        Ok(handshake.transcript.absorb(self.at_hand.message)?)
    }
}
