//! The table as text for a terminal of 100 columns.

use hyaline_model::table::{FINGERPRINT, Machine, Row};

use super::line::{StraightLine, caption, title};
use super::row::{Parts, marks};

const COLUMNS: usize = 100;

/// A space at which no line is broken.
const NO_BREAK: &str = "\u{a0}";

/// These machines: their straight lines, and then all of their rows.
#[must_use]
pub fn table(machines: &[Machine], line: &StraightLine) -> String {
    let mut text = format!("table {FINGERPRINT}\n\n{}", wrapped("", &caption()));
    for machine in machines {
        text.push('\n');
        text.push_str(&straight_line(*machine, line));
    }
    for machine in machines {
        text.push('\n');
        text.push_str(&whole_machine(*machine));
    }
    text
}

/// One line for each row: the event, the state that it leads to, and what is done.
fn straight_line(machine: Machine, line: &StraightLine) -> String {
    let (side, rows) = line.of(machine);
    let parts: Vec<Parts> = rows.into_iter().map(Parts::of).collect();
    let events = parts.iter().map(|row| row.event.len()).max().unwrap_or(0);
    let states = parts.iter().map(|row| row.to.len()).max().unwrap_or(0);
    let first = machine.state_name(machine.initial_state());
    let mut text = format!("{}, from {first}\n", title(machine, side));
    for row in &parts {
        let to = if row.to == "same" { "" } else { row.to };
        let head = format!("  {:events$}  {to:states$}  ", row.event);
        text.push_str(&wrapped(&head, &together(&row.does)));
    }
    text
}

fn whole_machine(machine: Machine) -> String {
    let mut text = format!("{}: {}\n\n  states\n", machine.name(), machine.docs().trim());
    for state in 0..machine.state_count() {
        let marks = marks(machine, state).join(", ");
        text.push_str(format!("    {:28}{marks}", machine.state_name(state)).trim_end());
        text.push('\n');
    }
    text.push_str("\n  rows\n");
    for row in machine.rows() {
        text.push_str(&whole_row(row));
    }
    text
}

fn whole_row(row: &Row) -> String {
    let parts = Parts::of(row);
    let mut text = String::new();
    let head = if row.otherwise { "    otherwise " } else { "    " };
    text.push_str(&wrapped(head, &format!("{} + {}", parts.from, parts.event)));
    let condition = parts.condition();
    if !condition.is_empty() {
        let head = if parts.guard.is_empty() { "        " } else { "        if " };
        text.push_str(&wrapped(head, &condition));
    }
    let mut leads = parts.to.to_owned();
    if !parts.does.is_empty() {
        leads.push_str(&format!(": {}", together(&parts.does)));
    }
    text.push_str(&wrapped("        => ", &leads));
    text.push_str(&wrapped("        -- ", &parts.source.join(", ")));
    text
}

/// What a row does, on one line. Where it has to be broken, each part stays whole.
fn together(parts: &[&str]) -> String {
    parts.join("; ").replace(' ', NO_BREAK).replace(&format!(";{NO_BREAK}"), "; ")
}

/// The text behind the head, broken between words; later lines are indented as far as the first.
fn wrapped(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let mut lines = vec![head.to_owned()];
    for word in text.split(' ') {
        let Some(last) = lines.last_mut() else { continue };
        let columns = last.chars().count();
        if columns > indent && columns + 1 + word.chars().count() > COLUMNS {
            lines.push(format!("{}{word}", " ".repeat(indent)));
        } else {
            if columns > indent {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.iter().map(|line| line.trim_end().replace(NO_BREAK, " ") + "\n").collect()
}
