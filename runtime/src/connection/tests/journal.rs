//! The log of the rows that a connection takes.

use std::sync::Mutex;

use super::*;
use crate::{RowLine, RowLog};

/// Keeps the lines, with the number of each.
#[derive(Default)]
struct Kept(Mutex<Vec<(u64, String)>>);

impl RowLog for Kept {
    fn log(&self, line: &RowLine<'_>) {
        self.0.lock().unwrap().push((line.sequence(), line.to_string()));
    }
}

impl Kept {
    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(_, line)| line.clone()).collect()
    }
}

/// A connected pair whose client is logged.
fn logged() -> (Arc<Kept>, Pair) {
    let (kept, world) = (Arc::new(Kept::default()), World::new());
    let client = world.client().with_row_log(kept.clone());
    (kept, Pair::with(client, world.server().with_tickets(0).unwrap()))
}

#[test]
fn the_lines_of_a_connection_are_numbered_and_name_its_table_first_and_its_end_last() {
    let (kept, pair) = logged();
    drop(pair);
    let numbers: Vec<u64> = kept.0.lock().unwrap().iter().map(|(number, _)| *number).collect();
    assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "{numbers:?}");
    let lines = kept.lines();
    assert!(lines.first().unwrap().contains(crate::TABLE_FINGERPRINT), "{lines:?}");
    assert!(lines.iter().skip(1).all(|line| !line.contains(crate::TABLE_FINGERPRINT)));
    assert!(lines.last().unwrap().ends_with(",\"over\":true}"), "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.contains("\"over\"")).count(), 1);
}

#[test]
fn a_line_has_the_event_with_what_it_carries_and_where_its_row_leads() {
    let (kept, _pair) = logged();
    let lines = kept.lines();
    let line = lines.iter().find(|line| line.contains("\"event\":\"ServerHello(")).unwrap();
    for part in [
        "\"end\":\"client\"",
        "\"half\":\"receiving\"",
        "\"machine\":\"client\"",
        "\"event\":\"ServerHello(Certificate)\",\"from\":\"WaitServerHello\",\"to\":\"Agreeing\"",
        "\"aligned\":\"true\"",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(lines.iter().any(|line| line.contains("\"event\":\"OwnFinished\"")), "a letter");
    assert!(lines.iter().any(|line| line.contains("\"event\":\"Settle\"")));
}

#[test]
fn lines_hold_names_and_numbers_and_nothing_of_what_is_sent() {
    let (kept, mut pair) = logged();
    let Victim { connection, outbox, .. } = &mut pair.client;
    connection.start_write(now(), b"something secret", outbox).unwrap();
    for line in kept.lines() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"{}\":,()_".contains(&byte);
        assert!(line.bytes().all(is_plain), "{line}");
        // Names of the table, and numbers with few digits, but for the fingerprint.
        let words = line.split(|next: char| !next.is_ascii_alphanumeric() && next != '_');
        for word in words.filter(|word| word.len() > 12) {
            let is_name = word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
            assert!(is_name || word == crate::TABLE_FINGERPRINT, "{word}");
        }
        assert!(!line.contains("secret"), "{line}");
    }
}

#[test]
fn halves_that_are_split_go_on_in_one_numbering_and_say_when() {
    let (kept, pair) = logged();
    let Pair { client: Victim { connection, mut outbox, .. }, .. } = pair;
    let before = kept.lines().len();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    receiver.start_read().unwrap();
    sender.start_write(b"data", &mut outbox).unwrap();
    receiver.handle_deadline();
    sender.handle_deadline(&mut outbox);
    drop(Connection::join(receiver, sender).expect("halves of one, at rest"));
    let lines = kept.lines();
    let part = |field: &str| lines.iter().position(|line| line.contains(field)).unwrap();
    assert_eq!(part("\"owners\":2"), before);
    assert_eq!(part("\"owners\":1"), lines.len() - 2);
    assert!(part("\"event\":\"StartSending(Write)\"") > before);
}

#[test]
fn connections_of_one_log_have_numbers_of_their_own() {
    let (kept, world) = (Arc::new(Kept::default()), World::new());
    let client = world.client().with_row_log(kept.clone());
    drop(Victim::client(client.clone()));
    drop(Victim::client(client));
    let number = |line: &String| line.split([':', ',']).nth(1).unwrap().to_owned();
    let numbers: Vec<_> = kept.lines().iter().map(number).collect();
    let distinct: std::collections::BTreeSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), 2, "{numbers:?}");
}
