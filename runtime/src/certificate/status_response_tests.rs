use rcgen::{KeyPair, PublicKeyData as _};

use super::*;
use crate::certificate::draft::{
    Draft, any_extension, extension, identifier, key_usage, name, sequence, tagged, time,
};
use crate::certificate::response_draft::{ResponseDraft, good, hash, revoked};
use crate::certificate::test_certificates::noon;
use crate::crypto::{CryptoProvider as _, Ring};

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

/// What the response says of the certificate with the serial number 7 of the authority `root` with
/// this key, and how many signatures that takes.
fn judge_at(
    key: &KeyPair,
    response: &[u8],
    now: UnixTime,
) -> (Result<(), CertificateError>, usize) {
    let encoded = name(&["root"]);
    let encoded_name = EncodedName::from_der(der::only(&encoded, der::SEQUENCE).unwrap()).unwrap();
    let info = key.subject_public_key_info();
    let key = der::only(&info, der::SEQUENCE).unwrap();
    let issuer = ResponseIssuer { name: &encoded_name.into(), encoded_name, key };
    let mut signatures = 0;
    let count = || {
        signatures += 1;
        Ok(())
    };
    let verdict = StatusResponse::from_der(response).and_then(|response| {
        response.check(Ring.path_algorithms(), &hash, now, &issuer, &[7], count)
    });
    (verdict, signatures)
}

fn judge(key: &KeyPair, response: &[u8]) -> Result<(), CertificateError> {
    judge_at(key, response, noon(2026, 7, 15)).0
}

#[track_caller]
fn assert_refused(key: &KeyPair, draft: &ResponseDraft, expected: &str) {
    match judge(key, &draft.sign(key)) {
        Err(CertificateError::BadStaple { reason }) => {
            assert!(reason.contains(expected), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_response_of_the_issuer_says_whether_the_certificate_is_good() {
    let key = key();
    let draft = || ResponseDraft::of("root", &key, &[7]);
    for hash in [NameHash::Sha1, NameHash::Sha256, NameHash::Sha384] {
        assert_eq!(judge(&key, &ResponseDraft { hash, ..draft() }.sign(&key)), Ok(()));
    }
    let revoked = ResponseDraft { status: revoked(), ..draft() };
    assert_eq!(judge(&key, &revoked.sign(&key)), Err(CertificateError::Revoked));
    assert_refused(
        &key,
        &ResponseDraft { status: tagged(0x82, &[]), ..draft() },
        "does not know the certificate",
    );
    let padded = ResponseDraft::of("root", &key, &[0, 7]);
    assert_eq!(judge(&key, &padded.sign(&key)), Ok(()));
}

#[test]
fn a_response_is_about_the_certificate_of_its_issuer_and_number() {
    let key = key();
    let good = || ResponseDraft::of("root", &key, &[7]);
    let about = "about another certificate";
    assert_refused(&key, &ResponseDraft { serial_number: vec![8], ..good() }, about);
    assert_refused(&key, &ResponseDraft { issuer: name(&["other"]), ..good() }, about);
    let of_other = KeyPair::generate().unwrap().der_bytes().to_vec();
    assert_refused(&key, &ResponseDraft { key: of_other, ..good() }, about);
}

#[test]
fn a_response_is_good_from_this_update_to_the_next() {
    let key = key();
    let good = ResponseDraft::of("root", &key, &[7]);
    let after = noon(2026, 8, 1);
    let (verdict, _) = judge_at(&key, &good.sign(&key), after);
    assert!(matches!(verdict, Err(CertificateError::StapleExpired { time, .. }) if time == after));
    let future = ResponseDraft { this_update: time("20260716000000Z"), ..good.clone() };
    assert_refused(&key, &future, "still to come");
    let endless = ResponseDraft { next_update: Vec::new(), ..good };
    assert_refused(&key, &endless, "how long it is good");
}

/// The purpose of a signer of responses.
fn for_responses() -> Vec<u8> {
    extension(37, &sequence(&[&identifier(SIGNS_RESPONSES)]))
}

#[test]
fn whom_the_issuer_has_certified_for_responses_may_sign_them() {
    let (root, delegate) = (key(), key());
    let certificate = |extensions: Vec<Vec<u8>>| Draft {
        extensions,
        ..Draft::of_authority("responder", "root", &delegate)
    };
    let with = |certificates: Vec<_>| {
        let draft = ResponseDraft::of("root", &root, &[7]);
        judge_at(&root, &ResponseDraft { certificates, ..draft }.sign(&delegate), noon(2026, 7, 15))
    };
    let good = certificate(vec![for_responses(), key_usage(0x80)]);
    assert_eq!(with(vec![good.sign(&root)]), (Ok(()), 3));
    assert_eq!(with(vec![certificate(vec![]).sign(&root), good.sign(&root)]).0, Ok(()));

    let any = extension(37, &sequence(&[&identifier(&[0x55, 0x1d, 0x25, 0])]));
    let expired = Draft { not_after: time("20260714000000Z"), ..good.clone() };
    let other_issuer = Draft { issuer: name(&["other"]), ..good.clone() };
    for bad in [
        certificate(vec![]).sign(&root),
        certificate(vec![any]).sign(&root),
        certificate(vec![for_responses(), key_usage(0x06)]).sign(&root),
        expired.sign(&root),
        other_issuer.sign(&root),
        // Certified by itself.
        good.sign(&delegate),
    ] {
        let (verdict, signatures) = with(vec![bad]);
        let refused = matches!(&verdict, Err(CertificateError::BadStaple { reason })
            if reason.contains("has signed it"));
        assert!(refused && signatures <= 3, "{verdict:?}, {signatures}");
    }
    let (verdict, signatures) = with(vec![certificate(vec![for_responses()]).sign(&key()); 30]);
    assert!(verdict.is_err() && signatures == 1 + MAXIMUM_SIGNERS, "{signatures}");
}

#[test]
fn what_is_no_answer_is_refused() {
    let key = key();
    let draft = || ResponseDraft::of("root", &key, &[7]);
    assert_refused(&key, &ResponseDraft { outcome: 3, ..draft() }, "no answer");
    let critical = tagged(0xa1, &sequence(&[&any_extension(&[0x2a, 3], true, &[5, 0])]));
    assert_refused(&key, &ResponseDraft { extensions: critical, ..draft() }, "critical");
    let harmless = tagged(0xa1, &sequence(&[&any_extension(&[0x2a, 3], false, &[5, 0])]));
    let harmless = ResponseDraft { extensions: harmless, ..draft() };
    assert_eq!(judge(&key, &harmless.sign(&key)), Ok(()));
    assert_refused(&key, &ResponseDraft { status: tagged(0x83, &[]), ..draft() }, "well-formed");
    assert_refused(&key, &ResponseDraft { this_update: good(), ..draft() }, "well-formed");
}

#[test]
fn no_byte_that_is_cut_or_changed_makes_a_revoked_certificate_good() {
    let key = key();
    let draft = ResponseDraft { status: revoked(), ..ResponseDraft::of("root", &key, &[7]) };
    let bytes = draft.sign(&key);
    for place in 0..bytes.len() {
        assert!(judge(&key, &bytes[..place]).is_err(), "{place}");
        for bit in [1, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= bit;
            assert!(judge(&key, &changed).is_err(), "{place}");
        }
    }
}
