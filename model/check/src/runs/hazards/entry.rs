//! The catalogue: what is known of each hazard, in words, as `catalogue.toml` has it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::runs::hazards::demonstration::{Demonstration, WrittenDemonstration};
use crate::runs::run::RunError;

/// The catalogue, as it is written.
const CATALOGUE: &str = include_str!("catalogue.toml");

/// What is known of one hazard.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HazardEntry {
    /// Its name: `H` and two digits.
    pub number: String,
    /// What happens, in a line.
    pub title: String,
    /// What happens, in a paragraph.
    pub story: String,
    /// What the shipped policy does instead.
    pub shipped: String,
    /// The libraries concerned, each with how that is known.
    pub libraries: Vec<String>,
    /// Reports, as `owner/repository#number` on GitHub.
    #[serde(default)]
    pub reports: Vec<String>,
    /// The test that shows on real sockets how it harms another library.
    pub sockets: Option<String>,
    /// The tests in which this library meets it.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why the model does not show it; nothing where it does.
    pub outside: Option<String>,
    /// How the model shows it; nothing where it does not.
    #[serde(skip_serializing)]
    pub shown: Option<WrittenDemonstration>,
}

/// The file as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCatalogue {
    hazard: Vec<HazardEntry>,
}

static ENTRIES: LazyLock<Result<Vec<HazardEntry>, toml::de::Error>> =
    LazyLock::new(|| Ok(toml::from_str::<WrittenCatalogue>(CATALOGUE)?.hazard));

/// Where a hazard can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The model finds it with its cause, and not without.
    Model,
    /// The model does not show it, and real sockets do.
    Sockets,
    /// Neither the model nor real sockets show it.
    Outside,
}

impl Standing {
    /// The word of lists.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Sockets => "sockets",
            Self::Outside => "outside",
        }
    }
}

impl HazardEntry {
    /// Where it can be seen.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match (&self.shown, &self.sockets) {
            (Some(_), _) => Standing::Model,
            (None, Some(_)) => Standing::Sockets,
            (None, None) => Standing::Outside,
        }
    }

    /// How the model shows it; nothing where it does not.
    ///
    /// # Errors
    ///
    /// If what is written cannot be read.
    pub fn demonstration(&'static self) -> Result<Option<Demonstration>, RunError> {
        let of = |written| Demonstration::of(&self.number, written);
        self.shown.as_ref().map(of).transpose()
    }

    /// Where its reports are.
    pub fn links(&self) -> impl Iterator<Item = String> {
        self.reports.iter().map(|report| {
            let path = report.replace('#', "/issues/");
            format!("https://github.com/{path}")
        })
    }
}

/// All hazards, in the order of their numbers.
///
/// # Errors
///
/// If the catalogue cannot be read.
pub fn catalogue() -> Result<&'static [HazardEntry], RunError> {
    match &*ENTRIES {
        Ok(entries) => Ok(entries),
        Err(error) => Err(RunError::Catalogue(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hazards_stand_in_the_order_of_their_numbers_without_a_gap() {
        let entries = catalogue().expect("the catalogue");
        assert_eq!(entries.len(), 34);
        for (index, entry) in entries.iter().enumerate() {
            assert_eq!(entry.number, format!("H{:02}", index + 1));
        }
    }

    #[test]
    fn each_is_shown_by_the_model_or_says_why_not() {
        for entry in catalogue().expect("the catalogue") {
            assert_ne!(entry.shown.is_some(), entry.outside.is_some(), "{}", entry.number);
            let texts = [&entry.title, &entry.story, &entry.shipped];
            for text in texts.into_iter().chain(&entry.outside) {
                assert!(!text.contains("  ") && text.trim() == text, "{}: {text}", entry.number);
            }
            let ends = |text: &String| text.ends_with('.');
            assert!(ends(&entry.story) && ends(&entry.shipped), "{}", entry.number);
            assert!(entry.outside.iter().all(ends), "{}", entry.number);
        }
    }

    #[test]
    fn each_test_that_is_named_is_there_and_each_report_has_a_number() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        for entry in catalogue().expect("the catalogue") {
            for path in entry.tests.iter().chain(&entry.sockets) {
                assert!(std::path::Path::new(root).join(path).is_file(), "{path}");
            }
            for report in &entry.reports {
                let (repository, number) = report.split_once('#').expect("a number");
                assert_eq!(repository.split('/').count(), 2, "{report}");
                assert!(number.parse::<u32>().is_ok(), "{report}");
            }
        }
    }
}
