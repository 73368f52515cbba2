//! Diagrams as pictures. The straight line goes down; beside it stand the other states; what skips
//! states of the line goes round on the left, and what leads back on the right. Where a machine
//! comes back to its first state from several others, each says so by a short arrow.

use svg::node::element::{Definitions, Group, Marker, Path, Rectangle, Style, Text, Title};
use svg::{Document, Node};

use crate::print::diagram::{Diagram, DiagramEdge};

/// The size of a state.
const WIDTH: f64 = 206.0;
const HEIGHT: f64 = 34.0;
/// From a state of the line to the next.
const ROW: f64 = 84.0;
/// From the line to the states beside it.
const COLUMN: f64 = 330.0;
/// So much wider is a column where words beside a state tell where it leads.
const TOLD: f64 = 90.0;
/// The space above the diagram, and below it.
const TOP: f64 = 56.0;
/// The room that a way round takes, and each further one beyond it.
const ROUND: f64 = 34.0;
/// About what a letter of a label is wide.
const LETTER: f64 = 6.3;
/// The height of a line of a label.
const LINE: f64 = 14.0;
/// How many events stand at an edge; how many more there are is said.
const EVENTS: usize = 2;

const STYLE: &str = "\
    .diagram text { font: 12px system-ui, sans-serif; fill: var(--ink, #17212a) } \
    .diagram .title { font-size: 16px; font-weight: 650 } \
    .diagram .label { font-size: 11px; fill: var(--soft, #52616d); paint-order: stroke; \
    stroke: var(--panel, #fff); stroke-width: 4px } \
    .diagram rect { fill: var(--panel, #fff); stroke: var(--soft, #52616d) } \
    .diagram .straight rect { stroke-width: 2 } \
    .diagram .final rect { stroke-width: 3.5 } \
    .diagram path { fill: none; stroke: var(--soft, #52616d) } \
    .diagram .edge.straight path { stroke-width: 2.2; stroke: var(--ink, #17212a) } \
    .diagram .head { fill: var(--soft, #52616d); stroke: none } \
    .diagram .folded path { stroke-dasharray: 5 4 }";

/// A picture of diagrams, one beside the other.
#[must_use]
pub fn drawn(diagrams: &[Diagram]) -> Document {
    let mut pictures = Group::new().set("class", "diagram");
    let (mut width, mut height) = (0.0_f64, 0.0_f64);
    for diagram in diagrams {
        let picture = Picture::of(diagram);
        let group = picture.group().set("transform", format!("translate({width} 0)"));
        pictures.append(group);
        width += picture.width;
        height = height.max(picture.height);
    }
    let names: Vec<&str> = diagrams.iter().map(|diagram| diagram.machine.name()).collect();
    Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("role", "img")
        .add(Title::new(format!("the states of {}", names.join(", "))))
        .add(Style::new(STYLE))
        .add(arrow_head())
        .add(pictures)
}

fn arrow_head() -> Definitions {
    let head = Path::new().set("d", "M0 0 L8 4 L0 8 z").set("class", "head");
    let marker = Marker::new()
        .set("id", "arrow")
        .set("viewBox", (0, 0, 8, 8))
        .set("refX", 7)
        .set("refY", 4)
        .set("markerWidth", 7)
        .set("markerHeight", 7)
        .set("markerUnits", "userSpaceOnUse")
        .set("orient", "auto")
        .set("class", "diagram")
        .add(head);
    Definitions::new().add(marker)
}

/// Where a state stands: the middle of its upper edge, and its row.
#[derive(Clone, Copy)]
struct Spot {
    x: f64,
    row: f64,
    is_beside: bool,
}

impl Spot {
    fn top(self) -> f64 {
        TOP + self.row * ROW
    }

    fn middle(self) -> f64 {
        self.top() + HEIGHT / 2.0
    }

    fn bottom(self) -> f64 {
        self.top() + HEIGHT
    }
}

/// The picture of one machine.
struct Picture<'d> {
    diagram: &'d Diagram,
    spots: Vec<(u8, Spot)>,
    width: f64,
    height: f64,
}

// There are few rows and ways, so the number stays exact.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}

