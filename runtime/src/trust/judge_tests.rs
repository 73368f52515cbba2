use std::sync::Mutex;

use rcgen::{CertificateParams, CustomExtension, KeyPair};

use super::*;
use crate::certificate::Attached;
use crate::certificate::test_certificates::{
    Authority, client_parameters, noon, server_parameters,
};
use crate::crypto::Ring;
use crate::trust::{KnownKeys, RawPublicKeys};

/// Says what it is told to say.
#[derive(Debug)]
struct Told {
    verdict: Result<(), CertificateError>,
    distinction: Option<&'static [u8]>,
}

impl Told {
    fn accepting(distinction: Option<&'static [u8]>) -> JudgedServers<Ring> {
        JudgedServers::new(Arc::new(Self { verdict: Ok(()), distinction }), &Ring)
    }
}

impl ServerJudge for Told {
    fn judge(&self, _: &ShownServer<'_>) -> Result<(), CertificateError> {
        self.verdict.clone()
    }

    fn distinction(&self) -> Option<&[u8]> {
        self.distinction
    }
}

/// What a judge has seen.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    chain: Vec<Vec<u8>>,
    name: String,
    time: u64,
    staples: Vec<Option<Vec<u8>>>,
    timestamps: Option<Vec<u8>>,
    faults: Vec<CertificateError>,
}

/// Accepts everybody, and keeps what it sees.
#[derive(Debug, Default)]
struct Witness(Mutex<Seen>);

impl ServerJudge for Witness {
    fn judge(&self, server: &ShownServer<'_>) -> Result<(), CertificateError> {
        *self.0.lock().unwrap() = Seen {
            chain: server.chain().iter().map(|one| one.to_vec()).collect(),
            name: server.server_name().to_str().into_owned(),
            time: server.time().as_secs(),
            staples: server.staples().map(|staple| staple.map(<[u8]>::to_vec)).collect(),
            timestamps: server.timestamps().map(<[u8]>::to_vec),
            faults: server.faults(),
        };
        Ok(())
    }
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// A certificate with these contents, whose issuer nobody knows.
fn signed(parameters: &CertificateParams) -> CertificateDer<'static> {
    Authority::new().sign(parameters, &KeyPair::generate().unwrap())
}

/// What a judge sees of this chain at this time.
fn seen(chain: &[CertificateDer<'_>], attached: &[Attached], now: UnixTime) -> Seen {
    let witness = Arc::new(Witness::default());
    let trust = JudgedServers::new(Arc::clone(&witness) as _, &Ring);
    let _ = trust.judge_server(Shown { chain, attached }, &name(), now);
    std::mem::take(&mut *witness.0.lock().unwrap())
}

#[test]
fn a_judge_sees_all_that_came_and_by_what_it_is_to_be_judged() {
    let chain = [signed(&server_parameters()), Authority::new().certificate()];
    let attached =
        [Attached { staple: Some([1].into()), timestamps: Some([2].into()) }, Attached::default()];
    let now = noon(2026, 7, 1);
    let expected = Seen {
        chain: chain.iter().map(|one| one.to_vec()).collect(),
        name: "localhost".to_owned(),
        time: now.as_secs(),
        staples: vec![Some(vec![1]), None],
        timestamps: Some(vec![2]),
        faults: Vec::new(),
    };
    assert_eq!(seen(&chain, &attached, now), expected);
    let bare = Seen { staples: Vec::new(), timestamps: None, ..expected };
    assert_eq!(seen(&chain, &[], now), bare);
}

#[test]
fn its_word_is_the_last_on_everything_but_the_key() {
    let refusal = CertificateError::Refused { reason: "it is Tuesday".into() };
    let refusing = Told { verdict: Err(refusal.clone()), distinction: None };
    let refusing = JudgedServers::new(Arc::new(refusing), &Ring);
    let accepting = Told::accepting(None);
    // Expired, for a client, of an issuer that nobody knows: it is what the judge makes of it.
    let chain = [signed(&client_parameters())];
    let later = noon(2030, 1, 1);
    assert!(accepting.check_server(&chain, &name(), later).is_ok());
    assert_eq!(refusing.check_server(&chain, &name(), later).err(), Some(refusal));
    let broken = [CertificateDer::from(&b"no certificate"[..])];
    let unreadable = accepting.check_server(&broken, &name(), later).err();
    assert_eq!(unreadable, Some(CertificateError::BadEncoding));
    let nothing = accepting.check_server(&[], &name(), later).err();
    assert_eq!(nothing, Some(CertificateError::NoServerCertificate));
}

#[test]
fn a_response_that_has_to_come_is_missed_whatever_the_judge_says() {
    let mut demanding = server_parameters();
    let features =
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 24], vec![48, 3, 2, 1, 5]);
    demanding.custom_extensions.push(features);
    let verdict = |parameters: &CertificateParams, staples, with_response: bool| {
        let trust = Told::accepting(None).with_staples(staples);
        let chain = [signed(parameters)];
        let staple = with_response.then(|| [1].into());
        let attached = [Attached { staple, timestamps: None }];
        let shown = Shown { chain: &chain, attached: &attached };
        trust.judge_server(shown, &name(), noon(2026, 7, 1)).map(|_| ())
    };
    let plain = server_parameters();
    let missed = Err(CertificateError::NoStaple);
    assert_eq!(verdict(&demanding, Staples::Unasked, false), Ok(()), "nobody has asked");
    assert_eq!(verdict(&demanding, Staples::Asked, false), missed);
    assert_eq!(verdict(&plain, Staples::Asked, false), Ok(()));
    assert_eq!(verdict(&plain, Staples::Required, false), missed);
    for staples in [Staples::Asked, Staples::Required] {
        // What it says is for the judge to judge.
        assert_eq!(verdict(&demanding, staples, true), Ok(()));
    }
}

