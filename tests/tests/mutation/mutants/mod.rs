//! Mutants of valid conversations. A mutant begins as one end in the middle of a conversation, at
//! any record; what its peer would send next is changed, sealed with the connection's own keys, so
//! that it opens, and handed over. Whatever comes: no panic, no error that only our own mistakes
//! can cause, no plaintext before the handshake is complete, and nothing grows beyond its bound.
//!
//! Key exchange and signatures are those of the deterministic provider; in one plan the
//! certificates are real, and their paths are validated.

pub(crate) mod conversation;
pub(crate) mod end;
mod extensions;
mod mutate;
pub(crate) mod random;
mod report;

use std::panic::AssertUnwindSafe;

use hyaline_model::table::Role;
use hyaline_replay::{Call, Error, Operation};

use self::conversation::{Conversation, Plan};
use self::end::{Begins, End, Plain};
use self::random::Random;
use self::report::Report;

/// How many records a mutant is given: those that its end would receive next, changed.
const COMING: usize = 4;

/// What the application may do.
const CALLS: [Begins; 5] = [
    READ,
    Begins::Write,
    Begins::Call(Call::UpdateKey),
    Begins::Call(Call::HalfClose),
    Begins::Call(Call::Close),
];

const READ: Begins = Begins::Call(Call::Read);

/// An end in the middle of a conversation, and what it would receive next.
struct Seed {
    end: End,
    coming: Vec<Plain>,
}

/// The ends in the middle of a conversation from which mutants begin, and the records of which
/// mutants are made.
pub(crate) struct SeedCorpus {
    seeds: Vec<Seed>,
    corpus: Vec<Plain>,
}

impl Default for SeedCorpus {
    fn default() -> Self {
        Self::new()
    }
}

impl SeedCorpus {
    /// Holds all conversations.
    #[must_use]
    pub(crate) fn new() -> Self {
        let mut seeds = Vec::new();
        let mut corpus: Vec<Plain> = Vec::new();
        for conversation in Plan::ALL.map(Conversation::hold) {
            for role in [Role::Client, Role::Server] {
                let received: Vec<_> = conversation.received_by(role).collect();
                for (index, delivery) in received.iter().enumerate() {
                    let coming = received.iter().skip(index).take(COMING);
                    let coming = coming.map(|delivery| delivery.plain.clone()).collect();
                    seeds.push(Seed { end: delivery.before.clone(), coming });
                    if !corpus.contains(&delivery.plain) {
                        corpus.push(delivery.plain.clone());
                    }
                }
            }
        }
        Self { seeds, corpus }
    }

    /// How many ends there are to begin from.
    #[must_use]
    pub(crate) fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// Makes `count` mutants of a seed on all `threads`, and tells `progress` how many are done.
    ///
    /// # Panics
    /// A mutant does harm; which one is printed.
    #[must_use]
    pub(crate) fn run(
        &self,
        count: u64,
        seed: u64,
        threads: u64,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Report {
        let mut total = Report::default();
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|first| {
                    scope.spawn(move || {
                        let mut report = Report::default();
                        let step = usize::try_from(threads).unwrap_or(1);
                        for index in (first..count).step_by(step) {
                            self.one_safely(seed, index, &mut report);
                            progress(1);
                        }
                        report
                    })
                })
                .collect();
            for worker in workers {
                match worker.join() {
                    Ok(report) => total.add(report),
                    Err(cause) => std::panic::resume_unwind(cause),
                }
            }
        });
        total
    }

    /// Makes one mutant. A panic or a failure names the mutant.
    fn one_safely(&self, seed: u64, index: u64, report: &mut Report) {
        let attempt = AssertUnwindSafe(|| self.one(&mut Random::new(seed, index), report));
        match std::panic::catch_unwind(attempt) {
            Ok(Ok(())) => {}
            Ok(Err(harm)) => panic!("mutant {index} of seed {seed}: {harm}"),
            Err(cause) => {
                eprintln!("mutant {index} of seed {seed} panicked");
                std::panic::resume_unwind(cause);
            }
        }
    }

    fn one(&self, random: &mut Random, report: &mut Report) -> Result<(), String> {
        report.mutants += 1;
        let Some(seed) = random.one_of(&self.seeds) else { return Ok(()) };
        let mut end = seed.end.clone();
        let mut coming = seed.coming.clone();
        end.is_blocked = random.once_in(4);
        for _ in 0..=random.below(3) {
            // Mostly the first record is mutated, so that the later ones meet a live connection.
            let place = if random.once_in(4) { random.below(coming.len()) } else { 0 };
            mutate::mutate(random, &mut coming, place, &self.corpus);
        }
        report.visited(&end.connection);
        let mut mutant = Mutant { end, random, report };
        for plain in &coming {
            if !mutant.deliver(plain)? {
                break;
            }
        }
        mutant.finish()
    }
}

