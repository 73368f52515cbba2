//! Faults planted in real logs: each is refused, at its line.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hyaline::blocking::Stream;
use hyaline_check::validate::log::{LogError, Written};
use hyaline_check::validate::{PairOfLogs, validate};
use hyaline_model::table::{FINGERPRINT, ROWS};
use hyaline_tests::traces::{Traces, validated};

use crate::Configs;
use crate::changes::Lines;
use crate::ends::{echoed, logs};

/// The client's log of a connection with calls of every kind.
fn client() -> Lines {
    let [client, _] = echoed();
    Lines::of(&client)
}

/// Where a changed log is refused, counted as lines are in a file, and why.
#[track_caller]
fn refused(lines: &Lines) -> (usize, String) {
    let departure = lines.departure().unwrap();
    (departure.line, departure.because)
}

#[test]
fn a_row_that_is_left_out_is_missed_at_the_next() {
    let mut lines = client();
    let index = lines.find("\"event\":\"KeyShareReady\"");
    lines.0.remove(index);
    // The event that the missing row raises is now raised by no row.
    let (line, because) = refused(&lines);
    assert_eq!(line, index + 1, "{because}");
    assert!(because.contains("a row raises it"), "{because}");
}

#[test]
fn a_settle_row_that_is_left_out_is_named_before_the_next_turn() {
    let mut lines = client();
    // The client's last flight: its change_cipher_spec goes first.
    let index = lines.find("\"from\":\"SendingFinished\",\"to\":\"Connected\"");
    lines.0.remove(index);
    let departure = lines.departure().unwrap();
    assert_eq!(departure.line, index + 1, "{departure:?}");
    assert!(departure.because.contains("SendingFinished + settle => Connected"), "{departure:?}");
    let could = departure.could_fire.iter().map(|row| row.text).collect::<Vec<_>>();
    assert!(could.iter().any(|text| text.starts_with("SendingFinished + settle")), "{could:?}");
}

#[test]
fn two_rows_that_are_swapped_are_refused_at_the_first() {
    let mut lines = client();
    let index = lines.find("\"event\":\"EncryptedExtensions(Absent)\"");
    let other = lines.find("\"event\":\"CertificateVerify\"");
    lines.0.swap(index, other);
    let (line, because) = refused(&lines);
    assert_eq!(line, index + 1, "{because}");
    assert!(because.contains("another row fires"), "{because}");
}

#[test]
fn another_row_in_its_place_is_refused_there_and_the_right_one_is_told() {
    let mut lines = client();
    let index = lines.find("\"event\":\"ServerHello(Certificate)\"");
    let (row, text) = (lines.row(index).unwrap(), &mut lines.0[index]);
    let other = ROWS.iter().find(|one| one.machine == row.machine && one.event == row.event);
    let other = other.filter(|other| other.number != row.number).or_else(|| {
        ROWS.iter().filter(|one| one.event == row.event).find(|one| one.number != row.number)
    });
    let (own, other) = (format!("\"row\":{},", row.number), other.unwrap().number);
    *text = text.replace(&own, &format!("\"row\":{other},"));
    let departure = lines.departure().unwrap();
    assert_eq!(departure.line, index + 1);
    assert!(departure.because.contains(row.text), "{departure:?}");
    assert!(departure.could_fire.iter().any(|could| could.text == row.text), "{departure:?}");
    assert!(departure.states.contains(&"client WaitServerHello".to_owned()), "{departure:?}");
}

#[test]
fn a_letter_that_nobody_has_posted_is_refused() {
    let mut lines = client();
    let index = lines.find("\"event\":\"OwnFinished\"");
    let letter = lines.0[index].replace("\"turn\":", "\"turn\":9");
    lines.0.insert(index + 1, letter);
    let departure = lines.departure().unwrap();
    assert!(departure.line > index && departure.because.contains("posted"), "{departure:?}");
}

#[test]
fn another_policy_is_refused_where_it_makes_a_difference() {
    let mut lines = client();
    lines.0[0] = lines.0[0].replace("\"compatibility\":\"On\"", "\"compatibility\":\"Off\"");
    let index = lines.find("\"from\":\"SendingSecondFlight\"");
    let (line, because) = refused(&lines);
    assert_eq!(line, index + 1, "{because}");
    assert!(because.contains("under compatibility(Off)"), "{because}");
}

