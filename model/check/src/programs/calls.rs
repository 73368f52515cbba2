//! Application programs: sequences of calls, made by one caller, one call at a time.
//!
//! What two callers call are two such sequences; see [`programs`](crate::programs).

use std::fmt;
use std::str::FromStr;

/// A call of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgramCall {
    /// Complete the handshake. Every program starts with it.
    Handshake,
    /// Receive one record of application data.
    Read,
    /// Send one record of application data.
    Write,
    /// End our direction.
    HalfClose,
    /// Update our sending key, and ask the peer to update its own.
    UpdateKey,
    /// End both directions. Every program ends with it.
    Close,
    /// Send one record of application data, unless there is no room by the call's deadline. Only a
    /// given program makes this call; no program that chooses its calls does.
    TryWrite,
    /// Receive one record of application data, unless none has come by the call's deadline. Only a
    /// given program makes this call.
    TryRead,
    /// Receive one record in plaintext, before the handshake. Only a given program makes this call.
    PlainRead,
    /// Send one record in plaintext, before the handshake. Only a given program makes this call.
    PlainWrite,
    /// The caller that reads ends. No endpoint sees it.
    EndReading,
    /// The caller that writes ends. No endpoint sees it.
    EndWriting,
    /// No more calls are made, and the connection is kept: the program waits for something else. No
    /// endpoint sees it. A program chooses it only among
    /// [`Programs::EveryAtRest`](crate::programs::Programs::EveryAtRest).
    Rest,
}

impl ProgramCall {
    /// The calls among which a program chooses, in the order in which steps are listed.
    pub const CHOICES: [Self; 5] =
        [Self::Read, Self::Write, Self::HalfClose, Self::UpdateKey, Self::Close];

    /// The calls that a program names by a word.
    const NAMED: [Self; 10] = [
        Self::Read,
        Self::Write,
        Self::TryRead,
        Self::TryWrite,
        Self::HalfClose,
        Self::UpdateKey,
        Self::Close,
        Self::Rest,
        Self::PlainRead,
        Self::PlainWrite,
    ];

    /// All calls, in the order in which steps are listed.
    pub const ALL: [Self; 13] = [
        Self::Handshake,
        Self::Read,
        Self::Write,
        Self::HalfClose,
        Self::UpdateKey,
        Self::Close,
        Self::EndReading,
        Self::EndWriting,
        Self::TryWrite,
        Self::Rest,
        Self::TryRead,
        Self::PlainRead,
        Self::PlainWrite,
    ];

    /// Whether it is made before the handshake.
    pub const fn is_plain(self) -> bool {
        matches!(self, Self::PlainRead | Self::PlainWrite)
    }

    /// Whether it receives a record, if one comes.
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::TryRead)
    }

    /// Whether it is a thread's end.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::EndReading | Self::EndWriting)
    }

    /// The call that a program names by this word.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn of_word(word: &str) -> Result<Self, ProgramError> {
        let unknown = || ProgramError::UnknownCall(word.to_owned());
        Self::NAMED.into_iter().find(|call| call.to_string() == word).ok_or_else(unknown)
    }

    const fn digit(self) -> u64 {
        match self {
            Self::Handshake => 1,
            Self::Read => 2,
            Self::Write => 3,
            Self::HalfClose => 4,
            Self::UpdateKey => 5,
            Self::Close => 6,
            Self::EndReading => 7,
            Self::EndWriting => 8,
            Self::TryWrite => 9,
            Self::Rest => 10,
            Self::TryRead => 11,
            Self::PlainRead => 12,
            Self::PlainWrite => 13,
        }
    }

    const fn of_digit(digit: u64) -> Option<Self> {
        match digit {
            1 => Some(Self::Handshake),
            2 => Some(Self::Read),
            3 => Some(Self::Write),
            4 => Some(Self::HalfClose),
            5 => Some(Self::UpdateKey),
            6 => Some(Self::Close),
            7 => Some(Self::EndReading),
            8 => Some(Self::EndWriting),
            9 => Some(Self::TryWrite),
            10 => Some(Self::Rest),
            11 => Some(Self::TryRead),
            12 => Some(Self::PlainRead),
            13 => Some(Self::PlainWrite),
            _ => None,
        }
    }
}

