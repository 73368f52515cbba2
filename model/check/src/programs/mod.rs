//! Which programs are run, and how a side makes its calls: one at a time, two at once on one
//! connection, or two at once by two threads.

pub mod calls;
pub mod history;
pub mod result;

use std::fmt;
use std::str::FromStr;

use crate::programs::calls::{
    CALLS_OF_CALLER_AT_MOST, CHOSEN_CALLS_AT_MOST, Calls, ProgramCall, ProgramError,
};
use crate::side::{Both, Side};

/// How a side makes its calls between the handshake and the close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Manner {
    /// One call at a time.
    OneCall,
    /// A receiving and a sending call at once, on one undivided connection, as a task makes them
    /// that polls both.
    Task,
    /// A receiving and a sending call at once, by two threads, each with its half.
    Threads,
}

impl Manner {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::OneCall, Self::Task, Self::Threads];

    /// How reports call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OneCall => "programs",
            Self::Task => "a task that polls two programs",
            Self::Threads => "two threads",
        }
    }

    /// Whether a receiving and a sending call may be pending at once.
    pub const fn has_two_callers(self) -> bool {
        matches!(self, Self::Task | Self::Threads)
    }

    /// The most calls of each caller between the handshake and the close.
    pub const fn calls_at_most(self) -> u8 {
        if self.has_two_callers() { CALLS_OF_CALLER_AT_MOST } else { CHOSEN_CALLS_AT_MOST }
    }
}

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// The one that makes the first and the last call; with one call at a time it makes all calls.
    Whole,
    /// The one that reads.
    Reader,
    /// The one that writes.
    Writer,
}

impl Caller {
    /// All of them, in the order in which steps are listed.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Reader, Self::Writer];

    /// Who makes this call, on a side that has two callers.
    const fn of(call: ProgramCall) -> Self {
        match call {
            ProgramCall::Handshake
            | ProgramCall::PlainRead
            | ProgramCall::PlainWrite
            | ProgramCall::Close
            | ProgramCall::Rest => Self::Whole,
            ProgramCall::Read | ProgramCall::TryRead | ProgramCall::EndReading => Self::Reader,
            ProgramCall::Write
            | ProgramCall::TryWrite
            | ProgramCall::HalfClose
            | ProgramCall::UpdateKey
            | ProgramCall::EndWriting => Self::Writer,
        }
    }
}

/// One value for each caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callers<T> {
    /// That of the first and the last call.
    pub whole: T,
    /// That of the one that reads.
    pub reader: T,
    /// That of the one that writes.
    pub writer: T,
}

impl<T> Callers<T> {
    /// The value of one caller.
    pub const fn of(&self, caller: Caller) -> &T {
        match caller {
            Caller::Whole => &self.whole,
            Caller::Reader => &self.reader,
            Caller::Writer => &self.writer,
        }
    }

    /// The value of one caller, to change it.
    pub const fn of_mut(&mut self, caller: Caller) -> &mut T {
        match caller {
            Caller::Whole => &mut self.whole,
            Caller::Reader => &mut self.reader,
            Caller::Writer => &mut self.writer,
        }
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        Caller::ALL.into_iter().map(|caller| self.of(caller))
    }

    /// Applies a function to all values.
    pub fn map<U>(self, mut function: impl FnMut(T) -> U) -> Callers<U> {
        Callers {
            whole: function(self.whole),
            reader: function(self.reader),
            writer: function(self.writer),
        }
    }
}

/// The calls of one side: one list, or a list for each caller between the handshake and the close.
pub type SideCalls = Callers<Calls>;

impl SideCalls {
    /// No call.
    pub const NONE: Self = Self { whole: Calls::NONE, reader: Calls::NONE, writer: Calls::NONE };

    /// Every choice of a beginning of each list.
    pub fn beginnings(self) -> impl Iterator<Item = Self> {
        self.whole.beginnings().flat_map(move |whole| {
            self.reader.beginnings().flat_map(move |reader| {
                let writers = self.writer.beginnings();
                writers.map(move |writer| Self { whole, reader, writer })
            })
        })
    }
}

/// A program of one side, and how it makes its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Program {
    /// How it makes them.
    pub manner: Manner,
    /// The calls.
    pub calls: SideCalls,
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |calls: Calls| {
            let calls = calls.iter().filter(|call| !call.is_end());
            calls.map(|call| call.to_string()).collect::<Vec<_>>().join(" ")
        };
        let mark = match self.manner {
            Manner::OneCall => return self.calls.whole.fmt(formatter),
            Manner::Task => '&',
            Manner::Threads => '|',
        };
        let (reads, writes) = (words(self.calls.reader), words(self.calls.writer));
        formatter.pad(&format!("{reads} {mark} {writes}"))
    }
}