#[test]
fn other_tickets_are_refused_where_they_are_sent() {
    let [_, server] = echoed();
    let mut lines = Lines::of(&server);
    lines.0[0] = lines.0[0].replace("\"tickets\":2", "\"tickets\":1");
    let (line, because) = refused(&lines);
    let sends = |index: &usize| {
        let row = lines.row(*index);
        row.is_some_and(|row| row.text.contains("Send(NewSessionTicket)"))
    };
    let tickets: Vec<usize> = (0..lines.0.len()).filter(sends).collect();
    assert_eq!(tickets.iter().map(|index| index + 1).collect::<Vec<_>>()[1], line, "{because}");
}

#[test]
fn a_fact_that_nothing_makes_so_is_refused() {
    let mut lines = client();
    let index = lines.find("\"event\":\"StartSending(Write)\"");
    lines.0[index] = lines.0[index].replace("\"facts\":{", "\"facts\":{\"reply_unsent\":\"true\",");
    let (line, because) = refused(&lines);
    assert_eq!(line, index + 1, "{because}");
    assert!(because.contains("`reply_unsent`"), "{because}");
}

#[test]
fn a_record_that_was_not_received_brings_nothing() {
    let mut lines = client();
    let index = lines.find("\"event\":\"ApplicationData\"");
    let received = (0..index).rev().find(|at| lines.0[*at].contains("\"event\":\"Received\""));
    lines.0.remove(received.unwrap());
    let (line, because) = refused(&lines);
    assert_eq!(line, index, "{because}");
    assert!(because.contains("no record is open"), "{because}");
}

#[test]
fn lines_that_are_missing_are_refused_unless_the_log_tells_that_they_are_lost() {
    let [client, _] = echoed();
    let mut lines: Vec<&str> = client.lines().collect();
    lines.drain(9..12);
    let text = lines.join("\n") + "\n";
    let validation = validated(&[&text]);
    let departure = validation.ends[0].departure.clone().unwrap();
    assert_eq!(
        (departure.line, departure.because.contains("3 lines")),
        (10, true),
        "{departure:?}"
    );
    lines.insert(9, "{\"lost\":3}");
    let text = lines.join("\n") + "\n";
    let validation = validated(&[&text]);
    assert!(validation.is_behaviour(), "{validation:?}");
    assert!(validation.notes.iter().any(|note| note.contains("3 lines were lost")));
    assert_eq!(validation.ends[0].rows, 8);
}

/// The only pair of these logs.
fn pair(logs: [&str; 2]) -> PairOfLogs {
    let mut pairs = validated(&logs).pairs;
    assert_eq!(pairs.len(), 1);
    pairs.remove(0)
}

#[test]
fn what_is_received_before_it_is_sent_is_refused() {
    let [client, server] = echoed();
    let (client_lines, mut lines) = (Lines::of(&client), Lines::of(&server));
    // The server's log ends before it answers.
    let write = lines.find("\"event\":\"StartSending(Write)\"");
    lines.0.truncate(write);
    let pair = pair([&client, &lines.text()]);
    let [found] = &pair.departures[..] else { panic!("{pair:?}") };
    assert_eq!(found.end, "client");
    // First come the tickets, which the server sends before its data.
    let received = client_lines.find("\"event\":\"NewSessionTicket\"");
    assert_eq!(found.departure.line, received + 1, "{pair:?}");
}

/// Each end writes once and reads once: what it does first.
fn turns(client_first: bool) -> [String; 2] {
    let end = |mut stream: Stream, writes_first: bool| {
        let mut received = [0; 4];
        if writes_first {
            stream.write_all(b"data").unwrap();
            stream.read_exact(&mut received).unwrap();
        } else {
            stream.read_exact(&mut received).unwrap();
            stream.write_all(b"data").unwrap();
        }
        stream.close().unwrap();
    };
    let client = |stream: Stream| end(stream, client_first);
    logs(Configs::with_tickets(0), client, |stream| end(stream, !client_first))
}

