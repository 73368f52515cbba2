//! The policies that keep the most.

use std::collections::BTreeMap;

use crate::search::profile::Profile;
use crate::synthesis::demand::{Broken, PolicyDemand};
use crate::synthesis::lattice::{SwitchSet, changes, choices, least};

/// What came of a policy with itself at both ends.
#[derive(Clone, Debug)]
pub struct PolicyStanding {
    /// The policy.
    pub policy: Profile,
    /// What it does not keep.
    pub broken: Broken,
    /// Snapshots that were explored.
    pub states: usize,
}

/// Every policy opposite itself.
#[derive(Clone, Debug)]
pub struct PolicyLattice {
    /// Everything that is asked.
    pub demands: Vec<PolicyDemand>,
    /// What came of each policy.
    pub standings: Vec<PolicyStanding>,
    /// Whether everything was explored.
    pub complete: bool,
}

/// Policies that keep the same things; no policy keeps these and more.
#[derive(Clone, Debug)]
pub struct FrontSet {
    /// What they do not keep.
    pub broken: Broken,
    /// The policies.
    pub policies: Vec<Profile>,
}

impl PolicyLattice {
    /// How many policies keep something.
    pub fn keeping(&self, demand: PolicyDemand) -> usize {
        self.standings.iter().filter(|standing| !standing.broken.contains(&demand)).count()
    }

    /// How many keep all of what programs notice.
    pub fn transparent(&self) -> usize {
        let is_noticed = |demand: &PolicyDemand| matches!(demand, PolicyDemand::Spares(_));
        let spares = |standing: &&PolicyStanding| !standing.broken.iter().any(is_noticed);
        self.standings.iter().filter(spares).count()
    }

    /// For each switch the values of the policies that keep something, if these are not all its
    /// values: what it takes to keep it.
    pub fn needed(&self, demand: PolicyDemand) -> Vec<(String, Vec<String>)> {
        let keeping = self.standings.iter().filter(|standing| !standing.broken.contains(&demand));
        let policies: Vec<Profile> = keeping.map(|standing| standing.policy).collect();
        values(&policies).into_iter().filter(|(_, _, is_all)| !is_all).map(named).collect()
    }

    /// The front: each set of what is kept that is part of no larger one, the largest first.
    pub fn front(&self) -> Vec<FrontSet> {
        let mut by_broken: BTreeMap<&Broken, Vec<Profile>> = BTreeMap::new();
        for standing in &self.standings {
            by_broken.entry(&standing.broken).or_default().push(standing.policy);
        }
        let all: Vec<&Broken> = by_broken.keys().copied().collect();
        let is_beaten = |broken: &Broken| {
            all.iter().any(|other| other.len() < broken.len() && other.is_subset(broken))
        };
        let mut front: Vec<FrontSet> = by_broken
            .into_iter()
            .filter(|(broken, _)| !is_beaten(broken))
            .map(|(broken, policies)| FrontSet { broken: broken.clone(), policies })
            .collect();
        front.sort_by_key(|set| set.broken.len());
        front
    }
}

/// The values of each switch that occur in these policies.
pub fn occurring(policies: &[Profile]) -> Vec<(String, Vec<String>)> {
    values(policies).into_iter().map(named).collect()
}

/// A switch, the values of it that occur, and whether these are all that it has.
type SwitchValues = (String, Vec<String>, bool);

/// Which values of each switch occur in these policies.
fn values(policies: &[Profile]) -> Vec<SwitchValues> {
    let of = |(switch, all): (String, Vec<String>)| {
        let occurs = |value: &String| {
            let setting = (switch.clone(), value.clone());
            policies.iter().any(|policy| policy.settings().any(|known| known == setting))
        };
        let occurring: Vec<String> = all.iter().filter(|value| occurs(value)).cloned().collect();
        let is_all = occurring.len() == all.len();
        (switch, occurring, is_all)
    };
    choices().map(of).collect()
}

fn named((switch, values, _): SwitchValues) -> (String, Vec<String>) {
    (switch, values)
}

impl FrontSet {
    /// Whether what ships is among them.
    pub fn has_ours(&self) -> bool {
        self.policies.iter().any(Profile::is_shipped)
    }

    /// The least of them: what has to be set otherwise than in `naive`, of which no part suffices.
    pub fn least(&self) -> Vec<SwitchSet> {
        let sets: Vec<SwitchSet> =
            self.policies.iter().map(|policy| changes(&Profile::NAIVE, policy)).collect();
        least(&sets)
    }

    /// The values of each switch that occur in them.
    pub fn values(&self) -> Vec<(String, Vec<String>)> {
        occurring(&self.policies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::harm::HarmKind;

    fn standing(policy: &str, broken: &[HarmKind]) -> PolicyStanding {
        let policy = policy.parse().expect("a profile");
        let broken = broken.iter().copied().map(PolicyDemand::Spares).collect();
        PolicyStanding { policy, broken, states: 1 }
    }

    #[test]
    fn the_front_has_what_no_other_beats_and_its_least_changes_of_naive() {
        use HarmKind::{Hang, Reset, Truncation};
        let standings = vec![
            standing("naive", &[Hang, Reset]),
            standing("naive,duplex=full", &[Reset]),
            standing("naive,duplex=full,control=queue", &[Reset]),
            standing("naive,closing=drain", &[Truncation]),
        ];
        let demands = HarmKind::ALL.map(PolicyDemand::Spares).to_vec();
        let lattice = PolicyLattice { demands, standings, complete: true };
        let front = lattice.front();
        let sizes: Vec<usize> = front.iter().map(|set| set.policies.len()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 3, "{front:?}");
        let larger = front.iter().find(|set| set.policies.len() == 2).expect("two policies");
        let least = larger.least();
        assert_eq!(least.len(), 1);
        assert!(least[0].contains(&("duplex".to_owned(), "full".to_owned())));
        assert_eq!(lattice.keeping(PolicyDemand::Spares(Hang)), 3);
        assert_eq!(lattice.transparent(), 0);
    }
}
