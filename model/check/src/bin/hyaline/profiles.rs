//! `hyaline profiles`.

use hyaline_check::runs::libraries::{Evidence, LIBRARIES, Library};
use hyaline_check::search::profile::Profile;
use hyaline_protocol::print::wrap::paragraph;

use crate::CommandStatus;
use crate::screen::{CommandError, FAINT, HEADING, styled, write};

/// The columns of everything that is printed.
const COLUMNS: usize = 100;

pub(crate) fn run() -> Result<CommandStatus, CommandError> {
    let mut text = paragraph(
        "",
        "Profiles of known libraries: each switch that is known, and how it is known. Nothing is \
         guessed: what stands in no line is as in `naive`, and what no switch can say is listed \
         below. Flip a switch behind a comma where your version differs.",
        COLUMNS,
    );
    let kinds = Evidence::ALL.map(Evidence::word).join(", ");
    text.push_str(&paragraph("", &format!("Known by: {kinds}."), COLUMNS));
    for library in &LIBRARIES {
        text.push_str(&chapter(library));
    }
    write(&text)?;
    Ok(CommandStatus::Holds)
}

fn chapter(library: &Library) -> String {
    let mut text = format!("\n{}: {}\n", styled(HEADING, library.name), library.title);
    for known in library.switches {
        let setting = format!("  {}={}", known.switch, known.value);
        let claim = format!("{} ({})", known.claim, known.evidence.word());
        text.push_str(&paragraph(&format!("{setting:<32}"), &claim, COLUMNS));
    }
    let is_known = |switch: &str| library.switches.iter().any(|known| known.switch == switch);
    let unknown: Vec<String> = Profile::NAIVE
        .settings()
        .filter(|(switch, _)| !is_known(switch))
        .map(|(switch, value)| format!("{switch}={value}"))
        .collect();
    let unknown = format!("not known, as in naive: {}", unknown.join(", "));
    let faint =
        |text: String| -> String { text.lines().map(|line| styled(FAINT, line) + "\n").collect() };
    text.push_str(&faint(paragraph("  ", &unknown, COLUMNS)));
    for beyond in library.beyond {
        let claim = format!("no switch says: {} ({})", beyond.claim, beyond.evidence.word());
        text.push_str(&paragraph("  ", &claim, COLUMNS));
    }
    text
}
