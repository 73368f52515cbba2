use proptest::prelude::*;

use super::*;
use crate::HandshakeType;
use crate::crypto::{CryptoProvider, Ring, Secret, Suite};
use crate::key_schedule::HandshakeSecrets;
use crate::record::Sealer;
use crate::replay::WaitingRecord;

const DATA: Content = Content::ApplicationData;
const KEY_UPDATE: Content = Content::Handshake(HandshakeType::KeyUpdate);
const TICKET: Content = Content::Handshake(HandshakeType::NewSessionTicket);

/// Appends a record of so many bytes, each of them `fill`.
fn append(outbox: &mut Outbox, content: Content, length: usize, fill: u8) {
    outbox.spare(length).fill(fill);
    outbox.commit(content, length);
}

fn sealer() -> Sealer<Ring> {
    let secrets = HandshakeSecrets::new(
        &Ring,
        Suite::Aes128GcmSha256,
        None,
        &Secret::new(&[1; 32]),
        &Ring.hash(Suite::Aes128GcmSha256.hash(), b"").unwrap(),
    )
    .unwrap();
    let mut sealer = Sealer::new();
    sealer.install(&Ring, secrets.of(true)).unwrap();
    sealer
}

#[test]
fn an_empty_outbox_holds_nothing() {
    let mut outbox = Outbox::new();
    assert!(outbox.is_empty());
    assert_eq!(outbox.bytes(), b"");
    outbox.advance(10);
    assert!(outbox.is_empty());
    assert_eq!(outbox.application_room(), MAX_CONTENT);
}

#[test]
fn a_record_is_known_by_its_number_until_it_has_left() {
    let mut outbox = Outbox::new();
    append(&mut outbox, DATA, 10, 1);
    let number = outbox.records_sealed();
    append(&mut outbox, KEY_UPDATE, 5, 2);
    assert_eq!((number, outbox.records_transmitted()), (1, 0));
    outbox.advance(14);
    assert_eq!(outbox.records_transmitted(), number);
    outbox.advance(1);
    assert_eq!(outbox.records_transmitted(), number + 1);
    append(&mut outbox, DATA, 10, 3);
    outbox.discard_everything();
    assert_eq!((outbox.records_sealed(), outbox.records_transmitted()), (3, 3));
}

#[test]
fn application_data_fills_its_allowance_and_control_records_still_fit() {
    let mut outbox = Outbox::new();
    let mut sealer = sealer();
    let data = vec![5; 5 * MAX_CONTENT];
    assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(4 * MAX_CONTENT));
    assert_eq!(outbox.bytes().len(), APPLICATION_ALLOWANCE);
    assert_eq!(outbox.application_room(), 0);
    assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(0));
    assert_eq!(sealer.seal(&mut outbox, KEY_UPDATE, b"update"), Ok(()));
    outbox.advance(100);
    assert_eq!(outbox.application_room(), 100 - EXPANSION);
    assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(100 - EXPANSION));
    assert_eq!(outbox.application_room(), 0);
}

#[test]
fn many_tiny_records_stay_within_the_allowance() {
    let mut outbox = Outbox::new();
    let mut sealer = sealer();
    let mut records = 0;
    while sealer.seal_application(&mut outbox, b"x") == Ok(1) {
        records += 1;
    }
    assert_eq!(records, APPLICATION_ALLOWANCE / (EXPANSION + 1));
    assert!(outbox.bytes().len() <= APPLICATION_ALLOWANCE);
}

#[test]
fn what_is_lent_keeps_its_content_when_another_record_takes_the_place() {
    let mut outbox = Outbox::new();
    append(&mut outbox, DATA, 10, 1);
    outbox.lend(4, 0).copy_from_slice(b"lent");
    assert_eq!(outbox.lend(4, 0), b"lent");
    append(&mut outbox, KEY_UPDATE, 30, 2);
    append(&mut outbox, TICKET, 30, 3);
    assert_eq!(outbox.take_displaced().as_deref(), Some(&b"lent"[..]));
    assert_eq!(outbox.take_displaced(), None);
    assert_eq!(outbox.bytes().len(), 70);
    outbox.lend(4, 0).copy_from_slice(b"more");
    assert_eq!(outbox.take_displaced(), None, "nothing came between");
}

