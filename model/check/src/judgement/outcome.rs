//! Results of calls, outcomes of runs, and how bad they are.

use std::fmt;

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, SideCalls};
use crate::side::Both;

/// What is printed for a call that is pending when nothing can happen any more.
pub const NEVER_RETURNS: &str = "never returns";
/// What is printed of a program that makes no more calls, and keeps the connection.
pub const RESTS: &str = "rests";

/// How bad a result is. The order is the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `ok`.
    Ok,
    /// End of stream after every accepted cell.
    End,
    /// Reset; alert and error too.
    Broken,
    /// Truncated, early end: these say that the peer has ended, where a reset says that the
    /// connection broke.
    Lost,
    /// The call never returns.
    Never,
}

impl ProgramResult {
    /// How bad it is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Ok | Self::GivenUp => Severity::Ok,
            Self::EndOfStream => Severity::End,
            Self::Reset | Self::Alert(_) | Self::Error(_) => Severity::Broken,
            Self::EarlyEnd | Self::Truncated => Severity::Lost,
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

/// How a run went wrong on one side: the numbers of the first calls whose results are at least so
/// bad. The handshake is number 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Harms {
    end: Option<u8>,
    broken: Option<u8>,
    lost: Option<u8>,
    never: Option<u8>,
}

impl Harms {
    /// Every call is ok.
    pub const NONE: Self = Self { end: None, broken: None, lost: None, never: None };

    /// The harms of a caller at the end of a run: a call that is still pending never returns.
    pub fn of(history: &History) -> Self {
        let never = history.pending().map(|_| history.returned());
        let first = |at_least: Severity| {
            (0..)
                .zip(history.results())
                .find(|(_, result)| result.severity() >= at_least)
                .map(|(call, _)| call)
                .or(never)
        };
        Self {
            end: first(Severity::End),
            broken: first(Severity::Broken),
            lost: first(Severity::Lost),
            never,
        }
    }

    /// The first bad result, if there is one.
    pub fn first_bad(&self) -> Option<FirstBad> {
        let call = self.end?;
        let severity = if self.never == Some(call) {
            Severity::Never
        } else if self.lost == Some(call) {
            Severity::Lost
        } else if self.broken == Some(call) {
            Severity::Broken
        } else {
            Severity::End
        };
        Some(FirstBad { call, severity })
    }

    /// Whether these harms, of a TCP run, excuse others, of a TLS run, by the first bad result:
    /// TCP's is as bad, and no later.
    pub fn excuse(&self, tls: &Self) -> bool {
        match (self.first_bad(), tls.first_bad()) {
            (_, None) => true,
            (Some(tcp), Some(tls)) => tcp.call <= tls.call && tcp.severity >= tls.severity,
            (None, Some(_)) => false,
        }
    }

    /// The same, and for each severity: TCP has a result at least so bad, and no later. A good
    /// stream ends with a bad result, its end of stream; the comparison by severity looks at what
    /// follows that, too.
    pub fn excuse_throughout(&self, tls: &Self) -> bool {
        let no_later = |tcp: Option<u8>, tls: Option<u8>| match (tcp, tls) {
            (_, None) => true,
            (Some(tcp), Some(tls)) => tcp <= tls,
            (None, Some(_)) => false,
        };
        self.excuse(tls)
            && no_later(self.end, tls.end)
            && no_later(self.broken, tls.broken)
            && no_later(self.lost, tls.lost)
            && no_later(self.never, tls.never)
    }

    /// By the calls that never return alone: over TCP the same call never returns, or an earlier
    /// one.
    pub fn excuse_waits(&self, tls: &Self) -> bool {
        match (self.never, tls.never) {
            (_, None) => true,
            (Some(tcp), Some(tls)) => tcp <= tls,
            (None, Some(_)) => false,
        }
    }

    /// Harms of which the first bad result is this one, and nothing worse follows.
    pub fn at(call: u8, severity: Severity) -> Self {
        let from = |level: Severity| (severity >= level).then_some(call);
        Self {
            end: from(Severity::End),
            broken: from(Severity::Broken),
            lost: from(Severity::Lost),
            never: from(Severity::Never),
        }
    }
}

/// What one side did and got in one run: the programs' part of a terminal snapshot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SideOutcome {
    /// The calls that were begun.
    pub calls: SideCalls,
    /// Their results; if a list lacks one, its last call never returns.
    pub results: Callers<Vec<ProgramResult>>,
}

impl SideOutcome {
    /// The outcome of a side at the end of a run.
    pub fn of(histories: &Callers<History>) -> Self {
        let calls = histories.map(|history| history.calls());
        Self { calls, results: histories.map(|history| history.results().collect()) }
    }

