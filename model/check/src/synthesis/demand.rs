//! The demands that are made of a policy.

use std::collections::BTreeSet;
use std::fmt;

use crate::map::cell::MapCell;
use crate::map::harm::HarmKind;
use crate::runs::heals::is_noticed;

/// One thing that is asked of a policy with itself at both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyDemand {
    /// No side suffers this.
    Spares(HarmKind),
    /// A property of an endpoint's own conduct holds.
    Keeps(&'static str),
}

impl PolicyDemand {
    /// The word of reports.
    pub fn word(self) -> String {
        match self {
            Self::Spares(kind) => format!("no-{}", kind.word().trim_start_matches("no-")),
            Self::Keeps(property) => property.replace(' ', "-"),
        }
    }
}

impl fmt::Display for PolicyDemand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::Spares(HarmKind::Hang) => "no call hangs",
            Self::Spares(HarmKind::Truncation) => "no data is lost",
            Self::Spares(HarmKind::Reset) => "no call is told of a reset or an error",
            Self::Spares(HarmKind::LostAlert) => "no alert is lost",
            Self::Spares(HarmKind::End) => "no stream ends early",
            Self::Spares(HarmKind::NoGoodRun) => "good runs survive",
            Self::Spares(HarmKind::Later) => "nothing worse follows",
            Self::Keeps(property) => property,
        };
        formatter.pad(words)
    }
}

/// What a policy does not keep.
pub type Broken = BTreeSet<PolicyDemand>;

/// Everything that is asked, by what came of one policy: the properties are the same for all.
pub fn demands(cell: &MapCell) -> Vec<PolicyDemand> {
    let own = cell.verdicts.iter().map(|(name, _)| *name).filter(|name| !is_noticed(name));
    let spares = HarmKind::ALL.map(PolicyDemand::Spares).into_iter();
    spares.chain(own.map(PolicyDemand::Keeps)).collect()
}

/// What a policy does not keep, by what came of it opposite itself.
pub fn broken(cell: &MapCell) -> Broken {
    let harms = cell.harms.keys().map(|harm| PolicyDemand::Spares(harm.kind));
    let own = cell.failing().filter(|name| !is_noticed(name)).map(PolicyDemand::Keeps);
    harms.chain(own).collect()
}
