//! A client and a server, and what lies between them in the fuzzer's hands.

use std::collections::VecDeque;

use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::{Call, Connection};

use crate::configuration::{Both, server_name};
use crate::end::End;
use crate::instructions::Instructions;
use crate::memory;
use crate::provider::Clear;

/// How many connections an input may make: the later ones resume.
const CONNECTIONS: usize = 4;

/// How many turns it takes at most until nothing lies between two ends any more.
const TURNS: usize = 1000;

/// The first byte chooses the configuration. With its highest bit the provider is one that protects
/// records: then what is received is what was sent, or an error.
pub fn run(input: &[u8]) {
    memory::bounded(input, |input| {
        let mut instructions = Instructions::new(input);
        let choice = instructions.byte().unwrap_or_default();
        if choice & 0x80 == 0 {
            Pair::new(Both::new(&Clear, choice), false).follow(instructions);
        } else {
            Pair::new(Both::new(&Ring, choice), true).follow(instructions);
        }
    });
}

struct Pair<P: CryptoProvider> {
    both: Both<P>,
    is_protected: bool,
    /// The client and the server.
    ends: [End<P>; 2],
    /// How many bytes of application data each has had taken.
    written: [usize; 2],
    connections: usize,
    /// Whether anything was done by which a connection may fail.
    is_disturbed: bool,
}

impl<P: CryptoProvider> Pair<P> {
    fn new(both: Both<P>, is_protected: bool) -> Self {
        let ends = Self::ends(&both);
        let connections = 1;
        Self { both, is_protected, ends, written: [0; 2], connections, is_disturbed: false }
    }

    fn ends(both: &Both<P>) -> [End<P>; 2] {
        let client = Connection::client(both.client.clone(), server_name()).expect("a client");
        let server = Connection::server(both.server.clone()).expect("a server");
        let mut ends = [End::new(client), End::new(server)];
        for end in &mut ends {
            end.start(Call::Handshake);
        }
        ends
    }

    /// The lower four bits of an instruction's first byte say what it is, the fifth on which side,
    /// the others are its number.
    fn follow(mut self, mut instructions: Instructions<'_>) {
        while let Some(instruction) = instructions.byte() {
            let side = usize::from(instruction >> 4 & 1);
            let number = instruction >> 5;
            match instruction & 15 {
                kind @ 0..=4 => self.interfere(side, kind, &mut instructions),
                5 | 6 => self.exchange(),
                7 => self.write(side, usize::from(number) * 3000),
                8 => self.ends[side].start(Call::Read),
                9 => self.ends[side].start(Call::UpdateKey),
                10 => self.ends[side].start(Call::HalfClose),
                11 => self.call(side, Call::ALL[usize::from(number) % Call::ALL.len()]),
                12 => {
                    self.is_disturbed |= number % 6 != 5;
                    self.ends[side].happens(number);
                }
                13 => self.deliver(side, usize::from(instructions.byte().unwrap_or_default())),
                14 => self.deliver(side, instructions.number()),
                _ => self.begin_again(),
            }
            self.check();
        }
        self.exchange();
        self.check();
        // The peer's direction may end now without a close_notify.
        self.is_disturbed = true;
        for end in &mut self.ends {
            end.finish();
        }
        self.check();
    }

    /// Changes what the side has transmitted and the other has not received.
    fn interfere(&mut self, side: usize, kind: u8, instructions: &mut Instructions<'_>) {
        let at = instructions.number();
        let count = usize::from(instructions.byte().unwrap_or_default());
        let between = &mut self.ends[side].transmitted;
        let at = at % (between.len() + 1);
        let end = between.len().min(at + count);
        match kind {
            // What stands there is changed, cut out, repeated, replaced, or something comes before.
            0 => between.range_mut(at..end.min(at + 1)).for_each(|byte| *byte ^= count as u8),
            1 => drop(between.drain(at..end)),
            2 => {
                let again: Vec<u8> = between.range(at..end).copied().collect();
                insert(between, end, &again);
            }
            3 => {
                let other = instructions.piece(count);
                between.range_mut(at..end).zip(other).for_each(|(byte, new)| *byte = *new);
            }
            _ => insert(between, at, instructions.piece(count)),
        }
        self.is_disturbed = true;
    }

    fn write(&mut self, side: usize, length: usize) {
        let at = self.written[side];
        let data: Vec<u8> = (at..at + length).map(byte_at).collect();
        self.written[side] += self.ends[side].start_write(&data);
    }

    fn call(&mut self, side: usize, call: Call) {
        self.is_disturbed |= call == Call::Close;
        self.ends[side].start(call);
    }

    /// So many bytes arrive on the other side.
    fn deliver(&mut self, side: usize, count: usize) {
        let between = &mut self.ends[side].transmitted;
        let arriving: Vec<u8> = between.drain(..count.min(between.len())).collect();
        let is_last = between.is_empty() && self.ends[side].is_shut;
        let other = &mut self.ends[1 - side];
        other.arrived.extend(arriving);
        other.fin |= is_last;
        other.advance();
    }

    /// Everything arrives, until nothing is transmitted any more.
    fn exchange(&mut self) {
        for _ in 0..TURNS {
            if self.ends.iter().all(|end| end.transmitted.is_empty()) {
                return;
            }
            self.deliver(0, usize::MAX);
            self.deliver(1, usize::MAX);
        }
        panic!("two ends talk for ever");
    }

    /// New connections of the same two: they resume where they can.
    fn begin_again(&mut self) {
        if self.connections < CONNECTIONS {
            self.connections += 1;
            self.ends = Self::ends(&self.both);
            self.written = [0; 2];
        }
    }

    fn check(&self) {
        for (side, end) in self.ends.iter().enumerate() {
            let written = self.written[1 - side];
            if self.is_protected || !self.is_disturbed {
                let is_right = |(at, byte): (usize, &u8)| *byte == byte_at(at);
                assert!(end.data.len() <= written, "more data comes than was written");
                assert!(end.data.iter().enumerate().all(is_right), "other data comes");
            }
            let error = end.connection.error();
            assert!(self.is_disturbed || error.is_none(), "undisturbed, {error:?}");
        }
    }
}

/// The byte that is written at this place of the data.
fn byte_at(at: usize) -> u8 {
    (at % 251) as u8
}

fn insert(between: &mut VecDeque<u8>, at: usize, bytes: &[u8]) {
    let behind = between.split_off(at);
    between.extend(bytes);
    between.extend(behind);
}
