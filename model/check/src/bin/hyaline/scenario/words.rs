//! The answer for a terminal.

use anstyle::Style;
use hyaline_check::judgement::properties::GOOD_RUNS_SURVIVE;
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::programs::{Program, Programs};
use hyaline_check::report::answer::{HealsFound, ScenarioAnswer};
use hyaline_check::report::assessment::{Assessment, Conclusion};
use hyaline_check::report::chart::{ChartStyle, draw};
use hyaline_check::report::conclusion::Alternative;
use hyaline_check::report::sequence::Sequence;
use hyaline_check::report::{JointOutcome, assumptions, owing, size, subject, verdict_on};
use hyaline_check::search::explore::Verdict;
use hyaline_check::side::Both;
use hyaline_protocol::print::wrap::paragraph;

use crate::arguments::ShownArguments;
use crate::screen::{BAD, FAINT, GOOD, HEADING, styled};

/// The columns of everything that is printed.
pub(crate) const COLUMNS: usize = 100;

/// How many outcomes are printed of each kind.
const OUTCOMES: usize = 8;

/// The whole answer: whose fault it is, why, what heals it, the trace, and what stands behind it.
pub(super) fn whole(
    title: &str,
    assessment: &Assessment,
    answer: &ScenarioAnswer<'_>,
    shown: &ShownArguments,
) -> String {
    let report = &answer.report;
    let mut text = headline(assessment);
    text.push_str(&block("  ", title, FAINT));
    text.push_str(&alternatives(assessment));
    text.push_str(&because(assessment));
    if let Some(heals) = &answer.heals {
        let what = match assessment.alternatives.is_empty() {
            true => "what would heal it",
            false => "what would heal this alternative",
        };
        text.push_str(&healing(what, heals));
    }
    text.push_str(&trace(assessment, shown));
    let first = what_is_first(&assessment.checked.scenario.programs);
    text.push_str(&outcomes("plain TCP", first, report.tcp.as_deref().unwrap_or_default()));
    text.push_str(&outcomes("TLS", first, report.tls.as_deref().unwrap_or_default()));
    text.push_str(&verdicts(assessment));
    text.push('\n');
    for line in [size(&assessment.checked), assumptions(), subject()] {
        text.push_str(&block("", &line, FAINT));
    }
    text
}

/// The first line.
pub(super) fn headline(assessment: &Assessment) -> String {
    let style = match assessment.conclusion {
        Conclusion::Holds => GOOD,
        Conclusion::HangsOverTcp => HEADING,
        Conclusion::Fails | Conclusion::Unfinished => BAD,
    };
    block("", &assessment.headline, style)
}

/// A paragraph in a style.
pub(crate) fn block(first: &str, text: &str, style: Style) -> String {
    let lines = paragraph(first, text, COLUMNS);
    if style == Style::new() {
        return lines;
    }
    lines.lines().map(|line| styled(style, line) + "\n").collect()
}

pub(crate) fn heading(text: &str) -> String {
    format!("\n{}\n", styled(HEADING, text))
}

/// What came of each alternative, where the programs choose.
fn alternatives(assessment: &Assessment) -> String {
    if assessment.alternatives.is_empty() {
        return String::new();
    }
    let line = |one: &Alternative| {
        let style = match one.conclusion {
            Conclusion::Holds => GOOD,
            Conclusion::HangsOverTcp => Style::new(),
            Conclusion::Fails | Conclusion::Unfinished => BAD,
        };
        block("  ", &one.to_string(), style)
    };
    let lines: String = assessment.alternatives.iter().map(line).collect();
    let about = "All below is about the worst of them, the first of equal ones.";
    heading("alternatives, the client's with the server's") + &lines + &block("  ", about, FAINT)
}

fn because(assessment: &Assessment) -> String {
    if assessment.explanation.is_empty() {
        return String::new();
    }
    let lines = assessment.explanation.iter();
    let lines: String = lines.map(|line| block("  ", line, Style::new())).collect();
    heading("because") + &lines
}

