//! The rules of RFC 5280 sections 4.1, 4.2 and 6.1, one after the other.

use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName};

use super::*;
use crate::RootCertStore;
use crate::certificate::draft::{
    Draft, any_extension, authority, extension, identifier, integer, key_usage, name, sequence,
    tagged, time,
};
use crate::certificate::test_certificates::noon;
use crate::crypto::Ring;
use crate::trust::{Roots, Trust as _};

/// A root called `root`, and keys for what is below it.
struct Stage {
    root: KeyPair,
    middle: KeyPair,
    own: KeyPair,
}

impl Stage {
    fn new() -> Self {
        let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
        Self { root, middle, own }
    }

    /// A server's certificate below the root.
    fn server(&self) -> Draft {
        Draft::of_server("root", &self.own)
    }

    /// An authority called `middle` below the root.
    fn middle(&self) -> Draft {
        Draft::of_authority("middle", "root", &self.middle)
    }

    fn judge(&self, chain: &[CertificateDer<'_>]) -> Result<(), CertificateError> {
        let root = Draft::of_authority("root", "root", &self.root).sign(&self.root);
        let mut roots = RootCertStore::empty();
        roots.add(root).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Roots::new(roots.into(), &Ring).check_server(chain, &name, noon(2026, 7, 1)).map(|_| ())
    }

    /// Judges a server's certificate below the root.
    fn judge_server(&self, server: &Draft) -> Result<(), CertificateError> {
        self.judge(&[server.sign(&self.root)])
    }

    /// Judges an authority's certificate below the root by a good one of a server below it.
    fn judge_middle(&self, middle: &Draft) -> Result<(), CertificateError> {
        let server = Draft::of_server("middle", &self.own).sign(&self.middle);
        self.judge(&[server, middle.sign(&self.root)])
    }

    /// The same change to a server's certificate, and to that of an authority above a server.
    fn judge_both(&self, change: impl Fn(Draft) -> Draft) -> [Result<(), CertificateError>; 2] {
        let [server, middle] = [self.server(), self.middle()].map(change);
        [self.judge_server(&server), self.judge_middle(&middle)]
    }
}

#[test]
fn serial_numbers_may_be_negative_zero_and_long() {
    let stage = Stage::new();
    for serial_number in [vec![0xfb], vec![0], vec![0x7f; 21], vec![0xff; 100]] {
        let change = |draft| Draft { serial_number: serial_number.clone(), ..draft };
        assert_eq!(stage.judge_both(change), [Ok(()), Ok(())], "{serial_number:?}");
    }
}

#[test]
fn validity_may_reach_beyond_2049_and_begin_before_1970() {
    let stage = Stage::new();
    for (from, to) in
        [("20000101000000Z", "20500101000000Z"), ("00010101000000Z", "99991231235959Z")]
    {
        let change = |draft| Draft { not_before: time(from), not_after: time(to), ..draft };
        assert_eq!(stage.judge_both(change), [Ok(()), Ok(())], "{from} {to}");
    }
}

#[test]
fn every_certificate_of_a_path_is_valid_now() {
    let stage = Stage::new();
    let expired = |draft| Draft { not_after: time("20260630235959Z"), ..draft };
    for verdict in stage.judge_both(expired) {
        assert!(matches!(verdict, Err(CertificateError::Expired { .. })), "{verdict:?}");
    }
    let early = |draft| Draft { not_before: time("20260702000000Z"), ..draft };
    for verdict in stage.judge_both(early) {
        assert!(matches!(verdict, Err(CertificateError::NotYetValid { .. })), "{verdict:?}");
    }
    let ended_before_1970 = |draft| Draft { not_after: time("19500101000000Z"), ..draft };
    for verdict in stage.judge_both(ended_before_1970) {
        assert!(matches!(verdict, Err(CertificateError::Expired { .. })), "{verdict:?}");
    }
}

#[test]
fn every_certificate_of_a_path_is_of_version_3() {
    let stage = Stage::new();
    for version in [0, 1, 3] {
        let change = |draft| Draft { version, extensions: Vec::new(), ..draft };
        let refused = Err(CertificateError::UnsupportedVersion { version: version + 1 });
        assert_eq!(stage.judge_both(change), [refused.clone(), refused]);
    }
}

#[test]
fn unique_identifiers_are_passed_over() {
    let stage = Stage::new();
    let unique_identifiers = [tagged(0x81, &[0, 1]), tagged(0x82, &[0, 2])].concat();
    let change = |draft| Draft { unique_identifiers: unique_identifiers.clone(), ..draft };
    assert_eq!(stage.judge_both(change), [Ok(()), Ok(())]);
}

#[test]
fn the_two_names_of_the_signatures_algorithm_are_one() {
    let stage = Stage::new();
    let other = sequence(&[rustls_pki_types::alg_id::ECDSA_SHA384.as_ref()]);
    let change = |draft| Draft { algorithm: other.clone(), ..draft };
    let refused = Err(CertificateError::AlgorithmsDiffer);
    assert_eq!(stage.judge_both(change), [refused.clone(), refused]);
}

#[test]
fn a_critical_extension_that_is_unknown_is_refused_by_its_identifier() {
    let stage = Stage::new();
    for (contents, dotted) in [
        (&[0x2a, 3, 4][..], "1.2.3.4"),
        // Subject key identifier, issuer alternative name: not critical, or not understood.
        (&[0x55, 0x1d, 14], "2.5.29.14"),
        (&[0x55, 0x1d, 18], "2.5.29.18"),
    ] {
        let critical = |draft: Draft| draft.with(any_extension(contents, true, &[0x05, 0]));
        let refused = Err(CertificateError::UnknownCriticalExtension { extension: dotted.into() });
        assert_eq!(stage.judge_both(critical), [refused.clone(), refused]);
        let not_critical = |draft: Draft| draft.with(any_extension(contents, false, &[0x05, 0]));
        assert_eq!(stage.judge_both(not_critical), [Ok(()), Ok(())]);
    }
}

#[test]
fn an_extension_that_stands_twice_is_refused() {
    let stage = Stage::new();
    for contents in [&[0x2a, 3, 4][..], &[0x55, 0x1d, 14]] {
        let twice = |draft: Draft| {
            let one = any_extension(contents, false, &[0x05, 0]);
            draft.with(one.clone()).with(one)
        };
        for verdict in stage.judge_both(twice) {
            let refused = matches!(verdict, Err(CertificateError::DuplicateExtension { .. }));
            assert!(refused, "{verdict:?}");
        }
    }
}

#[test]
fn a_known_extension_that_is_not_well_formed_is_refused() {
    let stage = Stage::new();
    for number in [15, 30, 31, 32, 33, 36, 37, 54] {
        let broken =
            |draft: Draft| draft.with(any_extension(&[0x55, 0x1d, number], false, &[0x30]));
        let refused = Err(CertificateError::BadEncoding);
        assert_eq!(stage.judge_both(broken), [refused.clone(), refused], "{number}");
    }
}

#[test]
fn the_peers_key_may_be_used_for_signatures() {
    let stage = Stage::new();
    let judge = |bits| stage.judge_server(&stage.server().with(key_usage(bits)));
    // digitalSignature, and the same with keyEncipherment; nonRepudiation, keyEncipherment,
    // keyAgreement, nothing.
    assert_eq!((judge(0x80), judge(0xa0)), (Ok(()), Ok(())));
    for bits in [0x40, 0x20, 0x08, 0] {
        assert_eq!(judge(bits), Err(CertificateError::KeyMayNotSign), "{bits:#x}");
    }
    let not_critical = any_extension(&[0x55, 0x1d, 15], false, &[3, 2, 3, 0x08]);
    let verdict = stage.judge_server(&stage.server().with(not_critical));
    assert_eq!(verdict, Err(CertificateError::KeyMayNotSign));
}

#[test]
fn the_same_is_asked_of_clients() {
    let stage = Stage::new();
    let root = Draft::of_authority("root", "root", &stage.root).sign(&stage.root);
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let trust = Roots::new(roots.into(), &Ring);
    let judge = |client: Draft| {
        trust.check_client(&[client.sign(&stage.root)], noon(2026, 7, 1)).map(|_| ())
    };
    let purpose = |last| identifier(&[0x2b, 6, 1, 5, 5, 7, 3, last]);
    assert_eq!(judge(stage.server().with(extension(37, &sequence(&[&purpose(2)])))), Ok(()));
    let for_servers = stage.server().with(extension(37, &sequence(&[&purpose(1)])));
    assert_eq!(judge(for_servers), Err(CertificateError::WrongPurpose));
    let enciphers = stage.server().with(key_usage(0x20));
    assert_eq!(judge(enciphers), Err(CertificateError::KeyMayNotSign));
}

#[test]
fn an_authoritys_key_may_sign_certificates() {
    let stage = Stage::new();
    let judge = |bits| stage.judge_middle(&stage.middle().with(key_usage(bits)));
    assert_eq!((judge(0x04), judge(0x86)), (Ok(()), Ok(())));
    for bits in [0x80, 0x02, 0] {
        assert_eq!(judge(bits), Err(CertificateError::IssuerMayNotSign), "{bits:#x}");
    }
}

#[test]
fn an_authority_says_that_it_is_one() {
    let stage = Stage::new();
    let no_authority = extension(19, &sequence(&[]));
    for extensions in [vec![], vec![no_authority], vec![key_usage(0x04)]] {
        let verdict = stage.judge_middle(&Draft { extensions, ..stage.middle() });
        assert_eq!(verdict, Err(CertificateError::IssuerIsNoAuthority));
    }
}

#[test]
fn no_more_authorities_follow_than_each_allows() {
    let stage = Stage::new();
    let last = KeyPair::generate().unwrap();
    let judge = |length: Option<u8>, subject, issuer| {
        let middle = Draft { extensions: vec![authority(length)], ..stage.middle() };
        let lower = Draft::of_authority(subject, issuer, &last).sign(&stage.middle);
        let server = Draft::of_server(subject, &stage.own).sign(&last);
        stage.judge(&[server, lower, middle.sign(&stage.root)])
    };
    assert_eq!(judge(None, "last", "middle"), Ok(()));
    assert_eq!(judge(Some(1), "last", "middle"), Ok(()));
    assert_eq!(judge(Some(0), "last", "middle"), Err(CertificateError::PathTooLong));
    // One that issued its own certificate, for a new key, does not count.
    assert_eq!(judge(Some(0), "middle", "middle"), Ok(()));
    assert_eq!(
        stage.judge_middle(&Draft { extensions: vec![authority(Some(0))], ..stage.middle() }),
        Ok(())
    );

    // A path length may have more than one byte, and may not be negative.
    for (length, verdict) in [
        (&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], Ok(())),
        (&[0xff], Err(CertificateError::BadEncoding)),
    ] {
        let constraints = sequence(&[&[1, 1, 0xff], &tagged(der::INTEGER, length)]);
        let extensions = vec![extension(19, &constraints)];
        assert_eq!(stage.judge_middle(&Draft { extensions, ..stage.middle() }), verdict);
    }
}

