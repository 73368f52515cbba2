//! A trace as a sequence chart for a terminal: both ends, the four buffers as bars between them,
//! and the rows taken.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use hyaline_protocol::print::columns::{columns, side_columns};
use hyaline_protocol::print::wrap::wrapped;

use crate::report::sequence::{QueueContents, Sequence, SequenceStep};
use crate::search::explore::Trace;
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;

/// Columns for what an end does, where the width of the chart is not given.
const SIDE_COLUMNS: usize = 40;

/// The fewest columns for what an end does, however wide the buffers are.
const SIDE_COLUMNS_AT_LEAST: usize = 12;

const FAINT: Style = Style::new().dimmed();
const STUCK: Style = AnsiColor::Red.on_default().bold();

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartStyle {
    /// Columns of the whole chart; what an end does is broken where it needs more. Nothing where it
    /// may be as wide as it likes.
    pub columns: Option<usize>,
    /// Whether each step of the handshake has a line of its own.
    pub shows_handshake: bool,
    /// Whether the rows that a step takes stand below it.
    pub shows_rows: bool,
    /// Whether there are colours.
    pub is_coloured: bool,
}

impl ChartStyle {
    /// Everything, and as wide as it likes.
    pub const WHOLE: Self =
        Self { columns: None, shows_handshake: true, shows_rows: true, is_coloured: false };
}

/// Draws a trace, with everything that is known of it.
pub fn chart<E: PairEndpoint>(pair: &Pair<E>, trace: &Trace<E>) -> String {
    draw(&Sequence::of(pair, trace), ChartStyle::WHOLE)
}

/// Draws a sequence.
///
/// Each line is a step and what the buffers hold after it: `█` a cell, `░` room, `▸` a FIN behind
/// the data, `!` a RST on its way to the buffer's end. What the network does stands in brackets at
/// the end at which it is noticed. Below a line are the rows that it took.
pub fn draw(sequence: &Sequence, style: ChartStyle) -> String {
    let empty = Both { client: QueueContents::default(), server: QueueContents::default() };
    let middle = buffers(sequence, &empty).chars().count();
    let side = style.columns.map(|columns| side_columns(columns, middle, SIDE_COLUMNS_AT_LEAST));
    let mut chart = Chart { text: String::new(), side, style };
    let names = Both { client: "client".to_owned(), server: "server".to_owned() };
    chart.line("", &names, &format!("{:^middle$}", "→ send recv | ← recv send"), FAINT);
    let folded = sequence.folded_steps(style.shows_handshake);
    if let Some(last) = folded.checked_sub(1).and_then(|index| sequence.steps.get(index)) {
        chart.handshake(sequence, last);
    }
    for step in sequence.steps.iter().skip(folded) {
        let bars = buffers(sequence, &step.queues);
        chart.line(&step.number.to_string(), &step.ends, &bars, Style::new());
        chart.rows(step);
    }
    if sequence.is_stuck() {
        let last = sequence.steps.last().map_or(&empty, |step| &step.queues);
        let ends = Both {
            client: sequence.last_words(Side::Client),
            server: sequence.last_words(Side::Server),
        };
        chart.line("∞", &ends, &buffers(sequence, last), STUCK);
    }
    chart.text
}

/// A chart that is being drawn.
struct Chart {
    text: String,
    /// Columns for what an end does; nothing where a line may be as wide as it likes.
    side: Option<usize>,
    style: ChartStyle,
}

impl Chart {
    /// The steps of the handshake in one line.
    fn handshake(&mut self, sequence: &Sequence, last: &SequenceStep) {
        let text = format!("steps 1 to {}: the handshake", last.number);
        let ends = Both { client: text, server: String::new() };
        self.line("…", &ends, &buffers(sequence, &last.queues), FAINT);
    }

