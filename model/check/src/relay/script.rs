//! What a relay calls next.
//!
//! A relay's program is no list of calls: what it calls depends on what its reads return. It is a
//! script, and where the script stands is read off the histories of its callers: each call that has
//! returned is passed, and the first that was not begun is next. So a relay has no state besides.

use std::fmt;

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Callers, Manner, Programs};
use crate::relay::link::{Link, Links};

/// How a relay copies. Whichever it is: the handshakes come first, the client's before the
/// server's, then everything is copied, record by record, and the end of each direction is passed
/// on by a half-close, however that end came. A direction also ends where a write fails, which
/// nobody is told. At the end both connections are closed, the client's first. Where one handshake
/// fails, the other is made all the same, and both connections are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Copying {
    /// Two threads, one for each direction. Each reads from one connection and writes to the other.
    Threads,
    /// One task that polls both directions.
    Task,
    /// One thread, in turns: what the client sends, then what the server answers.
    Turns,
}

impl Copying {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Threads, Self::Task, Self::Turns];

    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Task => "task",
            Self::Turns => "turns",
        }
    }

    /// How the relay makes its calls on each connection.
    pub const fn manner(self) -> Manner {
        match self {
            Self::Threads => Manner::Threads,
            Self::Task => Manner::Task,
            Self::Turns => Manner::OneCall,
        }
    }

    /// The calls that a relay begins next, at most one for each direction. `histories` has those of
    /// the relay's callers on both connections.
    pub fn next(self, histories: Links<&Callers<History>>) -> [Option<(Link, ProgramCall)>; 2] {
        let mut script = Script::of(self.manner(), histories);
        let connected = match script.handshakes() {
            Ok(connected) => connected,
            Err(halt) => return [halt.next(), None],
        };
        let is_whole = connected.downstream && connected.upstream;
        let copied = match self.manner().has_two_callers() {
            true if is_whole => {
                let halts = Link::ALL.map(|from| script.copy_from(from).err());
                if halts.iter().any(Option::is_some) {
                    return halts.map(|halt| halt.and_then(Halt::next));
                }
                Ok(())
            }
            true => script.end_callers(connected),
            false if is_whole => script.copy_in_turns(),
            false => Ok(()),
        };
        [copied.and_then(|()| script.close()).err().and_then(Halt::next), None]
    }

    /// The most calls of a list of the relay's, where the client and the server write so many
    /// records: on one connection all that a caller reads or writes, and an end or a half-close.
    pub fn calls_at_most(self, from_client: usize, from_server: usize) -> usize {
        match self {
            Self::Threads | Self::Task => from_client.max(from_server) + 1,
            Self::Turns => from_client + from_server + 2,
        }
    }
}

impl fmt::Display for Copying {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Threads => "two threads",
            Self::Task => "one task",
            Self::Turns => "one thread in turns",
        })
    }
}

/// Why a script goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Halt {
    /// This call is next.
    Next(Link, ProgramCall),
    /// A call is pending.
    Pending,
}

impl Halt {
    const fn next(self) -> Option<(Link, ProgramCall)> {
        match self {
            Self::Next(link, call) => Some((link, call)),
            Self::Pending => None,
        }
    }
}

/// A script that is followed through histories.
struct Script<'h> {
    /// Says which caller makes a call.
    programs: Programs,
    histories: Links<&'h Callers<History>>,
    /// How many calls of each list are passed.
    passed: Links<Callers<usize>>,
}

impl<'h> Script<'h> {
    fn of(manner: Manner, histories: Links<&'h Callers<History>>) -> Self {
        Self { programs: Programs::alike(manner, 0), histories, passed: Links::default() }
    }

    /// Passes a call: its result, if it has returned.
    fn pass(&mut self, link: Link, call: ProgramCall) -> Result<ProgramResult, Halt> {
        let caller = self.programs.caller(link.relays_side(), call);
        let history = self.histories.of(link).of(caller);
        let passed = self.passed.of_mut(link).of_mut(caller);
        if let Some(result) = history.results().nth(*passed) {
            *passed += 1;
            return Ok(result);
        }
        let is_begun = usize::from(history.calls().length()) > *passed;
        Err(if is_begun { Halt::Pending } else { Halt::Next(link, call) })
    }

    /// Which of them have succeeded.
    fn handshakes(&mut self) -> Result<Links<bool>, Halt> {
        let downstream = self.pass(Link::Downstream, ProgramCall::Handshake)?;
        let upstream = self.pass(Link::Upstream, ProgramCall::Handshake)?;
        let is_ok = |result| result == ProgramResult::Ok;
        Ok(Links { downstream: is_ok(downstream), upstream: is_ok(upstream) })
    }

    /// Where nothing is copied, the callers of a connection that stands have nothing to do.
    fn end_callers(&mut self, connected: Links<bool>) -> Result<(), Halt> {
        for link in Link::ALL.into_iter().filter(|link| *connected.of(*link)) {
            self.pass(link, ProgramCall::EndReading)?;
            self.pass(link, ProgramCall::EndWriting)?;
        }
        Ok(())
    }

    /// Closes both connections, one after the other.
    fn close(&mut self) -> Result<(), Halt> {
        self.pass(Link::Downstream, ProgramCall::Close)?;
        self.pass(Link::Upstream, ProgramCall::Close)?;
        Ok(())
    }