impl fmt::Display for ProgramCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Handshake => "finish-handshake",
            Self::Read => "read",
            Self::Write => "write",
            Self::TryWrite => "try-write",
            Self::TryRead => "try-read",
            Self::PlainRead => "plain-read",
            Self::PlainWrite => "plain-write",
            Self::HalfClose => "half-close",
            Self::UpdateKey => "update-key",
            Self::Close => "close",
            Self::EndReading => "end-reading",
            Self::EndWriting => "end-writing",
            Self::Rest => "rest",
        })
    }
}

/// The most calls of one side: the handshake, twelve that are chosen, and the close.
pub const CALLS_AT_MOST: usize = 14;

/// The most calls between the handshake and the close.
pub const CHOSEN_CALLS_AT_MOST: u8 = 12;

/// The most calls of one of two callers: it has no handshake and no close, but an end.
pub const CALLS_OF_CALLER_AT_MOST: u8 = 13;

/// A sequence of calls, from the handshake on: a program, or the part of it that was begun.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Calls {
    // Four bits for each call, the first call lowest; 0 where there is no call.
    digits: u64,
}

impl Calls {
    /// No call.
    pub const NONE: Self = Self { digits: 0 };

    const BITS: u32 = 4;

    /// How many calls there are.
    pub const fn length(self) -> u8 {
        let digits = (u64::BITS - self.digits.leading_zeros()).div_ceil(Self::BITS);
        let [length, ..] = digits.to_le_bytes();
        length
    }

    /// The call number `index`, from 0.
    pub const fn get(self, index: u8) -> Option<ProgramCall> {
        match self.digits.checked_shr(Self::BITS * index as u32) {
            Some(rest) => ProgramCall::of_digit(rest & 0xf),
            None => None,
        }
    }

    /// The last call.
    pub const fn last(self) -> Option<ProgramCall> {
        match self.length().checked_sub(1) {
            Some(index) => self.get(index),
            None => None,
        }
    }

    /// The calls, in order.
    pub fn iter(self) -> impl Iterator<Item = ProgramCall> {
        (0..self.length()).map_while(move |index| self.get(index))
    }

    /// Whether this call is among them.
    fn has(self, call: ProgramCall) -> bool {
        self.iter().any(|earlier| earlier == call)
    }

    /// The sequence with one more call; nothing if it cannot be so long.
    #[must_use]
    pub fn with(self, call: ProgramCall) -> Option<Self> {
        if usize::from(self.length()) >= CALLS_AT_MOST {
            return None;
        }
        let shift = Self::BITS * u32::from(self.length());
        Some(Self { digits: self.digits | call.digit().checked_shl(shift)? })
    }

    /// Whether `other` begins with this sequence, or is it.
    pub const fn begins(self, other: Self) -> bool {
        let bits = Self::BITS * self.length() as u32;
        let mask = match 1_u64.checked_shl(bits) {
            Some(above) => above - 1,
            None => u64::MAX,
        };
        other.digits & mask == self.digits
    }

    /// Whether the program is complete: its last call is the close, a rest, or the thread's end.
    pub fn is_complete(self) -> bool {
        let ends = |call| matches!(call, ProgramCall::Close | ProgramCall::Rest);
        self.last().is_some_and(|call| ends(call) || call.is_end())
    }

    /// The sequence, and every sequence that begins it.
    pub fn beginnings(self) -> impl Iterator<Item = Self> {
        let mut next = Some(self);
        std::iter::from_fn(move || {
            let current = next?;
            next = (current.length() > 0).then(|| current.shorter());
            Some(current)
        })
    }

    /// The sequence without its last call.
    #[must_use]
    pub const fn shorter(self) -> Self {
        let bits = Self::BITS * (self.length() as u32).saturating_sub(1);
        Self { digits: self.digits & ((1 << bits) - 1) }
    }

