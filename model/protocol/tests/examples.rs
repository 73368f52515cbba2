//! The examples: each first draft has a deadlock that is found, and the row that repairs it does.
#![allow(clippy::expect_used, clippy::panic)]

use hyaline_protocol::{
    BoundedChannel, CommandOutput, Conditions, PairAnswer, Protocol, ProtocolAnswer,
    ProtocolVerdict, check, run, scenario,
};

mod shown;

use shown::alternating_bit::AlternatingBit;
use shown::credit::{self, Credit};
use shown::smtp_pipelining::SmtpPipelining;

fn checked<P: Protocol>(
    protocol: &P,
    profile: &str,
    channel: Option<BoundedChannel>,
) -> ProtocolAnswer {
    let conditions = Conditions { profile: Some(profile), channel, ..Conditions::default() };
    check(protocol, &conditions).expect("a profile and programs that are known")
}

fn only(answer: &ProtocolAnswer) -> &PairAnswer {
    let [pair] = answer.pairs.as_slice() else { panic!("one pair of programs: {answer:?}") };
    pair
}

/// The draft fails in these words, and the repaired table holds with every row taken.
fn is_found_and_gone<P: Protocol>(protocol: &P, words: &str) {
    let draft = checked(protocol, "draft", None);
    assert!(!draft.holds());
    assert!(only(&draft).headline.contains(words), "{}", only(&draft).headline);
    let repaired = checked(protocol, "repaired", None);
    assert!(repaired.holds(), "{repaired:?}");
    let rows = repaired.rows.as_ref().expect("a check asks for the rows");
    assert_eq!((rows.verdict, rows.never_taken.len()), (ProtocolVerdict::Holds, 0));
}

#[test]
fn peers_with_credit_hang_until_a_question_is_taken_without_its_answer() {
    is_found_and_gone(&Credit, "the protocol adds a deadlock");
    let roomy = Some(BoundedChannel::reliable(2));
    assert!(only(&checked(&Credit, "draft", roomy)).trace.is_empty(), "with room for two");
}

#[test]
fn a_group_of_commands_hangs_until_replies_are_read_meanwhile() {
    is_found_and_gone(&SmtpPipelining, "the protocol adds a deadlock");
    // A group that fits between the two does not hang. That is why RFC 2920 has the client check
    // it.
    let roomy = Some(BoundedChannel::reliable(2));
    assert!(only(&checked(&SmtpPipelining, "draft", roomy)).trace.is_empty(), "with room for two");
}

#[test]
fn an_alternating_bit_hangs_until_it_sends_again_and_goes_round_until_it_acknowledges_again() {
    is_found_and_gone(&AlternatingBit, "the protocol adds a deadlock");
    let retransmitting = checked(&AlternatingBit, "retransmitting", None);
    assert!(only(&retransmitting).headline.contains("the protocol adds a livelock"));
    assert!(only(&retransmitting).round_from.is_some());
    for channel in [BoundedChannel::duplicating(1), BoundedChannel::lossy(2)] {
        let repaired = checked(&AlternatingBit, "repaired", Some(channel));
        assert_eq!(only(&repaired).verdict, ProtocolVerdict::Holds, "{channel:?}: {repaired:?}");
    }
    // The channel loses nothing, and no row of the repair is needed.
    let reliable = Some(BoundedChannel::reliable(1));
    assert_eq!(only(&checked(&AlternatingBit, "draft", reliable)).verdict, ProtocolVerdict::Holds);
}

#[test]
fn the_example_of_each_document_is_short() {
    for name in ["alternating_bit", "credit", "smtp_pipelining"] {
        let path = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).expect("the example");
        let begin = text.find("hyaline_protocol::alphabet!").expect("an alphabet");
        let end = text.find("fn main()").expect("a main");
        let lines = text.get(begin..end).unwrap_or_default().lines();
        let lines = lines.filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
        assert!(lines.count() < 80, "{name}: table and world have fewer than 80 lines");
    }
}

