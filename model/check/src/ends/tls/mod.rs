//! The TLS endpoint of the model: the generated machines over an abstract inbox and outbox.
//!
//! It decides nothing. [`turn::handle`] fires the rows; here stands only what actions do to cells,
//! and what facts say of cells. The library has the same for bytes.

mod logged;
mod renumber;
mod settings;
mod surroundings;

use std::fmt;

pub use self::renumber::one_less;
pub use self::settings::{OwnCertificate, Settings};
pub use self::surroundings::KEYS_GONE;
use hyaline_model::table::{
    EarlyDataState, Event, Facts, Half, Label, ReceiveEnd, ReceivingCall, ReceivingFacts, Role,
    Row, SendEnd, SendReset, SendingCall, SendingFacts, Slot, TransportEnd,
};
use hyaline_model::turn::{self, Fault, Owner, Receiving, Sending, World};

use self::logged::Logged;
use self::surroundings::{Broken, Cells};
use crate::ends::plain_tcp::PlainTcp;
use crate::interpret::mutation::{Mutated, Mutation};
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::world::cell::{Cell, CellContent, EARLY_KEYS};
use crate::world::contract::{
    Completion, Log, PairEndpoint, PairInterest, PairOperation, Witnesses,
};

/// How many control records may wait in the outbox behind the flight of the handshake: one reply
/// and one request to update keys, one alert. Tickets are counted apart.
pub const CONTROL_RECORDS: u8 = 3;

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
    /// What calls in plaintext do, before the handshake.
    plaintext: PlainTcp,
}

impl Tls {
    /// An endpoint that has done nothing yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let machines = match settings.policy.role {
            Role::Client => turn::Endpoint::client(),
            Role::Server => turn::Endpoint::server(settings.tickets),
        };
        let plaintext = PlainTcp::new(settings.record_cells);
        Self { machines, cells: Cells::new(settings), plaintext }
    }

    /// The same endpoint with a changed table.
    #[must_use]
    pub const fn with_mutation(mut self, mutation: Mutation) -> Self {
        self.cells.settings.table = Mutated(Some(mutation));
        self
    }

    /// The machines' states and their memory.
    #[must_use]
    pub const fn machines(&self) -> &turn::Endpoint {
        &self.machines
    }

    /// Whether nothing more is transmitted, since a transmitting call has failed.
    #[must_use]
    pub const fn sending_has_failed(&self) -> bool {
        matches!(self.machines.memory.send_end, SendEnd::ResetMet | SendEnd::Reset)
    }

    /// Whether the halves have two owners.
    #[must_use]
    pub fn is_divided(&self) -> bool {
        self.machines.owner() == Owner::Two
    }

    /// What waits in the outbox, in order, each with the generation of its keys.
    pub fn waiting(&self) -> impl Iterator<Item = (CellContent, u8)> {
        self.cells.outbox.contents()
    }

    /// What the guards may ask now.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let receiving: ReceivingFacts = World::<Receiving>::facts(&self.cells);
        let sending: SendingFacts = World::<Sending>::facts(&self.cells);
        Facts::FIRST.receiving(receiving).sending(sending)
    }

    /// The generations of the sending and of the receiving key; see [`Cell::generation`].
    #[must_use]
    pub const fn generations(&self) -> [u8; 2] {
        [self.cells.send_generation, self.cells.receive_generation]
    }

    /// How many records of early data a server has received.
    #[must_use]
    pub const fn early_data(&self) -> u8 {
        self.cells.early_data
    }

    /// How many records of application data are unread.
    #[must_use]
    pub const fn unread(&self) -> u8 {
        self.cells.unread
    }

    /// Handles an event and, at once, the work that it begins.
    fn handle(&mut self, event: Event, log: &mut impl Log<TakenRow>) {
        let Settings { policy, table, .. } = self.cells.settings;
        let mut world = Logged { cells: &mut self.cells, log };
        turn::handle(&mut self.machines, &table, &policy, event, &mut world);
        while let Some(done) = world.cells.work_done.take() {
            turn::handle(&mut self.machines, &table, &policy, done, &mut world);
        }
    }

    fn accepts_event(&self, event: Event) -> bool {
        let Settings { policy, table, .. } = &self.cells.settings;
        self.machines.accepts(table, policy, event, &self.cells)
    }

    /// Whether a call would receive now. The owner of the receiving half delivers the letters of
    /// that half before it receives.
    fn receives(&self) -> bool {
        !self.machines.has_mail(Half::Sending) && self.accepts_event(Event::Received)
    }

    /// Once the handshake is complete: whether a client knows whether its early data were accepted,
    /// and a server has received all of them or none.
    fn tells_early_data(&self) -> bool {
        let Settings { policy, early_data, .. } = self.cells.settings;
        let accepted = self.cells.settings.accepts_early_data();
        !self.machines.memory.connected
            || match policy.role {
                Role::Server => self.cells.early_data == if accepted { early_data } else { 0 },
                Role::Client => {
                    let rejected = early_data > 0 && !accepted;
                    let told = self.machines.memory.early_data;
                    (told == EarlyDataState::Accepted) == accepted
                        && (told == EarlyDataState::Rejected) == rejected
                }
            }
    }

    /// Handles a cell that has arrived. The last cell of a record has the record opened, unless the
    /// endpoint discards its input.
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
        self.cells.current = CellContent::Data;
    }
}

