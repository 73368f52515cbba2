//! Programs as people write them: `(write*2 read)*3 close` for a group of calls that is repeated,
//! `[write read, read write] close` for a choice.
//!
//! Both are written out before anything is explored. So the world knows only lists of calls.

use std::fmt;

use crate::programs::calls::CALLS_OF_CALLER_AT_MOST;

/// How deep brackets may stand in each other.
pub const BRACKETS_AT_MOST: usize = 8;

/// The most words of a program that is written out: two callers, and what stands between them. What
/// one caller calls is bounded where the calls are read.
const WORDS_AT_MOST: usize = 2 * (CALLS_OF_CALLER_AT_MOST as usize + 1) + 1;

/// The most alternatives of a program, and of both programs together.
pub const ALTERNATIVES_AT_MOST: usize = 64;

/// Stands in a choice for no call.
const NOTHING: &str = "nothing";

/// Why a program cannot be written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpansionError {
    /// Behind the `*` stands no number from 1 to the most calls of a program.
    NoCount(String),
    /// Before the `*` stands nothing that could be repeated.
    NoCall(String),
    /// A bracket is opened, and not closed.
    Unclosed(Bracket),
    /// A bracket is closed that is not open.
    Unopened(Bracket),
    /// Behind a bracket stands something that is no repetition.
    Behind(Bracket, String),
    /// Between brackets, or between commas, stands nothing.
    Empty(Bracket),
    /// A choice of one.
    OneAlternative,
    /// A comma stands outside of a choice.
    Comma,
    /// A choice in words.
    Or,
    /// Two callers in brackets.
    CallersInBrackets(String),
    /// Brackets stand in each other deeper than [`BRACKETS_AT_MOST`].
    TooDeep,
    /// Written out, there are more calls than can be explored.
    TooLong,
    /// Written out, there are more alternatives than can be explored.
    TooManyAlternatives,
}

impl fmt::Display for ExpansionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = CALLS_OF_CALLER_AT_MOST;
        match self {
            Self::NoCount(word) => {
                write!(formatter, "`{word}`: behind `*` stands how often, from 1 to {most}")
            }
            Self::NoCall(word) => write!(
                formatter,
                "`{word}`: before `*` stands a call or a bracket, without a space: write*4 or \
                 (write read)*4"
            ),
            Self::Unclosed(bracket) => {
                write!(formatter, "`{}` has no `{}` behind it", bracket.opens(), bracket.closes())
            }
            Self::Unopened(bracket) => {
                write!(formatter, "`{}` has no `{}` before it", bracket.closes(), bracket.opens())
            }
            Self::Behind(bracket, word) => write!(
                formatter,
                "`{0}{word}`: behind `{0}` stands a space, or how often, as in (write read)*4",
                bracket.closes()
            ),
            Self::Empty(Bracket::Group) => {
                write!(formatter, "`()`: in the brackets stands what is repeated: (write read)*4")
            }
            Self::Empty(Bracket::Choice) => write!(
                formatter,
                "an alternative is empty; where one is to make no call, write [read, {NOTHING}]"
            ),
            Self::OneAlternative => write!(
                formatter,
                "a choice has a comma between its alternatives: [write read, read write]; what is \
                 repeated stands in round brackets"
            ),
            Self::Comma => write!(
                formatter,
                "`,` stands between the alternatives of a choice, in square brackets: \
                 [write read, read write]"
            ),
            Self::Or => {
                write!(formatter, "`or` is no call; a choice is written [write read, read write]")
            }
            Self::CallersInBrackets(mark) => write!(
                formatter,
                "`{mark}` stands between two callers, outside of all brackets; a choice is written \
                 [write, read]"
            ),
            Self::TooDeep => {
                write!(formatter, "brackets stand at most {BRACKETS_AT_MOST} deep in each other")
            }
            Self::TooLong => write!(
                formatter,
                "written out, it has more calls than can be explored: a caller has at most {most}"
            ),
            Self::TooManyAlternatives => write!(
                formatter,
                "written out, there are more than {ALTERNATIVES_AT_MOST} alternatives"
            ),
        }
    }
}