#[test]
fn ends_that_have_each_received_before_the_other_has_sent_are_refused_both() {
    let [_, server] = turns(true);
    let [client, _] = turns(false);
    let pair = pair([&client, &server]);
    let ends: Vec<_> = pair.departures.iter().map(|found| found.end).collect();
    assert_eq!(ends, ["client", "server"], "{pair:?}");
    assert!(pair.departures.iter().all(|found| found.departure.row.contains("ApplicationData")));
}

/// The client sends so many bytes by one write, and closes.
pub(crate) fn sends(length: usize) -> [String; 2] {
    let client = |mut stream: Stream| {
        stream.handshake().unwrap();
        stream.write_all(&vec![7; length]).unwrap();
        stream.close().unwrap();
    };
    logs(Configs::with_tickets(0), client, |mut stream| {
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        assert_eq!(received.len(), length);
        stream.close().unwrap();
    })
}

#[test]
fn more_records_or_fewer_than_were_sent_are_refused() {
    // Two records, and three.
    let [two, three] = [20_000, 40_000].map(sends);
    let found = |client: &str, server: &str| {
        let pair = pair([client, server]);
        let [found] = &pair.departures[..] else { panic!("{pair:?}") };
        assert_eq!(found.end, "server");
        let line = server.lines().nth(found.departure.line - 1).unwrap();
        (line.contains("\"event\":\"ApplicationData\""), found.departure.because.clone())
    };
    let (is_data, because) = found(&two[0], &three[1]);
    assert!(is_data && because.contains("`SendAlert(CloseNotify)`"), "{because}");
    let (is_data, because) = found(&three[0], &two[1]);
    assert!(!is_data && because.contains("`SendApplicationData`"), "{because}");
}

#[test]
fn a_test_whose_ends_depart_from_the_model_fails() {
    let mut lines = client();
    let good = Traces::new();
    good.write(&lines.text());
    drop(good);
    lines.0.remove(2);
    let bad = Traces::new();
    bad.write(&lines.text());
    let failed = catch_unwind(AssertUnwindSafe(|| drop(bad))).unwrap_err();
    let told = failed.downcast_ref::<String>().unwrap();
    assert!(told.contains("departure: Some"), "{told}");
}

fn error(text: &str) -> LogError {
    validate(&[Written { file: "rows.jsonl", text }], &[]).unwrap_err()
}

#[test]
fn what_is_no_log_is_told_with_its_line() {
    let [client, _] = echoed();
    let lines: Vec<&str> = client.lines().collect();
    let [first, second, ..] = lines[..] else { panic!("{client}") };
    for (text, told) in [
        (String::new(), "rows.jsonl: there is no connection in it"),
        ("nonsense\n{}\n".to_owned(), "rows.jsonl:1: no line of a log"),
        (format!("{first}\nnonsense\n{second}\n"), "rows.jsonl:2: no line of a log"),
        (format!("{second}\n"), "rows.jsonl:1: the connection"),
        (format!("{first}\n{second}\n{second}\n"), "rows.jsonl:3: the number 1 stands in line 2"),
        (format!("{first}\n{}\n", second.replace("Handshake", "Elsewhere")), "there is no event"),
        (format!("{first}\n{}\n", second.replace("\"receiving\"", "\"sending\"")), "one of that"),
    ] {
        let error = error(&text).to_string();
        assert!(error.contains(told), "{told}: {error}");
    }
    // The last line may be cut, where the process was ended while it was written.
    let cut = format!("{first}\n{second}\n{}", &lines[2][..40]);
    assert!(validated(&[&cut]).is_behaviour());
}

#[test]
fn a_log_of_another_table_is_told_with_both_fingerprints() {
    let [client, _] = echoed();
    let other = FINGERPRINT.chars().rev().collect::<String>();
    let told = error(&client.replace(FINGERPRINT, &other)).to_string();
    assert!(told.contains(&other) && told.contains(FINGERPRINT), "{told}");
    assert!(told.starts_with("rows.jsonl:1:"), "{told}");
}