#[test]
fn discarding_everything_leaves_no_half_record() {
    let mut outbox = Outbox::new();
    append(&mut outbox, KEY_UPDATE, 10, 1);
    outbox.advance(4);
    outbox.discard_everything();
    assert!(outbox.is_empty());
    assert_eq!(outbox.records_transmitted(), outbox.records_sealed());
}

#[test]
fn memory_is_given_back_on_release_and_only_while_empty() {
    let mut outbox = Outbox::new();
    append(&mut outbox, DATA, 100, 1);
    outbox.release();
    assert_eq!(outbox.bytes(), [1; 100]);
    outbox.advance(100);
    outbox.release();
    assert_eq!((outbox.buffer.capacity(), outbox.later.capacity()), (0, 0));
}

#[test]
fn a_warm_outbox_does_not_grow() {
    let mut outbox = Outbox::new();
    let mut sealer = sealer();
    let data = vec![5; MAX_CONTENT];
    // Half a record is always left over, so that the outbox never becomes empty.
    let mut capacities = Vec::new();
    for _ in 0..100 {
        assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(MAX_CONTENT));
        outbox.advance(outbox.bytes().len() - 1000);
        capacities.push((outbox.buffer.capacity(), outbox.later.capacity()));
    }
    assert_eq!(capacities[10], capacities[99]);
    assert!(outbox.buffer.capacity() <= 2 * APPLICATION_ALLOWANCE);
}

#[test]
fn the_replay_sees_records_and_what_is_left_of_them() {
    let mut outbox = Outbox::new();
    append(&mut outbox, KEY_UPDATE, 6, 1);
    append(&mut outbox, DATA, 10, 2);
    outbox.advance(2);
    let records = outbox.records();
    assert_eq!(
        records,
        [
            WaitingRecord { content: KEY_UPDATE, range: 0..4, begun: true },
            WaitingRecord { content: DATA, range: 4..14, begun: false },
        ]
    );
    assert_eq!(outbox.clone().bytes(), outbox.bytes());
}

/// What a test does to an outbox.
#[derive(Clone, Debug)]
enum Operation {
    Append(Content, usize),
    Advance(usize),
    Discard,
}

fn operation() -> impl Strategy<Value = Operation> {
    let content = prop_oneof![Just(DATA), Just(KEY_UPDATE), Just(TICKET)];
    prop_oneof![
        4 => (content, 1..200_usize)
            .prop_map(|(content, length)| Operation::Append(content, length)),
        4 => (0..300_usize).prop_map(Operation::Advance),
        1 => Just(Operation::Discard),
    ]
}

proptest! {
    #[test]
    fn an_outbox_is_a_queue_of_records(operations in prop::collection::vec(operation(), 1..60)) {
        let mut outbox = Outbox::new();
        // The same as a plain list: what, its bytes, how many of them are transmitted.
        let mut expected: Vec<(Content, Vec<u8>, usize)> = Vec::new();
        for (number, operation) in (0_u8..).zip(operations) {
            match operation {
                Operation::Append(content, length) => {
                    append(&mut outbox, content, length, number);
                    expected.push((content, vec![number; length], 0));
                }
                Operation::Advance(count) => {
                    outbox.advance(count);
                    let mut left = count;
                    for (_, bytes, transmitted) in &mut expected {
                        let step = left.min(bytes.len() - *transmitted);
                        *transmitted += step;
                        left -= step;
                    }
                    expected.retain(|(_, bytes, transmitted)| *transmitted < bytes.len());
                }
                Operation::Discard => {
                    outbox.discard_everything();
                    expected.clear();
                }
            }
            let bytes: Vec<u8> =
                expected.iter().flat_map(|(_, bytes, sent)| bytes[*sent..].to_vec()).collect();
            prop_assert_eq!(outbox.bytes(), bytes);
            let waiting = u64::try_from(expected.len()).expect("few");
            prop_assert_eq!(outbox.records_sealed() - outbox.records_transmitted(), waiting);
            let data = |record: &&(Content, Vec<u8>, usize)| record.0 == DATA;
            let unsent: usize =
                expected.iter().filter(data).map(|(_, bytes, sent)| bytes.len() - sent).sum();
            prop_assert_eq!(usize::try_from(outbox.application), Ok(unsent));
        }
    }
}
