//! A table as Markdown, from its own rows.

use crate::notation::{MachineText, Notation, RowText};
use crate::protocol::Protocol;

/// The machines of a protocol, each with its states and its rows.
pub fn table<P: Protocol>() -> String {
    let mut text = format!("# {}\n\nFingerprint `{}`.\n", P::NAME, P::Table::FINGERPRINT);
    let rows = P::Table::rows();
    for machine in P::Table::machines() {
        let own = rows.iter().filter(|row| row.machine == machine.name);
        text.push_str(&whole_machine(&machine, own));
    }
    text
}

fn whole_machine<'r>(machine: &MachineText, rows: impl Iterator<Item = &'r RowText>) -> String {
    let mut text = format!("\n## `{}`\n\n", machine.name);
    if !machine.docs.is_empty() {
        text.push_str(&format!("{}\n\n", machine.docs.trim()));
    }
    text.push_str("| state | |\n|---|---|\n");
    for (state, marks) in &machine.states {
        text.push_str(&table_row(&[code(&[*state]), marks.join(", ")]));
    }
    text.push_str(
        "\n| from | event | if | leads to | does | source |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let (from, event) = row.begins();
        let from = code(&from.split(" | ").collect::<Vec<_>>());
        let from = if row.otherwise { format!("*otherwise* {from}") } else { from };
        let condition = match row.condition() {
            condition if condition.is_empty() => condition,
            condition => code(&[condition.as_str()]),
        };
        let (event, to, does) = (code(&[event]), code(&[row.to]), code(&row.does));
        text.push_str(&table_row(&[from, event, condition, to, does, row.sources.join(", ")]));
    }
    text
}

/// Each part as code, on a line of its own.
fn code(parts: &[&str]) -> String {
    let quoted: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
    quoted.join("<br>")
}

fn table_row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
