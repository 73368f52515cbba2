//! The map for a terminal.

use anstyle::{AnsiColor, Color, Style};
use hyaline_check::map::harm::HarmKind;
use hyaline_check::map::profiles::ProfileGroup;
use hyaline_check::map::survey::{LibraryMap, MapPlace};
use hyaline_check::report::subject;
use hyaline_check::runs::command::command_of;
use hyaline_check::side::{Both, Side};
use hyaline_protocol::print::wrap::{paragraph, wrapped};

use crate::scenario::words::chart;
use crate::screen::{FAINT, GOOD, HEADING, styled};

/// The columns of everything that is printed.
const COLUMNS: usize = 100;

/// The columns of a cell, with the blank before it.
const CELL: usize = 11;

/// What stands in a cell in which a side suffers nothing.
const NOTHING: &str = "·";

/// The columns for the names of a row.
const NAME: usize = 18;

/// The columns for the name of a side.
const SIDE: usize = 6;

/// The background of the worst that a side suffers.
fn style(worst: Option<HarmKind>) -> Style {
    let on = |colour: AnsiColor| {
        let ink = Some(Color::Ansi(AnsiColor::Black));
        Style::new().fg_color(ink).bg_color(Some(Color::Ansi(colour)))
    };
    match worst {
        None => GOOD,
        Some(HarmKind::Hang) => on(AnsiColor::BrightRed),
        Some(HarmKind::Truncation) => on(AnsiColor::BrightMagenta),
        Some(HarmKind::Reset) => on(AnsiColor::BrightYellow),
        Some(HarmKind::LostAlert) => on(AnsiColor::BrightCyan),
        Some(HarmKind::End | HarmKind::NoGoodRun | HarmKind::Later) => on(AnsiColor::BrightBlue),
    }
}

/// The whole map, with what its letters say.
pub(super) fn whole(map: &LibraryMap) -> String {
    let mut text = heading(map);
    text.push_str(&table(map));
    text.push('\n');
    text.push_str(&legend(map));
    let open = "`hyaline map --client NAME --server NAME` opens a cell: the shortest programs and \
                traces. A profile is what is known of a library (`hyaline profiles`).";
    text + "\n" + &paragraph("", open, COLUMNS) + &faint(&subject())
}

fn heading(map: &LibraryMap) -> String {
    let (explorations, states) = map.size();
    let cut = if map.is_complete() { "" } else { " Not all of them were explored to the end." };
    let size = format!(
        "{} {} pairs of policies, {explorations} explorations, {states} snapshots.{cut}",
        map.plan.bounds.words(),
        map.pairs()
    );
    styled(HEADING, "what TLS adds that plain TCP does not have") + "\n" + &faint(&size) + "\n"
}

fn faint(text: &str) -> String {
    paragraph("", text, COLUMNS).lines().map(|line| styled(FAINT, line) + "\n").collect()
}

/// A row for each client and side, and a column for each server, by the numbers of the rows; as
/// many columns at once as there is room for.
fn table(map: &LibraryMap) -> String {
    let Both { client: clients, server: servers } = map.groups();
    let fitting = (COLUMNS - NAME - SIDE - 4) / CELL;
    let numbered: Vec<(usize, &ProfileGroup<'_>)> = (1..).zip(&servers).collect();
    let mut text = String::new();
    for columns in numbered.chunks(fitting) {
        text.push_str(&format!("{:width$}", "server →", width = NAME + SIDE + 4));
        text.extend(
            columns.iter().map(|(number, _)| format!(" {number:<width$}", width = CELL - 1)),
        );
        text = text.trim_end().to_owned() + "\n";
        for (number, client) in (1..).zip(&clients) {
            text.push_str(&row(map, number, client, columns));
        }
    }
    if clients != servers {
        text.push_str("\nservers\n");
        text.extend(
            numbered.iter().map(|(number, server)| format!("{number:2} {}\n", server.names)),
        );
    }
    text
}

/// What each side suffers where this is the client.
fn row(
    map: &LibraryMap,
    number: usize,
    client: &ProfileGroup<'_>,
    columns: &[(usize, &ProfileGroup<'_>)],
) -> String {
    let mut names = wrapped(&client.names, NAME).into_iter();
    let mut text = String::new();
    for side in Side::ALL {
        let number = if side == Side::Client { number.to_string() } else { String::new() };
        let name = names.next().unwrap_or_default();
        let side_name = styled(FAINT, format!("{side:SIDE$}"));
        text.push_str(&format!("{number:>2} {name:NAME$} {side_name}"));
        for (_, server) in columns {
            let place = map.place(client.first, server.first);
            text.push_str(&place.map(|place| cell(&place, side)).unwrap_or_default());
        }
        text.push('\n');
    }
    text.extend(names.map(|name| format!("   {name}\n")));
    text
}

/// What a side suffers, and how often.
fn cell(place: &MapPlace<'_>, side: Side) -> String {
    let words = place.words(side).unwrap_or_else(|| NOTHING.to_owned());
    let worst = place.entry.cell.suffers(side).next();
    format!(" {}", styled(style(worst), format!("{words:width$}", width = CELL - 1)))
}

/// What the letters say, and how often each stands there.
fn legend(map: &LibraryMap) -> String {
    let all = map.places().count();
    let about = format!(
        "Rows are clients, columns servers by the numbers of the rows. %: in how many of a hundred \
         pairs of programs a side suffers anything; what a rejected certificate comes to is not \
         counted there. In how many of {all} cells, with each library by itself, a side suffers \
         what:"
    );
    let mut text = paragraph("", &about, COLUMNS);
    text.push_str(&format!("{:72}{:>8}{:>8}\n", "", "client", "server"));
    for kind in HarmKind::ALL {
        let [client, server] = Side::ALL.map(|side| map.count(kind, side));
        if client + server > 0 {
            let letter = styled(style(Some(kind)), kind.letter());
            let meaning = kind.meaning();
            text.push_str(&format!("  {letter} {meaning:68}{client:>8}{server:>8}\n"));
        }
    }
    let transparent = map.transparent();
    text + &format!("  {NOTHING} nothing; in {transparent} cells neither side suffers anything\n")
}

/// One cell: what each side suffers, and what shows it.
pub(super) fn opened(map: &LibraryMap) -> String {
    let mut text = String::new();
    for place in map.places() {
        text.push_str(&of_place(&place));
    }
    text + "\n" + &faint(&map.plan.bounds.words()) + &faint(&subject())
}

fn of_place(place: &MapPlace<'_>) -> String {
    let names = place.names();
    let cell = &place.entry.cell;
    let mut text = styled(HEADING, format!("{} × {}", names.client, names.server)) + "\n";
    if cell.is_transparent() {
        text.push_str(&(styled(GOOD, "TLS adds nothing that programs notice") + "\n"));
    } else if cell.harms.is_empty() {
        text.push_str("nothing was found, and not all of it was explored\n");
    }
    for opened in &place.entry.opened {
        let words = styled(style(Some(opened.harm.kind)), opened.harm);
        text.push_str(&format!("\n{words}\n"));
        if let Some(command) = command_of(&names, &opened.scenario) {
            text.push_str(&format!("  hyaline {command}\n"));
        }
        if let Some(trace) = &opened.trace {
            let about = format!("the shortest trace, {} steps", trace.steps.len());
            text.push_str(&chart(trace, &about, false, false));
        }
    }
    let failing: Vec<&str> = cell.failing().collect();
    if !failing.is_empty() {
        let words = format!("properties that fail: {}", failing.join(", "));
        text.push_str(&("\n".to_owned() + &paragraph("", &words, COLUMNS)));
    }
    text
}
