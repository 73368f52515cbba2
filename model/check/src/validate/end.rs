//! An end of a connection after its log was followed: where its machines stand, and what it has
//! sent and received.

use hyaline_model::table::{Action, Event, Half, Machine, Row, States};
use hyaline_model::turn::Endpoint;

use super::departure::Departure;
use super::log::ConnectionLog;
use super::surroundings::Surroundings;
use crate::side::Side;

/// An end of a connection, as its log has left it.
#[derive(Debug)]
pub(super) struct Followed {
    /// How many rows were followed.
    pub(super) rows: usize,
    /// The first step that is no step of the model.
    pub(super) departure: Option<Departure>,
    /// What went to the other end and came from there, as far as the log is a behaviour.
    pub(super) moves: Vec<Move>,
    pub(super) halves: Halves,
    pub(super) surroundings: Surroundings,
    /// The pending calls: of the receiving place, and of the sending place.
    pub(super) pending: [Option<Pending>; 2],
}

/// Both halves, each as an endpoint without the other half: see [`Endpoint::split`].
#[derive(Clone, Debug)]
pub(super) struct Halves {
    pub(super) receiving: Endpoint,
    pub(super) sending: Endpoint,
}

/// A call that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    /// Its event, as it is printed.
    pub(super) call: String,
    /// The line in which it begins.
    pub(super) line: usize,
}

/// Something that goes to the other end, or comes from there.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) line: usize,
    pub(super) microseconds: u64,
    pub(super) row: &'static Row,
    pub(super) what: Moved,
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// An action seals it; so many records of application data, where that is known.
    Sent(Action, Option<u64>),
    /// The end throws away what it has not transmitted.
    Dropped,
    /// Our direction ends behind everything that was sent.
    EndSent,
    /// The transport is closed.
    Closed,
    /// Part of a record that was received.
    Received(Event),
    /// The end of the other direction.
    EndReceived,
    /// Whatever comes is thrown away unopened from now on.
    Discards,
}

impl Halves {
    pub(super) fn of(log: &ConnectionLog) -> Self {
        let whole = match log.side {
            Side::Client => Endpoint::client(),
            Side::Server => Endpoint::server(log.tickets),
        };
        let [receiving, sending] = whole.split();
        Self { receiving, sending }
    }

    pub(super) const fn of_half(&self, half: Half) -> &Endpoint {
        match half {
            Half::Receiving => &self.receiving,
            Half::Sending => &self.sending,
        }
    }

    /// The letters to this half, oldest first.
    pub(super) fn letters_to(&self, half: Half) -> Vec<Event> {
        let mut from = *self.of_half(half.other());
        std::iter::from_fn(|| from.take_letter(half)).collect()
    }

    pub(super) fn take_letter(&mut self, half: Half) -> Option<Event> {
        match half {
            Half::Receiving => self.sending.take_letter(half),
            Half::Sending => self.receiving.take_letter(half),
        }
    }
}

/// The machines of a half with their states.
pub(super) fn machines(states: &States, half: Half) -> Vec<(Machine, u8)> {
    half.slots().iter().map(|slot| (states.machine(*slot), states.index(*slot))).collect()
}
