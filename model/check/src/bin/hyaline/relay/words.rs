//! The answer for a terminal.

use anstyle::Style;
use hyaline_check::relay::answer::{ASKED, healed_besides, heals_in_words, owing_in_words};
use hyaline_check::relay::assessment::{RelayAssessment, RelayOutcome};
use hyaline_check::relay::chart::draw;
use hyaline_check::report::chart::ChartStyle;
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::report::hashes::by_hashes;
use hyaline_check::report::subject;
use indicatif::HumanCount;

use crate::arguments::ShownArguments;
use crate::scenario::words::{COLUMNS, block, heading};
use crate::screen::{BAD, FAINT, GOOD, HEADING};

/// How many outcomes are printed of each kind.
const OUTCOMES: usize = 4;

/// The whole answer for a terminal.
pub(crate) fn words(title: &str, assessment: &RelayAssessment, shown: &ShownArguments) -> String {
    let style = match assessment.conclusion {
        Conclusion::Holds => GOOD,
        Conclusion::HangsOverTcp => HEADING,
        Conclusion::Fails | Conclusion::Unfinished => BAD,
    };
    let mut text = block("", &assessment.headline, style) + &block("  ", title, FAINT);
    if !assessment.explanation.is_empty() {
        text.push_str(&heading("because"));
        for line in &assessment.explanation {
            text.push_str(&block("  ", line, Style::new()));
        }
    }
    if let Some(heals) = &assessment.heals {
        text.push_str(&healing(heals, assessment.heals_unfinished));
    }
    if let Some(trace) = &assessment.trace {
        let steps = trace.steps.len();
        let about = match assessment.conclusion {
            Conclusion::Fails => format!("the shortest way there, {steps} steps"),
            _ => format!("the shortest way to the hang over plain TCP, {steps} steps"),
        };
        let legend = "between two ends, → the queues from left to right and ← from right to left, \
                      the send queue first: █ a record, ░ room for one, in figures where a queue \
                      is long, ▸ a FIN behind them, ! a RST on its way; of the relay, ◂ on its \
                      connection to the client, ▸ on that to the server";
        let style = ChartStyle {
            columns: Some(COLUMNS),
            shows_handshake: shown.handshake,
            shows_rows: shown.rows,
            is_coloured: true,
        };
        text.push_str(&(heading(&about) + &draw(trace, style)));
        text.push_str(&block("      ", legend, FAINT));
    }
    text.push_str(&outcomes("plain TCP", &assessment.over_tcp));
    text.push_str(&outcomes("TLS", &assessment.over_tls));
    text.push('\n');
    text.push_str(&owing(assessment.owing));
    text.push_str(&block("", &explored(assessment), FAINT));
    text.push_str(&block("", &subject(), FAINT));
    text
}

fn healing(heals: &[Vec<&'static str>], unfinished: usize) -> String {
    let mut text = heading("what would heal it");
    for ends in heals_in_words(heals) {
        text.push_str(&block("  ", &ends, GOOD));
    }
    if let Some(besides) = healed_besides(heals, unfinished) {
        text.push_str(&block("  ", &besides, FAINT));
    }
    text
}

fn outcomes(transport: &str, outcomes: &[RelayOutcome]) -> String {
    let what = "one of each kind, the handshake's result first";
    let mut text = heading(&format!("outcomes over {transport}, {what}"));
    for RelayOutcome { client, relay_to_client, relay_to_server, server } in
        outcomes.iter().take(OUTCOMES)
    {
        let line = format!(
            "client: {}; relay to the client: {}; relay to the server: {}; server: {}",
            client.join(", "),
            relay_to_client.join(", "),
            relay_to_server.join(", "),
            server.join(", ")
        );
        text.push_str(&block("  ", &line, Style::new()));
    }
    if let Some(more) = outcomes.len().checked_sub(OUTCOMES + 1) {
        text.push_str(&block("  ", &format!("and {} more (--format json)", more + 1), FAINT));
    }
    text
}

/// What is counted apart: whoever makes no call on a connection owes there what is unsent.
pub(super) fn owing(kinds: usize) -> String {
    owing_in_words(kinds).map(|words| block("", &words, BAD)).unwrap_or_default()
}

fn explored(assessment: &RelayAssessment) -> String {
    let explored = &assessment.explored;
    let count = |number: usize| HumanCount(u64::try_from(number).unwrap_or(u64::MAX));
    let (states, edges) = (count(explored.states), count(explored.edges));
    let complete = match (explored.complete, explored.missed) {
        (true, None) => "complete",
        (true, Some(_)) => "all that were found",
        (false, _) => "not complete",
    };
    let by_hashes = explored.missed.map(by_hashes).unwrap_or_default();
    format!("{states} states, {edges} steps, {complete}{by_hashes}; {ASKED}.")
}
