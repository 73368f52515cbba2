//! The answer about a relay as a case, for the tools of continuous integration.

use hyaline_check::relay::answer::{healed_besides, heals_in_words, owing_in_words};
use hyaline_check::report::conclusion::Conclusion;
use hyaline_protocol::print::suite::{ReportCase, ReportFamily, ReportSuite};

use super::AnsweredRelay;
use crate::formats::{Rule, trace_of_relay};
use crate::scenario::cases::{family, suite};

/// The family of all answers.
const RELAYS: &str = "relays";

impl AnsweredRelay {
    /// The one answer of a command line.
    pub(super) fn suite(&self) -> ReportSuite {
        let is_good = self.is_good();
        let case = self.case(&self.title, is_good);
        let family = self.family(&case.name, is_good);
        suite("hyaline relay", self.assessment.headline.clone(), vec![family], vec![case])
    }

    /// The answer to an entry of this name.
    pub(crate) fn case(&self, name: &str, is_good: bool) -> ReportCase {
        let assessment = &self.assessment;
        let mut explanation = assessment.explanation.clone();
        if let Some(heals) = &assessment.heals {
            let sets = heals_in_words(heals);
            explanation.extend(sets.iter().map(|set| format!("Healed by {set}")));
            explanation.extend(healed_besides(heals, assessment.heals_unfinished));
        }
        explanation.extend(owing_in_words(assessment.owing));
        ReportCase {
            family: RELAYS.to_owned(),
            name: name.to_owned(),
            is_good,
            rule: match assessment.conclusion {
                Conclusion::Fails => Rule::Relay.into(),
                _ => Rule::Finished.into(),
            },
            message: assessment.headline.clone(),
            explanation,
            trace: assessment.trace.as_ref().map(trace_of_relay),
            place: None,
            elapsed: Some(self.elapsed),
        }
    }

    /// The line of an entry of this name in the table of results.
    pub(crate) fn family(&self, name: &str, is_good: bool) -> ReportFamily {
        family(name, &self.assessment.headline, self.assessment.explored.states, is_good)
    }
}
