//! Reports: JSON for machines, a table for people.

pub mod alternatives;
pub mod answer;
pub mod assessment;
pub mod because;
pub mod chart;
pub mod conclusion;
#[cfg(feature = "command")]
pub mod explored;
pub mod hashes;
pub mod lanes;
pub mod mermaid;
pub mod page;
pub mod picture;
pub mod sequence;

use std::collections::BTreeSet;
use std::fmt;

use hyaline_model::table::{FINGERPRINT, INBOX_RECORDS};
use serde::Serialize;

use crate::WORLD_FINGERPRINT;
use crate::judgement::observe::{Witness, WitnessSet};
use crate::judgement::outcome::Outcome;
use crate::report::hashes::{HashesShown, by_hashes, in_brackets, verdict_word};
use crate::search::explore::{Exploration, Verdict};
use crate::search::scenario::Checked;

/// The version of the JSON report's form.
pub const SCHEMA: u32 = 1;

/// A report on one or many scenarios.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub schema: u32,
    /// The fingerprint of the table and the shipped policy that the report is about.
    pub fingerprint: String,
    /// The fingerprint of the world in which the verdicts hold.
    pub world: &'static str,
    /// One line for each property of each scenario.
    pub results: Vec<Line>,
    /// The joint outcomes over plain TCP, of a scenario with given programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp: Option<Vec<JointOutcome>>,
    /// The joint outcomes over TLS, of a scenario with given programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Vec<JointOutcome>>,
}

/// The verdict on one property in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The client's profile.
    pub client: String,
    /// The server's profile.
    pub server: String,
    /// The scenario, in words.
    pub scenario: String,
    /// The property.
    pub property: String,
    /// `holds`, `fails` or `unfinished`; where hashes stood for snapshots, `holds-unless-missed` in
    /// place of `holds`.
    pub verdict: &'static str,
    /// Whether everything was explored, which hashes cannot say.
    pub complete: bool,
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step.
    pub edges: usize,
    /// How probable a miss is, where hashes stood for snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashes: Option<HashesShown>,
}

/// One result for each call of each side; the handshake's comes first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct JointOutcome {
    /// The client's results.
    pub client: Vec<String>,
    /// The server's results.
    pub server: Vec<String>,
}

impl JointOutcome {
    /// The words of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        Self { client: outcome.client.words(), server: outcome.server.words() }
    }

    fn all(outcomes: &BTreeSet<Outcome>) -> Vec<Self> {
        let words: BTreeSet<Self> = outcomes.iter().map(Self::of).collect();
        words.into_iter().collect()
    }
}

impl fmt::Display for JointOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "client: {}; server: {}", self.client.join(", "), self.server.join(", "))
    }
}

impl Report {
    /// A report without lines.
    pub fn new(fingerprint: &str) -> Self {
        let fingerprint = fingerprint.to_owned();
        let world = WORLD_FINGERPRINT;
        Self { schema: SCHEMA, fingerprint, world, results: Vec::new(), tcp: None, tls: None }
    }

    /// Adds what came of a scenario.
    pub fn add<E>(&mut self, client: &str, server: &str, checked: &Checked<E>) {
        let exploration = &checked.exploration;
        self.results.extend(checked.verdicts.iter().map(|(property, verdict)| Line {
            client: client.to_owned(),
            server: server.to_owned(),
            scenario: checked.scenario.to_string(),
            property: (*property).to_owned(),
            verdict: verdict_word(*verdict, exploration),
            complete: exploration.complete && exploration.missed.is_none(),
            states: exploration.states,
            edges: exploration.edges,
            hashes: exploration.missed.map(HashesShown::of),
        }));
    }

    /// Adds the joint outcomes of a scenario with given programs.
    pub fn add_outcomes<E>(&mut self, checked: &Checked<E>) {
        self.tcp = Some(JointOutcome::all(&checked.tcp_outcomes));
        self.tls = Some(JointOutcome::all(&checked.tls_outcomes));
    }

    /// Adds whether what has to be seen was seen, in all scenarios together: a `sometimes` for
    /// each `always`.
    pub fn add_witnesses(&mut self, client: &str, server: &str, seen: WitnessSet, complete: bool) {
        self.results.extend(Witness::ALL.into_iter().map(|witness| {
            Line {
                client: client.to_owned(),
                server: server.to_owned(),
                scenario: "all together".to_owned(),
                property: format!("sometimes {witness} ({})", witness.property()),
                verdict: match (seen.has(witness), complete) {
                    (true, _) => Verdict::Holds,
                    (false, true) => Verdict::Fails,
                    (false, false) => Verdict::Unfinished,
                }
                .word(),
                complete,
                states: 0,
                edges: 0,
                hashes: None,
            }
        }));
    }

