//! What is written out, and what is refused with a word of what to write.

use super::*;

fn out(text: &str) -> Vec<String> {
    written_out(text).expect("a program")
}

fn error(text: &str) -> ExpansionError {
    written_out(text).expect_err("no program")
}

#[test]
fn a_repetition_is_written_out_and_everything_else_stays() {
    assert_eq!(out("write*4 read close"), ["write write write write read close"]);
    assert_eq!(out("read*2 | write*1 half-close"), ["read read | write half-close"]);
    assert_eq!(out("  jump   close "), ["jump close"]);
    assert_eq!(out(""), [""]);
}

#[test]
fn a_group_is_repeated_as_a_whole_and_stands_in_groups() {
    assert_eq!(out("(write read)*3 close"), ["write read write read write read close"]);
    assert_eq!(
        out("((write*2 read)*2 write) close"),
        [out("(write*2 read)*2 write close")[0].clone()]
    );
    assert_eq!(out("( write )*2 (read)*2 | (write)*2"), ["write write read read | write write"]);
}

#[test]
fn a_choice_has_a_program_for_each_alternative() {
    let both = ["write read close", "read write close"];
    assert_eq!(out("[write read, read write] close"), both);
    assert_eq!(out(" [ write read ,read write ] close"), both);
    assert_eq!(out("[write, nothing] close"), ["write close", "close"]);
    assert_eq!(out("[read, [write, read read]] close").len(), 3);
}

#[test]
fn a_choice_that_is_repeated_is_made_each_time() {
    let all = ["read read close", "read write close", "write read close", "write write close"];
    assert_eq!(out("[read, write]*2 close"), all);
    assert_eq!(out("(read [read, write])*2 close").len(), 4);
}

#[test]
fn what_comes_to_the_same_calls_is_one_alternative() {
    assert_eq!(out("[read, read*1] close"), ["read close"]);
    assert_eq!(out("[read, nothing]*3 close").len(), 4);
}

#[test]
fn a_repetition_without_a_number_names_the_numbers() {
    for word in ["write*", "write*0", "write*many", "write*14", "write*-1", "3*write"] {
        assert_eq!(error(word), ExpansionError::NoCount(word.to_owned()));
    }
    assert_eq!(error("(read)*x"), ExpansionError::NoCount(")*x".to_owned()));
    assert!(error("write*14").to_string().contains("from 1 to 13"));
}

#[test]
fn a_repetition_of_nothing_shows_one_of_something() {
    assert_eq!(error("*4"), ExpansionError::NoCall("*4".to_owned()));
    let apart = error("(write read) *4");
    assert_eq!(apart, ExpansionError::NoCall("*4".to_owned()));
    assert!(apart.to_string().contains("without a space"), "{apart}");
}

#[test]
fn a_bracket_that_is_not_closed_or_not_opened_is_named() {
    use Bracket::{Choice, Group};
    assert_eq!(error("(write read close"), ExpansionError::Unclosed(Group));
    assert_eq!(error("[write, read close"), ExpansionError::Unclosed(Choice));
    assert_eq!(error("(write [read, write) close]"), ExpansionError::Unclosed(Choice));
    assert_eq!(error("write read)*2 close"), ExpansionError::Unopened(Group));
    assert_eq!(error("write] close"), ExpansionError::Unopened(Choice));
    assert_eq!(error("(write").to_string(), "`(` has no `)` behind it");
    assert_eq!(error("write]").to_string(), "`]` has no `[` before it");
}

#[test]
fn a_call_that_touches_a_closing_bracket_is_told_of_the_space() {
    let error = error("(write read)close");
    assert_eq!(error, ExpansionError::Behind(Bracket::Group, "close".to_owned()));
    assert!(error.to_string().starts_with("`)close`: behind `)` stands a space"), "{error}");
}

#[test]
fn empty_brackets_and_empty_alternatives_are_told_what_to_hold() {
    assert_eq!(error("()*2 close"), ExpansionError::Empty(Bracket::Group));
    for text in ["[] close", "[read,] close", "[, read] close", "[read,, write] close"] {
        assert_eq!(error(text), ExpansionError::Empty(Bracket::Choice), "{text}");
        assert!(error(text).to_string().contains("[read, nothing]"));
    }
}

#[test]
fn a_choice_of_one_or_in_another_notation_is_shown_the_right_one() {
    assert_eq!(error("[write read] close"), ExpansionError::OneAlternative);
    assert_eq!(error("(write, read) close"), ExpansionError::Comma);
    assert_eq!(error("write, read, close"), ExpansionError::Comma);
    assert_eq!(error("write or read close"), ExpansionError::Or);
    for mark in ["|", "&"] {
        let threads = error(&format!("(write {mark} read) close"));
        assert_eq!(threads, ExpansionError::CallersInBrackets(mark.to_owned()));
        assert!(threads.to_string().contains("[write, read]"), "{threads}");
    }
}

#[test]
fn what_is_too_long_too_deep_or_of_too_many_alternatives_ends_at_once() {
    assert_eq!(error("((write*13)*13)*13 close"), ExpansionError::TooLong);
    assert_eq!(error(&"read ".repeat(1_000_000)), ExpansionError::TooLong);
    assert_eq!(error(&"(".repeat(1_000_000)), ExpansionError::TooDeep);
    assert_eq!(error(&"[read,write,".repeat(1_000_000)), ExpansionError::TooDeep);
    let wide = format!("[{}read]", "read, ".repeat(1_000_000));
    assert_eq!(error(&wide), ExpansionError::TooManyAlternatives);
    assert_eq!(error("[read, write]*13 close"), ExpansionError::TooManyAlternatives);
    let deep = |depth| format!("{}read{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(out(&deep(BRACKETS_AT_MOST)), ["read"]);
    assert_eq!(error(&deep(BRACKETS_AT_MOST + 1)), ExpansionError::TooDeep);
    assert_eq!(out("[read, write]*6 close").len(), ALTERNATIVES_AT_MOST);
    assert_eq!(error("[read, write]*7 close"), ExpansionError::TooManyAlternatives);
}

#[test]
fn any_text_is_written_out_or_refused() {
    let pieces = ["(", ")", "[", "]", ",", "*", "*2", "read", " ", "|", "nothing", "ä", "or"];
    let mut number: usize = 1;
    for _ in 0..20_000 {
        // A small generator of our own: which texts come is always the same.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let text: String =
            (0..12).map(|place| pieces[(number >> (4 * place)) % pieces.len()]).collect();
        if let Ok(programs) = written_out(&text) {
            assert!((1..=ALTERNATIVES_AT_MOST).contains(&programs.len()), "{text}");
            let is_plain = |program: &String| !program.contains(['(', ')', '[', ']', ',', '*']);
            assert!(programs.iter().all(is_plain), "{text}: {programs:?}");
        }
    }
}
