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
use serde_json::Value;

mod running;

use running::{Answer, run, schema_errors};

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
