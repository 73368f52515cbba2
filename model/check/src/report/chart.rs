//! A trace as a sequence chart for a terminal: both ends, the four buffers as bars between them,
//! and the rows taken.

use std::fmt::Write;

use crate::judgement::outcome::NEVER_RETURNS;
use crate::programs::Caller;
use crate::search::explore::Trace;
use crate::side::{Both, Side};
use crate::world::cell::Queue;
use crate::world::contract::{Completion, PairEndpoint};
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;
use crate::world::tcp::{Fin, Reset, Tcp, TcpConfig};

/// Columns for what an end does.
const SIDE_COLUMNS: usize = 40;

/// Draws a trace.
///
/// Each line is a step and what the buffers hold after it: `█` a cell, `░` room, `▸` a FIN behind
/// the data, `!` a RST on its way to the buffer's end. What the network does stands in brackets at
/// the end at which it is noticed. Below a line are the rows that it took.
pub fn chart<E: PairEndpoint>(pair: &Pair<E>, trace: &Trace<E>) -> String {
    let mut text = heading(&pair.tcp);
    let mut snapshot = pair.first();
    for (number, step) in trace.iter().filter_map(|(_, step)| *step).enumerate() {
        let mut rows = Both { client: Vec::new(), server: Vec::new() };
        let before = snapshot.clone();
        pair.take(&mut snapshot, step, &mut rows);
        let mut ends = describe(pair, &before, step);
        for side in Side::ALL {
            add_results(ends.of_mut(side), &before, &snapshot, side);
        }
        line(&mut text, &format!("{:4}", number + 1), &ends, &buffers(&pair.tcp, &snapshot.tcp));
        for side in Side::ALL {
            for row in rows.of(side) {
                let _ = writeln!(text, "        {side}  {row}");
            }
        }
    }
    let mut ends = Both { client: String::new(), server: String::new() };
    let ended = pair.is_terminal(&snapshot);
    for side in Side::ALL {
        let pending = snapshot.parties.of(side).pending().filter(|_| ended);
        let texts: Vec<String> = pending.map(|call| format!("{call} {NEVER_RETURNS}")).collect();
        *ends.of_mut(side) = texts.join(", ");
    }
    if !ends.client.is_empty() || !ends.server.is_empty() {
        line(&mut text, "   ∞", &ends, &buffers(&pair.tcp, &snapshot.tcp));
    }
    text
}

fn heading(config: &TcpConfig) -> String {
    let mut text = String::new();
    let width = buffers(config, &Tcp::default()).chars().count();
    let ends = Both { client: "client".to_owned(), server: "server".to_owned() };
    line(&mut text, "    ", &ends, &format!("{:^width$}", "→ send recv | ← recv send"));
    text
}

fn line(text: &mut String, number: &str, ends: &Both<String>, middle: &str) {
    let Both { client, server } = ends;
    let full = format!("{number}  {client:<SIDE_COLUMNS$}  {middle}  {server}");
    let _ = writeln!(text, "{}", full.trim_end());
}

/// The four buffers: the client's send and the server's receive queue, then the client's receive
/// and the server's send queue, each next to its end.
fn buffers(config: &TcpConfig, tcp: &Tcp) -> String {
    let send = |side| bar(tcp.send_queue(side), config.send, tcp.fin(side) == Fin::Queued, false);
    let receive = |side: Side| {
        let fin = tcp.fin(side.peer()) == Fin::Arrived;
        let reset = tcp.reset(side) == Reset::InFlight;
        bar(tcp.receive_queue(side), config.receive, fin, reset)
    };
    format!(
        "→ {} {} | ← {} {}",
        send(Side::Client),
        receive(Side::Server),
        receive(Side::Client),
        send(Side::Server)
    )
}

fn bar(queue: &Queue, capacity: u8, fin: bool, reset: bool) -> String {
    let held = usize::from(queue.length());
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

/// What a step is, at the end at which it happens or is noticed.
fn describe<E: PairEndpoint>(pair: &Pair<E>, before: &Snapshot<E>, step: Step) -> Both<String> {
    let first = |side| before.parties.of(side).endpoint.first_cell();
    let cell = |side| first(side).map_or_else(String::new, |cell| cell.to_string());
    let mut ends = Both { client: String::new(), server: String::new() };
    let (side, text) = match step {
        Step::Begin(side, call) => (side, call.to_string()),
        Step::Transmit(side) => {
            let failed = matches!(before.tcp.reset(side), Reset::Unreported | Reset::Reported);
            let word = if failed { "cannot transmit" } else { "transmits" };
            (side, format!("{word} {}", cell(side)))
        }
        Step::Block(side) => (side, format!("has no room for {}", cell(side))),
        Step::Exchange(side) => {
            *ends.of_mut(side.peer()) = format!("receives {}", cell(side));
            (side, format!("transmits {}", cell(side)))
        }
        Step::Receive(side) => {
            let mut tcp = before.tcp;
            let text = match tcp.receive(&pair.tcp, side) {
                Some(Completion::Received(cell)) => format!("receives {cell}"),
                Some(Completion::ReceivedReset) => "receives the reset".to_owned(),
                _ => "receives the end".to_owned(),
            };
            (side, text)
        }
        Step::Deliver(side) => {
            let arrives = match before.tcp.send_queue(side).first() {
                Some(cell) => cell.to_string(),
                None => "FIN".to_owned(),
            };
            let closed = before.tcp.is_closed(side.peer());
            let note = if closed { ": it is closed, RST" } else { "" };
            (side.peer(), format!("[{arrives} arrives{note}]"))
        }
        Step::DeliverReset(side) => (side, "[RST arrives]".to_owned()),
        Step::Vanish(side) => (side, "[the host vanishes]".to_owned()),
        Step::GiveUp(side) => (side, "[TCP gives up]".to_owned()),
        Step::DeliverMail(side) => (side, "[mail for the writing half]".to_owned()),
        Step::ExpireBudget(side) => (side, "[its time is over]".to_owned()),
        Step::PassDeadline(side) => (side, "[its deadline passes]".to_owned()),
    };
    *ends.of_mut(side) = text;
    ends
}

/// Adds the result of a call that returned in a step.
fn add_results<E: PairEndpoint>(
    text: &mut String,
    before: &Snapshot<E>,
    after: &Snapshot<E>,
    side: Side,
) {
    for caller in Caller::ALL {
        let history = after.parties.of(side).histories.of(caller);
        let known = before.parties.of(side).histories.of(caller).returned();
        let calls = history.calls().iter().zip(history.results());
        for (call, result) in calls.skip(usize::from(known)).filter(|(call, _)| !call.is_end()) {
            if *text == call.to_string() {
                // It returned as soon as it began.
                let _ = write!(text, ": {result}");
            } else {
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(text, "{comma}{call}: {result}");
            }
        }
    }
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
