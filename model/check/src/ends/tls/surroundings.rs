//! What surrounds the machines of a TLS endpoint: buffers, keys and verdicts, all abstract.

use hyaline_model::Alert;
use hyaline_model::table::{
    self, Action, AlertClass, Authentication, CertificateList, EarlyDataIndication, Epoch, Event,
    FinishedCheck, Flood, Half, Inbox, KeyUpdateRequest, KeyUsage, Message, Outbox, Reason,
    ReceivingFacts, Selection, SendingFacts, Work,
};
use hyaline_model::turn::{Fault, Listener, Receiving, Sending, World};

use super::{CONTROL_RECORDS, OwnCertificate, Settings};
use crate::ends::sealed::Sealed;
use crate::programs::result::ProgramResult;
use crate::world::cell::{Cell, CellContent, EARLY_KEYS};

/// What surrounds the machines: buffers, keys and verdicts, all abstract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cells {
    pub(super) settings: Settings,
    pub(super) outbox: Sealed,
    /// Records sealed so far.
    pub(super) sealed: u8,
    /// Application records received and not yet taken.
    pub(super) unread: u8,
    /// The client offers early data in the ClientHello that it sends next, or has sent last.
    pub(super) early_data_offered: bool,
    /// Records of early data that a server has received.
    pub(super) early_data: u8,
    /// The first half of a record has arrived.
    pub(super) half_received: bool,
    /// Generation of the sending key; see [`Cell::generation`].
    pub(super) send_generation: u8,
    /// Generation of the receiving key.
    pub(super) receive_generation: u8,
    /// The share of the next ClientHello suits the server.
    pub(super) share_fits: bool,
    /// The content of the message that is being handled.
    pub(super) current: CellContent,
    /// The event that ends the work that an action has begun.
    pub(super) work_done: Option<Event>,
    /// A ClientHello was selected from; every client here can use tickets.
    pub(super) tickets_wanted: bool,
    pub(super) compatibility_requested: bool,
    pub(super) shutdown_due: bool,
    pub(super) close_due: bool,
    /// The error alert that the peer sent.
    pub(super) alert_received: Option<Alert>,
    /// The alert by which our own error is told.
    pub(super) own_error: Option<Alert>,
    /// The result of the call in the receiving place.
    pub(super) receive_result: Option<ProgramResult>,
    /// The result of the call in the sending place.
    pub(super) send_result: Option<ProgramResult>,
    pub(super) fault: Option<Broken>,
}

/// A safety property that was violated inside an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Broken {
    InOrder,
    Bounded,
    Turn(Fault),
}

/// The generation of keys that were forgotten: nothing is sealed or opened with it.
pub const KEYS_GONE: u8 = u8::MAX;

/// The generation of the keys of an epoch; see [`Cell::generation`].
const fn generation_of(epoch: Epoch) -> u8 {
    match epoch {
        Epoch::Plaintext => 0,
        Epoch::Handshake => 1,
        Epoch::Application => 2,
        Epoch::EarlyData => EARLY_KEYS,
    }
}

impl Listener for Cells {
    fn fault(&mut self, fault: Fault) {
        self.fault = Some(Broken::Turn(fault));
    }
}

impl World<Receiving> for Cells {
    fn facts(&self) -> ReceivingFacts {
        ReceivingFacts {
            inbox: if self.unread == 0 { Inbox::Empty } else { Inbox::Unread },
            inbox_room: self.unread < self.settings.inbox,
            compatibility_requested: self.compatibility_requested,
            // One message per record; and in so few calls nothing is counted to its limit.
            aligned: true,
            early_data_offered: self.early_data_offered,
            // Both ends know alike how much a ticket allows.
            early_data_room: true,
            early_data_rejected: self.is_rejected(self.current),
            flood: Flood::Below,
        }
    }

    fn perform(&mut self, action: Action) {
        self.perform(Half::Receiving, action);
    }
}

