use super::*;
use crate::replay::Deterministic;

fn both_ends_agree<P: CryptoProvider>(client: &P, server: &P) {
    for group in client.groups() {
        let of_client = client.generate_share(*group).expect("a supported group");
        let of_server = server.generate_share(*group).expect("a supported group");
        let one = client.agree(of_client.private, *group, &of_server.public).expect("a good share");
        let other =
            server.agree(of_server.private, *group, &of_client.public).expect("a good share");
        assert_eq!(one.as_bytes(), other.as_bytes(), "{group}");
        let length = if *group == NamedGroup::Secp384r1 { 48 } else { 32 };
        assert_eq!(one.as_bytes().len(), length, "{group}");
    }
}

fn bad_shares_are_refused<P: CryptoProvider>(provider: &P) {
    for group in provider.groups() {
        let good = provider.generate_share(*group).expect("a supported group").public;
        let mut long = good.clone();
        long.push(0);
        for bad in [&[][..], &good[1..], &long, &vec![0; good.len()]] {
            let share = provider.generate_share(*group).expect("a supported group");
            let error = provider.agree(share.private, *group, bad).expect_err("a bad share");
            assert_eq!(error, CryptoError::BadPublicShare, "{group}");
            assert_eq!(error.alert(), Alert::IllegalParameter);
        }
    }
}

fn a_share_is_bound_to_its_group<P: CryptoProvider>(provider: &P) {
    let share = provider.generate_share(NamedGroup::X25519).expect("a supported group");
    let result = provider.agree(share.private, NamedGroup::Secp256r1, &[4; 65]);
    assert_eq!(result.expect_err("another group"), CryptoError::UnsupportedGroup);
    let unknown = NamedGroup(0x0019);
    assert_eq!(provider.generate_share(unknown).err(), Some(CryptoError::UnsupportedGroup));
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
fn a_share_works_in_its_own_group_only() {
    a_share_is_bound_to_its_group(&Ring);
    a_share_is_bound_to_its_group(&Deterministic::new(1));
}

#[test]
fn a_point_off_the_curve_is_refused() {
    for group in [NamedGroup::Secp256r1, NamedGroup::Secp384r1] {
        let share = Ring.generate_share(group).expect("a supported group");
        let mut point = share.public.clone();
        *point.last_mut().expect("not empty") ^= 1;
        let result = Ring.agree(share.private, group, &point);
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
    let tag = Ring.hmac(HashAlgorithm::Sha256, b"Jefe", &[b"what do ya want ", b"for nothing?"]);
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(format!("{:?}", Digest::new(tag.as_bytes())), expected);
    let verify =
        |message: &[u8], tag: &[u8]| Ring.verify_hmac(HashAlgorithm::Sha256, b"Jefe", message, tag);
    assert_eq!(verify(b"what do ya want for nothing?", tag.as_bytes()), Ok(()));
    assert_eq!(verify(b"what do ya want?", tag.as_bytes()), Err(CryptoError::BadTag));
    assert_eq!(verify(b"what do ya want for nothing?", &[]), Err(CryptoError::BadTag));
}
