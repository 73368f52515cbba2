//! The shapes of which pictures are made, and their colours.

use svg::node::element::{Definitions, Line, Marker, Path, Rectangle, Text};

use crate::side::Side;

/// The height of a line of text, and of a step with one line.
pub(super) const LINE: f64 = 22.0;

/// What is added to a place in a text line to stand in its middle.
pub(super) const MIDDLE: f64 = LINE / 2.0;

pub(super) const STYLE: &str = "\
    svg text { font: 12.5px system-ui, sans-serif; fill: #1b1f24 } \
    svg .headline { font-size: 19px; font-weight: 650 } \
    svg .name { font-weight: 650 } \
    svg .faint { fill: #6b7480 } \
    svg .network { fill: #6b7480; font-style: italic } \
    svg .bad { fill: #b3261e; font-weight: 650 } \
    svg .to-client { fill: #b05a00 } svg .to-server { fill: #1659a8 }";

/// The colour of lines and of marks.
pub(super) const INK: &str = "#1b1f24";

/// The colour of what is wrong.
pub(super) const BAD: &str = "#b3261e";

/// The colour of what goes from a side.
pub(super) const fn colour(side: Side) -> &'static str {
    match side {
        Side::Client => "#1659a8",
        Side::Server => "#b05a00",
    }
}

pub(crate) fn text(x: f64, y: f64, anchor: &str, class: &str, words: &str) -> Text {
    Text::new(words).set("x", x).set("y", y).set("text-anchor", anchor).set("class", class)
}

pub(super) fn line(begin: (f64, f64), end: (f64, f64), stroke: &str, width: f64) -> Line {
    Line::new()
        .set("x1", begin.0)
        .set("y1", begin.1)
        .set("x2", end.0)
        .set("y2", end.1)
        .set("stroke", stroke)
        .set("stroke-width", width)
}

pub(crate) fn rectangle(x: f64, y: f64, width: f64, height: f64, fill: &str) -> Rectangle {
    Rectangle::new()
        .set("x", x)
        .set("y", y)
        .set("width", width)
        .set("height", height)
        .set("fill", fill)
}

/// The heads of arrows, one for each colour.
pub(super) fn arrow_heads() -> Definitions {
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
