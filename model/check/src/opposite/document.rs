//! The page about one end of ours.

use std::collections::BTreeMap;

use hyaline_model::table::FINGERPRINT;

use crate::WORLD_FINGERPRINT;
use crate::opposite::evasion::Case;
use crate::opposite::finding::Unexcused;
use crate::opposite::lattice::{least, words};
use crate::opposite::survey::{Bounds, Opposed, QUEUES, TICKETS};
use crate::runs::command::command_of;
use crate::search::bounds::Scenario;
use crate::search::profile::Profile;
use crate::side::{Both, Side};

/// What came of our policy on one side, opposite every policy of the peer's.
#[derive(Debug)]
pub struct SideSurvey {
    /// Our side.
    pub side: Side,
    /// Each policy of the peer's, with what was found.
    pub opposed: Vec<(Profile, Opposed)>,
}

impl SideSurvey {
    /// Opposite how many policies of the peer's each thing is found.
    pub fn counts(&self) -> BTreeMap<Unexcused, usize> {
        let mut counts = BTreeMap::new();
        for finding in self.opposed.iter().flat_map(|(_, opposed)| opposed.findings.keys()) {
            *counts.entry(*finding).or_default() += 1;
        }
        counts
    }

    /// The policies of the peer's opposite which something is found.
    fn peers_with(&self, finding: Unexcused) -> Vec<Profile> {
        let has = |opposed: &Opposed| opposed.findings.contains_key(&finding);
        self.opposed.iter().filter(|(_, opposed)| has(opposed)).map(|(peers, _)| *peers).collect()
    }

    /// Each thing that is found, opposite each of the least policies of the peer's with which it
    /// is.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for finding in self.counts().into_keys() {
            let least = least(&self.peers_with(finding));
            for (peers, opposed) in &self.opposed {
                if let Some(instance) = opposed.findings.get(&finding)
                    && least.contains(peers)
                {
                    let (peers, instance) = (*peers, *instance);
                    cases.push(Case { side: self.side, peers, finding, instance });
                }
            }
        }
        cases
    }
}

/// A case, with its example and what avoids it.
#[derive(Debug)]
pub struct CaseStudy {
    /// The case.
    pub case: Case,
    /// The shortest given programs in which the case is found.
    pub example: Option<Scenario>,
    /// The least policies of ours that avoid the case: no part of their flips does.
    pub evasions: Vec<Profile>,
}

/// The beginning of the page.
pub fn heading(bounds: Bounds, sides: &[SideSurvey]) -> String {
    let queues: Vec<String> =
        QUEUES.iter().map(|(send, receive)| format!("{send}/{receive}")).collect();
    let Bounds { calls, inbox } = bounds;
    let states: usize =
        sides.iter().flat_map(|side| &side.opposed).map(|(_, opposed)| opposed.states).sum();
    let pairs: usize = sides.iter().map(|side| side.opposed.len()).sum();
    format!(
        "# One end ours\n\n\
         Made by `cargo run --release -- opposite > docs/opposite.md`.\n\
         Table `{FINGERPRINT}`, world `{WORLD_FINGERPRINT}`.\n\n\
         One end is as it ships; the other has any policy that the switches can express, as if an \
         adversary\nchose a library for each connection. Explored to the end are all programs of \
         up to {calls} calls plus close at\nboth ends, with {TICKETS} tickets, queues of \
         {} records (send/receive), an inbox of {inbox} records at both ends\nand both rules for \
         resets: {pairs} pairs of policies, {states} snapshots.\n\n\
         Listed is what plain TCP does not excuse, by the end to which it happens, with the least \
         policies of\nthe peer's that do it: what ships, with the fewest switches flipped. For \
         each of these all policies\nof ours are tried: whether one avoids it in all of those \
         programs, and in those of one call\nmore.\n",
        queues.join(", "),
    )
}

/// The chapter on one side.
pub fn chapter(survey: &SideSurvey) -> String {
    let (own, peers, all) = (survey.side, survey.side.peer(), survey.opposed.len());
    let mut text = format!(
        "\n## Our {own}, any {peers}\n\n\
         | what plain TCP does not excuse | opposite, of {all} policies | the least of them |\n\
         |---|--:|---|\n",
    );
    for (finding, count) in survey.counts() {
        let least: Vec<String> = least(&survey.peers_with(finding))
            .iter()
            .map(|peers| format!("`{}`", words(peers)))
            .collect();
        text.push_str(&format!("| {finding} | {count} | {} |\n", least.join(", ")));
    }
    let unharmed = survey.opposed.iter().filter(|(_, opposed)| opposed.findings.is_empty()).count();
    text.push_str(&format!("| nothing is found | {unharmed} | `{}` |\n", Profile::HYALINE));
    text
}

/// One case.
pub fn section(answer: &CaseStudy) -> String {
    let CaseStudy { case, example, evasions } = answer;
    let mut text =
        format!("\n**Our {}, `{}`: {}.**\n", case.side, words(&case.peers), case.finding);
    if let Some(example) = example {
        text.push_str(&format!("\n```sh\n{}\n```\n\n", command(case, example)));
    }
    let evasions: Vec<String> = evasions.iter().map(|ours| format!("`{}`", words(ours))).collect();
    text.push_str(&match &evasions[..] {
        [] => "No policy of ours avoids it.\n".to_owned(),
        [one] => format!("{one} at our end avoids it.\n"),
        several => format!("Each of {} at our end avoids it.\n", several.join(", ")),
    });
    text
}

/// The command that shows a case; nothing where its programs are not given.
fn command(case: &Case, scenario: &Scenario) -> String {
    let profile = |side| if side == case.side { Profile::HYALINE } else { case.peers };
    let names = Both { client: profile(Side::Client), server: profile(Side::Server) };
    let command = command_of(&names, scenario);
    command.map(|command| format!("cargo run --release -- {command}")).unwrap_or_default()
}
