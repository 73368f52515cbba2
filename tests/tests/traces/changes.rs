//! Any one change of a real log is refused, unless it leaves out a step that does nothing.

use hyaline_check::validate::departure::Departure;
use hyaline_model::table::{Effect, EffectKind, ROWS, Row};
use hyaline_tests::traces::validated;

use crate::ends::echoed;

/// The lines of a log, to be changed.
#[derive(Clone)]
pub(crate) struct Lines(pub(crate) Vec<String>);

/// The number behind this field.
fn number(line: &str, field: &str) -> Option<u64> {
    let (_, rest) = line.split_once(&format!("\"{field}\":"))?;
    rest.split(|next: char| !next.is_ascii_digit()).next()?.parse().ok()
}

/// The word behind this field.
fn word<'l>(line: &'l str, field: &str) -> &'l str {
    let rest = line.split_once(&format!("\"{field}\":\"")).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default()
}

fn with_number(line: &str, field: &str, new: u64) -> String {
    let old = number(line, field).unwrap();
    line.replacen(&format!("\"{field}\":{old}"), &format!("\"{field}\":{new}"), 1)
}

impl Lines {
    pub(crate) fn of(log: &str) -> Self {
        Self(log.lines().map(str::to_owned).collect())
    }

    /// The row of a line.
    pub(crate) fn row(&self, index: usize) -> Option<&'static Row> {
        let number = number(&self.0[index], "row")?;
        ROWS.get(usize::try_from(number).ok()?).copied()
    }

    /// The half of a line.
    pub(crate) fn half(&self, index: usize) -> &str {
        word(&self.0[index], "half")
    }

    /// The line of which this is true first.
    pub(crate) fn find(&self, part: &str) -> usize {
        self.0.iter().position(|line| line.contains(part)).unwrap()
    }

    /// The log with its lines and its turns numbered anew, as if nothing had been changed.
    pub(crate) fn text(&self) -> String {
        let mut turns = [("receiving", 0, 0), ("sending", 0, 0)];
        let mut text = String::new();
        for (line, sequence) in self.0.iter().zip(0..) {
            let mut line = with_number(line, "sequence", sequence);
            let half = word(&line, "half").to_owned();
            if let Some((_, old, new)) = turns.iter_mut().find(|(name, ..)| *name == half) {
                let turn = number(&line, "turn").unwrap();
                *new += u64::from(turn != *old);
                *old = turn;
                line = with_number(&line, "turn", *new);
            }
            text.push_str(&line);
            text.push('\n');
        }
        text
    }

    /// What the checker finds first.
    pub(crate) fn departure(&self) -> Option<Departure> {
        let validation = validated(&[&self.text()]);
        let [end] = &validation.ends[..] else { panic!("the log of one end") };
        end.departure.clone()
    }
}

/// Whether a row leaves its machine as it was, and moves no other.
fn leaves_all(row: &Row) -> bool {
    let stays = row.to.is_none_or(|to| row.from == [to]);
    let is_own = |effect: &Effect| matches!(effect.kind, EffectKind::Perform(_));
    stays && row.updates.is_empty() && row.effects.iter().all(is_own)
}

#[test]
fn a_log_without_one_of_its_rows_is_refused_but_for_one_that_might_not_have_been() {
    let logs = echoed();
    for (log, other) in [(&logs[0], &logs[1]), (&logs[1], &logs[0])] {
        let lines = Lines::of(log);
        assert_eq!(lines.departure(), None);
        let mut harmless = 0;
        // The last line tells that the connection is gone: a log may end before it.
        for index in 1..lines.0.len() - 1 {
            let mut changed = lines.clone();
            changed.0.remove(index);
            if changed.departure().is_some() {
                continue;
            }
            // Such as the arrival of a ticket: alone, the log says that none was sent. The log of
            // the end that has sent it says otherwise.
            let row = lines.row(index).unwrap();
            assert!(leaves_all(row), "{}: {}", lines.0[index], row.text);
            if validated(&[&changed.text(), other]).is_behaviour() {
                harmless += 1;
                assert!(row.effects.is_empty(), "{}: {}", lines.0[index], row.text);
            }
        }
        assert!(harmless * 3 < lines.0.len(), "{harmless} of {}", lines.0.len());
    }
}

#[test]
fn two_rows_of_a_half_that_are_swapped_are_refused_but_for_what_does_nothing() {
    for log in echoed() {
        let lines = Lines::of(&log);
        let last = lines.0.len() - 1;
        let mut refused = 0;
        for one in 1..last {
            for other in (one + 1..last).filter(|other| lines.half(*other) == lines.half(one)) {
                let mut changed = lines.clone();
                changed.0.swap(one, other);
                if changed.departure().is_some() {
                    refused += 1;
                    continue;
                }
                let rows = [one, other].map(|index| lines.row(index).unwrap());
                let same = rows[0] == rows[1];
                let idle = rows.iter().any(|row| leaves_all(row));
                assert!(same || idle, "{}\n{}", lines.0[one], lines.0[other]);
            }
        }
        assert!(refused > lines.0.len(), "{refused}");
    }
}

#[test]
fn a_log_that_ends_anywhere_is_a_behaviour() {
    for log in echoed() {
        let mut lines = Lines::of(&log);
        while lines.0.len() > 1 {
            lines.0.pop();
            assert_eq!(lines.departure(), None, "{:?}", lines.0.last());
        }
    }
}
