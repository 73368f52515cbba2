//! The answer about a relay in the middle, with the picture of its trace.

use hyaline_check::relay::answer::{RelayAnswer, healed_besides, heals_in_words, owing_in_words};
use hyaline_check::relay::assessment::{assess_beside, baseline, one_run};
use hyaline_check::relay::scenario::RelayError;
use hyaline_check::relay::written::{AskedRelay, WrittenRelay};
use hyaline_check::report::picture::picture;
use hyaline_check::search::explore::Effort;
use serde::Serialize;
use serde_json::Value;

use crate::answer::UNFINISHED;

/// An answer of the lab about a relay.
#[derive(Debug, Serialize)]
pub struct RelayLabAnswer {
    /// What `hyaline relay --format json` prints, as `docs/relay.schema.json` says.
    pub answer: Value,
    /// The shortest way there as SVG; where nothing fails, one run.
    pub picture: String,
    /// At how many snapshots each search gives up.
    pub states_at_most: u32,
    /// Each least set of ends at which our library heals it, in words; nothing where that was not
    /// asked.
    pub heals: Option<Vec<String>>,
    /// What is said besides: that no such set heals it, or that of some it is not known.
    pub besides: Option<String>,
    /// What is counted and not judged, in words; nothing where there is none of it.
    pub owing: Option<String>,
}

/// Explores two programs with a relay between them, and finds the answer. What would heal it is
/// asked only `with_heals`.
///
/// # Errors
///
/// If the scenario is not understood or cannot be explored: what is wrong.
pub fn relay(
    written: &WrittenRelay,
    states_at_most: u32,
    with_heals: bool,
) -> Result<RelayLabAnswer, String> {
    let asked = AskedRelay::read(written).map_err(|error| error.to_string())?;
    // A browser's page has one thread for this.
    let most = usize::try_from(states_at_most).ok();
    let effort = Effort { threads: 1, states_at_most: most, ..Effort::default() };
    let (scenario, profiles) = (&asked.scenario, asked.policies());
    let refused = |error| match error {
        RelayError::BaselineUnfinished => format!("{UNFINISHED}: {error}"),
        other => other.to_string(),
    };
    // Plain TCP has the same bound here: a page must not search for ever.
    let tcp = baseline(scenario, &effort, &mut |_| ()).map_err(refused)?;
    let assessment = assess_beside(tcp, scenario, &profiles, &effort, with_heals, &mut |_| ())
        .map_err(refused)?;
    let trace = match &assessment.trace {
        Some(trace) => trace.clone(),
        None => one_run(scenario, &profiles).map_err(refused)?,
    };
    let title = asked.title();
    let answer = RelayAnswer::of(&title, &assessment);
    Ok(RelayLabAnswer {
        heals: answer.heals.map(heals_in_words),
        besides: answer.heals.and_then(|heals| healed_besides(heals, answer.heals_unfinished)),
        owing: owing_in_words(answer.owing),
        answer: serde_json::to_value(&answer).map_err(|error| error.to_string())?,
        picture: picture(&trace, Some(answer.answer), false).to_string(),
        states_at_most,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(relay: &str) -> WrittenRelay {
        WrittenRelay {
            client_program: "write*3 read close".to_owned(),
            server_program: "write*3 read close".to_owned(),
            client: Some("openssl".to_owned()),
            relay: Some(relay.to_owned()),
            server: Some("openssl".to_owned()),
            ..WrittenRelay::default()
        }
    }

    #[test]
    fn an_answer_about_a_relay_has_a_picture_and_says_what_heals_it() {
        let found = relay(&asked("openssl"), 2_000_000, true).expect("an answer");
        assert_eq!(found.answer["outcome"], "fails", "{}", found.answer["answer"]);
        assert!(found.picture.starts_with("<svg"));
        let heals = found.heals.expect("asked");
        assert!(heals.contains(&"hyaline at the relay".to_owned()), "{heals:?}");
    }

    #[test]
    fn a_relay_of_ours_adds_nothing_and_one_of_its_runs_is_drawn() {
        let found = relay(&asked("hyaline"), 2_000_000, false).expect("an answer");
        assert_eq!(found.answer["outcome"], "holds");
        assert!(found.picture.starts_with("<svg") && found.heals.is_none());
    }

    #[test]
    fn a_search_about_a_relay_that_gives_up_is_no_pass() {
        let error = relay(&asked("hyaline"), 5, false).expect_err("plain TCP has more");
        assert!(error.starts_with(UNFINISHED), "{error}");
        let tcp = {
            let asked = AskedRelay::read(&asked("hyaline")).expect("it is understood");
            let whole = Effort { threads: 1, ..Effort::default() };
            baseline(&asked.scenario, &whole, &mut |_| ()).expect("it ends").states
        };
        let bound = u32::try_from(tcp).expect("few") + 1;
        let found = relay(&asked("hyaline"), bound, false).expect("an answer");
        assert_eq!(found.answer["outcome"], "unfinished");
    }

    #[test]
    fn what_is_not_understood_of_a_relay_is_said_with_its_key() {
        let written = WrittenRelay { client_program: "jump".to_owned(), ..asked("hyaline") };
        let error = relay(&written, 1_000, false).expect_err("no such call");
        assert!(error.starts_with("client-program: "), "{error}");
    }
}
