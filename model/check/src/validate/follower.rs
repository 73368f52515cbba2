//! The world around one turn that a log tells of.

use std::collections::VecDeque;

use hyaline_model::table::{
    Action, EffectKind, Event, Facts, Half, Machine, Memory, ReceivingFacts, Row, SendingFacts,
};
use hyaline_model::turn::{Fault, Listener, Receiving, Sending, World};

use super::departure::Wrong;
use super::end::{Followed, Move, Moved, Pending, machines};
use super::surroundings::{Content, content};
use super::written::Taken;

/// The rows of one turn, and what comes behind them in the same half.
pub(super) struct TurnOfLog<'l> {
    pub(super) half: Half,
    pub(super) steps: Vec<&'l Taken>,
    /// The first row of the next turn of that half.
    pub(super) next: Option<&'l Taken>,
    /// Where they stand among the entries.
    pub(super) places: Vec<usize>,
}

/// A step that is no step of the model.
pub(super) struct Found<'l> {
    pub(super) at: &'l Taken,
    pub(super) wrong: Wrong,
    pub(super) machines: Vec<(Machine, u8)>,
    pub(super) memory: Memory,
    /// The event on which a row fires there.
    pub(super) event: Event,
}

/// The world around one turn, which knows what the log says of it.
pub(super) struct Follower<'f, 'l> {
    turn: &'f TurnOfLog<'l>,
    followed: &'f mut Followed,
    trusts: bool,
    /// How many steps of the turn were taken.
    pub(super) position: usize,
    /// Events that were raised, and not handled.
    raised: VecDeque<Event>,
    /// The states of the half's machines.
    machines: Vec<(Machine, u8)>,
    pub(super) found: Option<Found<'l>>,
}

impl<'f, 'l> Follower<'f, 'l> {
    pub(super) fn new(turn: &'f TurnOfLog<'l>, trusts: bool, followed: &'f mut Followed) -> Self {
        let machines = machines(&followed.halves.of_half(turn.half).states, turn.half);
        let (raised, position, found) = (VecDeque::new(), 0, None);
        Self { turn, followed, trusts, position, raised, machines, found }
    }

    /// The facts of the next step; behind the last step, the facts that it has left.
    fn facts_now(&self) -> Facts {
        let next = self.turn.steps.get(self.position).filter(|_| self.found.is_none());
        next.map_or(self.followed.surroundings.facts, |next| next.facts)
    }

    fn state_of(&mut self, machine: Machine) -> Option<&mut u8> {
        let mut states = self.machines.iter_mut();
        states.find_map(|(known, state)| (*known == machine).then_some(state))
    }

    /// What is wrong with the next step, if this row fires there on this event.
    fn wrong(&mut self, next: &Taken, row: &'static Row, event: Event) -> Option<Wrong> {
        let is_first = self.position == 0;
        let surroundings = &mut self.followed.surroundings;
        if self.trusts {
            surroundings.adopt(next);
        } else if let Some(wrong) = surroundings.fact_that_is_wrong(next, is_first) {
            return Some(wrong);
        }
        if row != next.row {
            return Some(Wrong::OtherRow(row));
        }
        if event != next.event {
            return Some(Wrong::OtherEvent(event));
        }
        let is = self.state_of(row.machine).map_or(next.from, |state| *state);
        let to = row.to.unwrap_or(is);
        let named = |state: u8| row.machine.state_name(state);
        let wrong = |said, is| Some(Wrong::OtherState { said: named(said), is: named(is) });
        match (is == next.from, to == next.to) {
            (true, true) => None,
            (false, _) => wrong(next.from, is),
            (true, false) => wrong(next.to, to),
        }
    }

    /// How many records of application data the step seals that is taken now.
    fn records(&self, action: Action) -> Option<u64> {
        if action != Action::SendApplicationData {
            return None;
        }
        let before = self.step()?.sealed?;
        let steps = self.turn.steps.get(self.position..)?;
        let next = steps.first().copied().or(self.turn.next)?;
        Some(next.sealed?.saturating_sub(before))
    }

