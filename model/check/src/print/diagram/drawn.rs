//! Diagrams as pictures. The straight line goes down; beside it stand the other states; what skips
//! states of the line goes round on the left, and what leads back on the right. Where a machine
//! comes back to its first state from several others, each says so inside of its own frame. No two
//! labels overlap.

use svg::node::element::{Definitions, Group, Marker, Path, Rectangle, Style, Text, Title};
use svg::{Document, Node};

use crate::print::diagram::labels::{LINE, Labels, Place, ROOM, count, label};
use crate::print::diagram::{Diagram, DiagramEdge};

/// The size of a state.
const WIDTH: f64 = 206.0;
const HEIGHT: f64 = 34.0;
/// From a state of the line to the next.
const ROW: f64 = 84.0;
/// From the line to the states beside it.
const COLUMN: f64 = WIDTH + ROOM - 10.0;
/// The space between the name of a state and the words that say where it leads.
const GAP: f64 = 4.0;
/// The space above the diagram, and below it.
const TOP: f64 = 56.0;
/// The room that a way round takes, and each further one beyond it.
const ROUND: f64 = 34.0;
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

/// Where a state stands.
#[derive(Clone, Copy)]
struct Spot {
    /// The middle of its upper edge.
    x: f64,
    top: f64,
    height: f64,
    is_beside: bool,
}

impl Spot {
    fn middle(self) -> f64 {
        self.top + self.height / 2.0
    }

    fn bottom(self) -> f64 {
        self.top + self.height
    }
}

