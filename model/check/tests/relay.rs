//! `hyaline relay`, as somebody asks it who has a relay that ends TLS on both sides; and that the
//! order in which calls begin loses nothing.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use hyaline_check::ends::tls::Tls;
use hyaline_check::programs::Program;
use hyaline_check::relay::assessment::{assess, judge};
use hyaline_check::relay::scenario::{RelayError, RelayScenario, Three};
use hyaline_check::relay::script::Copying;
use hyaline_check::relay::search::{RelayRun, explore};
use hyaline_check::relay::world::RelayWorld;
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use quick_junit::Report;
use serde_json::Value;

mod running;

use running::{Answer, assert_is_picture, json, run, schema_errors};

/// Each writes more than fits, to a relay whose blocking calls move one direction at a time.
const HANG_OF_TLS: &str = "--client openssl --relay openssl --server openssl \
     --client-program \"write*3 read close\" --server-program \"write*3 read close\"";

/// The relay reads from the client, who waits for the server's greeting.
const HANG_OF_BOTH: &str =
    "--copying turns --client-program \"read write close\" --server-program \"write read close\"";

const HOLDS: &str = "--client-program \"write read close\" --server-program \"read write close\"";

const OURS: Three<Profile> =
    Three { client: Profile::HYALINE, relay: Profile::HYALINE, server: Profile::HYALINE };

fn relay(line: &str) -> Answer {
    run(&format!("relay {line}"))
}

fn scenario(client: &str, server: &str, copying: Copying) -> RelayScenario {
    let program = |text: &str| text.parse::<Program>().expect("a program");
    RelayScenario::new(Both { client: program(client), server: program(server) }, copying)
}

#[test]
fn a_hang_that_a_relays_library_adds_is_told_with_who_waits_for_whom_and_what_heals_it() {
    let answer = relay(HANG_OF_TLS);
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let short = answer.output.split("\noutcomes over").next().unwrap_or_default();
    insta::assert_snapshot!("relay_hang_of_tls", short);
}

#[test]
fn a_hang_of_plain_tcp_is_that_of_the_programs_and_the_relay() {
    let answer = relay(HANG_OF_BOTH);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let first = answer.output.lines().next();
    let expected = "hangs over plain TCP too: this is the deadlock of your programs and the relay";
    assert_eq!(first, Some(expected));
    // Two threads copy the greeting whoever speaks first.
    let threads = relay(&HANG_OF_BOTH.replace("turns", "threads"));
    assert!(threads.output.starts_with("holds: TLS adds nothing"), "{}", threads.output);
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/relay.schema.json");
    let mut outcomes = Vec::new();
    for line in [HOLDS, HANG_OF_TLS, HANG_OF_BOTH] {
        let answer = relay(&format!("{line} --format json"));
        let value: Value = serde_json::from_str(&answer.output).expect("JSON");
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        outcomes.push(value["outcome"].as_str().expect("a word").to_owned());
        let mut changed = value;
        changed["surplus"] = Value::Null;
        let errors = schema_errors(schema, &changed.to_string());
        assert!(!errors.is_empty(), "the schema takes anything");
    }
    assert_eq!(outcomes, ["holds", "fails", "hangs-over-tcp"]);
}

/// How many ends have a line in a picture.
fn lines_of_ends(picture: &str) -> usize {
    picture.matches("stroke-width=\"1.6\"").count()
}

#[test]
fn the_picture_has_three_lanes_and_the_relay_a_line_for_each_connection() {
    for line in [HANG_OF_TLS, HANG_OF_BOTH, HOLDS] {
        let answer = relay(&format!("{line} --format svg"));
        let words = relay(line).output;
        let headline = words.lines().next().unwrap_or_default();
        assert_is_picture(&answer.output);
        let text = answer.output.replace('\n', "");
        for words in ["client", "relay", "server", "send", "receive", "data", headline] {
            assert!(text.contains(&format!(">{words}<")), "{words}: {line}");
        }
        assert_eq!(lines_of_ends(&text), 4, "{line}");
    }
    let pair = run(&format!("scenario {HOLDS} --format svg")).output;
    assert_eq!((lines_of_ends(&pair), pair.contains("\nrelay\n")), (2, false));
}

