//! A way through both connections of a relay as a chart: three lanes, and the queues between them.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use hyaline_protocol::print::wrap::wrapped;
use serde::Serialize;

use crate::judgement::outcome::NEVER_RETURNS;
use crate::relay::link::{AtEnds, Link, Links};
use crate::relay::search::RelayTrace;
use crate::relay::world::RelayWorld;
use crate::report::sequence::{QueueContents, SequenceStep};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;

/// The columns of a chart, and those of the number at its left.
const COLUMNS: usize = 100;
const NUMBER: usize = 4;

/// The fewest columns of a lane, however wide the queues are.
const LANE_AT_LEAST: usize = 12;

const FAINT: Style = Style::new().dimmed();
const STUCK: Style = AnsiColor::Red.on_default().bold();

/// A way, ready to be drawn.
#[derive(Clone, Debug, Serialize)]
pub struct RelaySequence {
    /// Capacity of each send queue, in cells.
    pub send_capacity: u8,
    /// Capacity of each receive queue, in cells.
    pub receive_capacity: u8,
    /// The steps, in order.
    pub steps: Vec<RelayStep>,
    /// The calls that never return, at the end.
    pub never_return: AtEnds<Vec<String>>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct RelayStep {
    /// On which connection: `downstream`, the client's, or `upstream`, the server's.
    pub link: Link,
    /// Whether it is a step of the connection's handshake.
    pub is_handshake: bool,
    /// The step, as one of that connection, between its own client and server.
    #[serde(flatten)]
    pub step: SequenceStep,
    #[serde(skip)]
    queues: BothQueues,
}

/// What the queues of both connections hold.
type BothQueues = Links<Both<QueueContents>>;

impl RelaySequence {
    /// The sequence of a way.
    pub fn of<E: PairEndpoint>(world: &RelayWorld<E>, trace: &RelayTrace<E>) -> Self {
        let mut steps = Vec::new();
        let mut snapshot = world.first();
        for (on, step) in trace.iter().filter_map(|(_, step)| *step) {
            let is_handshake = world.is_handshake(&snapshot, on, step);
            let number = steps.len() + 1;
            let step = SequenceStep::taken_in(world.pair(on), snapshot.of_mut(on), step, number);
            let queues = Links::from_links(|link| {
                let of = |side| QueueContents::of(&snapshot.of(link).tcp, side);
                Both { client: of(Side::Client), server: of(Side::Server) }
            });
            steps.push(RelayStep { link: on, is_handshake, step, queues });
        }
        let pending = |link: Link, side| {
            let party = snapshot.of(link).parties.of(side);
            party.pending().map(|call| call.to_string()).collect::<Vec<_>>()
        };
        let tcp = &world.pair(Link::Downstream).tcp;
        Self {
            send_capacity: tcp.send,
            receive_capacity: tcp.receive,
            steps,
            never_return: AtEnds::from_ends(pending),
        }
    }

    /// The calls of the client, of the relay and of the server that never return.
    fn last_words(&self) -> [String; 3] {
        let never = |calls: &[String], mark: &str| {
            let calls = calls.iter().map(|call| format!("{mark}{call} {NEVER_RETURNS}"));
            calls.collect::<Vec<_>>()
        };
        let AtEnds { client, relay_to_client, relay_to_server, server } = &self.never_return;
        let relay = [never(relay_to_client, "◂ "), never(relay_to_server, "▸ ")].concat();
        [never(client, ""), relay, never(server, "")].map(|calls| calls.join(", "))
    }
}

impl RelayStep {
    /// What the client, the relay and the server do in it.
    fn lanes(&self) -> [String; 3] {
        let Both { client, server } = &self.step.ends;
        let relays = |mark, text: &str| match text.is_empty() {
            true => String::new(),
            false => format!("{mark} {text}"),
        };
        match self.link {
            Link::Downstream => [client.clone(), relays('◂', server), String::new()],
            Link::Upstream => [String::new(), relays('▸', client), server.clone()],
        }
    }
}

/// Draws a way, with colours. Each line is a step: what the client, the relay and the server do,
/// and what the queues of both connections hold after it: `█` a cell, `░` room, `▸` a FIN behind
/// the data, `!` a RST on its way. What the relay does has `◂` before it on the client's
/// connection, and `▸` on the server's. What the network does stands in brackets. Steps of the
/// handshakes that follow each other are one line, unless each is to be shown. What a long queue
/// holds stands there in figures.
pub fn draw(sequence: &RelaySequence, shows_handshake: bool) -> String {
    let mut drawing = Drawing::of(sequence);
    let heading = ["client", "relay", "server"].map(str::to_owned);
    drawing.lines("", &heading, None, FAINT);
    let mut steps = sequence.steps.as_slice();
    while let Some((step, rest)) = steps.split_first() {
        let folded = match shows_handshake {
            true => 0,
            false => steps.iter().take_while(|step| step.is_handshake).count(),
        };
        if folded > 1
            && let (Some(last), Some(behind)) = (steps.get(folded - 1), steps.get(folded..))
        {
            let (first, last_number) = (step.step.number, last.step.number);
            let told = format!("{first} to {last_number}: the handshakes");
            drawing.lines("…", &[told, String::new(), String::new()], Some(&last.queues), FAINT);
            steps = behind;
            continue;
        }
        let number = step.step.number.to_string();
        drawing.lines(&number, &step.lanes(), Some(&step.queues), Style::new());
        steps = rest;
    }
    let never = sequence.last_words();
    if never.iter().any(|words| !words.is_empty()) {
        let last = sequence.steps.last().map(|step| &step.queues);
        drawing.lines("∞", &never, last, STUCK);
    }
    drawing.text
}

/// A chart that is being drawn.
struct Drawing<'s> {
    sequence: &'s RelaySequence,
    /// The columns of each lane.
    lane: usize,
    text: String,
}