    /// One word for each call: of the handshake, then of the reading and the writing thread where
    /// there are such, then of the other calls of the one thread.
    pub fn words(&self) -> Vec<String> {
        let of = |caller| {
            let results = self.results.of(caller).iter().map(ToString::to_string);
            let results = results.chain(std::iter::repeat(NEVER_RETURNS.to_owned()));
            let calls = self.calls.of(caller).iter().filter(|call| !call.is_end());
            calls.zip(results).map(|(call, word)| match call {
                ProgramCall::Rest => RESTS.to_owned(),
                _ => word,
            })
        };
        let threads = of(Caller::Reader).chain(of(Caller::Writer));
        of(Caller::Whole).take(1).chain(threads).chain(of(Caller::Whole).skip(1)).collect()
    }
}

/// What both sides did and got in one run.
pub type Outcome = Both<SideOutcome>;

/// The worst of a run that nothing excuses.
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
        match history.results().find(|result| result.severity() != Severity::Ok) {
            None => history.pending().map(|_| Self::Stuck),
            Some(ProgramResult::Reset) => Some(Self::Reset),
            Some(ProgramResult::Truncated | ProgramResult::EarlyEnd) => Some(Self::Lost),
            Some(ProgramResult::Alert(_) | ProgramResult::Error(_)) => Some(Self::Refused),
            Some(ProgramResult::EndOfStream | ProgramResult::Ok | ProgramResult::GivenUp) => {
                Some(Self::Ended)
            }
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

#[cfg(test)]
mod tests {
    use hyaline_model::Alert;

    use super::*;

    fn history(calls: &str, results: &[ProgramResult]) -> History {
        History::of(calls.parse().expect("a program"), results)
    }

    const SENT: ProgramResult = ProgramResult::Error(Some(Alert::BadCertificate));
    const TOLD: ProgramResult = ProgramResult::Alert(Alert::BadCertificate);
    use ProgramResult::{EndOfStream, Ok, Reset};

    #[test]
    fn severity_rises_from_ok_over_end_broken_and_lost_to_never() {
        use Severity::{Broken, End, Lost, Never};
        assert!(Severity::Ok < End && End < Broken && Broken < Lost && Lost < Never);
        for broken in [Reset, TOLD, SENT] {
            assert_eq!(broken.severity(), Broken);
        }
        for lost in [ProgramResult::EarlyEnd, ProgramResult::Truncated] {
            assert_eq!(lost.severity(), Lost);
        }
    }

    #[test]
    fn a_reset_does_not_excuse_a_truncation_and_an_early_end_excuses_a_reset() {
        let of = |result| Harms::of(&history("read close", &[Ok, result, Ok]));
        let (reset, truncated) = (of(Reset), of(ProgramResult::Truncated));
        let early_end = of(ProgramResult::EarlyEnd);
        assert!(!reset.excuse(&truncated) && !reset.excuse_throughout(&truncated));
        assert!(early_end.excuse(&reset) && early_end.excuse_throughout(&truncated));
    }

    #[test]
    fn the_first_bad_result_is_the_first_that_is_not_ok() {
        let first_bad = |history: &History| Harms::of(history).first_bad();
        let none = history("read close", &[Ok, Ok, Ok]);
        assert_eq!(first_bad(&none), None);
        let end = history("read read close", &[Ok, EndOfStream, Reset, Ok]);
        assert_eq!(first_bad(&end), Some(FirstBad { call: 1, severity: Severity::End }));
        let broken = history("read read close", &[Ok, Reset, EndOfStream, Ok]);
        assert_eq!(first_bad(&broken), Some(FirstBad { call: 1, severity: Severity::Broken }));
        let never = history("write read close", &[Ok, Ok]);
        assert_eq!(first_bad(&never), Some(FirstBad { call: 2, severity: Severity::Never }));
    }

    #[test]
    fn a_harm_excuses_only_what_is_no_worse_and_no_earlier() {
        use Severity::{Broken, End, Never};
        let bad = Harms::at;
        assert!(bad(1, Never).excuse(&bad(1, Broken)));
        assert!(bad(1, Broken).excuse(&bad(2, End)));
        assert!(!bad(2, Never).excuse(&bad(1, Broken)));
        assert!(!bad(1, End).excuse(&bad(1, Broken)));
        assert!(!Harms::default().excuse(&bad(1, End)) && bad(1, End).excuse(&Harms::default()));
    }

    #[test]
    fn what_follows_an_end_of_stream_counts_throughout() {
        let good = Harms::of(&history("read write close", &[Ok, EndOfStream, Ok, Ok]));
        let poor = Harms::of(&history("read write close", &[Ok, EndOfStream, Reset, Ok]));
        assert!(good.excuse(&poor), "by the first bad result alone");
        assert!(!good.excuse_throughout(&poor));
        assert!(poor.excuse_throughout(&poor) && poor.excuse_throughout(&good));
        let worse = Harms::of(&history("read write close", &[Ok, Reset, Ok, Ok]));
        assert!(worse.excuse_throughout(&poor) && !poor.excuse_throughout(&worse));
    }
}
