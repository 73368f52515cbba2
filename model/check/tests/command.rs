//! The command `hyaline`, run as a user runs it: what it prints, and its exit status.
#![allow(clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use hyaline_check::print::tla;
use hyaline_model::table::FINGERPRINT;
use serde_json::Value;

mod running;

use running::{assert_results_follow_the_schema, command, hyaline, json, run};

#[test]
fn an_export_is_the_table_or_a_scenario() {
    assert_eq!(run("export tla").output, tla::table());
    let programs = "--client-program \"write close\" --server-program \"read close\"";
    let ends = "--client naive --server hyaline --send-buffer 2 --receive-buffer 1";
    let answer = run(&format!("export tla-scenario {ends} {programs}"));
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    assert!(answer.output.contains("SendCells == 2"), "{}", answer.output);
}

#[test]
fn what_is_not_understood_is_a_usage_error() {
    for line in [
        "",
        "frobnicate",
        "check --bounds huge",
        "check --bounds small --calls 2",
        "check --client openssl",
        "check --record --client naive",
        "check --calls 7",
        "check --calls 1 --send-buffer 9",
        "table --machine heart",
        "scenario --client hyaline",
        "explore --address nowhere",
    ] {
        let answer = run(line);
        assert_eq!(answer.status, Some(2), "{line}: {}", answer.complaint);
        assert!(!answer.complaint.is_empty(), "{line}");
    }
}

const READ_AND_WRITE: &str = "--client-program \"write close\" --server-program \"read close\"";

#[test]
fn a_scenario_that_holds_shows_its_outcomes_and_exits_with_0() {
    let ends = "--client hyaline --server hyaline --send-buffer 1 --receive-buffer 1";
    let answer = run(&format!("scenario {ends} {READ_AND_WRITE} --tickets 2"));
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    for words in ["outcomes over plain TCP", "outcomes over TLS", "holds (complete)", "states"] {
        assert!(answer.output.contains(words), "{words}: {}", answer.output);
    }
    assert_eq!(answer.output.matches("client: ok, ok, ok; server: ok, ok, ok").count(), 2);
    assert!(!answer.output.contains("the shortest trace"));
}

#[test]
fn scenarios_without_queues_and_with_half_records_are_explored() {
    for (send, receive) in [(0, 0), (0, 1), (1, 0)] {
        for rest in ["--record-cells 2 --tickets 1", "--reset discards --client-certificate good"] {
            let ends = "--client hyaline --server hyaline";
            let buffers = format!("--send-buffer {send} --receive-buffer {receive}");
            let answer = run(&format!("scenario {ends} {READ_AND_WRITE} {buffers} {rest}"));
            assert_eq!(answer.status, Some(0), "{buffers} {rest}: {}", answer.output);
        }
    }
}

#[test]
fn a_scenario_compares_only_what_tcp_does_not_do_too() {
    // Two ends that only read wait for ever, over TCP as over TLS.
    let programs = "--client-program \"read close\" --server-program \"read close\"";
    let ends = "--client hyaline --server hyaline --send-buffer 1 --receive-buffer 1";
    let answer = run(&format!("scenario {ends} {programs}"));
    assert_eq!(answer.status, Some(0), "{}", answer.output);
    assert_eq!(answer.output.matches("never returns; server: ok, never returns").count(), 2);
}

#[test]
fn a_rejected_certificate_is_told_by_its_alert() {
    let ends = "--client hyaline --server hyaline --send-buffer 1 --receive-buffer 1";
    for certificate in ["rejected", "missing"] {
        let rest = format!("--client-certificate {certificate}");
        let answer = run(&format!("scenario {ends} {READ_AND_WRITE} {rest}"));
        assert_eq!(answer.status, Some(0), "{}", answer.output);
        assert!(answer.output.contains("alert"), "{}", answer.output);
    }
}

/// The hazard H06, as the command line says it.
const DANGER: &str = "--client hyaline --server hyaline,closing=at-once \
     --client-program \"update-key read close\" --server-program \"write close\" \
     --send-buffer 2 --receive-buffer 1";

#[test]
fn a_scenario_that_fails_shows_the_shortest_trace_and_exits_with_1() {
    let answer = run(&format!("scenario {DANGER}"));
    assert_eq!(answer.status, Some(1));
    assert!(answer.output.contains("harm that plain TCP does not have: reset"));
    let (_, chart) = answer.output.split_once("the shortest trace").expect("a trace");
    insta::assert_snapshot!("chart", chart.split("\noutcomes over").next().expect("a chart"));
}

