use hyaline_model::table::KeyUsage;

use super::*;
use crate::crypto::Transient;
use crate::record::seal::CONTROL_RESERVE;

#[test]
fn the_alert_record_of_rfc_8448_is_met() {
    let suite = Suite::Aes128GcmSha256;
    let unhex = |text: &str| {
        let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
        let byte = |pair: &[u32]| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits");
        digits.chunks(2).map(byte).collect::<Vec<u8>>()
    };
    let shared =
        Secret::new(&unhex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"));
    let digest = |text: &str| Digest::new(&unhex(text)).unwrap();
    let hello = digest("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
    let finished = digest("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13");
    let handshake = HandshakeSecrets::new(&Ring, suite, None, &shared, &hello).unwrap();
    let mut room = Transient::new();
    let client = handshake.application(&Ring, true, &finished, &mut room).unwrap();
    let mut sealer = Sealer::new();
    sealer.install(&Ring, handshake.of(true)).unwrap();
    sealer.install(&Ring, client).unwrap();
    let data: Vec<u8> = (0..50).collect();
    sealed(&mut sealer, DATA, &data);
    assert_eq!(
        sealed(&mut sealer, Content::Alert(Alert::CloseNotify), &[1, 0]),
        unhex("1703030013 c9872760655666b74d7ff1153efd6db6d0b0e3")
    );
}

#[test]
fn every_epoch_counts_from_zero() {
    const APPLICATION: Epoch = Epoch::application(0);
    let suite = Suite::ChaCha20Poly1305Sha256;
    let (mut sealer, mut opener) = (Sealer::new(), Opener::new());
    for epoch in [Epoch::HANDSHAKE, APPLICATION, Epoch::application(1), Epoch::application(2)] {
        match epoch {
            Epoch::HANDSHAKE | APPLICATION => {
                let secrets = secrets(suite);
                sealer.install(&Ring, secrets.of(epoch == Epoch::HANDSHAKE)).unwrap();
                opener.install(&Ring, secrets.of(epoch == Epoch::HANDSHAKE)).unwrap();
            }
            _ => {
                sealer.advance(&Ring).unwrap();
                opener.advance(&Ring).unwrap();
            }
        }
        assert_eq!((sealer.epoch(), opener.epoch()), (epoch, epoch));
        assert_eq!((sealer.sequence(), opener.sequence()), (0, 0));
        for _ in 0..2 {
            assert!(receive(&mut opener, &mut sealed(&mut sealer, DATA, b"data")).is_ok());
        }
    }
}

#[test]
fn the_last_sequence_number_is_never_used() {
    let (mut sealer, mut opener) = aes_pair();
    let mut outbox = Outbox::new();
    sealer.set_sequence(u64::MAX - 1);
    opener.set_sequence(u64::MAX - 1);
    assert!(receive(&mut opener, &mut sealed(&mut sealer, DATA, b"data")).is_ok());
    let result = sealer.seal(&mut outbox, DATA, b"data");
    assert_eq!(result, Err(RecordError::SequenceExhausted));
    assert!(outbox.is_empty());
    let mut record = sealed_inner(Suite::Aes128GcmSha256, u64::MAX, &[1, 23]);
    assert_eq!(receive(&mut opener, &mut record), Err(RecordError::SequenceExhausted));
}

#[test]
fn key_usage_turns_due_at_half_the_limit_and_ends_sixteen_records_before_it() {
    let (mut sealer, _) = aes_pair();
    for (sequence, usage) in [
        (0, KeyUsage::Below),
        (11_863_282, KeyUsage::Below),
        (11_863_283, KeyUsage::Due),
        (23_726_549, KeyUsage::Due),
        (23_726_550, KeyUsage::AtLimit),
    ] {
        sealer.set_sequence(sequence);
        assert_eq!(sealer.key_usage(), usage, "{sequence}");
    }
    sealer.install(&Ring, secrets(Suite::Aes128GcmSha256).of(true)).unwrap();
    assert_eq!(sealer.key_usage(), KeyUsage::Below);
}

#[test]
fn key_updates_end_below_2_to_the_48() {
    assert!(Epoch::application(MAX_GENERATION - 1) < Epoch::application(MAX_GENERATION));
    let (mut sealer, _) = aes_pair();
    assert!(sealer.may_update_key());
    sealer.set_epoch(Epoch::application(MAX_GENERATION - 1));
    assert!(sealer.may_update_key());
    sealer.install(&Ring, secrets(Suite::Aes128GcmSha256).of(true)).unwrap();
    assert!(!sealer.may_update_key());
}

#[test]
fn only_the_record_of_the_initial_client_hello_has_the_old_version() {
    let mut sealer = Sealer::new();
    let hello = Content::Handshake(HandshakeType::ClientHello);
    assert_eq!(sealed(&mut sealer, hello, b"first"), [&[22, 3, 1, 0, 5][..], b"first"].concat());
    let change = sealed(&mut sealer, Content::ChangeCipherSpec, &[1]);
    assert_eq!(change, [20, 3, 3, 0, 1, 1]);
    assert_eq!(sealed(&mut sealer, hello, b"second")[..5], [22, 3, 3, 0, 6]);
    let server_hello = Content::Handshake(HandshakeType::ServerHello);
    assert_eq!(sealed(&mut Sealer::new(), server_hello, b"hello")[..5], [22, 3, 3, 0, 5]);
}

#[test]
fn a_change_cipher_spec_is_never_protected() {
    let (mut sealer, _) = aes_pair();
    let record = sealed(&mut sealer, Content::ChangeCipherSpec, &[1]);
    assert_eq!(record, [20, 3, 3, 0, 1, 1]);
    assert_eq!(sealer.sequence(), 0);
}

#[test]
fn what_cannot_be_a_record_is_not_sealed() {
    let (mut sealer, _) = aes_pair();
    let mut outbox = Outbox::new();
    let mut seal = |sealer: &mut Sealer<Ring>, content, body: &[u8]| {
        let result = sealer.seal(&mut outbox, content, body);
        assert!(outbox.is_empty());
        result
    };
    let too_long = [0; MAX_CONTENT + 1];
    assert_eq!(seal(&mut sealer, DATA, &too_long), Err(RecordError::TooLong));
    let empty = Err(RecordError::Empty(ContentType::Handshake));
    assert_eq!(seal(&mut sealer, FINISHED, b""), empty);
    assert_eq!(seal(&mut Sealer::new(), DATA, b"data"), Err(RecordError::NoKeys));
    sealer.forget();
    assert_eq!(seal(&mut sealer, FINISHED, b"x"), Err(RecordError::NoKeys));
}

#[test]
fn long_messages_take_several_records() {
    let (mut sealer, mut opener) = aes_pair();
    let mut outbox = Outbox::new();
    let messages: Vec<u8> = (0..40_000u32).map(|number| number.to_be_bytes()[3]).collect();
    sealer.seal_messages(&mut outbox, HandshakeType::Certificate, &messages).expect("keys");
    let mut joined = Vec::new();
    for _ in 0..3 {
        let length = match split(&mut outbox.bytes().to_vec(), false) {
            Ok(Split::Record(record)) => record.length(),
            other => panic!("{other:?}"),
        };
        let mut record = outbox.bytes()[..length].to_vec();
        joined.extend(receive(&mut opener, &mut record).expect("the same key").1);
        outbox.advance(length);
    }
    assert_eq!(joined, messages);
    assert!(outbox.is_empty());
}

#[test]
fn application_data_ends_where_the_key_is_used_up_and_a_last_alert_still_fits() {
    let (mut sealer, _) = aes_pair();
    let mut outbox = Outbox::new();
    let limit = Suite::Aes128GcmSha256.aead().record_limit();
    sealer.set_sequence(limit - CONTROL_RESERVE - 2);
    let data = vec![7; 4 * MAX_CONTENT];
    assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(2 * MAX_CONTENT));
    assert_eq!(sealer.seal_application(&mut outbox, &data), Ok(0));
    outbox.lend(4, 0).copy_from_slice(b"lent");
    assert_eq!(sealer.seal_lent(&mut outbox, 4), Ok(0));
    let alert = Content::Alert(Alert::CloseNotify);
    assert_eq!(sealer.seal(&mut outbox, alert, &[1, 0]), Ok(()));
    assert!(sealer.sequence() < limit);
}

#[test]
fn with_chacha20_the_sequence_number_is_the_limit() {
    let (mut sealer, _) = pair(Suite::ChaCha20Poly1305Sha256);
    let mut outbox = Outbox::new();
    for (sequence, usage) in [
        (u64::MAX / 2 - 1, KeyUsage::Below),
        (u64::MAX / 2, KeyUsage::Due),
        (u64::MAX - CONTROL_RESERVE, KeyUsage::AtLimit),
    ] {
        sealer.set_sequence(sequence);
        assert_eq!(sealer.key_usage(), usage, "{sequence}");
    }
    assert_eq!(sealer.seal_application(&mut outbox, b"data"), Ok(0));
}

#[test]
fn a_lent_body_is_sealed_where_it_stands_or_where_it_has_moved() {
    let (mut sealer, mut opener) = aes_pair();
    let mut outbox = Outbox::new();
    for moved in [false, true] {
        outbox.lend(100, 0)[..4].copy_from_slice(b"lent");
        if moved {
            sealer.seal(&mut outbox, FINISHED, b"between").expect("keys");
        }
        assert_eq!(sealer.seal_lent(&mut outbox, 4), Ok(4));
        let mut bytes = outbox.bytes().to_vec();
        outbox.advance(bytes.len());
        let mut rest = &mut bytes[..];
        if moved {
            let (first, behind) = rest.split_at_mut(EXPANSION + 7);
            assert!(receive(&mut opener, first).is_ok());
            rest = behind;
        }
        let opened = receive(&mut opener, rest).expect("the same key");
        assert_eq!(opened, (ContentType::ApplicationData, b"lent".to_vec()));
    }
    outbox.lend(4, 0);
    assert_eq!(sealer.seal_lent(&mut outbox, 0), Ok(0));
    assert!(outbox.is_empty());
}

#[test]
fn one_direction_fits_in_little_more_than_its_key() {
    assert!(size_of::<Opener<Ring>>() <= 608, "{}", size_of::<Opener<Ring>>());
    assert!(size_of::<Sealer<Ring>>() <= 608, "{}", size_of::<Sealer<Ring>>());
}
