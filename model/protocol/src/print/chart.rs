//! A trace as a sequence chart for a terminal: both ends, and the channels as bars between them.

use crate::answer::{PairAnswer, ProtocolAnswer, StepRow, TraceStep};
use crate::print::columns::{columns, side_columns};
use crate::print::mark::{Mark, Paint, painted};
use crate::print::wrap::wrapped;

/// Columns of the whole chart.
pub(super) const COLUMNS: usize = 100;

/// The fewest columns for what an end does, however wide the channels are.
const SIDE_COLUMNS_AT_LEAST: usize = 12;

/// Draws the trace to what is wrong with two programs. Each line is a step and what the channels
/// hold after it: `█` a message, `░` room. Below it stand the rows that it took, if they are asked
/// for.
pub(crate) fn chart(
    answer: &ProtocolAnswer,
    pair: &PairAnswer,
    shows_rows: bool,
    paint: Paint<'_>,
) -> String {
    let empty = [0, 0];
    let middle = bars(answer.capacity, empty);
    let side = side_columns(COLUMNS, middle.chars().count(), SIDE_COLUMNS_AT_LEAST);
    let line = |number: &str, ends: [&str; 2], middle: &str, mark: Option<Mark>| {
        let styled = |text: &str| match mark.filter(|_| !text.is_empty()) {
            Some(mark) => paint(mark, text),
            None => text.to_owned(),
        };
        let lines = columns(number, ends, middle, side, true);
        let lines =
            lines.iter().map(|line| line.with(&styled(&line.left), &styled(&line.right)) + "\n");
        lines.collect::<String>()
    };
    let blank = " ".repeat(middle.chars().count());
    let mut text = line("", answer.ends, &blank, Some(Mark::Heading));
    let mut held = empty;
    for step in &pair.trace {
        let ends = if step.end == 0 { [step.does.as_str(), ""] } else { ["", step.does.as_str()] };
        held = step.channels.each_ref().map(Vec::len);
        let bars = bars(answer.capacity, held);
        let mark = step.is_lost.then_some(Mark::Faint);
        text.push_str(&line(&step.number.to_string(), ends, &bars, mark));
        if shows_rows {
            text.push_str(&painted(&rows(answer, step), Some(Mark::Faint), paint));
        }
    }
    let held = bars(answer.capacity, held);
    match (pair.wrong, pair.round_from) {
        (_, Some(after)) => {
            let words = format!("goes on as after step {after}");
            text.push_str(&line("↻", [&words, &words], &held, Some(Mark::Bad)));
        }
        (Some("deadlock"), None) => {
            text.push_str(&line("∞", ["stuck", "stuck"], &held, Some(Mark::Bad)));
        }
        _ => {}
    }
    text
}

/// The rows of a step, each with its sources.
fn rows(answer: &ProtocolAnswer, step: &TraceStep) -> String {
    let [first, second] = answer.ends;
    let begin = format!("        {}  ", if step.end == 0 { first } else { second });
    let columns = begin.chars().count();
    let mut text = String::new();
    for StepRow { row, sources, .. } in &step.rows {
        let row = format!("{row}  ({})", sources.join(", "));
        for (number, line) in wrapped(&row, COLUMNS.saturating_sub(columns)).iter().enumerate() {
            let begin = if number == 0 { begin.clone() } else { " ".repeat(columns) };
            text.push_str(&format!("{begin}{line}\n"));
        }
    }
    text
}

/// Both channels: from the first end to the second, and back.
fn bars(capacity: u8, [there, back]: [usize; 2]) -> String {
    let bar = |held: usize| {
        let room = usize::from(capacity).saturating_sub(held);
        format!("[{}{}]", "█".repeat(held), "░".repeat(room))
    };
    format!("→ {} | ← {}", bar(there), bar(back))
}
