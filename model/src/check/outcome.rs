//! Results of calls, outcomes of runs, and how bad they are.

use std::fmt;

use super::contract::Both;
use super::program::{Call, Calls, History};
use crate::Alert;

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallResult {
    /// It did what it was asked.
    Ok,
    /// The peer's direction has ended, after everything that its writes accepted.
    EndOfStream,
    /// The same, but not everything that the peer's writes accepted was delivered before. Over TCP
    /// a call sees no difference; the world does, and turns an endpoint's
    /// [`CallResult::EndOfStream`] into this.
    EarlyEnd,
    /// A FIN without close_notify (RFC 9846 section 6.1).
    Truncated,
    /// The peer reset the connection.
    Reset,
    /// The peer sent this error alert (RFC 9846 section 6.2).
    Alert(Alert),
    /// This end found an error, for which it sends this alert; or it refuses the call.
    Error(Option<Alert>),
}

impl fmt::Display for CallResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Ok => "ok",
            Self::EndOfStream => "end of stream",
            Self::EarlyEnd => "early end",
            Self::Truncated => "truncated",
            Self::Reset => "reset",
            Self::Alert(_) => "alert",
            Self::Error(_) => "error",
        })
    }
}

/// What is printed for a call that is pending when nothing can happen any more.
pub const NEVER_RETURNS: &str = "never returns";

/// How bad a result is. The order is the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `ok`.
    Ok,
    /// End of stream after every accepted cell.
    End,
    /// Reset, truncated, early end; alert and error too.
    Broken,
    /// The call never returns.
    Never,
}

impl CallResult {
    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Ok => Severity::Ok,
            Self::EndOfStream => Severity::End,
            Self::EarlyEnd | Self::Truncated | Self::Reset | Self::Alert(_) | Self::Error(_) => {
                Severity::Broken
            }
        }
    }
}

/// The first result of a side that is not `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FirstBad {
    /// The number of the call; the handshake is number 0.
    pub call: u8,
    /// How bad its result is.
    pub severity: Severity,
}

impl FirstBad {
    /// Of a side at the end of a run: a call that is still pending never returns.
    pub fn of(history: &History) -> Option<Self> {
        let returned = (0..)
            .zip(history.results())
            .find(|(_, result)| *result != CallResult::Ok)
            .map(|(call, result)| Self { call, severity: result.severity() });
        returned.or_else(|| {
            let never = Self { call: history.returned(), severity: Severity::Never };
            history.pending().map(|_| never)
        })
    }

    /// Whether this, of a TCP run, excuses `other`, of a TLS run: it is as bad, and no later.
    pub fn excuses(self, other: Self) -> bool {
        self.call <= other.call && self.severity >= other.severity
    }
}

/// What one side did and got in one run: the programs' part of a terminal snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SideOutcome {
    /// The calls that were begun.
    pub calls: Calls,
    /// Their results; if one is missing, the last call never returns.
    pub results: Vec<CallResult>,
}

impl SideOutcome {
    /// Of a side at the end of a run.
    pub fn of(history: &History) -> Self {
        Self { calls: history.calls(), results: history.results().collect() }
    }

    /// One word for each call.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.results.iter().map(ToString::to_string).collect();
        if words.len() < usize::from(self.calls.length()) {
            words.push(NEVER_RETURNS.to_owned());
        }
        words
    }
}

/// What both sides did and got in one run.
pub type Outcome = Both<SideOutcome>;

/// What is worst about a run that nothing excuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    /// A call never returns.
    Stuck,
    /// A call says that the peer reset the connection.
    Reset,
    /// Bytes are lost at an end: truncated, or an early end.
    Lost,
    /// An alert or an error.
    Refused,
    /// A stream ended that over TCP would have gone on.
    Ended,
}

impl Harm {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Stuck, Self::Reset, Self::Lost, Self::Refused, Self::Ended];

    /// The harm in the first bad result of a side; nothing if every call is ok.
    pub fn of(history: &History) -> Option<Self> {
        match history.results().find(|result| *result != CallResult::Ok) {
            None => history.pending().map(|_| Self::Stuck),
            Some(CallResult::Reset) => Some(Self::Reset),
            Some(CallResult::Truncated | CallResult::EarlyEnd) => Some(Self::Lost),
            Some(CallResult::Alert(_) | CallResult::Error(_)) => Some(Self::Refused),
            Some(CallResult::EndOfStream | CallResult::Ok) => Some(Self::Ended),
        }
    }
}

impl fmt::Display for Harm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Stuck => "stuck",
            Self::Reset => "reset",
            Self::Lost => "lost",
            Self::Refused => "refused",
            Self::Ended => "ended",
        })
    }
}