impl World<Sending> for Cells {
    fn facts(&self) -> SendingFacts {
        SendingFacts {
            outbox: if self.outbox.is_empty() { Outbox::Empty } else { Outbox::Holding },
            data_unsent: self.outbox.contains(CellContent::Data),
            reply_unsent: self.outbox.contains(CellContent::KeyUpdate),
            request_unsent: self.outbox.contains(CellContent::KeyUpdateRequest),
            tickets_wanted: self.tickets_wanted,
            key_usage: KeyUsage::Below,
            may_update_key: true,
        }
    }

    fn perform(&mut self, action: Action) {
        self.perform(Half::Sending, action);
    }
}

impl Cells {
    fn perform(&mut self, half: Half, action: Action) {
        match action {
            Action::Send(message) => self.send_message(message),
            Action::Absorb(Message::HelloRetryRequest) => self.share_fits = true,
            // EndOfEarlyData comes behind all early data that were accepted.
            Action::Absorb(Message::EndOfEarlyData) => {
                if self.early_data != self.settings.early_data {
                    self.fault = Some(Broken::InOrder);
                }
            }
            // Both ends of a scenario are configured alike.
            Action::Absorb(Message::ClientHello) => {
                self.compatibility_requested =
                    self.settings.policy.compatibility == table::Compatibility::On;
            }
            Action::Absorb(_)
            | Action::Notify(_)
            | Action::KeepTicket
            | Action::CountProgress
            | Action::ForgetHandshake => {}
            Action::StartWork(work) => {
                self.tickets_wanted |= work == Work::Selection;
                if work == Work::KeyShare {
                    // Behind a HelloRetryRequest the share suits the server, and before it did not.
                    let is_first = self.share_fits != self.settings.retry;
                    self.early_data_offered = is_first && self.settings.early_data > 0;
                }
                self.work_done = Some(self.work_ends_with(work));
            }
            Action::DropTickets => self.tickets_wanted = false,
            Action::ReceiveWith(epoch) => self.receive_generation = generation_of(epoch),
            Action::SendWith(epoch) => self.send_generation = generation_of(epoch),
            Action::AdvanceReceiveKey => self.receive_generation += 1,
            Action::AdvanceSendKey => self.send_generation += 1,
            Action::SendChangeCipherSpec => self.seal_with(CellContent::ChangeCipherSpec, 0),
            Action::SendKeyUpdate(KeyUpdateRequest::NotRequested) => {
                self.seal(CellContent::KeyUpdate)
            }
            Action::SendKeyUpdate(KeyUpdateRequest::Requested) => {
                self.seal(CellContent::KeyUpdateRequest);
            }
            Action::SendAlert(Alert::CloseNotify) => self.seal(CellContent::CloseNotify),
            Action::SendAlert(alert) => self.seal(CellContent::Alert(alert)),
            Action::SendErrorAlert(reason) => self.seal(CellContent::Alert(reason.alert())),
            // A result carries the alert that the peer is sent, so the alert is kept.
            Action::KeepError(reason) => self.own_error = Some(reason.alert()),
            Action::SendApplicationData => self.seal(CellContent::Data),
            Action::SendEarlyData => {
                for _ in 0..self.settings.early_data {
                    self.seal(CellContent::EarlyData);
                }
            }
            Action::DeliverEarlyData => self.early_data += 1,
            Action::Deliver => self.unread += 1,
            Action::Take => self.unread = self.unread.saturating_sub(1),
            Action::DropUnread => self.unread = 0,
            Action::DropOutbox => self.outbox = Sealed::EMPTY,
            Action::ForgetReceiveKeys => self.receive_generation = KEYS_GONE,
            Action::ForgetSendKeys => self.send_generation = KEYS_GONE,
            Action::ShutdownWrite => self.shutdown_due = true,
            Action::CloseTransport => self.close_due = true,
            Action::Complete(result) => {
                let result = Some(self.result_of(half, result));
                match half {
                    Half::Receiving => self.receive_result = result,
                    Half::Sending => self.send_result = result,
                }
            }
        }
        // A read that waits takes a record even where nothing may be kept.
        if self.unread > self.settings.inbox.max(1) {
            self.fault = Some(Broken::Bounded);
        }
    }

