//! What a connection allocates: little for a handshake, and nothing for a record, once it is warm.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use allocation_counter::{AllocationInfo, measure};
use hyaline::pki_types::UnixTime;
use hyaline::{Connection, Outbox};
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{Configs, MemoryEnd, connected};

/// The most allocations of a client's full handshake, of which the peer has one certificate.
const OF_A_CLIENT: u64 = 18;

/// The most of a server's.
const OF_A_SERVER: u64 = 15;

/// The most bytes of an idle client that holds one certificate of its server, of less than 512
/// bytes: the value and what it has on the heap.
const IDLE_CLIENT: u64 = 2_366;

/// The same of a server.
const IDLE_SERVER: u64 = 1_913;

/// The most of a client whose sessions may be resumed: allocations, and bytes. Nothing is resumed.
const RESUMABLE_CLIENT: (u64, u64) = (19, 2_467);

/// The same of a server that still owes its tickets.
const RESUMABLE_SERVER: (u64, u64) = (17, 2_130);

/// What a side has cost so far.
#[derive(Default)]
struct Cost {
    allocations: u64,
    bytes: i64,
}

impl Cost {
    fn of<T>(&mut self, action: impl FnOnce() -> T) -> T {
        let mut result = None;
        let AllocationInfo { count_total, bytes_current, .. } = measure(|| result = Some(action()));
        self.allocations += count_total;
        self.bytes += bytes_current;
        result.unwrap()
    }

    /// The bytes of an idle end, the value itself included.
    fn idle(&self) -> u64 {
        u64::try_from(self.bytes).unwrap()
            + u64::try_from(size_of::<Connection>() + size_of::<Outbox>()).unwrap()
    }
}

/// The costs of a client and of a server that have completed their handshake.
fn costs(configs: &Configs) -> [(u64, u64); 2] {
    let (mut of_client, mut of_server) = (Cost::default(), Cost::default());
    let mut client = of_client.of(|| MemoryEnd::client(configs));
    let mut server = of_server.of(|| MemoryEnd::server(configs));
    let [mut to_client, mut to_server] = [(); 2].map(|()| Vec::with_capacity(1 << 14));
    loop {
        let client_done = of_client.of(|| client.shake(&mut to_client, &mut to_server));
        let server_done = of_server.of(|| server.shake(&mut to_server, &mut to_client));
        if client_done && server_done && to_client.is_empty() {
            break;
        }
    }
    of_client.of(|| client.outbox.release());
    of_server.of(|| server.outbox.release());
    let [certificate] = client.connection.peer_certificates() else { panic!("one certificate") };
    assert!(certificate.len() < 512);
    let costs = [of_client, of_server].map(|cost| (cost.allocations, cost.idle()));
    println!("allocations and bytes of a client, and of a server: {costs:?}");
    costs
}

#[test]
fn a_handshake_and_an_idle_connection_cost_no_more_than_is_stated() {
    let [client, server] = costs(&Configs::new(&Authority::new()));
    assert!(client.0 <= OF_A_CLIENT && client.1 <= IDLE_CLIENT, "{client:?}");
    assert!(server.0 <= OF_A_SERVER && server.1 <= IDLE_SERVER, "{server:?}");
}

#[test]
fn a_connection_that_may_be_resumed_costs_no_more_than_is_stated() {
    let [client, server] = costs(&Configs::new(&Authority::new()).resuming(2));
    let (most_of_client, most_of_server) = (RESUMABLE_CLIENT, RESUMABLE_SERVER);
    assert!(client.0 <= most_of_client.0 && client.1 <= most_of_client.1, "{client:?}");
    assert!(server.0 <= most_of_server.0 && server.1 <= most_of_server.1, "{server:?}");
}

const RECORDS: usize = 10_000;

/// Lengths of records, from one byte to a full one.
const LENGTHS: [usize; 5] = [1, 64, 1_000, 5_000, 1 << 14];

/// So many records from one end to the other, copied and lent in turn, through a buffer that is
/// there already.
fn send(from: &mut MemoryEnd, to: &mut MemoryEnd, records: usize, data: &[u8], wire: &mut Vec<u8>) {
    let now = UnixTime::now();
    for number in 0..records {
        let content = data.get(..LENGTHS[number % LENGTHS.len()]).unwrap();
        wire.clear();
        let sink = |bytes: &[u8]| wire.extend_from_slice(bytes);
        if number.is_multiple_of(2) {
            from.write(now, content, sink);
        } else {
            from.write_lent(now, content.len(), |body| body.copy_from_slice(content), sink);
        }
        let received = to.read(now, wire);
        assert_eq!(wire.get(received.data).unwrap(), content);
        assert_eq!(received.consumed, wire.len());
    }
}

#[test]
fn a_warm_connection_allocates_nothing_for_a_record_in_either_direction() {
    let (mut client, mut server) = connected(&Configs::new(&Authority::new()));
    let data = vec![7; 1 << 14];
    let mut wire = Vec::with_capacity(1 << 15);
    // After this both outboxes have the memory that they need.
    let cold = measure(|| {
        send(&mut client, &mut server, 2 * LENGTHS.len(), &data, &mut wire);
        send(&mut server, &mut client, 2 * LENGTHS.len(), &data, &mut wire);
    });
    assert!(cold.count_total > 0, "nothing is counted");
    let warm = measure(|| {
        send(&mut client, &mut server, RECORDS, &data, &mut wire);
        send(&mut server, &mut client, RECORDS, &data, &mut wire);
    });
    assert_eq!((warm.count_total, warm.bytes_total), (0, 0));
}

/// 8 MiB.
const MUCH: usize = 8 << 20;

#[test]
fn much_data_in_records_of_one_byte_leaves_nothing_behind() {
    let (mut client, mut server) = connected(&Configs::new(&Authority::new()));
    let mut wire = Vec::with_capacity(1 << 15);
    let now = UnixTime::now();
    let mut receive = |count: usize| {
        for _ in 0..count {
            wire.clear();
            client.write(now, &[7], |bytes| wire.extend_from_slice(bytes));
            let received = server.read(now, &mut wire);
            assert_eq!(wire.get(received.data), Some(&[7][..]));
        }
    };
    receive(1);
    let counted = measure(|| receive(MUCH));
    assert_eq!((counted.count_total, counted.bytes_current), (0, 0));
}
