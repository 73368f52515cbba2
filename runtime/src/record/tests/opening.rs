use proptest::prelude::*;

use super::*;

/// The alert that tells the peer.
fn told(error: RecordError) -> Option<Alert> {
    crate::Error::from(error).alert()
}

#[test]
fn what_was_sealed_is_opened_in_order_for_every_suite() {
    for suite in Ring.suites() {
        let (mut sealer, mut opener) = pair(*suite);
        for (content, body) in
            [(FINISHED, &b"finished"[..]), (DATA, b""), (DATA, &[7; MAX_CONTENT])]
        {
            let mut record = sealed(&mut sealer, content, body);
            assert_eq!(record.len(), EXPANSION + body.len());
            assert_eq!(record[..3], [23, 3, 3]);
            let opened = receive(&mut opener, &mut record).expect("the same key");
            assert_eq!(opened, (content.content_type(), body.to_vec()));
        }
        assert_eq!((sealer.sequence(), opener.sequence()), (3, 3));
    }
}

#[test]
fn a_record_is_incomplete_until_its_last_byte_is_there() {
    let (mut sealer, _) = aes_pair();
    let mut record = sealed(&mut sealer, DATA, b"data");
    let whole = record.len();
    for present in 0..whole {
        let found = split(&mut record[..present], false);
        assert!(matches!(found, Ok(Split::Incomplete)), "{found:?} of {present} bytes");
    }
    record.push(23);
    match split(&mut record, false) {
        Ok(Split::Record(record)) => assert_eq!(record.length(), whole),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_length_over_the_limit_is_refused_from_the_header_alone() {
    let header = |content_type: ContentType, length: usize| {
        let [high, low] = u16::try_from(length).expect("fits a header").to_be_bytes();
        [content_type.0, 3, 3, high, low]
    };
    let check = |content_type, length| split(&mut header(content_type, length), false).map(|_| ());
    for content_type in [ContentType::Handshake, ContentType::Alert] {
        assert_eq!(check(content_type, MAX_CONTENT), Ok(()));
        assert_eq!(check(content_type, MAX_CONTENT + 1), Err(RecordError::TooLong));
    }
    assert_eq!(check(ContentType::ApplicationData, MAX_PROTECTED_BODY), Ok(()));
    let result = check(ContentType::ApplicationData, MAX_PROTECTED_BODY + 1);
    assert_eq!(result, Err(RecordError::TooLong));
    assert_eq!(told(RecordError::TooLong), Some(Alert::RecordOverflow));
}

#[test]
fn unknown_content_types_are_refused_at_their_first_byte() {
    for number in (0..=255).filter(|number| !(20..=23).contains(number)) {
        let unknown = Err(RecordError::UnknownContentType(number));
        assert_eq!(split(&mut [number], false).map(|_| ()), unknown);
        assert_eq!(split(&mut [number, 0, 0, 0], true).map(|_| ()), unknown);
    }
    assert_eq!(told(RecordError::UnknownContentType(24)), Some(Alert::UnexpectedMessage));
}

#[test]
fn other_protocols_are_named_at_the_beginning_only() {
    let named = |input: &[u8], first| split(&mut input.to_vec(), first).map(|_| ());
    for (input, protocol) in [
        (&b"GET / HTTP/1.1\r\n"[..], Protocol::Http),
        (b"HTTP/1.1 400 Bad Request", Protocol::Http),
        (b"SSH-2.0-", Protocol::Ssh),
        (&[0x80, 0x2e, 1, 3, 1], Protocol::Ssl2),
    ] {
        assert_eq!(named(input, true), Err(RecordError::NotTls(protocol)));
        assert_eq!(named(input, false), Err(RecordError::UnknownContentType(input[0])));
    }
}

#[test]
fn another_protocol_is_named_however_its_bytes_arrive() {
    for input in [&b"GET / HTTP/1.1\r\n"[..], b"PRI * HTTP/2.0", b"SSH-2.0-", b"\x80\x2e\x01\x03"] {
        let results: Vec<_> =
            (1..=4).map(|length| split(&mut input[..length].to_vec(), true).map(|_| ())).collect();
        let waits = results.iter().take_while(|result| **result == Ok(())).count();
        assert!(waits > 0, "one byte says nothing");
        for result in &results[waits..] {
            assert!(matches!(result, Err(RecordError::NotTls(_))), "{input:?}: {results:?}");
        }
        assert!(waits < results.len(), "{input:?}");
    }
    // What none of them begins with is refused at once.
    for input in [&b"E"[..], b"GO", b"\x80\x2e\x02", b"SSH:"] {
        let refused = split(&mut input.to_vec(), true).map(|_| ());
        assert_eq!(refused, Err(RecordError::UnknownContentType(input[0])));
    }
}

#[test]
fn the_version_in_the_header_is_ignored() {
    let mut opener = Opener::new();
    let opened = receive(&mut opener, &mut [22, 9, 9, 0, 1, 5]).expect("a plaintext record");
    assert_eq!(opened, (ContentType::Handshake, vec![5]));
}

#[test]
fn a_protected_record_of_any_version_opens_if_its_header_is_the_one_that_was_sealed() {
    for version in [[3, 1], [3, 4], [0, 0], [0xff, 0xff]] {
        let (_, mut opener) = aes_pair();
        let suite = Suite::Aes128GcmSha256;
        let mut record = sealed_with_version(suite, 0, version, &[1, 23]);
        let opened = receive(&mut opener, &mut record).expect("the version says nothing");
        assert_eq!(opened, (ContentType::ApplicationData, vec![1]));
    }
}

#[test]
fn a_changed_record_does_not_open() {
    let (mut sealer, _) = aes_pair();
    let record = sealed(&mut sealer, DATA, b"data");
    for position in (1..record.len()).filter(|position| ![3, 4].contains(position)) {
        let (_, mut opener) = aes_pair();
        let mut changed = record.clone();
        changed[position] ^= 0x40;
        assert_eq!(receive(&mut opener, &mut changed), Err(RecordError::BadMac), "{position}");
    }
    assert_eq!(told(RecordError::BadMac), Some(Alert::BadRecordMac));
}

#[test]
fn a_record_shorter_than_a_tag_does_not_open() {
    for length in 0..16 {
        let (_, mut opener) = aes_pair();
        let mut record = vec![0; HEADER_LENGTH + usize::from(length)];
        record[..HEADER_LENGTH].copy_from_slice(&[23, 3, 3, 0, length]);
        assert_eq!(receive(&mut opener, &mut record), Err(RecordError::BadMac));
    }
}

#[test]
fn records_out_of_order_or_repeated_do_not_open() {
    let (mut sealer, mut opener) = aes_pair();
    let first = sealed(&mut sealer, DATA, b"first");
    let second = sealed(&mut sealer, DATA, b"second");
    let mut early = second.clone();
    assert_eq!(receive(&mut opener, &mut early), Err(RecordError::BadMac));
    assert!(receive(&mut opener, &mut first.clone()).is_ok());
    assert_eq!(receive(&mut opener, &mut first.clone()), Err(RecordError::BadMac));
}

#[test]
fn padding_is_removed_and_zeros_in_the_content_stay() {
    let opened = receive_inner(&[1, 0, 23, 0, 0, 0]).expect("padded data");
    assert_eq!(opened, (ContentType::ApplicationData, vec![1, 0]));
}

#[test]
fn an_inner_plaintext_of_zeros_has_no_content_type() {
    for length in [0, 1, 100] {
        let error = receive_inner(&vec![0; length]).expect_err("only zeros");
        assert_eq!(error, RecordError::NoContentType);
        assert_eq!(told(error), Some(Alert::UnexpectedMessage));
    }
}

#[test]
fn an_inner_plaintext_may_be_as_long_as_content_and_type_and_no_longer() {
    let mut inner = vec![1; MAX_CONTENT];
    inner.push(23);
    assert!(receive_inner(&inner).is_ok());
    inner.push(0);
    assert_eq!(receive_inner(&inner), Err(RecordError::TooLong));
}

#[test]
fn protected_handshake_and_alert_records_are_not_empty() {
    for content_type in [ContentType::Handshake, ContentType::Alert] {
        let result = receive_inner(&[content_type.0, 0, 0]);
        assert_eq!(result, Err(RecordError::Empty(content_type)));
        let mut plain = [content_type.0, 3, 3, 0, 0];
        let result = receive(&mut Opener::new(), &mut plain);
        assert_eq!(result, Err(RecordError::Empty(content_type)));
    }
}

#[test]
fn protected_records_of_other_types_are_refused() {
    assert_eq!(receive_inner(&[1, 20]), Err(RecordError::BadChangeCipherSpec));
    assert_eq!(receive_inner(&[1, 24]), Err(RecordError::UnknownContentType(24)));
}

#[test]
fn a_change_cipher_spec_is_the_byte_one_and_leaves_the_sequence_alone() {
    for mut opener in [Opener::new(), aes_pair().1] {
        let opened = receive(&mut opener, &mut [20, 3, 3, 0, 1, 1]).expect("a good one");
        assert_eq!(opened, (ContentType::ChangeCipherSpec, vec![1]));
        assert_eq!(opener.sequence(), 0);
        for bad in
            [&mut [20, 3, 3, 0, 1, 2][..], &mut [20, 3, 3, 0, 0], &mut [20, 3, 3, 0, 2, 1, 1]]
        {
            assert_eq!(receive(&mut opener, bad), Err(RecordError::BadChangeCipherSpec));
        }
    }
}

#[test]
fn application_data_before_keys_is_refused() {
    let result = receive(&mut Opener::new(), &mut [23, 3, 3, 0, 1, 0]);
    assert_eq!(result, Err(RecordError::TooEarly));
}

#[test]
fn plaintext_is_refused_once_there_are_keys() {
    let (_, mut opener) = aes_pair();
    let result = receive(&mut opener, &mut [22, 3, 3, 0, 1, 1]);
    assert_eq!(result, Err(RecordError::Unprotected(ContentType::Handshake)));
}

#[test]
fn a_plaintext_alert_passes_until_the_first_protected_record_of_the_handshake() {
    let alert = [21, 3, 3, 0, 2, 2, 40];
    let refused = Err(RecordError::Unprotected(ContentType::Alert));
    let (mut sealer, mut opener) = aes_pair();
    assert!(receive(&mut opener, &mut alert.clone()).is_ok());
    assert!(receive(&mut opener, &mut sealed(&mut sealer, FINISHED, b"x")).is_ok());
    assert_eq!(receive(&mut opener, &mut alert.clone()), refused);
    opener.install(&Ring, secrets(Suite::Aes128GcmSha256).of(true)).unwrap();
    assert_eq!(opener.epoch(), Epoch::application(0));
    assert_eq!(receive(&mut opener, &mut alert.clone()), refused);
}

#[test]
fn no_plaintext_alert_passes_where_the_peer_has_keys() {
    let (_, mut opener) = aes_pair();
    let mut alert = [21, 3, 3, 0, 2, 2, 40];
    let Ok(Split::Record(record)) = split(&mut alert, false) else { panic!("a whole record") };
    let refused = opener.open(record, false).map(|_| ());
    assert_eq!(refused, Err(RecordError::Unprotected(ContentType::Alert)));
}

#[test]
fn rejected_early_data_is_skipped_up_to_its_allowance() {
    let early = [23, 3, 3, 0, 4, 1, 2, 3, 4];
    let skipped = Ok((ContentType(0), Vec::new()));
    let mut opener = Opener::new();
    opener.skip_early_data(8);
    assert_eq!(receive(&mut opener, &mut early.clone()), skipped);
    opener.install(&Ring, secrets(Suite::Aes128GcmSha256).of(true)).unwrap();
    assert_eq!(receive(&mut opener, &mut early.clone()), skipped);
    let error = RecordError::TooMuchEarlyData { limit: 8 };
    assert_eq!(receive(&mut opener, &mut early.clone()), Err(error));
}

#[test]
fn nothing_is_skipped_after_the_first_record_that_opens() {
    let (mut sealer, mut opener) = aes_pair();
    opener.skip_early_data(1000);
    assert!(receive(&mut opener, &mut sealed(&mut sealer, FINISHED, b"x")).is_ok());
    let mut bad = [23, 3, 3, 0, 4, 1, 2, 3, 4];
    assert_eq!(receive(&mut opener, &mut bad), Err(RecordError::BadMac));
}

#[test]
fn nothing_is_opened_once_the_keys_are_forgotten() {
    let (mut sealer, mut opener) = aes_pair();
    opener.forget();
    let mut record = sealed(&mut sealer, DATA, b"data");
    assert_eq!(receive(&mut opener, &mut record), Err(RecordError::NoKeys));
    assert_eq!(receive(&mut opener, &mut [22, 3, 3, 0, 1, 1]), Err(RecordError::NoKeys));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(mut input: Vec<u8>, number in 20..24_u8, with_keys: bool) {
        let mut opener = if with_keys { aes_pair().1 } else { Opener::new() };
        if let Some(first) = input.first_mut() {
            *first = number;
        }
        let length = input.len().saturating_sub(HEADER_LENGTH);
        if let Some(field) = input.get_mut(3..HEADER_LENGTH) {
            field.copy_from_slice(&u16::try_from(length).expect("short").to_be_bytes());
        }
        if let Ok(Split::Record(record)) = split(&mut input, true) {
            let body = record.body.len();
            if let Ok(Opened::Content { plaintext, .. }) = opener.open(record, true) {
                prop_assert!(plaintext.len() <= body);
            }
        }
    }

    #[test]
    fn any_content_survives_any_padding(content: Vec<u8>, padding in 0..300_usize) {
        let inner = [&content[..], &[23], &vec![0; padding]].concat();
        prop_assert_eq!(receive_inner(&inner), Ok((ContentType::ApplicationData, content)));
    }
}
