//! The scenes of the chapter on hazards, as the catalogue has them.

use std::fmt::Write;

use hyaline_check::runs::hazards::demonstration::{Demonstration, Version};
use hyaline_check::runs::hazards::entry::{HazardEntry, catalogue};
use hyaline_check::runs::written::WrittenScenario;

use crate::drawn::assessed;

/// The chapter, in `docs/`.
pub(crate) const CHAPTER: &str = "ten-hazards.md";

/// The hazards of the chapter, in its order.
pub(crate) const TEN: [&str; 10] =
    ["H01", "H02", "H03", "H17", "H04", "H06", "H34", "H05", "H10", "H33"];

/// What is known of a hazard, and how the model shows it.
pub(crate) fn demonstration(number: &str) -> (&'static HazardEntry, Demonstration) {
    let entries = catalogue().expect("a catalogue");
    let entry = entries.iter().find(|entry| entry.number == number).expect("a hazard");
    let shown = entry.demonstration().expect("a demonstration").expect("one that the model shows");
    (entry, shown)
}

/// The chapter with what stands between the marks of a hazard; nothing if there are none.
pub(crate) fn chapter_with(chapter: &str, number: &str, scene: &str) -> Option<String> {
    let begin = format!("<!-- scene: {number} -->\n");
    let (before, rest) = chapter.split_once(&begin)?;
    let end = rest.find("<!-- end of scene -->")?;
    Some(format!("{before}{begin}{scene}{}", rest.get(end..)?))
}

/// The scene of a hazard: programs and queues, the picture, why it ends so, the lab, what ships.
pub(crate) fn scene(number: &str) -> String {
    let (entry, shown) = demonstration(number);
    let written = shown.written(Version::Endangered).expect("a scenario");
    let found = assessed(number);
    let mut text = programs(&written);
    let _ =
        writeln!(text, "\n[![{}](figures/{number}.svg)](figures/{number}.svg)\n", found.headline);
    text += "The checker says why:\n\n";
    for line in &found.explanation {
        let _ = writeln!(text, "- {line}");
    }
    let address = written.address().expect("an address");
    let _ = writeln!(
        text,
        "\n[Open this scene in the lab](the-lab.html#{address}), or run\n\
         `cargo run --release -- hazards {number}`.\n\n\
         **What ships instead.** {}",
        entry.shipped
    );
    text
}

/// Both programs, the library below each, and the queues, as a table.
fn programs(written: &WrittenScenario) -> String {
    let name = |profile: &Option<String>| profile.clone().unwrap_or_else(|| "hyaline".to_owned());
    let records = |count: Option<u8>| match count.unwrap_or(1) {
        0 => "nothing".to_owned(),
        1 => "1 record".to_owned(),
        more => format!("{more} records"),
    };
    let mut text = "| | client | server |\n|---|---|---|\n".to_owned();
    let WrittenScenario { client, server, .. } = written;
    // The `|` between two callers would end the cell of the table.
    let program = |words: &str| words.replace('|', "\\|");
    let (clients, servers) = (program(&written.client_program), program(&written.server_program));
    let _ = writeln!(text, "| program | `{clients}` | `{servers}` |");
    let _ = writeln!(text, "| library | `{}` | `{}` |", name(client), name(server));
    let mut around = format!(
        "Each send queue holds {}, each receive queue {}.",
        records(written.send_buffer),
        records(written.receive_buffer)
    );
    match written.tickets {
        None => {}
        Some(1) => around += " The server sends 1 ticket.",
        Some(more) => around += &format!(" The server sends {more} tickets."),
    }
    if let Some(certificate) = &written.client_certificate {
        around += &format!(" The client's certificate is {certificate}.");
    }
    let _ = writeln!(text, "\n{around}");
    text
}
