use super::*;
use crate::replay::Deterministic;

fn both_ends_agree<P: CryptoProvider>(client: &P, server: &P) {
    for group in client.groups() {
        let begun = client.start_exchange(*group).expect("a supported group");
        assert_eq!(begun.group(), *group);
        let answered = server.exchange(*group, begun.share()).expect("a good share");
        let secret = begun.complete(&answered.share).expect("a good share");
        assert_eq!(secret.as_bytes(), answered.secret.as_bytes(), "{group}");
        let length = match *group {
            NamedGroup::X25519MlKem768 => 64,
            NamedGroup::Secp384r1 => 48,
            _ => 32,
        };
        assert_eq!(secret.as_bytes().len(), length, "{group}");
    }
}

fn bad_shares_are_refused<P: CryptoProvider>(provider: &P) {
    for group in provider.groups() {
        let start = || provider.start_exchange(*group).expect("a supported group");
        let good = start().share().to_vec();
        let mut long = good.clone();
        long.push(0);
        for bad in [&[][..], &good[1..], &long, &vec![0; good.len()]] {
            let error = start().complete(bad).expect_err("a bad share");
            assert_eq!(error, CryptoError::BadPublicShare, "{group}");
            let error = provider.exchange(*group, bad).expect_err("a bad share");
            assert_eq!(error, CryptoError::BadPublicShare, "{group}");
        }
    }
}

fn unknown_groups_are_refused<P: CryptoProvider>(provider: &P) {
    let unknown = NamedGroup(0x0019);
    assert_eq!(provider.start_exchange(unknown).err(), Some(CryptoError::UnsupportedGroup));
    let error = provider.exchange(unknown, &[4; 133]).err();
    assert_eq!(error, Some(CryptoError::UnsupportedGroup));
}

#[test]
fn both_ends_agree_on_the_shared_secret() {
    both_ends_agree(&Ring, &Ring);
    both_ends_agree(&Deterministic::new(1), &Deterministic::new(2));
}

#[test]
fn shares_of_the_wrong_length_and_all_zero_ones_are_refused() {
    bad_shares_are_refused(&Ring);
    bad_shares_are_refused(&Deterministic::new(1));
}

#[test]
fn keys_are_exchanged_in_known_groups_only() {
    unknown_groups_are_refused(&Ring);
    unknown_groups_are_refused(&Deterministic::new(1));
}

#[test]
fn a_point_off_the_curve_is_refused() {
    for group in [NamedGroup::Secp256r1, NamedGroup::Secp384r1] {
        let exchange = Ring.start_exchange(group).expect("a supported group");
        let mut point = exchange.share().to_vec();
        *point.last_mut().expect("not empty") ^= 1;
        let result = exchange.complete(&point);
        assert_eq!(result.expect_err("not a point"), CryptoError::BadPublicShare);
    }
}

#[test]
fn randomness_differs_from_call_to_call() {
    let (mut first, mut second) = ([0; 32], [0; 32]);
    Ring.fill(&mut first).expect("the system has randomness");
    Ring.fill(&mut second).expect("the system has randomness");
    assert_ne!(first, second);
}

#[test]
fn an_aead_key_opens_what_it_sealed_and_nothing_else() {
    for suite in Ring.suites() {
        let aead = suite.aead();
        let bytes = vec![9; aead.key_length()];
        assert_eq!(Ring.aead_key(aead, &bytes[1..]).err(), Some(CryptoError::BadKeyLength));
        let key = Ring.aead_key(aead, &bytes).expect("the right length");
        let mut text = *b"plaintext";
        let tag = key.seal([1; NONCE_LENGTH], b"header", &mut text).expect("short");
        assert_ne!(&text, b"plaintext");
        let sealed = [&text[..], &tag].concat();
        let open = |nonce, header: &[u8], change: usize| {
            let mut sealed = sealed.clone();
            if let Some(byte) = sealed.get_mut(change) {
                *byte ^= 1;
            }
            key.open(nonce, header, &mut sealed).map(|text| text.to_vec())
        };
        let nowhere = usize::MAX;
        assert_eq!(open([1; NONCE_LENGTH], b"header", nowhere), Ok(b"plaintext".to_vec()));
        assert_eq!(open([2; NONCE_LENGTH], b"header", nowhere), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"heading", nowhere), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"header", 0), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"header", sealed.len() - 1), Err(CryptoError::BadTag));
        assert_eq!(key.open([1; NONCE_LENGTH], b"", &mut [0; 15]), Err(CryptoError::BadTag));
    }
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    // RFC 4231, test case 2.
    let hmac = |tag: &mut [u8]| {
        Ring.hmac(HashAlgorithm::Sha256, b"Jefe", &[b"what do ya want ", b"for nothing?"], tag)
    };
    let mut tag = [0; 32];
    assert_eq!(hmac(&mut tag), Ok(()));
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(format!("{:?}", Digest::new(&tag).unwrap()), expected);
    let mut first = [0; 12];
    assert_eq!(hmac(&mut first), Ok(()));
    assert_eq!(first, tag[..12]);
    assert_eq!(hmac(&mut [0; 33]), Err(CryptoError::TooLong));
    let verify =
        |message: &[u8], tag: &[u8]| Ring.verify_hmac(HashAlgorithm::Sha256, b"Jefe", message, tag);
    assert_eq!(verify(b"what do ya want for nothing?", &tag), Ok(()));
    assert_eq!(verify(b"what do ya want?", &tag), Err(CryptoError::BadTag));
    assert_eq!(verify(b"what do ya want for nothing?", &[]), Err(CryptoError::BadTag));
}
