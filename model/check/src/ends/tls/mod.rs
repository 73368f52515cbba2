//! The TLS endpoint of the model: the generated machines over an abstract inbox and outbox.
//!
//! It decides nothing. [`turn::handle`] fires the rows; here stands only what
//! the actions do to cells and what the facts say of them, as in the library it is what they do to
//! bytes.

mod surroundings;

use std::fmt;

pub use self::surroundings::KEYS_GONE;
use hyaline_model::table::{
    self, Action, Event, Facts, Label, Memory, Policy, Role, Row, Slot, States, TransportEnd,
};
use hyaline_model::turn::{self, Fault, Half, World};

use self::surroundings::{Broken, Cells};
use crate::interpret::mutation::Mutation;
use crate::programs::Caller;
use crate::programs::calls::Call;
use crate::programs::result::CallResult;
use crate::world::cell::{Cell, Content};
use crate::world::contract::{Completion, Endpoint, Interest, Log, Operation, Witnesses};

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
    /// The change of the table under test; none but in mutants.
    pub mutation: Option<Mutation>,
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
    /// All machines; after a split, those of the reading half.
    machines: turn::Endpoint,
    /// After a split, the machines of the writing half.
    sender: Option<turn::Endpoint>,
    cells: Cells,
}

impl Tls {
    /// An endpoint that has done nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let machines = match settings.policy.role {
            Role::Client => turn::Endpoint::client(),
            Role::Server => turn::Endpoint::server(settings.tickets),
        };
        let cells = Cells::new(settings);
        Self { machines, sender: None, cells }
    }

    /// The same endpoint with a changed table.
    #[must_use]
    pub const fn with_mutation(mut self, mutation: Mutation) -> Self {
        self.cells.settings.mutation = Some(mutation);
        self
    }

    /// The machines' states and their memory; after a split, those of the reading half.
    #[must_use]
    pub const fn machines(&self) -> &turn::Endpoint {
        &self.machines
    }

    /// After a split, the machines' states and memory of the writing half.
    #[must_use]
    pub const fn sender(&self) -> Option<&turn::Endpoint> {
        self.sender.as_ref()
    }

    /// What waits in the outbox, in order, each with the generation of its keys.
    pub fn waiting(&self) -> impl Iterator<Item = (Content, u8)> {
        self.cells.outbox.contents()
    }

    /// What the guards may ask now.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.cells.facts()
    }

    /// The generations of the sending and of the receiving key; see [`Cell::generation`].
    #[must_use]
    pub const fn generations(&self) -> [u8; 2] {
        [self.cells.send_generation, self.cells.receive_generation]
    }

    /// Whether application data is unread.
    #[must_use]
    pub const fn has_unread(&self) -> bool {
        self.cells.unread > 0
    }

    /// Handles an event and, at once, the work that it begins.
    fn handle(&mut self, event: Event, log: &mut impl Log<TakenRow>) {
        let policy = self.cells.settings.policy;
        let half = self.machines.half();
        let mut world = Logged { cells: &mut self.cells, log, half };
        turn::handle(&mut self.machines, &policy, event, &mut world);
        while let Some(done) = world.cells.work_done.take() {
            turn::handle(&mut self.machines, &policy, done, &mut world);
        }
    }

    /// Handles an event of the writing half, which is the whole endpoint before a split.
    fn handle_sending(&mut self, event: Event, log: &mut impl Log<TakenRow>) {
        let policy = self.cells.settings.policy;
        match &mut self.sender {
            None => self.handle(event, log),
            Some(sender) => {
                let mut world = Logged { cells: &mut self.cells, log, half: sender.half() };
                turn::handle(sender, &policy, event, &mut world);
            }
        }
    }

    fn accepts_event(&self, event: Event) -> bool {
        self.machines.accepts(&self.cells.settings.policy, event, &self.cells)
    }

    /// The same of the writing half, which is the whole endpoint before a split.
    fn accepts_sending(&self, event: Event) -> bool {
        let sender = self.sender.as_ref().unwrap_or(&self.machines);
        sender.accepts(&self.cells.settings.policy, event, &self.cells)
    }

    /// Whether a thread is there that would do this: the reading one delivers its mail first.
    fn receives(&self) -> bool {
        !self.machines.has_mail() && self.accepts_event(Event::Received)
    }

    fn transmits(&self) -> bool {
        self.accepts_sending(Event::Transmitted)
            || (!self.machines.has_mail() && self.accepts_event(Event::Transmitted))
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

    fn split(&mut self) {
        let [receiver, sender] = self.machines.split();
        self.machines = receiver;
        self.sender = Some(sender);
    }

    fn join(&mut self) {
        if let Some(sender) = self.sender.take() {
            self.machines = turn::Endpoint::join([self.machines, sender]);
        }
    }

    fn has_mail(&self) -> bool {
        self.machines.has_mail()
    }

    fn deliver_mail(&mut self, log: &mut impl Log<TakenRow>) {
        while let Some(letter) = self.machines.take_letter() {
            self.handle_sending(letter, log);
        }
    }

    fn start(&mut self, call: Call, log: &mut impl Log<TakenRow>) {
        let Some(of_table) = of_table(call) else { return };
        match call {
            Call::Read => self.handle(Event::Start(of_table), log),
            _ => self.handle_sending(Event::Start(of_table), log),
        }
    }

    fn finish(&mut self, completion: Completion, log: &mut impl Log<TakenRow>) {
        match completion {
            Completion::Received(cell) => self.receive(cell, log),
            Completion::ReceivedFin => self.handle(Event::FinReceived, log),
            Completion::ReceivedReset => self.handle(Event::ResetReceived, log),
            Completion::Transmitted => {
                self.cells.outbox.pop_cell(self.cells.settings.record_cells);
                // The reading thread transmits where the writing one is in no call that does; the
                // other way round nobody could tell.
                let by_reader = self.sender.is_some() && !self.accepts_sending(Event::Transmitted);
                self.handle_sending(Event::Transmitted, log);
                if by_reader {
                    self.handle(Event::Transmitted, log);
                }
            }
            Completion::TransmitBlocked => self.handle_sending(Event::TransmitBlocked, log),
            Completion::TransmitFailed => {
                self.cells.transmit_failed = true;
                self.handle_sending(Event::TransportReset, log);
            }
            Completion::BudgetExpired => self.handle(Event::BudgetExpired, log),
            Completion::DeadlinePassed => self.handle_sending(Event::DeadlinePassed, log),
        }
    }

    fn take_result(&mut self, caller: Caller) -> Option<CallResult> {
        match caller {
            Caller::Whole | Caller::Reader => self.cells.result.take(),
            Caller::Writer => self.cells.write_result.take(),
        }
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
            receive: self.receives(),
            transmit: !self.cells.outbox.is_empty() && self.transmits(),
        }
    }

    fn accepts(&self, completion: Completion) -> bool {
        match completion {
            Completion::Received(_) | Completion::ReceivedFin | Completion::ReceivedReset => {
                self.receives()
            }
            Completion::Transmitted | Completion::TransmitFailed => self.transmits(),
            Completion::TransmitBlocked => self.accepts_sending(Event::TransmitBlocked),
            Completion::BudgetExpired => self.accepts_event(Event::BudgetExpired),
            Completion::DeadlinePassed => self.accepts_sending(Event::DeadlinePassed),
        }
    }

    fn first_cell(&self) -> Option<Cell> {
        self.cells.outbox.first_cell(self.cells.settings.record_cells)
    }

    fn wants_blocked(&self) -> bool {
        !self.cells.outbox.is_empty() && self.accepts_sending(Event::TransmitBlocked)
    }

    fn waits_for_budget(&self) -> bool {
        self.accepts_event(Event::BudgetExpired)
    }

    fn potential(&self) -> u32 {
        let record_cells = self.cells.settings.record_cells;
        let waiting = u32::from(self.cells.outbox.cells(record_cells));
        let sealed = u32::from(self.cells.sealed) * u32::from(record_cells);
        // Each cell sealed adds 6 and, as long as it waits, takes 5 away.
        1 + 6 * sealed - 5 * waiting - u32::from(self.machines.has_mail())
            + 2 * u32::from(self.machines.memory.transport_end != TransportEnd::Nothing)
    }

    fn fault(&self) -> Option<&'static str> {
        self.cells.fault.map(|broken| match broken {
            Broken::InOrder => "in order",
            Broken::Bounded => "bounded",
            Broken::Turn(Fault::TooManyRaised) => "raised events are bounded",
            Broken::Turn(Fault::TooMuchMail) => "mail is bounded",
            Broken::Turn(Fault::NeverSettles) => "a turn ends",
            Broken::Turn(Fault::NotAtHome) => "events come to their home",
        })
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses {
            keys_were_updated: self.cells.receive_generation > 2 && self.cells.unread > 0,
            control_is_queued: self.cells.outbox.control_records() > 0,
        }
    }
}

