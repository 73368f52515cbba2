//! Relays in files: what is asked of them beside scenarios, what is expected, and the forms in
//! which `hyaline scenario --file` answers.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use quick_junit::Report;
use serde_json::Value;

mod running;

use running::{Answer, json, run, schema_errors};

/// A relay whose library adds a hang, between a scenario before it and another behind.
const FILE: &str = "
[[scenario]]
name = \"no relay\"
client-program = \"write close\"
server-program = \"read close\"
expect = \"holds\"

[[relay]]
name = \"both upload\"
client = \"openssl\"
relay = \"openssl\"
server = \"openssl\"
copying = \"threads\"
client-program = \"write*3 read close\"
server-program = \"write*3 read close\"
expect = \"fails\"

[[scenario]]
name = \"again none\"
client-program = \"read close\"
server-program = \"write close\"
expect = \"holds\"
";

/// The line in which the relay's name stands.
const LINE: usize = 9;

/// The answer to a file of this text.
fn file(name: &str, text: &str, rest: &str) -> Answer {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("relay-{name}"));
    fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join("hang.toml");
    fs::write(&path, text).expect("a file");
    run(&format!("scenario --file \"{}\" {rest}", path.display()))
}

/// The file with a change that applies.
fn changed(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "{from}");
    FILE.replace(from, to)
}

#[test]
fn relays_and_scenarios_are_answered_in_the_order_of_their_file() {
    let answer = file("order", FILE, "");
    assert_eq!(answer.status, Some(0), "{}{}", answer.output, answer.complaint);
    let expected = "\
as expected: no relay: holds: TLS adds nothing that plain TCP does not have
as expected: both upload: TLS adds a hang here: at the client
as expected: again none: holds: TLS adds nothing that plain TCP does not have
all 3 as expected
";
    assert_eq!(answer.output, expected);
}

#[test]
fn a_relay_that_is_not_as_expected_says_why_and_exits_with_1() {
    let answer = file("unexpected", &changed("\"fails\"", "\"hangs-over-tcp\""), "");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let told = "\nNOT as expected: both upload: `hangs-over-tcp` was expected\n\
                TLS adds a hang here: at the client\n";
    assert!(answer.output.contains(told), "{}", answer.output);
    assert!(answer.output.contains("The client's `read` waits for data"), "{}", answer.output);
    assert!(answer.output.contains("\nas expected: again none: "), "{}", answer.output);
    assert!(answer.output.ends_with("not all as expected\n"), "{}", answer.output);
}

#[test]
fn who_notices_what_fails_can_be_expected_too() {
    let at = |end: &str| changed("\"fails\"", &format!("\"fails\"\nat = \"{end}\""));
    assert_eq!(file("at-client", &at("client"), "").status, Some(0));
    let answer = file("at-server", &at("server"), "");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let told = "NOT as expected: both upload: `fails` at the server was expected\n";
    assert!(answer.output.contains(told), "{}", answer.output);
}

#[test]
fn what_is_left_out_of_a_relay_is_as_its_command_has_it() {
    let text = "[[relay]]\nname = \"least\"\nclient-program = \"write read close\"\n\
                server-program = \"read write close\"\nexpect = \"holds\"\n";
    let value = json(&file("least", text, "--format json"));
    let answer = run("relay --client-program \"write read close\" \
                      --server-program \"read write close\" --format json");
    let mut line = value["scenarios"][0].clone();
    for key in ["kind", "name", "expected", "as_expected"] {
        line.as_object_mut().expect("an object").remove(key);
    }
    assert_eq!(line, json(&answer));
    let other = format!("{text}copying = \"turns\"\nbuffers = \"pipe\"\ntickets = 1\n");
    let other = json(&file("other", &other, "--format json"));
    let title = other["scenarios"][0]["scenario"].as_str().expect("a title").to_owned();
    assert!(title.contains("in turns") && title.contains("buffers 0/0, 1 tickets"), "{title}");
}

#[test]
fn each_line_of_json_says_which_schema_it_has() {
    let schemas = [
        ("scenario", include_str!("../../../docs/scenario.schema.json")),
        ("relay", include_str!("../../../docs/relay.schema.json")),
    ];
    let answer = file("json", &changed("\"fails\"", "\"holds\""), "--format json");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let value = json(&answer);
    assert_eq!(value["as_expected"], false);
    let lines = value["scenarios"].as_array().expect("lines");
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert_eq!(kinds, ["scenario", "relay", "scenario"]);
    assert_eq!(lines[1]["expected"], "`holds`");
    for line in lines {
        let mut answer = line.clone();
        for key in ["kind", "name", "expected", "as_expected"] {
            assert!(answer.as_object_mut().expect("an object").remove(key).is_some(), "{key}");
        }
        for (kind, schema) in schemas {
            let errors = schema_errors(schema, &answer.to_string());
            assert_eq!(errors.is_empty(), line["kind"] == kind, "{kind}: {errors:?}");
        }
    }
}