    /// The cells of an endpoint to which nothing has happened yet.
    pub(super) const fn new(settings: Settings) -> Self {
        Self {
            settings,
            outbox: Sealed::EMPTY,
            sealed: 0,
            unread: 0,
            early_data_offered: false,
            early_data: 0,
            half_received: false,
            send_generation: 0,
            receive_generation: 0,
            share_fits: !settings.retry,
            current: CellContent::Data,
            work_done: None,
            tickets_wanted: false,
            compatibility_requested: false,
            shutdown_due: false,
            close_due: false,
            alert_received: None,
            own_error: None,
            receive_result: None,
            send_result: None,
            fault: None,
        }
    }

    /// The result of a call in this place, with the alert that it is about.
    pub(super) fn result_of(&self, half: Half, result: table::CallResult) -> ProgramResult {
        match result {
            // Over plain TCP a close returns before the peer's end is known. So an unconfirmed
            // close is as good as `ok`.
            table::CallResult::Ok | table::CallResult::Unconfirmed => ProgramResult::Ok,
            table::CallResult::EndOfStream => ProgramResult::EndOfStream,
            table::CallResult::Truncated => ProgramResult::Truncated,
            table::CallResult::Reset => ProgramResult::Reset,
            table::CallResult::Alert => match self.alert_received {
                Some(alert) => ProgramResult::Alert(alert),
                None => ProgramResult::Error(None),
            },
            // A write seals its record before it waits, and a sealed record is accepted. So the
            // library reports the accepted bytes, no deadline. A read has nothing to report.
            table::CallResult::TimedOut if self.own_error.is_none() => match half {
                Half::Receiving => ProgramResult::GivenUp,
                Half::Sending => ProgramResult::Ok,
            },
            table::CallResult::Error | table::CallResult::TimedOut => {
                ProgramResult::Error(self.own_error)
            }
        }
    }

    fn send_message(&mut self, message: Message) {
        self.seal(match message {
            Message::ClientHello if self.share_fits => CellContent::ClientHello,
            Message::ClientHello => CellContent::UnsuitableClientHello,
            Message::HelloRetryRequest => CellContent::HelloRetryRequest,
            Message::ServerHello => CellContent::ServerHello,
            Message::EncryptedExtensions if self.settings.accepts_early_data() => {
                CellContent::EncryptedExtensionsWithEarlyData
            }
            Message::EncryptedExtensions => CellContent::EncryptedExtensions,
            Message::EndOfEarlyData => CellContent::EndOfEarlyData,
            Message::CertificateRequest => CellContent::CertificateRequest,
            Message::Certificate => match self.settings.certificate {
                OwnCertificate::Empty => CellContent::EmptyCertificate,
                OwnCertificate::Good => CellContent::GoodCertificate,
                OwnCertificate::Rejected => CellContent::RejectedCertificate,
            },
            Message::CertificateVerify => CellContent::CertificateVerify,
            Message::Finished => CellContent::Finished,
            Message::NewSessionTicket => CellContent::NewSessionTicket,
        });
    }

    fn seal(&mut self, content: CellContent) {
        self.seal_with(content, self.send_generation);
    }

    fn seal_with(&mut self, content: CellContent, generation: u8) {
        if generation == KEYS_GONE {
            self.fault = Some(Broken::InOrder);
        }
        self.sealed = self.sealed.saturating_add(1);
        if !self.outbox.push(content, generation) {
            self.fault = Some(Broken::Bounded);
        }
        let unlimited = self.settings.policy.requests == table::Requests::Unlimited;
        if self.outbox.control_records() > CONTROL_RECORDS && !unlimited {
            self.fault = Some(Broken::Bounded);
        }
    }