impl std::error::Error for ExpansionError {}

/// What a bracket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    /// Round: what stands in it is repeated.
    Group,
    /// Square: one of the alternatives in it is called.
    Choice,
}

impl Bracket {
    const ALL: [Self; 2] = [Self::Group, Self::Choice];

    const fn opens(self) -> char {
        match self {
            Self::Group => '(',
            Self::Choice => '[',
        }
    }

    const fn closes(self) -> char {
        match self {
            Self::Group => ')',
            Self::Choice => ']',
        }
    }

    fn opened_by(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|bracket| bracket.opens() == letter)
    }

    fn closed_by(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|bracket| bracket.closes() == letter)
    }
}

/// Lists of words: each list is an alternative.
#[derive(Clone, Debug)]
struct WordLists<'a>(Vec<Vec<&'a str>>);

impl<'a> WordLists<'a> {
    /// One alternative without a word.
    fn one() -> Self {
        Self(vec![Vec::new()])
    }

    /// Each of these lists with each of the others behind it.
    fn followed_by(&self, others: &Self) -> Result<Self, ExpansionError> {
        if self.0.len() * others.0.len() > ALTERNATIVES_AT_MOST {
            return Err(ExpansionError::TooManyAlternatives);
        }
        let each = |list: &Vec<&'a str>| {
            let list = list.clone();
            others.0.iter().map(move |other| [list.as_slice(), other.as_slice()].concat())
        };
        let lists: Vec<Vec<&str>> = self.0.iter().flat_map(each).collect();
        match lists.iter().all(|list| list.len() <= WORDS_AT_MOST) {
            true => Ok(Self(lists)),
            false => Err(ExpansionError::TooLong),
        }
    }

    /// These lists so many times, with a choice of its own each time. `count` is the text behind
    /// the `*`, and `word` the whole word, which the error names.
    fn repeated(&self, count: &str, word: &str) -> Result<Self, ExpansionError> {
        let count: Option<u8> = count.parse().ok();
        let count = count.filter(|count| (1..=CALLS_OF_CALLER_AT_MOST).contains(count));
        let count = count.ok_or_else(|| ExpansionError::NoCount(word.to_owned()))?;
        (0..count).try_fold(Self::one(), |lists, _| lists.followed_by(self))
    }
}

/// The part of a text that is being read: the whole text, or a bracket in it.
struct OpenBracket<'a> {
    bracket: Option<Bracket>,
    /// The alternatives before the last comma.
    before: Vec<Vec<&'a str>>,
    /// How many commas there were.
    commas: usize,
    /// What stands behind the last comma.
    last: WordLists<'a>,
    /// Whether a word stands there, which may be the one for no call.
    has_word: bool,
}

impl<'a> OpenBracket<'a> {
    fn new(bracket: Option<Bracket>) -> Self {
        Self { bracket, before: Vec::new(), commas: 0, last: WordLists::one(), has_word: false }
    }

    fn add(&mut self, lists: &WordLists<'a>) -> Result<(), ExpansionError> {
        self.has_word = true;
        self.last = self.last.followed_by(lists)?;
        Ok(())
    }

    fn word(&mut self, word: &'a str) -> Result<(), ExpansionError> {
        match word {
            "or" => return Err(ExpansionError::Or),
            "|" | "&" if self.bracket.is_some() => {
                return Err(ExpansionError::CallersInBrackets(word.to_owned()));
            }
            NOTHING if self.bracket == Some(Bracket::Choice) => return self.add(&WordLists::one()),
            _ => {}
        }
        let Some((call, count)) = word.split_once('*') else {
            return self.add(&WordLists(vec![vec![word]]));
        };
        if call.is_empty() {
            return Err(ExpansionError::NoCall(word.to_owned()));
        }
        self.add(&WordLists(vec![vec![call]]).repeated(count, word)?)
    }

