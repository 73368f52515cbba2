//! The rule for two ends one of which rejects the other's certificate.

use crate::programs::Callers;
use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;

/// The rule for a certificate that one end rejects: it is not compared with TCP. The rejecting end
/// returns its local error; the other end's first later call that reads or waits, the close
/// included, returns exactly that alert; nothing is reset, truncated or stuck.
///
/// Of two threads each is told by its own first such call, and the close after them tells too.
pub fn rejection_is_told(rejecting: &Callers<History>, other: &Callers<History>) -> bool {
    let Some(sent) = rejecting.iter().flat_map(History::results).find_map(|result| match result {
        ProgramResult::Error(alert) => alert,
        _ => None,
    }) else {
        return false;
    };
    is_unharmed(rejecting)
        && is_unharmed(other)
        && other.iter().any(|history| news(history).is_some())
        && other.iter().filter_map(news).all(|result| result == ProgramResult::Alert(sent))
}

/// Whether every call has returned, and none of them with a reset, a truncation or an early end.
fn is_unharmed(histories: &Callers<History>) -> bool {
    histories.whole.has_ended()
        && histories.iter().all(|history| history.pending().is_none())
        && histories.iter().flat_map(History::results).all(|result| {
            matches!(
                result,
                ProgramResult::Ok
                    | ProgramResult::GivenUp
                    | ProgramResult::Alert(_)
                    | ProgramResult::Error(_)
            )
        })
}

/// The result of the first call that reads or waits. Calls before that one neither read nor wait,
/// so they can only have succeeded. A read that gave up has not waited for the alert, and does not
/// count.
fn news(history: &History) -> Option<ProgramResult> {
    let results = history.calls().iter().zip(history.results());
    let mut waited = results.filter(|(_, result)| *result != ProgramResult::GivenUp);
    let told = waited.find(|(call, result)| {
        *result != ProgramResult::Ok || call.is_read() || *call == ProgramCall::Close
    });
    told.map(|(_, result)| result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::calls::Calls;
    use crate::programs::{Program, SideCalls};
    use hyaline_model::Alert;

    fn history(calls: &str, results: &[ProgramResult]) -> History {
        History::of(calls.parse().expect("a program"), results)
    }

    fn one(whole: History) -> Callers<History> {
        Callers { whole, ..Callers::default() }
    }

    /// One thread of a program of two. Without results, nothing but the thread's end was called.
    fn thread(program: &str, of: fn(SideCalls) -> Calls, results: &[ProgramResult]) -> History {
        let calls = of(program.parse::<Program>().expect("a program").calls);
        if results.is_empty() {
            let end = Calls::NONE.with(calls.last().expect("the thread's end"));
            return History::of(end.expect("one call"), &[Ok]);
        }
        History::of(calls, results)
    }

    const SENT: ProgramResult = ProgramResult::Error(Some(Alert::BadCertificate));
    const TOLD: ProgramResult = ProgramResult::Alert(Alert::BadCertificate);
    use ProgramResult::{Ok, Reset};

    #[test]
    fn a_rejection_is_told_by_the_first_call_that_reads_or_waits() {
        let server = history("close", &[SENT, Ok]);
        let told = |client: &History| rejection_is_told(&one(server), &one(*client));
        assert!(told(&history("write read close", &[Ok, Ok, TOLD, Ok])));
        assert!(told(&history("write close", &[Ok, Ok, TOLD])), "close waits too");
        assert!(told(&history("close", &[TOLD, Ok])), "so may the handshake");
        assert!(told(&history("write read close", &[Ok, TOLD, TOLD, Ok])), "so may a write");
    }

    #[test]
    fn a_rejection_is_not_told_by_silence_a_reset_or_another_alert() {
        let server = history("close", &[SENT, Ok]);
        let told = |client: &History| rejection_is_told(&one(server), &one(*client));
        assert!(!told(&history("read close", &[Ok, Ok, TOLD])), "the read returned data");
        assert!(!told(&history("close", &[Ok, Ok])));
        assert!(!told(&history("read close", &[Ok, Reset, TOLD])));
        assert!(!told(&history("read close", &[Ok, TOLD, Reset])));
        assert!(!told(&history("read close", &[Ok])), "the read never returns");
        let other = ProgramResult::Alert(Alert::DecodeError);
        assert!(!told(&history("read close", &[Ok, other, Ok])));
        let silent = history("close", &[Ok, Ok]);
        let client = history("read close", &[Ok, TOLD, Ok]);
        assert!(!rejection_is_told(&one(silent), &one(client)));
    }

    #[test]
    fn a_rejection_is_told_to_each_thread_and_to_the_close_behind_them() {
        let server = one(history("close", &[SENT, Ok]));
        let told = |reads: &[ProgramResult], writes: &[ProgramResult], close: ProgramResult| {
            let reader = thread("read read |", |calls| calls.reader, reads);
            let writer = thread("| write write", |calls| calls.writer, writes);
            let whole = history("close", &[Ok, close]);
            rejection_is_told(&server, &Callers { whole, reader, writer })
        };
        assert!(told(&[TOLD, TOLD, Ok], &[Ok, Ok, Ok], TOLD));
        assert!(told(&[TOLD, TOLD, Ok], &[Ok, TOLD, Ok], TOLD));
        assert!(told(&[], &[Ok, TOLD, Ok], TOLD), "no read was made");
        assert!(told(&[], &[Ok, Ok, Ok], TOLD), "then the close tells");
        assert!(!told(&[], &[Ok, Ok, Ok], Ok));
        assert!(!told(&[TOLD, TOLD, Ok], &[Ok, Ok, Ok], Ok), "the writer's was not told");
        assert!(!told(&[Ok, TOLD, Ok], &[TOLD, TOLD, Ok], TOLD), "a read returned data");
        assert!(!told(&[TOLD, TOLD, Ok], &[Ok, Reset, Ok], TOLD), "the write was reset");
        assert!(!told(&[TOLD, TOLD, Ok], &[Ok, Ok], TOLD), "a write never returns");
        assert!(!told(&[TOLD, TOLD, Ok], &[Ok, Ok, Ok], Reset));
    }
}
