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
use core::marker::PhantomData;

pub use self::world::{Fault, Listener, OneHalf, Receiving, Sending, Shipped, Table, World, act};
use crate::table::{Action, Event, Facts, Half, Memory, Policy, Row, Slot, Stage, home};

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
    let slot = home(event.kind()).filter(|slot| slot.half() == H::HALF);
    let Some(slot) = slot.filter(|_| endpoint.owner != Owner::Half(H::HALF.other())) else {
        world.fault(Fault::NotAtHome);
        return false;
    };
    let Endpoint { states, memory, to_receiving, to_sending, .. } = endpoint;
    let mail = match H::HALF {
        Half::Receiving => to_sending,
        Half::Sending => to_receiving,
    };
    let mut turn = Turn { world, raised: Queue::new(), mail, half: PhantomData };
    let row = table.take((states, memory), slot, event, policy, &mut turn);
    let accepted = row.is_some_and(|row| !row.otherwise);
    for _ in 0..=SETTLES_AT_MOST {
        while let Some(event) = turn.raised.pop() {
            if let Some(slot) = home(event.kind()) {
                table.take((states, memory), slot, event, policy, &mut turn);
            }
        }
        if table.settle((states, memory), H::HALF, policy, &mut turn).is_none() {
            return accepted;
        }
    }
    turn.world.fault(Fault::NeverSettles);
    accepted
}

/// What lasts for one turn: the world of a half, and where its events go.
struct Turn<'t, H, W> {
    world: &'t mut W,
    raised: Queue<RAISED_AT_MOST>,
    mail: &'t mut Queue<MAIL_AT_MOST>,
    half: PhantomData<H>,
}

impl<H: OneHalf, W: World<H>> Stage for Turn<'_, H, W> {
    #[inline]
    fn facts(&self) -> Facts {
        self.world.facts().into()
    }

    #[inline]
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        self.world.fired(row, memory);
    }

    #[inline]
    fn perform(&mut self, action: Action) {
        self.world.perform(action);
    }

    #[inline]
    fn raise(&mut self, event: Event) {
        if !self.raised.push(event) {
            self.world.fault(Fault::TooManyRaised);
        }
    }

    #[inline]
    fn post(&mut self, event: Event) {
        if !self.mail.push(event) {
            self.world.fault(Fault::TooMuchMail);
        }
    }
}
