//! A trace as a picture: each end as a line from top to bottom, the four queues of a connection as
//! tubes between its ends, which fill and empty, and an arrow for whatever moves.

mod layout;
pub(crate) mod shapes;

use svg::node::element::{Group, Style, Title};
use svg::{Document, Node};

use self::layout::{PictureLayout, Which};
use self::shapes::{BAD, INK, LINE, MIDDLE, STYLE, arrow_heads, colour, line, rectangle, text};
use crate::report::lanes::{InLanes, LaneEvent, LaneLine, Lanes};
use crate::report::sequence::{QueueContents, RecordMove, SequenceStep, Way};
use crate::side::{Both, Side};
use hyaline_protocol::print::wrap::wrapped;

/// What stands above the steps: the names of the ends and of the queues.
const TOP: f64 = 62.0;
/// What a headline takes.
const HEADLINE: f64 = 56.0;
/// Between an end's line and its words.
const BESIDE: f64 = 14.0;
/// The height of a further line of words.
const FURTHER: f64 = 16.0;
/// About what a letter of a label is wide.
const LETTER: f64 = 7.2;

const LEGEND: &str = "\
    Time runs down. Between the ends stand their queues, coloured where they hold a record; \
    each column of a queue is room for one, and a dark edge is a FIN.";

/// What is said besides where somebody has two connections.
const LEGEND_BETWEEN: &str = "Who is in the middle has a line for each connection.";

/// Draws a trace, below a headline if it is to have one. Steps of handshakes are folded to one
/// line, unless they are to be shown.
pub fn picture(trace: &impl InLanes, headline: Option<&str>, shows_handshake: bool) -> Document {
    let lanes = trace.lanes(shows_handshake);
    let layout = PictureLayout::of(&lanes);
    let top = TOP + if headline.is_some() { HEADLINE } else { 0.0 };
    let mut picture = Picture { lanes: &lanes, layout, group: Group::new(), y: top };
    picture.tubes_begin();
    for line in &lanes.lines {
        match line.event {
            LaneEvent::Handshake(first, last) => picture.handshake(line, first, last),
            LaneEvent::Taken(connection, step) => picture.step(line, connection, step),
        }
    }
    if lanes.is_stuck() {
        picture.stuck();
    }
    let bottom = picture.y;
    let (width, height) = (layout.width(), bottom + 2.0 * LINE);
    let mut document = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("role", "img")
        .add(Title::new(headline.unwrap_or("a trace")))
        .add(Style::new(STYLE))
        .add(arrow_heads())
        .add(rectangle(0.0, 0.0, width, height, "#fff"));
    let lines = wrapped(headline.unwrap_or_default(), layout.headline_columns);
    for (y, line) in [28.0, 52.0].into_iter().zip(lines) {
        document = document.add(text(24.0, y, "start", "headline", &line));
    }
    let legend = match lanes.connections().len() {
        1 => LEGEND.to_owned(),
        _ => format!("{LEGEND} {LEGEND_BETWEEN}"),
    };
    let legend = text(width / 2.0, bottom + LINE + 8.0, "middle", "faint", &legend);
    document.add(picture.heads(top, bottom)).add(picture.group).add(legend)
}

/// A picture that is being drawn.
struct Picture<'l> {
    lanes: &'l Lanes<'l>,
    layout: PictureLayout,
    group: Group,
    /// Where the next line is drawn.
    y: f64,
}

