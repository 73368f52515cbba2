//! What changed, in the forms in which it is printed.

use hyaline_protocol::print::suite::{escaped, github_command};
use hyaline_protocol::print::wrap::paragraph;

use super::Against;
use super::comparison::{Changed, CountsChanged};
use crate::screen::{BAD, FAINT, GOOD, HEADING, styled};

/// The columns of everything that is printed.
const COLUMNS: usize = 100;

/// How many lines are printed of each kind; JSON has all of them.
const SHOWN: usize = 8;

/// The verdict in words.
fn verdict(against: &Against) -> String {
    let comparison = &against.comparison;
    let size = format!("{} explorations compared", comparison.explorations);
    let worse = comparison.worsened.len();
    let words = match (worse, comparison.is_same()) {
        (0, true) => "nothing changed".to_owned(),
        (0, false) => "nothing got worse".to_owned(),
        (1, _) => "1 verdict got worse".to_owned(),
        (count, _) => format!("{count} verdicts got worse"),
    };
    format!("against {}: {words} ({size})", against.report)
}

fn changed(change: &Changed) -> String {
    format!("{}: {} before, {} now", change.what, change.before, change.now)
}

fn counts(change: &CountsChanged) -> String {
    let CountsChanged { exploration, before: [states, edges], now: [states_now, edges_now] } =
        change;
    format!("{exploration}: {states} and {edges} before, {states_now} and {edges_now} now")
}

/// The kinds of changes, each with its lines, and whether these are bad.
fn chapters(against: &Against) -> Vec<(&'static str, Vec<String>, bool)> {
    let comparison = &against.comparison;
    let all = |changes: &[Changed]| changes.iter().map(changed).collect();
    let chapters = vec![
        ("worse", all(&comparison.worsened), true),
        ("better", all(&comparison.improved), false),
        ("otherwise", all(&comparison.otherwise), false),
        ("states and edges", comparison.counts.iter().map(counts).collect(), false),
        ("rows that are new", comparison.rows_added.clone(), false),
        ("rows that are gone", comparison.rows_removed.clone(), false),
        ("cannot be compared", comparison.apart.clone(), false),
    ];
    chapters.into_iter().filter(|(_, lines, _)| !lines.is_empty()).collect()
}

/// As many lines as are worth reading; the last says how many are left out.
fn first_of(lines: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = lines.iter().take(SHOWN).cloned().collect();
    if let Some(more) = lines.len().checked_sub(SHOWN + 1) {
        shown.push(format!("and {} more (--format json)", more + 1));
    }
    shown
}

pub(super) fn text(against: &Against) -> String {
    let style = if against.worse { BAD } else { GOOD };
    let mut text = styled(style, verdict(against)) + "\n";
    for (title, lines, is_bad) in chapters(against) {
        let style = if is_bad { BAD } else { HEADING };
        text.push_str(&format!("{}\n", styled(style, format!("{title}: {}", lines.len()))));
        for line in first_of(&lines) {
            let line = paragraph("  ", &line, COLUMNS);
            text.extend(line.lines().map(|line| styled(FAINT, line) + "\n"));
        }
    }
    text
}

pub(super) fn markdown(against: &Against) -> String {
    let mark = if against.worse { "❌" } else { "✅" };
    let mut text = format!("### {mark} {}\n", escaped(&verdict(against)));
    for (title, lines, _) in chapters(against) {
        text.push_str(&format!("\n**{title}: {}**\n\n", lines.len()));
        text.extend(first_of(&lines).iter().map(|line| format!("- {}\n", escaped(line))));
    }
    text + "\n"
}

pub(super) fn github(against: &Against) -> String {
    let title = "hyaline check";
    let mut text = github_command("notice", title, &verdict(against));
    for line in against.comparison.worsened.iter().map(changed) {
        text.push_str(&github_command("error", title, &line));
    }
    for line in &against.comparison.apart {
        text.push_str(&github_command("warning", title, line));
    }
    text
}
