//! The hazards: what goes wrong between TLS and TCP, and what of it the model finds.
//!
//! `catalogue.toml` has all of them. Those that `hyaline check` runs are *named*: each is *found*
//! when only the guilty switch of the endangered end's shipped policy is flipped, and *gone* when
//! it is flipped back. The counts of named hazards are recorded; a hazard without a name leaves
//! that record alone.

pub mod demonstration;
pub mod entry;
mod scene;

use crate::judgement::outcome::Harm;
use crate::runs::hazards::demonstration::{Demonstration, HazardCause, Version};
use crate::runs::hazards::entry::catalogue;
use crate::runs::run::{CheckRun, Purpose, RunError};
use crate::search::bounds::Scenario;
use crate::search::profile::Profile;
use crate::side::Side;

/// One named hazard.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Its name in `docs/hazards.md`.
    pub name: &'static str,
    /// What happens, in a line.
    pub title: &'static str,
    /// The end whose policy is at fault.
    pub endangered: Side,
    /// The switch of that policy, and the value that makes the hazard.
    pub guilty: (&'static str, &'static str),
    /// The other end's profile.
    pub other: Profile,
    /// The bounds.
    pub scenario: Scenario,
    /// What a call reports that over plain TCP it would not, or that the rule for a rejected
    /// certificate forbids.
    pub harm: Harm,
    shown: Demonstration,
}

impl Hazard {
    fn of(title: &'static str, shown: Demonstration) -> Option<Self> {
        let HazardCause::Switch(switch, value) = shown.cause else { return None };
        let Demonstration { name, endangered, other, scenario, .. } = shown;
        let (guilty, harm) = ((switch, value), shown.harm?);
        Some(Self { name, title, endangered, guilty, other, scenario, harm, shown })
    }

    /// The endangered end's profile, with the guilty switch flipped.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn flipped(&self) -> Result<Profile, RunError> {
        Ok(*self.shown.profiles(Version::Endangered)?.of(self.endangered))
    }

    /// The property that fails with the switch flipped.
    #[must_use]
    pub const fn property(&self) -> &'static str {
        self.shown.property
    }

    /// The command that shows it, by its shortest trace: what stands behind `hyaline`.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn command(&self) -> Result<String, RunError> {
        Ok(self.shown.command()?.unwrap_or_default())
    }

    /// Two runs: the switch flipped, and flipped back.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn runs(&self) -> Result<[CheckRun; 2], RunError> {
        let run = |word: &str, version| {
            Ok::<_, RunError>(CheckRun {
                purpose: Purpose::Hazard,
                name: format!("{} {word}", self.name),
                profiles: self.shown.profiles(version)?,
                scenario: self.scenario,
                expected: self.shown.expected(version),
            })
        };
        Ok([run("flipped", Version::Endangered)?, run("flipped back", Version::Shipped)?])
    }
}

/// The named hazards, in the order of their numbers.
///
/// # Errors
///
/// If the catalogue, or a program in it, cannot be read.
pub fn hazards() -> Result<Vec<Hazard>, RunError> {
    let mut named = Vec::new();
    for entry in catalogue()? {
        let is_named = entry.shown.as_ref().is_some_and(|written| written.in_check);
        let Some(shown) = entry.demonstration()?.filter(|_| is_named) else { continue };
        let hazard = Hazard::of(&entry.title, shown).ok_or_else(|| {
            RunError::Catalogue(format!("{}: `check` needs a switch and a harm", entry.number))
        })?;
        named.push(hazard);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_guilty_switch_is_flipped() {
        for hazard in hazards().expect("hazards") {
            let (switch, value) = hazard.guilty;
            let flipped = hazard.flipped().expect("a switch");
            assert_eq!(flipped.to_string(), format!("hyaline,{switch}={value}"));
        }
    }

    #[test]
    fn the_named_hazards_are_those_whose_counts_are_recorded() {
        let names: Vec<_> = hazards().expect("hazards").iter().map(|hazard| hazard.name).collect();
        assert_eq!(names, ["H01", "H02", "H03", "H04", "H05", "H06", "H10", "H33", "H34"]);
    }
}
