//! Answers as cases, for the tools of continuous integration.

use hyaline_check::report::answer::HealsFound;
use hyaline_check::report::assessment::{Assessment, Conclusion};
use hyaline_check::report::{assumptions, subject};
use hyaline_protocol::print::suite::{ReportCase, ReportFamily, ReportSuite};

use super::Asked;
use crate::formats::{Rule, TOOL, table, trace_of_pair};

/// The family of all answers.
const SCENARIOS: &str = "scenarios";

impl Asked {
    /// The one answer of a scenario of the command line.
    pub(super) fn suite(&self, assessment: &Assessment) -> ReportSuite {
        let is_good = matches!(assessment.conclusion, Conclusion::Holds | Conclusion::HangsOverTcp);
        let case = self.case(&self.title(assessment), assessment, is_good);
        let family = self.family(&case.name, assessment, is_good);
        suite("hyaline scenario", assessment.headline.clone(), vec![family], vec![case])
    }

    /// The answer to a scenario of this name.
    pub(super) fn case(&self, name: &str, assessment: &Assessment, is_good: bool) -> ReportCase {
        let alternatives = assessment.alternatives.iter().map(ToString::to_string);
        let mut explanation: Vec<String> = alternatives.collect();
        explanation.extend(assessment.explanation.iter().cloned());
        if let Some(heals) = assessment.heals.as_ref().map(HealsFound::of) {
            explanation.extend(
                heals.changes.iter().map(|set| format!("Healed by {}", set.join(", and "))),
            );
            explanation.push(heals.tried_in_words());
        }
        ReportCase {
            family: SCENARIOS.to_owned(),
            name: name.to_owned(),
            is_good,
            rule: assessment.property.map_or(Rule::Finished, Rule::Property).into(),
            message: assessment.headline.clone(),
            explanation,
            trace: assessment.trace.as_ref().map(trace_of_pair),
            place: None,
            elapsed: Some(assessment.checked.exploration.elapsed),
        }
    }

    /// The line of a scenario of this name in the table of results.
    pub(super) fn family(
        &self,
        name: &str,
        assessment: &Assessment,
        is_good: bool,
    ) -> ReportFamily {
        family(name, &assessment.headline, assessment.checked.exploration.states, is_good)
    }
}

/// The line of one answer in the table of results.
pub(crate) fn family(name: &str, verdict: &str, states: usize, is_good: bool) -> ReportFamily {
    ReportFamily {
        title: name.to_owned(),
        size: Some([1, states]),
        verdict: verdict.to_owned(),
        is_good,
    }
}

/// All answers of a command, with the verdict on them in words.
pub(crate) fn suite(
    command: &str,
    verdict: String,
    families: Vec<ReportFamily>,
    cases: Vec<ReportCase>,
) -> ReportSuite {
    ReportSuite {
        title: command.to_owned(),
        tool: TOOL,
        is_pass: cases.iter().all(|case| case.is_good),
        verdict,
        about: vec![assumptions(), subject()],
        families,
        cases,
        home: table(),
    }
}
