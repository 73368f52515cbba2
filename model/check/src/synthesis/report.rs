//! The findings as data, for the JSON of `hyaline synthesize`. `docs/synthesis.schema.json` says
//! what is in it.

use std::collections::BTreeMap;

use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use crate::WORLD_FINGERPRINT;
use crate::map::bounds::MapBounds;
use crate::report::SCHEMA;
use crate::synthesis::change::{ChangeAnswer, ChangeQuestion};
use crate::synthesis::choice::{OpposedPolicy, least_harmed};
use crate::synthesis::demand::PolicyDemand;
use crate::synthesis::document::SynthesisFindings;
use crate::synthesis::front::{FrontSet, PolicyLattice};
use crate::synthesis::lattice::{SwitchSet, words};

/// The findings.
#[derive(Debug, Serialize)]
pub struct SynthesisReport<'a> {
    /// The version of this form.
    schema: u32,
    /// The fingerprint of the table that ships.
    fingerprint: &'static str,
    /// The fingerprint of the world in which this is so.
    world: &'static str,
    /// In what it was explored, in a sentence.
    bounds: String,
    /// Every policy opposite itself; null if that was not asked.
    lattice: Option<LatticeShown>,
    /// The policies of the front opposite known libraries; null if that was not asked.
    opposite: Option<Vec<OpposedShown>>,
    /// The least changes that were asked for.
    changes: Vec<ChangeShown<'a>>,
}

#[derive(Debug, Serialize)]
struct LatticeShown {
    policies: usize,
    states: usize,
    complete: bool,
    /// How many policies add nothing that programs notice.
    transparent: usize,
    demands: Vec<DemandShown>,
    front: Vec<FrontShown>,
}

#[derive(Debug, Serialize)]
struct DemandShown {
    demand: String,
    /// How many policies keep it.
    kept: usize,
    /// The values of the switches without which no policy keeps it.
    only_with: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Serialize)]
struct FrontShown {
    /// The demands that these policies do not keep.
    broken: Vec<String>,
    policies: usize,
    /// Whether what ships is among them.
    ours: bool,
    /// The least of them: what is set otherwise than in `naive`.
    least: Vec<String>,
    values: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Serialize)]
struct OpposedShown {
    policy: String,
    /// Kinds of harm: what, by which side, opposite which library.
    own_kinds: usize,
    other_kinds: usize,
    own_pairs: usize,
    other_pairs: usize,
    pairs: usize,
    /// Whether no other of the front suffers a proper part of its kinds.
    least: bool,
}

#[derive(Debug, Serialize)]
struct ChangeShown<'a> {
    from: &'a str,
    opposite: &'a str,
    /// Every change of the fewest switches that suffices; none if no policy does.
    least: Vec<Vec<String>>,
    tried: usize,
    explored: usize,
    states: usize,
    refuted_by: Vec<RefutationShown<'a>>,
}

#[derive(Debug, Serialize)]
struct RefutationShown<'a> {
    /// What explores the programs, behind `hyaline`.
    command: &'a str,
    /// How many policies they refuted.
    policies: usize,
}

impl<'a> SynthesisReport<'a> {
    /// The report of what was found within bounds.
    pub fn of(bounds: &MapBounds, findings: &'a SynthesisFindings) -> Self {
        let changes = findings.changes.iter();
        Self {
            schema: SCHEMA,
            fingerprint: FINGERPRINT,
            world: WORLD_FINGERPRINT,
            bounds: bounds.words(),
            lattice: findings.lattice.as_ref().map(LatticeShown::of),
            opposite: findings.opposed.as_deref().map(opposed),
            changes: changes.map(|(question, answer)| ChangeShown::of(question, answer)).collect(),
        }
    }
}

impl LatticeShown {
    fn of(lattice: &PolicyLattice) -> Self {
        let demand = |demand: &PolicyDemand| DemandShown {
            demand: demand.word(),
            kept: lattice.keeping(*demand),
            only_with: lattice.needed(*demand).into_iter().collect(),
        };
        Self {
            policies: lattice.standings.len(),
            states: lattice.standings.iter().map(|standing| standing.states).sum(),
            complete: lattice.complete,
            transparent: lattice.transparent(),
            demands: lattice.demands.iter().map(demand).collect(),
            front: lattice.front().iter().map(FrontShown::of).collect(),
        }
    }
}

impl FrontShown {
    fn of(set: &FrontSet) -> Self {
        Self {
            broken: set.broken.iter().map(|demand| demand.word()).collect(),
            policies: set.policies.len(),
            ours: set.has_ours(),
            least: set.least().iter().map(words).collect(),
            values: set.values().into_iter().collect(),
        }
    }
}

fn opposed(all: &[OpposedPolicy]) -> Vec<OpposedShown> {
    let least = least_harmed(all);
    let shown = |one: &OpposedPolicy| OpposedShown {
        policy: one.policy.to_string(),
        own_kinds: one.suffers(true).len(),
        other_kinds: one.suffers(false).len(),
        own_pairs: one.own_pairs,
        other_pairs: one.other_pairs,
        pairs: one.pairs,
        least: least.iter().any(|known| known.policy == one.policy),
    };
    all.iter().map(shown).collect()
}

impl<'a> ChangeShown<'a> {
    fn of(question: &'a ChangeQuestion, answer: &'a ChangeAnswer) -> Self {
        let switches = |set: &SwitchSet| {
            set.iter().map(|(switch, value)| format!("{switch}={value}")).collect()
        };
        let refuted_by = answer.refuted_by.iter();
        Self {
            from: &question.from.name,
            opposite: question.target.name(),
            least: answer.least.iter().map(switches).collect(),
            tried: answer.tried,
            explored: answer.explored,
            states: answer.states,
            refuted_by: refuted_by
                .map(|(command, policies)| RefutationShown { command, policies: *policies })
                .collect(),
        }
    }
}
