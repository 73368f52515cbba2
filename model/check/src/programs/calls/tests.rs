//! Programs of one caller, as words and as sequences.

use super::*;

#[test]
fn a_program_is_read_from_words_and_printed_as_such() {
    let text = "write update-key half-close try-read read close";
    let calls: Calls = text.parse().expect("a program");
    assert_eq!(calls.to_string(), text);
    assert_eq!(calls.length(), 7);
    assert_eq!(calls.get(0), Some(ProgramCall::Handshake));
    assert_eq!(calls.last(), Some(ProgramCall::Close));
}

#[test]
fn what_is_no_program_is_refused_with_its_reason() {
    let error = |text: &str| text.parse::<Calls>().expect_err("no program");
    assert_eq!(error("read"), ProgramError::NotClosed);
    assert_eq!(error("send close"), ProgramError::UnknownCall("send".to_owned()));
    assert_eq!(error("half-close write close"), ProgramError::NotAllowed(ProgramCall::Write));
    assert_eq!(error("try-write write close"), ProgramError::NotAllowed(ProgramCall::Write));
    assert_eq!(error("close read close"), ProgramError::NotAllowed(ProgramCall::Read));
    let longest = "read ".repeat(usize::from(CHOSEN_CALLS_AT_MOST));
    assert!(format!("{longest}close").parse::<Calls>().is_ok());
    assert_eq!(error(&format!("{longest}read close")), ProgramError::TooLong);
}

#[test]
fn a_sequence_begins_another_if_that_only_goes_on() {
    let whole: Calls = "read write close".parse().expect("a program");
    let other: Calls = "read read close".parse().expect("a program");
    let start = whole.shorter().shorter();
    assert!(start.begins(whole) && start.begins(other) && Calls::NONE.begins(whole));
    assert!(whole.begins(whole) && !whole.begins(other) && !whole.begins(start));
}