impl FromStr for Program {
    type Err = ProgramError;

    /// Reads a program of one call at a time, such as `write read close`; of two threads, such as
    /// `read read | write half-close`; or of a task that polls both, such as
    /// `read read & write half-close`. With two callers the close is implied.
    fn from_str(text: &str) -> Result<Self, ProgramError> {
        let caller_of = |text: &str, caller, end| {
            let calls = text.split_whitespace().try_fold(Calls::NONE, |calls, word| {
                let call = ProgramCall::of_word(word)?;
                if Caller::of(call) != caller {
                    return Err(ProgramError::OtherCaller(call));
                }
                if !calls.allows(call) {
                    return Err(ProgramError::NotAllowed(call));
                }
                calls.with(call).ok_or(ProgramError::CallerTooLong)
            })?;
            calls.with(end).ok_or(ProgramError::CallerTooLong)
        };
        let two = |manner, (reads, writes): (&str, &str)| {
            let calls = SideCalls {
                whole: "close".parse()?,
                reader: caller_of(reads, Caller::Reader, ProgramCall::EndReading)?,
                writer: caller_of(writes, Caller::Writer, ProgramCall::EndWriting)?,
            };
            Ok(Self { manner, calls })
        };
        if let Some(both) = text.split_once('|') {
            return two(Manner::Threads, both);
        }
        if let Some(both) = text.split_once('&') {
            return two(Manner::Task, both);
        }
        let calls = SideCalls { whole: text.parse()?, ..SideCalls::NONE };
        Ok(Self { manner: Manner::OneCall, calls })
    }
}

/// The programs that are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Programs {
    /// On each side every program of this manner, of at most so many calls of each caller, plus the
    /// close.
    Every(Both<Manner>, u8),
    /// The same, and a program may rest in place of its close.
    EveryAtRest(Both<Manner>, u8),
    /// One program on each side.
    Fixed(Both<Program>),
}

impl Programs {
    /// On each side every program of one call at a time, of at most `most` calls plus the close.
    #[must_use]
    pub const fn up_to(most: u8) -> Self {
        Self::alike(Manner::OneCall, most)
    }

    /// Every program of this manner on each side.
    #[must_use]
    pub const fn alike(manner: Manner, most: u8) -> Self {
        Self::Every(Both { client: manner, server: manner }, most)
    }

    /// How a side makes its calls.
    pub const fn manner(&self, side: Side) -> Manner {
        match self {
            Self::Every(manners, _) | Self::EveryAtRest(manners, _) => *manners.of(side),
            Self::Fixed(programs) => programs.of(side).manner,
        }
    }

    /// These calls, made as each side makes its calls.
    pub fn of_calls(&self, calls: Both<SideCalls>) -> Both<Program> {
        let program = |side: Side| Program { manner: self.manner(side), calls: *calls.of(side) };
        Both { client: program(Side::Client), server: program(Side::Server) }
    }

    /// Who makes a call on a side.
    pub const fn caller(&self, side: Side, call: ProgramCall) -> Caller {
        if self.manner(side).has_two_callers() { Caller::of(call) } else { Caller::Whole }
    }

    /// Whether a caller that has begun `calls` may begin `call` next, as far as its own list goes.
    pub fn allow(&self, side: Side, caller: Caller, calls: Calls, call: ProgramCall) -> bool {
        let (manners, most) = match self {
            Self::Every(manners, most) | Self::EveryAtRest(manners, most) => (manners, *most),
            Self::Fixed(programs) => {
                let calls_of = programs.of(side).calls;
                return calls_of.of(caller).get(calls.length()) == Some(call);
            }
        };
        let may_rest = matches!(self, Self::EveryAtRest(..));
        let is_choice = match call {
            ProgramCall::TryRead
            | ProgramCall::TryWrite
            | ProgramCall::PlainRead
            | ProgramCall::PlainWrite => false,
            ProgramCall::Rest => may_rest,
            _ => true,
        };
        if !is_choice || !calls.allows(call) {
            return false;
        }
        if manners.of(side).has_two_callers() {
            let chosen = calls.length() < most;
            return Caller::of(call) == caller
                && (caller == Caller::Whole || call.is_end() || chosen);
        }
        let begins = call == ProgramCall::Handshake;
        let ends = matches!(call, ProgramCall::Close | ProgramCall::Rest);
        !call.is_end()
            && (begins || calls.length() > 0)
            && (begins || ends || calls.length() <= most)
    }