#[test]
fn all_that_say_what_they_are_for_are_for_servers() {
    let stage = Stage::new();
    let server = identifier(&[0x2b, 6, 1, 5, 5, 7, 3, 1]);
    let client = identifier(&[0x2b, 6, 1, 5, 5, 7, 3, 2]);
    let any = identifier(&[0x55, 0x1d, 0x25, 0]);
    let purposes = |list: &[&[u8]]| {
        let purposes = extension(37, &sequence(list));
        stage.judge_both(|draft| draft.with(purposes.clone()))
    };
    for list in [&[&server[..]][..], &[&client, &server], &[&any], &[&client, &any]] {
        assert_eq!(purposes(list), [Ok(()), Ok(())]);
    }
    let refused = Err(CertificateError::WrongPurpose);
    for list in [&[][..], &[&client[..]]] {
        assert_eq!(purposes(list), [refused.clone(), refused.clone()]);
    }
    assert_eq!(
        purposes(&[&integer(1)]),
        [Err(CertificateError::BadEncoding), Err(CertificateError::BadEncoding)]
    );
}

#[test]
fn policies_may_be_critical_and_where_one_is_required_it_holds_for_the_path() {
    let stage = Stage::new();
    let policies = |list: &[u8]| extension(32, &sequence(&[&sequence(&[&identifier(list)])]));
    let (one, other) = (policies(&[0x2a, 1]), policies(&[0x2a, 2]));
    assert_eq!(stage.judge_both(|draft| draft.with(one.clone())), [Ok(()), Ok(())]);

    // requireExplicitPolicy at once.
    let required = extension(36, &sequence(&[&tagged(0x80, &[0])]));
    let middle = stage.middle().with(one.clone()).with(required).sign(&stage.root);
    let judge = |server: Draft| stage.judge(&[server.sign(&stage.middle), middle.clone()]);
    let server = || Draft::of_server("middle", &stage.own);
    assert_eq!(judge(server().with(one)), Ok(()));
    assert_eq!(judge(server().with(other)), Err(CertificateError::NoPolicy));
    assert_eq!(judge(server()), Err(CertificateError::NoPolicy));
}

