//! World *pair*: two endpoints, TCP between them, and a program on each side.

use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, Programs};
use crate::side::{Both, Side};
use crate::world::contract::{Completion, Log, PairEndpoint};
use crate::world::occurrence::{Awaited, Occurrence, happen};
pub use crate::world::snapshot::{CALL_WEIGHT, Marks, Party, Snapshot};
pub use crate::world::step::{Beginnings, Step, Timers};
use crate::world::tcp::{Tcp, TcpConfig, Vanishing};

/// What moves: endpoints, transport and programs.
#[derive(Debug)]
pub struct Pair<E> {
    /// The endpoints, before their first call.
    pub endpoints: Both<E>,
    /// The transport's configuration.
    pub tcp: TcpConfig,
    /// The programs.
    pub programs: Programs,
    /// When programs begin their next calls.
    pub beginnings: Beginnings,
    /// When timers may expire.
    pub timers: Timers,
}

impl<E: PairEndpoint> Pair<E> {
    /// A pair whose programs begin their next calls at once; at any time where a host may vanish.
    pub const fn new(
        endpoints: Both<E>,
        tcp: TcpConfig,
        programs: Programs,
        timers: Timers,
    ) -> Self {
        let beginnings = match tcp.vanishing {
            Vanishing::Never => Beginnings::AtOnce,
            Vanishing::Unprobed | Vanishing::Probed => Beginnings::AnyTime,
        };
        Self { endpoints, tcp, programs, beginnings, timers }
    }

    /// The snapshot in which no call was made.
    pub fn first(&self) -> Snapshot<E> {
        let party = |endpoint| Party { endpoint, histories: Callers::default() };
        Snapshot {
            parties: self.endpoints.clone().map(party),
            tcp: Tcp::default(),
            marks: Marks::default(),
        }
    }

    /// Hands the steps that are enabled, in a fixed order, to `each`, until it returns true.
    fn any_step(&self, snapshot: &Snapshot<E>, mut each: impl FnMut(Step) -> bool) -> bool {
        for side in Side::ALL.into_iter().filter(|side| !snapshot.tcp.is_vanished(*side)) {
            let party = snapshot.parties.of(side);
            let manner = self.programs.manner(side);
            for caller in Caller::ALL.into_iter().filter(|one| party.may_begin(manner, *one)) {
                let calls = party.histories.of(caller).calls();
                let stopped = ProgramCall::ALL
                    .into_iter()
                    .filter(|call| self.programs.allow(side, caller, calls, *call))
                    .filter(|call| party.may_make(caller, *call))
                    .any(|call| each(Step::Begin(side, call)));
                if stopped || self.begins_alone(snapshot, side, caller) {
                    return stopped;
                }
            }
        }
        Side::ALL.into_iter().any(|side| self.any_endpoint_step(snapshot, side, &mut each))
            || self.any_loss(snapshot, &mut each)
            || Side::ALL.into_iter().any(|side| {
                (snapshot.tcp.can_deliver(&self.tcp, side) && each(Step::Deliver(side)))
                    || (snapshot.tcp.can_deliver_reset(side) && each(Step::DeliverReset(side)))
            })
    }

    /// [`Pair::any_step`] for a host that vanishes, and for the other's TCP that gives up.
    fn any_loss(&self, snapshot: &Snapshot<E>, each: &mut impl FnMut(Step) -> bool) -> bool {
        let connected = Side::ALL.into_iter().all(|side| snapshot.parties.of(side).is_connected());
        Side::ALL.into_iter().any(|side| {
            (connected && snapshot.tcp.can_vanish(&self.tcp, side) && each(Step::Vanish(side)))
                || (snapshot.tcp.can_give_up(&self.tcp, side) && each(Step::GiveUp(side)))
        })
    }

    /// Whether the beginning of this caller's call, which may begin, is the only step that is
    /// looked at: see [`Beginnings::AtOnce`].
    fn begins_alone(&self, snapshot: &Snapshot<E>, side: Side, caller: Caller) -> bool {
        self.beginnings == Beginnings::AtOnce
            && match caller {
                Caller::Whole => snapshot.tcp.receive_queue(side).is_empty(),
                Caller::Reader => true,
                Caller::Writer => false,
            }
    }