    fn rows(&mut self, step: &SequenceStep) {
        if !self.style.shows_rows {
            return;
        }
        for side in Side::ALL {
            for row in step.rows.of(side) {
                let begin = format!("        {side}  ");
                let columns = self.style.columns.unwrap_or(usize::MAX);
                let width = columns.saturating_sub(begin.len());
                for (number, line) in wrapped(row, width).into_iter().enumerate() {
                    let begin = if number == 0 { begin.clone() } else { " ".repeat(begin.len()) };
                    let line = self.styled(FAINT, &format!("{begin}{line}"));
                    let _ = writeln!(self.text, "{line}");
                }
            }
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match self.style.is_coloured && style != Style::new() && !text.trim().is_empty() {
            true => format!("{style}{text}{style:#}"),
            false => text.to_owned(),
        }
    }

    /// A line, and as many more as the texts of the ends need.
    fn line(&mut self, number: &str, ends: &Both<String>, middle: &str, style: Style) {
        let side = self.side.unwrap_or(SIDE_COLUMNS);
        let texts = [ends.client.as_str(), ends.server.as_str()];
        for line in columns(number, texts, middle, side, self.side.is_some()) {
            let (client, server) = (self.end(&line.left, style), self.end(&line.right, style));
            let _ = writeln!(self.text, "{}", line.with(&client, &server));
        }
    }

    /// What an end does; what the network does is fainter.
    fn end(&self, text: &str, style: Style) -> String {
        let is_network = text.trim_start().starts_with('[');
        self.styled(if is_network { FAINT } else { style }, text)
    }
}

/// The four buffers: the client's send and the server's receive queue, then the client's receive
/// and the server's send queue, each next to its end.
fn buffers(sequence: &Sequence, queues: &Both<QueueContents>) -> String {
    let send = |side: Side| {
        let contents = queues.of(side);
        bar(contents.send.len(), sequence.send_capacity, contents.fin_queued, false)
    };
    let receive = |side: Side| {
        let QueueContents { receive, fin_arrived, reset_coming, .. } = queues.of(side);
        bar(receive.len(), sequence.receive_capacity, *fin_arrived, *reset_coming)
    };
    format!(
        "→ {} {} | ← {} {}",
        send(Side::Client),
        receive(Side::Server),
        receive(Side::Client),
        send(Side::Server)
    )
}

fn bar(held: usize, capacity: u8, fin: bool, reset: bool) -> String {
    let room = usize::from(capacity).saturating_sub(held);
    let mark = if reset {
        '!'
    } else if fin {
        '▸'
    } else {
        ' '
    };
    format!("[{}{}{mark}]", "█".repeat(held), "░".repeat(room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Programs;
    use crate::search::bounds::Scenario;
    use crate::search::scenario::plain;

    #[test]
    fn a_chart_shows_both_ends_four_buffers_and_what_moves_between_them() {
        let programs = Programs::Fixed(Both {
            client: "write half-close close".parse().expect("a program"),
            server: "read read close".parse().expect("a program"),
        });
        let scenario = Scenario { send: 2, ..Scenario::new(programs) };
        let pair = plain(&scenario, scenario.tcp().expect("queues that fit")).pair;
        let mut trace = vec![];
        let mut snapshot = pair.first();
        let mut steps = vec![];
        while {
            steps.clear();
            pair.steps(&snapshot, &mut steps);
            !steps.is_empty()
        } {
            // Steps of the network stand last in the list. The test lets the network move first.
            let step = steps.last().copied();
            trace.push((snapshot, step));
            if let Some(step) = step {
                pair.take(&mut snapshot, step, &mut Both { client: (), server: () });
            }
        }
        trace.push((snapshot, None));
        let text = chart(&pair, &trace);
        let expected = "\
      client                                     → send recv | ← recv send   server
   1  finish-handshake: ok                      → [░░ ] [░ ] | ← [░ ] [░░ ]
   2  write                                     → [░░ ] [░ ] | ← [░ ] [░░ ]
   3                                            → [░░ ] [░ ] | ← [░ ] [░░ ]  \
                        finish-handshake: ok
   4                                            → [░░ ] [░ ] | ← [░ ] [░░ ]  read
   5  transmits data, write: ok                 → [█░ ] [░ ] | ← [░ ] [░░ ]
   6  half-close: ok                            → [█░▸] [░ ] | ← [░ ] [░░ ]
   7  close: ok                                 → [█░▸] [░ ] | ← [░ ] [░░ ]
   8                                            → [░░▸] [█ ] | ← [░ ] [░░ ]  [data arrives]
   9                                            → [░░ ] [█▸] | ← [░ ] [░░ ]  [FIN arrives]
  10                                            → [░░ ] [░▸] | ← [░ ] [░░ ]  \
                        receives data, read: ok
  11                                            → [░░ ] [░▸] | ← [░ ] [░░ ]  read
  12                                            → [░░ ] [░▸] | ← [░ ] [░░ ]  \
                        receives the end, read: end of stream
  13                                            → [░░ ] [░ ] | ← [░ ] [░░ ]  close: ok
";
        assert_eq!(text.trim_start(), expected);
    }
}
