//! The policies that are tried, and how far one is from another.

use std::collections::BTreeSet;

use crate::map::bounds::MapBounds;
use crate::opposite::lattice::policies;
use crate::search::profile::{Profile, flippable};

/// The switch that is no choice of a policy: both ends are configured by it alike.
const OF_BOTH_ENDS: &str = "compatibility";

/// Switches with the values to which they are set.
pub type SwitchSet = BTreeSet<(String, String)>;

/// In what each policy is explored, where nothing else is asked for.
pub fn bounds() -> MapBounds {
    MapBounds { calls: 2, buffers: vec![(0, 1), (1, 1)], tickets: vec![2] }
}

/// Every combination of the switches' values but that of the switch that both ends share, which
/// stays as it ships.
pub fn candidates() -> Vec<Profile> {
    let shipped = value(&Profile::HYALINE);
    policies().into_iter().filter(|policy| value(policy) == shipped).collect()
}

/// The switches that are a choice of one end, each with its values.
pub fn choices() -> impl Iterator<Item = (String, Vec<String>)> {
    flippable().filter(|(switch, _)| switch != OF_BOTH_ENDS)
}

fn value(policy: &Profile) -> Option<String> {
    policy.settings().find(|(switch, _)| switch == OF_BOTH_ENDS).map(|(_, value)| value)
}

/// The switches that have to be set to make one policy another.
pub fn changes(from: &Profile, to: &Profile) -> SwitchSet {
    let known: SwitchSet = from.settings().collect();
    to.settings().filter(|setting| !known.contains(setting)).collect()
}

/// The switches as they are written behind a profile.
pub fn words(switches: &SwitchSet) -> String {
    let written = switches.iter().map(|(switch, value)| format!("{switch}={value}"));
    written.collect::<Vec<_>>().join(",")
}

/// The sets that contain no other of these sets.
pub fn least(sets: &[SwitchSet]) -> Vec<SwitchSet> {
    let has_part =
        |set: &SwitchSet| sets.iter().any(|other| other.len() < set.len() && other.is_subset(set));
    sets.iter().filter(|set| !has_part(set)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidates_leave_out_the_switch_that_both_ends_share() {
        let candidates = candidates();
        assert_eq!(candidates.len() * 2, policies().len());
        assert!(candidates.first().expect("ours").is_shipped());
    }

    #[test]
    fn a_change_names_what_is_set_and_the_least_have_no_part_that_is_there_too() {
        let flipped: Profile = "hyaline,closing=at-once,duplex=half".parse().expect("a profile");
        let there = changes(&Profile::HYALINE, &flipped);
        assert_eq!(words(&there), "closing=at-once,duplex=half");
        assert_eq!(words(&changes(&flipped, &Profile::HYALINE)), "closing=drain,duplex=full");
        let one: SwitchSet = there.iter().take(1).cloned().collect();
        assert_eq!(least(&[there, one.clone()]), [one]);
    }
}
