//! Which programs are run: by one thread on each side, or by a reading and a writing thread.

pub mod calls;
pub mod history;
pub mod result;

use std::fmt;
use std::str::FromStr;

use crate::programs::calls::{Call, Calls, ProgramError};
use crate::side::Side;

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Caller {
    /// The one thread, before a split and after the join; without a split it makes all calls.
    Whole,
    /// The reading thread.
    Reader,
    /// The writing thread.
    Writer,
}

impl Caller {
    /// All of them, in the order in which steps are listed.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Reader, Self::Writer];

    /// Who makes this call, on a side that splits.
    const fn of(call: Call) -> Self {
        match call {
            Call::Handshake | Call::Close => Self::Whole,
            Call::Read | Call::EndReading => Self::Reader,
            Call::Write | Call::TryWrite | Call::HalfClose | Call::UpdateKey | Call::EndWriting => {
                Self::Writer
            }
        }
    }
}

/// One value for each caller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Callers<T> {
    /// The one thread's.
    pub whole: T,
    /// The reading thread's.
    pub reader: T,
    /// The writing thread's.
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

/// The calls of one side: one list, or a list for each thread between the handshake and the close.
pub type SideCalls = Callers<Calls>;

impl SideCalls {
    /// No call.
    pub const NONE: Self = Self { whole: Calls::NONE, reader: Calls::NONE, writer: Calls::NONE };

    /// Whether this is a program of two threads: each of them ends explicitly.
    pub const fn splits(&self) -> bool {
        self.reader.length() > 0
    }

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

impl fmt::Display for SideCalls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.splits() {
            return self.whole.fmt(formatter);
        }
        let words = |calls: Calls| {
            let calls = calls.iter().filter(|call| !call.is_end());
            calls.map(|call| call.to_string()).collect::<Vec<_>>().join(" ")
        };
        formatter.pad(&format!("{} | {}", words(self.reader), words(self.writer)))
    }
}

impl FromStr for SideCalls {
    type Err = ProgramError;

    /// Reads a program of one thread, such as `write read close`, or of a reading and a writing
    /// thread, such as `read read | write half-close`; there the close is implied.
    fn from_str(text: &str) -> Result<Self, ProgramError> {
        let Some((reads, writes)) = text.split_once('|') else {
            return Ok(Self { whole: text.parse()?, ..Self::NONE });
        };
        let thread = |text: &str, caller, end| {
            let calls = text.split_whitespace().try_fold(Calls::NONE, |calls, word| {
                let call = Call::of_word(word)?;
                if Caller::of(call) != caller {
                    return Err(ProgramError::OtherThread(call));
                }
                if !calls.allows(call) {
                    return Err(ProgramError::NotAllowed(call));
                }
                calls.with(call).ok_or(ProgramError::TooLong)
            })?;
            calls.with(end).ok_or(ProgramError::TooLong)
        };
        Ok(Self {
            whole: "close".parse()?,
            reader: thread(reads, Caller::Reader, Call::EndReading)?,
            writer: thread(writes, Caller::Writer, Call::EndWriting)?,
        })
    }
}

/// Which programs are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Programs {
    /// On each side every program of one thread, of at most so many calls, plus the close.
    UpTo(u8),
    /// On each side every program of two threads, of at most so many calls each, plus the close.
    Threads(u8),
    /// On this side every program of two threads, of at most so many calls each, and on the other
    /// every program of one thread, of at most so many.
    OneSplits(Side, u8),
    /// One program on each side.
    Fixed {
        /// The client's.
        client: SideCalls,
        /// The server's.
        server: SideCalls,
    },
}

impl Programs {
    /// Whether a side splits its connection between two threads.
    pub const fn splits(&self, side: Side) -> bool {
        match (self, side) {
            (Self::UpTo(_), _) => false,
            (Self::Threads(_), _)
            | (Self::OneSplits(Side::Client, _), Side::Client)
            | (Self::OneSplits(Side::Server, _), Side::Server) => true,
            (Self::OneSplits(..), _) => false,
            (Self::Fixed { client, .. }, Side::Client) => client.splits(),
            (Self::Fixed { server, .. }, Side::Server) => server.splits(),
        }
    }

    /// Who makes a call on a side.
    pub const fn caller(&self, side: Side, call: Call) -> Caller {
        if self.splits(side) { Caller::of(call) } else { Caller::Whole }
    }

    /// Whether a caller that has begun `calls` may begin `call` next, as far as its own list goes.
    pub fn allow(&self, side: Side, caller: Caller, calls: Calls, call: Call) -> bool {
        if call == Call::TryWrite && !matches!(self, Self::Fixed { .. }) {
            return false;
        }
        match (self, side) {
            (Self::OneSplits(_, most), _) => {
                let alone = Self::UpTo(*most);
                let programs = if self.splits(side) { Self::Threads(*most) } else { alone };
                programs.allow(side, caller, calls, call)
            }
            (Self::UpTo(most), _) => {
                let begins = call == Call::Handshake;
                calls.allows(call)
                    && !call.is_end()
                    && (begins || calls.length() > 0)
                    && (begins || call == Call::Close || calls.length() <= *most)
            }
            (Self::Threads(most), _) => {
                Caller::of(call) == caller
                    && calls.allows(call)
                    && (caller == Caller::Whole || call.is_end() || calls.length() < *most)
            }
            (Self::Fixed { client, .. }, Side::Client) => {
                client.of(caller).get(calls.length()) == Some(call)
            }
            (Self::Fixed { server, .. }, Side::Server) => {
                server.of(caller).get(calls.length()) == Some(call)
            }
        }
    }

    /// Every complete program of one side that begins with `calls`.
    pub fn completions(&self, side: Side, calls: SideCalls) -> Vec<SideCalls> {
        let of = |caller| self.completions_of(side, caller, *calls.of(caller));
        if !self.splits(side) {
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
        Call::ALL
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
        assert_eq!([0, 1, 2, 3, 4].map(|most| count(Programs::UpTo(most))), [1, 5, 18, 58, 179]);
    }

    #[test]
    fn there_are_3_programs_of_a_reader_and_10_of_a_writer_of_up_to_two_calls() {
        assert_eq!([0, 1, 2].map(|most| count(Programs::Threads(most))), [1, 2 * 4, 3 * 10]);
    }

    #[test]
    fn one_side_may_split_while_the_other_does_not() {
        let programs = Programs::OneSplits(Side::Server, 2);
        let count = |side| programs.completions(side, SideCalls::NONE).len();
        assert_eq!([count(Side::Client), count(Side::Server)], [18, 3 * 10]);
    }

    #[test]
    fn a_program_of_two_threads_is_read_from_words_and_printed_as_such() {
        for text in ["read read | write half-close", " | update-key", "read | "] {
            let calls: SideCalls = text.parse().expect("a program");
            assert!(calls.splits());
            assert_eq!(calls.to_string(), text);
        }
    }

    #[test]
    fn each_thread_makes_its_own_calls_only() {
        let error = |text: &str| text.parse::<SideCalls>().expect_err("no program");
        assert_eq!(error("write | write"), ProgramError::OtherThread(Call::Write));
        assert_eq!(error("read | read"), ProgramError::OtherThread(Call::Read));
        assert_eq!(error("read | half-close write"), ProgramError::NotAllowed(Call::Write));
        assert_eq!(error("read | write close"), ProgramError::OtherThread(Call::Close));
        assert_eq!(error("read | end-writing"), ProgramError::UnknownCall("end-writing".into()));
    }
}
