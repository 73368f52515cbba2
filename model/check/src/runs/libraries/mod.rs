//! Profiles of known libraries: what is known of each, as switches of a policy, and with each
//! switch how it is known. What switches cannot say stands beside them.

mod known;

use std::fmt;
use std::str::FromStr;

pub use self::known::LIBRARIES;
use crate::search::profile::{Profile, ProfileError};

/// How a claim about a library is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The library was seen to do so, in a run of its own.
    Reproduced,
    /// Its source says so.
    Source,
    /// Its issue tracker says so.
    Tracker,
    /// Somebody remembers it so, and nobody looked.
    Remembered,
}

impl Evidence {
    /// All of them, the surest first.
    pub const ALL: [Self; 4] = [Self::Reproduced, Self::Source, Self::Tracker, Self::Remembered];

    /// The word of reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::Source => "its source",
            Self::Tracker => "its tracker",
            Self::Remembered => "remembered",
        }
    }
}

/// A switch of a library's policy that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownSwitch {
    /// The switch.
    pub switch: &'static str,
    /// How it stands.
    pub value: &'static str,
    /// How that is known.
    pub evidence: Evidence,
    /// What the library does.
    pub claim: &'static str,
}

/// What a library does that no switch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeyondSwitches {
    /// How it is known.
    pub evidence: Evidence,
    /// What the library does.
    pub claim: &'static str,
}

/// A library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Library {
    /// The name of its profile.
    pub name: &'static str,
    /// The library in words, and which of its interfaces is meant.
    pub title: &'static str,
    /// The switches that are known. All others stand as in `naive`.
    pub switches: &'static [KnownSwitch],
    /// What no switch says.
    pub beyond: &'static [BeyondSwitches],
}

impl Library {
    /// The library with a profile of this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        LIBRARIES.iter().find(|library| library.name == name)
    }

    /// Its profile.
    ///
    /// # Errors
    ///
    /// If there is no such switch, or it has no such value.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let known = self.switches.iter();
        known
            .into_iter()
            .try_fold(Profile::NAIVE, |profile, known| profile.with(known.switch, known.value))
    }
}

/// A profile by the name by which it was asked for: one of the table's, or a library's; with single
/// switches flipped behind commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProfile {
    text: String,
    profile: Profile,
}

impl NamedProfile {
    /// The profile.
    pub const fn profile(&self) -> Profile {
        self.profile
    }
}

impl fmt::Display for NamedProfile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for NamedProfile {
    type Err = NamedProfileError;

    fn from_str(text: &str) -> Result<Self, NamedProfileError> {
        let (name, flips) = match text.split_once(',') {
            Some((name, flips)) => (name, Some(flips)),
            None => (text, None),
        };
        let Some(library) = Library::of(name) else {
            let profile: Profile = text.parse().map_err(NamedProfileError)?;
            return Ok(Self { text: profile.to_string(), profile });
        };
        let base = library.profile().map_err(NamedProfileError)?;
        let flips = flips.into_iter().flat_map(|flips| flips.split(','));
        let mut profile = base;
        let mut text = library.name.to_owned();
        for flip in flips {
            let (switch, value) = flip.split_once('=').unwrap_or((flip, ""));
            profile = profile.with(switch, value).map_err(NamedProfileError)?;
            text.push_str(&format!(",{switch}={value}"));
        }
        Ok(Self { text, profile })
    }
}

/// Why a text names no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedProfileError(ProfileError);

impl fmt::Display for NamedProfileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)?;
        if matches!(self.0, ProfileError::UnknownName(_)) {
            let names: Vec<&str> = LIBRARIES.iter().map(|library| library.name).collect();
            write!(formatter, ", and of libraries {}", names.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for NamedProfileError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::profile::flippable;

    #[test]
    fn each_library_has_a_name_of_its_own_and_switches_that_there_are() {
        for library in &LIBRARIES {
            let profile = library.profile().expect("switches");
            let settings: Vec<_> = profile.settings().collect();
            for known in library.switches {
                let setting = (known.switch.to_owned(), known.value.to_owned());
                assert!(settings.contains(&setting), "{}: {known:?}", library.name);
                let same = library.switches.iter().filter(|other| other.switch == known.switch);
                assert_eq!(same.count(), 1, "{}: {}", library.name, known.switch);
            }
            let namesakes = LIBRARIES.iter().filter(|other| other.name == library.name);
            assert_eq!(namesakes.count(), 1);
            assert!(library.name.parse::<Profile>().is_err(), "the table has {}", library.name);
        }
        assert!(flippable().count() > 0);
    }

    #[test]
    fn a_profile_of_a_library_is_read_as_it_is_written() {
        for text in ["hyaline", "naive,duplex=full", "openssl", "go,reply=deferred,closing=drain"] {
            assert_eq!(text.parse::<NamedProfile>().expect("a profile").to_string(), text);
        }
        let flipped: NamedProfile = "go,reply=deferred".parse().expect("a profile");
        let go: NamedProfile = "go".parse().expect("a profile");
        assert_eq!(go.profile().with("reply", "deferred"), Ok(flipped.profile()));
        assert_ne!(go.profile(), flipped.profile());
    }

    #[test]
    fn what_is_no_profile_says_what_there_is() {
        let message = |text: &str| text.parse::<NamedProfile>().expect_err("none").to_string();
        let unknown = message("schannel");
        assert!(unknown.contains("hyaline, naive") && unknown.contains("openssl"), "{unknown}");
        assert!(message("go,closing").contains("closing"));
        assert!(message("go,speed=high").contains("no switch `speed`"));
    }
}
