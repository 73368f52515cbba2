//! The map as a page that stands for itself: a table whose cells lead to what was found there, with
//! the traces folded.

use crate::map::harm::HarmKind;
use crate::map::opened::OpenedHarm;
use crate::map::picture::{colour, strength};
use crate::map::survey::{LibraryMap, MapPlace};
use crate::report::chart::{ChartStyle, draw};
use crate::report::page::{document, escaped};
use crate::report::subject;
use crate::runs::command::command_of;
use crate::side::{Both, Side};

/// A chart as wide as it has to be, the handshake folded.
const CHART: ChartStyle =
    ChartStyle { columns: None, shows_handshake: false, shows_rows: false, is_coloured: false };

const STYLE: &str = "\
<style>
body { max-width: 76rem } table.map { border-spacing: 2px; border-collapse: separate }
table.map td { padding: 0; text-align: center; vertical-align: middle; min-width: 6rem }
table.map td a { display: block; color: inherit; text-decoration: none }
table.map span { display: block; min-height: 1.3rem; font: .82rem/1.3rem ui-monospace, monospace }
pre { overflow-x: auto; background: #f6f8fa; padding: .6rem .8rem; border-radius: 6px;
  font: .82rem/1.35 ui-monospace, monospace } details { margin: .4rem 0 }
pre.command { white-space: pre-wrap }
.swatch { display: inline-block; width: 1rem; height: 1rem; vertical-align: -.15rem }
</style>
";

/// The page.
pub fn page(map: &LibraryMap) -> String {
    let title = "The map of libraries";
    let (explorations, states) = map.size();
    let cut = if map.is_complete() { "" } else { " Not all of them were explored to the end." };
    let mut body = format!(
        "{STYLE}<h1>{title}</h1>\n<p>Each client opposite each server: what TLS adds there that \
         plain TCP does not have. The upper half of a cell is what the client suffers, the lower \
         half what the server does, with in how many of a hundred pairs of programs it suffers \
         anything; what a rejected certificate comes to is not counted there. A cell leads to what \
         was found.</p>\n\
         <p class=\"faint\">{} {} pairs of policies, {explorations} explorations, {states} \
         snapshots.{cut}</p>\n",
        escaped(&map.plan.bounds.words()),
        map.pairs(),
    );
    body.push_str(&table(map));
    body.push_str(&legend());
    let chapters = places(map).into_iter().enumerate();
    body.extend(chapters.map(|(number, place)| chapter(number, &place)));
    body.push_str(&format!("<p class=\"faint\">{}</p>\n", escaped(&subject())));
    document(title, &body)
}

/// Different policies, row by row.
fn places(map: &LibraryMap) -> Vec<MapPlace<'_>> {
    let Both { client: clients, server: servers } = map.groups();
    let rows = clients.iter().flat_map(|client| {
        servers.iter().filter_map(|server| map.place(client.first, server.first))
    });
    rows.collect()
}

fn table(map: &LibraryMap) -> String {
    let Both { client: clients, server: servers } = map.groups();
    let mut text = "<table class=\"map\">\n<tr><th>client ↓ server →</th>".to_owned();
    let head = |names: &str| format!("<th>{}</th>", escaped(names));
    text.extend(servers.iter().map(|server| head(&server.names)));
    text.push_str("</tr>\n");
    let mut cells = places(map).into_iter().enumerate();
    for client in &clients {
        text.push_str(&format!("<tr>{}", head(&client.names)));
        for (number, place) in cells.by_ref().take(servers.len()) {
            text.push_str(&format!("<td><a href=\"#cell-{number}\">{}</a></td>", halves(&place)));
        }
        text.push_str("</tr>\n");
    }
    text + "</table>\n"
}

fn halves(place: &MapPlace<'_>) -> String {
    let half = |side| {
        let letters = place.words(side).unwrap_or_default();
        let fill = colour(place.entry.cell.suffers(side).next());
        let strength = strength(place, side);
        let colour = format!("color-mix(in srgb, {fill} {strength}%, white)");
        format!("<span style=\"background:{colour}\">{letters}</span>")
    };
    Side::ALL.map(half).concat()
}

fn legend() -> String {
    let line = |(fill, words): (&str, String)| {
        format!("<span class=\"swatch\" style=\"background:{fill}\"></span> {words}<br>\n")
    };
    let kinds = HarmKind::ALL
        .map(|kind| (colour(Some(kind)), format!("{}: {}", kind.letter(), kind.meaning())));
    let nothing = (colour(None), "TLS adds nothing".to_owned());
    let lines: String = kinds.into_iter().chain([nothing]).map(line).collect();
    format!("<p>\n{lines}</p>\n")
}

/// The chapter on one cell.
fn chapter(number: usize, place: &MapPlace<'_>) -> String {
    let names = place.names();
    let mut text = format!(
        "<h2 id=\"cell-{number}\">{} × {}</h2>\n",
        escaped(names.client),
        escaped(names.server)
    );
    if place.entry.opened.is_empty() {
        text.push_str(if place.entry.cell.complete {
            "<p>TLS adds nothing.</p>\n"
        } else {
            "<p>Nothing was found.</p>\n"
        });
    }
    for opened in &place.entry.opened {
        let OpenedHarm { harm, scenario, trace } = opened;
        let command = command_of(&names, scenario).unwrap_or_default();
        text.push_str(&format!(
            "<p>{}</p>\n<pre class=\"command\">hyaline {}</pre>\n",
            escaped(&harm.to_string()),
            escaped(&command)
        ));
        if let Some(trace) = trace {
            let (steps, chart) = (trace.steps.len(), escaped(&draw(trace, CHART)));
            let summary = format!("<summary>the shortest trace, {steps} steps</summary>");
            text.push_str(&format!("<details>{summary}<pre>{chart}</pre></details>\n"));
        }
    }
    text
}
