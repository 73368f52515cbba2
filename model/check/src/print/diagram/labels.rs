//! Where the labels of a diagram stand, so that none is over another.

use svg::Node;
use svg::node::element::{Group, Text};

/// About what a letter of a label is wide.
const LETTER: f64 = 6.3;

/// The most that a label between two columns is wide: a long name is not to reach into the next
/// one.
pub(super) const ROOM: f64 = 134.0;

/// The height of a line of a label.
pub(super) const LINE: f64 = 14.0;

/// A place for a label: where the text is anchored, and the middle of its height.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    /// As `text-anchor` has it.
    pub(super) anchor: &'static str,
}

/// A rectangle: left, top, right and bottom.
type Area = [f64; 4];

/// The labels of a diagram so far, and what else has to stay free of them.
#[derive(Debug, Default)]
pub(super) struct Labels {
    taken: Vec<Area>,
}

impl Labels {
    /// No label is to stand here.
    pub(super) fn keep_free(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.taken.push([x, y, x + width, y + height]);
    }

    /// The first of these places at which the label is over nothing; the first of all, if there is
    /// none. Nothing if there are no places.
    pub(super) fn place(&mut self, lines: &[String], places: &[Place]) -> Option<Place> {
        let is_free = |place: &&Place| {
            let area = area(lines, **place);
            self.taken.iter().all(|other| !overlap(area, *other))
        };
        let place = *places.iter().find(is_free).or(places.first())?;
        self.taken.push(area(lines, place));
        Some(place)
    }

    /// How many pairs of them overlap.
    #[cfg(test)]
    pub(super) fn overlapping(&self) -> usize {
        let behind = |at: usize| self.taken.get(at + 1..).unwrap_or_default();
        let pairs = self
            .taken
            .iter()
            .enumerate()
            .flat_map(|(at, one)| behind(at).iter().map(move |other| overlap(*one, *other)));
        pairs.filter(|overlap| *overlap).count()
    }
}

/// The lines of a label.
pub(super) fn label(lines: &[String], place: Place) -> Group {
    let mut group = Group::new();
    let [_, top, ..] = area(lines, place);
    let mut y = top + LINE / 2.0 + 4.0;
    for line in lines {
        let mut text = Text::new(line.as_str())
            .set("class", "label")
            .set("x", place.x)
            .set("y", y)
            .set("text-anchor", place.anchor);
        if place.is_bounded() && width(line) > ROOM {
            text = text.set("textLength", ROOM).set("lengthAdjust", "spacingAndGlyphs");
        }
        group.append(text);
        y += LINE;
    }
    group
}

impl Place {
    /// Whether it is between two columns.
    fn is_bounded(self) -> bool {
        self.anchor != "start"
    }
}

/// What a label covers.
fn area(lines: &[String], place: Place) -> Area {
    let widest = lines.iter().map(|line| width(line)).fold(0.0, f64::max);
    let width = if place.is_bounded() { widest.min(ROOM) } else { widest };
    let left = match place.anchor {
        "start" => place.x,
        "end" => place.x - width,
        _ => place.x - width / 2.0,
    };
    let height = LINE * count(lines.len());
    let top = place.y - height / 2.0;
    [left, top, left + width, top + height]
}

fn width(line: &str) -> f64 {
    LETTER * count(line.chars().count())
}

/// There are few, so the number stays exact.
#[allow(clippy::cast_precision_loss)]
pub(super) const fn count(number: usize) -> f64 {
    number as f64
}

fn overlap(one: Area, other: Area) -> bool {
    let [left, top, right, bottom] = one;
    let [other_left, other_top, other_right, other_bottom] = other;
    left < other_right && other_left < right && top < other_bottom && other_top < bottom
}