#[test]
fn programs_that_hang_without_the_protocol_too_are_told_so_and_are_no_failure() {
    let conditions = Conditions::default();
    let answer = scenario(&SmtpPipelining, &conditions, ["mail", "serve"]).expect("known calls");
    assert_eq!(only(&answer).verdict, ProtocolVerdict::HangsOnPlainChannels);
    assert!(only(&answer).headline.contains("the programs' own"));
    assert!(answer.holds());
}

#[test]
fn a_search_that_is_cut_short_is_unfinished_which_is_no_pass() {
    let conditions =
        Conditions { profile: Some("repaired"), states_at_most: 1, ..Conditions::default() };
    let answer = check(&AlternatingBit, &conditions).expect("a profile that is known");
    assert_eq!(only(&answer).verdict, ProtocolVerdict::Unfinished);
    assert!(only(&answer).headline.starts_with("unfinished"));
    assert!(!answer.holds());
}

#[test]
fn every_step_of_a_trace_leads_to_the_next_and_names_its_rows_with_their_sources() {
    for profile in ["draft", "retransmitting"] {
        let answer = checked(&AlternatingBit, profile, None);
        let trace = &only(&answer).trace;
        assert!(trace.iter().zip(1..).all(|(step, number)| step.number == number));
        let rows: Vec<_> = trace.iter().flat_map(|step| &step.rows).collect();
        let is_of_notes = |source: &String| source.starts_with("notes § ");
        assert!(!rows.is_empty());
        assert!(rows.iter().all(|row| row.sources.iter().all(is_of_notes)), "{rows:?}");
    }
}

/// Runs the command on a protocol, by the words of a line; a part in quotes is one word.
fn command<P: Protocol>(protocol: &P, line: &str) -> CommandOutput {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    run(protocol, ["protocol"].into_iter().chain(words))
}

#[test]
fn the_exit_status_tells_what_holds_from_what_fails_and_from_what_is_not_understood() {
    for (line, status) in [
        ("check --profile repaired", 0),
        ("check", 1),
        ("check --profile repaired --states-at-most 1", 1),
        ("scenario ask \"\"", 0),
        ("scenario ask ask --capacity 2", 0),
        ("scenario ask ask", 1),
        ("table", 0),
        ("--help", 0),
        ("check --profile unknown", 2),
        ("scenario ask*0 ask", 2),
        ("scenario answer ask", 2),
        ("scenario ask*65 ask", 2),
        ("check --capacity 0", 2),
        ("prove", 2),
    ] {
        let CommandOutput { output, complaint, status: found } = command(&Credit, line);
        assert_eq!(found, status, "{line}: {output}{complaint}");
        assert_eq!(output.is_empty(), status == 2, "{line}");
        assert_eq!(complaint.is_empty(), status != 2, "{line}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_what_would_be() {
    for (line, words) in [
        ("check --profile unknown", "no profile `unknown`; the profiles are: draft, repaired"),
        ("scenario answer ask", "no call `answer`; the calls are: ask"),
        ("scenario ask*none ask", "behind `*` stands how often the call is made"),
    ] {
        let complaint = command(&Credit, line).complaint;
        assert!(complaint.contains(words), "{complaint}");
    }
}

#[test]
fn no_line_for_a_terminal_is_wider_than_a_hundred_columns() {
    for line in ["check", "check --rows", "check --profile retransmitting --rows"] {
        for line in command(&AlternatingBit, line).output.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn a_deadlock_is_told_as_words_a_chart_a_diagram_and_as_json() {
    insta::assert_snapshot!("deadlock_in_words", command(&Credit, "check --rows").output);
    insta::assert_snapshot!(
        "livelock_in_words",
        command(&AlternatingBit, "check --profile retransmitting").output
    );
    insta::assert_snapshot!("mermaid", command(&Credit, "check --format mermaid").output);
    insta::assert_snapshot!("table", command(&AlternatingBit, "table").output);
    let json = command(&Credit, "check --format json").output;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let pair = &json["pairs"][0];
    assert_eq!((&json["schema"], &pair["verdict"]), (&1.into(), &"fails".into()));
    assert_eq!(json["table"], credit::FINGERPRINT);
    let steps = only(&checked(&Credit, "draft", None)).trace.len();
    assert_eq!(pair["trace"].as_array().map(Vec::len), Some(steps));
}
