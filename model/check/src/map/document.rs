//! The page about the map, in Markdown.

use hyaline_model::table::FINGERPRINT;

use crate::WORLD_FINGERPRINT;
use crate::map::harm::HarmKind;
use crate::map::opened::OpenedHarm;
use crate::map::profiles::{MapProfile, ProfileGroup};
use crate::map::survey::{LibraryMap, MapPlace};
use crate::runs::command::command_of;
use crate::side::{Both, Side};
use hyaline_protocol::print::wrap::paragraph;

/// What stands in a cell in which TLS adds nothing.
const NOTHING: &str = "–";

/// A paragraph on what is not in the map.
const LEFT_OUT: &str = "\
A profile is what is known of a library, in switches; what is not known stands as in `naive`, and \
what no switch says is not in the map (`hyaline profiles`). A cell is so within the bounds, and of \
the policy, not of the library.";

/// How a cell is read.
const CELLS: &str = "\
In a cell stands what the client suffers, and behind the stroke what the server does, each with in \
how many of a hundred pairs of programs that side suffers anything. What a rejected certificate \
comes to is not counted there.";

/// The columns of prose.
const COLUMNS: usize = 100;

/// The whole page.
pub fn markdown(map: &LibraryMap) -> String {
    let mut text = heading(map) + "\n" + &table(map) + "\n" + &counts(map);
    text.push_str("\n## The profiles\n\n");
    text.push_str(&profiles(&map.plan.clients));
    text.push_str("\n## Ours, opposite each\n");
    let Both { client: clients, server: servers } = map.groups();
    for client in &clients {
        for server in &servers {
            let has_ours = client.first.profile.is_shipped() || server.first.profile.is_shipped();
            if let Some(place) = map.place(client.first, server.first).filter(|_| has_ours) {
                let title = format!("{} × {}", client.names, server.names);
                text.push_str(&chapter(&title, &place));
            }
        }
    }
    text
}

fn heading(map: &LibraryMap) -> String {
    let (explorations, states) = map.size();
    let cut = if map.is_complete() { "" } else { " Not all of them were explored to the end." };
    let about = format!(
        "Each client opposite each server: what TLS adds there that plain TCP does not have, by \
         the side that suffers it. {} {} pairs of policies, {explorations} explorations, {states} \
         snapshots.{cut}",
        map.plan.bounds.words(),
        map.pairs(),
    );
    let paragraphs: String =
        [&about, LEFT_OUT, CELLS].map(|text| paragraph("", text, COLUMNS) + "\n").concat();
    format!(
        "# The map of libraries\n\n\
         Made by `cargo run --release -- map --format markdown > docs/map.md`.\n\
         Table `{FINGERPRINT}`, world `{WORLD_FINGERPRINT}`.\n\n\
         {paragraphs}{}",
        legend(),
    )
}

/// What each letter says.
fn legend() -> String {
    let line = |kind: HarmKind| format!("- **{}**: {}\n", kind.letter(), kind.meaning());
    HarmKind::ALL.map(line).concat() + &format!("- {NOTHING}: TLS adds nothing\n")
}

/// What both sides suffer.
fn cell(place: &MapPlace<'_>) -> String {
    let [client, server] =
        Side::ALL.map(|side| place.words(side).unwrap_or_else(|| NOTHING.to_owned()));
    if client == server && client == NOTHING { client } else { format!("{client} / {server}") }
}

fn table(map: &LibraryMap) -> String {
    let Both { client: clients, server: servers } = map.groups();
    let mut text = "| client ↓ server → |".to_owned();
    text.extend(servers.iter().map(|server| format!(" {} |", server.names)));
    text.push_str("\n|---|");
    text.extend(servers.iter().map(|_| "---|"));
    text.push('\n');
    for client in &clients {
        text.push_str(&format!("| {} |", client.names));
        for server in &servers {
            let place = map.place(client.first, server.first);
            text.push_str(&format!(" {} |", place.map(|place| cell(&place)).unwrap_or_default()));
        }
        text.push('\n');
    }
    text
}

fn counts(map: &LibraryMap) -> String {
    let all = map.places().count();
    let mut text = format!(
        "TLS adds nothing in {} of {all} cells. In how many a side suffers what:\n\n\
         | | the client | the server |\n|---|--:|--:|\n",
        map.transparent()
    );
    for kind in HarmKind::ALL {
        let [client, server] = Side::ALL.map(|side| map.count(kind, side));
        if client + server > 0 {
            text.push_str(&format!("| {} | {client} | {server} |\n", kind.meaning()));
        }
    }
    text
}

/// The policies, each with the switches that stand otherwise than in what ships.
pub fn profiles(profiles: &[MapProfile]) -> String {
    let mut text = "| | otherwise than `hyaline` |\n|---|---|\n".to_owned();
    for group in ProfileGroup::all(profiles) {
        let switches = match group.first.differs() {
            empty if empty.is_empty() => "nothing".to_owned(),
            switches => format!("`{switches}`"),
        };
        text.push_str(&format!("| {} | {switches} |\n", group.names));
    }
    text
}

/// One cell, with the command that shows each harm.
fn chapter(title: &str, place: &MapPlace<'_>) -> String {
    let names = place.names();
    let mut text = format!("\n**{title}**\n");
    if place.entry.opened.is_empty() {
        let complete = place.entry.cell.complete;
        text.push_str(if complete { "\nTLS adds nothing.\n" } else { "\nNothing was found.\n" });
    }
    for opened in &place.entry.opened {
        let OpenedHarm { harm, scenario, trace } = opened;
        let steps = trace.as_ref().map(|trace| trace.steps.len());
        let steps = steps.map(|steps| format!(" ({steps} steps)")).unwrap_or_default();
        let command = command_of(&names, scenario).unwrap_or_default();
        text.push_str(&format!(
            "\n- {harm}{steps}\n\n  ```sh\n  cargo run --release -- {command}\n  ```\n"
        ));
    }
    text
}
