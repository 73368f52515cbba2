//! How two ends and the channels between them move: one step after the other, in any order.

use std::collections::VecDeque;

use crate::notation::{Notation, RowEffect};
use crate::programs::{self, CallsError};
use crate::protocol::{BoundedChannel, Consequence, Delivery, EventOf, OfferedCall, Protocol};
use crate::snapshot::{EndSnapshot, ProtocolSnapshot};

/// How many events one turn may raise before they are worked off, and how many letters may wait.
const EVENTS_AT_MOST: usize = 16;

/// How many rows for `settle` one turn may take. Each lowers its machine's measure.
const SETTLES_AT_MOST: usize = 1024;

/// What a step begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning<E> {
    /// The next call of the program.
    Call(E),
    /// The next message arrives.
    Deliver(E),
    /// The next message arrives, and stays to arrive again.
    Repeat(E),
    /// The channel to this end loses the next message.
    Lose(E),
    /// What a row has posted comes.
    Letter(E),
    /// A timer expires.
    Timer(E),
    /// What the facts say has changed: the channel has room again.
    Settle,
}

/// A step of one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<E> {
    pub(crate) end: usize,
    pub(crate) beginning: Beginning<E>,
}

/// What a step did.
#[derive(Clone, Debug)]
pub(crate) struct Record<E> {
    /// The rows that it took, in order.
    pub(crate) rows: Vec<usize>,
    /// What it sent.
    pub(crate) sent: Vec<E>,
    /// How many calls it completed.
    pub(crate) completed: usize,
    /// A mistake of the table that it showed.
    pub(crate) fault: Option<String>,
}

/// One of two.
pub(crate) fn of<T>(pair: &[T; 2], end: usize) -> &T {
    let [first, second] = pair;
    if end == 0 { first } else { second }
}

/// One of two, to be changed.
pub(crate) fn of_mut<T>(pair: &mut [T; 2], end: usize) -> &mut T {
    let [first, second] = pair;
    if end == 0 { first } else { second }
}

/// A protocol between two programs, under one policy, over channels of one kind.
pub(crate) struct World<'p, P: Protocol> {
    pub(crate) protocol: &'p P,
    pub(crate) channel: BoundedChannel,
    pub(crate) policy: <P::Table as Notation>::Policy,
    pub(crate) calls: [Vec<OfferedCall<EventOf<P>>>; 2],
    /// For each row, whether it stands under `otherwise`.
    otherwise: Vec<bool>,
}

impl<'p, P: Protocol> World<'p, P> {
    pub(crate) fn new(
        protocol: &'p P,
        channel: BoundedChannel,
        policy: <P::Table as Notation>::Policy,
        texts: [&str; 2],
    ) -> Result<Self, CallsError> {
        let [first, second] = texts;
        Ok(Self {
            protocol,
            channel,
            policy,
            calls: [programs::read::<P>(first)?, programs::read::<P>(second)?],
            otherwise: P::Table::rows().iter().map(|row| row.otherwise).collect(),
        })
    }

    pub(crate) fn first(&self) -> ProtocolSnapshot<P::Table> {
        ProtocolSnapshot::first::<P>()
    }

    /// The call that an end has to complete next.
    pub(crate) fn next_call(
        &self,
        snapshot: &ProtocolSnapshot<P::Table>,
        end: usize,
    ) -> Option<OfferedCall<EventOf<P>>> {
        of(&self.calls, end).get(of(&snapshot.ends, end).completed).copied()
    }

    /// Whether both programs have come to their ends.
    pub(crate) fn is_done(&self, snapshot: &ProtocolSnapshot<P::Table>) -> bool {
        [0, 1].iter().all(|end| self.next_call(snapshot, *end).is_none())
    }

    /// All steps that can be taken.
    pub(crate) fn steps(&self, snapshot: &ProtocolSnapshot<P::Table>) -> Vec<Step<EventOf<P>>> {
        let mut steps = Vec::new();
        for end in [0, 1] {
            let own = of(&snapshot.ends, end);
            let mut offer = |event: EventOf<P>, beginning| {
                if self.accepts(snapshot, end, event) {
                    steps.push(Step { end, beginning });
                }
            };
            let call = self.next_call(snapshot, end).filter(|_| !own.is_pending);
            if let Some(call) = call {
                offer(call.event, Beginning::Call(call.event));
            }
            if let Some(letter) = own.letters.first() {
                offer(*letter, Beginning::Letter(*letter));
            }
            let arrived = of(&snapshot.channels, 1 - end).first();
            if let Some(message) = arrived {
                offer(*message, Beginning::Deliver(*message));
                if self.channel.delivery == Delivery::Duplicating {
                    offer(*message, Beginning::Repeat(*message));
                }
            }
            for timer in P::TIMERS {
                offer(*timer, Beginning::Timer(*timer));
            }
            if let (Some(message), Delivery::Lossy) = (arrived, self.channel.delivery) {
                steps.push(Step { end, beginning: Beginning::Lose(*message) });
            }
            let settle = P::Table::SETTLE;
            if (0..P::Table::SLOTS).any(|slot| self.row(snapshot, end, slot, settle).is_some()) {
                steps.push(Step { end, beginning: Beginning::Settle });
            }
        }
        steps
    }