impl<'s> Drawing<'s> {
    fn of(sequence: &'s RelaySequence) -> Self {
        let (send, receive) = (sequence.send_capacity, sequence.receive_capacity);
        // Each queue has a place for a mark behind it.
        let bars = 5 + 2 * (bar_columns(send) + bar_columns(receive) + 2);
        let taken = NUMBER + 5 * 2 + 2 * bars;
        let lane = (COLUMNS.saturating_sub(taken) / 3).max(LANE_AT_LEAST);
        Self { sequence, lane, text: String::new() }
    }

    /// A step in as many lines as the texts of its lanes need.
    fn lines(
        &mut self,
        number: &str,
        lanes: &[String; 3],
        queues: Option<&BothQueues>,
        style: Style,
    ) {
        let empty = Links::default();
        let bars = Link::ALL.map(|link| self.bars(queues.unwrap_or(&empty), link));
        let blank = bars.each_ref().map(|bar| " ".repeat(bar.chars().count()));
        let lanes = lanes.each_ref().map(|lane| wrapped(lane, self.lane));
        let count = lanes.iter().map(Vec::len).max().unwrap_or_default();
        for place in 0..count {
            let [downstream, upstream] =
                if place == 0 && queues.is_some() { &bars } else { &blank };
            let number = if place == 0 { number } else { "" };
            let [client, relay, server] = lanes.each_ref().map(|lane| {
                let text = lane.get(place).map(String::as_str).unwrap_or_default();
                let is_network = lane.first().is_some_and(|first| first.contains('['));
                styled(if is_network { FAINT } else { style }, text, self.lane)
            });
            let line =
                format!("{number:>NUMBER$}  {client}  {downstream}  {relay}  {upstream}  {server}");
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }

    /// The four queues of a connection, each next to its end.
    fn bars(&self, queues: &BothQueues, link: Link) -> String {
        let RelaySequence { send_capacity, receive_capacity, .. } = *self.sequence;
        let queues = queues.of(link);
        let send = |side: Side| {
            let of = queues.of(side);
            bar(of.send.len(), send_capacity, if of.fin_queued { "▸" } else { "" })
        };
        let receive = |side: Side| {
            let of = queues.of(side);
            let mark = match (of.reset_coming, of.fin_arrived) {
                (true, _) => "!",
                (false, true) => "▸",
                (false, false) => "",
            };
            bar(of.receive.len(), receive_capacity, mark)
        };
        let (client, server) = (Side::Client, Side::Server);
        format!("→{} {} ←{} {}", send(client), receive(server), receive(client), send(server))
    }
}

/// A text in a style, and blanks up to a width.
fn styled(style: Style, text: &str, width: usize) -> String {
    let blanks = " ".repeat(width.saturating_sub(text.chars().count()));
    match style == Style::new() || text.is_empty() {
        true => format!("{text}{blanks}"),
        false => format!("{style}{text}{style:#}{blanks}"),
    }
}

/// The longest queue that is drawn as a bar. How much a longer one holds is written in figures.
const LONGEST_BAR: u8 = 3;

fn bar_columns(capacity: u8) -> usize {
    if capacity > LONGEST_BAR { capacity.to_string().len() } else { usize::from(capacity) }
}

fn bar(held: usize, capacity: u8, mark: &str) -> String {
    let columns = bar_columns(capacity);
    if capacity > LONGEST_BAR {
        return format!("{held:columns$}{mark:1}");
    }
    let room = columns.saturating_sub(held);
    format!("{}{}{mark:1}", "█".repeat(held), "░".repeat(room))
}