#[test]
fn judges_are_told_apart_by_their_distinction_and_one_without_is_like_no_other() {
    let of = |distinction| Told::accepting(Some(distinction)).fingerprint().unwrap();
    assert_eq!(of(b"one"), of(b"one"));
    let stapling = Told::accepting(Some(b"one")).with_staples(Staples::Asked).fingerprint();
    let all = [
        of(b""),
        of(b"one"),
        of(b"two"),
        stapling.unwrap(),
        Authority::new().trust().fingerprint().unwrap(),
        KnownKeys::new(Arc::default(), None, &Ring).fingerprint().unwrap(),
    ];
    for (place, one) in all.iter().enumerate() {
        assert!(!all[place + 1..].contains(one), "{place}");
    }
    assert_eq!(Told::accepting(None).fingerprint(), None);
    assert_eq!(Told::accepting(None).with_staples(Staples::Asked).fingerprint(), None);
    let beside = KnownKeys::new(Arc::default(), Some(Arc::new(Told::accepting(None))), &Ring);
    assert_eq!(beside.fingerprint(), None);
}

#[test]
fn lists_that_nobody_would_look_at_are_a_fault() {
    let judged: Arc<dyn Trust> = Arc::new(Told::accepting(None));
    let beside = KnownKeys::new(Arc::new(RawPublicKeys::new()), Some(Arc::clone(&judged)), &Ring);
    for trust in [judged, Arc::new(beside)] {
        assert_eq!(trust.fault(), None);
        let with_lists = trust.with_revocation_lists(Arc::default());
        assert_eq!(with_lists.fault(), Some(ConfigurationError::UnusedRevocationLists));
        let asking = with_lists.with_staples(Staples::Asked);
        assert_eq!(asking.fault(), Some(ConfigurationError::UnusedRevocationLists));
    }
    let roots = Authority::new().trust();
    assert_eq!(roots.with_revocation_lists(Arc::default()).fault(), None);
}

#[test]
fn what_is_wrong_is_seen_of_each_certificate_by_itself() {
    let faults = |chain: &[CertificateDer<'_>], now| seen(chain, &[], now).faults;
    let (now, later) = (noon(2026, 7, 1), noon(2027, 7, 1));
    let (server, client) = (signed(&server_parameters()), signed(&client_parameters()));
    let authority = Authority::new().certificate();
    assert_eq!(faults(&[server.clone(), authority.clone()], now), Vec::new());
    let expired = |fault: &CertificateError| {
        let CertificateError::Expired { time, .. } = fault else { return false };
        *time == later
    };
    let of_both = faults(&[server.clone(), authority], later);
    assert!(of_both.len() == 2 && of_both.iter().all(expired), "{of_both:?}");
    assert_eq!(faults(std::slice::from_ref(&client), now), [CertificateError::WrongPurpose]);
    let broken = CertificateDer::from(&b"no certificate"[..]);
    // What an issuer is for is not looked at as long as its signature is not verified.
    assert_eq!(faults(&[server, client, broken], now), [CertificateError::BadEncoding]);
    let earlier = faults(&[signed(&server_parameters())], noon(2025, 7, 1));
    assert!(matches!(earlier[..], [CertificateError::NotYetValid { .. }]), "{earlier:?}");
}