    /// The step that was taken last.
    fn step(&self) -> Option<&'l Taken> {
        self.turn.steps.get(self.position.checked_sub(1)?).copied()
    }

    fn note(&mut self, what: Moved) {
        if let Some(step) = self.step() {
            let Taken { line, microseconds, row, .. } = *step;
            self.followed.moves.push(Move { line, microseconds, row, what });
        }
    }

    /// Notes what an event from outside means, once its row has fired.
    fn note_event(&mut self, event: Event, accepted: bool) {
        let line = self.step().map_or(0, |step| step.line);
        let begins = |call: &str| Some(Pending { call: call.to_owned(), line });
        let [receiving, sending] = &mut self.followed.pending;
        match event {
            Event::StartReceiving(call) if accepted => *receiving = begins(call.name()),
            Event::StartSending(call) if accepted => *sending = begins(call.name()),
            Event::Received => self.followed.surroundings.received(accepted),
            Event::Discarded => self.note(Moved::Discards),
            Event::FinReceived => self.note(Moved::EndReceived),
            _ if content(event) != Content::None => self.note(Moved::Received(event)),
            _ => {}
        }
    }

    fn perform(&mut self, action: Action) {
        if self.found.is_some() {
            return;
        }
        let records = self.records(action);
        self.followed.surroundings.perform(action, records);
        let [receiving, sending] = &mut self.followed.pending;
        match action {
            Action::DropOutbox => self.note(Moved::Dropped),
            Action::ShutdownWrite => self.note(Moved::EndSent),
            Action::CloseTransport => self.note(Moved::Closed),
            Action::Complete(_) if self.turn.half == Half::Receiving => *receiving = None,
            Action::Complete(_) => *sending = None,
            _ if action.seals() => self.note(Moved::Sent(action, records)),
            _ => {}
        }
    }
}

impl Listener for Follower<'_, '_> {
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        if self.found.is_some() {
            return;
        }
        let settles = row.event == Event::Settle.kind();
        let first = self.turn.steps.first().filter(|_| self.position == 0);
        let event = match first {
            Some(first) => first.event,
            None if settles => Event::Settle,
            None => self.raised.pop_front().unwrap_or(Event::Settle),
        };
        let next = self.turn.steps.get(self.position).copied();
        let wrong = match next {
            Some(next) => self.wrong(next, row, event).map(|wrong| (next, wrong)),
            // A row that is missing is reported at the next turn, or else at the last step.
            None => {
                let at = self.turn.next.or(self.turn.steps.last().copied());
                at.map(|at| (at, Wrong::Skipped(row)))
            }
        };
        if let Some((at, wrong)) = wrong {
            let (machines, memory) = (self.machines.clone(), *memory);
            self.found = Some(Found { at, wrong, machines, memory, event });
            return;
        }
        self.position += 1;
        self.followed.rows += 1;
        if let (Some(to), Some(state)) = (row.to, self.state_of(row.machine)) {
            *state = to;
        }
        for effect in row.effects {
            if let EffectKind::Raise(raised) = effect.kind {
                self.raised.push_back(raised(event));
            }
        }
        self.note_event(event, !row.otherwise);
    }

    fn fault(&mut self, _: Fault) {
        if let (None, Some(at)) = (&self.found, self.turn.steps.last().copied()) {
            let memory = Memory::INITIAL;
            let (wrong, machines) = (Wrong::Bound, self.machines.clone());
            self.found = Some(Found { at, wrong, machines, memory, event: Event::Settle });
        }
    }
}

impl World<Receiving> for Follower<'_, '_> {
    fn facts(&self) -> ReceivingFacts {
        self.facts_now().into()
    }

    fn perform(&mut self, action: Action) {
        self.perform(action);
    }
}

impl World<Sending> for Follower<'_, '_> {
    fn facts(&self) -> SendingFacts {
        self.facts_now().into()
    }

    fn perform(&mut self, action: Action) {
        self.perform(action);
    }
}
