//! A trace as a picture: both ends as lines from top to bottom, the four queues between them as
//! tubes that fill and empty, and an arrow for whatever moves.

use svg::node::element::{Definitions, Group, Line, Marker, Path, Rectangle, Style, Text, Title};
use svg::{Document, Node};

use crate::report::sequence::{QueueContents, RecordMove, Sequence, SequenceStep, Way};
use crate::side::{Both, Side};
use hyaline_protocol::print::wrap::wrapped;

/// The width of the picture, in its own units.
const WIDTH: f64 = 1100.0;
/// Where the line of the client stands; the server's stands as far from the other edge.
const CLIENT: f64 = 285.0;
/// What stands above the steps: the names of the ends and of the queues.
const TOP: f64 = 62.0;
/// What a headline takes.
const HEADLINE: f64 = 56.0;
/// The height of a line of text, and of a step with one line.
const LINE: f64 = 22.0;
/// Columns of what an end does.
const COLUMNS: usize = 38;
/// Columns of the headline.
const HEADLINE_COLUMNS: usize = 84;
/// The width of a tube for one cell, where there is room for that.
const CELL: f64 = 14.0;
/// The most that a tube is wide.
const TUBE: f64 = 40.0;
/// The space between an end and a tube, and between tubes.
const GAP: f64 = 36.0;
/// What is added to a place in a text line to stand in its middle.
const MIDDLE: f64 = LINE / 2.0;

const STYLE: &str = "\
    svg text { font: 12.5px system-ui, sans-serif; fill: #1b1f24 } \
    svg .headline { font-size: 19px; font-weight: 650 } \
    svg .name { font-weight: 650 } \
    svg .faint { fill: #6b7480 } \
    svg .network { fill: #6b7480; font-style: italic } \
    svg .bad { fill: #b3261e; font-weight: 650 } \
    svg .to-client { fill: #b05a00 } svg .to-server { fill: #1659a8 }";

/// About what a letter of a label is wide.
const LETTER: f64 = 7.2;

const LEGEND: &str = "\
    Time runs down. Between the ends stand their queues, coloured where they hold a record; \
    each column of a queue is room for one, and a dark edge is a FIN.";

/// The colour of what goes from a side.
const fn colour(side: Side) -> &'static str {
    match side {
        Side::Client => "#1659a8",
        Side::Server => "#b05a00",
    }
}

const BAD: &str = "#b3261e";

/// Draws a sequence, below a headline if it is to have one. The steps of the handshake are folded
/// to one line, unless they are to be shown.
pub fn picture(sequence: &Sequence, headline: Option<&str>, shows_handshake: bool) -> Document {
    let top = TOP + if headline.is_some() { HEADLINE } else { 0.0 };
    let mut picture = Picture { sequence, group: Group::new(), y: top };
    let folded = sequence.folded_steps(shows_handshake);
    picture.tubes_begin();
    if let Some(last) = folded.checked_sub(1).and_then(|index| sequence.steps.get(index)) {
        picture.handshake(last);
    }
    for step in sequence.steps.iter().skip(folded) {
        picture.step(step);
    }
    if sequence.is_stuck() {
        picture.stuck();
    }
    let bottom = picture.y;
    let height = bottom + 2.0 * LINE;
    let mut document = Document::new()
        .set("viewBox", (0, 0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .set("role", "img")
        .add(Title::new(headline.unwrap_or("a trace")))
        .add(Style::new(STYLE))
        .add(arrow_heads())
        .add(rectangle(0.0, 0.0, WIDTH, height, "#fff"));
    let lines = wrapped(headline.unwrap_or_default(), HEADLINE_COLUMNS).into_iter().take(2);
    for (y, line) in [28.0, 52.0].into_iter().zip(lines) {
        document = document.add(text(24.0, y, "start", "headline", &line));
    }
    let legend = text(WIDTH / 2.0, bottom + LINE + 8.0, "middle", "faint", LEGEND);
    document.add(picture.heads(top, bottom)).add(picture.group).add(legend)
}

/// A picture that is being drawn.
struct Picture<'s> {
    sequence: &'s Sequence,
    group: Group,
    /// Where the next step is drawn.
    y: f64,
}

/// One of the two queues of an end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Send,
    Receive,
}