/// The picture of one machine.
struct Picture<'d> {
    diagram: &'d Diagram,
    spots: Vec<(u8, Spot)>,
    width: f64,
    height: f64,
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
        // Where states say where they lead, the rows are as high as the highest of them needs.
        let most = diagram.states().map(|state| extra(&told(diagram, state))).fold(0.0, f64::max);
        let spot = |state: u8, x: f64, row: f64, is_beside: bool| {
            let height = HEIGHT + extra(&told(diagram, state));
            (state, Spot { x, top: TOP + row * (ROW + most), height, is_beside })
        };
        let mut spots: Vec<(u8, Spot)> = Vec::new();
        for (row, state) in diagram.line.iter().enumerate() {
            spots.push(spot(*state, line, count(row), false));
        }
        let mut free = 0.0;
        for (state, behind) in &diagram.others {
            let row = (count(*behind) + 0.5).max(free);
            free = row + 1.0;
            spots.push(spot(*state, line + COLUMN, row, true));
        }
        let rows = free.max(count(diagram.line.len()));
        if let Some(folded) = &diagram.folded {
            spots.push(spot(folded.state, line, rows + 0.3, false));
        }
        let last = spots.iter().map(|(_, spot)| spot.bottom()).fold(0.0, f64::max);
        let column = if diagram.others.is_empty() { 0.0 } else { COLUMN };
        // Labels stand on the right of ways between the states beside the line.
        let words = if column > 0.0 { 100.0 } else { 40.0 };
        Self { diagram, spots, width: left + WIDTH + column + right + words, height: last + 30.0 }
    }

    fn spot(&self, state: u8) -> Option<Spot> {
        self.spots.iter().find(|(one, _)| *one == state).map(|(_, spot)| *spot)
    }

    /// All labels so far: the states, over which none may stand.
    fn labels(&self) -> Labels {
        let mut labels = Labels::default();
        for (_, spot) in &self.spots {
            labels.keep_free(spot.x - WIDTH / 2.0, spot.top, WIDTH, spot.height);
        }
        labels
    }

    fn group(&self) -> Group {
        let machine = self.diagram.machine.name();
        let title = Text::new(machine).set("class", "title").set("x", 20).set("y", 28);
        let mut group = Group::new().set("data-machine", machine).add(title);
        let (mut labels, mut rounds) = (self.labels(), [0, 0]);
        let edges = self.diagram.edges.iter();
        let drawn: Vec<Group> =
            edges.filter_map(|edge| self.edge(edge, &mut rounds, &mut labels)).collect();
        // The label of a way inside of another stands on the line of that one.
        for edge in drawn.into_iter().rev() {
            group.append(edge);
        }
        for (state, spot) in &self.spots {
            group.append(self.state(*state, *spot));
        }
        if let (Some(folded), Some((_, spot))) = (&self.diagram.folded, self.spots.last()) {
            let (x, y) = (spot.x, spot.top);
            let path = Path::new()
                .set("d", format!("M{x} {} L{x} {y}", y - 26.0))
                .set("marker-end", "url(#arrow)");
            let words =
                label(&[folded.words()], Place { x: x + 10.0, y: y - 14.0, anchor: "start" });
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
            .set("y", spot.top)
            .set("width", WIDTH)
            .set("height", spot.height)
            .set("rx", 9);
        let text = Text::new(name)
            .set("x", spot.x)
            .set("y", spot.top + HEIGHT / 2.0 + 4.0)
            .set("text-anchor", "middle");
        let mut group = Group::new()
            .set("class", classes.join(" "))
            .set("data-state", name)
            .add(rectangle)
            .add(text);
        let words = told(self.diagram, state);
        if !words.is_empty() {
            let y = spot.top + HEIGHT - GAP + LINE * count(words.len()) / 2.0;
            group.append(label(&words, Place { x: spot.x, y, anchor: "middle" }));
        }
        group
    }

    /// An edge; `rounds` are the ways that go round on the left and on the right so far. None where
    /// the state says so itself.
    fn edge(
        &self,
        edge: &DiagramEdge,
        rounds: &mut [usize; 2],
        labels: &mut Labels,
    ) -> Option<Group> {
        let (from, to) = (self.spot(edge.from)?, self.spot(edge.to)?);
        if self.diagram.hub() == Some(edge.to) {
            return None;
        }
        let way = match span(self.diagram, edge) {
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
        let lines = shown(&edge.events);
        let place = labels.place(&lines, &way.places)?;
        Some(
            Group::new()
                .set("class", kind)
                .set("data-from", from)
                .set("data-to", to)
                .add(Title::new(format!("{from} → {to}: {}", edge.events.join(", "))))
                .add(path)
                .add(label(&lines, place)),
        )
    }
}

/// What a state says of where it leads: to the state to which the machine comes back, and by which
/// events.
fn told(diagram: &Diagram, state: u8) -> Vec<String> {
    let is_told = |edge: &&DiagramEdge| edge.from == state && Some(edge.to) == diagram.hub();
    let Some(edge) = diagram.edges.iter().find(is_told) else { return Vec::new() };
    let mut lines = vec![format!("to {}:", diagram.name(edge.to))];
    lines.extend(shown(&edge.events));
    lines
}

/// So much higher is a state that says so much.
fn extra(words: &[String]) -> f64 {
    if words.is_empty() { 0.0 } else { LINE * count(words.len()) + GAP }
}

/// How many states of the line an edge goes down; nothing where it leaves the line.
fn span(diagram: &Diagram, edge: &DiagramEdge) -> Option<i32> {
    let place = |state: u8| {
        let place = diagram.line.iter().position(|one| *one == state)?;
        i32::try_from(place).ok()
    };
    Some(place(edge.to)? - place(edge.from)?)
}

/// The way of an edge, and where its label may stand, the best place first.
struct Way {
    path: String,
    places: Vec<Place>,
}

/// So far along a way a label may stand: in the middle, if there is room.
const ALONG: [f64; 7] = [0.5, 0.62, 0.38, 0.74, 0.26, 0.86, 0.14];

fn straight(from: Spot, to: Spot) -> Way {
    let (x, top, bottom) = (from.x, from.bottom(), to.top);
    let path = format!("M{x} {top} L{x} {bottom}");
    Way { path, places: vec![Place { x: x + 9.0, y: (top + bottom) / 2.0, anchor: "start" }] }
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
    let at = |along: f64| Place { x: out + side * 5.0, y: begin + (end - begin) * along, anchor };
    Way { path, places: ALONG.map(at).to_vec() }
}

/// Between the line and a state beside it, or between two of those.
fn across(from: Spot, to: Spot) -> Way {
    if from.is_beside == to.is_beside {
        let is_down = to.top > from.top;
        let (begin, end) = if is_down { (from.bottom(), to.top) } else { (from.top, to.bottom()) };
        // The way down and the way back are apart, and so are their labels.
        let side = if is_down { 1.0 } else { -1.0 };
        let x = from.x + side * 7.0;
        let path = format!("M{x} {begin} L{x} {end}");
        let anchor = if is_down { "start" } else { "end" };
        let place = Place { x: x + side * 7.0, y: (begin + end) / 2.0, anchor };
        return Way { path, places: vec![place] };
    }
    let side = if to.is_beside { 1.0 } else { -1.0 };
    let (begin, end) = (from.x + side * WIDTH / 2.0, to.x - side * WIDTH / 2.0);
    // Those to the right begin and end above the middle, where others have room below.
    let (above, below) = (from.middle() - side * 10.0, to.middle() - side * 10.0);
    let path = format!("M{begin} {above} L{end} {below}");
    let at = |along: f64| Place {
        x: begin + (end - begin) * along,
        y: above + (below - above) * along,
        anchor: "middle",
    };
    Way { path, places: ALONG.map(at).to_vec() }
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

#[cfg(test)]
mod tests {
    use hyaline_model::table::Machine;

    use super::*;
    use crate::print::line::StraightLine;

    #[test]
    fn no_two_labels_of_a_diagram_overlap_and_none_stands_over_a_state() {
        let line = StraightLine::walk().expect("programs");
        for machine in Machine::ALL {
            let diagram = Diagram::of(*machine, &line);
            let picture = Picture::of(&diagram);
            let (mut labels, mut rounds) = (picture.labels(), [0, 0]);
            for edge in &diagram.edges {
                picture.edge(edge, &mut rounds, &mut labels);
            }
            assert_eq!(labels.overlapping(), 0, "{}", machine.name());
        }
    }
}
