//! Why there is no answer.

use std::fmt;

use crate::programs::CallsError;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskError {
    /// A program is not understood.
    Calls(CallsError),
    /// No profile has this name; those that have are listed.
    Profile(String, Vec<&'static str>),
    /// A channel that holds nothing delivers nothing.
    NoCapacity,
    /// What this call comes to on plain channels is said by this word, which is neither `send` nor
    /// `receive`.
    PlainWord(&'static str, &'static str),
    /// There are too many pairs of programs of so many calls.
    TooManyPairs {
        /// How many calls a program was to have at most.
        calls: u8,
        /// How many pairs are explored at most.
        most: usize,
        /// How many calls a program may have, so that there are not too many.
        fitting: u8,
    },
}

impl fmt::Display for AskError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls(error) => error.fmt(formatter),
            Self::Profile(name, known) if known.is_empty() => {
                write!(formatter, "no profile `{name}`: the table has no policies")
            }
            Self::Profile(name, known) => {
                write!(formatter, "no profile `{name}`; the profiles are: {}", known.join(", "))
            }
            Self::NoCapacity => {
                formatter.write_str("a channel holds at least one message; give it a capacity of 1")
            }
            Self::PlainWord(call, word) => write!(
                formatter,
                "call `{call}` says `{word}` of plain channels; what a call comes to there is \
                 written in `send` and `receive`"
            ),
            Self::TooManyPairs { calls, most, fitting } => write!(
                formatter,
                "programs of up to {calls} calls make more than {most} pairs; with up to {fitting} \
                 calls there are not so many"
            ),
        }
    }
}

impl std::error::Error for AskError {}

impl From<CallsError> for AskError {
    fn from(error: CallsError) -> Self {
        Self::Calls(error)
    }
}
