//! The answer to a scenario as data, for the JSON of a scenario. `docs/scenario.schema.json` says
//! what is in it.

use serde::Serialize;

use crate::report::Report;
use crate::report::alternatives::AlternativeShown;
use crate::report::assessment::{Assessment, Conclusion};
use crate::report::hashes::{HashesShown, outcome_word};
use crate::report::sequence::Sequence;
use crate::runs::heals::Heals;

/// The answer to a scenario, and the report on all of its properties.
#[derive(Debug, Serialize)]
pub struct ScenarioAnswer<'a> {
    /// Verdicts and joint outcomes.
    #[serde(flatten)]
    pub report: Report,
    /// Whose fault it is: `holds`, `hangs-over-tcp`, `fails` or `unfinished`; where hashes stood
    /// for snapshots, the first two with `-unless-missed`.
    pub outcome: &'static str,
    /// How probable a miss is, in all alternatives together, where hashes stood for snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashes: Option<HashesShown>,
    /// The same in words.
    pub answer: &'a str,
    /// The property that the trace shows to fail.
    pub property: Option<&'static str>,
    /// What programs notice of that: `stuck`, `reset`, `lost`, `refused` or `ended`.
    pub harm: Option<String>,
    /// Why it comes so: sentences.
    pub explanation: &'a [String],
    /// What would heal it; null where nothing fails, or it was not asked.
    pub heals: Option<HealsFound>,
    /// The shortest trace; null where there is nothing to show.
    pub trace: Option<TraceShown<'a>>,
    /// Where the programs choose: a word of each alternative. All else is about the worst of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<AlternativeShown<'a>>,
}

/// What would heal a scenario.
#[derive(Debug, Serialize)]
pub struct HealsFound {
    /// Single changes that were tried.
    pub tried: usize,
    /// Pairs of changes that were tried, since no single one heals.
    pub pairs_tried: usize,
    /// Searches of these that did not end within their bounds.
    pub unfinished: usize,
    /// The least changes that heal, each a list of one or two.
    pub changes: Vec<Vec<String>>,
}

impl HealsFound {
    /// The changes that heal, in the form of the answer.
    pub fn of(heals: &Heals) -> Self {
        let changes = heals.changes.iter();
        Self {
            tried: heals.tried,
            pairs_tried: heals.pairs_tried,
            unfinished: heals.unfinished,
            changes: changes.map(|set| set.iter().map(ToString::to_string).collect()).collect(),
        }
    }

    /// How much was tried, and how much of it does not heal.
    pub fn tried_in_words(&self) -> String {
        let (tried, healed) = (self.tried, self.changes.len());
        let mut words = match (self.pairs_tried, healed) {
            (0, 0) => format!("None of {tried} changes heals it; pairs of them were not tried."),
            (0, _) => {
                format!("Tried one by one: {tried} changes; {} do not heal it.", tried - healed)
            }
            (pairs, 0) => {
                format!("None of {tried} changes heals it, and none of {pairs} pairs of them.")
            }
            (pairs, _) => format!(
                "None of {tried} changes heals it by itself; of {pairs} pairs, {} do not.",
                pairs - healed
            ),
        };
        if self.unfinished > 0 {
            words += &format!(
                " Not explored to the end, and so not counted as healed: {}.",
                self.unfinished
            );
        }
        words
    }
}

/// A trace, and what it goes over.
#[derive(Debug, Serialize)]
pub struct TraceShown<'a> {
    /// `tls` or `tcp`.
    pub over: &'static str,
    /// The trace.
    #[serde(flatten)]
    pub sequence: &'a Sequence,
}

impl<'a> ScenarioAnswer<'a> {
    /// The answer, between ends of these names, about the table of this fingerprint.
    pub fn of(assessment: &'a Assessment, client: &str, server: &str, fingerprint: &str) -> Self {
        let mut report = Report::new(fingerprint);
        report.add(client, server, &assessment.checked);
        report.add_outcomes(&assessment.checked);
        Self {
            report,
            outcome: outcome_word(assessment.conclusion, assessment.missed),
            hashes: assessment.missed.map(HashesShown::of),
            answer: &assessment.headline,
            property: assessment.property,
            harm: assessment.harm.map(|harm| harm.to_string()),
            explanation: &assessment.explanation,
            heals: assessment.heals.as_ref().map(HealsFound::of),
            trace: assessment
                .trace
                .as_ref()
                .map(|sequence| TraceShown { over: over(assessment.conclusion), sequence }),
            alternatives: assessment.alternatives.iter().map(AlternativeShown::of).collect(),
        }
    }
}

/// What the trace of an answer goes over.
const fn over(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::HangsOverTcp => "tcp",
        Conclusion::Holds | Conclusion::Fails | Conclusion::Unfinished => "tls",
    }
}