impl PairEndpoint for Tls {
    type Row = TakenRow;

    fn divide(&mut self) {
        self.machines = self.machines.owned_by(Owner::Two);
    }

    fn unite(&mut self) {
        self.machines = self.machines.owned_by(Owner::One);
    }

    fn has_mail(&self) -> bool {
        Half::ALL.iter().any(|half| self.machines.has_mail(*half))
    }

    fn owes_mail(&self) -> bool {
        self.machines.has_mail(Half::Sending)
    }

    fn accepts_answer(&self) -> bool {
        !self.is_divided() && self.machines.states.has(Slot::Handshake, Label::AcceptsAnswer)
    }

    fn deliver_mail(&mut self, log: &mut impl Log<TakenRow>) {
        let Settings { policy, table, .. } = self.cells.settings;
        let mut world = Logged { cells: &mut self.cells, log };
        turn::deliver(&mut self.machines, &table, &policy, &mut world);
    }

    fn start(&mut self, call: ProgramCall, log: &mut impl Log<TakenRow>) {
        match event_of(call) {
            Some(event) => self.handle(event, log),
            None if call.is_plain() => self.plaintext.start(call, &mut ()),
            None => {}
        }
    }

    fn finish(&mut self, completion: Completion, log: &mut impl Log<TakenRow>) {
        if self.plaintext.is_waiting() {
            return self.plaintext.finish(completion, &mut ());
        }
        match completion {
            Completion::Received(cell) => self.receive(cell, log),
            // A letter may say that a transmitting call has met a reset. Then the FIN is no clean
            // end, so letters are delivered before the FIN.
            Completion::ReceivedFin => {
                self.deliver_mail(log);
                self.handle(Event::FinReceived, log);
            }
            Completion::ReceivedReset => self.handle(Event::ResetReceived, log),
            Completion::Transmitted => {
                self.cells.outbox.pop_cell(self.cells.settings.record_cells);
                self.handle(Event::Transmitted, log);
            }
            Completion::TransmitBlocked => self.handle(Event::TransmitBlocked, log),
            Completion::TransmitFailed => self.handle(Event::TransmitFailed, log),
            Completion::BudgetExpired => self.handle(Event::BudgetExpired, log),
            Completion::DeadlinePassed => self.handle(Event::SendDeadlinePassed, log),
            Completion::ReadDeadlinePassed => self.handle(Event::ReceiveDeadlinePassed, log),
        }
    }

    fn take_result(&mut self, place: Half) -> Option<ProgramResult> {
        let plain = self.plaintext.take_result(place);
        plain.or_else(|| match place {
            Half::Receiving => self.cells.receive_result.take(),
            Half::Sending => self.cells.send_result.take(),
        })
    }

    fn take_operation(&mut self) -> Option<PairOperation> {
        if std::mem::take(&mut self.cells.shutdown_due) {
            Some(PairOperation::ShutdownWrite)
        } else if std::mem::take(&mut self.cells.close_due) {
            Some(PairOperation::Close)
        } else {
            None
        }
    }