impl Picture<'_> {
    fn add(&mut self, node: impl Node) {
        self.group.append(node);
    }

    const fn capacity(&self, which: Which) -> u8 {
        match which {
            Which::Send => self.sequence.send_capacity,
            Which::Receive => self.sequence.receive_capacity,
        }
    }

    /// The width of a tube.
    fn width(&self, which: Which) -> f64 {
        (CELL * f64::from(self.capacity(which))).min(TUBE)
    }

    /// Where a tube begins and ends. Next to each end stands its receive queue, then its send
    /// queue.
    fn tube(&self, side: Side, which: Which) -> (f64, f64) {
        let receive = CLIENT + GAP;
        let begin = match which {
            Which::Receive => receive,
            Which::Send => receive + self.width(Which::Receive) + GAP,
        };
        let end = begin + self.width(which);
        match side {
            Side::Client => (begin, end),
            Side::Server => (WIDTH - end, WIDTH - begin),
        }
    }

    /// The edge of a tube that looks to its own end, or away from it.
    fn edge(&self, side: Side, which: Which, looks_home: bool) -> f64 {
        let (left, right) = self.tube(side, which);
        if looks_home == (side == Side::Client) { left } else { right }
    }

    /// The names of the ends and of the queues, and the lines of the ends.
    fn heads(&self, top: f64, bottom: f64) -> Group {
        let mut group = Group::new();
        for side in Side::ALL {
            let x = line_of(side);
            group = group.add(text(x, top - 30.0, "middle", "name", &side.to_string())).add(line(
                (x, top - 22.0),
                (x, bottom),
                "#1b1f24",
                1.6,
            ));
            let queues = [(Which::Receive, "receive"), (Which::Send, "send")];
            for (which, name) in queues.into_iter().filter(|(which, _)| self.capacity(*which) > 0) {
                let (left, right) = self.tube(side, which);
                let x = f64::midpoint(left, right);
                group = group.add(text(x, top - 10.0, "middle", "faint", name));
            }
        }
        group
    }

    /// The tubes before the first step.
    fn tubes_begin(&mut self) {
        let empty = Both { client: QueueContents::default(), server: QueueContents::default() };
        self.tubes(&empty, self.y - 4.0, 4.0);
    }

    /// What the queues hold, over a height.
    fn tubes(&mut self, queues: &Both<QueueContents>, y: f64, height: f64) {
        for side in Side::ALL {
            let contents = queues.of(side);
            for which in [Which::Send, Which::Receive] {
                let (held, from) = match which {
                    Which::Send => (contents.send.len(), side),
                    Which::Receive => (contents.receive.len(), side.peer()),
                };
                let (left, right) = self.tube(side, which);
                let capacity = usize::from(self.capacity(which));
                let cell = (right - left) / f64::from(self.capacity(which).max(1));
                // The record that leaves next is drawn at the end by which it leaves.
                let leaves_right = (side == Side::Client) == (which == Which::Send);
                for number in 0..capacity {
                    let place = if leaves_right { capacity - 1 - number } else { number };
                    let place = f64::from(u32::try_from(place).unwrap_or(0));
                    let fill = if number < held { colour(from) } else { "#eceff3" };
                    let x = left + cell * place;
                    self.add(rectangle(x + 1.0, y, (cell - 2.0).max(1.0), height, fill));
                }
            }
        }
    }

    /// The steps of the handshake in one line.
    fn handshake(&mut self, last: &SequenceStep) {
        self.tubes(&last.queues, self.y, LINE);
        let words = format!("steps 1 to {}: the handshake", last.number);
        self.add(text(CLIENT - 14.0, self.y + MIDDLE + 4.0, "end", "faint", &words));
        self.y += LINE;
    }

    fn step(&mut self, step: &SequenceStep) {
        let words = step.ends.clone().map(|text| wrapped(&text, COLUMNS));
        let lines = words.client.len().max(words.server.len());
        let height = LINE + 16.0 * f64::from(u32::try_from(lines - 1).unwrap_or(0));
        self.tubes(&step.queues, self.y, height);
        self.marks(&step.queues, height);
        for side in Side::ALL {
            self.words(side, words.of(side), None);
        }
        let number = step.number.to_string();
        self.add(text(10.0, self.y + MIDDLE + 4.0, "start", "faint", &number));
        if let Some(passage) = &step.passage {
            self.arrow(passage);
        }
        self.y += height;
    }

    /// A FIN behind the data: a dark edge where the data of its direction comes from.
    fn marks(&mut self, queues: &Both<QueueContents>, height: f64) {
        for side in Side::ALL {
            let QueueContents { fin_queued, fin_arrived, .. } = queues.of(side);
            let marks = [(*fin_queued, Which::Send, true), (*fin_arrived, Which::Receive, false)];
            for (_, which, looks_home) in marks.into_iter().filter(|(is_there, ..)| *is_there) {
                let x = self.edge(side, which, looks_home);
                self.add(rectangle(x - 1.5, self.y, 3.0, height, "#1b1f24"));
            }
        }
    }

    /// What an end does, beside its line.
    fn words(&mut self, side: Side, lines: &[String], class: Option<&str>) {
        let (x, anchor) = match side {
            Side::Client => (CLIENT - 14.0, "end"),
            Side::Server => (WIDTH - CLIENT + 14.0, "start"),
        };
        let is_network = lines.first().is_some_and(|line| line.starts_with('['));
        let class = class.unwrap_or(if is_network { "network" } else { "" });
        let mut y = self.y + MIDDLE + 4.0;
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let line = line.trim_matches(['[', ']']);
            self.add(text(x, y, anchor, class, line));
            y += 16.0;
        }
    }

    fn arrow(&mut self, passage: &RecordMove) {
        let RecordMove { way, side, what } = passage;
        let peer = side.peer();
        // Without a send queue, a record goes straight to the other end's receive queue.
        let is_straight = *way == Way::Transmit && self.sequence.send_capacity == 0;
        let (begin, end) = match way {
            Way::Transmit if is_straight => {
                (line_of(*side), self.edge(peer, Which::Receive, false))
            }
            Way::Transmit => (line_of(*side), self.edge(*side, Which::Send, true)),
            Way::Deliver => {
                (self.edge(*side, Which::Send, false), self.edge(peer, Which::Receive, false))
            }
            Way::Receive => (self.edge(*side, Which::Receive, true), line_of(*side)),
            Way::Exchange | Way::Reset => (line_of(*side), line_of(peer)),
        };
        // The record that a side receives was sent by the other side.
        let from = if *way == Way::Receive { peer } else { *side };
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
            self.label(y, class, what);
        }
    }

    /// A label on an arrow, in the middle of the picture.
    fn label(&mut self, y: f64, class: &str, words: &str) {
        let letters = f64::from(u32::try_from(words.chars().count()).unwrap_or(0));
        let width = LETTER * letters + 8.0;
        let left = (WIDTH - width) / 2.0;
        self.add(rectangle(left, y - MIDDLE + 2.0, width, LINE - 4.0, "#fff"));
        self.add(text(WIDTH / 2.0, y + 4.0, "middle", class, words));
    }

    /// The calls that never return, and who waits for whom.
    fn stuck(&mut self) {
        let last = self.sequence.steps.last().map(|step| step.queues.clone());
        if let Some(queues) = last {
            self.tubes(&queues, self.y, 2.0 * LINE);
        }
        let mut waiting = 0;
        for side in Side::ALL {
            let words = self.sequence.last_words(side);
            waiting += usize::from(!words.is_empty());
            self.words(side, &wrapped(&words, COLUMNS), Some("bad"));
        }
        self.add(text(10.0, self.y + MIDDLE + 4.0, "start", "bad", "∞"));
        let y = self.y + LINE;
        let (client, server) = (line_of(Side::Client), line_of(Side::Server));
        let waits = line((client, y), (server, y), BAD, 1.8).set("stroke-dasharray", "5 4");
        let words = if waiting == 2 { "each waits for the other" } else { "waits for ever" };
        let waits = match waiting {
            2 => waits.set("marker-start", "url(#head-bad)").set("marker-end", "url(#head-bad)"),
            _ => waits.set("marker-end", "url(#head-bad)"),
        };
        self.add(waits);
        self.label(y, "bad", words);
        self.y += 2.0 * LINE;
    }
}

