//! The programs of a scenario, as people write them: choices, repeats, deadlines, and mistakes.
#![allow(clippy::expect_used, clippy::panic)]

use serde_json::Value;

mod running;

use running::{Answer, run, schema_errors};

fn scenario(line: &str) -> Answer {
    run(&format!("scenario {line}"))
}

/// The answer as JSON, which is as its schema says.
fn json(line: &str) -> Value {
    let answer = scenario(&format!("{line} --format json"));
    let schema = include_str!("../../../docs/scenario.schema.json");
    assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
    serde_json::from_str(&answer.output).expect("JSON")
}

/// The answer without what stands behind it, which says how long it took.
fn short(answer: &Answer) -> &str {
    answer.output.split("\noutcomes over").next().unwrap_or_default()
}

/// Only a client that writes without reading meets the hang of tickets in the handshake.
const CHOICE: &str = "--client openssl --server openssl --tickets 3 \
     --client-program \"[write*4, read write] close\" \
     --server-program \"[read*4, write read] close\"";

#[test]
fn a_choice_is_answered_by_its_worst_alternative_and_lists_all() {
    let answer = scenario(CHOICE);
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    insta::assert_snapshot!("choice", short(&answer));
}

#[test]
fn the_first_line_says_in_how_many_alternatives_it_is_so() {
    let first = |line: &str| scenario(line).output.lines().next().map(str::to_owned);
    let holds = "--client-program \"write [read, update-key read] close\" \
         --server-program \"read write close\"";
    let words = "holds: TLS adds nothing that plain TCP does not have (in all 2 alternatives)";
    assert_eq!(first(holds).as_deref(), Some(words));
    let one = "--client-program \"(write)*2 [close, close]\" --server-program \"(read)*2 close\"";
    let words = "holds: TLS adds nothing that plain TCP does not have";
    assert_eq!(first(one).as_deref(), Some(words));
    let value = json(CHOICE);
    assert_eq!(value["answer"], "TLS adds a hang here (in 2 of 4 alternatives)");
    let outcomes: Vec<&Value> = value["alternatives"]
        .as_array()
        .expect("alternatives")
        .iter()
        .map(|one| &one["outcome"])
        .collect();
    assert_eq!(outcomes, ["fails", "fails", "hangs-over-tcp", "holds"]);
    assert_eq!(value["alternatives"][3]["client_program"], "read write close");
    assert_eq!(json(one).get("alternatives"), None);
}

/// An answer that may come too late for the read that waits for it.
const TIMEOUT: &str = "--client-program \"write try-read close\" \
     --server-program \"read write read close\"";

#[test]
fn a_read_with_a_deadline_takes_what_comes_or_gives_up() {
    let value = json(TIMEOUT);
    assert_eq!(value["outcome"], "holds");
    for over in ["tcp", "tls"] {
        let results = |word: &str| {
            let outcomes = value[over].as_array().expect("outcomes");
            outcomes.iter().any(|outcome| outcome["client"][2] == word)
        };
        assert!(results("ok") && results("given up"), "{over}: {}", value[over]);
    }
    // Nothing can come, and so the read never returns but by its deadline.
    let waits = "--server-program \"read close\" --client-program";
    let hangs = json(&format!("{waits} \"read close\""));
    assert_eq!(hangs["outcome"], "hangs-over-tcp");
    let gives_up = json(&format!("{waits} \"try-read close\""));
    assert_eq!(gives_up["outcome"], "holds");
    assert_eq!(gives_up["tls"][0]["client"], serde_json::json!(["ok", "given up", "ok"]));
}

/// Both upgrade where the other does.
const UPGRADE: &str = "--client-program \"plain-write plain-read write read close\" \
     --server-program \"plain-read plain-write read write close\"";

/// The server reads on in plaintext, and gets the ClientHello of a client that does not wait.
const READ_PAST_THE_UPGRADE: &str = "--client-program \"plain-write write read close\" \
     --server-program \"plain-read*2 write close\"";

/// The client says more in plaintext than the server reads.
const LEFT_BEFORE_THE_UPGRADE: &str = "--client-program \"plain-write*2 write close\" \
     --server-program \"plain-read read*2 close\"";

#[test]
fn an_upgrade_at_the_same_place_holds_and_one_that_reads_past_it_does_not() {
    let holds = json(UPGRADE);
    assert_eq!(holds["outcome"], "holds", "{holds}");
    let calls = holds["tls"][0]["server"].as_array().map(Vec::len);
    assert_eq!(calls, Some(6), "two in plaintext, the handshake, and three behind it");
    let past = scenario(READ_PAST_THE_UPGRADE);
    assert_eq!(past.status, Some(1), "{}", past.complaint);
    insta::assert_snapshot!("read_past_the_upgrade", short(&past));
    let left = json(LEFT_BEFORE_THE_UPGRADE);
    assert_eq!(
        (&left["answer"], &left["harm"]),
        (&"TLS adds an error here".into(), &"refused".into())
    );
    let errors = left["tls"].as_array().expect("outcomes").iter();
    assert!(errors.clone().count() > 0);
    for outcome in errors {
        assert_eq!(outcome["server"][1], "error", "{outcome}");
    }
}

#[test]
fn a_program_that_is_not_understood_is_refused_with_what_to_write() {
    let server = "--server-program \"[read, write]*4 close\"";
    for (program, words) in [
        ("write plain-read close", "what is plain stands before all else"),
        ("plain-read | write", "`plain-read` cannot stand there"),
        ("plain-write", "a program ends with `close`"),
        ("write or read close", "a choice is written [write read, read write]"),
        ("(write | read) close", "a choice is written [write, read]"),
        ("[write read close", "`[` has no `]` behind it"),
        ("write read)*2 close", "`)` has no `(` before it"),
        ("(write read) *2 close", "without a space: write*4 or (write read)*4"),
        ("[write read] close", "a choice has a comma between its alternatives"),
        ("(write*13)*13 close", "more calls than can be explored"),
        ("[read, write]*4 close", "have 256 alternatives, and at most 64 are explored"),
    ] {
        let answer = scenario(&format!("--client-program \"{program}\" {server}"));
        assert_eq!(answer.status, Some(2), "{program}: {}", answer.output);
        let complaint = answer.complaint.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(complaint.contains(words), "{program}: {complaint}");
    }
    let export = "export tla-scenario --client-program \"[read, write] close\"";
    let answer = run(&format!("{export} --server-program close"));
    assert_eq!(answer.status, Some(2), "{}", answer.output);
    assert!(answer.complaint.contains("`hyaline scenario` explores each"), "{}", answer.complaint);
}
