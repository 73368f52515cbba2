//! Every policy that the switches can express.

use std::collections::BTreeSet;

use crate::search::profile::{Profile, flippable};

/// Every policy of a client or of a server: each combination of the values of all switches. The
/// first is the one that ships.
pub fn policies() -> Vec<Profile> {
    let mut policies = vec![Profile::HYALINE];
    for (switch, values) in flippable() {
        let set = |policy: &Profile| -> Vec<Profile> {
            let with = |value: &String| policy.with(&switch, value).ok();
            values.iter().filter_map(with).filter(|with| with != policy).collect()
        };
        let flipped: Vec<Profile> = policies.iter().flat_map(set).collect();
        policies.extend(flipped);
    }
    policies
}

/// The switches that stand otherwise than in what ships, each with its value.
pub fn flips(policy: &Profile) -> BTreeSet<(String, String)> {
    let shipped: BTreeSet<_> = Profile::HYALINE.settings().collect();
    policy.settings().filter(|setting| !shipped.contains(setting)).collect()
}

/// The policies with the least flips: no other of these policies has a part of the flips, and
/// nothing else.
pub fn least(policies: &[Profile]) -> Vec<Profile> {
    let flips_of: Vec<_> = policies.iter().map(flips).collect();
    let is_least = |place: &usize| {
        let own = &flips_of[*place];
        !flips_of.iter().any(|other| other.len() < own.len() && other.is_subset(own))
    };
    (0..policies.len()).filter(is_least).map(|place| policies[place]).collect()
}

/// The flips as they are written behind the name of a profile; for what ships, its name.
pub fn words(policy: &Profile) -> String {
    let flips = flips(policy);
    if flips.is_empty() {
        return Profile::HYALINE.to_string();
    }
    flips.iter().map(|(switch, value)| format!("{switch}={value}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str) -> Profile {
        text.parse().expect("a profile")
    }

    #[test]
    fn every_combination_is_there_once_and_what_ships_is_the_first() {
        let combinations: usize = flippable().map(|(_, values)| values.len()).product();
        let policies = policies();
        let different: BTreeSet<_> = policies.iter().map(flips).collect();
        assert_eq!((policies.len(), different.len()), (combinations, combinations));
        assert!(policies[0].is_shipped());
    }

    #[test]
    fn the_least_are_those_without_a_part_that_is_there_too() {
        let policies = [
            "hyaline,duplex=half,closing=at-once",
            "hyaline,closing=at-once",
            "hyaline,duplex=half,reply=queued",
        ];
        let least: Vec<_> = least(&policies.map(profile)).iter().map(words).collect();
        assert_eq!(least, ["closing=at-once", "duplex=half,reply=queued"]);
        assert_eq!(words(&Profile::HYALINE), "hyaline");
    }
}
