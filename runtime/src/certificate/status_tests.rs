use std::sync::Arc;

use hyaline_model::Alert;
use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::*;
use crate::RootCertStore;
use crate::certificate::attached::Attached;
use crate::certificate::draft::{Draft, ListDraft, any_extension, integer, sequence};
use crate::certificate::response_draft::{ResponseDraft, revoked};
use crate::certificate::test_certificates::noon;
use crate::crypto::Ring;
use crate::trust::{Roots, Shown, Trust};

/// A server's certificate with the serial number 7 below an authority with the number 9.
struct Stage {
    root: KeyPair,
    middle: KeyPair,
    chain: [CertificateDer<'static>; 2],
}

impl Stage {
    fn new() -> Self {
        Self::with(|server| server)
    }

    fn with(change: impl FnOnce(Draft) -> Draft) -> Self {
        let [root, middle, own] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let server = Draft { serial_number: vec![7], ..Draft::of_server("middle", &own) };
        let authority =
            Draft { serial_number: vec![9], ..Draft::of_authority("middle", "root", &middle) };
        let chain = [change(server).sign(&middle), authority.sign(&root)];
        Self { root, middle, chain }
    }

    fn roots(&self) -> Roots<Ring> {
        let mut roots = RootCertStore::empty();
        roots.add(Draft::of_authority("root", "root", &self.root).sign(&self.root)).unwrap();
        Roots::new(roots.into(), &Ring)
    }

    /// About the server's certificate.
    fn own(&self) -> ResponseDraft {
        ResponseDraft::of("middle", &self.middle, &[7])
    }

    /// About the authority's.
    fn of_middle(&self) -> ResponseDraft {
        ResponseDraft::of("root", &self.root, &[9])
    }

    /// Judges the chain with these responses, as a server's and as a client's.
    fn judge(
        &self,
        trust: &dyn Trust,
        staples: [Option<Vec<u8>>; 2],
    ) -> Result<(), CertificateError> {
        let attached = staples.map(|staple| Attached {
            staple: staple.map(Vec::into_boxed_slice),
            ..Attached::default()
        });
        let shown = Shown { chain: &self.chain, attached: &attached };
        let (now, name) = (noon(2026, 7, 15), ServerName::try_from("localhost").unwrap());
        let as_server = trust.judge_server(shown, &name, now).map(|_| ());
        let as_client = trust.judge_client(shown, now).map(|_| ());
        assert_eq!(as_server, as_client, "both sides judge alike");
        as_server
    }

