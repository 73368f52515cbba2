//! Data in bulk and in small messages, as ratios to ring's AEAD.

use std::hint::black_box;
use std::io;

use hyaline::pki_types::UnixTime;
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{self, MemoryEnd};
use rustls::{ClientConnection, ServerConnection};

use crate::primitives::{Aead, TAG};
use crate::rounds::{Rounds, time};
use crate::theirs;

/// Rounds of each figure.
const ROUNDS: usize = 41;

/// Bytes of data of one round, at most.
const ROUND: usize = 2 << 20;

/// Records of one round, at most.
const RECORDS: usize = 2_000;

/// Everyone who takes part, with keys of their own, and a content for every record.
struct Contest {
    ring: Aead,
    ours: (MemoryEnd, MemoryEnd),
    copying: (MemoryEnd, MemoryEnd),
    theirs: (ClientConnection, ServerConnection),
    data: Vec<u8>,
    records: usize,
    now: UnixTime,
}

impl Contest {
    fn new(authority: &Authority, length: usize) -> Self {
        let configs = memory::Configs::new(authority);
        Self {
            ring: Aead::new(),
            ours: memory::connected(&configs),
            copying: memory::connected(&configs),
            theirs: theirs::connected(&theirs::Configs::new(authority)),
            data: vec![7; length],
            records: (ROUND / length).min(RECORDS),
            now: UnixTime::now(),
        }
    }

    /// ring seals in place, as often as there are records; then what it has sealed.
    fn seal_by_ring(&mut self, records: &mut [Vec<u8>]) -> f64 {
        self.ring.rewind();
        time(|| records.iter_mut().for_each(|record| self.ring.seal(record)))
    }

    fn open_by_ring(&mut self, records: &mut [Vec<u8>]) -> f64 {
        self.ring.rewind();
        time(|| records.iter_mut().for_each(|record| self.ring.open(record)))
    }

    /// Content, type and place of the tag, for each record.
    fn blank(&self) -> Vec<Vec<u8>> {
        vec![vec![7; self.data.len() + 1 + TAG]; self.records]
    }

    fn send(&mut self, rounds: &mut Rounds, blank: &mut [Vec<u8>]) {
        let (records, now) = (self.records, self.now);
        let ring = self.seal_by_ring(blank);
        let data = &self.data;
        let (lent, copied) = (&mut self.ours.0, &mut self.copying.0);
        let lent = time(|| {
            for _ in 0..records {
                lent.write_lent(
                    now,
                    data.len(),
                    |body| {
                        black_box(body);
                    },
                    |bytes| {
                        black_box(bytes);
                    },
                );
            }
        });
        let copied = time(|| {
            for _ in 0..records {
                copied.write(now, data, |bytes| {
                    black_box(bytes);
                });
            }
        });
        let theirs = &mut self.theirs.0;
        let rustls =
            time(|| (0..records).for_each(|_| theirs::write(theirs, data, &mut io::sink())));
        rounds.add(&[ring, lent, copied, rustls]);
    }

    fn receive(&mut self, rounds: &mut Rounds, blank: &mut [Vec<u8>]) {
        self.seal_by_ring(blank);
        let ring = self.open_by_ring(blank);
        let (records, now) = (self.records, self.now);
        let mut buffer = vec![0; self.data.len()];
        let sealed = |from: &mut MemoryEnd| {
            let mut wire = Vec::new();
            for _ in 0..records {
                from.write(now, &self.data, |bytes| wire.extend_from_slice(bytes));
            }
            wire
        };
        let mut wire = sealed(&mut self.ours.0);
        let lent = time(|| {
            read_all(&mut self.ours.1, now, &mut wire, |data| {
                black_box(data);
            });
        });
        let mut wire = sealed(&mut self.copying.0);
        let copied = time(|| {
            read_all(&mut self.copying.1, now, &mut wire, |data| buffer.copy_from_slice(data));
        });
        let mut wire = Vec::new();
        (0..records).for_each(|_| theirs::write(&mut self.theirs.0, &self.data, &mut wire));
        let rustls = time(|| {
            let read = theirs::read(&mut self.theirs.1, &wire, &mut buffer);
            assert_eq!(read, records * self.data.len());
        });
        rounds.add(&[ring, lent, copied, rustls]);
    }
}

/// Reads every record of `wire`, in place.
fn read_all(end: &mut MemoryEnd, now: UnixTime, wire: &mut [u8], mut take: impl FnMut(&[u8])) {
    let mut rest = wire;
    while !rest.is_empty() {
        let received = end.read(now, rest);
        take(rest.get(received.data).unwrap_or_default());
        rest = rest.split_at_mut(received.consumed).1;
    }
}

const NAMES: [&str; 4] = ["ring, in place", "hyaline, lent", "hyaline, copying", "rustls, copying"];

fn measure(authority: &Authority, length: usize, what: &str) {
    // Nobody receives what is sent to measure sending. So receiving is measured on records of other
    // senders.
    let mut sender = Contest::new(authority, length);
    let mut receiver = Contest::new(authority, length);
    let mut blank = sender.blank();
    let (mut sends, mut receives) = (Rounds::new(&NAMES), Rounds::new(&NAMES));
    // The first round warms everything and does not count.
    sender.send(&mut Rounds::new(&NAMES), &mut blank);
    receiver.receive(&mut Rounds::new(&NAMES), &mut blank);
    for _ in 0..ROUNDS {
        sender.send(&mut sends, &mut blank);
        receiver.receive(&mut receives, &mut blank);
    }
    #[allow(clippy::cast_precision_loss, reason = "small numbers, and only printed")]
    let (records, bytes) = (sender.records as f64, length as f64);
    let rate = (length > 1_000).then_some(bytes);
    println!("\n{what}: {ROUNDS} rounds of {records} records in turn");
    println!("  send, a record");
    sends.print(records, rate);
    println!("  receive, a record");
    receives.print(records, rate);
}

/// Prints the figures.
pub(crate) fn print(authority: &Authority) {
    measure(authority, 1 << 14, "bulk, records of 16 KiB");
    measure(authority, 64, "messages of 64 bytes");
}