    /// Every complete program of one side that begins with `calls`.
    pub fn completions(&self, side: Side, calls: SideCalls) -> Vec<SideCalls> {
        let of = |caller| self.completions_of(side, caller, *calls.of(caller));
        if !self.manner(side).has_two_callers() {
            let whole = of(Caller::Whole).into_iter();
            return whole.map(|whole| SideCalls { whole, ..SideCalls::NONE }).collect();
        }
        let (readers, writers) = (of(Caller::Reader), of(Caller::Writer));
        of(Caller::Whole)
            .into_iter()
            .flat_map(|whole| {
                let writers = &writers;
                readers.iter().flat_map(move |reader| {
                    writers.iter().map(move |writer| SideCalls {
                        whole,
                        reader: *reader,
                        writer: *writer,
                    })
                })
            })
            .collect()
    }

    fn completions_of(&self, side: Side, caller: Caller, calls: Calls) -> Vec<Calls> {
        if calls.is_complete() {
            return vec![calls];
        }
        ProgramCall::ALL
            .into_iter()
            .filter(|call| self.allow(side, caller, calls, *call))
            .filter_map(|call| calls.with(call))
            .flat_map(|longer| self.completions_of(side, caller, longer))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(programs: Programs) -> usize {
        programs.completions(Side::Client, SideCalls::NONE).len()
    }

    #[test]
    fn there_are_58_programs_of_up_to_three_calls_and_179_of_up_to_four() {
        assert_eq!([0, 1, 2, 3, 4].map(|most| count(Programs::up_to(most))), [1, 5, 18, 58, 179]);
    }

    #[test]
    fn there_are_3_programs_of_a_reader_and_10_of_a_writer_of_up_to_two_calls() {
        for manner in [Manner::Task, Manner::Threads] {
            let counts = [0, 1, 2].map(|most| count(Programs::alike(manner, most)));
            assert_eq!(counts, [1, 2 * 4, 3 * 10]);
        }
    }

    #[test]
    fn the_sides_may_make_their_calls_in_different_manners() {
        let manners = Both { client: Manner::OneCall, server: Manner::Task };
        let programs = Programs::Every(manners, 2);
        let count = |side| programs.completions(side, SideCalls::NONE).len();
        assert_eq!([count(Side::Client), count(Side::Server)], [18, 3 * 10]);
    }

    #[test]
    fn a_program_of_two_callers_is_read_from_words_and_printed_as_such() {
        let threads = ["read read | write half-close", " | update-key", "read | "];
        let tasks = ["read read & write half-close", " & update-key", "read & "];
        for (texts, manner) in [(threads, Manner::Threads), (tasks, Manner::Task)] {
            for text in texts {
                let program: Program = text.parse().expect("a program");
                assert_eq!(program.manner, manner);
                assert_eq!(program.to_string(), text);
            }
        }
        let program: Program = "read close".parse().expect("a program");
        assert_eq!(program.manner, Manner::OneCall);
    }

    #[test]
    fn each_caller_makes_its_own_calls_only() {
        let error = |text: &str| text.parse::<Program>().expect_err("no program");
        assert_eq!(error("write | write"), ProgramError::OtherCaller(ProgramCall::Write));
        assert_eq!(error("read & read"), ProgramError::OtherCaller(ProgramCall::Read));
        assert_eq!(error("read | half-close write"), ProgramError::NotAllowed(ProgramCall::Write));
        assert_eq!(error("read & write close"), ProgramError::OtherCaller(ProgramCall::Close));
        assert_eq!(error("read | end-writing"), ProgramError::UnknownCall("end-writing".into()));
    }

    #[test]
    fn each_of_two_callers_has_room_for_one_call_more_than_one_caller_alone() {
        let reads = |count: usize| vec!["read"; count].join(" ");
        let most = usize::from(Manner::OneCall.calls_at_most());
        let of_two = usize::from(Manner::Threads.calls_at_most());
        assert_eq!((most, of_two), (12, 13));
        assert!(format!("{} close", reads(most)).parse::<Program>().is_ok());
        let too_long = format!("{} close", reads(most + 1)).parse::<Program>();
        assert_eq!(too_long, Err(ProgramError::TooLong));
        for mark in ['|', '&'] {
            assert!(format!("{} {mark} write", reads(of_two)).parse::<Program>().is_ok());
            let too_long = format!("{} {mark} write", reads(of_two + 1)).parse::<Program>();
            let error = too_long.expect_err("no program");
            assert_eq!(error, ProgramError::CallerTooLong);
            assert!(error.to_string().contains("at most 13 calls"), "{error}");
        }
    }
}
