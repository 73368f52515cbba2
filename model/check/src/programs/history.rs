//! What a caller has called, and what became of it.

use std::hash::{Hash, Hasher};

use crate::programs::calls::{CALLS_AT_MOST, Calls, ProgramCall};
use crate::programs::result::ProgramResult;

/// What one side has called, and what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    calls: Calls,
    results: [Option<ProgramResult>; CALLS_AT_MOST],
    returned: u8,
}

impl Hash for History {
    // Most places for results are empty, so only the results are hashed.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.calls.hash(state);
        state.write_u8(self.returned);
        self.results().for_each(|result| result.hash(state));
    }
}

impl History {
    /// The calls that have begun.
    pub const fn calls(&self) -> Calls {
        self.calls
    }

    /// The results, of the calls that have returned.
    pub fn results(&self) -> impl Iterator<Item = ProgramResult> {
        self.results.iter().take(usize::from(self.returned)).flatten().copied()
    }

    /// How many calls have returned.
    pub const fn returned(&self) -> u8 {
        self.returned
    }

    /// The call that has begun and not returned. A program that rests waits for nothing here.
    pub const fn pending(&self) -> Option<ProgramCall> {
        match self.calls.get(self.returned) {
            None | Some(ProgramCall::Rest) => None,
            call => call,
        }
    }

    /// Whether the program makes no more calls, and keeps the connection.
    pub fn rests(&self) -> bool {
        self.calls.get(self.returned) == Some(ProgramCall::Rest)
    }

    /// Whether the program has ended: its close has returned.
    pub fn has_ended(&self) -> bool {
        self.calls.is_complete() && self.pending().is_none() && !self.rests()
    }

    /// A call begins.
    pub fn begin(&mut self, call: ProgramCall) {
        if let Some(calls) = self.calls.with(call) {
            self.calls = calls;
        }
    }

    /// The pending call returns.
    pub fn finish(&mut self, result: ProgramResult) {
        if let Some(place) = self.results.get_mut(usize::from(self.returned)) {
            *place = Some(result);
            self.returned += 1;
        }
    }

    /// These calls with these results. With fewer results than calls, the next call is pending.
    #[cfg(test)]
    pub(crate) fn of(calls: Calls, results: &[ProgramResult]) -> Self {
        let mut history = Self::default();
        for (call, result) in calls.iter().zip(results) {
            history.begin(call);
            history.finish(*result);
        }
        if let Some(call) = calls.get(history.returned()) {
            history.begin(call);
        }
        history
    }

    /// How many calls of one kind have returned `ok`: writes whose record was accepted, or reads
    /// to which a record was delivered.
    pub fn successes(&self, call: ProgramCall) -> usize {
        self.calls
            .iter()
            .zip(self.results())
            .filter(|(called, result)| *called == call && *result == ProgramResult::Ok)
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_pending_from_its_beginning_to_its_return() {
        let mut history = History::default();
        assert_eq!(history.pending(), None);
        history.begin(ProgramCall::Handshake);
        assert_eq!(history.pending(), Some(ProgramCall::Handshake));
        history.finish(ProgramResult::Ok);
        history.begin(ProgramCall::Write);
        history.finish(ProgramResult::Ok);
        history.begin(ProgramCall::Write);
        assert_eq!(history.successes(ProgramCall::Write), 1);
        history.finish(ProgramResult::Reset);
        assert_eq!(history.successes(ProgramCall::Write), 1);
        history.begin(ProgramCall::Close);
        assert!(!history.has_ended());
        history.finish(ProgramResult::Ok);
        assert!(history.has_ended());
    }
}
