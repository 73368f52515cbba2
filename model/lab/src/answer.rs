//! The answer to a scenario, and the path of its trace, to be walked.

use hyaline_check::programs::Programs;
use hyaline_check::report::alternatives::worst_of;
use hyaline_check::report::answer::ScenarioAnswer;
use hyaline_check::report::assessment::{Assessment, Conclusion, assess_ends};
use hyaline_check::runs::alternatives::Alternatives;
use hyaline_check::runs::heals::heals;
use hyaline_check::runs::written::{AskedScenario, WrittenScenario};
use hyaline_check::search::explore::Effort;
use hyaline_check::search::scenario::{Baselines, ScenarioError};
use hyaline_check::side::Both;
use hyaline_model::table::FINGERPRINT;
use serde::Serialize;
use serde_json::Value;

use crate::walk::{PathOver, Sides, WrittenPath, path_of};

/// How an error begins that says that nothing is known, since plain TCP alone has too many
/// snapshots.
pub const UNFINISHED: &str = "unfinished";

/// An answer of the lab.
#[derive(Debug, Serialize)]
pub struct LabAnswer {
    /// What `hyaline scenario --format json` prints.
    pub answer: Value,
    /// Between which ends, and what was explored, in words.
    pub title: String,
    /// What both sides call, written out: where they choose, in the worst of the alternatives. The
    /// path leads through it.
    pub programs: Sides<String>,
    /// At how many snapshots each search gives up.
    pub states_at_most: u32,
    /// The shortest trace; where nothing fails, one run.
    pub path: WrittenPath,
    /// How much was tried to heal it, in words; nothing where nothing was tried.
    pub tried: Option<String>,
}

/// Explores a scenario, and finds the answer. What would heal it is asked only `with_heals`, and of
/// whole tables: no small change of a scenario puts a row back.
///
/// # Errors
///
/// If the scenario is not understood or cannot be explored: what is wrong.
pub fn answer(
    written: &WrittenScenario,
    states_at_most: u32,
    with_heals: bool,
) -> Result<LabAnswer, String> {
    let all = AskedScenario::read_each(written).map_err(|error| error.to_string())?;
    // A browser's page has one thread for this.
    let most = usize::try_from(states_at_most).ok();
    let effort = Effort { threads: 1, states_at_most: most, ..Effort::default() };
    let (asked, assessment) = assessed(&all, &effort, with_heals)?;
    let Both { client, server } = asked.profiles.clone().map(|named| named.to_string());
    let answer = ScenarioAnswer::of(&assessment, &client, &server, FINGERPRINT);
    let over = match assessment.conclusion {
        Conclusion::HangsOverTcp => PathOver::Tcp,
        Conclusion::Holds | Conclusion::Fails | Conclusion::Unfinished => PathOver::Tls,
    };
    let tried = answer.heals.as_ref().map(|heals| heals.tried_in_words());
    Ok(LabAnswer {
        answer: serde_json::to_value(&answer).map_err(|error| error.to_string())?,
        title: format!("{client} × {server}: {}", asked.scenario),
        programs: Sides::of(|side| match asked.scenario.programs {
            Programs::Fixed(programs) => programs.of(side).to_string(),
            Programs::Every(..) | Programs::EveryAtRest(..) => String::new(),
        }),
        states_at_most,
        path: path_of(asked, over, assessment.trace.as_ref())?,
        tried,
    })
}

/// The worst alternative, and the answer to it.
fn assessed<'a>(
    all: &'a Alternatives<AskedScenario>,
    effort: &Effort,
    with_heals: bool,
) -> Result<(&'a AskedScenario, Assessment), String> {
    let mut baselines = Baselines::default();
    let (asked, mut assessment) = worst_of(all, |asked| {
        let scenario = &asked.scenario;
        // Plain TCP has the same bound here: a page must not search for ever.
        baselines.of(scenario, effort, &mut |_| ()).map_err(|error| match error {
            ScenarioError::BaselineUnfinished => format!("{UNFINISHED}: {error}"),
            other => other.to_string(),
        })?;
        assess_ends(scenario, asked.ends(), &mut baselines, effort, &mut |_| ())
            .map_err(|error| error.to_string())
    })?;
    if with_heals && asked.is_whole() && assessment.conclusion == Conclusion::Fails {
        let found = heals(&assessment.checked, asked.policies(), &mut baselines, effort);
        assessment.heals = Some(found.map_err(|error| error.to_string())?);
    }
    Ok((asked, assessment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hang() -> WrittenScenario {
        WrittenScenario {
            client_program: "write*4 close".to_owned(),
            server_program: "read*4 close".to_owned(),
            client: Some("openssl".to_owned()),
            server: Some("openssl".to_owned()),
            tickets: Some(3),
            ..WrittenScenario::default()
        }
    }

    #[test]
    fn an_answer_says_whose_fault_it_is_and_has_the_way_there() {
        let answer = answer(&hang(), 100_000, true).expect("an answer");
        assert_eq!(answer.answer["outcome"], "fails");
        assert_eq!(answer.answer["answer"], "TLS adds a hang here");
        let steps = answer.answer["trace"]["steps"].as_array().map(Vec::len);
        assert_eq!(Some(answer.path.steps.len()), steps);
        assert!(answer.answer["heals"]["changes"].as_array().is_some_and(|all| !all.is_empty()));
        assert!(answer.tried.is_some());
    }

    #[test]
    fn the_worst_alternative_is_answered_and_its_path_is_walked() {
        let choice = WrittenScenario {
            client_program: "[read, write*4] close".to_owned(),
            server_program: "(read)*4 close".to_owned(),
            ..hang()
        };
        let found = answer(&choice, 100_000, false).expect("an answer");
        assert_eq!(found.answer["answer"], "TLS adds a hang here (in 1 of 2 alternatives)");
        assert_eq!(found.answer["alternatives"].as_array().map(Vec::len), Some(2));
        assert_eq!(found.programs.client, "write write write write close");
        let walked = WrittenScenario {
            client_program: found.programs.client,
            server_program: found.programs.server,
            ..hang()
        };
        let walk = crate::walk::walk(&walked, &found.path).expect("a walk");
        assert!(!walk.never_return.client.is_empty());
        // A path leads through one alternative.
        let error = crate::walk::walk(&choice, &found.path).expect_err("no walk");
        assert!(error.contains("one program is needed here"), "{error}");
    }

    #[test]
    fn a_search_that_gives_up_is_no_pass() {
        let good = WrittenScenario { client: None, server: None, ..hang() };
        let found = answer(&good, 60, false).expect("an answer");
        assert_eq!(found.answer["outcome"], "unfinished");
        assert_eq!(found.states_at_most, 60);
        let error = answer(&good, 5, false).expect_err("plain TCP has more");
        assert!(error.starts_with(UNFINISHED), "{error}");
    }

    #[test]
    fn a_hang_that_plain_tcp_has_is_walked_over_plain_tcp() {
        let own = WrittenScenario {
            client_program: "write*6 read*6 close".to_owned(),
            server_program: "write*6 read*6 close".to_owned(),
            ..WrittenScenario::default()
        };
        let answer = answer(&own, 100_000, false).expect("an answer");
        assert_eq!(answer.answer["outcome"], "hangs-over-tcp");
        assert_eq!(answer.path.over, PathOver::Tcp);
        assert!(!answer.path.steps.is_empty());
    }
}