    fn asked(&self, staples: [Option<Vec<u8>>; 2]) -> Result<(), CertificateError> {
        self.judge(&*self.roots().with_staples(Staples::Asked), staples)
    }
}

#[test]
fn a_response_that_comes_has_to_say_that_its_certificate_is_good() {
    let stage = Stage::new();
    let good = || Some(stage.own().sign(&stage.middle));
    let good_above = || Some(stage.of_middle().sign(&stage.root));
    assert_eq!(stage.asked([None, None]), Ok(()));
    assert_eq!(stage.asked([good(), None]), Ok(()));
    assert_eq!(stage.asked([good(), good_above()]), Ok(()));

    let bad = ResponseDraft { status: revoked(), ..stage.own() }.sign(&stage.middle);
    let bad_above = ResponseDraft { status: revoked(), ..stage.of_middle() }.sign(&stage.root);
    assert_eq!(stage.asked([Some(bad.clone()), None]), Err(CertificateError::Revoked));
    assert_eq!(stage.asked([good(), Some(bad_above)]), Err(CertificateError::Revoked));
    // Each is for its own certificate, by its own issuer.
    for wrong in [
        [good_above(), None],
        [Some(stage.own().sign(&stage.root)), None],
        [None, good()],
        [Some(b"no response".to_vec()), None],
    ] {
        let verdict = stage.asked(wrong);
        assert!(matches!(verdict, Err(CertificateError::BadStaple { .. })), "{verdict:?}");
    }
    // What was not asked for means nothing.
    assert_eq!(stage.judge(&stage.roots(), [Some(bad), None]), Ok(()));
}

#[test]
fn a_peer_is_told_that_its_response_is_bad_and_otherwise_of_its_certificate() {
    let alert = |error: CertificateError| crate::Error::from(error).alert();
    let (time, next_update) = (noon(2026, 8, 2), noon(2026, 8, 1));
    for bad in [
        CertificateError::BadStaple { reason: "it cannot be read" },
        CertificateError::StapleExpired { time, next_update },
    ] {
        assert_eq!(alert(bad), Some(Alert::BadCertificateStatusResponse));
    }
    assert_eq!(alert(CertificateError::NoStaple), Some(Alert::CertificateUnknown));
    assert_eq!(alert(CertificateError::Revoked), Some(Alert::CertificateRevoked));
}

#[test]
fn a_response_is_missed_where_it_is_required() {
    let stage = Stage::new();
    let required = stage.roots().with_staples(Staples::Required);
    let good = Some(stage.own().sign(&stage.middle));
    let above = Some(stage.of_middle().sign(&stage.root));
    assert_eq!(stage.judge(&*required, [good, None]), Ok(()));
    assert_eq!(stage.judge(&*required, [None, above]), Err(CertificateError::NoStaple));
}

#[test]
fn a_certificate_may_say_that_it_never_comes_without() {
    let with = |number: u8| {
        let features = sequence(&[&integer(number)]);
        let features = any_extension(&[0x2b, 6, 1, 5, 5, 7, 1, 24], false, &features);
        Stage::with(|server| server.with(features))
    };
    let stage = with(5);
    let good = Some(stage.own().sign(&stage.middle));
    assert_eq!(stage.asked([None, None]), Err(CertificateError::NoStaple));
    assert_eq!(stage.asked([good, None]), Ok(()));
    assert_eq!(stage.judge(&stage.roots(), [None, None]), Ok(()), "nobody has asked");
    assert_eq!(with(23).asked([None, None]), Ok(()));
}

#[test]
fn a_response_knows_what_no_list_does_and_no_more() {
    let stage = Stage::new();
    let trust = |numbers: Option<&[&[u8]]>, month| {
        let mut lists = RevocationLists::new().only_check_end_entity_revocation();
        if let Some(numbers) = numbers {
            let list = ListDraft::of("middle", numbers).of_month(month);
            lists.add(&list.sign(&stage.middle)).unwrap();
        }
        stage.roots().with_staples(Staples::Asked).with_revocation_lists(Arc::new(lists))
    };
    let good = || Some(stage.own().sign(&stage.middle));
    assert_eq!(stage.judge(&*trust(None, 7), [good(), None]), Ok(()));
    assert_eq!(stage.judge(&*trust(Some(&[]), 6), [good(), None]), Ok(()));
    let revoked = stage.judge(&*trust(Some(&[&[7]]), 7), [good(), None]);
    assert_eq!(revoked, Err(CertificateError::Revoked));
    let unknown = stage.judge(&*trust(None, 7), [None, None]);
    assert_eq!(unknown, Err(CertificateError::RevocationUnknown));
}

#[test]
fn trust_that_asks_is_another_trust() {
    let stage = Stage::new();
    let all = [Staples::Unasked, Staples::Asked, Staples::Required];
    let prints = all.map(|staples| stage.roots().with_staples(staples).fingerprint().unwrap());
    assert!(prints[0] != prints[1] && prints[1] != prints[2] && prints[0] != prints[2]);
    assert_eq!(Some(prints[0]), stage.roots().fingerprint());
}

#[test]
fn a_time_is_that_of_the_judgement() {
    let stage = Stage::new();
    let trust = stage.roots().with_staples(Staples::Asked);
    let attached =
        [Attached { staple: Some(stage.own().sign(&stage.middle).into()), ..Attached::default() }];
    let shown = Shown { chain: &stage.chain, attached: &attached };
    let at = |now: UnixTime| trust.judge_client(shown, now).map(|_| ());
    assert_eq!(at(noon(2026, 7, 31)), Ok(()));
    assert!(matches!(at(noon(2026, 8, 1)), Err(CertificateError::StapleExpired { .. })));
}
