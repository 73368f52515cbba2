//! A trace as a sequence of steps that is ready to be drawn: what each end does, what moves, what
//! the queues hold, and which rows are taken.

use std::fmt::Write;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::judgement::outcome::NEVER_RETURNS;
use crate::programs::Caller;
use crate::programs::calls::ProgramCall;
use crate::search::explore::Trace;
use crate::side::{Both, Side};
use crate::world::cell::Queue;
use crate::world::contract::{Completion, PairEndpoint};
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;
use crate::world::tcp::{Fin, Reset, Tcp};

/// A handshake of fewer steps than these is not folded.
const FOLDED_AT_LEAST: usize = 4;

/// A trace, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sequence {
    /// Capacity of each send queue, in cells.
    pub send_capacity: u8,
    /// Capacity of each receive queue, in cells.
    pub receive_capacity: u8,
    /// How many of the first steps come before the first call behind the handshake.
    pub handshake_steps: usize,
    /// The steps, in order.
    pub steps: Vec<SequenceStep>,
    /// The calls that never return, at the end of the trace.
    #[serde(serialize_with = "both")]
    pub never_return: Both<Vec<String>>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SequenceStep {
    /// Its number, from 1.
    pub number: usize,
    /// The step itself.
    #[serde(skip)]
    pub taken: Step,
    /// What each end does or notices. What the network does stands in brackets.
    #[serde(serialize_with = "both")]
    pub ends: Both<String>,
    /// What moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passage: Option<RecordMove>,
    /// What the queues hold after the step.
    #[serde(serialize_with = "both")]
    pub queues: Both<QueueContents>,
    /// The rows of the table that each end takes.
    #[serde(serialize_with = "both")]
    pub rows: Both<Vec<String>>,
}

/// What moves in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordMove {
    /// Between which places.
    pub way: Way,
    /// The side from which it moves; of what is received, the side that receives.
    #[serde(serialize_with = "side")]
    pub side: Side,
    /// The record, or `FIN` or `RST`.
    pub what: String,
}

/// Between which places something moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From an end into its send queue.
    Transmit,
    /// From a send queue to the other end's receive queue.
    Deliver,
    /// From a receive queue to its end.
    Receive,
    /// From one end straight to the other.
    Exchange,
    /// A RST, to the other end.
    Reset,
}

/// What the two queues of one end hold, and the marks at them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QueueContents {
    /// Its send queue, the oldest first.
    pub send: Vec<String>,
    /// Its receive queue, the oldest first.
    pub receive: Vec<String>,
    /// Its own FIN stands behind its send queue.
    pub fin_queued: bool,
    /// The other end's FIN stands behind its receive queue.
    pub fin_arrived: bool,
    /// A RST is on its way to it.
    pub reset_coming: bool,
}

/// Writes a side by its name.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn side<S: Serializer>(side: &Side, writer: S) -> Result<S::Ok, S::Error> {
    writer.collect_str(side)
}

/// Writes the values of both sides under their names.
fn both<T: Serialize, S: Serializer>(values: &Both<T>, writer: S) -> Result<S::Ok, S::Error> {
    let mut map = writer.serialize_map(Some(Side::ALL.len()))?;
    for side in Side::ALL {
        map.serialize_entry(&side.to_string(), values.of(side))?;
    }
    map.end()
}

fn from_sides<T>(mut value: impl FnMut(Side) -> T) -> Both<T> {
    Both { client: value(Side::Client), server: value(Side::Server) }
}

impl QueueContents {
    /// What the queues of one end hold.
    pub fn of(tcp: &Tcp, side: Side) -> Self {
        let names = |queue: &Queue| queue.cells().iter().map(ToString::to_string).collect();
        Self {
            send: names(tcp.send_queue(side)),
            receive: names(tcp.receive_queue(side)),
            fin_queued: tcp.fin(side) == Fin::Queued,
            fin_arrived: tcp.fin(side.peer()) == Fin::Arrived,
            reset_coming: tcp.reset(side) == Reset::InFlight,
        }
    }
}

impl Sequence {
    /// The sequence of a trace.
    pub fn of<E: PairEndpoint>(pair: &Pair<E>, trace: &Trace<E>) -> Self {
        let mut steps = Vec::new();
        let mut snapshot = pair.first();
        let mut handshake_steps = None;
        for step in trace.iter().filter_map(|(_, step)| *step) {
            let is_begin = matches!(step, Step::Begin(_, call) if call != ProgramCall::Handshake);
            if is_begin && handshake_steps.is_none() {
                handshake_steps = Some(steps.len());
            }
            let number = steps.len() + 1;
            steps.push(SequenceStep::taken_in(pair, &mut snapshot, step, number));
        }
        let ended = pair.is_terminal(&snapshot);
        let never_return = from_sides(|side| {
            let pending = snapshot.parties.of(side).pending().filter(|_| ended);
            pending.map(|call| call.to_string()).collect()
        });
        Self {
            send_capacity: pair.tcp.send,
            receive_capacity: pair.tcp.receive,
            handshake_steps: handshake_steps.unwrap_or(0),
            steps,
            never_return,
        }
    }

    /// How many of the first steps are drawn as one, unless each is to be shown. A short handshake
    /// is not folded: over plain TCP there is hardly one.
    pub(super) const fn folded_steps(&self, shows_handshake: bool) -> usize {
        if shows_handshake || self.handshake_steps < FOLDED_AT_LEAST {
            return 0;
        }
        self.handshake_steps
    }

