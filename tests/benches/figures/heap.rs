//! Allocations and memory.

use allocation_counter::{AllocationInfo, measure};
use hyaline::pki_types::UnixTime;
use hyaline::{Connection, Outbox};
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{self, MemoryEnd};

use crate::handshake::{self, Side};
use crate::theirs;

/// Records each way of which allocations are counted.
const RECORDS: usize = 10_000;

/// Records each way before memory is counted again.
const WARMING: usize = 100;

/// What was allocated for each side of a handshake: how often, and what of it is left, in bytes.
#[derive(Default)]
struct Counted {
    allocations: [u64; 2],
    bytes: [i64; 2],
}

impl Counted {
    fn add(&mut self, side: Side, info: &AllocationInfo) {
        self.allocations[side as usize] += info.count_total;
        self.bytes[side as usize] += info.bytes_current;
    }

    fn of(run: impl FnOnce(&mut dyn FnMut(Side, &mut dyn FnMut())) -> usize) -> Self {
        let mut counted = Self::default();
        run(&mut |side, step| {
            let info = measure(step);
            counted.add(side, &info);
        });
        counted
    }

    fn print(&self, name: &str) {
        let [client, server] = self.allocations;
        println!("    {name:<20} {client:6} client {server:6} server");
    }

    /// Heap, and the value itself, in bytes.
    fn print_bytes(&self, name: &str, sizes: [usize; 2]) {
        let [client, server] = [0, 1].map(|side| {
            let size = i64::try_from(sizes[side]).unwrap_or(i64::MAX);
            (self.bytes[side] + size, size)
        });
        println!(
            "    {name:<20} {:6} client {:6} server   ({} and {} of them the value itself)",
            client.0, server.0, client.1, server.1
        );
    }
}

/// Records of 1000 bytes from one end to the other.
fn send(from: &mut MemoryEnd, to: &mut MemoryEnd, records: usize, wire: &mut Vec<u8>) {
    let now = UnixTime::now();
    for _ in 0..records {
        wire.clear();
        from.write(now, &[7; 1000], |bytes| wire.extend_from_slice(bytes));
        to.read(now, wire);
    }
}

/// Prints the figures.
pub(crate) fn print(authority: &Authority) {
    let mut ends = (None, None);
    let configs = memory::Configs::new(authority);
    let mut counted = Counted::of(|around| handshake::ours(&configs, &mut ends, around));
    let mut other_ends = (None, None);
    let other_configs = theirs::Configs::new(authority);
    let mut other =
        Counted::of(|around| handshake::theirs(&other_configs, &mut other_ends, around));
    let (mut client, mut server) = (ends.0.unwrap(), ends.1.unwrap());
    let (mut other_client, mut other_server) = (other_ends.0.unwrap(), other_ends.1.unwrap());
    println!("\nallocations of a full handshake, a side");
    counted.print("hyaline");
    other.print("rustls");

    let ours = [size_of::<Connection>() + size_of::<Outbox>(); 2];
    let sizes = [size_of::<rustls::ClientConnection>(), size_of::<rustls::ServerConnection>()];
    for (side, end) in [(Side::Client, &mut client), (Side::Server, &mut server)] {
        counted.add(side, &measure(|| end.outbox.release()));
    }
    println!(
        "\nbytes of an established idle connection, without configurations and what the caller"
    );
    println!("owns: the input buffer of hyaline, which is empty while idle");
    println!("  before data");
    counted.print_bytes("hyaline", ours);
    other.print_bytes("rustls", sizes);

    let mut wire = Vec::with_capacity(1 << 15);
    let mut buffer = vec![0; 1 << 14];
    for _ in 0..WARMING {
        exchange(&mut counted, (&mut client, &mut server), &mut wire);
        exchange_theirs(&mut other, (&mut other_client, &mut other_server), &mut wire, &mut buffer);
    }
    for (side, end) in [(Side::Client, &mut client), (Side::Server, &mut server)] {
        counted.add(side, &measure(|| end.outbox.release()));
    }
    println!("  after {WARMING} records of 1000 bytes each way");
    counted.print_bytes("hyaline", ours);
    other.print_bytes("rustls", sizes);

    send(&mut client, &mut server, 1, &mut wire);
    send(&mut server, &mut client, 1, &mut wire);
    let warm = measure(|| {
        send(&mut client, &mut server, RECORDS, &mut wire);
        send(&mut server, &mut client, RECORDS, &mut wire);
    });
    let mut rustls = Counted::default();
    for _ in 0..RECORDS {
        exchange_theirs(
            &mut rustls,
            (&mut other_client, &mut other_server),
            &mut wire,
            &mut buffer,
        );
    }
    println!("\nallocations of {RECORDS} records of 1000 bytes each way, both sides, once warm");
    println!("    hyaline              {:6}", warm.count_total);
    println!("    rustls               {:6}", rustls.allocations.iter().sum::<u64>());
}

/// One record each way, counted for the side that handles it.
fn exchange(counted: &mut Counted, ends: (&mut MemoryEnd, &mut MemoryEnd), wire: &mut Vec<u8>) {
    let now = UnixTime::now();
    let (client, server) = ends;
    let mut one_way = |(from, to): (&mut MemoryEnd, &mut MemoryEnd), sides: [Side; 2]| {
        wire.clear();
        let sink = |bytes: &[u8]| wire.extend_from_slice(bytes);
        counted.add(sides[0], &measure(|| from.write(now, &[7; 1000], sink)));
        counted.add(sides[1], &measure(|| assert_eq!(to.read(now, wire).data.len(), 1000)));
    };
    one_way((&mut *client, &mut *server), [Side::Client, Side::Server]);
    one_way((server, client), [Side::Server, Side::Client]);
}

/// The same of rustls.
fn exchange_theirs(
    counted: &mut Counted,
    ends: (&mut rustls::ClientConnection, &mut rustls::ServerConnection),
    wire: &mut Vec<u8>,
    buffer: &mut [u8],
) {
    let (client, server) = ends;
    wire.clear();
    counted.add(Side::Client, &measure(|| theirs::write(client, &[7; 1000], wire)));
    counted.add(Side::Server, &measure(|| assert_eq!(theirs::read(server, wire, buffer), 1000)));
    wire.clear();
    counted.add(Side::Server, &measure(|| theirs::write(server, &[7; 1000], wire)));
    counted.add(Side::Client, &measure(|| assert_eq!(theirs::read(client, wire, buffer), 1000)));
}