struct Mutant<'m> {
    end: End,
    random: &'m mut Random,
    report: &'m mut Report,
}

impl Mutant<'_> {
    /// Hands over one record when the connection wants to receive. The result is false if the
    /// connection will never receive again.
    fn deliver(&mut self, plain: &Plain) -> Result<bool, String> {
        if !self.get_to_receive()? {
            return Ok(false);
        }
        let connection = &self.end.connection;
        let mut record = connection.forge(plain.content_type, &plain.content);
        if self.random.once_in(64) {
            // The header too; this one may well not open.
            let place = self.random.below(record.len());
            if let Some(byte) = record.get_mut(place) {
                *byte = self.random.byte();
            }
        }
        let error = connection.error().cloned();
        let is_reading = connection.is_reading();
        self.end.receive(&mut record)?;
        self.look()?;
        if is_reading {
            self.report.records += 1;
            let died = matches!(self.end.connection.error(), Some(Error::BadRecordMac));
            self.report.died_at_the_cipher += u64::from(died);
        }
        if error.is_some() && error.as_ref() != self.end.connection.error() {
            return Err(format!("{error:?} became {:?}", self.end.connection.error()));
        }
        Ok(true)
    }

    /// Goes on until something is to be received; the application makes calls.
    fn get_to_receive(&mut self) -> Result<bool, String> {
        const CALLS_AT_MOST: usize = 6;
        for _ in 0..CALLS_AT_MOST {
            let wants = self.end.drive(&mut |_| ());
            self.look()?;
            if wants {
                return Ok(true);
            }
            if self.end.is_closed {
                return Ok(false);
            }
            let call = if self.random.once_in(3) {
                self.random.one_of(&CALLS).copied().unwrap_or(READ)
            } else {
                READ
            };
            self.end.begin(call);
            self.look()?;
        }
        Ok(false)
    }

    /// The peer goes away, or stays silent.
    fn finish(mut self) -> Result<(), String> {
        if self.get_to_receive()? {
            let Self { end, random, .. } = &mut self;
            let End { connection, outbox, .. } = end;
            match random.below(4) {
                0 => connection.handle_fin(outbox),
                1 => {
                    let kind = std::io::ErrorKind::ConnectionReset;
                    connection.handle_receive_error(kind, outbox);
                }
                2 => {
                    let kind = std::io::ErrorKind::BrokenPipe;
                    connection.handle_transmit_error(kind, outbox);
                    if random.once_in(2) && self.get_to_receive()? {
                        let End { connection, outbox, .. } = &mut self.end;
                        connection.handle_fin(outbox);
                    }
                }
                _ => connection.handle_blocked(Operation::Receive),
            }
        }
        self.get_to_receive()?;
        self.report.ended(self.end.connection.error());
        Ok(())
    }

    fn look(&mut self) -> Result<(), String> {
        let rows = self.end.take_rows();
        self.report.fired(&rows);
        self.report.visited(&self.end.connection);
        self.report.most_in_outbox = self.report.most_in_outbox.max(self.end.outbox.bytes().len());
        self.report.most_joined = self.report.most_joined.max(self.end.connection.held());
        self.end.check()
    }
}
