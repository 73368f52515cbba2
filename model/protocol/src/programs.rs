//! Programs: what an application calls, one call after the other.

use std::fmt;

use crate::protocol::{EventOf, OfferedCall, Protocol};

/// The most calls of a program: more cannot be told apart from a mistyped number.
const CALLS_AT_MOST: usize = 64;

/// Why the text of a program is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallsError {
    /// No call has this name; those that have are listed.
    Unknown(String, Vec<&'static str>),
    /// What stands behind the `*` is no number from 1 on.
    Repetition(String),
    /// There are too many calls.
    TooMany,
}

impl fmt::Display for CallsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name, known) => {
                write!(formatter, "no call `{name}`; the calls are: {}", known.join(", "))
            }
            Self::Repetition(word) => write!(
                formatter,
                "`{word}`: behind `*` stands how often the call is made, such as `ask*2`"
            ),
            Self::TooMany => write!(formatter, "a program has at most {CALLS_AT_MOST} calls"),
        }
    }
}

impl std::error::Error for CallsError {}

/// Reads a program: names of calls with blanks between them, one that is repeated with a number,
/// as in `ask*2 close`.
pub(crate) fn read<P: Protocol>(text: &str) -> Result<Vec<OfferedCall<EventOf<P>>>, CallsError> {
    let mut calls = Vec::new();
    for word in text.split_whitespace() {
        let (name, times) = repeated(word)?;
        let Some(call) = P::CALLS.iter().find(|call| call.name == name) else {
            let names = P::CALLS.iter().map(|call| call.name).collect();
            return Err(CallsError::Unknown(name.to_owned(), names));
        };
        if times > CALLS_AT_MOST.saturating_sub(calls.len()) {
            return Err(CallsError::TooMany);
        }
        calls.extend(std::iter::repeat_n(*call, times));
    }
    Ok(calls)
}

fn repeated(word: &str) -> Result<(&str, usize), CallsError> {
    let Some((name, times)) = word.split_once('*') else { return Ok((word, 1)) };
    match times.parse() {
        Ok(times) if times > 0 => Ok((name, times)),
        _ => Err(CallsError::Repetition(word.to_owned())),
    }
}
