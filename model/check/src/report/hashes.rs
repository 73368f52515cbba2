//! What is said where hashes stood for snapshots.

use hyaline_search::MissBound;
use serde::Serialize;

use crate::report::conclusion::Conclusion;
use crate::search::explore::{Exploration, Verdict};

/// What stands before the bound in a first line, which without it is about exact keys.
const BEGINNING: &str = " (with hashes of ";

/// By which hashes snapshots were told apart, and how probable a miss is: for the JSON of answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HashesShown {
    /// The bits of a hash.
    pub bits: u8,
    /// The seed by which the hash was drawn. With another, states are missed independently.
    pub seed: u64,
    /// A snapshot was missed with this probability at most.
    pub missed_at_most: f64,
    /// The same in words.
    pub words: String,
}

impl HashesShown {
    /// Shows a bound.
    pub fn of(missed: MissBound) -> Self {
        let hashing = missed.hashing();
        Self {
            bits: hashing.bits(),
            seed: hashing.seed(),
            missed_at_most: missed.probability(),
            words: missed.to_string(),
        }
    }
}

/// The bound for all of these together; nothing where all keys were exact.
pub fn missed_in_any(all: impl Iterator<Item = Option<MissBound>>) -> Option<MissBound> {
    all.flatten().reduce(MissBound::and)
}

/// A first line, with how probable a miss is where hashes stood for snapshots. What fails was found
/// again with exact keys.
pub fn with_bound(line: &str, conclusion: Conclusion, missed: Option<MissBound>) -> String {
    let Some(missed) = missed else { return line.to_owned() };
    let confirmed = match conclusion {
        Conclusion::Fails => "; what is shown was found again with exact keys",
        Conclusion::Holds | Conclusion::HangsOverTcp | Conclusion::Unfinished => "",
    };
    format!("{line} ({missed}{confirmed})")
}

/// A first line without how probable a miss is.
pub fn without_bound(line: &str) -> &str {
    line.split(BEGINNING).next().unwrap_or_default()
}

/// The bound in the few words that a table has room for.
pub fn in_brackets(missed: MissBound) -> String {
    let (bits, most) = (missed.hashing().bits(), missed.in_digits());
    format!("(hashes of {bits} bits; missed at most {most})")
}

/// Behind the size of an exploration: by which hashes snapshots were told apart.
pub fn by_hashes(missed: MissBound) -> String {
    let hashing = missed.hashing();
    format!(", hashes of {} bits by seed {}", hashing.bits(), hashing.seed())
}

/// The word of the JSON for a verdict on an exploration. What holds as far as hashes tell has
/// another word than what holds, so that nobody takes it for that.
pub fn verdict_word<E>(verdict: Verdict, exploration: &Exploration<E>) -> &'static str {
    match (verdict, exploration.missed) {
        (Verdict::Holds, Some(_)) => "holds-unless-missed",
        (Verdict::Holds | Verdict::Fails | Verdict::Unfinished, _) => verdict.word(),
    }
}

/// The same for an answer as a whole.
pub const fn outcome_word(conclusion: Conclusion, missed: Option<MissBound>) -> &'static str {
    match (conclusion, missed) {
        (Conclusion::Holds, Some(_)) => "holds-unless-missed",
        (Conclusion::HangsOverTcp, Some(_)) => "hangs-over-tcp-unless-missed",
        _ => conclusion.word(),
    }
}

#[cfg(test)]
mod tests {
    use hyaline_search::Hashing;

    use super::*;

    fn bound(states: usize) -> MissBound {
        MissBound::of(Hashing::new(40, 3).expect("bits of a hash"), states)
    }

    #[test]
    fn a_first_line_says_the_bound_and_can_be_had_without() {
        let line = "holds: TLS adds nothing";
        let (missed, words) = (bound(1000), "with hashes of 40 bits; a state may have been missed");
        let said = with_bound(line, Conclusion::Holds, Some(missed));
        assert_eq!(said, format!("{line} ({words} with probability at most 4.6e-7)"));
        assert_eq!(without_bound(&said), line);
        assert_eq!(with_bound(line, Conclusion::Holds, None), line);
        assert_eq!(without_bound(line), line);
        let fails = with_bound("TLS adds a hang here", Conclusion::Fails, Some(missed));
        assert!(fails.ends_with("; what is shown was found again with exact keys)"), "{fails}");
    }

    #[test]
    fn the_bounds_of_several_explorations_add_up_and_exact_ones_add_nothing() {
        let one = bound(1000).probability();
        let all = missed_in_any([Some(bound(1000)), None, Some(bound(1000))].into_iter());
        assert_eq!(all.map(MissBound::probability), Some(2.0 * one));
        assert_eq!(missed_in_any([None, None].into_iter()), None);
    }

    #[test]
    fn what_holds_by_hashes_has_another_word_and_what_fails_has_the_same() {
        let missed = Some(bound(1));
        assert_eq!(outcome_word(Conclusion::Holds, missed), "holds-unless-missed");
        assert_eq!(outcome_word(Conclusion::HangsOverTcp, missed), "hangs-over-tcp-unless-missed");
        assert_eq!(outcome_word(Conclusion::Fails, missed), "fails");
        assert_eq!(outcome_word(Conclusion::Unfinished, missed), "unfinished");
        assert_eq!(outcome_word(Conclusion::Holds, None), "holds");
    }
}
