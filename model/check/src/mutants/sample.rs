//! A few mutants by name: those that every run of the tests tries, and, of them, the rows that are
//! really deleted where that is recorded.

use hyaline_model::table::{Machine, ROWS, Row};

use super::mutant::Mutant;
use crate::interpret::mutation::Mutation;

/// The switches of the sample.
const SWITCHES: [(&str, &str); 6] = [
    ("duplex", "half"),
    ("control", "wait"),
    ("closing", "at-once"),
    ("tickets", "in-handshake"),
    ("reply", "in-read-path"),
    ("backlog", "one-record"),
];

/// The rows of the sample, each by a part of its text that no other row of its machine has.
const ROWS_MASKED: [(Machine, &str); 12] = [
    (Machine::Client, "WaitFinished + Finished(Good) if aligned(true) and early_data != Accepted"),
    (Machine::Server, "CheckingPath + PathChecked"),
    (Machine::Read, "AlertReceived(Closure)"),
    (Machine::Write, "Open + HalfClose under backlog(Ordered)"),
    (Machine::Receiver, "Reading + settle if inbox(Unread)"),
    (Machine::Sender, "Writing | Flushing | Failing | Finishing + Transmitted"),
    (Machine::Read, "Open + ApplicationData"),
    (Machine::Read, "(Requested) if aligned(true) and flood(Below) under reply(Deferred)"),
    (Machine::Write, "Handshaking | Answering | Open + AlertDue(reason)"),
    (Machine::Write, "+ settle if fin == Owed and fin_due == true"),
    (Machine::Receiver, "Handshaking + Received if working == false"),
    (Machine::Receiver, "+ Received if transport_end == Nothing"),
];

/// The rows that are really deleted, one of each machine. Most rows cannot be: the macro refuses a
/// table in which a state, a value or a word is left over.
const ROWS_DELETED: [(Machine, &str); 7] = [
    (Machine::Client, "SendingSecondFlight + settle if change_cipher_spec_sent == false"),
    (Machine::Server, "CheckingSignature + SignatureChecked"),
    (Machine::Read, "Ended + FinReceived under at_fin(GoOn)"),
    (Machine::Write, "Open + HalfClose under backlog(Ordered)"),
    (Machine::Receiver, "Reading + settle if inbox(Empty) and receive_end == CloseNotify"),
    (Machine::Report, "AwaitingRoom | AwaitingTransmission + settle if outbox(Empty)"),
    (Machine::Sender, "Writing + settle if data_unsent(false) and send_end == Nothing"),
];

/// The switches of the sample.
pub fn switches() -> impl Iterator<Item = Mutant> {
    let switch = |(switch, value): (&str, &str)| Mutant::Switch(switch.into(), value.into());
    SWITCHES.into_iter().map(switch)
}

/// The rows of the sample. A test holds that each is there.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS_MASKED.into_iter().filter_map(|(machine, text)| rows_named(machine, text).next())
}

/// The rows that are really deleted. A test holds that each is there.
pub fn deleted_rows() -> impl Iterator<Item = &'static Row> {
    ROWS_DELETED.into_iter().filter_map(|(machine, text)| rows_named(machine, text).next())
}

/// The sample.
pub fn sample() -> impl Iterator<Item = Mutant> {
    switches().chain(rows().map(|row| Mutant::Table(Mutation::Masked(row.number))))
}

fn rows_named(machine: Machine, text: &'static str) -> impl Iterator<Item = &'static Row> {
    let is_it = move |row: &&Row| row.machine == machine && row.text.contains(text);
    ROWS.iter().copied().filter(move |row| is_it(row) && !row.otherwise)
}

#[cfg(test)]
mod tests {
    use super::super::{Fate, PairJudge};
    use super::*;

    #[test]
    fn at_least_twelve_mutants_are_tried_and_a_property_catches_each() {
        let judge = PairJudge::new().expect("runs");
        let as_built = judge.as_built().expect("within bounds");
        assert_eq!(as_built.fate, Fate::Survives, "without a change");
        let mut caught = 0;
        for mutant in sample() {
            let fate = judge.fate(&mutant).expect("within bounds").fate;
            assert!(matches!(fate, Fate::CaughtInPair { .. }), "{mutant}: {fate}");
            caught += 1;
        }
        assert!(caught >= 12);
    }

    #[test]
    fn each_row_of_the_sample_is_one_row() {
        for (machine, text) in ROWS_MASKED.into_iter().chain(ROWS_DELETED) {
            assert_eq!(rows_named(machine, text).count(), 1, "{text}");
        }
    }
}
