use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName};

use super::*;
use crate::Staples;
use crate::certificate::der;
use crate::certificate::draft::{Draft, any_extension, name, sequence};
use crate::certificate::test_certificates::noon;
use crate::crypto::{CryptoProvider as _, Ring};
use crate::message::limits::MAXIMUM_CERTIFICATES;
use crate::trust::{Roots, Trust as _};

fn keys(count: usize) -> Vec<KeyPair> {
    (0..count).map(|_| KeyPair::generate().unwrap()).collect()
}

/// A store of one root called `root`.
fn roots(key: &KeyPair) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(Draft::of_authority("root", "root", key).sign(key)).unwrap();
    roots
}

/// Searches a path in `chain`: the verdict, and what it cost.
fn search(
    roots: &RootCertStore,
    chain: &[CertificateDer<'_>],
) -> (Result<(), CertificateError>, Effort) {
    let own = EndEntity::from_der(chain.first().unwrap()).unwrap();
    let (algorithms, now) = (Ring.path_algorithms(), noon(2026, 7, 1));
    let status = StatusSources { lists: None, staples: Staples::Unasked, hash: &|_, _| None };
    let terms = Terms { roots, algorithms, status, now, purpose: Purpose::Server };
    let mut search = Search::new(terms, &own, Shown { chain, attached: &[] });
    let verdict = search.run();
    (verdict, search.effort())
}

/// The cost of the three certificates that a server commonly sends, its root among them.
fn honest() -> Effort {
    let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
    let chain = [
        Draft::of_server("middle", &own).sign(&middle),
        Draft::of_authority("middle", "root", &middle).sign(&root),
        Draft::of_authority("root", "root", &root).sign(&root),
    ];
    let (verdict, effort) = search(&roots(&root), &chain);
    assert_eq!(verdict, Ok(()));
    assert_eq!(effort, Effort { read: 3, steps: 2, signatures: 2 });
    effort
}

#[track_caller]
fn assert_bounded(effort: Effort) {
    let honest = honest();
    assert!(effort.signatures <= 20 * honest.signatures, "{effort:?}");
    assert!(effort.steps <= 20 * honest.steps, "{effort:?}");
    assert!(effort.read <= 20 * honest.read, "{effort:?}");
}

/// The peer's own certificate and 31 authorities, all of the name `subject` and issued under the
/// name `issuer`, with 120 extensions each, as large as a chain may be.
fn hostile(subject: &str, issuer: &str) -> Vec<CertificateDer<'static>> {
    let keys = keys(MAXIMUM_CERTIFICATES);
    let mut chain = vec![Draft::of_server(issuer, &keys[0]).sign(&keys[1])];
    for key in &keys[1..] {
        let mut draft = Draft::of_authority(subject, issuer, key);
        for number in 0..120 {
            draft = draft.with(any_extension(&[0x2a, 3, number], false, &[]));
        }
        chain.push(draft.sign(&keys[1]));
    }
    chain
}

#[test]
fn a_hostile_chain_costs_no_more_than_twenty_honest_ones() {
    let root = KeyPair::generate().unwrap();
    // Certificates that lead nowhere: no signature is verified.
    let (verdict, effort) = search(&roots(&root), &hostile("x", "x"));
    assert_eq!(verdict, Err(CertificateError::UnknownIssuer));
    assert_eq!((effort.steps, effort.signatures), (0, 0));
    // Certificates that claim to be issued by the root, or to be the root.
    for subject in ["x", "root"] {
        let (verdict, effort) = search(&roots(&root), &hostile(subject, "root"));
        assert_eq!(verdict, Err(CertificateError::BadSignature));
        assert_bounded(effort);
    }
}

#[test]
fn many_roots_of_one_name_do_not_make_it_dearer() {
    let mut roots = RootCertStore::empty();
    for key in &keys(10) {
        roots.add(Draft::of_authority("root", "root", key).sign(key)).unwrap();
    }
    let (verdict, effort) = search(&roots, &hostile("root", "root"));
    assert_eq!(verdict, Err(CertificateError::PathTooComplex));
    assert_eq!(effort.steps, MAXIMUM_STEPS);
    assert_bounded(effort);
}