/// The rule for a certificate that one end rejects: it is not compared with TCP. The rejecting end
/// returns its local error; the other end's first later call that reads or waits, the close
/// included, returns exactly that alert; nothing is reset, truncated or stuck.
pub fn rejection_is_told(rejecting: &History, other: &History) -> bool {
    let Some(sent) = rejecting.results().find_map(|result| match result {
        CallResult::Error(alert) => alert,
        _ => None,
    }) else {
        return false;
    };
    let unharmed = |history: &History| {
        history.has_ended()
            && history.results().all(|result| {
                matches!(result, CallResult::Ok | CallResult::Alert(_) | CallResult::Error(_))
            })
    };
    // A call before the alert may have returned without reading or waiting, and only so.
    let told = other
        .calls()
        .iter()
        .zip(other.results())
        .find(|(call, result)| {
            *result != CallResult::Ok || matches!(call, Call::Read | Call::Close)
        })
        .map(|(_, result)| result);
    unharmed(rejecting) && unharmed(other) && told == Some(CallResult::Alert(sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(calls: &str, results: &[CallResult]) -> History {
        let calls: Calls = calls.parse().expect("a program");
        let mut history = History::default();
        for (call, result) in calls.iter().zip(results) {
            history.begin(call);
            history.finish(*result);
        }
        if let Some(call) = calls.get(history.returned()) {
            history.begin(call);
        }
        history
    }

    const SENT: CallResult = CallResult::Error(Some(Alert::BadCertificate));
    const TOLD: CallResult = CallResult::Alert(Alert::BadCertificate);
    use CallResult::{EndOfStream, Ok, Reset};

    #[test]
    fn severity_rises_from_ok_over_end_and_broken_to_never() {
        use Severity::{Broken, End, Never};
        assert!(Severity::Ok < End && End < Broken && Broken < Never);
        for broken in [CallResult::EarlyEnd, CallResult::Truncated, Reset, TOLD, SENT] {
            assert_eq!(broken.severity(), Broken);
        }
    }

    #[test]
    fn the_first_bad_result_is_the_first_that_is_not_ok() {
        let none = history("read close", &[Ok, Ok, Ok]);
        assert_eq!(FirstBad::of(&none), None);
        let end = history("read read close", &[Ok, EndOfStream, Reset, Ok]);
        assert_eq!(FirstBad::of(&end), Some(FirstBad { call: 1, severity: Severity::End }));
        let never = history("write read close", &[Ok, Ok]);
        assert_eq!(FirstBad::of(&never), Some(FirstBad { call: 2, severity: Severity::Never }));
    }

    #[test]
    fn a_harm_excuses_only_what_is_no_worse_and_no_earlier() {
        let bad = |call, severity| FirstBad { call, severity };
        assert!(bad(1, Severity::Never).excuses(bad(1, Severity::Broken)));
        assert!(bad(1, Severity::Broken).excuses(bad(2, Severity::End)));
        assert!(!bad(2, Severity::Never).excuses(bad(1, Severity::Broken)));
        assert!(!bad(1, Severity::End).excuses(bad(1, Severity::Broken)));
    }

    #[test]
    fn a_rejection_is_told_by_the_first_call_that_reads_or_waits() {
        let server = history("close", &[SENT, Ok]);
        let told = |client: &History| rejection_is_told(&server, client);
        assert!(told(&history("write read close", &[Ok, Ok, TOLD, Ok])));
        assert!(told(&history("write close", &[Ok, Ok, TOLD])), "close waits too");
        assert!(told(&history("close", &[TOLD, Ok])), "so may the handshake");
        assert!(told(&history("write read close", &[Ok, TOLD, TOLD, Ok])), "so may a write");
    }

    #[test]
    fn a_rejection_is_not_told_by_silence_a_reset_or_another_alert() {
        let server = history("close", &[SENT, Ok]);
        let told = |client: &History| rejection_is_told(&server, client);
        assert!(!told(&history("read close", &[Ok, Ok, TOLD])), "the read returned data");
        assert!(!told(&history("close", &[Ok, Ok])));
        assert!(!told(&history("read close", &[Ok, Reset, TOLD])));
        assert!(!told(&history("read close", &[Ok, TOLD, Reset])));
        assert!(!told(&history("read close", &[Ok])), "the read never returns");
        let other = CallResult::Alert(Alert::DecodeError);
        assert!(!told(&history("read close", &[Ok, other, Ok])));
        let silent = history("close", &[Ok, Ok]);
        assert!(!rejection_is_told(&silent, &history("read close", &[Ok, TOLD, Ok])));
    }
}