    /// Whether a program that begins like this may go on with `call`.
    ///
    /// The handshake is first, and only first, where there is one: a thread that writes or reads
    /// begins after it. Only calls in plaintext stand before it. After a half-close there is no
    /// write and no second half-close, and no key update either: nothing may be sent after a
    /// close_notify (RFC 9846 section 6.1). After the close and after a rest there is nothing.
    /// After a write with a deadline nothing is written: what it may have left would go first.
    pub fn allows(self, call: ProgramCall) -> bool {
        match call {
            ProgramCall::Handshake | ProgramCall::PlainRead | ProgramCall::PlainWrite => {
                self.iter().all(ProgramCall::is_plain)
            }
            _ if self.is_complete() => false,
            ProgramCall::Close | ProgramCall::Rest => self.length() > 0,
            ProgramCall::Read
            | ProgramCall::TryRead
            | ProgramCall::EndReading
            | ProgramCall::EndWriting => true,
            ProgramCall::HalfClose | ProgramCall::UpdateKey => !self.has(ProgramCall::HalfClose),
            ProgramCall::Write | ProgramCall::TryWrite => {
                !self.has(ProgramCall::HalfClose) && !self.has(ProgramCall::TryWrite)
            }
        }
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = self.iter().filter(|call| *call != ProgramCall::Handshake);
        let names: Vec<String> = calls.map(|call| call.to_string()).collect();
        formatter.pad(&names.join(" "))
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Calls({self})")
    }
}

/// Why a text is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramError {
    /// A word that is no call.
    UnknownCall(String),
    /// A call that may not stand where it stands.
    NotAllowed(ProgramCall),
    /// A call that this one of two callers does not make.
    OtherCaller(ProgramCall),
    /// The last call is neither `close` nor `rest`.
    NotClosed,
    /// A program of one call at a time has more calls than can be explored.
    TooLong,
    /// One of two callers has more calls than can be explored.
    CallerTooLong,
}

impl fmt::Display for ProgramError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCall(word) => write!(
                formatter,
                "`{word}` is no call; the calls are read, write, try-read, try-write, \
                 half-close, update-key, close and rest, and before the handshake plain-read and \
                 plain-write"
            ),
            Self::NotAllowed(call) => write!(
                formatter,
                "`{call}` cannot stand there: nothing is sent after half-close, nothing written \
                 after try-write, nothing called after close or rest, and what is plain stands \
                 before all else"
            ),
            Self::OtherCaller(call) => write!(
                formatter,
                "`{call}` cannot stand there: what is before `|` or `&` reads, what is behind it \
                 writes, and the close is implied"
            ),
            Self::NotClosed => write!(formatter, "a program ends with `close` or `rest`"),
            Self::TooLong => {
                write!(formatter, "a program has at most {CHOSEN_CALLS_AT_MOST} calls plus close")
            }
            Self::CallerTooLong => write!(
                formatter,
                "each of two callers has at most {CALLS_OF_CALLER_AT_MOST} calls; the close is \
                 implied"
            ),
        }
    }
}

impl std::error::Error for ProgramError {}

impl FromStr for Calls {
    type Err = ProgramError;

    /// Reads a program such as `write read close`. The handshake is implied, behind the calls in
    /// plaintext.
    fn from_str(text: &str) -> Result<Self, ProgramError> {
        let calls = text.split_whitespace().try_fold(Self::NONE, |calls, word| {
            let call = ProgramCall::of_word(word)?;
            let upgrades = !call.is_plain() && calls.iter().all(ProgramCall::is_plain);
            let calls = if upgrades { calls.with(ProgramCall::Handshake) } else { Some(calls) };
            let calls = calls.ok_or(ProgramError::TooLong)?;
            if !calls.allows(call) {
                return Err(ProgramError::NotAllowed(call));
            }
            calls.with(call).ok_or(ProgramError::TooLong)
        })?;
        if calls.is_complete() { Ok(calls) } else { Err(ProgramError::NotClosed) }
    }
}

#[cfg(test)]
mod tests;
