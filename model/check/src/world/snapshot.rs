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

    /// Whether the program makes no more calls, and keeps the connection.
    pub fn rests(&self) -> bool {
        self.histories.whole.rests()
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
        let whole = &self.histories.whole;
        let mut results = whole.calls().iter().zip(whole.results());
        // Calls in plaintext stand before it.
        let handshake = results.find(|(call, _)| *call == ProgramCall::Handshake);
        handshake.is_some_and(|(_, result)| result == ProgramResult::Ok)
    }
}

impl<E: PairEndpoint> Party<E> {
    /// Whether no call is pending that would transmit what is unsent. The end of a program closes
    /// the socket, and nothing can be sent any more.
    pub fn leaves_unsent(&self) -> bool {
        !self.is_waiting() && !self.has_ended() && self.endpoint.first_cell().is_some()
    }

    /// Whether the program rests while something is unsent, which only a call would transmit. The
    /// library says so (`unsent`), and what a peer then waits for is a harm that is counted, and
    /// not excused.
    pub fn rests_owing(&self) -> bool {
        self.rests() && self.endpoint.first_cell().is_some()
    }

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
        if history.pending().is_some() || history.has_ended() || history.rests() {
            return false;
        }
        let begun = self.histories.whole.calls().length();
        match caller {
            Caller::Whole if !two || begun == 0 => true,
            Caller::Whole if !self.is_connected() => self.histories.writer.pending().is_none(),
            Caller::Whole => {
                let callers = [&self.histories.reader, &self.histories.writer];
                callers.into_iter().all(History::has_ended) && !self.endpoint.has_mail()
            }
            Caller::Reader => {
                two && begun == 1 && self.is_connected() && !self.endpoint.owes_mail()
            }
            Caller::Writer => two && begun == 1 && (self.is_connected() || self.may_answer(manner)),
        }
    }

    /// Whether the calls of the one that writes begin before the handshake is complete. Then they
    /// are writes.
    fn may_answer(&self, manner: Manner) -> bool {
        let handshaking = self.histories.whole.pending() == Some(ProgramCall::Handshake);
        manner == Manner::Task && handshaking && self.endpoint.accepts_answer()
    }

    /// Whether a caller that may begin a call may begin this one.
    pub fn may_make(&self, caller: Caller, call: ProgramCall) -> bool {
        caller != Caller::Writer || self.is_connected() || call == ProgramCall::Write
    }
}

/// What steps on the way to a snapshot have done that none may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    /// A step did not raise the measure of progress.
    pub went_back: bool,
    /// In a step the last pending call of a side, and no read, returned and left something unsent,
    /// though its send queue had room.
    pub dallied: bool,
    /// The budget of a close has run out.
    pub unconfirmed: bool,
}

/// The whole system's valuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot<E> {
    /// Both sides.
    pub parties: Both<Party<E>>,
    /// The transport between them.
    pub tcp: Tcp,
    /// What steps on the way have done that none may do.
    pub marks: Marks,
}

impl<E: PairEndpoint> Snapshot<E> {
    /// Whether a side rests while something of its is unsent.
    pub fn rests_owing(&self) -> bool {
        Side::ALL.into_iter().any(|side| self.parties.of(side).rests_owing())
    }

    /// A measure that every step raises, computed from the snapshot alone; so the graph is acyclic.
    pub fn potential(&self) -> u32 {
        let party = |side| self.parties.of(side).potential();
        party(Side::Client) + party(Side::Server) + self.tcp.potential()
    }
}
