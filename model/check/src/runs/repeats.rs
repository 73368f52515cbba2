//! Programs as people write them: `write*4 read close` for four writes, a read and a close.

use std::fmt;

use crate::programs::calls::CALLS_OF_CALLER_AT_MOST;

/// Why a repetition cannot be written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepeatError {
    /// Behind the `*` stands no number from 1 to the most calls of a program.
    NoCount(String),
    /// Before the `*` stands nothing that could be repeated.
    NoCall(String),
}

impl fmt::Display for RepeatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCount(word) => write!(
                formatter,
                "`{word}`: behind `*` stands how often, from 1 to {CALLS_OF_CALLER_AT_MOST}"
            ),
            Self::NoCall(word) => {
                write!(formatter, "`{word}`: before `*` stands a call, as in write*4")
            }
        }
    }
}

impl std::error::Error for RepeatError {}

/// The program with each `call*N` written out as N calls. What is no repetition stays as it is.
///
/// # Errors
///
/// If the call or the number is missing, or the number is 0 or above what any program may have.
pub fn written_out(program: &str) -> Result<String, RepeatError> {
    let mut words = Vec::new();
    for word in program.split_whitespace() {
        let Some((call, count)) = word.split_once('*') else {
            words.push(word);
            continue;
        };
        if call.is_empty() {
            return Err(RepeatError::NoCall(word.to_owned()));
        }
        let count: Option<u8> = count.parse().ok();
        let count = count.filter(|count| (1..=CALLS_OF_CALLER_AT_MOST).contains(count));
        let count = count.ok_or_else(|| RepeatError::NoCount(word.to_owned()))?;
        words.extend(std::iter::repeat_n(call, usize::from(count)));
    }
    Ok(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_is_written_out_and_everything_else_stays() {
        let out = |text: &str| written_out(text).expect("a program");
        assert_eq!(out("write*4 read close"), "write write write write read close");
        assert_eq!(out("read*2 | write*1 half-close"), "read read | write half-close");
        assert_eq!(out("  jump   close "), "jump close");
    }

    #[test]
    fn a_repetition_names_a_call_and_how_often() {
        for word in ["write*", "write*0", "write*many", "write*14", "write*-1"] {
            assert_eq!(written_out(word), Err(RepeatError::NoCount(word.to_owned())));
        }
        assert_eq!(written_out("*4"), Err(RepeatError::NoCall("*4".to_owned())));
    }
}