impl Picture<'_> {
    fn add(&mut self, node: impl Node) {
        self.group.append(node);
    }

    /// The names of the ends and of the queues, and the lines of the ends.
    fn heads(&self, top: f64, bottom: f64) -> Group {
        let mut group = Group::new();
        for connection in self.lanes.connections() {
            for side in Side::ALL {
                let x = self.layout.line_of(connection, side);
                let lane = Lanes::lane(connection, side);
                let is_between = self.lanes.is_between(lane);
                if is_between && side == Side::Server {
                    let width = self.layout.line_of(connection + 1, Side::Client) - x;
                    let height = bottom - top + 22.0;
                    group = group.add(rectangle(x, top - 22.0, width, height, "#f6f7f9"));
                }
                // Who has two lines has one name.
                let is_named = side == Side::Server || !is_between;
                if let Some(name) = self.lanes.names.get(lane).filter(|_| is_named) {
                    let place = self.layout.name_of(lane);
                    group = group.add(text(place, top - 30.0, "middle", "name", name));
                }
                group = group.add(line((x, top - 22.0), (x, bottom), INK, 1.6));
                let queues = [(Which::Receive, "receive"), (Which::Send, "send")];
                let queues = queues.into_iter();
                for (which, name) in queues.filter(|(which, _)| self.layout.capacity(*which) > 0) {
                    let (left, right) = self.layout.tube(connection, side, which);
                    let x = f64::midpoint(left, right);
                    group = group.add(text(x, top - 10.0, "middle", "faint", name));
                }
            }
        }
        group
    }

    /// The tubes before the first step.
    fn tubes_begin(&mut self) {
        let empty = Both::default();
        let queues = vec![&empty; self.lanes.connections().len()];
        self.tubes(&queues, self.y - 4.0, 4.0);
    }

    /// What the queues hold, over a height.
    fn tubes(&mut self, queues: &[&Both<QueueContents>], y: f64, height: f64) {
        for (connection, queues) in queues.iter().enumerate() {
            for side in Side::ALL {
                let contents = queues.of(side);
                self.tube(connection, side, Which::Send, contents.send.len(), (y, height));
                self.tube(connection, side, Which::Receive, contents.receive.len(), (y, height));
            }
        }
    }

    /// A tube that holds so many cells, over a height.
    fn tube(
        &mut self,
        connection: usize,
        side: Side,
        which: Which,
        held: usize,
        (y, height): (f64, f64),
    ) {
        let from = match which {
            Which::Send => side,
            Which::Receive => side.peer(),
        };
        let (left, right) = self.layout.tube(connection, side, which);
        let capacity = self.layout.capacity(which);
        let cell = (right - left) / f64::from(capacity.max(1));
        // The record that leaves next is drawn at the end by which it leaves.
        let leaves_right = (side == Side::Client) == (which == Which::Send);
        let capacity = usize::from(capacity);
        for number in 0..capacity {
            let place = if leaves_right { capacity - 1 - number } else { number };
            let place = f64::from(u32::try_from(place).unwrap_or(0));
            let fill = if number < held { colour(from) } else { "#eceff3" };
            let x = left + cell * place;
            self.add(rectangle(x + 1.0, y, (cell - 2.0).max(1.0), height, fill));
        }
    }

    /// The steps of handshakes in one line.
    fn handshake(&mut self, line: &LaneLine<'_>, first: usize, last: usize) {
        self.tubes(&line.queues, self.y, LINE);
        self.marks(&line.queues, LINE);
        let words = self.lanes.handshake_in_words(first, last);
        let x = self.layout.line_of(0, Side::Client) - BESIDE;
        self.add(text(x, self.y + MIDDLE + 4.0, "end", "faint", &words));
        self.y += LINE;
    }

    fn step(&mut self, line: &LaneLine<'_>, connection: usize, step: &SequenceStep) {
        let words = step.ends.clone().map(|text| wrapped(&text, self.layout.columns));
        let lines = words.client.len().max(words.server.len());
        let further = u32::try_from(lines.saturating_sub(1)).unwrap_or(0);
        let height = LINE + FURTHER * f64::from(further);
        self.tubes(&line.queues, self.y, height);
        self.marks(&line.queues, height);
        for side in Side::ALL {
            self.words((connection, side), words.of(side), None, self.y);
        }
        let number = step.number.to_string();
        self.add(text(10.0, self.y + MIDDLE + 4.0, "start", "faint", &number));
        if let Some(passage) = &step.passage {
            self.arrow(connection, passage);
        }
        self.y += height;
    }

    /// A FIN behind the data: a dark edge where the data of its direction comes from.
    fn marks(&mut self, queues: &[&Both<QueueContents>], height: f64) {
        for (connection, queues) in queues.iter().enumerate() {
            for side in Side::ALL {
                let QueueContents { fin_queued, fin_arrived, .. } = queues.of(side);
                let marks =
                    [(*fin_queued, Which::Send, true), (*fin_arrived, Which::Receive, false)];
                for (_, which, home) in marks.into_iter().filter(|(is_there, ..)| *is_there) {
                    let x = self.layout.edge(connection, side, which, home);
                    self.add(rectangle(x - 1.5, self.y, 3.0, height, INK));
                }
            }
        }
    }

    /// What an end of a connection does, beside its line, from a height on.
    fn words(&mut self, of: (usize, Side), lines: &[String], class: Option<&str>, y: f64) {
        let (connection, side) = of;
        let place = self.layout.line_of(connection, side);
        let (x, anchor) = match side {
            Side::Client => (place - BESIDE, "end"),
            Side::Server => (place + BESIDE, "start"),
        };
        let is_network = lines.first().is_some_and(|line| line.starts_with('['));
        let class = class.unwrap_or(if is_network { "network" } else { "" });
        let mut y = y + MIDDLE + 4.0;
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let line = line.trim_matches(['[', ']']);
            self.add(text(x, y, anchor, class, line));
            y += FURTHER;
        }
    }

    fn arrow(&mut self, connection: usize, passage: &RecordMove) {
        let RecordMove { way, side, what } = passage;
        let (side, peer) = (*side, side.peer());
        let line_of = |side| self.layout.line_of(connection, side);
        let edge = |side, which, home| self.layout.edge(connection, side, which, home);
        // Without a send queue, a record goes straight to the other end's receive queue.
        let is_straight = *way == Way::Transmit && self.layout.capacity(Which::Send) == 0;
        let (begin, end) = match way {
            Way::Transmit if is_straight => (line_of(side), edge(peer, Which::Receive, false)),
            Way::Transmit => (line_of(side), edge(side, Which::Send, true)),
            Way::Deliver => (edge(side, Which::Send, false), edge(peer, Which::Receive, false)),
            Way::Receive => (edge(side, Which::Receive, true), line_of(side)),
            Way::Exchange | Way::Reset => (line_of(side), line_of(peer)),
        };
        // The record that a side receives was sent by the other side.
        let from = if *way == Way::Receive { peer } else { side };
        let (stroke, head) = match way {
            Way::Reset => (BAD, "url(#head-bad)"),
            _ => (
                colour(from),
                match from {
                    Side::Client => "url(#head-client)",
                    Side::Server => "url(#head-server)",
                },
            ),
        };
        let y = self.y + MIDDLE;
        self.add(line((begin, y), (end, y), stroke, 1.8).set("marker-end", head));
        if is_straight || matches!(way, Way::Deliver | Way::Exchange | Way::Reset) {
            let class = match (way, from) {
                (Way::Reset, _) => "bad",
                (_, Side::Client) => "to-server",
                (_, Side::Server) => "to-client",
            };
            self.label(connection, y, class, what);
        }
    }

    /// A label on an arrow, in the middle of a connection.
    fn label(&mut self, connection: usize, y: f64, class: &str, words: &str) {
        let letters = f64::from(u32::try_from(words.chars().count()).unwrap_or(0));
        let width = LETTER * letters + 8.0;
        let middle = self.layout.middle_of(connection);
        self.add(rectangle(middle - width / 2.0, y - MIDDLE + 2.0, width, LINE - 4.0, "#fff"));
        self.add(text(middle, y + 4.0, "middle", class, words));
    }

    /// The calls that never return, and who waits for whom.
    fn stuck(&mut self) {
        let words: Vec<Both<Vec<String>>> = self
            .lanes
            .connections()
            .map(|connection| {
                let of = |side| {
                    let words = self.lanes.last_words_of(connection, side).join(", ");
                    wrapped(&words, self.layout.columns)
                };
                Both { client: of(Side::Client), server: of(Side::Server) }
            })
            .collect();
        let height = self.height_of_last(&words);
        if let Some(last) = self.lanes.lines.last() {
            self.tubes(&last.queues, self.y, height);
        }
        let mut between = 0;
        for (connection, words) in words.iter().enumerate() {
            // Who has two connections says below each other what stands on them.
            let below = self.y + FURTHER * f64::from(u32::try_from(between).unwrap_or(0));
            self.words((connection, Side::Client), &words.client, Some("bad"), below);
            self.words((connection, Side::Server), &words.server, Some("bad"), self.y);
            between = count_of_words(&words.server);
        }
        self.add(text(10.0, self.y + MIDDLE + 4.0, "start", "bad", "∞"));
        for (connection, words) in words.iter().enumerate() {
            self.waits(connection, words);
        }
        self.y += height;
    }

    /// The height of the calls that never return: two lines, or what their words need.
    fn height_of_last(&self, words: &[Both<Vec<String>>]) -> f64 {
        let mut lines = vec![0; self.lanes.names.len()];
        for (connection, words) in words.iter().enumerate() {
            for side in Side::ALL {
                if let Some(lane) = lines.get_mut(Lanes::lane(connection, side)) {
                    *lane += count_of_words(words.of(side));
                }
            }
        }
        let most = lines.into_iter().max().unwrap_or_default();
        let further = f64::from(u32::try_from(most.saturating_sub(1)).unwrap_or(0));
        (2.0 * LINE).max(LINE + FURTHER * further)
    }

    /// An arrow from who waits on a connection to whom they wait for.
    fn waits(&mut self, connection: usize, words: &Both<Vec<String>>) {
        let [client_waits, server_waits] = Side::ALL.map(|side| count_of_words(words.of(side)) > 0);
        if !client_waits && !server_waits {
            return;
        }
        let y = self.y + LINE;
        let [client, server] = Side::ALL.map(|side| self.layout.line_of(connection, side));
        let mut arrow = line((client, y), (server, y), BAD, 1.8).set("stroke-dasharray", "5 4");
        if server_waits {
            arrow = arrow.set("marker-start", "url(#head-bad)");
        }
        if client_waits {
            arrow = arrow.set("marker-end", "url(#head-bad)");
        }
        self.add(arrow);
        let words = match client_waits && server_waits {
            true => "each waits for the other",
            false => "waits for ever",
        };
        self.label(connection, y, "bad", words);
    }
}

/// How many lines there are in which something stands.
fn count_of_words(lines: &[String]) -> usize {
    lines.iter().filter(|line| !line.is_empty()).count()
}
