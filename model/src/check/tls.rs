//! The TLS endpoint of the model: the generated machines over an abstract inbox and outbox.
//!
//! It decides nothing. [`turn::handle`](crate::turn::handle) fires the rows; here stands only what
//! the actions do to cells and what the facts say of them, as in the library it is what they do to
//! bytes.

use std::fmt;

use super::cell::{Cell, Content};
use super::contract::{Completion, Endpoint, Interest, Log, Operation, Witnesses};
use super::outcome::CallResult;
use super::program::Call;
use super::sealed::Sealed;
use crate::table::{
    Action, AlertClass, CertificateList, Event, Facts, FinishedCheck, Inbox, KeyUpdateRequest,
    Label, Memory, Message, Outbox, Policy, Role, Row, Selection, Slot, TransportEnd, Work,
};
use crate::turn::{self, Fault, World};
use crate::{Alert, table};

/// How many control records may wait in the outbox behind the flight of the handshake: one reply
/// and one request to update keys, one alert. Tickets are counted apart.
pub const CONTROL_RECORDS: u8 = 3;

/// What is fixed for one endpoint of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The policy: a profile, with the configuration of this endpoint.
    pub policy: Policy,
    /// The certificate that this endpoint presents when asked; `None` of them is an empty message.
    pub certificate: OwnCertificate,
    /// Tickets that a server sends, 0 to 8.
    pub tickets: u8,
    /// Cells in a record: 1, or 2.
    pub record_cells: u8,
    /// The client's first ClientHello carries a key share that the server cannot use.
    pub retry: bool,
}

/// The certificate that an endpoint presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnCertificate {
    /// None: an empty Certificate message.
    Empty,
    /// One that the peer accepts.
    Good,
    /// One that the peer rejects.
    Rejected,
}

/// A row of the table, as a trace shows it.
#[derive(Clone, Copy)]
pub struct TakenRow(pub &'static Row);

impl fmt::Debug for TakenRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for TakenRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.0.machine.name(), self.0.text)
    }
}

/// One TLS endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tls {
    machines: turn::Endpoint,
    cells: Cells,
}

/// What surrounds the machines: buffers, keys and verdicts, all abstract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Cells {
    settings: Settings,
    outbox: Sealed,
    /// Records sealed so far.
    sealed: u8,
    /// Application records received and not yet taken.
    unread: u8,
    /// The first half of a record has arrived.
    half_received: bool,
    /// Generation of the sending key; see [`Cell::generation`].
    send_generation: u8,
    /// Generation of the receiving key.
    receive_generation: u8,
    /// The share of the next ClientHello suits the server.
    share_fits: bool,
    /// The content of the message that is being handled.
    current: Content,
    /// The end of work that an action has begun.
    work_done: Option<Event>,
    compatibility_requested: bool,
    transmit_failed: bool,
    shutdown_due: bool,
    close_due: bool,
    /// The error alert that the peer sent.
    alert_received: Option<Alert>,
    /// The error alert that we sent.
    alert_sent: Option<Alert>,
    result: Option<CallResult>,
    fault: Option<Broken>,
}

/// A safety property that was violated inside an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Broken {
    InOrder,
    Bounded,
    Turn(Fault),
}