    fn interest(&self) -> PairInterest {
        if self.plaintext.is_waiting() {
            return self.plaintext.interest();
        }
        PairInterest {
            receive: self.receives(),
            transmit: !self.cells.outbox.is_empty() && self.accepts_event(Event::Transmitted),
        }
    }

    fn accepts(&self, completion: Completion) -> bool {
        if self.plaintext.is_waiting() {
            return self.plaintext.accepts(completion);
        }
        match completion {
            Completion::Received(_) | Completion::ReceivedFin | Completion::ReceivedReset => {
                self.receives()
            }
            Completion::Transmitted | Completion::TransmitFailed => {
                self.accepts_event(Event::Transmitted)
            }
            Completion::TransmitBlocked => self.accepts_event(Event::TransmitBlocked),
            Completion::BudgetExpired => self.accepts_event(Event::BudgetExpired),
            Completion::DeadlinePassed => self.accepts_event(Event::SendDeadlinePassed),
            Completion::ReadDeadlinePassed => self.accepts_event(Event::ReceiveDeadlinePassed),
        }
    }

    fn first_cell(&self) -> Option<Cell> {
        let plain = self.plaintext.first_cell();
        let plain = plain.map(|cell| Cell { content: CellContent::Plaintext, ..cell });
        plain.or_else(|| self.cells.outbox.first_cell(self.cells.settings.record_cells))
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
        let memory = &self.machines.memory;
        // Each of these becomes true once, and then stays. The turn that sets one may also post a
        // letter or ask the other half a question, which `due` below subtracts.
        let risen = [
            memory.transport_end != TransportEnd::Nothing,
            memory.receive_end != ReceiveEnd::Nothing,
            memory.send_reset == SendReset::Drained,
            memory.connected,
        ];
        let risen = risen.into_iter().filter(|one| *one).count();
        let due = 4 * u32::from(self.machines.has_mail(Half::Sending))
            + u32::from(self.machines.has_mail(Half::Receiving))
            + 2 * u32::from(memory.asked);
        // A sealed cell adds 8. As long as the cell waits in the outbox, 7 are subtracted.
        8 + 8 * sealed - 7 * waiting
            + 8 * u32::try_from(risen).unwrap_or(u32::MAX)
            + 4 * rank_of(self.cells.receive_generation)
            + self.plaintext.potential()
            - due
    }

    fn fault(&self) -> Option<&'static str> {
        let untrue = (!self.tells_early_data()).then_some("early data are told");
        let broken = self.cells.fault.map(|broken| match broken {
            Broken::InOrder => "in order",
            Broken::Bounded => "bounded",
            Broken::Turn(Fault::TooManyRaised) => "raised events are bounded",
            Broken::Turn(Fault::TooMuchMail) => "mail is bounded",
            Broken::Turn(Fault::NeverSettles) => "a turn ends",
            Broken::Turn(Fault::NotAtHome) => "events come to their home",
        });
        broken.or(untrue)
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses {
            keys_were_updated: (3..EARLY_KEYS).contains(&self.cells.receive_generation)
                && self.cells.unread > 0,
            control_is_queued: self.cells.outbox.control_records() > 0,
        }
    }
}

/// The place of a receiving key among those that follow each other.
fn rank_of(generation: u8) -> u32 {
    match generation {
        0 => 0,
        EARLY_KEYS => 1,
        other => u32::from(other) + 1,
    }
}

/// The event by which a call of a program begins; none for what no endpoint sees.
const fn event_of(call: ProgramCall) -> Option<Event> {
    Some(match call {
        ProgramCall::Handshake => Event::StartReceiving(ReceivingCall::Handshake),
        ProgramCall::Read | ProgramCall::TryRead => Event::StartReceiving(ReceivingCall::Read),
        ProgramCall::Close => Event::StartReceiving(ReceivingCall::Close),
        ProgramCall::Write | ProgramCall::TryWrite => Event::StartSending(SendingCall::Write),
        ProgramCall::HalfClose => Event::StartSending(SendingCall::HalfClose),
        ProgramCall::UpdateKey => Event::StartSending(SendingCall::UpdateKey),
        ProgramCall::PlainRead
        | ProgramCall::PlainWrite
        | ProgramCall::EndReading
        | ProgramCall::EndWriting
        | ProgramCall::Rest => return None,
    })
}
