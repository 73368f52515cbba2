//! The answers to the entries of a file, of scenarios and of relays alike.

use hyaline_check::report::assessment::{Assessment, Conclusion};
use hyaline_check::search::explore::Effort;
use hyaline_protocol::print::suite::{ReportCase, ReportFamily};
use hyaline_search::MissBound;

use super::super::{Asked, words};
use super::entry::FileQuestion;
use crate::arguments::ShownArguments;
use crate::relay::{self, AnsweredRelay};
use crate::screen::CommandError;

/// The answer to an entry.
pub(super) enum AnsweredEntry<'e> {
    /// Two programs, and the property by which they have to fail.
    Scenario(&'e Asked, Option<&'e str>, Box<Assessment>),
    /// Two programs with a relay between them, and who has to notice that they fail.
    Relay(Option<&'e str>, Box<AnsweredRelay>),
}

impl<'e> AnsweredEntry<'e> {
    /// Explores what an entry asks.
    pub(super) fn of(
        question: &'e FileQuestion,
        effort: &Effort,
        with_heals: bool,
    ) -> Result<Self, CommandError> {
        Ok(match question {
            FileQuestion::Scenario { asked, property } => {
                let assessment = asked.assess(effort, with_heals)?;
                Self::Scenario(asked, property.as_deref(), Box::new(assessment))
            }
            FileQuestion::Relay { asked, at } => {
                let answered = AnsweredRelay::of(asked.clone(), effort, with_heals)?;
                Self::Relay(at.as_deref(), Box::new(answered))
            }
        })
    }

    /// What the entry is, in a word.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Scenario(..) => "scenario",
            Self::Relay(..) => "relay",
        }
    }

    pub(super) fn headline(&self) -> &str {
        match self {
            Self::Scenario(_, _, assessment) => &assessment.headline,
            Self::Relay(_, answered) => &answered.assessment.headline,
        }
    }

    pub(super) fn conclusion(&self) -> Conclusion {
        match self {
            Self::Scenario(_, _, assessment) => assessment.conclusion,
            Self::Relay(_, answered) => answered.assessment.conclusion,
        }
    }

    /// How probable it is that a snapshot was missed; nothing where the keys were exact.
    pub(super) fn missed(&self) -> Option<MissBound> {
        match self {
            Self::Scenario(_, _, assessment) => assessment.missed,
            Self::Relay(_, answered) => answered.assessment.explored.missed,
        }
    }

    /// Whether it fails where it has to.
    pub(super) fn is_where_expected(&self) -> bool {
        match self {
            Self::Scenario(_, property, assessment) => {
                // Where the programs choose, the property may fail in another alternative than the
                // worst.
                let in_others = assessment.alternatives.iter().flat_map(|one| &one.failed);
                let failed = assessment.failed();
                let failed: Vec<&str> = failed.iter().chain(in_others).copied().collect();
                property.is_none_or(|property| failed.contains(&property))
            }
            Self::Relay(at, answered) => {
                let worst = answered.assessment.worst;
                at.is_none_or(|at| worst.is_some_and(|worst| worst.at == at))
            }
        }
    }

    /// The whole answer for a terminal.
    pub(super) fn whole(&self, shown: &ShownArguments) -> String {
        match self {
            Self::Scenario(asked, _, assessment) => {
                let answer = asked.answer(assessment);
                words::whole(&asked.title(assessment), assessment, &answer, shown)
            }
            Self::Relay(_, answered) => relay::words(&answered.title, &answered.assessment, shown),
        }
    }

    /// The answer as data.
    pub(super) fn answer(&self) -> Result<serde_json::Value, CommandError> {
        Ok(match self {
            Self::Scenario(asked, _, assessment) => serde_json::to_value(asked.answer(assessment))?,
            Self::Relay(_, answered) => serde_json::to_value(answered.answer())?,
        })
    }

    pub(super) fn case(&self, name: &str, is_good: bool) -> ReportCase {
        match self {
            Self::Scenario(asked, _, assessment) => asked.case(name, assessment, is_good),
            Self::Relay(_, answered) => answered.case(name, is_good),
        }
    }

    pub(super) fn family(&self, name: &str, is_good: bool) -> ReportFamily {
        match self {
            Self::Scenario(asked, _, assessment) => asked.family(name, assessment, is_good),
            Self::Relay(_, answered) => answered.family(name, is_good),
        }
    }
}
