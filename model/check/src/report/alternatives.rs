//! Answers to all alternatives of programs that choose, of which the worst is told.

use std::cmp::Reverse;

use serde::Serialize;

use crate::judgement::outcome::Harm;
use crate::programs::Programs;
use crate::report::assessment::Assessment;
use crate::report::conclusion::{Alternative, Conclusion};
use crate::report::hashes::{missed_in_any, outcome_word, with_bound, without_bound};
use crate::runs::alternatives::Alternatives;

/// One alternative, for the JSON of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlternativeShown<'a> {
    /// What the client calls.
    pub client_program: String,
    /// What the server calls.
    pub server_program: String,
    /// Whose fault it is, in the words of the whole answer.
    pub outcome: &'static str,
    /// The same in words.
    pub answer: &'a str,
}

impl<'a> AlternativeShown<'a> {
    /// Shows one alternative.
    pub fn of(alternative: &'a Alternative) -> Self {
        Self {
            client_program: alternative.programs.client.to_string(),
            server_program: alternative.programs.server.to_string(),
            outcome: outcome_word(alternative.conclusion, alternative.missed),
            answer: &alternative.headline,
        }
    }
}

/// The answer to the worst of several alternatives; of equally bad ones, to the earlier. Where
/// there are several, the first line says how many have this answer, and the answer holds a word of
/// each.
///
/// # Errors
///
/// What the function fails with that answers.
pub fn worst_of<T, E>(
    all: &Alternatives<T>,
    mut assess: impl FnMut(&T) -> Result<Assessment, E>,
) -> Result<(&T, Assessment), E> {
    let mut worst = (all.first(), assess(all.first())?);
    let mut words: Vec<Alternative> = word_of(&worst.1).into_iter().collect();
    for other in all.iter().skip(1) {
        let assessment = assess(other)?;
        words.extend(word_of(&assessment));
        if badness(&assessment) > badness(&worst.1) {
            worst = (other, assessment);
        }
    }
    let count = words.len();
    if count > 1 {
        let assessment = &mut worst.1;
        let line = without_bound(&assessment.headline).to_owned();
        let alike = words.iter().filter(|one| without_bound(&one.headline) == line).count();
        assessment.missed = missed_in_any(words.iter().map(|one| one.missed));
        assessment.headline = with_bound(&line, assessment.conclusion, assessment.missed);
        assessment.headline += &match alike == count {
            true => format!(" (in all {count} alternatives)"),
            false => format!(" (in {alike} of {count} alternatives)"),
        };
        assessment.alternatives = words;
    }
    Ok(worst)
}

/// A word of an answer to programs that are given; nothing of others.
fn word_of(assessment: &Assessment) -> Option<Alternative> {
    let Programs::Fixed(programs) = assessment.checked.scenario.programs else { return None };
    let Assessment { conclusion, headline, missed, .. } = assessment;
    let (conclusion, headline, missed) = (*conclusion, headline.clone(), *missed);
    Some(Alternative { programs, conclusion, headline, failed: assessment.failed(), missed })
}

/// How bad an answer is: by whose fault it is, and then by what programs notice.
fn badness(assessment: &Assessment) -> (u8, Option<Reverse<Harm>>) {
    let rank = match assessment.conclusion {
        Conclusion::Holds => 0,
        Conclusion::HangsOverTcp => 1,
        Conclusion::Unfinished => 2,
        Conclusion::Fails => 3,
    };
    // The worst harm is the first.
    (rank, assessment.harm.map(Reverse))
}
