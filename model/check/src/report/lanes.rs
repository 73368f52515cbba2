//! A trace in lanes, from left to right, as pictures and diagrams have it: two ends with a
//! connection between them, or three with two.

use crate::judgement::outcome::NEVER_RETURNS;
use crate::report::sequence::{QueueContents, Sequence, SequenceStep};
use crate::side::{Both, Side};

/// What can be drawn in lanes.
pub trait InLanes {
    /// The trace in lanes. Steps of handshakes are folded, unless each is to be shown.
    fn lanes(&self, shows_handshake: bool) -> Lanes<'_>;
}

/// A trace in lanes.
#[derive(Clone, Debug)]
pub struct Lanes<'t> {
    /// Capacity of each send queue, in cells.
    pub send_capacity: u8,
    /// Capacity of each receive queue, in cells.
    pub receive_capacity: u8,
    /// Who has each lane. Between each two lanes is a connection, whose client is at the left.
    pub names: Vec<&'static str>,
    /// What happens, in order.
    pub lines: Vec<LaneLine<'t>>,
    /// The calls that never return, for each connection.
    pub never_return: Vec<Both<Vec<String>>>,
}

/// One line of a trace in lanes.
#[derive(Clone, Debug)]
pub struct LaneLine<'t> {
    /// What happens in it.
    pub event: LaneEvent<'t>,
    /// What the queues of each connection hold after it.
    pub queues: Vec<&'t Both<QueueContents>>,
}

/// What happens in a line.
#[derive(Clone, Copy, Debug)]
pub enum LaneEvent<'t> {
    /// Steps of handshakes: the numbers of the first and of the last.
    Handshake(usize, usize),
    /// One step, and the connection on which it is taken, counted from the left.
    Taken(usize, &'t SequenceStep),
}

impl Lanes<'_> {
    /// Connections, counted from the left.
    pub fn connections(&self) -> std::ops::Range<usize> {
        0..self.never_return.len()
    }

    /// The lane of an end of a connection.
    pub const fn lane(connection: usize, side: Side) -> usize {
        match side {
            Side::Client => connection,
            Side::Server => connection + 1,
        }
    }

    /// Whether a lane has connections at both of its sides.
    pub fn is_between(&self, lane: usize) -> bool {
        lane > 0 && lane + 1 < self.names.len()
    }

    /// What folded steps are called.
    pub fn handshake_in_words(&self, first: usize, last: usize) -> String {
        let what = if self.names.len() > 2 { "the handshakes" } else { "the handshake" };
        format!("steps {first} to {last}: {what}")
    }

    /// The words of an end of a connection. Who has two connections does with a mark before it
    /// what concerns one of them: `◂` on that at the left, `▸` on that at the right.
    pub fn marked(&self, connection: usize, side: Side, words: &str) -> String {
        if words.is_empty() || !self.is_between(Self::lane(connection, side)) {
            return words.to_owned();
        }
        match side {
            Side::Server => format!("◂ {words}"),
            Side::Client => format!("▸ {words}"),
        }
    }

    /// What both ends of a connection do, each in its lane.
    pub fn words(&self, connection: usize, ends: &Both<String>) -> Vec<String> {
        let mut lanes = vec![String::new(); self.names.len()];
        for side in Side::ALL {
            if let Some(lane) = lanes.get_mut(Self::lane(connection, side)) {
                *lane = self.marked(connection, side, ends.of(side));
            }
        }
        lanes
    }

    /// What is said of the calls of an end of a connection that never return.
    pub fn last_words_of(&self, connection: usize, side: Side) -> Vec<String> {
        let calls = self.never_return.get(connection).into_iter().flat_map(|ends| ends.of(side));
        calls.map(|call| format!("{call} {NEVER_RETURNS}")).collect()
    }

    /// Whether some call never returns.
    pub fn is_stuck(&self) -> bool {
        self.never_return
            .iter()
            .flat_map(|ends| [&ends.client, &ends.server])
            .any(|calls| !calls.is_empty())
    }

    /// What is said of all calls that never return, in each lane.
    pub fn last_words(&self) -> Vec<String> {
        let mut lanes = vec![Vec::new(); self.names.len()];
        for connection in self.connections() {
            for side in Side::ALL {
                let words = self.last_words_of(connection, side);
                let marked = words.iter().map(|words| self.marked(connection, side, words));
                if let Some(lane) = lanes.get_mut(Self::lane(connection, side)) {
                    lane.extend(marked);
                }
            }
        }
        lanes.into_iter().map(|words| words.join(", ")).collect()
    }
}

impl InLanes for Sequence {
    fn lanes(&self, shows_handshake: bool) -> Lanes<'_> {
        let folded = self.folded_steps(shows_handshake);
        let handshake = folded.checked_sub(1).and_then(|last| self.steps.get(last));
        let handshake = handshake.map(|last| LaneLine {
            event: LaneEvent::Handshake(1, last.number),
            queues: vec![&last.queues],
        });
        let steps = self.steps.iter().skip(folded);
        let steps = steps
            .map(|step| LaneLine { event: LaneEvent::Taken(0, step), queues: vec![&step.queues] });
        Lanes {
            send_capacity: self.send_capacity,
            receive_capacity: self.receive_capacity,
            names: vec!["client", "server"],
            lines: handshake.into_iter().chain(steps).collect(),
            never_return: vec![self.never_return.clone()],
        }
    }
}