    /// Copies a record from one connection to the other, or passes on the end. False if nothing
    /// more is to be copied.
    fn copy_record(&mut self, from: Link) -> Result<bool, Halt> {
        match self.pass(from, ProgramCall::Read)? {
            ProgramResult::Ok => {
                Ok(self.pass(from.other(), ProgramCall::Write)? == ProgramResult::Ok)
            }
            _ => {
                self.pass(from.other(), ProgramCall::HalfClose)?;
                Ok(false)
            }
        }
    }

    /// Copies all of one direction.
    fn copy_from(&mut self, from: Link) -> Result<(), Halt> {
        while self.copy_record(from)? {}
        self.pass(from, ProgramCall::EndReading)?;
        self.pass(from.other(), ProgramCall::EndWriting)?;
        Ok(())
    }

    /// Copies a record of each direction, in turns, until both have ended.
    fn copy_in_turns(&mut self) -> Result<(), Halt> {
        let mut goes_on = Links { downstream: true, upstream: true };
        while goes_on.downstream || goes_on.upstream {
            for from in Link::ALL {
                if *goes_on.of(from) {
                    *goes_on.of_mut(from) = self.copy_record(from)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ProgramCall::{Close, EndReading, EndWriting, HalfClose, Handshake, Read, Write};
    use ProgramResult::{EndOfStream, Ok, Reset};

    use super::*;

    /// The histories of a relay whose calls return as `results` says, call by call, as long as
    /// there are results; and the calls that are next then.
    fn followed(copying: Copying, results: &[ProgramResult]) -> Vec<(Link, ProgramCall)> {
        let programs = Programs::alike(copying.manner(), 0);
        let mut histories = Links::<Callers<History>>::default();
        let mut begun = Vec::new();
        for result in results {
            let next = copying
                .next(Links { downstream: &histories.downstream, upstream: &histories.upstream });
            let Some((link, call)) = next.into_iter().flatten().next() else { break };
            let caller = programs.caller(link.relays_side(), call);
            let history = histories.of_mut(link).of_mut(caller);
            history.begin(call);
            history.finish(*result);
            begun.push((link, call));
        }
        begun
    }

    use Link::{Downstream, Upstream};

    #[test]
    fn a_relay_in_turns_copies_a_request_and_its_answer_and_then_the_ends() {
        let results = [Ok, Ok, Ok, Ok, Ok, Ok, EndOfStream, Ok, EndOfStream, Ok, Ok, Ok, Ok];
        let expected = [
            (Downstream, Handshake),
            (Upstream, Handshake),
            (Downstream, Read),
            (Upstream, Write),
            (Upstream, Read),
            (Downstream, Write),
            (Downstream, Read),
            (Upstream, HalfClose),
            (Upstream, Read),
            (Downstream, HalfClose),
            (Downstream, Close),
            (Upstream, Close),
        ];
        assert_eq!(followed(Copying::Turns, &results), expected);
    }

    #[test]
    fn each_direction_of_two_callers_goes_on_while_the_other_waits() {
        for copying in [Copying::Threads, Copying::Task] {
            let results = [Ok, Ok, Ok, Ok, EndOfStream, Ok, Ok, Ok];
            let expected = [
                (Downstream, Handshake),
                (Upstream, Handshake),
                (Downstream, Read),
                (Upstream, Write),
                (Downstream, Read),
                (Upstream, HalfClose),
                (Downstream, EndReading),
                (Upstream, EndWriting),
            ];
            assert_eq!(followed(copying, &results), expected);
            let mut histories = Links::<Callers<History>>::default();
            for link in Link::ALL {
                histories.of_mut(link).whole.begin(Handshake);
                histories.of_mut(link).whole.finish(Ok);
            }
            let of = |histories: &Links<Callers<History>>| {
                copying.next(Links {
                    downstream: &histories.downstream,
                    upstream: &histories.upstream,
                })
            };
            assert_eq!(of(&histories), [Some((Downstream, Read)), Some((Upstream, Read))]);
            histories.downstream.reader.begin(Read);
            assert_eq!(of(&histories), [None, Some((Upstream, Read))]);
        }
    }

    #[test]
    fn a_reset_ends_a_direction_as_any_end_does_and_a_failed_write_ends_it_too() {
        let [.., before, last] = followed(Copying::Turns, &[Ok, Ok, Reset, Ok])[..] else {
            panic!("four calls");
        };
        assert_eq!((before, last), ((Downstream, Read), (Upstream, HalfClose)));
        let results = [Ok, Ok, Ok, Reset, Ok, Reset, Ok, Ok];
        let begun = followed(Copying::Turns, &results);
        // The client's record could not be written, and the server's neither.
        assert_eq!(
            begun[2..],
            [
                (Downstream, Read),
                (Upstream, Write),
                (Upstream, Read),
                (Downstream, Write),
                (Downstream, Close),
                (Upstream, Close)
            ]
        );
    }

    #[test]
    fn where_a_handshake_fails_both_connections_are_closed() {
        for copying in Copying::ALL {
            let begun = followed(copying, &[Reset, Ok, Ok, Ok, Ok, Ok, Ok]);
            let begun: Vec<_> = begun.into_iter().filter(|(_, call)| !call.is_end()).collect();
            let expected = [
                (Downstream, Handshake),
                (Upstream, Handshake),
                (Downstream, Close),
                (Upstream, Close),
            ];
            assert_eq!(begun, expected);
        }
    }
}
