//! An answer as cases, for the tools of continuous integration.

use crate::answer::{
    EndAnswer, EveryAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict, RowsAnswer, StepRow,
    TraceStep,
};
use crate::notation::Notation;
use crate::place::SourcePlace;
use crate::print::chart::chart;
use crate::print::mark::plain;
use crate::print::suite::{
    ReportCase, ReportFamily, ReportRow, ReportRule, ReportStep, ReportSuite, ReportTool,
    ReportTrace,
};
use crate::protocol::Protocol;

/// This package.
const TOOL: ReportTool = ReportTool {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    address: env!("CARGO_PKG_REPOSITORY"),
};

/// The family of pairs of programs.
const PROGRAMS: &str = "programs";

/// The family of rows.
const ROWS: &str = "rows";

/// One case for each pair of programs that is told of, and one for each row that nothing takes.
pub(super) fn suite<P: Protocol>(answer: &ProtocolAnswer, command: &str) -> ReportSuite {
    let ProtocolAnswer { protocol, table, profile, delivery, capacity, .. } = answer;
    let channels = format!("profile {profile}, {delivery} channels of capacity {capacity}");
    let home = P::Table::rows().into_iter().next().map(|row| row.place.file);
    ReportSuite {
        title: format!("{protocol} {command}"),
        tool: TOOL,
        is_pass: answer.holds(),
        verdict: verdict(answer),
        about: vec![channels, format!("table {table}")],
        families: families(answer),
        cases: cases(answer),
        home: SourcePlace { file: home.unwrap_or_default(), line: None },
    }
}

fn verdict(answer: &ProtocolAnswer) -> String {
    let words = match (&answer.every, answer.pairs.as_slice()) {
        (Some(every), _) => return every.headline.clone(),
        (None, [only]) => only.headline.clone(),
        (None, pairs) => {
            let good = pairs.iter().filter(|pair| is_good(pair.verdict)).count();
            format!("{good} of {} pairs of programs are as they have to be", pairs.len())
        }
    };
    match answer.rows.as_ref().filter(|rows| rows.verdict == ProtocolVerdict::Fails) {
        Some(rows) => format!("{words}; rows: {}", taken(rows)),
        None => words,
    }
}

const fn is_good(verdict: ProtocolVerdict) -> bool {
    matches!(verdict, ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels)
}

fn taken(rows: &RowsAnswer) -> String {
    format!("{} of {} are taken", rows.all - rows.never_taken.len(), rows.all)
}

fn families(answer: &ProtocolAnswer) -> Vec<ReportFamily> {
    let mut families = Vec::new();
    match &answer.every {
        Some(every) => families.push(ReportFamily {
            title: title_of(every),
            size: Some([every.pairs, every.states]),
            verdict: every.headline.clone(),
            is_good: is_good(every.verdict),
        }),
        None => families.extend(answer.pairs.iter().map(|pair| ReportFamily {
            title: name_of(pair),
            size: Some([1, pair.states]),
            verdict: pair.headline.clone(),
            is_good: is_good(pair.verdict),
        })),
    }
    families.extend(answer.rows.as_ref().map(|rows| ReportFamily {
        title: ROWS.to_owned(),
        size: None,
        verdict: taken(rows),
        // Of every pair up to a length, the rows are no part of the verdict.
        is_good: rows.verdict == ProtocolVerdict::Holds || answer.every.is_some(),
    }));
    families
}

fn title_of(every: &EveryAnswer) -> String {
    format!("every pair of programs of {}", every.length())
}

fn name_of(pair: &PairAnswer) -> String {
    let [first, second] = &pair.programs;
    format!("\"{first}\" \"{second}\"")
}

fn cases(answer: &ProtocolAnswer) -> Vec<ReportCase> {
    let mut cases: Vec<ReportCase> =
        answer.pairs.iter().map(|pair| of_pair(answer, pair)).collect();
    match (&answer.every, &answer.rows) {
        // The pairs that do not hold are told above.
        (Some(every), _) if is_good(every.verdict) => {
            cases.push(case(PROGRAMS, &title_of(every), finished(), &every.headline));
        }
        (None, Some(rows)) if rows.verdict == ProtocolVerdict::Holds => {
            cases.push(case(ROWS, "every row is taken", never_taken(), &taken(rows)));
        }
        (None, Some(rows)) if rows.verdict == ProtocolVerdict::Fails => {
            cases.extend(rows.never_taken.iter().map(of_row));
        }
        _ => {}
    }
    cases
}

fn finished() -> ReportRule {
    ReportRule::new("finished", "not everything was explored, which is no pass")
}

fn never_taken() -> ReportRule {
    ReportRule::new("row never taken", "no program takes a row")
}

/// A case that is as it has to be, without a trace.
fn case(family: &str, name: &str, rule: ReportRule, message: &str) -> ReportCase {
    ReportCase {
        family: family.to_owned(),
        name: name.to_owned(),
        is_good: true,
        rule,
        message: message.to_owned(),
        explanation: Vec::new(),
        trace: None,
        place: None,
        elapsed: None,
    }
}

fn of_row(row: &StepRow) -> ReportCase {
    let message = "no program takes this row: it is a mistake, or wants a program that takes it";
    ReportCase {
        is_good: false,
        place: Some(row.place.clone()),
        ..case(ROWS, &words_of(row), never_taken(), message)
    }
}

fn words_of(row: &StepRow) -> String {
    format!("{}: {}", row.machine, row.row)
}

fn of_pair(answer: &ProtocolAnswer, pair: &PairAnswer) -> ReportCase {
    let Some(wrong) = pair.wrong else { return of_no_trace(pair) };
    let broken = match wrong {
        "deadlock" => "no step is left, and a call is not complete",
        "livelock" => "steps go on, and no way of taking them completes all calls",
        "invariant" => "what has to hold in every snapshot does not",
        _ => "the table makes a mistake",
    };
    let mut explanation = Vec::new();
    for EndAnswer { end, at, waits } in &pair.because {
        explanation.push(format!("{end}: {at}"));
        explanation.extend(waits.iter().map(|words| format!("{end}: {words}")));
    }
    ReportCase {
        rule: ReportRule::new(wrong, broken),
        explanation,
        trace: Some(ReportTrace {
            chart: chart(answer, pair, true, &plain),
            brief_chart: chart(answer, pair, false, &plain),
            steps: pair.trace.iter().map(|step| of_step(answer, step)).collect(),
        }),
        ..of_no_trace(pair)
    }
}

fn of_no_trace(pair: &PairAnswer) -> ReportCase {
    let is_good = is_good(pair.verdict);
    ReportCase { is_good, ..case(PROGRAMS, &name_of(pair), finished(), &pair.headline) }
}

fn of_step(answer: &ProtocolAnswer, step: &TraceStep) -> ReportStep {
    let end = answer.ends.get(step.end).copied().unwrap_or_default();
    let rows = step.rows.iter().map(|row| ReportRow {
        end: end.to_owned(),
        words: words_of(row),
        place: Some(row.place.clone()),
    });
    ReportStep { number: step.number, rows: rows.collect() }
}
