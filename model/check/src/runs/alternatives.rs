//! The programs that one text stands for, and what both sides' texts stand for together.

use std::fmt;
use std::str::FromStr;

use crate::programs::Program;
use crate::programs::calls::ProgramError;
use crate::runs::expansion::{ALTERNATIVES_AT_MOST, ExpansionError, written_out};
use crate::side::Both;

/// One value, or one for each alternative of a choice.
///
/// A choice is a program's own, and nothing tells how it chooses. So what holds has to hold with
/// each alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternatives<T> {
    first: T,
    others: Vec<T>,
}

/// Why a text stands for no programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlternativesError {
    /// The text cannot be written out.
    Expansion(ExpansionError),
    /// Written out, the text is no program.
    Program(ProgramError),
    /// One of the text's alternatives is no program.
    Alternative(String, ProgramError),
    /// Both sides together have so many alternatives.
    TooMany(usize),
    /// There is a choice where one program is needed.
    Several(usize),
}

impl fmt::Display for AlternativesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expansion(error) => error.fmt(formatter),
            Self::Program(error) => error.fmt(formatter),
            Self::Alternative(program, error) => {
                write!(formatter, "with the alternative `{program}`: {error}")
            }
            Self::TooMany(count) => write!(
                formatter,
                "both programs together have {count} alternatives, and at most \
                 {ALTERNATIVES_AT_MOST} are explored"
            ),
            Self::Several(count) => write!(
                formatter,
                "one program is needed here, and this has {count} alternatives; `hyaline scenario` \
                 explores each"
            ),
        }
    }
}

impl std::error::Error for AlternativesError {}

impl FromStr for Alternatives<Program> {
    type Err = AlternativesError;

    /// Reads a program with its repetitions and choices, such as `(write read)*2 [read, write]
    /// close`.
    fn from_str(text: &str) -> Result<Self, AlternativesError> {
        let texts = written_out(text).map_err(AlternativesError::Expansion)?;
        let has_choice = texts.len() > 1;
        let mut programs = texts.into_iter().map(|text| {
            let program: Result<Program, ProgramError> = text.parse();
            program.map_err(|error| match has_choice {
                true => AlternativesError::Alternative(text, error),
                false => AlternativesError::Program(error),
            })
        });
        let none = || Err(AlternativesError::Program(ProgramError::NotClosed));
        let first = programs.next().unwrap_or_else(none)?;
        Ok(Self { first, others: programs.collect::<Result<_, _>>()? })
    }
}

impl<T> Alternatives<T> {
    /// The first that is written.
    pub const fn first(&self) -> &T {
        &self.first
    }

    /// All of them, in the order in which they are written.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// How many there are: at least one.
    pub const fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// What a function makes of each.
    pub fn map<U>(&self, mut function: impl FnMut(&T) -> U) -> Alternatives<U> {
        Alternatives {
            first: function(&self.first),
            others: self.others.iter().map(function).collect(),
        }
    }

    /// The only alternative.
    ///
    /// # Errors
    ///
    /// If there is a choice.
    pub fn only(self) -> Result<T, AlternativesError> {
        match self.others.len() {
            0 => Ok(self.first),
            others => Err(AlternativesError::Several(1 + others)),
        }
    }
}

impl Alternatives<Both<Program>> {
    /// Each alternative of the client with each of the server.
    ///
    /// ```
    /// use hyaline_check::programs::Program;
    /// use hyaline_check::runs::alternatives::Alternatives;
    ///
    /// let client: Alternatives<Program> = "[write read, read write] close".parse()?;
    /// let server: Alternatives<Program> = "read [write, nothing] close".parse()?;
    /// let pairs = Alternatives::of_sides(&client, &server)?;
    /// assert_eq!(pairs.count(), 4);
    /// let second = pairs.iter().nth(1).map(|pair| pair.server.to_string());
    /// assert_eq!(second.as_deref(), Some("read close"));
    /// # Ok::<(), hyaline_check::runs::alternatives::AlternativesError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are more than are explored.
    pub fn of_sides(
        client: &Alternatives<Program>,
        server: &Alternatives<Program>,
    ) -> Result<Self, AlternativesError> {
        let count = client.count() * server.count();
        if count > ALTERNATIVES_AT_MOST {
            return Err(AlternativesError::TooMany(count));
        }
        let with_each =
            |client: &Program| server.map(|server| Both { client: *client, server: *server });
        let Self { first, mut others } = with_each(&client.first);
        for client in &client.others {
            others.extend(with_each(client).iter());
        }
        Ok(Self { first, others })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<Alternatives<Program>>().expect_err("no programs").to_string()
    }

    #[test]
    fn an_alternative_that_is_no_program_is_named_with_its_calls() {
        let unknown = error("[write, jump] close");
        assert!(unknown.starts_with("with the alternative `jump close`: `jump` is no call"));
        let open = error("write [close, nothing]");
        assert_eq!(open, "with the alternative `write`: a program ends with `close` or `rest`");
        assert!(error("(jump)*2 close").starts_with("`jump` is no call"));
    }

    #[test]
    fn what_needs_one_program_says_how_many_there_are() {
        let choice: Alternatives<Program> =
            "[write, read, nothing] close".parse().expect("programs");
        assert_eq!(choice.only(), Err(AlternativesError::Several(3)));
        let one: Alternatives<Program> = "(write)*2 close".parse().expect("a program");
        assert_eq!(one.only().map(|program| program.to_string()), Ok("write write close".into()));
    }

    #[test]
    fn both_programs_together_have_a_bound() {
        let of = |text: &str| text.parse::<Alternatives<Program>>().expect("programs");
        let (eight, nine) = ("[read, write]*3 close", "[read, write, [read, update-key]]*2 close");
        let count = |server| {
            Alternatives::of_sides(&of(eight), &of(server)).map(|pairs| pairs.iter().count())
        };
        assert_eq!(count(eight), Ok(ALTERNATIVES_AT_MOST));
        assert_eq!(of(nine).count(), 9);
        assert_eq!(count(nine), Err(AlternativesError::TooMany(72)));
    }
}
