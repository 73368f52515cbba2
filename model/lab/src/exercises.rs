//! The exercises: scenarios that fail, each with a question that is answered by a change which the
//! model checks.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use hyaline_check::runs::written::WrittenScenario;

/// The exercises, as they are written.
const EXERCISES: &str = include_str!("exercises.toml");

/// One exercise.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exercise {
    /// What it is about, in a line.
    pub title: String,
    /// What happens, and what is asked.
    pub question: String,
    /// Where to look.
    pub hint: String,
    /// What there is to learn, for whoever has solved it.
    pub lesson: String,
    /// What may be changed.
    pub repair: Repair,
    /// What fails.
    pub scenario: WrittenScenario,
}

/// What may be changed to solve an exercise.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "by")]
pub enum Repair {
    /// One switch of one end.
    Switch {
        /// `client` or `server`.
        at: String,
    },
    /// One row of the table is put back at the end that lacks it.
    Row {
        /// The rows to choose from, as traces name them or how they begin.
        rows: Vec<String>,
    },
}

/// The file as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExercises {
    exercise: Vec<Exercise>,
}

static READ: LazyLock<Result<Vec<Exercise>, String>> = LazyLock::new(|| {
    let read: Result<WrittenExercises, _> = toml::from_str(EXERCISES);
    read.map(|written| written.exercise).map_err(|error| error.to_string())
});

/// All exercises, the easiest first.
///
/// # Errors
///
/// If the file cannot be read.
pub fn exercises() -> Result<&'static [Exercise], String> {
    match &*READ {
        Ok(exercises) => Ok(exercises),
        Err(error) => Err(format!("the exercises: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use hyaline_check::search::profile::flippable;
    use hyaline_model::table::ROWS;

    use super::*;
    use crate::answer::answer;
    use hyaline_check::runs::written::AskedScenario;

    /// What comes of a scenario, in a word.
    fn outcome(scenario: &WrittenScenario) -> String {
        let found = answer(scenario, 1_000_000, false).expect("an answer");
        found.answer["outcome"].as_str().expect("a word").to_owned()
    }

    /// The scenario with each other setting of a switch of one end.
    fn flipped(scenario: &WrittenScenario, at: &str) -> Vec<WrittenScenario> {
        let profiles = AskedScenario::read(scenario).expect("a scenario").policies();
        let is_client = at == "client";
        let profile = if is_client { profiles.client } else { profiles.server };
        let now: Vec<_> = profile.settings().collect();
        let name = if is_client { &scenario.client } else { &scenario.server };
        let name = name.as_deref().unwrap_or("hyaline");
        let settings = flippable().flat_map(|(switch, values)| {
            values.into_iter().map(move |value| (switch.clone(), value))
        });
        let others = settings.filter(|setting| !now.contains(setting));
        let changed = others.map(|(switch, value)| {
            let text = Some(format!("{name},{switch}={value}"));
            match is_client {
                true => WrittenScenario { client: text, ..scenario.clone() },
                false => WrittenScenario { server: text, ..scenario.clone() },
            }
        });
        changed.collect()
    }

    #[test]
    fn each_exercise_fails_and_some_change_solves_it_but_not_every_one() {
        let exercises = exercises().expect("exercises");
        assert_eq!(exercises.len(), 12);
        for exercise in exercises {
            let title = &exercise.title;
            assert_eq!(outcome(&exercise.scenario), "fails", "{title}");
            let Repair::Switch { at } = &exercise.repair else { continue };
            assert!(at == "client" || at == "server", "{title}: {at}");
            let tried = flipped(&exercise.scenario, at);
            let solved = tried.iter().filter(|one| outcome(one) == "holds").count();
            assert!(solved > 0 && solved < tried.len(), "{title}: {solved}");
        }
    }

    #[test]
    fn of_the_rows_to_choose_from_one_is_the_one_that_is_missing() {
        let mut seen = 0;
        for exercise in exercises().expect("exercises") {
            let Repair::Row { rows } = &exercise.repair else { continue };
            let WrittenScenario { client_lacks, server_lacks, .. } = &exercise.scenario;
            let lacking = client_lacks.as_ref().or(server_lacks.as_ref()).expect("a row");
            assert_eq!(rows.iter().filter(|row| *row == lacking).count(), 1, "{lacking}");
            for row in rows {
                let begins = ROWS.iter().filter(|one| {
                    format!("{}: {}", one.machine.name(), one.text).starts_with(row.as_str())
                });
                assert_eq!(begins.count(), 1, "{row}");
            }
            let whole = WrittenScenario {
                client_lacks: None,
                server_lacks: None,
                ..exercise.scenario.clone()
            };
            assert_eq!(outcome(&whole), "holds", "{}", exercise.title);
            seen += 1;
        }
        assert!(seen > 0);
    }
}