    /// Whether some caller begins a call before any other step is taken.
    fn some_begins_alone(&self, snapshot: &Snapshot<E>) -> bool {
        Side::ALL.into_iter().any(|side| {
            let (party, manner) = (snapshot.parties.of(side), self.programs.manner(side));
            Caller::ALL.into_iter().any(|caller| {
                !snapshot.tcp.is_vanished(side)
                    && party.may_begin(manner, caller)
                    && self.begins_alone(snapshot, side, caller)
            })
        })
    }

    /// [`Pair::any_step`] for the steps of one endpoint. Only a pending call makes steps, and mail.
    fn any_endpoint_step(
        &self,
        snapshot: &Snapshot<E>,
        side: Side,
        each: &mut impl FnMut(Step) -> bool,
    ) -> bool {
        let party = snapshot.parties.of(side);
        let endpoint = &party.endpoint;
        if snapshot.tcp.is_vanished(side) {
            return false;
        }
        if endpoint.has_mail() && each(Step::DeliverMail(side)) {
            return true;
        }
        if !party.is_waiting() {
            return false;
        }
        let tcp = &snapshot.tcp;
        let interest = endpoint.interest();
        if self.may_give_up(snapshot, side) && each(Step::PassDeadline(side)) {
            return true;
        }
        if self.may_give_up_reading(snapshot, side) && each(Step::PassReadDeadline(side)) {
            return true;
        }
        if interest.transmit && endpoint.first_cell().is_some() {
            if tcp.can_transmit(&self.tcp, side) && each(Step::Transmit(side)) {
                return true;
            }
            if endpoint.wants_blocked() && tcp.can_block(&self.tcp, side) && each(Step::Block(side))
            {
                return true;
            }
            // Where no queue stands between the ends, the cell goes over only while a call of the
            // peer receives.
            let peer = snapshot.parties.of(side.peer());
            if tcp.can_exchange(&self.tcp, side)
                && peer.is_waiting()
                && peer.endpoint.interest().receive
                && each(Step::Exchange(side))
            {
                return true;
            }
        }
        interest.receive && tcp.can_receive(&self.tcp, side) && each(Step::Receive(side))
    }

    /// Whether a call of this side is pending and no step of its own endpoint is enabled: somebody
    /// else has to move first.
    pub fn waits(&self, snapshot: &Snapshot<E>, side: Side) -> bool {
        snapshot.parties.of(side).is_waiting()
            && !snapshot.tcp.is_vanished(side)
            && !self.any_endpoint_step(snapshot, side, &mut |_| true)
    }

    /// Whether a write with a deadline is pending that finds no room.
    fn may_give_up(&self, snapshot: &Snapshot<E>, side: Side) -> bool {
        let party = snapshot.parties.of(side);
        party.pending().any(|call| call == ProgramCall::TryWrite)
            && party.endpoint.first_cell().is_some()
            && party.endpoint.accepts(Completion::DeadlinePassed)
            && snapshot.tcp.can_block(&self.tcp, side)
    }

    /// Whether a read with a deadline is pending that finds nothing to receive. What has come is
    /// received whatever the time: so does a socket with a timeout.
    fn may_give_up_reading(&self, snapshot: &Snapshot<E>, side: Side) -> bool {
        let party = snapshot.parties.of(side);
        party.pending().any(|call| call == ProgramCall::TryRead)
            && party.endpoint.accepts(Completion::ReadDeadlinePassed)
            && !(party.endpoint.interest().receive && snapshot.tcp.can_receive(&self.tcp, side))
    }

    /// [`Pair::any_step`] for the budgets that may expire.
    fn any_expiry(&self, snapshot: &Snapshot<E>, mut each: impl FnMut(Step) -> bool) -> bool {
        Side::ALL.into_iter().any(|side| {
            let party = snapshot.parties.of(side);
            party.is_waiting()
                && !snapshot.tcp.is_vanished(side)
                && party.endpoint.waits_for_budget()
                && each(Step::ExpireBudget(side))
        })
    }

    /// Lists the steps that are enabled, in a fixed order.
    pub fn steps(&self, snapshot: &Snapshot<E>, steps: &mut Vec<Step>) {
        let before = steps.len();
        self.any_step(snapshot, |step| {
            steps.push(step);
            false
        });
        let timers_run = || self.timers == Timers::Any && !self.some_begins_alone(snapshot);
        if steps.len() == before || timers_run() {
            self.any_expiry(snapshot, |step| {
                steps.push(step);
                false
            });
        }
    }

