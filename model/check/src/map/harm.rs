//! What a side suffers where TLS adds something to plain TCP.

use std::fmt;

use crate::judgement::outcome::Severity;
use crate::side::Side;

/// What TLS adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HarmKind {
    /// A call never returns.
    Hang,
    /// Data that were sent to the side are lost, and the call takes that for the peer's end.
    Truncation,
    /// A call is told of a reset or an error.
    Reset,
    /// A certificate was rejected, and its owner is not told so by the alert.
    LostAlert,
    /// A stream ends that over plain TCP would have gone on.
    End,
    /// Programs with which plain TCP can end with every call ok, and TLS cannot.
    NoGoodRun,
    /// The first bad result is one that plain TCP excuses, and a worse one follows that it does
    /// not.
    Later,
}

impl HarmKind {
    /// All of them, the worst first.
    pub const ALL: [Self; 7] = [
        Self::Hang,
        Self::Truncation,
        Self::Reset,
        Self::LostAlert,
        Self::End,
        Self::NoGoodRun,
        Self::Later,
    ];

    /// What a first bad result of this severity is, over plain TCP's.
    pub const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Never => Self::Hang,
            Severity::Lost => Self::Truncation,
            Severity::Broken => Self::Reset,
            Severity::End | Severity::Ok => Self::End,
        }
    }

    /// The severity of a first bad result that is this harm; nothing for harms that are no first
    /// bad result.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Hang => Some(Severity::Never),
            Self::Truncation => Some(Severity::Lost),
            Self::Reset => Some(Severity::Broken),
            Self::End => Some(Severity::End),
            Self::LostAlert | Self::NoGoodRun | Self::Later => None,
        }
    }

    /// The word of reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hang => "hang",
            Self::Truncation => "truncation",
            Self::Reset => "reset",
            Self::LostAlert => "lost-alert",
            Self::End => "end",
            Self::NoGoodRun => "no-good-run",
            Self::Later => "later",
        }
    }

    /// The letter of the map.
    pub const fn letter(self) -> char {
        match self {
            Self::Hang => 'H',
            Self::Truncation => 'T',
            Self::Reset => 'R',
            Self::LostAlert => 'A',
            Self::End => 'E',
            Self::NoGoodRun => 'G',
            Self::Later => 'L',
        }
    }

    /// What happens to a side.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Hang => "a call never returns",
            Self::Truncation => "data that was sent to it is lost",
            Self::Reset => "it is told of a reset or an error",
            Self::LostAlert => "its certificate is rejected, and the alert does not tell it so",
            Self::End => "its stream ends, where it would go on over TCP",
            Self::NoGoodRun => "no run is good, where one over TCP is",
            Self::Later => "something worse follows its first bad result",
        }
    }
}

impl fmt::Display for HarmKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// What TLS adds, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SideHarm {
    /// What TLS adds.
    pub kind: HarmKind,
    /// Who suffers it.
    pub side: Side,
}

impl fmt::Display for SideHarm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the {}: {}", self.side, self.kind.meaning())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_word_and_a_letter_of_its_own_and_comes_from_its_severity() {
        for kind in HarmKind::ALL {
            let same =
                |other: &&HarmKind| other.word() == kind.word() || other.letter() == kind.letter();
            assert_eq!(HarmKind::ALL.iter().filter(same).count(), 1, "{kind}");
            assert!(kind.severity().is_none_or(|severity| HarmKind::of(severity) == kind));
        }
    }
}