#[test]
fn a_scenario_reports_in_json() {
    let answer = run(&format!("scenario {DANGER} --json"));
    assert_eq!(answer.status, Some(1));
    let report = json(&answer);
    let results = assert_results_follow_the_schema(&report);
    let transparent = |line: &&Value| line["property"] == "transparent";
    assert_eq!(results.iter().find(transparent).expect("a verdict")["verdict"], "fails");
    for (transport, outcomes) in [("tcp", 1), ("tls", 2)] {
        let list = report[transport].as_array().expect("outcomes");
        assert_eq!(list.len(), outcomes, "{transport}");
        for outcome in list {
            // The handshake and each call of the program.
            assert_eq!(outcome["client"].as_array().expect("results").len(), 4);
            assert_eq!(outcome["server"].as_array().expect("results").len(), 3);
        }
    }
}

#[test]
fn a_scenario_that_is_cut_short_is_unfinished_and_no_pass() {
    let calls = "write update-key read update-key write close";
    let programs = format!("--client-program \"{calls}\" --server-program \"{calls}\"");
    let ends = "--client hyaline --server hyaline --send-buffer 2 --receive-buffer 2";
    let line = format!("scenario {ends} {programs} --states-at-most 10");
    let answer = run(&line);
    assert_eq!(answer.status, Some(1));
    assert!(answer.output.contains("unfinished ("), "{}", answer.output);
    assert!(!answer.output.contains("holds"));
    assert_eq!(json(&run(&format!("{line} --json")))["results"][0]["verdict"], "unfinished");
}

#[test]
fn what_cannot_be_explored_is_a_usage_error() {
    let ends = "--client hyaline --server hyaline";
    let buffers = "--send-buffer 1 --receive-buffer 1";
    for (line, words) in [
        (format!("{ends} {READ_AND_WRITE} --send-buffer 9 --receive-buffer 1"), "at most 8"),
        (format!("{ends} {READ_AND_WRITE} {buffers} --record-cells 3"), "3"),
        (format!("{ends} {READ_AND_WRITE} {buffers} --tickets 9"), "9"),
        (
            format!("{ends} {buffers} --client-program write --server-program close"),
            "ends with `close`",
        ),
        (
            format!("{ends} {buffers} --client-program \"jump close\" --server-program close"),
            "`jump` is no call",
        ),
    ] {
        let answer = run(&format!("scenario {line}"));
        assert_eq!(answer.status, Some(2), "{line}");
        assert!(answer.complaint.contains(words), "{line}: {}", answer.complaint);
    }
}

#[test]
fn nothing_is_coloured_where_there_is_no_terminal() {
    for line in ["check --calls 1", &format!("scenario {DANGER}"), "table", "check --calls 9"] {
        let answer = run(line);
        let texts = [answer.output, answer.complaint];
        assert!(texts.iter().all(|text| !text.contains('\u{1b}')), "{line}");
    }
}

#[test]
fn a_machine_is_printed_with_its_straight_line_first() {
    let answer = run("table --machine read");
    assert_eq!(answer.status, Some(0));
    let (_, machine) = answer.output.split_once("\n\n").expect("the fingerprint's line");
    insta::assert_snapshot!("table", machine);
}