#[test]
fn nothing_in_the_picture_stands_beyond_its_edges() {
    let answer = relay(&format!("{HANG_OF_BOTH} --format svg --buffers linux-default --handshake"));
    let wide = answer.output.split("width=\"").nth(1).and_then(|rest| rest.split('"').next());
    let wide: f64 = wide.expect("a width").parse().expect("a number");
    let numbers = |attributes: &svg::node::Attributes, names: &[&str]| {
        let values = names.iter().filter_map(|name| attributes.get(*name));
        values.map(|value| value.parse::<f64>().expect("a number")).collect::<Vec<_>>()
    };
    let mut seen = 0;
    for event in svg::read(&answer.output).expect("a picture") {
        let svg::parser::Event::Tag("rect" | "line" | "text", _, attributes) = event else {
            continue;
        };
        let width = numbers(&attributes, &["width"]).first().copied().unwrap_or_default();
        for place in numbers(&attributes, &["x", "x1", "x2"]) {
            assert!((0.0..=wide - width).contains(&place), "{attributes:?}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn the_page_stands_for_itself() {
    let answer = relay(&format!("{HANG_OF_TLS} --format html"));
    for words in [
        "<h1 class=\"fails\">TLS adds a hang here: at the client</h1>",
        "<svg",
        "each waits for the other",
        "waits for ever",
        "<li>hyaline at the client, and hyaline at the server</li>",
        "<h2>The shortest way there</h2>",
        "<th>relay to the client</th>",
    ] {
        assert!(answer.output.contains(words), "{words}");
    }
    // The name of SVG's own space is no address that is fetched.
    let fetched = answer.output.replace("http://www.w3.org/2000/svg", "");
    for word in ["http", "<script", "<link", "src="] {
        assert!(!fetched.contains(word), "{word}");
    }
    let holds = relay(&format!("{HOLDS} --format html")).output;
    assert!(holds.contains("<h1 class=\"holds\">") && holds.contains("<h2>One of its runs</h2>"));
    assert!(!holds.contains("<h2>Because</h2>") && !holds.contains("waits for"), "{holds}");
}

#[test]
fn the_diagram_for_mermaid_has_an_arrow_for_what_arrives() {
    let answer = relay(&format!("{HANG_OF_TLS} --format mermaid"));
    insta::assert_snapshot!("relay_mermaid", answer.output);
    let holds = relay(&format!("{HOLDS} --format mermaid")).output;
    assert!(holds.contains("    client->>relay: data\n") && !holds.contains("never returns"));
}

#[test]
fn the_rows_are_shown_where_they_are_asked_for() {
    let shown = |rest: &str| relay(&format!("{HANG_OF_TLS} {rest}")).output;
    let (plain, rows) = (shown(""), shown("--rows"));
    let row = "        relay  receiver: ";
    assert!(rows.contains(row) && !plain.contains(row), "{rows}");
    assert!(rows.lines().all(|line| line.chars().count() <= 100), "{rows}");
}

#[test]
fn the_tools_of_continuous_integration_are_told_of_a_relay() {
    let schema = include_str!("sarif.schema.json");
    for (line, status, first) in [
        (HANG_OF_TLS, 1, "### ❌ hyaline relay: TLS adds a hang here: at the client\n"),
        (HOLDS, 0, "### ✅ hyaline relay: holds: TLS adds nothing that plain TCP does not have\n"),
    ] {
        let told = |format: &str| {
            let answer = relay(&format!("{line} --format {format}"));
            assert_eq!(answer.status, Some(status), "{format}: {}", answer.complaint);
            answer
        };
        let failures = usize::from(status == 1);
        let junit = told("junit").output;
        let report = Report::deserialize_from_str(&junit).expect("JUnit");
        assert_eq!((report.tests, report.failures), (1, failures));
        assert_eq!(junit.contains("▸ read never returns"), status == 1, "{junit}");
        assert!(!junit.contains('\u{1b}'), "a colour");
        let sarif = told("sarif");
        assert_eq!(schema_errors(schema, &sarif.output), Vec::<String>::new(), "{line}");
        let results = json(&sarif)["runs"][0]["results"].clone();
        assert_eq!(results.as_array().map(Vec::len), Some(failures));
        let markdown = told("markdown").output;
        assert!(markdown.starts_with(first), "{markdown}");
        assert_eq!(markdown.contains("<details><summary>"), status == 1, "{markdown}");
        let github = told("github").output;
        assert_eq!(github.matches("::error file=model/src/table/").count(), failures, "{github}");
    }
}

#[test]
fn a_row_of_sarif_is_told_with_who_takes_it() {
    let log = json(&relay(&format!("{HANG_OF_TLS} --format sarif")));
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "relay");
    let way = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("a way");
    let words = |one: &Value| one["location"]["message"]["text"].as_str().map(str::to_owned);
    let takers: BTreeSet<String> = way
        .iter()
        .filter_map(words)
        .filter_map(|words| words.split_once(": ").map(|(who, _)| who.to_owned()))
        .collect();
    assert_eq!(takers, ["client", "relay", "server"].map(str::to_owned).into());
}

#[test]
fn every_pair_of_programs_is_answered_as_text_alone() {
    for format in ["json", "svg", "junit"] {
        let answer = relay(&format!("--calls 0 --format {format}"));
        assert_eq!(answer.status, Some(2), "{format}: {}", answer.output);
        assert!(answer.complaint.contains("as text alone"), "{}", answer.complaint);
    }
    assert_eq!(relay("--calls 0 --format text").status, Some(0));
}

#[test]
fn no_line_of_the_answer_is_wider_than_100_columns() {
    for line in [HANG_OF_TLS, HANG_OF_BOTH] {
        for rest in ["", "--handshake", "--buffers linux-default", "--send-buffer 3"] {
            let output = relay(&format!("{line} {rest}")).output;
            let wide = output.lines().find(|line| line.chars().count() > 100);
            assert_eq!(wide, None);
        }
    }
}

#[test]
fn what_cannot_be_explored_says_why() {
    let complaint = |line: &str| {
        let answer = relay(line);
        assert_eq!(answer.status, Some(2), "{}", answer.output);
        answer.complaint
    };
    let deadline = complaint("--client-program \"try-read close\" --server-program \"close\"");
    assert!(deadline.contains("`try-read`: with a relay"), "{deadline}");
    let long = complaint(
        "--copying turns --client-program \"write*6 close\" --server-program \"write*5 close\"",
    );
    assert!(long.contains("13 calls") && long.contains("at most 12"), "{long}");
    let half = complaint("--client-program \"write close\"");
    assert!(half.contains("--server-program"), "{half}");
    let both = complaint("--calls 1 --client-program \"write close\"");
    assert!(both.contains("cannot be used with"), "{both}");
    let error = assess(
        &RelayScenario { send: 99, ..scenario("close", "close", Copying::Task) },
        &OURS,
        &Effort::default(),
        false,
        &mut |_| (),
    );
    assert!(matches!(error, Err(RelayError::Scenario(_))), "{error:?}");
}

#[test]
fn an_exploration_that_was_cut_short_is_no_pass() {
    let answer = relay(&format!("{HOLDS} --states-at-most 20"));
    assert_eq!(answer.status, Some(1), "{}", answer.output);
    assert!(answer.output.starts_with("unfinished: nothing was found in 2"), "{}", answer.output);
}

/// Who turns away from a connection leaves tickets in the room in which plain TCP has data.
#[test]
fn tickets_stop_a_server_from_which_a_relay_in_turns_has_turned_away() {
    let line = "--copying turns --client-program \"read close\" --server-program \"write close\"";
    let (none, two) = (relay(line), relay(&format!("{line} --tickets 2")));
    assert_eq!((none.status, two.status), (Some(0), Some(1)), "{}", two.output);
    // The client's read waits over plain TCP too.
    assert!(two.output.starts_with("TLS adds a hang here: at the server\n"), "{}", two.output);
    let threads = relay(&line.replace("turns", "threads"));
    assert_eq!(threads.status, Some(0), "{}", threads.output);
}

#[test]
fn with_ours_at_all_ends_no_pair_of_programs_of_up_to_one_call_is_worse_off_than_over_plain_tcp() {
    for copying in Copying::ALL {
        let is_turning = copying == Copying::Turns;
        for tickets in [0, 2].into_iter().filter(|tickets| *tickets == 0 || !is_turning) {
            let any = RelayScenario { tickets, ..scenario("close", "close", copying) };
            for scenario in any.with_every_program(1) {
                let judged = judge(&scenario, &OURS, &Effort::default(), &mut |_| ());
                let judged = judged.expect("it is explored");
                let conclusion = judged.conclusion;
                let holds = [Conclusion::Holds, Conclusion::HangsOverTcp].contains(&conclusion);
                assert!(holds, "{scenario}: {conclusion:?}");
                assert!(judged.owing == 0 || is_turning, "{scenario}");
            }
        }
    }
}

#[test]
fn a_relay_in_turns_that_leaves_something_unsent_on_its_other_connection_is_counted_apart() {
    let line = "--client-program \"read close\" --server-program close";
    let (turns, threads) = (relay(&format!("--copying turns {line}")), relay(line));
    assert_eq!((turns.status, threads.status), (Some(0), Some(0)), "{}", turns.output);
    let expected = "would have to flush before it turns away";
    assert!(turns.output.contains(expected), "{}", turns.output);
    assert!(!threads.output.contains(expected), "{}", threads.output);
}

/// The client closes at once, and the second ticket of the relay's handshake meets its RST.
#[test]
fn a_relay_whose_handshake_fails_closes_its_other_connection_too() {
    let answer = relay(
        "--client openssl --relay openssl --tickets 2 --client-program close \
         --server-program \"read close\"",
    );
    assert_eq!(answer.status, Some(1), "{}", answer.output);
    assert!(!answer.output.contains("never returns"), "{}", answer.output);
    assert!(
        answer.output.starts_with("TLS adds a reset here: at the relay\n"),
        "{}",
        answer.output
    );
}

/// The inbox lets the relay go further than over plain TCP, where its thread waits on the other
/// connection before it is told of the end.
#[test]
fn who_goes_further_than_over_plain_tcp_and_is_told_of_an_end_there_has_lost_nothing() {
    for (client, server) in
        [("write rest", "write*4 close"), ("write*3 half-close rest", "write*6 read*4 close")]
    {
        let line = format!("--client-program \"{client}\" --server-program \"{server}\"");
        let answer = relay(&line);
        assert!(answer.output.starts_with("hangs over plain TCP too"), "{}", answer.output);
    }
}

/// A relay's list of results has the end of a stream before its hang.
#[test]
fn a_hang_behind_the_end_of_a_stream_is_called_a_hang() {
    let line = "--copying turns --client-program \"write*4 close\" \
                --server-program \"half-close rest\" --format json";
    let value: Value = serde_json::from_str(&relay(line).output).expect("JSON");
    assert_eq!((&value["outcome"], &value["harm"]), (&"hangs-over-tcp".into(), &"stuck".into()));
}

#[test]
fn calls_that_begin_at_once_end_as_calls_that_begin_at_any_time() {
    let runs = |world: &RelayWorld<Tls>| -> (BTreeSet<RelayRun>, usize) {
        let explored = explore(world, &Effort::default(), &mut |_| ());
        assert!(explored.complete);
        (explored.ends.keys().copied().collect(), explored.states)
    };
    let naive = Three { client: Profile::NAIVE, relay: Profile::NAIVE, server: Profile::NAIVE };
    for copying in Copying::ALL {
        for profiles in [OURS, naive] {
            for (client, server, tickets, (send, receive)) in [
                ("write write close", "read close", 2, (1, 1)),
                ("write read close", "read half-close close", 0, (1, 1)),
                ("update-key close", "write close", 1, (0, 1)),
                ("read | write", "read & write half-close", 0, (1, 1)),
                ("half-close rest", "write close", 0, (1, 1)),
                ("write close", "read close", 0, (0, 0)),
            ] {
                let scenario = scenario(client, server, copying);
                let scenario = RelayScenario { tickets, send, receive, ..scenario };
                let world = || scenario.over_tls(&profiles).expect("it can be explored");
                let (at_once, fewer) = runs(&world());
                let (at_any_time, more) = runs(&world().with_beginnings_at_any_time());
                assert_eq!(at_once, at_any_time, "{scenario}");
                assert!(fewer < more, "{scenario}: nothing was left out");
            }
        }
    }
}