    /// The pair's work ends at once.
    fn work_ends_with(&self, work: Work) -> Event {
        match work {
            Work::KeyShare => Event::KeyShareReady,
            Work::Agreement => Event::Agreed,
            // The client's first share does not fit; its second does.
            Work::Selection => Event::Selected(if self.current == CellContent::ClientHello {
                match self.settings.resumed {
                    true if self.settings.accepts_early_data() => Selection::EarlyData,
                    true => Selection::PreSharedKey,
                    false => Selection::Complete,
                }
            } else {
                Selection::ShareMissing
            }),
            Work::PathCheck if self.current == CellContent::RejectedCertificate => {
                Event::WorkFailed(Reason::IssuerUnknown)
            }
            Work::PathCheck => Event::PathChecked,
            Work::SignatureCheck => Event::SignatureChecked,
            Work::CertificateChoice => Event::CertificateChosen(match self.settings.certificate {
                OwnCertificate::Empty => CertificateList::Empty,
                OwnCertificate::Good | OwnCertificate::Rejected => CertificateList::Chain,
            }),
            Work::Signature => Event::Signed,
        }
    }

    /// Whether a record is early data that this server rejects. It has no keys for them.
    fn is_rejected(&self, content: CellContent) -> bool {
        let is_server = self.settings.policy.role == table::Role::Server;
        is_server && content == CellContent::EarlyData && !self.settings.accepts_early_data()
    }

    /// The event that a record brings. Its generation must be the one that we open.
    pub(super) fn open(&mut self, cell: Cell) -> Event {
        self.current = cell.content;
        if self.is_rejected(cell.content) {
            return Event::Unopened(Reason::RecordNotGenuine);
        }
        let expected = match cell.content {
            CellContent::ChangeCipherSpec | CellContent::Plaintext => 0,
            _ => self.receive_generation,
        };
        if cell.generation != expected {
            self.fault = Some(Broken::InOrder);
        }
        match cell.content {
            CellContent::Data | CellContent::EarlyData => Event::ApplicationData,
            CellContent::ClientHello | CellContent::UnsuitableClientHello => Event::ClientHello,
            CellContent::HelloRetryRequest => Event::HelloRetryRequest,
            CellContent::ServerHello => Event::ServerHello(match self.settings.resumed {
                true => Authentication::PreSharedKey,
                false => Authentication::Certificate,
            }),
            CellContent::ChangeCipherSpec => Event::ChangeCipherSpec,
            CellContent::EncryptedExtensions => {
                Event::EncryptedExtensions(EarlyDataIndication::Absent)
            }
            CellContent::EncryptedExtensionsWithEarlyData => {
                Event::EncryptedExtensions(EarlyDataIndication::Present)
            }
            CellContent::EndOfEarlyData => Event::EndOfEarlyData,
            CellContent::CertificateRequest => Event::CertificateRequest,
            CellContent::GoodCertificate | CellContent::RejectedCertificate => {
                Event::Certificate(CertificateList::Chain)
            }
            CellContent::EmptyCertificate => Event::Certificate(CertificateList::Empty),
            CellContent::CertificateVerify => Event::CertificateVerify,
            CellContent::Finished => Event::Finished(FinishedCheck::Good),
            CellContent::NewSessionTicket => Event::NewSessionTicket,
            CellContent::KeyUpdate => Event::KeyUpdate(KeyUpdateRequest::NotRequested),
            CellContent::KeyUpdateRequest => Event::KeyUpdate(KeyUpdateRequest::Requested),
            CellContent::CloseNotify => Event::AlertReceived(AlertClass::Closure),
            // What the peer sent in plaintext before its handshake, and the program has not read.
            CellContent::Plaintext => Event::Offence(Reason::RecordOutOfPlace),
            CellContent::Alert(Alert::UserCanceled) => {
                Event::AlertReceived(AlertClass::Cancellation)
            }
            CellContent::Alert(alert) => {
                self.alert_received = Some(alert);
                Event::AlertReceived(AlertClass::Error)
            }
        }
    }
}
