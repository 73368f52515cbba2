//! An answer for a terminal: words first, then the chart of the shortest trace.

use crate::answer::{EndAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict, RowsAnswer};
use crate::print::chart::{COLUMNS, chart};
use crate::print::wrap::paragraph;

/// The whole answer. A trace is drawn of the first programs that have one.
pub(super) fn words(answer: &ProtocolAnswer, shows_rows: bool) -> String {
    let mut text = paragraph(
        "",
        &format!(
            "{}: profile {}, {} channels of capacity {}",
            answer.protocol, answer.profile, answer.delivery, answer.capacity
        ),
        COLUMNS,
    );
    text.push('\n');
    for pair in &answer.pairs {
        text.push_str(&of_pair(pair));
    }
    if let Some(rows) = &answer.rows {
        text.push_str(&of_rows(rows));
    }
    let drawn = answer.pairs.iter().find(|pair| pair.verdict == ProtocolVerdict::Fails);
    let drawn = drawn.or_else(|| answer.pairs.iter().find(|pair| !pair.trace.is_empty()));
    if let Some(pair) = drawn.filter(|pair| !pair.trace.is_empty()) {
        text.push_str(&format!("\n{}", chart(answer, pair, shows_rows)));
        if !shows_rows {
            text.push_str("\n`--rows` shows the rows that each step takes.\n");
        }
    }
    text
}

fn of_pair(pair: &PairAnswer) -> String {
    let [first, second] = &pair.programs;
    let programs = format!("\"{first}\" \"{second}\": ");
    let mut text = paragraph("", &format!("{programs}{}", pair.headline), COLUMNS);
    for EndAnswer { end, at, waits } in &pair.because {
        text.push_str(&paragraph("  - ", &format!("{end}: {at}"), COLUMNS));
        for words in waits {
            text.push_str(&paragraph("      ", words, COLUMNS));
        }
    }
    text
}

fn of_rows(rows: &RowsAnswer) -> String {
    let taken = rows.all - rows.never_taken.len();
    let mut text = format!("rows: {taken} of {} are taken", rows.all);
    match rows.verdict {
        ProtocolVerdict::Fails => text.push_str(
            "; those that no program takes are mistakes, or want a program that takes them:\n",
        ),
        ProtocolVerdict::Unfinished => {
            text.push_str("; others may be taken once the searches come to their ends\n");
            return text;
        }
        ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels => text.push('\n'),
    }
    for row in &rows.never_taken {
        text.push_str(&paragraph("  - ", row, COLUMNS));
    }
    text
}
