//! One turn of an endpoint: the only place where rows are fired.
//!
//! Runtime and model call the same functions with the same [`Endpoint`]; what differs between them
//! is the [`World`]: what the facts say and what the actions do. A half may also be run without the
//! other: then its world is asked for its own facts only, and what it posts waits to be taken over.

mod endpoint;
mod queue;
mod world;

pub use self::endpoint::{Endpoint, MAIL_AT_MOST, Owner};
use self::queue::Queue;
pub use self::world::{Fault, Listener, OneHalf, Receiving, Sending, Shipped, Table, World};
use crate::table::{EffectKind, Event, Facts, Half, Policy, Row, Slot, home};

/// How many events one turn may raise before they are handled.
///
/// The table's longest chain is shorter by far; `tests` measure it. An overflow is a [`Fault`].
pub const RAISED_AT_MOST: usize = 8;

/// How many settle rows one turn may fire. Each lowers its machine's measure, so that the table
/// itself bounds them far below this.
pub const SETTLES_AT_MOST: usize = 64;

/// Handles one event of a whole endpoint; where the halves have [one](Owner::One) owner, then the
/// letters that it caused, each in a turn of its own.
pub fn handle<W: World<Receiving> + World<Sending>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    event: Event,
    world: &mut W,
) {
    match home(event.kind()).map(Slot::half) {
        Some(Half::Receiving) => {
            handle_in::<Receiving, W>(endpoint, table, policy, event, world);
        }
        Some(Half::Sending) => {
            handle_in::<Sending, W>(endpoint, table, policy, event, world);
        }
        None => world.fault(Fault::NotAtHome),
    }
    if endpoint.owner == Owner::One {
        deliver(endpoint, table, policy, world);
    }
}

/// Delivers all letters between the halves of a whole endpoint, each in a turn of its own, until
/// none waits: those to the receiving half first.
pub fn deliver<W: World<Receiving> + World<Sending>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    world: &mut W,
) {
    loop {
        if let Some(letter) = endpoint.take_letter(Half::Receiving) {
            handle_in::<Receiving, W>(endpoint, table, policy, letter, world);
        } else if let Some(letter) = endpoint.take_letter(Half::Sending) {
            handle_in::<Sending, W>(endpoint, table, policy, letter, world);
        } else {
            return;
        }
    }
}

/// Handles one event of one half in one atomic turn: the event's row, the events that it raises
/// (first in first out), and then the settle rows of the half's machines until none fires. What is
/// posted waits.
///
/// Says whether the table [accepted](Endpoint::accepts_in) the event: its row was no `otherwise`.
pub fn handle_in<H: OneHalf, W: World<H>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    event: Event,
    world: &mut W,
) -> bool {
    if home(event.kind()).map(Slot::half) != Some(H::HALF)
        || endpoint.owner == Owner::Half(H::HALF.other())
    {
        world.fault(Fault::NotAtHome);
        return false;
    }
    let mut turn = Turn { table, policy, raised: Queue::new(), half: core::marker::PhantomData };
    let mut next = Some(event);
    let mut accepted = None;
    let mut settles = 0;
    loop {
        while let Some(event) = next.take().or_else(|| turn.raised.pop()) {
            if let Some(slot) = home(event.kind()) {
                let facts = world.facts().into();
                let row = turn.fire(endpoint, slot, event, &facts, world);
                accepted.get_or_insert(row.is_some_and(|row| !row.otherwise));
            }
        }
        // Nothing happens between machines that rest: one sample serves until one fires.
        let facts = world.facts().into();
        let mut slots = H::HALF.slots().iter();
        if !slots.any(|slot| turn.fire(endpoint, *slot, Event::Settle, &facts, world).is_some()) {
            return accepted == Some(true);
        }
        settles += 1;
        if settles > SETTLES_AT_MOST {
            world.fault(Fault::NeverSettles);
            return accepted == Some(true);
        }
    }
}

/// What lasts for one turn.
struct Turn<'t, H, T> {
    table: &'t T,
    policy: &'t Policy,
    raised: Queue<RAISED_AT_MOST>,
    half: core::marker::PhantomData<H>,
}

impl<H: OneHalf, T: Table> Turn<'_, H, T> {
    /// Takes one step of one machine: the row that fires, if one does; only `settle` allows none.
    fn fire<W: World<H>>(
        &mut self,
        endpoint: &mut Endpoint,
        slot: Slot,
        event: Event,
        facts: &Facts,
        world: &mut W,
    ) -> Option<&'static Row> {
        let Endpoint { states, memory, .. } = endpoint;
        let row = self.table.step(states, slot, memory, event, facts, self.policy)?;
        world.fired(row, memory);
        states.enter(row);
        memory.update(row, event);
        for (index, effect) in row.effects.iter().enumerate() {
            if self.table.leaves_out(row, index) {
                continue;
            }
            match effect.kind {
                EffectKind::Perform(action) => world.perform(action(event)),
                EffectKind::Raise(event_of) => {
                    if !self.raised.push(event_of(event)) {
                        world.fault(Fault::TooManyRaised);
                    }
                }
                EffectKind::Post(event_of) => {
                    let mail = match H::HALF {
                        Half::Receiving => &mut endpoint.to_sending,
                        Half::Sending => &mut endpoint.to_receiving,
                    };
                    if !mail.push(event_of(event)) {
                        world.fault(Fault::TooMuchMail);
                    }
                }
            }
        }
        Some(row)
    }
}