/// What heals, and how much was tried, below what is to be healed.
pub(crate) fn healing(what: &str, heals: &HealsFound) -> String {
    let mut text = heading(what);
    for set in &heals.changes {
        text.push_str(&block("  ", &set.join(", and "), GOOD));
    }
    text + &block("  ", &heals.tried_in_words(), FAINT)
}

fn trace(assessment: &Assessment, shown: &ShownArguments) -> String {
    let Some(sequence) = &assessment.trace else { return String::new() };
    let steps = sequence.steps.len();
    let about = match (assessment.conclusion, assessment.property) {
        (Conclusion::Fails, Some(property)) => {
            format!("the shortest trace against `{property}`, {steps} steps")
        }
        _ => format!("the shortest trace to the hang over plain TCP, {steps} steps"),
    };
    chart(sequence, &about, shown.handshake, shown.rows)
}

/// A trace as a chart, below what it is about and above what its signs mean.
pub(crate) fn chart(
    sequence: &Sequence,
    about: &str,
    shows_handshake: bool,
    shows_rows: bool,
) -> String {
    let style =
        ChartStyle { columns: Some(COLUMNS), shows_handshake, shows_rows, is_coloured: true };
    let legend = "█ a record, ░ room for one, ▸ a FIN behind them, ! a RST on its way";
    heading(about) + &draw(sequence, style) + &block("      ", legend, FAINT)
}

/// Whose results stand first in an outcome.
fn what_is_first(programs: &Programs) -> &'static str {
    let begins_plain = |program: &Program| program.calls.whole.iter().any(ProgramCall::is_plain);
    match programs {
        Programs::Fixed(Both { client, server })
            if begins_plain(client) || begins_plain(server) =>
        {
            "the results in plaintext first, then the handshake's"
        }
        _ => "the handshake's result first",
    }
}

fn outcomes(transport: &str, first: &str, outcomes: &[JointOutcome]) -> String {
    let mut text = heading(&format!("outcomes over {transport}, {first}"));
    for outcome in outcomes.iter().take(OUTCOMES) {
        text.push_str(&block("  ", &outcome.to_string(), Style::new()));
    }
    if let Some(more) = outcomes.len().checked_sub(OUTCOMES + 1) {
        text.push_str(&block("  ", &format!("and {} more (--format json)", more + 1), FAINT));
    }
    text
}

/// What fails and what is unfinished, each in a line; what holds in one.
fn verdicts(assessment: &Assessment) -> String {
    let checked = &assessment.checked;
    let exploration = &checked.exploration;
    let mut text = heading("verdicts");
    let mut held = Vec::new();
    for (property, verdict) in &checked.verdicts {
        match verdict {
            Verdict::Holds => held.push(*property),
            _ => {
                let words = styled(BAD, verdict_on(*verdict, exploration));
                text.push_str(&format!("  {property:24}{words}\n"));
            }
        }
    }
    if !held.is_empty() {
        let words = verdict_on(Verdict::Holds, exploration);
        text.push_str(&block("  ", &format!("{words}: {}", held.join(", ")), GOOD));
    }
    if checked.verdict(GOOD_RUNS_SURVIVE) == Verdict::Fails {
        text.push_str("  over plain TCP every call can return ok, over TLS never\n");
    }
    let harms: Vec<String> = checked.harms().iter().map(|(harm, _)| harm.to_string()).collect();
    if !harms.is_empty() {
        // A rejection is not compared with plain TCP.
        let what = match checked.scenario.client_certificate.rejecting_side() {
            Some(_) => "harm that a rejection must not do",
            None => "harm that plain TCP does not have",
        };
        text.push_str(&block("  ", &format!("{what}: {}", harms.join(", ")), Style::new()));
    }
    if let Some(owing) = owing(&checked.exploration) {
        text.push_str(&block("  ", &owing, Style::new()));
    }
    text
}
