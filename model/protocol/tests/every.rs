//! Every pair of programs up to a length: one verdict, the least pair that fails, and the counts.
#![allow(clippy::expect_used, clippy::panic)]

use hyaline_protocol::{
    AskError, BoundedChannel, CommandOutput, Conditions, EveryAnswer, Protocol, ProtocolAnswer,
    ProtocolVerdict, check_every, run, scenario,
};

mod shown;

use shown::alternating_bit::AlternatingBit;
use shown::credit::Credit;
use shown::smtp_pipelining::SmtpPipelining;

fn asked<P: Protocol>(protocol: &P, profile: &str, calls: u8) -> ProtocolAnswer {
    let conditions = Conditions { profile: Some(profile), ..Conditions::default() };
    check_every(protocol, &conditions, calls).expect("a profile that is known")
}

fn every(answer: &ProtocolAnswer) -> &EveryAnswer {
    answer.every.as_ref().expect("every pair was asked for")
}

#[test]
fn every_pair_is_counted_once() {
    for calls in 0..4 {
        let answer = asked(&SmtpPipelining, "draft", calls);
        let every = every(&answer);
        let programs = usize::from(calls) + 1;
        assert_eq!(every.pairs, programs * programs, "one call at each end");
        let counted = every.hold + every.hang_on_plain_channels + every.fail + every.unfinished;
        assert_eq!((every.calls, counted), (calls, every.pairs));
    }
}

#[test]
fn the_programs_of_an_end_are_made_of_the_calls_for_which_it_has_a_row() {
    assert_eq!(every(&asked(&SmtpPipelining, "draft", 1)).offered, [["mail"], ["serve"]]);
    assert_eq!(every(&asked(&AlternatingBit, "draft", 1)).offered, [["send"], ["receive"]]);
    assert_eq!(every(&asked(&Credit, "draft", 1)).offered, [["ask"], ["ask"]]);
}

#[test]
fn the_least_pair_that_fails_is_told_first_with_a_shortest_trace() {
    let answer = asked(&Credit, "draft", 2);
    assert!(!answer.holds());
    let every = every(&answer);
    assert_eq!((every.verdict, every.fail), (ProtocolVerdict::Fails, 2));
    let least = answer.pairs.first().expect("a pair");
    assert_eq!(least.programs, ["ask", "ask"]);
    let alone = scenario(&Credit, &Conditions::default(), ["ask", "ask"]).expect("known calls");
    assert_eq!(least.trace.len(), alone.pairs[0].trace.len());
    assert_eq!(answer.pairs.len(), every.fail);
    let lengths = answer.pairs.iter().map(|pair| pair.programs.concat().len());
    assert!(lengths.is_sorted(), "the longer programs come later");
}

#[test]
fn a_bound_that_is_too_low_finds_nothing_and_says_how_far_it_went() {
    let short = asked(&SmtpPipelining, "draft", 3);
    assert!(short.holds());
    let headline = &every(&short).headline;
    assert!(headline.starts_with("holds, in all of 16 pairs of programs of up to 3 calls"));
    let long = asked(&SmtpPipelining, "draft", 4);
    let first = long.pairs.first().expect("a pair");
    assert_eq!((long.holds(), &first.programs), (false, &["mail", "serve*4"].map(str::to_owned)));
}

#[test]
fn what_is_repaired_holds_for_every_pair() {
    assert!(asked(&Credit, "repaired", 3).holds());
    assert!(asked(&SmtpPipelining, "repaired", 5).holds());
    assert!(asked(&AlternatingBit, "repaired", 3).holds());
}

#[test]
fn programs_that_hang_without_the_protocol_too_are_counted_and_are_no_failure() {
    let answer = asked(&AlternatingBit, "repaired", 2);
    let every = every(&answer);
    assert!(every.hang_on_plain_channels > 0 && answer.pairs.is_empty());
    assert!(every.headline.contains("hang on plain channels too"), "{}", every.headline);
}

#[test]
fn what_is_cut_short_is_unfinished_which_is_no_pass() {
    let conditions = Conditions { states_at_most: 1, ..Conditions::default() };
    let channel = Some(BoundedChannel::reliable(4));
    let conditions = Conditions { channel, ..conditions };
    let answer = check_every(&SmtpPipelining, &conditions, 4).expect("few pairs");
    let every = every(&answer);
    assert_eq!((every.verdict, answer.holds()), (ProtocolVerdict::Unfinished, false));
    assert!(every.headline.starts_with("unfinished: "), "{}", every.headline);
    assert!(answer.pairs.len() <= 10 && every.unfinished >= answer.pairs.len());
}

#[test]
fn rows_are_told_and_are_no_part_of_the_verdict() {
    let answer = asked(&SmtpPipelining, "repaired", 1);
    let rows = answer.rows.as_ref().expect("rows are told");
    assert_eq!(rows.verdict, ProtocolVerdict::Unfinished);
    assert!(!rows.never_taken.is_empty() && answer.holds());
}

#[test]
fn the_command_has_one_verdict_on_all_and_its_exit_status() {
    for (line, status) in [
        ("check --calls 0", 0),
        ("check --calls 1", 1),
        ("check --calls 2 --profile repaired", 0),
        ("check --calls 2 --capacity 2", 0),
        ("check --calls 2 --profile repaired --states-at-most 1", 1),
        ("check --calls 7", 2),
        ("check --calls many", 2),
        ("scenario ask ask --calls 1", 2),
    ] {
        let arguments = ["credit"].into_iter().chain(line.split(' '));
        let CommandOutput { output, complaint, status: found } = run(&Credit, arguments);
        assert_eq!(found, status, "{line}: {output}{complaint}");
        assert_eq!(output.is_empty(), status == 2, "{line}");
        assert!(output.lines().all(|line| line.chars().count() <= 100), "{output}");
    }
    let output = run(&Credit, ["credit", "check", "--calls", "2"]).output;
    insta::assert_snapshot!("every_pair_in_words", output);
    let mermaid = run(&Credit, ["credit", "check", "--calls", "0", "--format", "mermaid"]).output;
    assert!(mermaid.contains("Note over left,right: holds, in all of 1 pair of"), "{mermaid}");
}

#[test]
fn more_pairs_than_can_be_explored_are_refused_with_how_many_can() {
    let error = AskError::TooManyPairs { calls: 6, most: 250_000, fitting: 3 };
    assert_eq!(
        error.to_string(),
        "programs of up to 6 calls make more than 250000 pairs; with up to 3 calls there are not \
         so many"
    );
}
