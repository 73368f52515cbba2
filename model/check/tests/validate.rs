//! The command `hyaline validate`: what it prints, and its exit status. Logs of real connections
//! are held against the model in the tests that have the library (`tests/tests/traces`).
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use hyaline_model::table::{FINGERPRINT, Policy, PolicyName, ROWS, Role, Row};

mod running;

use running::{Answer, command, json, schema_errors};

/// The first line of a log.
fn begins(number: u64, role: Role, table: &str) -> String {
    let mut policy = Policy::SHIPPED;
    policy.role = role;
    let switches = PolicyName::ALL.iter().map(|switch| {
        format!("\"{}\":\"{}\"", switch.name(), switch.value_name(policy.get(*switch)))
    });
    let switches = switches.collect::<Vec<_>>().join(",");
    let end = role.name().to_lowercase();
    format!(
        "{{\"connection\":{number},\"end\":\"{end}\",\"sequence\":0,\"table\":\"{table}\",\
         \"tickets\":0,\"policy\":{{{switches}}}}}"
    )
}

/// A line of the receiving half: a row, by how it begins in the table.
fn row(number: u64, end: &str, sequence: u64, row: &str, event: &str) -> String {
    let name = event.split('(').next().expect("a name");
    let is_meant = |one: &&&Row| one.text.starts_with(row) && one.event.name() == name;
    let row = ROWS.iter().find(is_meant).expect("such a row");
    let from = row.machine.state_name(row.from[0]);
    let to = row.to.map_or(from, |to| row.machine.state_name(to));
    let (machine, row) = (row.machine.name(), row.number);
    format!(
        "{{\"connection\":{number},\"end\":\"{end}\",\"sequence\":{sequence},\
         \"half\":\"receiving\",\"turn\":1,\"machine\":\"{machine}\",\"row\":{row},\
         \"event\":\"{event}\",\"from\":\"{from}\",\"to\":\"{to}\",\
         \"facts\":{{\"inbox_room\":\"true\",\"aligned\":\"true\"}}}}"
    )
}

/// The log of a server that waits for a client.
fn server(number: u64) -> Vec<String> {
    vec![
        begins(number, Role::Server, FINGERPRINT),
        row(number, "server", 1, "Idle + StartReceiving(Handshake)", "StartReceiving(Handshake)"),
        row(number, "server", 2, "Start + Begin => WaitClientHello", "Begin"),
    ]
}

/// A directory of this test's own, with these files.
fn directory(name: &str, files: &[(&str, Vec<String>)]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).expect("a directory");
    for (file, lines) in files {
        fs::write(directory.join(file), lines.join("\n") + "\n").expect("a file");
    }
    directory
}

fn validate(directory: &Path, arguments: &[&str]) -> Answer {
    let output = command().arg("validate").args(arguments).current_dir(directory).output();
    Answer::of(&output.expect("the command runs"))
}

#[test]
fn a_log_that_is_a_behaviour_tells_where_it_ends_and_exits_with_0() {
    let directory = directory("validate-good", &[("rows.jsonl", server(1))]);
    let answer = validate(&directory, &["rows.jsonl"]);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    insta::assert_snapshot!("validate_good", answer.output);
}

#[test]
fn a_log_that_is_none_tells_its_first_step_and_exits_with_1() {
    let mut lines = server(1);
    lines[2] = lines[2].replace("\"Begin\"", "\"ClientHello\"");
    let directory = directory("validate-bad", &[("rows.jsonl", lines)]);
    let answer = validate(&directory, &["rows.jsonl"]);
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    insta::assert_snapshot!("validate_bad", answer.output);
    let report = json(&validate(&directory, &["rows.jsonl", "--format", "json"]));
    let end = &report["ends"][0];
    assert_eq!(end["is_behaviour"], false);
    assert_eq!(end["departure"]["line"], 3);
    assert_eq!(end["departure"]["could_fire"].as_array().map(Vec::len), Some(1), "{end}");
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/validation.schema.json");
    let client = vec![begins(1, Role::Client, FINGERPRINT)];
    let files = [("client.jsonl", client), ("server.jsonl", server(1))];
    let directory = directory("validate-json", &files);
    for files in [&["server.jsonl"][..], &["client.jsonl", "server.jsonl"]] {
        let answer = validate(&directory, &[files, &["--format", "json"]].concat());
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new());
        let changed = answer.output.replacen("\"waits\"", "\"surplus\"", 1);
        assert!(!schema_errors(schema, &changed).is_empty(), "the schema takes anything");
        let report = json(&answer);
        assert_eq!(
            (&report["fingerprint"], &report["is_behaviour"]),
            (&FINGERPRINT.into(), &true.into())
        );
        let pairs = report["pairs"].as_array().expect("pairs");
        assert_eq!(pairs.len(), files.len() - 1);
        assert!(pairs.iter().all(|pair| pair["known_by"] == "number"), "{report}");
    }
}