    /// What is said of an end's calls that never return.
    pub fn last_words(&self, side: Side) -> String {
        let calls = self.never_return.of(side).iter();
        calls.map(|call| format!("{call} {NEVER_RETURNS}")).collect::<Vec<_>>().join(", ")
    }

    /// Whether some call never returns.
    pub fn is_stuck(&self) -> bool {
        Side::ALL.into_iter().any(|side| !self.never_return.of(side).is_empty())
    }
}

impl SequenceStep {
    /// Takes a step that is enabled, and says what it was.
    pub fn taken_in<E: PairEndpoint>(
        pair: &Pair<E>,
        snapshot: &mut Snapshot<E>,
        step: Step,
        number: usize,
    ) -> Self {
        let mut rows = Both { client: Vec::new(), server: Vec::new() };
        let before = snapshot.clone();
        pair.take(snapshot, step, &mut rows);
        let mut ends = describe(pair, &before, step);
        for side in Side::ALL {
            add_results(ends.of_mut(side), &before, snapshot, side);
        }
        Self {
            number,
            taken: step,
            ends,
            passage: passage(pair, &before, step),
            queues: from_sides(|side| QueueContents::of(&snapshot.tcp, side)),
            rows: from_sides(|side| rows.of(side).iter().map(ToString::to_string).collect()),
        }
    }
}

fn first_cell<E: PairEndpoint>(before: &Snapshot<E>, side: Side) -> String {
    let first = before.parties.of(side).endpoint.first_cell();
    first.map_or_else(String::new, |cell| cell.to_string())
}

/// The first record of a send queue, or the FIN behind it.
fn first_queued<E>(before: &Snapshot<E>, side: Side) -> String {
    let first = before.tcp.send_queue(side).first();
    first.map_or_else(|| "FIN".to_owned(), |cell| cell.to_string())
}

/// What a side would receive.
fn received<E: PairEndpoint>(pair: &Pair<E>, before: &Snapshot<E>, side: Side) -> String {
    match { before.tcp }.receive(&pair.tcp, side) {
        Some(Completion::Received(cell)) => cell.to_string(),
        Some(Completion::ReceivedReset) => "the reset".to_owned(),
        _ => "the end".to_owned(),
    }
}

fn cannot_transmit<E>(before: &Snapshot<E>, side: Side) -> bool {
    matches!(before.tcp.reset(side), Reset::Unreported | Reset::Reported)
}

/// What a step is, at the end at which it happens or is noticed.
fn describe<E: PairEndpoint>(pair: &Pair<E>, before: &Snapshot<E>, step: Step) -> Both<String> {
    let mut ends = Both::default();
    let cell = |side| first_cell(before, side);
    let (side, text) = match step {
        Step::Begin(side, call) => (side, call.to_string()),
        Step::Transmit(side) => {
            let word = if cannot_transmit(before, side) { "cannot transmit" } else { "transmits" };
            (side, format!("{word} {}", cell(side)))
        }
        Step::Block(side) => (side, format!("has no room for {}", cell(side))),
        Step::Exchange(side) => {
            *ends.of_mut(side.peer()) = format!("receives {}", cell(side));
            (side, format!("transmits {}", cell(side)))
        }
        Step::Receive(side) => (side, format!("receives {}", received(pair, before, side))),
        Step::Deliver(side) => {
            let closed = before.tcp.is_closed(side.peer());
            let note = if closed { ": it is closed, RST" } else { "" };
            (side.peer(), format!("[{} arrives{note}]", first_queued(before, side)))
        }
        Step::DeliverReset(side) => (side, "[RST arrives]".to_owned()),
        Step::Vanish(side) => (side, "[the host vanishes]".to_owned()),
        Step::GiveUp(side) => (side, "[TCP gives up]".to_owned()),
        Step::DeliverMail(side) => (side, "[mail for the writing half]".to_owned()),
        Step::ExpireBudget(side) => (side, "[its time is over]".to_owned()),
        Step::PassDeadline(side) | Step::PassReadDeadline(side) => {
            (side, "[its deadline passes]".to_owned())
        }
    };
    *ends.of_mut(side) = text;
    ends
}

/// What moves in a step, and between which places.
fn passage<E: PairEndpoint>(
    pair: &Pair<E>,
    before: &Snapshot<E>,
    step: Step,
) -> Option<RecordMove> {
    let (way, side, what) = match step {
        Step::Transmit(side) if cannot_transmit(before, side) => return None,
        Step::Transmit(side) => (Way::Transmit, side, first_cell(before, side)),
        Step::Exchange(side) => (Way::Exchange, side, first_cell(before, side)),
        Step::Receive(side) => (Way::Receive, side, received(pair, before, side)),
        Step::Deliver(side) => (Way::Deliver, side, first_queued(before, side)),
        Step::DeliverReset(side) => (Way::Reset, side.peer(), "RST".to_owned()),
        _ => return None,
    };
    Some(RecordMove { way, side, what })
}

/// Adds the result of a call that returned in a step.
fn add_results<E: PairEndpoint>(
    text: &mut String,
    before: &Snapshot<E>,
    after: &Snapshot<E>,
    side: Side,
) {
    for caller in Caller::ALL {
        let history = after.parties.of(side).histories.of(caller);
        let known = before.parties.of(side).histories.of(caller).returned();
        let calls = history.calls().iter().zip(history.results());
        for (call, result) in calls.skip(usize::from(known)).filter(|(call, _)| !call.is_end()) {
            if *text == call.to_string() {
                // The call returned as soon as it began.
                let _ = write!(text, ": {result}");
            } else {
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(text, "{comma}{call}: {result}");
            }
        }
    }
}