    /// Whether no step is enabled.
    pub fn is_terminal(&self, snapshot: &Snapshot<E>) -> bool {
        !self.any_step(snapshot, |_| true) && !self.any_expiry(snapshot, |_| true)
    }

    /// Takes a step that is enabled. The rows that the endpoints take go to the logs.
    pub fn take<L: Log<E::Row>>(&self, snapshot: &mut Snapshot<E>, step: Step, logs: &mut Both<L>) {
        let before = snapshot.potential();
        match step {
            Step::Begin(side, call) => self.begin(snapshot, side, call, logs),
            Step::Transmit(side) => {
                if let Some(cell) = snapshot.parties.of(side).endpoint.first_cell() {
                    let completion = snapshot.tcp.transmit(&self.tcp, side, cell);
                    self.finish(snapshot, side, completion, logs);
                }
            }
            Step::Block(side) => self.finish(snapshot, side, Completion::TransmitBlocked, logs),
            Step::Receive(side) => {
                if let Some(completion) = snapshot.tcp.receive(&self.tcp, side) {
                    self.finish(snapshot, side, completion, logs);
                }
            }
            Step::Exchange(side) => {
                if let Some(cell) = snapshot.parties.of(side).endpoint.first_cell() {
                    self.finish(snapshot, side, Completion::Transmitted, logs);
                    self.finish(snapshot, side.peer(), Completion::Received(cell), logs);
                }
            }
            Step::Deliver(side) => snapshot.tcp.deliver(&self.tcp, side),
            Step::DeliverReset(side) => snapshot.tcp.deliver_reset(&self.tcp, side),
            Step::Vanish(side) => snapshot.tcp.vanish(side),
            Step::GiveUp(side) => snapshot.tcp.give_up(side),
            Step::DeliverMail(side) => self.stir(snapshot, side, Occurrence::Mail, logs),
            Step::ExpireBudget(side) => {
                // Neither a host that has vanished nor a program that rests confirms anything.
                let silent =
                    |side| snapshot.tcp.is_vanished(side) || snapshot.parties.of(side).rests();
                snapshot.marks.unconfirmed |= !Side::ALL.into_iter().any(silent);
                self.finish(snapshot, side, Completion::BudgetExpired, logs);
            }
            Step::PassDeadline(side) => {
                self.finish(snapshot, side, Completion::DeadlinePassed, logs);
            }
            Step::PassReadDeadline(side) => {
                self.finish(snapshot, side, Completion::ReadDeadlinePassed, logs);
            }
        }
        if snapshot.potential() <= before {
            snapshot.marks.went_back = true;
        }
    }

    fn begin<L: Log<E::Row>>(
        &self,
        snapshot: &mut Snapshot<E>,
        side: Side,
        call: ProgramCall,
        logs: &mut Both<L>,
    ) {
        let caller = self.programs.caller(side, call);
        let history = snapshot.parties.of_mut(side).histories.of_mut(caller);
        history.begin(call);
        if call == ProgramCall::Rest {
            return;
        }
        if call.is_end() {
            return history.finish(ProgramResult::Ok);
        }
        self.stir(snapshot, side, Occurrence::Begin(call), logs);
    }

    fn finish<L: Log<E::Row>>(
        &self,
        snapshot: &mut Snapshot<E>,
        side: Side,
        completion: Completion,
        logs: &mut Both<L>,
    ) {
        self.stir(snapshot, side, Occurrence::Completed(completion), logs);
    }

    /// Tells a side what has happened, carries out what its endpoint's turn asks of the transport,
    /// and notes the results of calls.
    fn stir<L: Log<E::Row>>(
        &self,
        snapshot: &mut Snapshot<E>,
        side: Side,
        occurrence: Occurrence,
        logs: &mut Both<L>,
    ) {
        let accepted = snapshot.parties.of(side.peer()).histories.accepted();
        let Party { endpoint, histories } = snapshot.parties.of_mut(side);
        let (manner, awaited) = (self.programs.manner(side), Awaited::of(histories));
        let aftermath = happen(endpoint, manner, occurrence, &awaited, logs.of_mut(side));
        let is_prompt = histories.conclude(&aftermath.results, accepted);
        for operation in aftermath.operations {
            snapshot.tcp.operate(side, operation);
        }
        let leaves = is_prompt && snapshot.parties.of(side).leaves_unsent();
        snapshot.marks.dallied |= leaves && snapshot.tcp.has_room(&self.tcp, side);
    }
}
