//! The hazards: what is known of each, and the scenes by which the model shows it.

use hyaline_check::runs::hazards::demonstration::{Demonstration, Version};
use hyaline_check::runs::hazards::entry::{HazardEntry, catalogue};
use hyaline_check::runs::run::RunError;
use hyaline_check::runs::written::WrittenScenario;
use serde::Serialize;

/// A hazard as the gallery shows it.
#[derive(Debug, Serialize)]
pub struct HazardShown {
    /// Its entry in the catalogue.
    #[serde(flatten)]
    pub entry: &'static HazardEntry,
    /// Where it can be seen: `model`, `sockets` or `outside`.
    pub standing: &'static str,
    /// Where its reports are.
    pub links: Vec<String>,
    /// How the model shows it; nothing where it does not.
    pub scene: Option<Scene>,
}

/// How the model shows a hazard.
#[derive(Debug, Serialize)]
pub struct Scene {
    /// What makes the hazard, in words, and where.
    pub cause: String,
    /// The property that fails.
    pub property: &'static str,
    /// What programs notice; nothing where none does.
    pub harm: Option<String>,
    /// The scenario with the cause.
    pub endangered: WrittenScenario,
    /// The scenario as this library ships.
    pub shipped: WrittenScenario,
}

/// All hazards, in the order of their numbers.
///
/// # Errors
///
/// If the catalogue cannot be read.
pub fn hazards() -> Result<Vec<HazardShown>, RunError> {
    let shown = |entry: &'static HazardEntry| {
        Ok(HazardShown {
            entry,
            standing: entry.standing().word(),
            links: entry.links().collect(),
            scene: entry.demonstration()?.as_ref().map(Scene::of).transpose()?,
        })
    };
    catalogue()?.iter().map(shown).collect()
}

impl Scene {
    fn of(shown: &Demonstration) -> Result<Self, RunError> {
        Ok(Self {
            cause: shown.cause_in_words(),
            property: shown.property,
            harm: shown.harm.map(|harm| harm.to_string()),
            endangered: shown.written(Version::Endangered)?,
            shipped: shown.written(Version::Shipped)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::answer;
    use hyaline_check::runs::written::AskedScenario;

    #[test]
    fn each_scene_is_the_demonstration_of_the_catalogue() {
        let mut scenes = 0;
        for hazard in hazards().expect("hazards") {
            let Some(shown) = hazard.entry.demonstration().expect("a demonstration") else {
                continue;
            };
            let scene = hazard.scene.expect("a scene");
            let versions =
                [(Version::Endangered, &scene.endangered), (Version::Shipped, &scene.shipped)];
            for (version, written) in versions {
                let asked = AskedScenario::read(written).expect("a scenario");
                assert_eq!(asked.scenario, shown.scenario(version), "{}", hazard.entry.number);
                let ends = shown.ends(version).expect("ends");
                assert_eq!(asked.ends(), ends, "{}", hazard.entry.number);
            }
            scenes += 1;
        }
        assert!(scenes > 10, "{scenes}");
    }

    #[test]
    fn each_scene_fails_by_its_property_and_holds_as_it_ships() {
        for hazard in hazards().expect("hazards") {
            let Some(scene) = hazard.scene else { continue };
            let number = &hazard.entry.number;
            let bad = answer(&scene.endangered, 1_000_000, false).expect("an answer");
            let failed = |line: &&serde_json::Value| line["verdict"] == "fails";
            let results = bad.answer["results"].as_array().expect("results");
            let mut failed = results.iter().filter(failed);
            assert!(failed.any(|line| line["property"] == scene.property), "{number}");
            let good = answer(&scene.shipped, 1_000_000, false).expect("an answer");
            let outcome = &good.answer["outcome"];
            assert!(*outcome == "holds" || *outcome == "hangs-over-tcp", "{number}: {outcome}");
        }
    }
}