#[test]
fn a_log_may_come_by_standard_input() {
    let log = server(1).join("\n") + "\n";
    let mut child = command()
        .args(["validate", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut input = child.stdin.take().expect("its standard input");
    input.write_all(log.as_bytes()).expect("it reads");
    drop(input);
    let answer = Answer::of(&child.wait_with_output().expect("it ends"));
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    assert!(answer.output.starts_with("-: server, connection 1"), "{}", answer.output);
}

#[test]
fn files_that_cannot_be_judged_exit_with_2() {
    let other = FINGERPRINT.chars().rev().collect::<String>();
    let files = [
        ("nonsense.jsonl", vec!["nonsense".to_owned(), server(1).remove(0)]),
        ("other.jsonl", vec![begins(1, Role::Client, &other)]),
        ("good.jsonl", server(1)),
        ("client.jsonl", vec![begins(1, Role::Client, FINGERPRINT)]),
        ("rotated.jsonl", server(1).split_off(1)),
        ("again.jsonl", [server(1), server(1)].concat()),
        ("cut.jsonl", vec!["{\"connection\": one}".to_owned(), server(1).remove(0)]),
    ];
    let directory = directory("validate-unusable", &files);
    fs::write(directory.join("packed.jsonl"), [0x1f, 0x8b, 0x08, 0xff]).expect("a file");
    for (arguments, told) in [
        (&["nonsense.jsonl"][..], "nonsense.jsonl:1: no line of a log: each is an object of JSON"),
        (&["cut.jsonl"], "cut.jsonl:1: no line of a log: expected value, at column 16"),
        (&["rotated.jsonl"], "rotated.jsonl:1: the connection 1 has not begun in this file; the"),
        (&["packed.jsonl"], "packed.jsonl: this is no text"),
        (&["good.jsonl", "good.jsonl"], "good.jsonl: a file is given once"),
        (&["--pair", "1:7", "again.jsonl"], "there is no client with the number 1: no log is"),
        (
            &["--pair", "1:1", "client.jsonl", "again.jsonl"],
            "2 logs are of a server with the number 1: a process that was begun anew",
        ),
        (&["other.jsonl"], other.as_str()),
        (&["missing.jsonl"], "missing.jsonl"),
        (&["--pair", "1:1", "good.jsonl"], "there is no client with the number 1"),
        (&["--pair", "1", "good.jsonl"], "`1` is not CLIENT:SERVER"),
        (&[], "FILE"),
    ] {
        let answer = validate(&directory, arguments);
        assert_eq!(answer.status, Some(2), "{arguments:?}: {}", answer.complaint);
        assert!(answer.complaint.contains(told), "{arguments:?}: {}", answer.complaint);
    }
}

#[test]
fn which_ends_belong_together_is_asked_where_that_is_not_plain() {
    let clients = [1, 2].map(|number| begins(number, Role::Client, FINGERPRINT)).to_vec();
    let servers = [server(1), server(4)].concat();
    let files = [("clients.jsonl", clients), ("servers.jsonl", servers)];
    let directory = directory("validate-pairs", &files);
    let both = ["clients.jsonl", "servers.jsonl"];
    let answer = validate(&directory, &both);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    assert!(answer.output.contains("--pair CLIENT:SERVER"), "{}", answer.output);
    let answer = validate(&directory, &[&["--pair", "2:4"], &both[..]].concat());
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    assert!(answer.output.contains("client 2 and server 4"), "{}", answer.output);
}
