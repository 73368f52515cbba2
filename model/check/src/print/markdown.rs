//! The table as Markdown.

use hyaline_model::table::{Alert, FINGERPRINT, Machine, Reason};

use super::line::{StraightLine, caption, title};
use super::row::{Parts, marks};

/// These machines as a document: their straight lines, and then all of their rows.
#[must_use]
pub fn table(machines: &[Machine], line: &StraightLine) -> String {
    let mut text = format!(
        "# The table\n\n\
         Printed by `hyaline table --format markdown`; [reading the table](reading-the-table.md) \
         explains the\nnotation. Fingerprint `{FINGERPRINT}`. `§` is a section of RFC 9846.\n\n\
         ## The straight line\n\n{}\n",
        caption()
    );
    for machine in machines {
        text.push_str(&straight_line(*machine, line));
    }
    for machine in machines {
        text.push_str(&whole_machine(*machine));
    }
    text.push_str(&reasons());
    text
}

/// Which alert tells the peer of which reasons.
fn reasons() -> String {
    let mut text = "\n## Reasons and alerts\n\n\
        Rows carry why a connection fails. `SendErrorAlert` seals the alert that follows from the \
        reason\n(`model/src/table/alphabet.rs`).\n\n| alert | reasons |\n|---|---|\n"
        .to_owned();
    for alert in Alert::ALL {
        let reasons = Reason::ALL.iter().filter(|reason| reason.alert() == *alert);
        let names: Vec<&str> = reasons.map(|reason| reason.name()).collect();
        if !names.is_empty() {
            text.push_str(&table_row(&[code(&[alert.name()]), code(&names)]));
        }
    }
    text
}

fn straight_line(machine: Machine, line: &StraightLine) -> String {
    let (side, rows) = line.of(machine);
    let first = machine.state_name(machine.initial_state());
    let mut text = format!("\n### {}\n\n", title(machine, side));
    text.push_str("| event | leads to | does | source |\n|---|---|---|---|\n");
    text.push_str(&table_row(&[String::new(), code(&[first]), String::new(), String::new()]));
    for row in rows {
        let parts = Parts::of(row);
        let to = if row.to.is_some() { code(&[parts.to]) } else { String::new() };
        let event = code(&[&parts.event]);
        text.push_str(&table_row(&[event, to, code(&parts.does), parts.source.join(", ")]));
    }
    text
}

fn whole_machine(machine: Machine) -> String {
    let docs = machine.docs().trim();
    let mut text = format!("\n## `{}`\n\n{docs}\n\n| state | |\n|---|---|\n", machine.name());
    for state in 0..machine.state_count() {
        let name = code(&[machine.state_name(state)]);
        text.push_str(&table_row(&[name, marks(machine, state).join(", ")]));
    }
    text.push_str(
        "\n| from | event | if | leads to | does | source |\n|---|---|---|---|---|---|\n",
    );
    for row in machine.rows() {
        let parts = Parts::of(row);
        let from = parts.from.split(" | ").map(str::to_owned).collect::<Vec<_>>();
        let from =
            if row.otherwise { "*otherwise* ".to_owned() } else { String::new() } + &code(&from);
        let condition = match parts.condition() {
            condition if condition.is_empty() => condition,
            condition => code(&[condition]),
        };
        let (event, to) = (code(&[&parts.event]), code(&[parts.to]));
        let source = parts.source.join(", ");
        text.push_str(&table_row(&[from, event, condition, to, code(&parts.does), source]));
    }
    text
}

/// Each part as code, on a line of its own.
fn code<T: AsRef<str>>(parts: &[T]) -> String {
    let quoted: Vec<String> = parts.iter().map(|part| format!("`{}`", part.as_ref())).collect();
    quoted.join("<br>")
}

fn table_row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_printed_with_its_source() {
        let line = StraightLine::walk().expect("programs");
        let text = table(Machine::ALL, &line);
        for machine in Machine::ALL {
            for row in machine.rows() {
                let source = Parts::of(row).source.join(", ");
                let printed = text.lines().any(|line| {
                    line.contains(&source) && line.contains(&format!("`{}`", Parts::of(row).to))
                });
                assert!(printed, "{}", row.text);
            }
        }
    }

    #[test]
    fn every_reason_is_printed_once_beside_its_alert() {
        for reason in Reason::ALL {
            let name = format!("`{}`", reason.name());
            let lines: Vec<_> = reasons().lines().map(str::to_owned).collect();
            let found: Vec<_> = lines.iter().filter(|line| line.contains(&name)).collect();
            let [line] = found.as_slice() else { panic!("{name}: {found:?}") };
            assert!(line.starts_with(&format!("| `{}` |", reason.alert().name())), "{line}");
        }
    }

    #[test]
    fn every_line_of_a_table_has_as_many_cells_as_its_head() {
        let line = StraightLine::walk().expect("programs");
        let mut cells = 0;
        for line in table(Machine::ALL, &line).lines() {
            let bars = line.replace("\\|", "").matches('|').count();
            assert!(cells == 0 || bars == 0 || bars == cells, "{line}");
            cells = bars;
        }
    }
}