impl Tls {
    /// An endpoint that has done nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let machines = match settings.policy.role {
            Role::Client => turn::Endpoint::client(),
            Role::Server => turn::Endpoint::server(settings.tickets),
        };
        let cells = Cells {
            settings,
            outbox: Sealed::EMPTY,
            sealed: 0,
            unread: 0,
            half_received: false,
            send_generation: 0,
            receive_generation: 0,
            share_fits: !settings.retry,
            current: Content::Data,
            work_done: None,
            compatibility_requested: false,
            transmit_failed: false,
            shutdown_due: false,
            close_due: false,
            alert_received: None,
            alert_sent: None,
            result: None,
            fault: None,
        };
        Self { machines, cells }
    }

    /// The machines' states and their memory.
    #[must_use]
    pub const fn machines(&self) -> &turn::Endpoint {
        &self.machines
    }

    /// What waits in the outbox, in order, each with the generation of its keys.
    pub fn waiting(&self) -> impl Iterator<Item = (Content, u8)> {
        self.cells.outbox.contents()
    }

    /// Whether application data is unread.
    #[must_use]
    pub const fn has_unread(&self) -> bool {
        self.cells.unread > 0
    }

    /// Handles an event and, at once, the work that it begins.
    fn handle(&mut self, event: Event, log: &mut impl Log<TakenRow>) {
        let policy = self.cells.settings.policy;
        let mut world = Logged { cells: &mut self.cells, log };
        turn::handle(&mut self.machines, &policy, event, &mut world);
        while let Some(done) = world.cells.work_done.take() {
            turn::handle(&mut self.machines, &policy, done, &mut world);
        }
    }

    fn accepts_event(&self, event: Event) -> bool {
        self.machines.accepts(event, &self.cells.facts(), &self.cells.settings.policy)
    }

    /// What a record means, if it is opened at all.
    fn receive(&mut self, cell: Cell, log: &mut impl Log<TakenRow>) {
        if !cell.part.is_last() {
            self.cells.half_received = true;
            return self.handle(Event::Received, log);
        }
        self.cells.half_received = false;
        self.handle(Event::Received, log);
        let event = if self.machines.states.has(Slot::Read, Label::DiscardsInput) {
            Event::Discarded
        } else {
            self.cells.open(cell)
        };
        self.handle(event, log);
        self.cells.current = Content::Data;
    }
}

impl Endpoint for Tls {
    type Row = TakenRow;

    fn start(&mut self, call: Call, log: &mut impl Log<TakenRow>) {
        self.handle(Event::Start(of_table(call)), log);
    }

    fn finish(&mut self, completion: Completion, log: &mut impl Log<TakenRow>) {
        match completion {
            Completion::Received(cell) => self.receive(cell, log),
            Completion::ReceivedFin => self.handle(Event::FinReceived, log),
            Completion::ReceivedReset => self.handle(Event::ResetReceived, log),
            Completion::Transmitted => {
                self.cells.outbox.pop_cell(self.cells.settings.record_cells);
                self.handle(Event::Transmitted, log);
            }
            Completion::TransmitBlocked => self.handle(Event::TransmitBlocked, log),
            Completion::TransmitFailed => {
                self.cells.transmit_failed = true;
                self.handle(Event::TransportReset, log);
            }
            Completion::BudgetExpired => self.handle(Event::BudgetExpired, log),
        }
    }

    fn take_result(&mut self) -> Option<CallResult> {
        self.cells.result.take()
    }

    fn take_operation(&mut self) -> Option<Operation> {
        if std::mem::take(&mut self.cells.shutdown_due) {
            Some(Operation::ShutdownWrite)
        } else if std::mem::take(&mut self.cells.close_due) {
            Some(Operation::Close)
        } else {
            None
        }
    }

    fn interest(&self) -> Interest {
        Interest {
            receive: self.accepts_event(Event::Received),
            transmit: !self.cells.outbox.is_empty() && self.accepts_event(Event::Transmitted),
        }
    }

    fn accepts(&self, completion: Completion) -> bool {
        self.accepts_event(match completion {
            Completion::Received(_) | Completion::ReceivedFin | Completion::ReceivedReset => {
                Event::Received
            }
            Completion::Transmitted | Completion::TransmitFailed => Event::Transmitted,
            Completion::TransmitBlocked => Event::TransmitBlocked,
            Completion::BudgetExpired => Event::BudgetExpired,
        })
    }

    fn first_cell(&self) -> Option<Cell> {
        self.cells.outbox.first_cell(self.cells.settings.record_cells)
    }

    fn wants_blocked(&self) -> bool {
        !self.cells.outbox.is_empty() && self.accepts_event(Event::TransmitBlocked)
    }

    fn waits_for_budget(&self) -> bool {
        self.accepts_event(Event::BudgetExpired)
    }

    fn potential(&self) -> u32 {
        let record_cells = self.cells.settings.record_cells;
        let waiting = u32::from(self.cells.outbox.cells(record_cells));
        let sealed = u32::from(self.cells.sealed) * u32::from(record_cells);
        // Each cell sealed adds 4 and, as long as it waits, takes 3 away.
        4 * sealed - 3 * waiting
            + u32::from(self.machines.memory.transport_end != TransportEnd::Nothing)
    }