#[test]
fn the_tools_of_continuous_integration_are_told_of_the_relay_at_its_line() {
    for (expected, failures) in [("fails", 0), ("holds", 1)] {
        let text = changed("\"fails\"", &format!("\"{expected}\""));
        let told = |format: &str| {
            let answer =
                file(&format!("{format}-{expected}"), &text, &format!("--format {format}"));
            let status = i32::from(failures > 0);
            assert_eq!(answer.status, Some(status), "{format}: {}", answer.complaint);
            answer
        };
        let report = Report::deserialize_from_str(&told("junit").output).expect("JUnit");
        assert_eq!((report.tests, report.failures), (3, failures));
        let suites: Vec<&str> = report.test_suites.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(suites, ["scenarios", "relays"]);
        let sarif = told("sarif");
        let schema = include_str!("sarif.schema.json");
        assert_eq!(schema_errors(schema, &sarif.output), Vec::<String>::new());
        let results = json(&sarif)["runs"][0]["results"].clone();
        let lines: Vec<Option<u64>> = results
            .as_array()
            .expect("results")
            .iter()
            .map(|one| one["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64())
            .collect();
        let line = u64::try_from(LINE).expect("a number");
        assert_eq!(lines, vec![Some(line); failures]);
        let github = told("github").output;
        let error = format!("hang.toml,line={LINE},title=");
        assert_eq!(github.matches(&error).count(), failures, "{github}");
        let words = "both upload: TLS adds a hang here: at the client; expected was `holds`";
        assert_eq!(github.contains(words), failures > 0, "{github}");
        let markdown = told("markdown").output;
        assert!(markdown.contains("| both upload | 1 | "), "{markdown}");
        assert_eq!(markdown.matches("<details><summary>").count(), failures, "{markdown}");
    }
    assert_eq!(file("picture", FILE, "--format svg").status, Some(2));
}

#[test]
fn what_is_wrong_with_a_relay_is_told_with_its_line_and_its_key() {
    let relay = |key: &str, value: &str| format!("{key} = \"{value}\"");
    let (copying, fails) = (relay("copying", "threads"), relay("expect", "fails"));
    let program = relay("client-program", "write*3 read close");
    for (number, (from, to, line, words)) in [
        (&copying, "coping = \"threads\"", 13, "unknown field `coping`"),
        (&copying, "copying = \"by-hand\"", 13, "key `copying`: `by-hand` is none of threads"),
        (&copying, "record-cells = 2", 13, "unknown field `record-cells`"),
        (&copying, "tickets = \"many\"", 13, "tickets"),
        (&copying, "tickets = 9", 13, "key `tickets`: a number from 0 to 8"),
        (&copying, "send-buffer = 99", 13, "key `send-buffer`: a number from 0 to 8"),
        (&copying, "buffers = \"huge\"", 13, "key `buffers`: there are no buffers `huge`"),
        (&copying, "buffers = \"pipe\"\nsend-buffer = 1", 13, "key `buffers`: buffers have a"),
        (&copying, "reset = \"maybe\"", 13, "key `reset`: `maybe` is none of keeps"),
        (&relay("relay", "openssl"), "relay = \"clever\"", 11, "key `relay`: no profile `clever`"),
        (&program, "", 8, "missing field `client-program`"),
        (&program, "client-program = \"jump close\"", 14, "`client-program`: `jump` is no call"),
        (&program, "client-program = \"try-read close\"", 14, "`client-program`: `try-read`: with"),
        (&program, "client-program = \"[read, write] close\"", 14, "key `client-program`: "),
        (&fails, "expect = \"well\"", 16, "key `expect`: `well` is none of holds"),
        (&fails, "expect = \"fails\"\nat = \"home\"", 17, "key `at`: `home` is none of client"),
        (&fails, "expect = \"holds\"\nat = \"client\"", 17, "key `at`: `at` says where it fails"),
        (&fails, "expect = \"fails\"\nproperty = \"ends\"", 17, "unknown field `property`"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = file(&format!("wrong-{number}"), &changed(from, to), "");
        assert_eq!(answer.status, Some(2), "{to}: {}", answer.output);
        let line = format!("line {line}");
        assert!(answer.complaint.contains(&line), "{to}: {}", answer.complaint);
        assert!(answer.complaint.contains(words), "{to}: {}", answer.complaint);
    }
    let twice = file("twice", &changed("both upload", "no relay"), "");
    assert!(twice.complaint.contains("line 9, key `name`: two scenarios have this name"));
    let empty = file("empty", "relay = []", "");
    assert!(empty.complaint.contains("no [[scenario]] and no [[relay]]"), "{}", empty.complaint);
    let long = changed("write*3 read close", "write*6 close").replace("threads", "turns");
    let long = file("long", &long, "").complaint;
    assert!(long.contains("line 9, key `name`: between the handshake"), "{long}");
}

#[test]
fn the_file_to_begin_with_has_a_relay() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("relay-init.toml");
    let _ = fs::remove_file(&path);
    assert_eq!(run(&format!("init \"{}\"", path.display())).status, Some(0));
    let text = fs::read_to_string(&path).expect("a file");
    assert_eq!(text.matches("\n[[relay]]\n").count(), 1);
    let value: Value = json(&run(&format!("scenario --file \"{}\" --format json", path.display())));
    let relays = value["scenarios"].as_array().expect("lines").iter();
    let relays: Vec<_> = relays.filter(|line| line["kind"] == "relay").collect();
    assert_eq!(relays.len(), 1);
    assert_eq!((&relays[0]["as_expected"], &relays[0]["at"]), (&true.into(), &"client".into()));
}