impl<'d> Picture<'d> {
    fn of(diagram: &'d Diagram) -> Self {
        let rounds = |is_back: bool| {
            let is_round = |edge: &&DiagramEdge| {
                let is_told = diagram.hub() == Some(edge.to);
                span(diagram, edge)
                    .is_some_and(|span| if is_back { span < 0 && !is_told } else { span > 1 })
            };
            count(diagram.edges.iter().filter(is_round).count())
        };
        let labels = |is_back: bool| if rounds(is_back) > 0.0 { 150.0 } else { 20.0 };
        let left = labels(false) + rounds(false) * ROUND;
        let right = labels(true) + rounds(true) * ROUND;
        let line = left + WIDTH / 2.0;
        let column = if diagram.hub().is_some() { COLUMN + TOLD } else { COLUMN };
        let beside = line + column;
        let mut spots: Vec<(u8, Spot)> = Vec::new();
        for (row, state) in diagram.line.iter().enumerate() {
            spots.push((*state, Spot { x: line, row: count(row), is_beside: false }));
        }
        let mut free = 0.0;
        for (state, behind) in &diagram.others {
            let row = (count(*behind) + 0.5).max(free);
            free = row + 1.0;
            spots.push((*state, Spot { x: beside, row, is_beside: true }));
        }
        let rows = free.max(count(diagram.line.len()));
        if let Some(folded) = &diagram.folded {
            spots.push((folded.state, Spot { x: line, row: rows + 0.3, is_beside: false }));
        }
        let last = spots.iter().map(|(_, spot)| spot.bottom()).fold(0.0, f64::max);
        let has_others = !diagram.others.is_empty();
        // Words beside the last column need room, too.
        let told = if diagram.hub().is_some() { 2.0 * TOLD } else { 0.0 };
        let column = told + if has_others { column } else { 0.0 };
        Self { diagram, spots, width: left + WIDTH + column + right + 40.0, height: last + 30.0 }
    }

    fn spot(&self, state: u8) -> Option<Spot> {
        self.spots.iter().find(|(one, _)| *one == state).map(|(_, spot)| *spot)
    }

    fn group(&self) -> Group {
        let machine = self.diagram.machine.name();
        let title = Text::new(machine).set("class", "title").set("x", 20).set("y", 28);
        let mut group = Group::new().set("data-machine", machine).add(title);
        let mut rounds = [0, 0];
        for edge in &self.diagram.edges {
            if let Some(drawn) = self.edge(edge, &mut rounds) {
                group.append(drawn);
            }
        }
        for (state, spot) in &self.spots {
            group.append(self.state(*state, *spot));
        }
        if let (Some(folded), Some((_, spot))) = (&self.diagram.folded, self.spots.last()) {
            let (x, y) = (spot.x, spot.top());
            let path = Path::new()
                .set("d", format!("M{x} {} L{x} {y}", y - 26.0))
                .set("marker-end", "url(#arrow)");
            let words = label(&[folded.words()], x + 10.0, y - 14.0, "start");
            group.append(Group::new().set("class", "edge folded").add(path).add(words));
        }
        group
    }

    fn state(&self, state: u8, spot: Spot) -> Group {
        let name = self.diagram.name(state);
        let mut classes = vec!["state"];
        if self.diagram.line.contains(&state) {
            classes.push("straight");
        }
        if self.diagram.machine.is_final(state) {
            classes.push("final");
        }
        let rectangle = Rectangle::new()
            .set("x", spot.x - WIDTH / 2.0)
            .set("y", spot.top())
            .set("width", WIDTH)
            .set("height", HEIGHT)
            .set("rx", 9);
        let text = Text::new(name)
            .set("x", spot.x)
            .set("y", spot.middle() + 4.0)
            .set("text-anchor", "middle");
        Group::new()
            .set("class", classes.join(" "))
            .set("data-state", name)
            .add(rectangle)
            .add(text)
    }

    /// An edge; `rounds` are the ways that go round on the left and on the right so far.
    fn edge(&self, edge: &DiagramEdge, rounds: &mut [usize; 2]) -> Option<Group> {
        let (from, to) = (self.spot(edge.from)?, self.spot(edge.to)?);
        let is_told = self.diagram.hub() == Some(edge.to);
        let way = match span(self.diagram, edge) {
            _ if is_told => told(from),
            Some(1) => straight(from, to),
            Some(span) if span > 1 => {
                let [left, _] = rounds;
                *left += 1;
                round(from, to, -1.0, *left)
            }
            Some(_) => {
                let [_, right] = rounds;
                *right += 1;
                round(from, to, 1.0, *right)
            }
            None => across(from, to),
        };
        let path = Path::new().set("d", way.path).set("marker-end", "url(#arrow)");
        let kind = if edge.is_straight { "edge straight" } else { "edge" };
        let (from, to) = (self.diagram.name(edge.from), self.diagram.name(edge.to));
        let mut lines = shown(&edge.events);
        if is_told {
            lines.insert(0, format!("to {to}:"));
        }
        Some(
            Group::new()
                .set("class", kind)
                .set("data-from", from)
                .set("data-to", to)
                .add(Title::new(format!("{from} → {to}: {}", edge.events.join(", "))))
                .add(path)
                .add(label(&lines, way.x, way.y, way.anchor)),
        )
    }
}