    fn fault(&self) -> Option<&'static str> {
        self.cells.fault.map(|broken| match broken {
            Broken::InOrder => "in order",
            Broken::Bounded => "bounded",
            Broken::Turn(Fault::TooManyRaised) => "raised events are bounded",
            Broken::Turn(Fault::TooMuchMail) => "mail is bounded",
            Broken::Turn(Fault::NeverSettles) => "a turn ends",
        })
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses {
            keys_were_updated: self.cells.receive_generation > 2 && self.cells.unread > 0,
            control_is_queued: self.cells.outbox.control_records() > 0,
        }
    }
}

/// The table's word for a call of a program.
const fn of_table(call: Call) -> table::Call {
    match call {
        Call::Handshake => table::Call::Handshake,
        Call::Read => table::Call::Read,
        Call::Write => table::Call::Write,
        Call::HalfClose => table::Call::HalfClose,
        Call::UpdateKey => table::Call::UpdateKey,
        Call::Close => table::Call::Close,
    }
}

/// The surroundings, and where their rows are logged.
struct Logged<'a, L> {
    cells: &'a mut Cells,
    log: &'a mut L,
}

impl<L: Log<TakenRow>> World for Logged<'_, L> {
    fn facts(&self) -> Facts {
        self.cells.facts()
    }

    fn perform(&mut self, action: Action) {
        self.cells.perform(action);
    }

    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.log.row(TakenRow(row));
    }

    fn fault(&mut self, fault: Fault) {
        self.cells.fault = Some(Broken::Turn(fault));
    }
}

impl Cells {
    fn facts(&self) -> Facts {
        Facts {
            outbox: if self.outbox.is_empty() { Outbox::Empty } else { Outbox::Holding },
            inbox: if self.unread == 0 { Inbox::Empty } else { Inbox::Unread },
            reply_unsent: self.outbox.contains(Content::KeyUpdate),
            request_unsent: self.outbox.contains(Content::KeyUpdateRequest),
            tickets_wanted: self.settings.policy.role == Role::Server,
            compatibility_requested: self.compatibility_requested,
            transmit_failed: self.transmit_failed,
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Send(message) => self.send_message(message),
            Action::Absorb(Message::HelloRetryRequest) => self.share_fits = true,
            // Both ends of a scenario are configured alike.
            Action::Absorb(Message::ClientHello) => {
                self.compatibility_requested =
                    self.settings.policy.compatibility == table::Compatibility::On;
            }
            Action::Absorb(_) | Action::Notify(_) => {}
            Action::StartWork(work) => self.work_done = Some(self.work_ends_with(work)),
            Action::ReceiveWith(epoch) => self.receive_generation = epoch.index() + 1,
            Action::SendWith(epoch) => self.send_generation = epoch.index() + 1,
            Action::AdvanceReceiveKey => self.receive_generation += 1,
            Action::AdvanceSendKey => self.send_generation += 1,
            Action::SendChangeCipherSpec => self.seal_with(Content::ChangeCipherSpec, 0),
            Action::SendKeyUpdate(KeyUpdateRequest::NotRequested) => self.seal(Content::KeyUpdate),
            Action::SendKeyUpdate(KeyUpdateRequest::Requested) => {
                self.seal(Content::KeyUpdateRequest);
            }
            Action::SendAlert(Alert::CloseNotify) => self.seal(Content::CloseNotify),
            Action::SendAlert(alert) => {
                if alert != Alert::UserCanceled {
                    self.alert_sent = Some(alert);
                }
                self.seal(Content::Alert(alert));
            }
            Action::SendApplicationData => self.seal(Content::Data),
            Action::Deliver => self.unread += 1,
            Action::Take => self.unread = self.unread.saturating_sub(1),
            Action::DropUnread => self.unread = 0,
            Action::DropOutbox => self.outbox = Sealed::EMPTY,
            // Keys are abstract: what they would open is never opened (`DiscardsInput`), and no row
            // seals after they are gone.
            Action::ForgetReceiveKeys | Action::ForgetSendKeys => {}
            Action::ShutdownWrite => self.shutdown_due = true,
            Action::CloseTransport => self.close_due = true,
            Action::Complete(result) => self.result = Some(self.result_of(result)),
        }
        if self.unread > 1 {
            self.fault = Some(Broken::Bounded);
        }
    }

