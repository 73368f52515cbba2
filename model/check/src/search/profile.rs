//! Profiles by name: the policy of an endpoint, with single switches flipped if one likes.

use std::fmt;
use std::str::FromStr;

use hyaline_model::table::{Policy, PolicyName};

use crate::ends::tls::Tls;
use crate::search::bounds::Scenario;
use crate::search::endpoints::endpoints;
use crate::side::Both;

/// Switches that a profile cannot flip: the side decides the role, and the scenario says whether
/// the client is asked for its certificate.
const FIXED_SWITCHES: [&str; 2] = ["role", "client_authentication"];

/// A policy and how it was named: `hyaline`, `naive`, or `hyaline,closing=at-once`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    base: &'static str,
    base_policy: Policy,
    policy: Policy,
}

impl Profile {
    /// What ships.
    pub const HYALINE: Self =
        Self { base: "hyaline", base_policy: Policy::HYALINE, policy: Policy::HYALINE };

    /// What a straightforward blocking library does.
    pub const NAIVE: Self =
        Self { base: "naive", base_policy: Policy::NAIVE, policy: Policy::NAIVE };

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whether this is what ships, with nothing flipped.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        *self == Self::HYALINE
    }

    /// Each switch that can be flipped, and how it stands, as they are written.
    pub fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let value = |name: PolicyName| kebab(name.value_name(self.policy.get(name)));
        switches().map(move |name| (kebab(name.name()), value(name)))
    }

    /// The profile with one switch set.
    ///
    /// # Errors
    ///
    /// If there is no such switch, or it has no such value.
    pub fn with(mut self, switch: &str, value: &str) -> Result<Self, ProfileError> {
        let found = switches().find(|name| kebab(name.name()) == switch);
        let name = found.ok_or_else(|| ProfileError::UnknownSwitch(switch.to_owned()))?;
        let index = (0..name.cardinality()).find(|index| kebab(name.value_name(*index)) == value);
        let unknown = || ProfileError::UnknownValue { switch: name, value: value.to_owned() };
        self.policy.set(name, index.ok_or_else(unknown)?);
        Ok(self)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.base.to_owned();
        for name in switches() {
            let value = self.policy.get(name);
            if value != self.base_policy.get(name) {
                let value = kebab(name.value_name(value));
                text.push_str(&format!(",{}={value}", kebab(name.name())));
            }
        }
        formatter.pad(&text)
    }
}

impl FromStr for Profile {
    type Err = ProfileError;

    /// Reads a name, and switches after commas.
    fn from_str(text: &str) -> Result<Self, ProfileError> {
        let mut parts = text.split(',');
        let name = parts.next().unwrap_or_default();
        let known = Policy::PROFILES.iter().find(|(known, _)| *known == name);
        let (base, policy) = known.ok_or_else(|| ProfileError::UnknownName(name.to_owned()))?;
        let profile = Self { base, base_policy: *policy, policy: *policy };
        parts.try_fold(profile, |profile, flip| match flip.split_once('=') {
            Some((switch, value)) => profile.with(switch, value),
            None => Err(ProfileError::UnknownSwitch(flip.to_owned())),
        })
    }
}

/// Why a text names no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// No profile of this name.
    UnknownName(String),
    /// No switch of this name, or no `=value` behind it.
    UnknownSwitch(String),
    /// The switch has no such value.
    UnknownValue {
        /// The switch.
        switch: PolicyName,
        /// The value that was asked for.
        value: String,
    },
}

impl fmt::Display for ProfileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(name) => {
                let known: Vec<&str> = Policy::PROFILES.iter().map(|(name, _)| *name).collect();
                write!(formatter, "no profile `{name}`; there are {}", known.join(", "))
            }
            Self::UnknownSwitch(switch) => {
                let known: Vec<String> = switches().map(|name| kebab(name.name())).collect();
                let known = known.join(", ");
                write!(formatter, "no switch `{switch}`; switch=value, where a switch is {known}")
            }
            Self::UnknownValue { switch, value } => {
                let name = kebab(switch.name());
                let known = values(*switch).join(", ");
                write!(formatter, "`{name}` cannot be `{value}`; it can be {known}")
            }
        }
    }
}

impl std::error::Error for ProfileError {}

/// The switches that a profile can flip, each with its values, as they are written.
pub fn flippable() -> impl Iterator<Item = (String, Vec<String>)> {
    switches().map(|name| (kebab(name.name()), values(name)))
}

fn switches() -> impl Iterator<Item = PolicyName> {
    let is_free = |name: &PolicyName| !FIXED_SWITCHES.contains(&name.name());
    PolicyName::ALL.iter().copied().filter(is_free)
}

fn values(name: PolicyName) -> Vec<String> {
    (0..name.cardinality()).map(|index| kebab(name.value_name(index))).collect()
}

/// `BeforeFirstData` and `before_first_data` as `before-first-data`.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for next in name.chars() {
        if next.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(if next == '_' { '-' } else { next }.to_lowercase());
    }
    text
}

/// The endpoints of a scenario, each with its profile's policy.
#[must_use]
pub fn endpoints_of(scenario: &Scenario, profiles: &Both<Profile>) -> Both<Tls> {
    endpoints(scenario, profiles.client.policy(), profiles.server.policy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_as_it_is_written() {
        for text in
            ["hyaline", "naive", "hyaline,closing=at-once", "naive,duplex=full,reply=queued"]
        {
            let profile: Profile = text.parse().expect("a profile");
            assert_eq!(profile.to_string(), text);
        }
    }

    #[test]
    fn flipping_a_switch_there_and_back_changes_nothing() {
        let flipped = Profile::HYALINE.with("closing", "at-once").expect("a switch");
        assert!(!flipped.is_shipped());
        assert_ne!(flipped.policy(), Profile::HYALINE.policy());
        assert!(flipped.with("closing", "drain").expect("a switch").is_shipped());
    }

    #[test]
    fn what_is_no_profile_says_what_there_is() {
        let message = |text: &str| text.parse::<Profile>().expect_err("no profile").to_string();
        assert!(message("openssl").contains("hyaline, naive"));
        assert!(message("hyaline,role=server").contains("no switch `role`"));
        assert!(message("hyaline,closing").contains("switch=value"));
        assert!(message("hyaline,closing=never").contains("drain, at-once"));
        assert!(message("").contains("no profile ``"));
    }
}
