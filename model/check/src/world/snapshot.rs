//! Snapshots of world *pair*: the whole system's valuation.

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, Manner};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::tcp::Tcp;

/// What the beginning or the end of a call adds to the measure of progress. An endpoint's own
/// measure may fall by less than this there.
pub const CALL_WEIGHT: u32 = 4096;

/// One side: its endpoint and the program that calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Party<E> {
    /// The endpoint.
    pub endpoint: E,
    /// The calls and their results.
    pub histories: Callers<History>,
}

impl<E> Party<E> {
    /// Whether a call is pending.
    pub fn is_waiting(&self) -> bool {
        self.histories.iter().any(|history| history.pending().is_some())
    }

    /// Whether the program has ended: its close has returned.
    pub fn has_ended(&self) -> bool {
        self.histories.whole.has_ended()
    }

    /// The results of all calls that have returned.
    pub fn results(&self) -> impl Iterator<Item = ProgramResult> {
        self.histories.iter().flat_map(History::results)
    }

    /// The calls that are pending.
    pub fn pending(&self) -> impl Iterator<Item = ProgramCall> {
        self.histories.iter().filter_map(History::pending)
    }

    /// Whether the handshake has returned `ok`, so that two callers can begin.
    pub fn is_connected(&self) -> bool {
        self.histories.whole.results().next() == Some(ProgramResult::Ok)
    }
}

impl<E: PairEndpoint> Party<E> {
    /// The part of the side in the measure of progress.
    pub fn potential(&self) -> u32 {
        let count = |history: &History| history.calls().length() + history.returned();
        let calls: u32 = self.histories.iter().map(|history| u32::from(count(history))).sum();
        CALL_WEIGHT * calls + self.endpoint.potential()
    }

    /// Whether a caller may begin a call now. Two callers run from the end of the handshake to the
    /// close, which waits for both. One whose half owes something delivers that first.
    pub fn may_begin(&self, manner: Manner, caller: Caller) -> bool {
        let two = manner.has_two_callers();
        let history = self.histories.of(caller);
        if history.pending().is_some() || history.has_ended() {
            return false;
        }
        let begun = self.histories.whole.calls().length();
        match caller {
            Caller::Whole if !two || begun == 0 || !self.is_connected() => true,
            Caller::Whole => {
                let callers = [&self.histories.reader, &self.histories.writer];
                callers.into_iter().all(History::has_ended) && !self.endpoint.has_mail()
            }
            Caller::Reader => {
                two && begun == 1 && self.is_connected() && !self.endpoint.owes_mail()
            }
            Caller::Writer => two && begun == 1 && self.is_connected(),
        }
    }
}

/// The whole system's valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot<E> {
    /// Both sides.
    pub parties: Both<Party<E>>,
    /// What is between them.
    pub tcp: Tcp,
    /// A step led here that did not raise the measure of progress.
    pub went_back: bool,
}

impl<E: PairEndpoint> Snapshot<E> {
    /// A measure that every step raises, computed from the snapshot alone; so the graph is acyclic.
    pub fn potential(&self) -> u32 {
        let party = |side| self.parties.of(side).potential();
        party(Side::Client) + party(Side::Server) + self.tcp.potential()
    }
}