    /// Ends an alternative.
    fn comma(&mut self) -> Result<(), ExpansionError> {
        if self.bracket != Some(Bracket::Choice) {
            return Err(ExpansionError::Comma);
        }
        if !self.has_word {
            return Err(ExpansionError::Empty(Bracket::Choice));
        }
        self.before.append(&mut self.last.0);
        if self.before.len() > ALTERNATIVES_AT_MOST {
            return Err(ExpansionError::TooManyAlternatives);
        }
        self.commas += 1;
        self.last = WordLists::one();
        self.has_word = false;
        Ok(())
    }

    /// All that stands in it.
    fn whole(mut self, bracket: Bracket) -> Result<WordLists<'a>, ExpansionError> {
        if !self.has_word {
            return Err(ExpansionError::Empty(bracket));
        }
        if bracket == Bracket::Choice && self.commas == 0 {
            return Err(ExpansionError::OneAlternative);
        }
        self.before.append(&mut self.last.0);
        Ok(WordLists(self.before))
    }
}

/// The parts of a text: each bracket and each comma alone, and what is written without a space.
/// Whatever follows a closing bracket without a space is one part with the bracket.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_alone = |letter: char| Bracket::opened_by(letter).is_some() || letter == ',';
    let is_end = move |letter: char| is_alone(letter) || Bracket::closed_by(letter).is_some();
    text.split_whitespace().flat_map(move |mut rest| {
        std::iter::from_fn(move || {
            let first = rest.chars().next()?;
            let behind = &rest[first.len_utf8()..];
            let length = match is_alone(first) {
                true => 0,
                false => behind.find(is_end).unwrap_or(behind.len()),
            };
            let (part, left) = rest.split_at(first.len_utf8() + length);
            rest = left;
            Some(part)
        })
    })
}

/// The program with each `call*N` and each `(calls)*N` written out, once for each alternative of
/// each choice `[calls, calls]`. What is none of these stays as it is.
///
/// ```
/// use hyaline_check::runs::expansion::written_out;
///
/// let programs = written_out("(write read)*2 [read, nothing] close")?;
/// assert_eq!(programs, ["write read write read read close", "write read write read close"]);
/// # Ok::<(), hyaline_check::runs::expansion::ExpansionError>(())
/// ```
///
/// # Errors
///
/// If brackets, commas or numbers do not stand as they have to, or there would be more calls or
/// alternatives than can be explored.
pub fn written_out(program: &str) -> Result<Vec<String>, ExpansionError> {
    let mut outer: Vec<OpenBracket<'_>> = Vec::new();
    let mut open = OpenBracket::new(None);
    for part in parts(program) {
        let mut letters = part.chars();
        let first = letters.next().unwrap_or(' ');
        if let Some(bracket) = Bracket::opened_by(first) {
            if outer.len() == BRACKETS_AT_MOST {
                return Err(ExpansionError::TooDeep);
            }
            outer.push(std::mem::replace(&mut open, OpenBracket::new(Some(bracket))));
        } else if let Some(bracket) = Bracket::closed_by(first) {
            let around = outer.pop().ok_or(ExpansionError::Unopened(bracket))?;
            let closed = std::mem::replace(&mut open, around);
            match closed.bracket {
                Some(opened) if opened != bracket => return Err(ExpansionError::Unclosed(opened)),
                _ => {}
            }
            let lists = closed.whole(bracket)?;
            let behind = letters.as_str();
            open.add(&match behind.strip_prefix('*') {
                Some(count) => lists.repeated(count, part)?,
                None if behind.is_empty() => lists,
                None => return Err(ExpansionError::Behind(bracket, behind.to_owned())),
            })?;
        } else if first == ',' {
            open.comma()?;
        } else {
            open.word(part)?;
        }
    }
    if let Some(bracket) = open.bracket {
        return Err(ExpansionError::Unclosed(bracket));
    }
    let mut programs: Vec<String> = Vec::new();
    for words in open.last.0 {
        let words = words.join(" ");
        // Two choices may come to the same calls.
        if !programs.contains(&words) {
            programs.push(words);
        }
    }
    Ok(programs)
}

#[cfg(test)]
mod tests;