/// How many states of the line an edge goes down; nothing where it leaves the line.
fn span(diagram: &Diagram, edge: &DiagramEdge) -> Option<i32> {
    let place = |state: u8| {
        let place = diagram.line.iter().position(|one| *one == state)?;
        i32::try_from(place).ok()
    };
    Some(place(edge.to)? - place(edge.from)?)
}

/// The way of an edge, and where its label stands.
struct Way {
    path: String,
    x: f64,
    y: f64,
    anchor: &'static str,
}

/// A short arrow, beside which stands where it leads.
fn told(from: Spot) -> Way {
    let (begin, y) = (from.x + WIDTH / 2.0, from.middle());
    let end = begin + 22.0;
    Way { path: format!("M{begin} {y} L{end} {y}"), x: end + 5.0, y, anchor: "start" }
}

fn straight(from: Spot, to: Spot) -> Way {
    let (x, top, bottom) = (from.x, from.bottom(), to.top());
    let path = format!("M{x} {top} L{x} {bottom}");
    Way { path, x: x + 9.0, y: (top + bottom) / 2.0, anchor: "start" }
}

/// Round the states between, on the left or on the right.
fn round(from: Spot, to: Spot, side: f64, number: usize) -> Way {
    let edge = from.x + side * WIDTH / 2.0;
    let out = edge + side * (ROUND * count(number) - 6.0);
    let shift = side * 5.0;
    let (begin, end) = (from.middle() + shift, to.middle() - shift);
    let path = format!(
        "M{edge} {begin} C{out} {begin} {out} {begin} {out} {} L{out} {} \
         C{out} {end} {out} {end} {edge} {end}",
        begin + (end - begin).signum() * 22.0,
        end - (end - begin).signum() * 22.0,
    );
    let anchor = if side < 0.0 { "end" } else { "start" };
    // Labels of ways that lie side by side stand at different heights.
    let height = if number % 2 == 1 { 0.75 } else { 0.15 };
    Way { path, x: out + side * 5.0, y: begin + (end - begin) * height, anchor }
}

/// Between the line and a state beside it, or between two of those.
fn across(from: Spot, to: Spot) -> Way {
    if from.is_beside == to.is_beside {
        let is_down = to.row > from.row;
        let (begin, end) =
            if is_down { (from.bottom(), to.top()) } else { (from.top(), to.bottom()) };
        let path = format!("M{} {begin} L{} {end}", from.x, to.x);
        return Way { path, x: from.x + 9.0, y: (begin + end) / 2.0, anchor: "start" };
    }
    let side = if to.is_beside { 1.0 } else { -1.0 };
    let (begin, end) = (from.x + side * WIDTH / 2.0, to.x - side * WIDTH / 2.0);
    // Those to the right begin and end above the middle, where others have room below.
    let (above, below) = (from.middle() - side * 10.0, to.middle() - side * 10.0);
    let path = format!("M{begin} {above} L{end} {below}");
    Way { path, x: (begin + end) / 2.0, y: (above + below) / 2.0, anchor: "middle" }
}

/// The events that stand at an edge.
fn shown(events: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = events.iter().take(EVENTS).cloned().collect();
    let more = events.len() - lines.len();
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

fn label(lines: &[String], x: f64, y: f64, anchor: &'static str) -> Group {
    let mut group = Group::new();
    let first = y + 4.0 - (count(lines.len()) - 1.0) * LINE / 2.0;
    for (number, line) in lines.iter().enumerate() {
        let mut text = Text::new(line.as_str())
            .set("class", "label")
            .set("x", x)
            .set("y", first + count(number) * LINE)
            .set("text-anchor", anchor);
        // A long name is not to reach into the next column.
        let room = COLUMN - WIDTH + 10.0;
        if anchor != "start" && count(line.chars().count()) * LETTER > room {
            text = text.set("textLength", room).set("lengthAdjust", "spacingAndGlyphs");
        }
        group.append(text);
    }
    group
}
