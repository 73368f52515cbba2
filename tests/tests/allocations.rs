//! What a connection allocates: nothing for a record, once it is warm.
#![allow(clippy::unwrap_used, reason = "tests")]

use hyaline::pki_types::UnixTime;
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{Configs, MemoryEnd, connected};

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
    // Both outboxes have their memory then.
    let cold = allocation_counter::measure(|| {
        send(&mut client, &mut server, 2 * LENGTHS.len(), &data, &mut wire);
        send(&mut server, &mut client, 2 * LENGTHS.len(), &data, &mut wire);
    });
    assert!(cold.count_total > 0, "nothing is counted");
    let warm = allocation_counter::measure(|| {
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
    let counted = allocation_counter::measure(|| receive(MUCH));
    assert_eq!((counted.count_total, counted.bytes_current), (0, 0));
}