    /// The result of a call, with the alert that it is about.
    fn result_of(&self, result: table::CallResult) -> CallResult {
        match result {
            table::CallResult::Ok => CallResult::Ok,
            table::CallResult::EndOfStream => CallResult::EndOfStream,
            table::CallResult::Truncated => CallResult::Truncated,
            table::CallResult::Reset => CallResult::Reset,
            table::CallResult::Alert => match self.alert_received {
                Some(alert) => CallResult::Alert(alert),
                None => CallResult::Error(None),
            },
            // World *pair* sets no deadlines.
            table::CallResult::Error | table::CallResult::TimedOut => {
                CallResult::Error(self.alert_sent)
            }
        }
    }

    fn send_message(&mut self, message: Message) {
        self.seal(match message {
            Message::ClientHello if self.share_fits => Content::ClientHello,
            Message::ClientHello => Content::UnsuitableClientHello,
            Message::HelloRetryRequest => Content::HelloRetryRequest,
            Message::ServerHello => Content::ServerHello,
            Message::EncryptedExtensions => Content::EncryptedExtensions,
            Message::CertificateRequest => Content::CertificateRequest,
            Message::Certificate => match self.settings.certificate {
                OwnCertificate::Empty => Content::EmptyCertificate,
                OwnCertificate::Good => Content::GoodCertificate,
                OwnCertificate::Rejected => Content::RejectedCertificate,
            },
            Message::CertificateVerify => Content::CertificateVerify,
            Message::Finished => Content::Finished,
            Message::NewSessionTicket => Content::NewSessionTicket,
        });
    }

    fn seal(&mut self, content: Content) {
        self.seal_with(content, self.send_generation);
    }

    fn seal_with(&mut self, content: Content, generation: u8) {
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
            Work::Selection => Event::Selected(if self.current == Content::ClientHello {
                Selection::Complete
            } else {
                Selection::ShareMissing
            }),
            Work::PathCheck if self.current == Content::RejectedCertificate => {
                Event::WorkFailed(Alert::UnknownCa)
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

    /// The event that a record brings. Its generation must be the one that we open.
    fn open(&mut self, cell: Cell) -> Event {
        let expected = match cell.content {
            Content::ChangeCipherSpec => 0,
            _ => self.receive_generation,
        };
        if cell.generation != expected {
            self.fault = Some(Broken::InOrder);
        }
        self.current = cell.content;
        match cell.content {
            Content::Data => Event::ApplicationData,
            Content::ClientHello | Content::UnsuitableClientHello => Event::ClientHello,
            Content::HelloRetryRequest => Event::HelloRetryRequest,
            Content::ServerHello => Event::ServerHello,
            Content::ChangeCipherSpec => Event::ChangeCipherSpec,
            Content::EncryptedExtensions => Event::EncryptedExtensions,
            Content::CertificateRequest => Event::CertificateRequest,
            Content::GoodCertificate | Content::RejectedCertificate => {
                Event::Certificate(CertificateList::Chain)
            }
            Content::EmptyCertificate => Event::Certificate(CertificateList::Empty),
            Content::CertificateVerify => Event::CertificateVerify,
            Content::Finished => Event::Finished(FinishedCheck::Good),
            Content::NewSessionTicket => Event::NewSessionTicket,
            Content::KeyUpdate => Event::KeyUpdate(KeyUpdateRequest::NotRequested),
            Content::KeyUpdateRequest => Event::KeyUpdate(KeyUpdateRequest::Requested),
            Content::CloseNotify => Event::AlertReceived(AlertClass::Closure),
            Content::Alert(Alert::UserCanceled) => Event::AlertReceived(AlertClass::Cancellation),
            Content::Alert(alert) => {
                self.alert_received = Some(alert);
                Event::AlertReceived(AlertClass::Error)
            }
        }
    }
}
