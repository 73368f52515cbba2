//! The answer as data, for the JSON of a relay, and the sentences that a terminal and a page share.
//! `docs/relay.schema.json` says what is in it.

use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use crate::WORLD_FINGERPRINT;
use crate::relay::assessment::{RelayAssessment, RelayOutcome};
use crate::relay::chart::RelaySequence;
use crate::report::hashes::{HashesShown, outcome_word};

/// The version of the answer's form.
const SCHEMA: u32 = 1;

/// The answer to two programs with a relay between them.
#[derive(Debug, Serialize)]
pub struct RelayAnswer<'a> {
    /// The version of this form.
    pub schema: u32,
    /// The fingerprint of the table and the policy that ships, which the answer is about.
    pub fingerprint: &'static str,
    /// The fingerprint of the world in which the verdict holds.
    pub world: &'static str,
    /// The profiles of client, relay and server, and what was explored between them.
    pub scenario: &'a str,
    /// Whose fault it is: `holds`, `hangs-over-tcp`, `fails` or `unfinished`; where hashes stood
    /// for states, the first two with `-unless-missed`.
    pub outcome: &'static str,
    /// How probable a miss is, where hashes stood for states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hashes: Option<HashesShown>,
    /// The same in words.
    pub answer: &'a str,
    /// What goes wrong: `stuck`, `reset`, `lost`, `refused` or `ended`.
    pub harm: Option<String>,
    /// Who notices that.
    pub at: Option<&'static str>,
    /// Why it comes so: sentences.
    pub explanation: &'a [String],
    /// The least sets of ends at which our library heals it; null where that was not asked.
    pub heals: Option<&'a [Vec<&'static str>]>,
    /// Of how many sets of ends it is not known, since not everything was explored with ours there.
    pub heals_unfinished: usize,
    /// The shortest way there; null where there is nothing to show.
    pub trace: Option<&'a RelaySequence>,
    /// What comes of runs over plain TCP.
    pub tcp: &'a [RelayOutcome],
    /// The same over TLS.
    pub tls: &'a [RelayOutcome],
    /// How many kinds of runs are counted and not judged.
    pub owing: usize,
    /// Whether everything was explored, which hashes cannot say.
    pub complete: bool,
    /// States of the whole.
    pub states: usize,
    /// Steps between them.
    pub edges: usize,
}

impl<'a> RelayAnswer<'a> {
    /// The answer to a question of this title.
    pub fn of(title: &'a str, assessment: &'a RelayAssessment) -> Self {
        let explored = &assessment.explored;
        Self {
            schema: SCHEMA,
            fingerprint: FINGERPRINT,
            world: WORLD_FINGERPRINT,
            scenario: title,
            outcome: outcome_word(assessment.conclusion, explored.missed),
            hashes: explored.missed.map(HashesShown::of),
            answer: &assessment.headline,
            harm: assessment.worst.map(|worst| worst.harm.to_string()),
            at: assessment.worst.map(|worst| worst.at),
            explanation: &assessment.explanation,
            heals: assessment.heals.as_deref(),
            heals_unfinished: assessment.heals_unfinished,
            trace: assessment.trace.as_ref(),
            tcp: &assessment.over_tcp,
            tls: &assessment.over_tls,
            owing: assessment.owing,
            complete: explored.complete && explored.missed.is_none(),
            states: explored.states,
            edges: explored.edges,
        }
    }
}

/// What is said besides the sets that heal: that there are none, or that of some it is not known.
pub fn healed_besides(heals: &[Vec<&'static str>], unfinished: usize) -> Option<String> {
    match unfinished {
        0 => heals.is_empty().then(|| "hyaline at all ends does not heal it".to_owned()),
        1 => Some("of one set of ends it is not known: not everything was explored".to_owned()),
        many => {
            Some(format!("of {many} sets of ends it is not known: not everything was explored"))
        }
    }
}

/// What is asked of every call.
pub const ASKED: &str =
    "what is asked is what programs notice: no call is worse off than over plain TCP";

/// What heals, each set of ends in words.
pub fn heals_in_words(heals: &[Vec<&'static str>]) -> Vec<String> {
    let words = |ends: &Vec<&str>| {
        let ends: Vec<String> = ends.iter().map(|end| format!("hyaline at the {end}")).collect();
        ends.join(", and ")
    };
    heals.iter().map(words).collect()
}

/// What is counted apart: who makes no call on a connection owes there what is unsent. Nothing if
/// there is no such run.
pub fn owing_in_words(kinds: usize) -> Option<String> {
    let words = "kinds of runs that plain TCP does not excuse are not judged: somebody makes no \
                 call on a connection on which something is unsent, and would have to flush \
                 before it turns away.";
    (kinds > 0).then(|| format!("{kinds} {words}"))
}