/// Where the line of an end stands.
const fn line_of(side: Side) -> f64 {
    match side {
        Side::Client => CLIENT,
        Side::Server => WIDTH - CLIENT,
    }
}

fn text(x: f64, y: f64, anchor: &str, class: &str, words: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("text-anchor", anchor).set("class", class)
}

fn line(begin: (f64, f64), end: (f64, f64), stroke: &str, width: f64) -> Line {
    Line::new()
        .set("x1", begin.0)
        .set("y1", begin.1)
        .set("x2", end.0)
        .set("y2", end.1)
        .set("stroke", stroke)
        .set("stroke-width", width)
}

fn rectangle(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Rectangle {
    Rectangle::new()
        .set("x", x)
        .set("y", y)
        .set("width", width)
        .set("height", height)
        .set("fill", fill)
}

/// The heads of arrows, one for each colour.
fn arrow_heads() -> Definitions {
    let colours = [
        ("head-client", colour(Side::Client)),
        ("head-server", colour(Side::Server)),
        ("head-bad", BAD),
    ];
    let heads = colours.map(|(name, fill)| {
        Marker::new()
            .set("id", name)
            .set("viewBox", (0, 0, 8, 8))
            .set("refX", 7)
            .set("refY", 4)
            .set("markerWidth", 6)
            .set("markerHeight", 6)
            .set("orient", "auto-start-reverse")
            .add(Path::new().set("d", "M0,0 L8,4 L0,8 z").set("fill", fill))
    });
    heads.into_iter().fold(Definitions::new(), Definitions::add)
}
