//! Which of the policies that keep the most suffer the least opposite known libraries.

use std::collections::{BTreeMap, BTreeSet};

use crate::map::cell::MapCell;
use crate::map::harm::SideHarm;
use crate::map::profiles::MapProfile;
use crate::opposite::survey::{Arena, OpposeError};
use crate::search::explore::Effort;
use crate::search::profile::Profile;
use crate::side::{Both, Side};
use crate::synthesis::front::occurring;

/// A harm opposite a library: the library, the side that the policy is on, what is suffered and by
/// whom.
pub type OpposedHarm = (String, Side, SideHarm);

/// A policy of the front, opposite each known library, as client and as server.
#[derive(Clone, Debug)]
pub struct OpposedPolicy {
    /// The policy.
    pub policy: Profile,
    /// The harms that it suffers, or that its peer does.
    pub harms: BTreeSet<OpposedHarm>,
    /// In how many pairs of programs its own side suffers anything, over all libraries.
    pub own_pairs: usize,
    /// The same, of the other side.
    pub other_pairs: usize,
    /// How many pairs of programs there are.
    pub pairs: usize,
    /// Snapshots that were explored.
    pub states: usize,
}

impl OpposedPolicy {
    /// Explores a policy opposite each library.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds, or an exploration gives up.
    pub fn explored(
        policy: Profile,
        libraries: &[&MapProfile],
        arena: &Arena,
    ) -> Result<Self, OpposeError> {
        let mut all = Self {
            policy,
            harms: BTreeSet::new(),
            own_pairs: 0,
            other_pairs: 0,
            pairs: 0,
            states: 0,
        };
        for library in libraries {
            for side in Side::ALL {
                let mut pair = Both { client: policy, server: policy };
                *pair.of_mut(side.peer()) = library.profile;
                let cell = MapCell::explored(arena, &pair, &Effort::default())?;
                if !cell.complete {
                    return Err(OpposeError::Unfinished);
                }
                all.add(&library.name, side, &cell);
            }
        }
        Ok(all)
    }

    fn add(&mut self, library: &str, side: Side, cell: &MapCell) {
        let harms = cell.harms.keys().map(|harm| (library.to_owned(), side, *harm));
        self.harms.extend(harms);
        self.own_pairs += cell.reach.by_side.of(side);
        self.other_pairs += cell.reach.by_side.of(side.peer());
        self.pairs += cell.reach.pairs;
        self.states += cell.states;
    }

    /// In how many pairs of programs a side suffers anything, both sides' together.
    pub const fn suffering(&self) -> usize {
        self.own_pairs + self.other_pairs
    }

    /// What happens to its own side, or to the other one.
    pub fn suffers(&self, is_own: bool) -> BTreeSet<&OpposedHarm> {
        self.harms.iter().filter(|(_, own, harm)| (harm.side == *own) == is_own).collect()
    }
}

/// The policies that none beats: no other suffers a part of the same kinds of harm, and nothing
/// else.
pub fn least_harmed(all: &[OpposedPolicy]) -> Vec<&OpposedPolicy> {
    let is_beaten = |one: &OpposedPolicy| {
        let is_part = |other: &OpposedPolicy| {
            other.harms.len() < one.harms.len() && other.harms.is_subset(&one.harms)
        };
        all.iter().any(is_part)
    };
    all.iter().filter(|one| !is_beaten(one)).collect()
}

/// Policies of the front that suffer as many kinds of harm, in as many pairs of programs.
#[derive(Clone, Debug)]
pub struct OpposedGroup<'a> {
    /// The policies.
    pub members: Vec<&'a OpposedPolicy>,
    /// For each switch the values that occur in these policies, unless the same occur on the front.
    pub switches: Vec<(String, Vec<String>)>,
}

impl OpposedGroup<'_> {
    /// Whether what ships is among them.
    pub fn has_ours(&self) -> bool {
        self.members.iter().any(|one| one.policy.is_shipped())
    }

    /// How many kinds of harm the policies' own side suffers, and the other; and in how many pairs
    /// of programs each suffers.
    pub fn numbers(&self) -> Option<[usize; 4]> {
        let first = self.members.first()?;
        let [own, other] = [true, false].map(|is_own| first.suffers(is_own).len());
        Some([own, other, first.own_pairs, first.other_pairs])
    }
}

/// The groups, those first that suffer the fewest kinds, and then in the fewest pairs.
pub fn grouped(all: &[OpposedPolicy]) -> Vec<OpposedGroup<'_>> {
    let mut by_numbers: BTreeMap<_, Vec<&OpposedPolicy>> = BTreeMap::new();
    for one in all {
        let own_kinds = one.suffers(true).len();
        let key = (one.harms.len(), one.suffering(), own_kinds, one.own_pairs);
        by_numbers.entry(key).or_default().push(one);
    }
    let policies = |members: &[&OpposedPolicy]| -> Vec<Profile> {
        members.iter().map(|one| one.policy).collect()
    };
    let everywhere = occurring(&policies(&all.iter().collect::<Vec<_>>()));
    let group = |members: Vec<_>| {
        let own = occurring(&policies(&members)).into_iter();
        let switches = own.filter(|setting| !everywhere.contains(setting)).collect();
        OpposedGroup { members, switches }
    };
    by_numbers.into_values().map(group).collect()
}
