//! The least change that makes a policy add nothing, opposite itself or opposite another.

use std::collections::BTreeMap;

use crate::map::cell::{MapCell, harms};
use crate::map::harm::SideHarm;
use crate::map::opened::example;
use crate::map::profiles::MapProfile;
use crate::opposite::finding::Instance;
use crate::opposite::survey::{Arena, OpposeError};
use crate::runs::command::command_of;
use crate::search::explore::Effort;
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::check_against;
use crate::side::Both;
use crate::synthesis::lattice::{SwitchSet, candidates, changes};

/// Opposite whom a changed policy is to add nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeTarget {
    /// Itself, changed alike.
    Itself,
    /// Another that stays as it is: as client and as server.
    Other(MapProfile),
}

impl ChangeTarget {
    /// The pairs that have to add nothing.
    fn pairs(&self, policy: Profile) -> Vec<Both<Profile>> {
        match self {
            Self::Itself => vec![Both { client: policy, server: policy }],
            Self::Other(MapProfile { profile, .. }) => vec![
                Both { client: policy, server: *profile },
                Both { client: *profile, server: policy },
            ],
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Itself => "itself",
            Self::Other(profile) => &profile.name,
        }
    }
}

/// The question: from which policy, opposite whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeQuestion {
    /// The policy that is changed.
    pub from: MapProfile,
    /// Opposite whom it is to add nothing.
    pub target: ChangeTarget,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct ChangeAnswer {
    /// Every change of the fewest switches, if any change suffices. An empty one says that nothing
    /// has to be changed.
    pub least: Vec<SwitchSet>,
    /// Policies that were tried: all that differ in no more switches than it took, or all there
    /// are.
    pub tried: usize,
    /// Policies of these that were explored in all scenarios; given programs refuted the others.
    pub explored: usize,
    /// Snapshots.
    pub states: usize,
    /// The commands that show what refuted policies, each with how many it refuted.
    pub refuted_by: Vec<(String, usize)>,
}

/// Given programs between a policy and its target that refuted one policy before.
struct Refutation {
    /// The place of its pair among those that have to add nothing.
    pair: usize,
    arena: Arena,
    command: String,
    /// How many policies it refuted.
    refuted: usize,
}

impl ChangeQuestion {
    /// Tries every policy, those with the fewest changes first, up to the first number of changes
    /// with which some suffices. What refuted one policy is tried first of the next.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds, or an exploration gives up.
    pub fn answer(&self, arena: &Arena) -> Result<ChangeAnswer, OpposeError> {
        let mut by_count: BTreeMap<usize, Vec<(SwitchSet, Profile)>> = BTreeMap::new();
        for policy in candidates() {
            let set = changes(&self.from.profile, &policy);
            by_count.entry(set.len()).or_default().push((set, policy));
        }
        let mut search = ChangeSearch { question: self, arena, refutations: Vec::new(), states: 0 };
        let (mut tried, mut explored, mut least) = (0, 0, Vec::new());
        for policies in by_count.into_values() {
            for (set, policy) in policies {
                tried += 1;
                if search.is_refuted(policy)? {
                    continue;
                }
                explored += 1;
                if search.adds_nothing(policy)? {
                    least.push(set);
                }
            }
            if !least.is_empty() {
                break;
            }
        }
        search.refutations.sort_by_key(|refutation| std::cmp::Reverse(refutation.refuted));
        let refuted_by = search.refutations.into_iter();
        let refuted_by = refuted_by.map(|one| (one.command, one.refuted)).collect();
        Ok(ChangeAnswer { least, tried, explored, states: search.states, refuted_by })
    }
}

struct ChangeSearch<'a> {
    question: &'a ChangeQuestion,
    arena: &'a Arena,
    /// What refuted last comes last, and is tried first.
    refutations: Vec<Refutation>,
    states: usize,
}

impl ChangeSearch<'_> {
    /// Whether given programs that are known refute a policy.
    fn is_refuted(&mut self, policy: Profile) -> Result<bool, OpposeError> {
        let pairs = self.question.target.pairs(policy);
        for number in (0..self.refutations.len()).rev() {
            let Some(refutation) = self.refutations.get_mut(number) else { continue };
            let Some(pair) = pairs.get(refutation.pair) else { continue };
            let cell = MapCell::explored(&refutation.arena, pair, &Effort::default())?;
            self.states += cell.states;
            if !cell.harms.is_empty() {
                refutation.refuted += 1;
                let refutation = self.refutations.remove(number);
                self.refutations.push(refutation);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a policy adds nothing in all scenarios; if it does, what refutes it is kept.
    fn adds_nothing(&mut self, policy: Profile) -> Result<bool, OpposeError> {
        for (number, pair) in self.question.target.pairs(policy).into_iter().enumerate() {
            for (scenario, baseline) in self.arena.scenarios() {
                let ends = endpoints_of(scenario, &pair);
                let effort = Effort::default();
                let checked = check_against(scenario, ends, baseline, &effort, &mut |_| ())?;
                self.states += checked.exploration.states;
                if !checked.exploration.complete {
                    return Err(OpposeError::Unfinished);
                }
                let found = harms(&checked, baseline);
                if let Some((harm, instance)) = found.first_key_value() {
                    self.keep(number, *harm, instance, &pair)?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Keeps the shortest given programs that show what refutes a policy.
    fn keep(
        &mut self,
        number: usize,
        harm: SideHarm,
        instance: &Instance,
        pair: &Both<Profile>,
    ) -> Result<(), OpposeError> {
        let Some(scenario) = example(harm, instance, pair)? else { return Ok(()) };
        let command = command_of(pair, &scenario).unwrap_or_default();
        let arena = Arena::of(&scenario)?;
        self.refutations.push(Refutation { pair: number, arena, command, refuted: 1 });
        Ok(())
    }
}