/// The table's word for a call of a program; none for what no endpoint sees.
const fn of_table(call: Call) -> Option<table::Call> {
    Some(match call {
        Call::Handshake => table::Call::Handshake,
        Call::Read => table::Call::Read,
        Call::Write | Call::TryWrite => table::Call::Write,
        Call::HalfClose => table::Call::HalfClose,
        Call::UpdateKey => table::Call::UpdateKey,
        Call::Close => table::Call::Close,
        Call::EndReading | Call::EndWriting => return None,
    })
}

/// The surroundings, and where their rows are logged.
struct Logged<'a, L> {
    cells: &'a mut Cells,
    log: &'a mut L,
    /// Whose calls end here.
    half: Half,
}

impl<L: Log<TakenRow>> World for Logged<'_, L> {
    fn facts(&self) -> Facts {
        self.cells.facts()
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Complete(result) if self.half == Half::Sender => {
                self.cells.write_result = Some(self.cells.result_of(result));
            }
            action => self.cells.perform(action),
        }
    }

    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.log.row(TakenRow(row));
    }

    fn step(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: &Facts,
        policy: &Policy,
    ) -> Option<&'static Row> {
        self.cells.step(states, slot, memory, event, facts, policy)
    }

    fn leaves_out(&self, row: &'static Row, effect: usize) -> bool {
        self.cells.leaves_out(row, effect)
    }

    fn fault(&mut self, fault: Fault) {
        self.cells.fault(fault);
    }
}
