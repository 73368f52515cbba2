//! The map as a picture: a square for each client and server, coloured by the worst that each of
//! them suffers.

use svg::Document;
use svg::node::Text as Content;
use svg::node::element::{Description, Style, Title};

use crate::map::harm::HarmKind;
use crate::map::survey::{LibraryMap, MapPlace};
use crate::report::picture::shapes::{rectangle, text};
use crate::report::subject;
use crate::side::{Both, Side};
use hyaline_protocol::print::wrap::wrapped;

/// The width of a square, in the picture's own units.
const WIDTH: f64 = 112.0;
/// The height of one side's half of a square.
const HALF: f64 = 22.0;
/// What stands left of the squares: the clients' names.
const LEFT: f64 = 180.0;
/// What stands above them: the servers' names.
const TOP: f64 = 140.0;
/// The height of a line of names.
const NAMES: f64 = 16.0;
/// The columns of a line of names.
const NAME_COLUMNS: usize = 22;
/// The height of a line of the legend.
const LINE: f64 = 22.0;

const STYLE: &str = "\
    svg text { font: 13px system-ui, sans-serif; fill: #1b1f24 } \
    svg .headline { font-size: 18px; font-weight: 650 } svg .faint { fill: #6b7480 } \
    svg .letters { font: 12px ui-monospace, monospace }";

/// The colour of the worst that a side suffers; nothing where it suffers nothing.
pub const fn colour(worst: Option<HarmKind>) -> &'static str {
    match worst {
        None => "#d7ecdd",
        Some(HarmKind::Hang) => "#e5837c",
        Some(HarmKind::Truncation) => "#eda66b",
        Some(HarmKind::Reset) => "#f3cf73",
        Some(HarmKind::LostAlert) => "#c9b6e4",
        Some(HarmKind::End | HarmKind::NoGoodRun | HarmKind::Later) => "#b9d3ea",
    }
}

/// Draws the map.
pub fn picture(map: &LibraryMap) -> Document {
    let Both { client: clients, server: servers } = map.groups();
    let bottom = TOP + 2.0 * HALF * count(clients.len()) + 12.0;
    let width = (LEFT + WIDTH * count(servers.len()) + 16.0).max(640.0);
    let height = bottom + LINE * count(HarmKind::ALL.len() + 2);
    let heading = "What TLS adds to plain TCP, each client opposite each server";
    let mut document = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("role", "img")
        .add(Title::new(heading))
        .add(Description::new().add(Content::new(subject())))
        .add(Style::new(STYLE))
        .add(rectangle(0.0, 0.0, width, height, "#fff"))
        .add(text(16.0, 30.0, "start", "headline", heading))
        .add(text(16.0, TOP - 10.0, "start", "faint", "client ↓ server →"));
    for (column, server) in servers.iter().enumerate() {
        let x = LEFT + WIDTH * (count(column) + 0.5);
        for (number, name) in server.names.split(", ").enumerate() {
            let y = TOP - 10.0 - NAMES * count(number);
            document = document.add(text(x, y, "middle", "name", name));
        }
    }
    for (row, client) in clients.iter().enumerate() {
        let y = TOP + 2.0 * HALF * count(row);
        let names = wrapped(&client.names, NAME_COLUMNS);
        for (number, name) in names.iter().enumerate() {
            let y = y + HALF + 4.0 + NAMES * (count(number) - (count(names.len()) - 1.0) / 2.0);
            document = document.add(text(LEFT - 12.0, y, "end", "name", name));
        }
        for (column, server) in servers.iter().enumerate() {
            let Some(place) = map.place(client.first, server.first) else { continue };
            let x = LEFT + WIDTH * count(column);
            document = Side::ALL
                .into_iter()
                .fold(document, |document, side| square(document, &place, side, (x, y)));
        }
    }
    legend(document, bottom)
}

/// One side's half of a square: the client's is the upper one.
fn square(document: Document, place: &MapPlace<'_>, side: Side, at: (f64, f64)) -> Document {
    let (x, top) = at;
    let y = if side == Side::Client { top } else { top + HALF };
    let words = place.words(side).unwrap_or_default();
    let fill = colour(place.entry.cell.suffers(side).next());
    let square = rectangle(x + 1.0, y + 1.0, WIDTH - 2.0, HALF - 1.0, fill);
    document.add(square.set("fill-opacity", count(strength(place, side)) / 100.0)).add(text(
        x + WIDTH / 2.0,
        y + HALF - 7.0,
        "middle",
        "letters",
        &words,
    ))
}

/// How strong a colour is, of a hundred: the stronger, the more programs suffer.
pub fn strength(place: &MapPlace<'_>, side: Side) -> usize {
    match place.entry.cell.reach.percent(side) {
        0 => 70,
        percent => (40 + percent * 10 / 7).min(100),
    }
}

fn legend(document: Document, bottom: f64) -> Document {
    let kinds = HarmKind::ALL
        .map(|kind| (colour(Some(kind)), format!("{}: {}", kind.letter(), kind.meaning())));
    let nothing = (colour(None), "TLS adds nothing".to_owned());
    let lines = kinds.into_iter().chain([nothing]).enumerate();
    let document = lines.fold(document, |document, (number, (fill, words))| {
        let y = bottom + LINE * count(number);
        document.add(rectangle(LEFT, y, 16.0, 16.0, fill)).add(text(
            LEFT + 24.0,
            y + 13.0,
            "start",
            "faint",
            &words,
        ))
    });
    let y = bottom + LINE * count(HarmKind::ALL.len() + 1) + 13.0;
    let halves = "above what the client suffers, below what the server does; in % of the programs";
    document.add(text(LEFT, y, "start", "faint", halves))
}

/// A number of things as a length.
fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}