#[test]
fn names_are_chained_as_names_are_compared() {
    let stage = Stage::new();
    let server = Draft { issuer: name(&[" ROOT "]), ..stage.server() };
    assert_eq!(stage.judge_server(&server), Ok(()));
    let stranger = Draft { issuer: name(&["another root"]), ..stage.server() };
    assert_eq!(stage.judge_server(&stranger), Err(CertificateError::UnknownIssuer));
    let below = Draft { issuer: name(&["root", "root"]), ..stage.server() };
    assert_eq!(stage.judge_server(&below), Err(CertificateError::UnknownIssuer));
}

#[test]
fn a_certificate_of_more_than_64_kib_is_read() {
    let stage = Stage::new();
    let large = |draft: Draft| draft.with(any_extension(&[0x2a, 3, 4], false, &[0; 90_000]));
    assert_eq!(stage.judge_both(large), [Ok(()), Ok(())]);
}

#[test]
fn a_root_counts_whatever_it_says_of_itself() {
    let stage = Stage::new();
    let server = stage.server().sign(&stage.root);
    let root = Draft::of_authority("root", "root", &stage.root);
    let expired = Draft { not_after: time("20010101000000Z"), ..root.clone() };
    let first_version = Draft { version: 0, extensions: Vec::new(), ..root.clone() };
    let odd = root.clone().with(any_extension(&[0x2a, 3, 4], true, &[]));
    let of_another_key = KeyPair::generate().unwrap();
    for certificate in [
        expired.sign(&stage.root),
        first_version.sign(&stage.root),
        odd.sign(&stage.root),
        root.sign(&of_another_key),
    ] {
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let chain = std::slice::from_ref(&server);
        let verdict = Roots::new(roots.into(), &Ring).check_server(chain, &name, noon(2026, 7, 1));
        assert_eq!(verdict.map(|_| ()), Ok(()));
    }
}
