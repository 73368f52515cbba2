//! Whose fault it is, in a word.

use std::fmt;

use hyaline_search::MissBound;

use crate::programs::Program;
use crate::side::Both;

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// TLS adds nothing.
    Holds,
    /// TLS adds nothing, and the programs can hang over plain TCP.
    HangsOverTcp,
    /// TLS adds a harm, or breaks a rule of its own.
    Fails,
    /// Not everything was explored, and nothing was found so far: no pass.
    Unfinished,
}

impl Conclusion {
    /// The word of reports and of files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HangsOverTcp => "hangs-over-tcp",
            Self::Fails => "fails",
            Self::Unfinished => "unfinished",
        }
    }
}

/// What came of one alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// What both sides call in it.
    pub programs: Both<Program>,
    /// Whose fault it is.
    pub conclusion: Conclusion,
    /// The same in words.
    pub headline: String,
    /// The properties that fail.
    pub failed: Vec<&'static str>,
    /// How probable it is that a snapshot was missed, where hashes stood for them.
    pub missed: Option<MissBound>,
}

impl fmt::Display for Alternative {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Both { client, server } = &self.programs;
        write!(formatter, "`{client}` with `{server}`: {}", self.headline)
    }
}
