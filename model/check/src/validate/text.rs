//! What came of logs, in words.

use hyaline_protocol::print::mark::Mark;
use hyaline_protocol::print::wrap::paragraph;

use super::departure::{Candidate, Departure};
use super::{EndOfLog, KnownBy, PairOfLogs, Validation};

/// How wide reports are, in columns.
const COLUMNS: usize = 100;

/// The report, each of its parts painted by `paint`.
#[must_use]
pub fn text(validation: &Validation, paint: impl Fn(Mark, &str) -> String) -> String {
    let printed = Printed(paint);
    let ends = validation.ends.iter().map(|end| printed.end(end));
    // Where there are more ends than two, numbers may be of several files.
    let with_files = validation.ends.len() > 2;
    let pairs = validation.pairs.iter().map(|pair| printed.pair(pair, with_files));
    let chapters: Vec<String> = ends.chain(pairs).collect();
    let mut text = chapters.join("\n");
    for note in &validation.notes {
        text.push('\n');
        text.push_str(&paragraph("", note, COLUMNS));
    }
    text
}

struct Printed<P>(P);

impl<P: Fn(Mark, &str) -> String> Printed<P> {
    fn verdict(&self, is_behaviour: bool) -> String {
        match is_behaviour {
            true => (self.0)(Mark::Good, "a behaviour of the model"),
            false => (self.0)(Mark::Bad, "NOT a behaviour of the model"),
        }
    }

    fn end(&self, end: &EndOfLog) -> String {
        let EndOfLog { file, connection, end: name, rows, position, .. } = end;
        let title = (self.0)(Mark::Heading, &format!("{file}: {name}, connection {connection}"));
        let verdict = self.verdict(end.is_behaviour);
        let rows = (self.0)(Mark::Faint, &format!("(rows: {rows})"));
        let mut text = format!("{title}  {verdict} {rows}\n");
        match &end.departure {
            Some(departure) => text.push_str(&of_departure(file, departure)),
            None => {
                text.push_str(&paragraph("  stands in ", &position.states.join(", "), COLUMNS));
                for line in &position.waits {
                    text.push_str(&paragraph("  ", line, COLUMNS));
                }
            }
        }
        text
    }

    fn pair(&self, pair: &PairOfLogs, with_files: bool) -> String {
        let PairOfLogs { client, server, arrived, files: [of_client, of_server], .. } = pair;
        let files = match with_files {
            true => format!(" ({of_client}, {of_server})"),
            false => String::new(),
        };
        let title = format!("client {client} and server {server}{files}");
        let title = (self.0)(Mark::Heading, &title);
        let verdict = self.verdict(pair.is_behaviour);
        let arrived = (self.0)(Mark::Faint, &format!("(arrived: {arrived})"));
        let mut text = format!("{title}  together {verdict} {arrived}\n");
        if pair.known_by == KnownBy::Content {
            text.push_str("  Of all that are here, only these two go with each other.\n");
        }
        for found in &pair.departures {
            text.push_str(&of_departure(found.end, &found.departure));
        }
        for line in &pair.under_way {
            text.push_str(&paragraph("  ", line, COLUMNS));
        }
        if pair.is_behaviour && pair.under_way.is_empty() {
            text.push_str("  What either has sealed the other has received.\n");
        }
        text
    }
}

fn of_departure(file: &str, departure: &Departure) -> String {
    let Departure { line, row, because, states, could_fire, .. } = departure;
    let mut text = paragraph("  ", &format!("{file}:{line}: {row}"), COLUMNS);
    text.push_str(&paragraph("  is no step there: ", because, COLUMNS));
    if !states.is_empty() {
        text.push_str(&paragraph("  stands in ", &states.join(", "), COLUMNS));
        text.push_str(match could_fire.is_empty() {
            true => "  no row could have fired there on such an event\n",
            false => "  could have fired there, by facts:\n",
        });
    }
    could_fire.iter().for_each(|candidate| text.push_str(&of_candidate(candidate)));
    text
}

fn of_candidate(candidate: &Candidate) -> String {
    let Candidate { machine, event, guard, source, .. } = candidate;
    let guard = match guard.as_str() {
        "" => String::new(),
        guard if guard.starts_with("under ") => format!(" {guard}"),
        guard => format!(" if {guard}"),
    };
    paragraph("    ", &format!("{machine}: {event}{guard} ({})", source.join(", ")), COLUMNS)
}
