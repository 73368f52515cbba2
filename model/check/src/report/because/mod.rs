//! Why a trace ends as it does, in plain English: who waits for whom, or what broke off the
//! connection, derived from the snapshots of the trace.

mod broken;
mod waits;

#[cfg(feature = "command")]
pub(super) use waits::listed;
pub use waits::pending_calls;

use crate::ends::plain_tcp::PlainTcp;
use crate::ends::tls::Tls;
use crate::judgement::properties;
use crate::search::explore::Trace;
use crate::side::{Both, Side};
use crate::world::cell::CellContent;
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;

/// An endpoint that can tell what it holds back.
pub trait Explained: PairEndpoint {
    /// Records of application data that are opened, and not given to the program.
    fn unread_records(&self) -> u8;

    /// Whether it opens no more data before its program reads.
    fn has_full_inbox(&self) -> bool;

    /// The records that are sealed, and not transmitted, in order.
    fn sealed(&self) -> Vec<String>;
}

impl Explained for PlainTcp {
    fn unread_records(&self) -> u8 {
        0
    }

    fn has_full_inbox(&self) -> bool {
        false
    }

    fn sealed(&self) -> Vec<String> {
        self.first_cell().iter().map(ToString::to_string).collect()
    }
}

impl Explained for Tls {
    fn unread_records(&self) -> u8 {
        self.unread()
    }

    fn has_full_inbox(&self) -> bool {
        !self.facts().inbox_room
    }

    fn sealed(&self) -> Vec<String> {
        let plain = self.first_cell().filter(|cell| cell.content == CellContent::Plaintext);
        let waiting = self.waiting().map(|(content, _)| content);
        plain
            .map(|cell| cell.content)
            .into_iter()
            .chain(waiting)
            .map(|one| one.to_string())
            .collect()
    }
}

/// How the ends of a connection are called, and what they do besides.
#[derive(Clone, Debug)]
pub struct EndsTold {
    /// Their names.
    pub names: Both<&'static str>,
    /// Of an end that has another connection: the calls that are pending there, in words.
    pub elsewhere: Both<Option<String>>,
}

impl EndsTold {
    /// Where there is one connection.
    const ALONE: Self = Self {
        names: Both { client: "client", server: "server" },
        elsewhere: Both { client: None, server: None },
    };

    fn name(&self, side: Side) -> &'static str {
        self.names.of(side)
    }
}

/// Why the trace ends as it does: a sentence or two in each line.
pub fn because<E: Explained>(pair: &Pair<E>, trace: &Trace<E>) -> Vec<String> {
    let Some((last, _)) = trace.last() else { return Vec::new() };
    let is_stuck = pair.is_terminal(last) && last.parties.client.is_waiting()
        || pair.is_terminal(last) && last.parties.server.is_waiting();
    let mut lines = broken::misread(trace);
    lines.extend(because_between(pair, trace, &EndsTold::ALONE, is_stuck));
    let both_wait = Side::ALL.into_iter().all(|side| last.parties.of(side).is_waiting());
    if is_stuck && both_wait {
        lines.push("So each waits for the other: the circle is closed.".to_owned());
    }
    lines
}

/// What broke a connection off, and what was lost by that, between ends with these names. If
/// `is_stuck` it also says who waits for whom at the end of the trace.
pub fn because_between<E: Explained>(
    pair: &Pair<E>,
    trace: &Trace<E>,
    ends: &EndsTold,
    is_stuck: bool,
) -> Vec<String> {
    let Some((last, _)) = trace.last() else { return Vec::new() };
    let mut lines = broken::resets(trace, ends);
    lines.extend(broken::results(last, ends));
    if is_stuck {
        lines.extend(waits::waits(pair, last, ends));
    }
    lines
}

/// What it means that a property fails that programs do not notice.
pub fn rule(property: &str) -> &'static str {
    match property {
        properties::IN_ORDER => {
            "records interleave, or leave in another order than they were sealed"
        }
        properties::BOUNDED => "more is queued than the stated constants allow",
        properties::INDEPENDENT => {
            "a read waits until the own output is sent, or a write until the program reads"
        }
        properties::AWAKE => "a call waits for something that it does not ask the transport for",
        properties::PROMPT => "a call returns and leaves something unsent, though there was room",
        properties::CONFIRMED => "a close ends because its time is over: the peer's end never came",
        properties::SOUND => "an endpoint reports a fault of its own",
        properties::CLOSE_CLOSES => "a close returns and leaves the socket open",
        properties::ACYCLIC => "a step leads back",
        properties::ENDS => "no run ends",
        properties::GOOD_RUNS_SURVIVE => {
            "over plain TCP every call can return ok, over TLS there is no such run"
        }
        properties::END_STAYS => "a read behind the end of the stream finds something else",
        properties::HONEST_END => "a stream ends cleanly before everything that was written came",
        properties::REJECTION_IS_TOLD => "the rejected side is not told the alert",
        _ => "what happens here does not happen over plain TCP",
    }
}
