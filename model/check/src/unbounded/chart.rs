//! The way to a violation, step by step, with what the queues hold.

use std::fmt::Write;

use crate::side::{Both, Side};
use crate::unbounded::endless::Starvation;
use crate::unbounded::lasso::{Lasso, Passage};
use crate::unbounded::runs::Runs;
use crate::unbounded::search::Finding;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::UnboundedStep;
use crate::unbounded::view::Direction;
use crate::unbounded::wire::Wire;
use crate::unbounded::world::UnboundedWorld;
use crate::world::cell::CellContent;

/// What the letters of a chart mean.
pub const LEGEND: &str = "\
D+ a run of data, K? a KeyUpdate that asks for one, K another, T a ticket, N close_notify, ! an \
alert, h a record of the handshake, ▸ a FIN";

/// Columns for what happens.
const STEP_COLUMNS: usize = 44;

/// Draws the way to what was found: the steps, what the four queues hold after each, and the rows
/// that it took.
pub fn chart(world: &UnboundedWorld, finding: &Finding) -> String {
    let mut text = heading();
    push_lines(&mut text, world, &finding.trace, 0);
    let _ = writeln!(text, "   ∞  {}", finding.violation);
    text
}

/// Draws a run without end: the way to its cycle, and once round it.
pub fn lasso_chart(world: &UnboundedWorld, starvation: &Starvation) -> String {
    let Lasso { stem, cycle } = &starvation.lasso;
    let with_end = |way: &Passage| {
        let steps = way.iter().map(|(snapshot, step)| (*snapshot, Some(*step)));
        let end = cycle.first().map(|(snapshot, _)| (*snapshot, None));
        steps.chain(end).collect::<Vec<_>>()
    };
    let mut text = heading();
    push_lines(&mut text, world, &with_end(stem), 0);
    let _ = writeln!(text, "   ↻  again and again:");
    push_lines(&mut text, world, &with_end(cycle), stem.len());
    let _ = writeln!(text, "   ∞  {starvation}");
    text
}

fn heading() -> String {
    format!("      {:STEP_COLUMNS$}  → send receive | ← receive send\n", "")
}

/// A line for each step, numbered from one more than `before`, with the rows that it took.
fn push_lines(
    text: &mut String,
    world: &UnboundedWorld,
    trace: &[(UnboundedSnapshot, Option<UnboundedStep>)],
    before: usize,
) {
    for (index, (snapshot, step)) in trace.iter().enumerate() {
        let Some(step) = step else { continue };
        let after = trace.get(index + 1).and_then(|(after, _)| world.parts_of(*after));
        let queues = after.map_or_else(String::new, |(_, wire)| queues(&wire));
        let number = before + index + 1;
        let line = format!("{number:4}  {:STEP_COLUMNS$}  {queues}", step.to_string());
        let _ = writeln!(text, "{}", line.trim_end());
        for (side, row) in world.rows(*snapshot, *step) {
            let _ = writeln!(text, "        {side}  {row}");
        }
    }
}

fn queues(wire: &Wire) -> String {
    let directions =
        Both { client: Side::Client, server: Side::Server }.map(|side| Direction::of(wire, side));
    let send = |side| word(wire.send_queue(side), directions.of(side).fin_is_queued);
    let receive =
        |side: Side| word(wire.receive_queue(side), directions.of(side.peer()).fin_has_arrived);
    format!(
        "→ [{}] [{}] | ← [{}] [{}]",
        send(Side::Client),
        receive(Side::Server),
        receive(Side::Client),
        send(Side::Server)
    )
}

/// The letters of a queue, the oldest first.
fn word(queue: &Runs, has_fin: bool) -> String {
    let mut letters: Vec<&str> =
        queue.letters().iter().map(|letter| letter_of(letter.content)).collect();
    if has_fin {
        letters.push("▸");
    }
    letters.join(" ")
}

const fn letter_of(content: CellContent) -> &'static str {
    match content {
        CellContent::Data => "D+",
        CellContent::KeyUpdateRequest => "K?",
        CellContent::KeyUpdate => "K",
        CellContent::NewSessionTicket => "T",
        CellContent::CloseNotify => "N",
        CellContent::Alert(_) => "!",
        _ => "h",
    }
}
