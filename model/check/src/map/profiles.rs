//! The profiles of the map, and which of them are one policy.

use hyaline_model::table::Policy;

use crate::runs::libraries::{LIBRARIES, NamedProfile, NamedProfileError};
use crate::search::profile::Profile;

/// A profile of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapProfile {
    /// How it is called.
    pub name: String,
    /// Its policy.
    pub profile: Profile,
}

impl MapProfile {
    /// Every known library, and what ships as the last.
    ///
    /// # Errors
    ///
    /// If a library has a switch that does not exist, or a value that its switch does not have.
    pub fn known() -> Result<Vec<Self>, NamedProfileError> {
        let names = LIBRARIES.iter().map(|library| library.name).chain(["hyaline"]);
        names.map(|name| name.parse::<NamedProfile>().map(|named| Self::of(&named))).collect()
    }

    /// A profile that was asked for by this name.
    pub fn of(named: &NamedProfile) -> Self {
        Self { name: named.to_string(), profile: named.profile() }
    }

    /// The policy, by which two profiles are the same.
    pub const fn policy(&self) -> &Policy {
        self.profile.policy()
    }

    /// The switches that stand otherwise than in what ships, as they are written.
    pub fn differs(&self) -> String {
        let shipped: Vec<_> = Profile::HYALINE.settings().collect();
        let own = self.profile.settings().filter(|setting| !shipped.contains(setting));
        own.map(|(switch, value)| format!("{switch}={value}")).collect::<Vec<_>>().join(", ")
    }
}

/// Profiles that are one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileGroup<'a> {
    /// The first of them.
    pub first: &'a MapProfile,
    /// The names of all of them.
    pub names: String,
}

impl<'a> ProfileGroup<'a> {
    /// The groups of these profiles, in the order of their first ones.
    pub fn all(profiles: &'a [MapProfile]) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for profile in profiles {
            match groups.iter_mut().find(|group| group.first.policy() == profile.policy()) {
                Some(group) => group.names.push_str(&format!(", {}", profile.name)),
                None => groups.push(Self { first: profile, names: profile.name.clone() }),
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_one_policy_are_one_group() {
        let known = MapProfile::known().expect("switches");
        let groups = ProfileGroup::all(&known);
        let names: Vec<&str> = groups.iter().flat_map(|group| group.names.split(", ")).collect();
        assert_eq!(names.len(), known.len());
        assert!(groups.iter().any(|group| group.names == "openssl, python"), "{groups:?}");
        assert_eq!(groups.last().expect("ours").names, "hyaline");
    }

    #[test]
    fn every_library_is_known_and_ours_differs_in_nothing() {
        let known = MapProfile::known().expect("switches");
        assert_eq!(known.len(), LIBRARIES.len() + 1);
        let differing = known.iter().filter(|profile| !profile.differs().is_empty());
        assert_eq!(differing.count(), LIBRARIES.len());
        assert!(known.last().expect("ours").profile.is_shipped());
    }
}
