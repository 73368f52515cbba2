//! The hazards, a line each.

use hyaline_check::runs::hazards::entry::{HazardEntry, Standing};
use hyaline_protocol::print::wrap::paragraph;
use serde::Serialize;

use super::COLUMNS;
use crate::arguments::HazardFormat;
use crate::screen::{CommandError, FAINT, GOOD, HEADING, styled};

/// A hazard of the list, for programs.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    entry: &'static HazardEntry,
    standing: Standing,
    /// What makes it in the model; null where the model does not show it.
    cause: Option<String>,
    links: Vec<String>,
}

/// The list as it is printed.
pub(super) fn shown(
    entries: &'static [HazardEntry],
    format: HazardFormat,
) -> Result<String, CommandError> {
    let listed = entries
        .iter()
        .map(|entry| {
            let cause = entry.demonstration()?.map(|shown| shown.cause_in_words());
            let (standing, links) = (entry.standing(), entry.links().collect());
            Ok(Listed { entry, standing, cause, links })
        })
        .collect::<Result<Vec<_>, CommandError>>()?;
    Ok(match format {
        HazardFormat::Json => serde_json::to_string_pretty(&listed)? + "\n",
        HazardFormat::Markdown => markdown(&listed),
        _ => text(&listed),
    })
}

impl Listed {
    /// What makes it, or why the model does not show it.
    fn reason(&self) -> String {
        match (&self.cause, &self.entry.outside) {
            (Some(cause), _) => format!("found with {cause}, gone without"),
            (None, outside) => outside.clone().unwrap_or_default(),
        }
    }
}

fn text(listed: &[Listed]) -> String {
    let mut text = String::new();
    for hazard in listed {
        let word = hazard.standing.word();
        let style = if hazard.standing == Standing::Model { GOOD } else { HEADING };
        let padding = " ".repeat(9_usize.saturating_sub(word.len()));
        let number = styled(HEADING, &hazard.entry.number);
        let title = &hazard.entry.title;
        text.push_str(&format!("{number}  {}{padding}{title}\n", styled(style, word)));
        let reason = paragraph(&" ".repeat(14), &hazard.reason(), COLUMNS);
        text.extend(reason.lines().map(|line| styled(FAINT, line) + "\n"));
    }
    text.push('\n');
    text + &paragraph("", &summary(listed), COLUMNS)
}

fn summary(listed: &[Listed]) -> String {
    let count = |standing| listed.iter().filter(|hazard| hazard.standing == standing).count();
    format!(
        "Of {} hazards the model finds {}; {} shown on sockets only; {} outside of the model. \
         `hyaline hazards NUMBER` tells of one, `hyaline hazards --all` runs those of the model.",
        listed.len(),
        count(Standing::Model),
        count(Standing::Sockets),
        count(Standing::Outside),
    )
}

fn markdown(listed: &[Listed]) -> String {
    let mut text =
        "| | what goes wrong | seen in | how, or why not |\n|---|---|---|---|\n".to_owned();
    for hazard in listed {
        let (number, title) = (&hazard.entry.number, &hazard.entry.title);
        let reason = hazard.reason().replace('|', "\\|");
        let word = hazard.standing.word();
        text.push_str(&format!("| {number} | {title} | {word} | {reason} |\n"));
    }
    text
}
