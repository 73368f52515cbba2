//! What came of explorations, as the forms have it that the tools of continuous integration read.

use hyaline_check::print::place::{RowPlace, place_of, row_of};
use hyaline_check::relay::chart::{RelaySequence, draw as draw_relay};
use hyaline_check::report::because::rule;
use hyaline_check::report::chart::{ChartStyle, draw};
use hyaline_check::report::sequence::{Sequence, SequenceStep};
use hyaline_check::side::{Both, Side};
use hyaline_protocol::SourcePlace;
use hyaline_protocol::print::suite::{ReportRow, ReportRule, ReportStep, ReportTool, ReportTrace};

/// This program.
pub(crate) const TOOL: ReportTool = ReportTool {
    name: "hyaline",
    version: env!("CARGO_PKG_VERSION"),
    address: env!("CARGO_PKG_REPOSITORY"),
};

/// Where a result is put that no row and no file of the user's is to blame for: the table.
pub(crate) fn table() -> SourcePlace {
    SourcePlace { file: "model/src/table/mod.rs".to_owned(), line: None }
}

/// The chart of a comment: as wide as it has to be, without the handshake and without rows.
const BRIEF: ChartStyle =
    ChartStyle { columns: None, shows_handshake: false, shows_rows: false, is_coloured: false };

/// A rule that an exploration has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A property holds.
    Property(&'static str),
    /// No call is worse off than over plain TCP, in programs of any length.
    Unbounded,
    /// No call is worse off than over plain TCP, with a relay between the programs.
    Relay,
    /// Everything is explored.
    Finished,
    /// A hazard, or what two naive ends do, is found.
    Found,
    /// A scenario is answered as its file expects.
    Expected,
    /// What has to be seen in some run is seen, and what was recorded is so.
    Recorded,
}

impl From<Rule> for ReportRule {
    fn from(broken: Rule) -> Self {
        const WORSE: &str = "a call is worse off than over plain TCP";
        let (name, words) = match broken {
            Rule::Property(property) => (property, rule(property)),
            Rule::Unbounded => ("unbounded", WORSE),
            Rule::Relay => ("relay", WORSE),
            Rule::Finished => ("finished", "not everything was explored, which is no pass"),
            Rule::Found => ("found", "a mistake that was made on purpose is not found"),
            Rule::Expected => {
                ("as-expected", "the answer to a scenario is not the one that its file expects")
            }
            Rule::Recorded => {
                ("as-recorded", "what a check sees and counts is not as it was recorded")
            }
        };
        Self::new(name, words)
    }
}

/// A trace between two ends.
pub(crate) fn trace_of_pair(sequence: &Sequence) -> ReportTrace {
    let names = Both { client: "client", server: "server" };
    ReportTrace {
        chart: draw(sequence, ChartStyle::WHOLE),
        brief_chart: draw(sequence, BRIEF),
        steps: sequence.steps.iter().map(|step| step_of(step, &names)).collect(),
    }
}

/// A trace between two ends with a relay in the middle.
pub(crate) fn trace_of_relay(sequence: &RelaySequence) -> ReportTrace {
    let steps = sequence.steps.iter().map(|step| {
        let [client, server] = Side::ALL.map(|side| step.link.name(side));
        step_of(&step.step, &Both { client, server })
    });
    ReportTrace {
        chart: draw_relay(sequence, ChartStyle::WHOLE),
        brief_chart: draw_relay(sequence, BRIEF),
        steps: steps.collect(),
    }
}

/// A step between two ends of these names.
fn step_of(step: &SequenceStep, names: &Both<&'static str>) -> ReportStep {
    let rows = Side::ALL.into_iter().flat_map(|side| {
        step.rows.of(side).iter().map(move |words| ReportRow {
            end: (*names.of(side)).to_owned(),
            words: words.clone(),
            place: place_of_row(words),
        })
    });
    ReportStep { number: step.number, rows: rows.collect() }
}

/// Where a row is written that a trace names; nothing of plain TCP, which has no table.
fn place_of_row(words: &str) -> Option<SourcePlace> {
    let RowPlace { file, line } = place_of(row_of(words)?);
    Some(SourcePlace { file, line })
}

#[cfg(test)]
mod tests {
    use hyaline_check::programs::calls::ProgramCall;
    use hyaline_check::report::sequence::QueueContents;
    use hyaline_check::world::step::Step;
    use hyaline_model::table::ROWS;

    use super::*;

    #[test]
    fn a_row_of_a_trace_is_told_where_it_is_written_and_what_plain_tcp_does_nowhere() {
        let queues = Both { client: QueueContents::default(), server: QueueContents::default() };
        let row = ROWS.first().expect("a row");
        let row = format!("{}: {}", row.machine.name(), row.text);
        let step = SequenceStep {
            number: 1,
            taken: Step::Begin(Side::Client, ProgramCall::Write),
            ends: Both { client: "write".to_owned(), server: String::new() },
            passage: None,
            queues,
            rows: Both { client: vec![row.clone()], server: vec!["plain TCP: none".to_owned()] },
        };
        let names = Both { client: "client", server: "server" };
        let ReportStep { number, rows } = step_of(&step, &names);
        let [of_table, of_none] = &rows[..] else { panic!("two rows: {rows:?}") };
        assert_eq!((number, of_table.end.as_str(), &of_table.words), (1, "client", &row));
        let place = of_table.place.as_ref().expect("a place");
        assert!(place.file == "model/src/table/client.rs" && place.line > Some(1), "{place:?}");
        assert_eq!(of_none.place, None);
    }

    #[test]
    fn a_rule_has_a_name_without_blanks() {
        let rule = ReportRule::from(Rule::Property("transparent throughout"));
        assert_eq!(rule.name, "transparent-throughout");
    }
}
