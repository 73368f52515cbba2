//! A way through both connections of a relay, ready to be drawn; and as a chart for a terminal:
//! three lanes, and the queues between them.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use hyaline_protocol::print::wrap::wrapped;
use serde::Serialize;

use crate::relay::link::{AtEnds, Link, Links};
use crate::relay::search::RelayTrace;
use crate::relay::world::RelayWorld;
use crate::report::chart::ChartStyle;
use crate::report::lanes::{InLanes, LaneEvent, LaneLine, Lanes};
use crate::report::sequence::{QueueContents, SequenceStep};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;

/// The columns of the number at the left.
const NUMBER: usize = 4;

/// The columns of a lane, where the width of the chart is not given.
const LANE: usize = 28;

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
}

impl InLanes for RelaySequence {
    fn lanes(&self, shows_handshake: bool) -> Lanes<'_> {
        let mut lines = Vec::new();
        let mut steps = self.steps.as_slice();
        while let Some((first, rest)) = steps.split_first() {
            let folded = match shows_handshake {
                true => 0,
                false => steps.iter().take_while(|step| step.is_handshake).count(),
            };
            let (last, behind) = match (steps.get(folded.saturating_sub(1)), steps.get(folded..)) {
                (Some(last), Some(behind)) if folded > 1 => (last, behind),
                _ => (first, rest),
            };
            let event = match folded > 1 {
                true => LaneEvent::Handshake(first.step.number, last.step.number),
                false => LaneEvent::Taken(first.link.place(), &first.step),
            };
            let queues = Link::ALL.map(|link| last.queues.of(link)).to_vec();
            lines.push(LaneLine { event, queues });
            steps = behind;
        }
        let AtEnds { client, relay_to_client, relay_to_server, server } = self.never_return.clone();
        Lanes {
            send_capacity: self.send_capacity,
            receive_capacity: self.receive_capacity,
            names: vec!["client", "relay", "server"],
            lines,
            never_return: vec![
                Both { client, server: relay_to_client },
                Both { client: relay_to_server, server },
            ],
        }
    }
}

/// Draws a way. Each line is a step: what the client, the relay and the server do, and what the
/// queues of both connections hold after it: `█` a cell, `░` room, `▸` a FIN behind the data, `!` a
/// RST on its way. What the relay does has `◂` before it on the client's connection, and `▸` on the
/// server's. What the network does stands in brackets. Steps of the handshakes that follow each
/// other are one line, unless each is to be shown. What a long queue holds stands there in figures.
/// Below a line are the rows that it took, where they are to be shown.
pub fn draw(sequence: &RelaySequence, style: ChartStyle) -> String {
    let lanes = sequence.lanes(style.shows_handshake);
    let mut drawing = Drawing::of(&lanes, style);
    let heading: Vec<String> = lanes.names.iter().map(ToString::to_string).collect();
    drawing.lines("", &heading, &[], FAINT);
    for line in &lanes.lines {
        match line.event {
            LaneEvent::Handshake(first, last) => {
                let told = format!("{first} to {last}: the handshakes");
                drawing.lines("…", &[told], &line.queues, FAINT);
            }
            LaneEvent::Taken(connection, step) => {
                let words = lanes.words(connection, &step.ends);
                drawing.lines(&step.number.to_string(), &words, &line.queues, Style::new());
                drawing.rows(connection, step);
            }
        }
    }
    if lanes.is_stuck() {
        let last = lanes.lines.last().map(|line| line.queues.as_slice());
        drawing.lines("∞", &lanes.last_words(), last.unwrap_or_default(), STUCK);
    }
    drawing.text
}

/// A chart that is being drawn.
struct Drawing<'l> {
    lanes: &'l Lanes<'l>,
    style: ChartStyle,
    /// The columns of each lane.
    lane: usize,
    text: String,
}

impl<'l> Drawing<'l> {
    fn of(lanes: &'l Lanes<'l>, style: ChartStyle) -> Self {
        let (send, receive) = (lanes.send_capacity, lanes.receive_capacity);
        // Each queue has a place for a mark behind it.
        let bars = 5 + 2 * (bar_columns(send) + bar_columns(receive) + 2);
        let taken = NUMBER + 5 * 2 + 2 * bars;
        let lane = style.columns.map(|columns| columns.saturating_sub(taken) / 3);
        let lane = lane.map_or(LANE, |lane| lane.max(LANE_AT_LEAST));
        Self { lanes, style, lane, text: String::new() }
    }

    /// A step in as many lines as the texts of its lanes need.
    fn lines(
        &mut self,
        number: &str,
        lanes: &[String],
        queues: &[&Both<QueueContents>],
        style: Style,
    ) {
        let empty = Both::default();
        let bars: Vec<String> = self
            .lanes
            .connections()
            .map(|connection| self.bars(queues.get(connection).copied().unwrap_or(&empty)))
            .collect();
        let texts: Vec<Vec<String>> = lanes.iter().map(|lane| wrapped(lane, self.lane)).collect();
        let count = texts.iter().map(Vec::len).max().unwrap_or_default();
        for place in 0..count {
            let number = if place == 0 { number } else { "" };
            let mut line = format!("{number:>NUMBER$}");
            for lane in 0..self.lanes.names.len() {
                let lines = texts.get(lane).map(Vec::as_slice).unwrap_or_default();
                let text = lines.get(place).map(String::as_str).unwrap_or_default();
                let is_network = lines.first().is_some_and(|first| first.contains('['));
                let style = if is_network { FAINT } else { style };
                let _ = write!(line, "  {}", self.styled(style, text, self.lane));
                if let Some(bars) = bars.get(lane) {
                    let is_shown = place == 0 && !queues.is_empty();
                    let blank = " ".repeat(bars.chars().count());
                    let _ = write!(line, "  {}", if is_shown { bars } else { &blank });
                }
            }
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }

    /// The rows that a step takes, each with who takes it.
    fn rows(&mut self, connection: usize, step: &SequenceStep) {
        if !self.style.shows_rows {
            return;
        }
        for side in Side::ALL {
            let name = self.lanes.names.get(Lanes::lane(connection, side)).copied();
            let begin = format!("        {}  ", name.unwrap_or_default());
            let width = self.style.columns.unwrap_or(usize::MAX).saturating_sub(begin.len());
            for row in step.rows.of(side) {
                for (place, line) in wrapped(row, width).into_iter().enumerate() {
                    let begin = if place == 0 { begin.clone() } else { " ".repeat(begin.len()) };
                    let line = self.styled(FAINT, &format!("{begin}{line}"), 0);
                    let _ = writeln!(self.text, "{line}");
                }
            }
        }
    }

    /// The four queues of a connection, each next to its end.
    fn bars(&self, queues: &Both<QueueContents>) -> String {
        let Lanes { send_capacity, receive_capacity, .. } = *self.lanes;
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

    /// A text in a style, and blanks up to a width.
    fn styled(&self, style: Style, text: &str, width: usize) -> String {
        let blanks = " ".repeat(width.saturating_sub(text.chars().count()));
        match !self.style.is_coloured || style == Style::new() || text.is_empty() {
            true => format!("{text}{blanks}"),
            false => format!("{style}{text}{style:#}{blanks}"),
        }
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
