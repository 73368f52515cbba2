//! `hyaline scenario`, as somebody asks it whose programs hang: the answer, its forms, and files of
//! scenarios.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use hyaline_check::runs::buffers::NAMED_BUFFERS;
use hyaline_check::runs::libraries::LIBRARIES;
use serde_json::Value;

mod running;

use running::{Answer, assert_is_picture, command, run, schema_errors};

fn scenario(line: &str) -> Answer {
    run(&format!("scenario {line}"))
}

/// Tickets in the handshake, to a client that only writes: TLS adds a hang.
const HANG_OF_TLS: &str = "--client naive --server hyaline,tickets=in-handshake --tickets 3 \
     --client-program \"write*4 close\" --server-program \"read*4 close\"";

/// Both write more than fits, and read only then: plain TCP hangs too.
const HANG_OF_BOTH: &str =
    "--client-program \"write*6 read*6 close\" --server-program \"write*6 read*6 close\"";

/// An early ticket resets an upload.
const RESET: &str = "--client openssl --server openssl --tickets 1 --send-buffer 2 \
     --client-program \"write close\" --server-program \"read close\"";

const HOLDS: &str = "--client-program \"write read close\" --server-program \"read write close\"";

/// The answer without what stands behind it, which says how long it took.
fn short(answer: &Answer) -> &str {
    answer.output.split("\noutcomes over").next().unwrap_or_default()
}

#[test]
fn a_hang_that_tls_adds_is_explained_and_healed() {
    let answer = scenario(HANG_OF_TLS);
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    insta::assert_snapshot!("hang_of_tls", short(&answer));
}

#[test]
fn a_hang_of_plain_tcp_is_the_programs_own() {
    let answer = scenario(HANG_OF_BOTH);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    insta::assert_snapshot!("hang_of_both", short(&answer));
}

#[test]
fn a_reset_that_tls_adds_names_what_drew_it_and_what_it_dropped() {
    let answer = scenario(RESET);
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    insta::assert_snapshot!("reset_of_tls", short(&answer));
}

#[test]
fn the_first_line_is_the_answer() {
    for (line, first) in [
        (HOLDS, "holds: TLS adds nothing that plain TCP does not have"),
        (HANG_OF_TLS, "TLS adds a hang here"),
        (RESET, "TLS adds a reset here"),
        (HANG_OF_BOTH, "hangs over plain TCP too: this is your programs' own deadlock"),
        (
            // A record more than the queues hold, for which TLS has its inbox.
            "--client-program \"write*3 read*3 close\" --server-program \"write*3 read*3 close\"",
            "hangs over plain TCP, and not over TLS: this is your programs' own deadlock",
        ),
        (
            "--client hyaline,backlog=one-record --client-program \"write try-write close\" \
             --server-program \"read*3 close\"",
            "TLS adds a truncation here: data is lost",
        ),
        (
            "--server hyaline,closing=at-once --client-certificate rejected \
             --client-program \"write read close\" --server-program close",
            "TLS loses an alert here",
        ),
        (
            "--client-program \"write read close\" --server-program \"read write close\" \
             --states-at-most 5",
            "unfinished: nothing was found in 6 snapshots, and more were left unexplored",
        ),
    ] {
        let answer = scenario(line);
        assert_eq!(answer.output.lines().next(), Some(first), "{line}: {}", answer.output);
    }
}