    /// The report as JSON.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}

/// What a report is about: the fingerprints of the table that ships and of the world.
pub fn subject() -> String {
    format!("table {FINGERPRINT}, world {WORLD_FINGERPRINT}")
}

/// How many ends of runs plain TCP does not excuse, where a side rests while something of its is
/// unsent; nothing if there are none.
pub fn owing<E>(exploration: &Exploration<E>) -> Option<String> {
    let ends = exploration.observations.owing();
    let words = "ends of runs that plain TCP does not excuse: a side rests with something unsent";
    (ends > 0).then(|| format!("{ends} {words}"))
}

/// What a verdict is called in a table for people: it says how much was explored.
pub fn verdict_in_words(verdict: Verdict, states: usize) -> String {
    match verdict {
        Verdict::Holds => "holds (complete)".to_owned(),
        Verdict::Fails => "fails (trace)".to_owned(),
        Verdict::Unfinished => format!("unfinished ({states} states)"),
    }
}

/// What a verdict on an exploration is called there. Where hashes stood for snapshots, what holds
/// is not complete.
pub fn verdict_on<E>(verdict: Verdict, exploration: &Exploration<E>) -> String {
    match (verdict, exploration.missed) {
        (Verdict::Holds, Some(missed)) => format!("holds {}", in_brackets(missed)),
        (Verdict::Holds | Verdict::Fails | Verdict::Unfinished, _) => {
            verdict_in_words(verdict, exploration.states)
        }
    }
}

/// The assumptions under which verdicts hold, for every report.
pub fn assumptions() -> String {
    format!(
        "TLS has TCP's queues and an inbox of {INBOX_RECORDS} records, unless a scenario says \
         otherwise; plain TCP has the queues alone. Unless said otherwise, timers expire only when \
         nothing else can happen. A close whose peer does not end within its budget (unconfirmed) \
         counts as ok: over plain TCP no close learns of the peer's end."
    )
}

/// One scenario in the words of a table for people: what failed, or that everything holds.
pub fn summary<E>(checked: &Checked<E>) -> String {
    let exploration = &checked.exploration;
    let failed: Vec<String> = checked
        .verdicts
        .iter()
        .filter(|(_, verdict)| *verdict != Verdict::Holds)
        .map(|(name, verdict)| format!("{name}: {}", verdict_on(*verdict, exploration)))
        .collect();
    let verdict = if failed.is_empty() {
        verdict_on(Verdict::Holds, exploration)
    } else {
        let harms: Vec<String> =
            checked.harms().iter().map(|(harm, count)| format!("{harm} {count}")).collect();
        let lost = checked.lost_good_runs.len();
        let lost = (lost > 0).then(|| format!("good runs lost {lost}"));
        let harms: Vec<String> = harms.into_iter().chain(lost).collect();
        format!("{} [{}]", failed.join("; "), harms.join(", "))
    };
    format!("{}: {verdict}", checked.scenario)
}

/// The size of an exploration in words.
pub fn size<E>(checked: &Checked<E>) -> String {
    let exploration = &checked.exploration;
    let by_hashes = exploration.missed.map(by_hashes).unwrap_or_default();
    format!(
        "{} states, {} edges, {} terminal, depth {}, {:.0} states/s, {} bytes of memory a \
         state{by_hashes}",
        exploration.states,
        exploration.edges,
        exploration.terminals,
        exploration.depth,
        exploration.rate(),
        exploration.bytes_of_state(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ends::plain_tcp::PlainTcp;
    use crate::programs::Programs;
    use crate::search::bounds::Scenario;
    use crate::search::explore::Effort;
    use crate::search::scenario::{Baselines, check};
    use crate::side::Both;

    fn checked(programs: Programs) -> Checked<PlainTcp> {
        let end = PlainTcp::new(1);
        let endpoints = Both { client: end, server: end };
        let scenario = Scenario::new(programs);
        let mut baselines = Baselines::default();
        check(&scenario, endpoints, &mut baselines, &Effort::default(), &mut |_| ())
            .expect("a scenario within bounds")
    }

    #[test]
    fn the_json_of_a_scenario_has_its_lines_and_its_joint_outcomes() {
        let programs = Programs::Fixed(Both {
            client: "write close".parse().expect("a program"),
            server: "read read close".parse().expect("a program"),
        });
        let checked = checked(programs);
        let mut report = Report::new("abc");
        report.add("hyaline", "naive", &checked);
        report.add_outcomes(&checked);
        let json: serde_json::Value =
            serde_json::from_str(&report.json().expect("JSON")).expect("JSON");
        assert_eq!((&json["schema"], &json["fingerprint"]), (&1.into(), &"abc".into()));
        assert_eq!(json["world"], WORLD_FINGERPRINT);
        let line = &json["results"][0];
        assert_eq!(line["client"], "hyaline");
        assert_eq!(line["server"], "naive");
        assert_eq!(line["property"], "transparent");
        assert_eq!(line["verdict"], "holds");
        assert_eq!(line["complete"], true);
        assert_eq!(line["states"], checked.exploration.states);
        assert_eq!(line["edges"], checked.exploration.edges);
        let outcomes = serde_json::json!([
            {"client": ["ok", "ok", "ok"], "server": ["ok", "ok", "end of stream", "ok"]}
        ]);
        assert_eq!((&json["tcp"], &json["tls"]), (&outcomes, &outcomes));
    }

    #[test]
    fn many_programs_have_no_joint_outcomes_and_the_json_says_nothing_of_them() {
        let mut report = Report::new("abc");
        report.add("hyaline", "hyaline", &checked(Programs::up_to(1)));
        let json = report.json().expect("JSON");
        assert!(!json.contains("tcp\"") && !json.contains("tls\""));
    }

    #[test]
    fn what_was_never_seen_fails_unless_not_everything_was_explored() {
        let verdicts = |complete| {
            let mut report = Report::new("abc");
            report.add_witnesses("hyaline", "hyaline", WitnessSet::default(), complete);
            report.results.iter().map(|line| line.verdict).collect::<BTreeSet<_>>()
        };
        assert_eq!(verdicts(true), BTreeSet::from(["fails"]));
        assert_eq!(verdicts(false), BTreeSet::from(["unfinished"]));
    }

    #[test]
    fn a_summary_says_how_much_stands_behind_a_verdict() {
        assert!(summary(&checked(Programs::up_to(1))).ends_with(": holds (complete)"));
        assert_eq!(verdict_in_words(Verdict::Unfinished, 7), "unfinished (7 states)");
    }
}