#[test]
fn a_thicket_of_certified_authorities_is_left_when_the_steps_are_used_up() {
    // Each of them has certified each, and none the peer's own certificate.
    let root = KeyPair::generate().unwrap();
    let keys = keys(5);
    let mut chain = vec![Draft::of_server("0", &keys[0]).sign(&root)];
    for (above, issuer) in keys.iter().enumerate() {
        for (below, subject) in keys.iter().enumerate() {
            let issued = Draft::of_authority(&below.to_string(), &above.to_string(), subject);
            chain.push(issued.sign(issuer));
        }
        let issued = Draft::of_authority(&above.to_string(), "root", issuer);
        chain.push(issued.sign(&root));
    }
    let (verdict, effort) = search(&roots(&root), &chain);
    assert_eq!(verdict, Err(CertificateError::PathTooComplex));
    assert_eq!(effort.steps, MAXIMUM_STEPS);
    assert_bounded(effort);
}

#[test]
fn the_longest_chain_that_may_be_sent_is_a_path() {
    let keys = keys(MAXIMUM_CERTIFICATES);
    let last = MAXIMUM_CERTIFICATES - 1;
    let root = KeyPair::generate().unwrap();
    let mut chain = vec![Draft::of_server("1", &keys[0]).sign(&keys[1])];
    for (number, key) in keys.iter().enumerate().skip(1) {
        let (issuer, issuers_key) = if number == last {
            ("root".to_owned(), &root)
        } else {
            ((number + 1).to_string(), &keys[number + 1])
        };
        chain.push(Draft::of_authority(&number.to_string(), &issuer, key).sign(issuers_key));
    }
    let (verdict, effort) = search(&roots(&root), &chain);
    assert_eq!(verdict, Ok(()));
    assert_eq!(effort.signatures, MAXIMUM_CERTIFICATES);
    // After the peer's own certificate, the others may come in any order.
    chain[1..].reverse();
    assert_eq!(search(&roots(&root), &chain).0, Ok(()));
}

#[test]
fn another_way_is_found_where_one_breaks_a_rule() {
    let [root, other, middle, own] = [(); 4].map(|()| KeyPair::generate().unwrap());
    let server = Draft::of_server("middle", &own).sign(&middle);
    // `middle` has certificates of two authorities, and that of `root` may not sign.
    let good = Draft::of_authority("middle", "other", &middle).sign(&other);
    let cross = Draft { extensions: Vec::new(), ..Draft::of_authority("middle", "root", &middle) };
    let above = Draft::of_authority("other", "root", &other).sign(&root);
    let chain = [server, cross.sign(&root), good, above];
    assert_eq!(search(&roots(&root), &chain).0, Ok(()));
    assert_eq!(search(&roots(&root), &chain[..2]).0, Err(CertificateError::IssuerIsNoAuthority));
}

#[test]
fn a_certificate_that_cannot_be_read_is_passed_over() {
    let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
    let chain = [
        Draft::of_server("middle", &own).sign(&middle),
        CertificateDer::from(&b"nonsense"[..]),
        Draft::of_authority("middle", "root", &middle).sign(&root),
    ];
    assert_eq!(search(&roots(&root), &chain).0, Ok(()));
    assert_eq!(search(&roots(&root), &chain[..2]).0, Err(CertificateError::UnknownIssuer));
}

#[test]
fn a_server_whose_own_certificate_is_a_root_is_accepted() {
    let own = KeyPair::generate().unwrap();
    let server = Draft { subject: name(&["self"]), ..Draft::of_server("self", &own) }.sign(&own);
    let mut roots = RootCertStore::empty();
    roots.add(server.clone()).unwrap();
    assert_eq!(search(&roots, &[server]).0, Ok(()));
}

#[test]
fn a_key_that_is_not_supported_is_told_and_not_its_signature() {
    let root = KeyPair::generate().unwrap();
    let modulus = der::element(der::INTEGER, &[&[0], &[0xff; 128]]);
    let key = der::element(der::SEQUENCE, &[&modulus, &[2, 3, 1, 0, 1]]);
    let info = sequence(&[
        &sequence(&[rustls_pki_types::alg_id::RSA_ENCRYPTION.as_ref()]),
        &der::element(der::BIT_STRING, &[&[0], &key]),
    ]);
    let middle = Draft { public_key: info, ..Draft::of_authority("middle", "root", &root) };
    let own = KeyPair::generate().unwrap();
    let server = Draft::of_server("middle", &own).sign(&own);
    let name = ServerName::try_from("localhost").unwrap();
    let verdict = Roots::new(roots(&root).into(), &Ring)
        .check_server(&[server, middle.sign(&root)], &name, noon(2026, 7, 1))
        .map(|_| ());
    let reason = "an RSA key of less than 2048 bits";
    assert_eq!(verdict, Err(CertificateError::UnsupportedKey { reason }));
}
