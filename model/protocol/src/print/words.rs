//! An answer for a terminal: words first, then the chart of the shortest trace.

use crate::answer::{
    EndAnswer, EveryAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict, RowsAnswer, StepRow,
};
use crate::print::chart::{COLUMNS, chart};
use crate::print::mark::{Mark, Paint, painted};
use crate::print::wrap::paragraph;

/// The whole answer. A trace is drawn of the first programs that have one.
pub(super) fn words(answer: &ProtocolAnswer, shows_rows: bool, paint: Paint<'_>) -> String {
    let title = format!(
        "{}: profile {}, {} channels of capacity {}",
        answer.protocol, answer.profile, answer.delivery, answer.capacity
    );
    let mut text = painted(&paragraph("", &title, COLUMNS), Some(Mark::Heading), paint);
    text.push('\n');
    if let Some(every) = &answer.every {
        text.push_str(&of_every(answer, every, paint));
    }
    for (place, pair) in answer.pairs.iter().enumerate() {
        // Of many pairs, the first alone is told at length.
        text.push_str(&of_pair(pair, answer.every.is_none() || place == 0, paint));
    }
    if let Some(every) = &answer.every {
        let more = (every.fail + every.unfinished).saturating_sub(answer.pairs.len());
        if more > 0 {
            text.push_str(&painted(&format!("and {more} more\n"), Some(Mark::Faint), paint));
        }
    }
    if let Some(rows) = &answer.rows {
        text.push_str(&of_rows(rows, answer.every.is_some(), paint));
    }
    let drawn = answer.pairs.iter().find(|pair| pair.verdict == ProtocolVerdict::Fails);
    let drawn = drawn.or_else(|| answer.pairs.iter().find(|pair| !pair.trace.is_empty()));
    if let Some(pair) = drawn.filter(|pair| !pair.trace.is_empty()) {
        text.push_str(&format!("\n{}", chart(answer, pair, shows_rows, paint)));
        if !shows_rows {
            let hint = "`--rows` shows the rows that each step takes.\n";
            text.push_str(&format!("\n{}", painted(hint, Some(Mark::Faint), paint)));
        }
    }
    text
}

/// What a verdict is, so that its words can be coloured.
const fn mark_of(verdict: ProtocolVerdict) -> Mark {
    match verdict {
        ProtocolVerdict::Holds => Mark::Good,
        ProtocolVerdict::HangsOnPlainChannels => Mark::Heading,
        ProtocolVerdict::Fails | ProtocolVerdict::Unfinished => Mark::Bad,
    }
}

fn of_every(answer: &ProtocolAnswer, every: &EveryAnswer, paint: Paint<'_>) -> String {
    let lines = paragraph("", &every.headline, COLUMNS);
    let mut text = painted(&lines, Some(mark_of(every.verdict)), paint);
    let calls = answer.ends.iter().zip(&every.offered).map(|(end, calls)| {
        let calls = if calls.is_empty() { "nothing".to_owned() } else { calls.join(", ") };
        format!("{end} calls {calls}")
    });
    let calls = calls.collect::<Vec<_>>().join("; ");
    let states = format!("{} snapshots; {calls}; longer programs were not explored", every.states);
    text.push_str(&painted(&paragraph("", &states, COLUMNS), Some(Mark::Faint), paint));
    text
}

fn of_pair(pair: &PairAnswer, at_length: bool, paint: Paint<'_>) -> String {
    let [first, second] = &pair.programs;
    let line = format!("\"{first}\" \"{second}\": {}", pair.headline);
    let lines = paragraph("", &line, COLUMNS);
    let mut text = painted(&lines, Some(mark_of(pair.verdict)), paint);
    for EndAnswer { end, at, waits } in pair.because.iter().filter(|_| at_length) {
        text.push_str(&paragraph("  - ", &format!("{end}: {at}"), COLUMNS));
        for words in waits {
            text.push_str(&paragraph("      ", words, COLUMNS));
        }
    }
    text
}

fn of_rows(rows: &RowsAnswer, is_of_every_pair: bool, paint: Paint<'_>) -> String {
    let taken = rows.all - rows.never_taken.len();
    let taken = format!("rows: {taken} of {} are taken", rows.all);
    let (rest, mark, is_listed) = match (rows.verdict, is_of_every_pair) {
        (ProtocolVerdict::Fails, _) => (
            "; those that no program takes are mistakes, or want a program that takes them:",
            Some(Mark::Bad),
            true,
        ),
        (ProtocolVerdict::Unfinished, true) => {
            ("; those that none of these programs takes, as longer ones may:", None, true)
        }
        (ProtocolVerdict::Unfinished, false) => {
            ("; others may be taken once the searches come to their ends", None, false)
        }
        (ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels, _) => {
            ("", Some(Mark::Good), true)
        }
    };
    let mut text = painted(&format!("{taken}{rest}\n"), mark, paint);
    for StepRow { machine, row, .. } in rows.never_taken.iter().filter(|_| is_listed) {
        text.push_str(&paragraph("  - ", &format!("{machine}: {row}"), COLUMNS));
    }
    text
}