#[test]
fn nothing_that_is_printed_is_wider_than_100_columns() {
    let wide = "--client hyaline,closing=at-once,fin-leaves=with-half-close --server naive \
         --buffers linux-default --tickets 2 --client-program \"update-key write*4 read close\" \
         --server-program \"read*3 & write*2 update-key\" --handshake --rows";
    for line in [
        HANG_OF_TLS.to_owned(),
        format!("{HANG_OF_TLS} --rows --handshake"),
        HANG_OF_BOTH.to_owned(),
        wide.to_owned(),
    ] {
        let answer = scenario(&line);
        assert!(answer.output.contains("steps"), "{line}: {}", answer.complaint);
        for printed in answer.output.lines() {
            assert!(printed.chars().count() <= 100, "{line}: {printed}");
            assert_eq!(printed, printed.trim_end(), "{line}");
        }
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_forces_them() {
    let line = ["scenario", "--client-program", "read close", "--server-program", "read close"];
    let with = |variable: Option<&str>| {
        let mut process = command();
        process.args(line).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        process.envs(variable.map(|name| (name, "1")));
        let output = process.output().expect("the command runs");
        String::from_utf8(output.stdout).expect("text").contains('\u{1b}')
    };
    assert!(with(Some("CLICOLOR_FORCE")) && !with(Some("NO_COLOR")) && !with(None));
}

#[test]
fn the_handshake_and_the_rows_are_shown_where_they_are_asked_for() {
    let shown = |rest: &str| scenario(&format!("{HANG_OF_TLS} {rest}")).output;
    let (plain, handshake, rows) = (shown(""), shown("--handshake"), shown("--rows"));
    assert!(plain.contains("steps 1 to 26: the handshake") && !plain.contains("ServerHello"));
    assert!(handshake.contains("transmits ServerHello") && !handshake.contains("Duplex"));
    assert!(rows.contains("sender: Idle + StartSending(Write)") && !plain.contains("sender: "));
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/scenario.schema.json");
    let mut outcomes = Vec::new();
    for line in [HOLDS, HANG_OF_TLS, HANG_OF_BOTH, RESET] {
        let answer = scenario(&format!("{line} --format json"));
        let value: Value = serde_json::from_str(&answer.output).expect("JSON");
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        assert_eq!(answer.output, scenario(&format!("{line} --json")).output);
        outcomes.push(value["outcome"].as_str().expect("a word").to_owned());
        let mut changed = value;
        changed["surplus"] = Value::Null;
        let errors = schema_errors(schema, &changed.to_string());
        assert!(!errors.is_empty(), "the schema takes anything");
    }
    assert_eq!(outcomes, ["holds", "fails", "hangs-over-tcp", "fails"]);
}

#[test]
fn json_names_the_harm_the_changes_that_heal_and_the_trace() {
    let answer = scenario(&format!("{HANG_OF_TLS} --format json"));
    let value: Value = serde_json::from_str(&answer.output).expect("JSON");
    assert_eq!((&value["harm"], &value["property"]), (&"stuck".into(), &"transparent".into()));
    let changes = value["heals"]["changes"].as_array().expect("changes");
    let change = serde_json::json!(["`tickets=before-first-data` at the server"]);
    assert!(changes.contains(&change), "{changes:?}");
    let trace = &value["trace"];
    assert_eq!(trace["over"], "tls");
    assert_eq!(trace["never_return"]["server"], serde_json::json!(["finish-handshake"]));
    assert_eq!(trace["steps"].as_array().map(Vec::len), Some(46));
}

#[test]
fn the_picture_has_both_ends_the_answer_and_what_moves() {
    for line in [HANG_OF_TLS, HANG_OF_BOTH, RESET, HOLDS] {
        let answer = scenario(&format!("{line} --format svg"));
        let words = scenario(line).output;
        let headline = words.lines().next().unwrap_or_default();
        assert_is_picture(&answer.output);
        let text = answer.output.replace('\n', "").replace("&apos;", "'");
        for words in ["client", "server", "send", "receive", headline] {
            assert!(text.contains(&format!(">{words}<")), "{words}: {line}");
        }
        let moves = [">data<", ">RST<"].iter().any(|moved| text.contains(moved));
        assert!(text.contains("marker-end") && moves, "{line}");
    }
}

#[test]
fn the_page_stands_for_itself() {
    let answer = scenario(&format!("{HANG_OF_TLS} --format html"));
    for words in ["<h1 class=\"fails\">TLS adds a hang here</h1>", "<svg", "each waits for"] {
        assert!(answer.output.contains(words), "{words}");
    }
    // The name of SVG's own space is no address that is fetched.
    let fetched = answer.output.replace("http://www.w3.org/2000/svg", "");
    for word in ["http", "<script", "<link", "src="] {
        assert!(!fetched.contains(word), "{word}");
    }
}

#[test]
fn the_diagram_for_mermaid_has_an_arrow_for_what_arrives() {
    let answer = scenario(&format!("{HANG_OF_TLS} --format mermaid"));
    insta::assert_snapshot!("mermaid", answer.output);
}

#[test]
fn buffers_with_a_name_are_those_numbers() {
    let title = |buffers: &str| {
        let answer = scenario(&format!("{HOLDS} {buffers}"));
        answer.output.lines().nth(1).map(str::to_owned)
    };
    let help = run("scenario --help").output;
    for named in &NAMED_BUFFERS {
        let numbers = format!("--send-buffer {} --receive-buffer {}", named.send, named.receive);
        assert_eq!(title(&format!("--buffers {}", named.name)), title(&numbers));
        let line = format!("{:<15}{}/{}", named.name, named.send, named.receive);
        assert!(help.contains(&line), "{line}");
        // The help breaks lines where it likes.
        let joined = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined(&help).contains(&joined(named.meaning)), "{}", named.meaning);
    }
    assert_eq!(scenario(&format!("{HOLDS} --buffers huge")).status, Some(2));
    assert_eq!(scenario(&format!("{HOLDS} --buffers pipe --send-buffer 1")).status, Some(2));
}

#[test]
fn the_profiles_of_libraries_are_listed_and_run() {
    let list = run("profiles");
    assert_eq!(list.status, Some(0));
    for library in &LIBRARIES {
        assert!(list.output.contains(&format!("\n{}: ", library.name)), "{}", library.name);
        let line = format!("--client {} --server hyaline {HOLDS}", library.name);
        assert_ne!(scenario(&line).status, Some(2), "{}", library.name);
    }
    assert!(list.output.lines().all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!("profiles", list.output);
}

/// A directory of one test, which is not there before it.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a directory");
    path
}

#[test]
fn a_file_to_begin_with_runs_and_none_is_written_over() {
    let file = directory("init").join("hang.toml");
    let file = file.to_str().expect("a path");
    assert_eq!(run(&format!("init \"{file}\"")).status, Some(0));
    let answer = scenario(&format!("--file \"{file}\""));
    assert_eq!(answer.status, Some(0), "{}{}", answer.output, answer.complaint);
    assert!(answer.output.ends_with("all 5 as expected\n"), "{}", answer.output);
    assert!(answer.output.lines().all(|line| line.chars().count() <= 100));
    fs::write(file, "mine").expect("a file");
    assert_eq!(run(&format!("init \"{file}\"")).status, Some(2));
    assert_eq!(fs::read_to_string(file).expect("a file"), "mine");
}

/// The answer to a file of this text.
fn file(name: &str, text: &str, rest: &str) -> Answer {
    let path = directory(name).join("hang.toml");
    fs::write(&path, text).expect("a file");
    scenario(&format!("--file \"{}\" {rest}", path.display()))
}

const EXPECTED_TO_HOLD: &str = "
[[scenario]]
name = \"an upload\"
client = \"naive\"
server = \"hyaline,tickets=in-handshake\"
client-program = \"write*4 close\"
server-program = \"read*4 close\"
tickets = 3
expect = \"holds\"
";

#[test]
fn a_file_that_is_not_as_expected_says_why_and_exits_with_1() {
    let answer = file("unexpected", EXPECTED_TO_HOLD, "");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let first = "NOT as expected: an upload: `holds` was expected\nTLS adds a hang here\n";
    assert!(answer.output.starts_with(first), "{}", answer.output);
    assert!(answer.output.ends_with("not all as expected\n"), "{}", answer.output);
    let other = EXPECTED_TO_HOLD.replace("\"holds\"", "\"fails\"\nproperty = \"in order\"");
    assert_eq!(file("other", &other, "").status, Some(1), "it fails, and not by that property");
    let right = EXPECTED_TO_HOLD.replace("\"holds\"", "\"fails\"\nproperty = \"transparent\"");
    assert_eq!(file("right", &right, "").status, Some(0));
}

#[test]
fn a_file_is_answered_in_json_too() {
    let answer = file("json", EXPECTED_TO_HOLD, "--format json");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let value: Value = serde_json::from_str(&answer.output).expect("JSON");
    assert_eq!(value["as_expected"], false);
    let line = &value["scenarios"][0];
    assert_eq!((&line["name"], &line["outcome"]), (&"an upload".into(), &"fails".into()));
    assert_eq!(file("picture", EXPECTED_TO_HOLD, "--format svg").status, Some(2));
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line_and_its_key() {
    for (number, (from, to, line, words)) in [
        ("tickets = 3", "tickts = 3", "line 8", "tickts"),
        ("tickets = 3", "tickets = \"many\"", "line 8", "tickets"),
        ("tickets = 3", "tickets = 9", "line 8", "key `tickets`: a number from 0 to 8"),
        ("write*4 close", "write*4", "line 6", "key `client-program`: a program ends with"),
        ("write*4 close", "write*99 close", "line 6", "from 1 to 13"),
        ("write*4 close", "(write*4 close", "line 6", "key `client-program`: `(` has no `)`"),
        ("read*4 close", "[read, jump] close", "line 7", "the alternative `jump close`: `jump` is"),
        ("read*4 close", "jump close", "line 7", "key `server-program`: `jump` is no call"),
        ("\"naive\"", "\"clever\"", "line 4", "key `client`: no profile `clever`"),
        ("\"holds\"", "\"well\"", "line 9", "key `expect`: `well` is none of holds"),
        ("\"holds\"", "\"fails\"\nproperty = \"x\"", "line 10", "key `property`: no property `x`"),
        ("\"holds\"", "\"holds\"\nproperty = \"ends\"", "line 10", "key `property`: "),
        ("tickets = 3", "buffers = \"huge\"", "line 8", "key `buffers`: there are no buffers"),
        ("tickets = 3", "buffers = \"pipe\"\nsend-buffer = 1", "line 8", "key `buffers`: "),
        ("tickets = 3", "reset = \"maybe\"", "line 8", "key `reset`: `maybe` is none of keeps"),
        ("tickets = 3", "send-buffer = 8\nrecord-cells = 2", "line 3", "at most 8 cells"),
        ("name = \"an upload\"", "", "line 2", "name"),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(EXPECTED_TO_HOLD.contains(from), "{from}");
        let text = EXPECTED_TO_HOLD.replace(from, to);
        let answer = file(&format!("wrong-{number}"), &text, "");
        assert_eq!(answer.status, Some(2), "{to}: {}", answer.output);
        assert!(answer.complaint.contains(line), "{to}: {}", answer.complaint);
        assert!(answer.complaint.contains(words), "{to}: {}", answer.complaint);
    }
    let twice = EXPECTED_TO_HOLD.repeat(2);
    assert!(file("twice", &twice, "").complaint.contains("two scenarios have this name"));
    assert_eq!(file("empty", "scenario = []", "").status, Some(2));
    assert_eq!(scenario("--file \"no/such/file.toml\"").status, Some(2));
    assert_eq!(scenario("--file hang.toml --tickets 2").status, Some(2));
}
