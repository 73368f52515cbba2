//! A mutant: the shipped table with one row masked, one effect left out, or one switch flipped.

use std::fmt;

use hyaline_model::table::Row;
use serde::{Deserialize, Serialize};

use crate::ends::tls::Tls;
use crate::interpret::mutation::Mutation;
use crate::runs::run::{CheckRun, RunError};
use crate::search::profile::{Profile, endpoints_of, flippable};
use crate::side::Both;

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One switch of the shipped policy is flipped.
    Switch,
    /// One row is masked.
    Row,
    /// One effect of one row is left out.
    Effect,
}

impl Kind {
    /// The kinds that are recorded, in the order of the document.
    pub const RECORDED: [Self; 2] = [Self::Switch, Self::Row];

    /// In words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Switch => "switches flipped",
            Self::Row => "rows masked",
            Self::Effect => "effects left out",
        }
    }
}

/// One mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// What ships with this switch at this value.
    Switch(String, String),
    /// The table with this change.
    Table(Mutation),
}

impl fmt::Display for Mutant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(switch, value) => write!(formatter, "{switch}={value}"),
            Self::Table(mutation) => mutation.fmt(formatter),
        }
    }
}

/// Middlebox compatibility mode is configuration: both values ship.
const CONFIGURATION: &str = "compatibility";

impl Mutant {
    /// Every mutant of this kind, in the order of the table.
    pub fn of(kind: Kind) -> impl Iterator<Item = Self> {
        let is_flip = |switch: &str, value: &str| {
            let flipped = Profile::HYALINE.with(switch, value);
            switch != CONFIGURATION && flipped.is_ok_and(|flipped| !flipped.is_shipped())
        };
        let flips = flippable().flat_map(move |(switch, values)| {
            values.into_iter().map(move |value| (switch.clone(), value))
        });
        let flips = flips.filter(move |(switch, value)| is_flip(switch, value));
        flips
            .map(|(switch, value)| Self::Switch(switch, value))
            .chain(Mutation::all().map(Self::Table))
            .filter(move |mutant| mutant.kind() == kind)
    }

    /// Every mutant of the kinds that are recorded.
    pub fn recorded() -> impl Iterator<Item = Self> {
        Kind::RECORDED.into_iter().flat_map(Self::of)
    }

    /// What kind of change it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Switch(..) => Kind::Switch,
            Self::Table(Mutation::Masked(_)) => Kind::Row,
            Self::Table(Mutation::WithoutEffect(..)) => Kind::Effect,
        }
    }

    /// The change of the table; nothing for a switch.
    #[must_use]
    pub const fn mutation(&self) -> Option<Mutation> {
        match self {
            Self::Switch(..) => None,
            Self::Table(mutation) => Some(*mutation),
        }
    }

    /// The row that is changed; nothing for a switch.
    #[must_use]
    pub fn row(&self) -> Option<&'static Row> {
        self.mutation().and_then(Mutation::row)
    }

    /// Both ends of a run, with the table of the mutant. A switch is flipped at each end but a
    /// naive one.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn ends(&self, run: &CheckRun) -> Result<Both<Tls>, RunError> {
        let mut profiles = run.profiles;
        if let Self::Switch(switch, value) = self {
            for profile in [&mut profiles.client, &mut profiles.server] {
                if *profile != Profile::NAIVE {
                    *profile = profile.with(switch, value)?;
                }
            }
        }
        let ends = endpoints_of(&run.scenario, &profiles);
        Ok(match self.mutation() {
            Some(mutation) => ends.map(|end| end.with_mutation(mutation)),
            None => ends,
        })
    }
}