#[test]
fn the_table_is_printed_as_text_and_as_markdown() {
    let text = run("table").output;
    let markdown = run("table --format markdown").output;
    assert!(text.contains(FINGERPRINT) && markdown.contains(FINGERPRINT));
    for machine in ["client", "server", "read", "receiver", "write", "report", "sender"] {
        assert!(text.contains(&format!("\n{machine}: ")), "{machine}");
        assert!(markdown.contains(&format!("\n## `{machine}`\n")), "{machine}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn the_machines_are_drawn_as_diagrams() {
    let printed = |format: &str, machine: &str| {
        let answer = run(&format!("table --format {format} {machine}"));
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        answer.output
    };
    insta::assert_snapshot!("table_mermaid", printed("mermaid", "--machine client"));
    insta::assert_snapshot!("table_dot", printed("dot", "--machine read"));
    insta::assert_snapshot!("table_svg", printed("svg", "--machine write"));
    let all = printed("svg", "");
    assert!(all.starts_with("<svg ") && all.trim_end().ends_with("</svg>"));
    for machine in ["client", "server", "read", "receiver", "write", "report", "sender"] {
        assert!(all.contains(&format!("data-machine=\"{machine}\"")), "{machine}");
        assert!(printed("dot", "").contains(&format!("subgraph cluster_{machine} {{")));
        assert!(printed("mermaid", "").contains(&format!("    state {machine} {{")));
    }
}

#[test]
fn unbounded_says_what_holds_and_what_fails_and_what_was_cut_short() {
    let missing = run("unbounded --client-certificate missing");
    assert_eq!(missing.status, Some(0), "{}", missing.complaint);
    assert!(missing.output.contains("missing client certificate: holds (complete)"));
    let endless = run("unbounded --tickets 0 --endless");
    assert_eq!(endless.status, Some(0), "{}", endless.complaint);
    assert!(endless.output.contains("without end: holds"), "{}", endless.output);
    let starving = run("unbounded --server hyaline,control=wait --task server --endless");
    assert_eq!(starving.status, Some(1), "{}", starving.complaint);
    assert!(starving.output.contains("without end: fails (lasso)"), "{}", starving.output);
    assert!(starving.output.contains("server: half-close never returns"), "{}", starving.output);
    let failing = run("unbounded --client hyaline,control=wait --first");
    assert_eq!(failing.status, Some(1), "{}", failing.complaint);
    assert!(failing.output.contains("half-close never returns"), "{}", failing.output);
    let short = run("unbounded --tickets 0 --snapshots-at-most 1000");
    assert_eq!(short.status, Some(1), "{}", short.complaint);
    assert!(short.output.contains("unfinished (1,"), "{}", short.output);
    let compared = run("unbounded --compare 1");
    assert_eq!(compared.status, Some(0), "{}", compared.complaint);
    assert!(compared.output.contains("each has a counterpart (complete)"), "{}", compared.output);
    let random = run("unbounded --random 3 --seed 7");
    assert_eq!(random.status, Some(0), "{}", random.complaint);
    assert!(random.output.contains("all of them hold (complete)"), "{}", random.output);
}

#[test]
fn help_says_what_each_command_does() {
    insta::assert_snapshot!("help", run("--help").output);
    for line in [
        "check --help",
        "unbounded --help",
        "scenario --help",
        "table --help",
        "explore --help",
        "proof --help",
        "map --help",
        "synthesize --help",
    ] {
        let answer = run(line);
        assert_eq!(answer.status, Some(0));
        insta::assert_snapshot!(line.replace([' ', '-'], "_"), answer.output);
    }
}

#[test]
fn shells_and_the_manual_know_every_command() {
    let help = run("--help").output;
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 12, "{help}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&format!("completions {shell}"));
        assert_eq!(script.status, Some(0));
        for command in &commands {
            assert!(script.output.contains(command), "{shell} does not know {command}");
        }
    }
    let directory = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("manual");
    let _ = std::fs::remove_dir_all(&directory);
    let written = format!("man \"{}\"", directory.display());
    assert_eq!(run(&written).status, Some(2), "there is no such directory");
    std::fs::create_dir_all(&directory).expect("a directory");
    assert_eq!(run(&written).status, Some(0));
    let page = run("man").output;
    assert!(page.contains(".TH hyaline 1"), "{page}");
    for command in commands.iter().filter(|command| **command != "help") {
        assert!(page.contains(command), "{command}");
        assert!(directory.join(format!("hyaline-{command}.1")).exists(), "{command}");
    }
}

#[test]
fn help_names_every_switch_that_a_profile_can_flip() {
    let help = run("check --help").output;
    for (switch, values) in hyaline_check::search::profile::flippable() {
        let line = help.lines().find(|line| line.trim_start().starts_with(&format!("{switch}=")));
        let line = line.unwrap_or_else(|| panic!("{switch} is not in the help"));
        let written = line.split_once('=').and_then(|(_, rest)| rest.split_whitespace().next());
        assert_eq!(written, Some(values.join("|").as_str()));
    }
}

#[test]
fn the_limits_of_programs_that_the_help_names_are_those() {
    let help = run("scenario --help").output;
    let scenario = |program: &str| {
        let ends = "--client hyaline --server hyaline --send-buffer 1 --receive-buffer 1";
        let server = "--tickets 0 --server-program close --states-at-most 1";
        run(&format!("scenario {ends} {server} --client-program \"{program}\""))
    };
    assert!(help.contains("at most 12 calls") && help.contains("at most 13 calls"), "{help}");
    for (most, over) in [
        ("read ".repeat(12) + "close", "read ".repeat(13) + "close"),
        ("read ".repeat(13) + "|", "read ".repeat(14) + "|"),
    ] {
        assert_ne!(scenario(&most).status, Some(2), "{most}");
        assert_eq!(scenario(&over).status, Some(2), "{over}");
    }
}

#[test]
fn explore_says_where_it_cannot_listen() {
    let busy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = busy.local_addr().expect("an address").to_string();
    let answer = hyaline(&["explore", "--address", &address]);
    assert_eq!(answer.status, Some(1));
    let told = format!("cannot listen on {address}: ");
    assert!(answer.complaint.contains(&told), "{}", answer.complaint);
    assert!(answer.complaint.contains("--address"), "{}", answer.complaint);
}

#[test]
fn explore_serves_the_snapshots_of_a_scenario() {
    let arguments = ["explore", "--address", "127.0.0.1:0"];
    let mut child = command().args(arguments).stdout(Stdio::piped()).spawn().expect("a server");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let url = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("http://"));
    let url = url.expect("an address");
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let mut connection = loop {
        // The address is printed just before the server listens.
        if let Ok(connection) = TcpStream::connect(address) {
            break connection;
        }
        assert!(child.try_wait().expect("a status").is_none(), "the server has ended");
    };
    connection.write_all(b"GET /.status HTTP/1.0\r\n\r\n").expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    child.kill().expect("the server was running");
    child.wait().expect("a status");
    assert!(answer.contains("200") && answer.contains("transparent"), "{answer}");
}