    /// Whether a row waits for the event: one that is no `otherwise`.
    fn accepts(
        &self,
        snapshot: &ProtocolSnapshot<P::Table>,
        end: usize,
        event: EventOf<P>,
    ) -> bool {
        let slot = P::Table::home(event);
        let row = slot.and_then(|slot| self.row(snapshot, end, slot, event));
        row.is_some_and(|row| self.otherwise.get(row) == Some(&false))
    }

    fn row(
        &self,
        snapshot: &ProtocolSnapshot<P::Table>,
        end: usize,
        slot: usize,
        event: EventOf<P>,
    ) -> Option<usize> {
        let EndSnapshot { states, memory, .. } = of(&snapshot.ends, end);
        let facts = self.protocol.facts(&snapshot.view(end, self.channel));
        states.row(slot, memory, event, &facts, &self.policy)
    }

    /// Takes a step.
    pub(crate) fn take(
        &self,
        snapshot: &mut ProtocolSnapshot<P::Table>,
        step: Step<EventOf<P>>,
    ) -> Record<EventOf<P>> {
        let Step { end, beginning } = step;
        let mut record = Record { rows: vec![], sent: vec![], completed: 0, fault: None };
        let arrived = of_mut(&mut snapshot.channels, 1 - end);
        let own = of_mut(&mut snapshot.ends, end);
        let event = match beginning {
            Beginning::Call(event) => {
                own.is_pending = true;
                Some(event)
            }
            Beginning::Deliver(event) => {
                arrived.remove(0);
                Some(event)
            }
            Beginning::Lose(_) => {
                arrived.remove(0);
                return record;
            }
            Beginning::Letter(event) => {
                own.letters.remove(0);
                Some(event)
            }
            Beginning::Repeat(event) | Beginning::Timer(event) => Some(event),
            Beginning::Settle => None,
        };
        self.turn(snapshot, end, event, &mut record);
        record
    }

    /// One atomic turn: the event's row, the events that it raises, and then rows for `settle`
    /// until none fires. What is posted waits.
    fn turn(
        &self,
        snapshot: &mut ProtocolSnapshot<P::Table>,
        end: usize,
        event: Option<EventOf<P>>,
        record: &mut Record<EventOf<P>>,
    ) {
        let mut raised: VecDeque<EventOf<P>> = event.into_iter().collect();
        let settle = P::Table::SETTLE;
        for _ in 0..SETTLES_AT_MOST {
            while let Some(event) = raised.pop_front() {
                if let Some(slot) = P::Table::home(event) {
                    self.fire(snapshot, end, (slot, event), &mut raised, record);
                }
            }
            let mut slots = 0..P::Table::SLOTS;
            if !slots.any(|slot| self.fire(snapshot, end, (slot, settle), &mut raised, record)) {
                return;
            }
        }
        record.fault.get_or_insert_with(|| "the rows for `settle` never rest".to_owned());
    }

    /// Fires the row of one machine, if there is one.
    fn fire(
        &self,
        snapshot: &mut ProtocolSnapshot<P::Table>,
        end: usize,
        (slot, event): (usize, EventOf<P>),
        raised: &mut VecDeque<EventOf<P>>,
        record: &mut Record<EventOf<P>>,
    ) -> bool {
        let Some(row) = self.row(snapshot, end, slot, event) else { return false };
        record.rows.push(row);
        let own = of_mut(&mut snapshot.ends, end);
        let effects = own.states.take(&mut own.memory, row, event);
        for effect in effects {
            let fault = match effect {
                RowEffect::Perform(action) => {
                    let view = snapshot.view(end, self.channel);
                    let consequence = self.protocol.perform(action, &view);
                    self.perform(snapshot, end, consequence, record)
                }
                RowEffect::Raise(event) => {
                    raised.push_back(event);
                    let is_over = raised.len() > EVENTS_AT_MOST;
                    is_over.then(|| format!("a turn raises more than {EVENTS_AT_MOST} events"))
                }
                RowEffect::Post(event) => {
                    let letters = &mut of_mut(&mut snapshot.ends, end).letters;
                    letters.push(event);
                    let is_over = letters.len() > EVENTS_AT_MOST;
                    is_over.then(|| format!("more than {EVENTS_AT_MOST} posted events wait"))
                }
            };
            if fault.is_some() {
                record.fault = fault;
                raised.clear();
                return false;
            }
        }
        true
    }

    /// What an action does; says what is wrong with that, if anything is.
    fn perform(
        &self,
        snapshot: &mut ProtocolSnapshot<P::Table>,
        end: usize,
        consequence: Consequence<EventOf<P>>,
        record: &mut Record<EventOf<P>>,
    ) -> Option<String> {
        match consequence {
            Consequence::Send(message) => {
                let channel = of_mut(&mut snapshot.channels, end);
                if channel.len() >= usize::from(self.channel.capacity) {
                    return Some(format!(
                        "{message} is sent into a full channel; a row that sends asks for room by \
                         a fact"
                    ));
                }
                channel.push(message);
                record.sent.push(message);
            }
            Consequence::Complete => {
                let own = of_mut(&mut snapshot.ends, end);
                if !own.is_pending {
                    return Some("a call is completed where none is pending".to_owned());
                }
                own.is_pending = false;
                own.completed += 1;
                record.completed += 1;
            }
            Consequence::Nothing => {}
        }
        None
    }
}
