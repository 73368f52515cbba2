//! A check in few lines.

use hyaline_check::report::subject;
use hyaline_protocol::print::suite::ReportFamily;

use super::families::families;
use super::{Results, words};
use crate::screen::{BAD, FAINT, GOOD, HEADING, styled};

/// How many lines a summary has at most.
const LINES_AT_MOST: usize = 20;

/// The columns for what a family is.
const TITLE_COLUMNS: usize = 34;

/// All of a check in few lines: each family, what is not as it has to be, and the verdict.
pub(super) fn summary(results: &Results) -> String {
    let header = line("", ["explorations", "states"], &styled(HEADING, "verdict"));
    let families = families(results);
    let missed = results.missed().map(|missed| styled(HEADING, missed));
    let mut lines: Vec<String> = missed.into_iter().collect();
    lines.extend([styled(FAINT, subject()), header]);
    lines.extend(families.iter().map(of_family));
    let last = [words::last_line(results).trim_end().to_owned(), hint(results)];
    let room = LINES_AT_MOST.saturating_sub(lines.len() + last.len());
    lines.extend(first_of(complaints(results), room));
    lines.extend(last);
    lines.into_iter().map(|line| line + "\n").collect()
}

fn line(title: &str, [explorations, states]: [&str; 2], verdict: &str) -> String {
    format!("{title:TITLE_COLUMNS$}{explorations:>12} {states:>12}  {verdict}")
}

fn of_family(family: &ReportFamily) -> String {
    let [explorations, states] = &family.counts();
    let style = if family.is_good { GOOD } else { BAD };
    line(&family.title, [explorations, states], &styled(style, &family.verdict))
}

/// Where there is more to read.
fn hint(results: &Results) -> String {
    let words = match results.is_pass() {
        true => "--verbose prints each exploration; --format has JSON and the forms for CI",
        false => "--verbose prints each exploration, and the trace of the first that fails",
    };
    styled(FAINT, words)
}

/// As many of the lines as there is room for; the last says how many are left out.
fn first_of(mut lines: Vec<String>, room: usize) -> Vec<String> {
    if lines.len() > room {
        let kept = room.saturating_sub(1);
        let left_out = lines.len() - kept;
        lines.truncate(kept);
        lines.push(format!("  and {left_out} more"));
    }
    lines
}

/// The results that are not as they have to be, a line each.
fn complaints(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for outcome in results.outcomes.iter().filter(|each| !each.is_as_expected) {
        let (verdict, failed) = (words::verdict(outcome), words::failed(outcome).join(", "));
        let what = words::description(&outcome.run);
        lines.push(format!("  {}: {what}: {failed}", styled(BAD, verdict)));
        if let Some(found) = &outcome.counterexample {
            let programs = found.programs_in_words();
            lines.push(format!("    against `{}`: {programs}", found.property));
        }
    }
    let others = results.unseen.iter().map(words::never_seen);
    let others = others.chain(results.differences.iter().flatten().cloned());
    lines.extend(others.chain(results.of_mutants()).map(|line| format!("  {line}")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted() {
        let lines = |count: usize| (0..count).map(|number| number.to_string()).collect();
        assert_eq!(first_of(lines(3), 3), ["0", "1", "2"]);
        assert_eq!(first_of(lines(9), 3), ["0", "1", "  and 7 more"]);
    }
}
