use proptest::prelude::*;

use super::*;
use crate::crypto::Ring;

fn time(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

/// A session that begins now.
pub(crate) fn session(now: UnixTime) -> Session {
    Session {
        suite: Suite::Aes128GcmSha256,
        key: Secret::new(&[7; 32]),
        since: now,
        lifetime: 100,
        age_add: 5,
        early_data: 1000,
        proof: Proof {
            judged_by: [1; 32],
            good_until: now.as_secs().saturating_add(1000),
            server_name: b"localhost"[..].into(),
            application_protocol: Some(b"h2"[..].into()),
            credential: Credential::Chain([CertificateDer::from(vec![1, 2, 3])].into()),
        },
        external: None,
    }
}

/// What of a session can be compared.
fn parts(session: &Session) -> (Suite, &[u8], UnixTime, [u32; 3], &Proof) {
    let Session { suite, key, since, lifetime, age_add, early_data, proof, external: _ } = session;
    (*suite, key.as_bytes(), *since, [*lifetime, *age_add, *early_data], proof)
}

#[test]
fn a_session_is_read_as_it_was_written() {
    let one = session(time(1_700_000_000));
    let bytes = one.encode();
    let read = Session::decode(bytes.as_bytes()).unwrap();
    assert_eq!(parts(&read), parts(&one));
    assert!(bytes.as_bytes().len() <= one.length(), "no buffer has grown");

    let key = Credential::RawPublicKey(Box::new(vec![4; 300].into()));
    for credential in [Credential::default(), key] {
        let proof = Proof { application_protocol: None, credential, ..one.proof.clone() };
        let other = Session { proof, ..session(time(0)) };
        let bytes = other.encode();
        assert_eq!(parts(&Session::decode(bytes.as_bytes()).unwrap()), parts(&other));
        assert!(bytes.as_bytes().len() <= other.length(), "no buffer has grown");
    }

    let kept = ClientSession { session: one, ticket: b"ticket"[..].into() };
    let read = ClientSession::from_bytes(kept.to_bytes().as_bytes()).unwrap();
    assert_eq!((parts(&read.session), read.ticket), (parts(&kept.session), kept.ticket));
}

proptest! {
    #[test]
    fn what_is_no_session_is_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ClientSession::from_bytes(&bytes);
        let with_format = [&[FORMAT, 0x13, 1][..], &bytes].concat();
        let _ = Session::decode(&with_format);
    }

    #[test]
    fn a_session_that_is_cut_is_none(place in any::<prop::sample::Index>()) {
        let bytes = session(time(9)).encode();
        let front = &bytes.as_bytes()[..place.index(bytes.as_bytes().len())];
        prop_assert!(Session::decode(front).is_none());
    }
}

#[test]
fn a_session_of_another_format_is_none() {
    let mut bytes = session(time(1)).encode().as_bytes().to_vec();
    for other in [FORMAT - 1, FORMAT + 1] {
        bytes[0] = other;
        assert!(Session::decode(&bytes).is_none());
    }
    assert!(ClientSession::from_bytes(&[0, 0]).is_none(), "no ticket is empty");
}

#[test]
fn a_session_is_usable_while_its_ticket_lives_and_its_proof_is_believed() {
    let begun = session(time(1000));
    let usable = |session: &Session, at| session.is_usable(&[1; 32], time(at));
    assert!(usable(&begun, 1000) && usable(&begun, 1099));
    assert!(!usable(&begun, 1100), "the ticket has expired");
    assert!(!begun.is_usable(&[2; 32], time(1000)), "another configuration");
    let proof = Proof { good_until: 1050, ..begun.proof.clone() };
    let expiring = Session { proof, ..session(time(1000)) };
    assert!(usable(&expiring, 1049) && !usable(&expiring, 1050));
    let endless = Session { lifetime: u32::MAX, ..session(time(u64::MAX - 5)) };
    assert!(!usable(&endless, u64::MAX), "nothing overflows");
}

#[test]
fn a_proof_is_believed_for_seven_days_or_as_long_as_its_certificate_is_valid() {
    use crate::certificate::test_certificates::{Authority, noon, server_parameters};
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = Authority::new().sign(&server_parameters(), &key);
    let end = expiry(&certificate).unwrap().as_secs();
    assert_eq!(Proof::belief(std::slice::from_ref(&certificate), time(end - 10)), end);
    assert_eq!(Proof::belief(&[certificate], time(0)), MAXIMUM_BELIEF);
    let now = noon(2026, 7, 1);
    assert_eq!(Proof::belief(&[], now), now.as_secs() + MAXIMUM_BELIEF);
}

#[test]
fn the_age_is_in_milliseconds_and_hidden() {
    let begun = session(time(1000));
    assert_eq!(begun.obfuscated_age(time(1008)), 7005);
    assert_eq!(begun.obfuscated_age(time(900)), 5, "a clock that went back");
    let hidden = Session { age_add: u32::MAX, ..session(time(1000)) };
    assert_eq!(hidden.obfuscated_age(time(1008)), 6999);
    // 2^32 milliseconds are 49.7 days.
    assert_eq!(begun.obfuscated_age(time(1001 + 4_294_968)), 709);
}

#[test]
fn no_ticket_is_told_to_be_older_than_it_is() {
    let milliseconds = |at: u64| UnixTime::since_unix_epoch(Duration::from_millis(at));
    for (begins, comes) in [(1000, 1000), (1999, 2000), (1000, 2999), (1999, 3000), (1001, 9999)] {
        let begun = session(milliseconds(begins));
        let told = begun.obfuscated_age(milliseconds(comes)).wrapping_sub(begun.age_add);
        let age = comes - begins;
        assert!((age.saturating_sub(1999)..=age).contains(&told.into()), "{told} of {age} ms");
    }
}

#[test]
fn memory_gives_the_newest_session_of_a_server_once() {
    let sessions = SessionMemory::new(2);
    let name = |name: &str| rustls_pki_types::ServerName::try_from(name.to_owned()).unwrap();
    let keep = |server: &str, ticket: &[u8]| {
        let kept = ClientSession { session: session(time(1)), ticket: ticket.into() };
        sessions.keep(&name(server), kept);
    };
    let take = |server: &str| sessions.take(&name(server)).map(|taken| taken.ticket.into_vec());
    (0..9).for_each(|number| keep("a.example", &[number]));
    assert_eq!(sessions.len(), 4, "a few of each server");
    assert_eq!(take("a.example"), Some(vec![8]));
    assert_eq!(take("a.example"), Some(vec![7]));
    assert_eq!(take("b.example"), None);
    keep("b.example", b"b");
    keep("c.example", b"c");
    assert_eq!(take("a.example"), None, "the server heard of longest ago has given way");
    assert_eq!((take("b.example"), take("c.example")), (Some(b"b".to_vec()), Some(b"c".to_vec())));
    assert!(sessions.is_empty());

    let none = SessionMemory::new(0);
    none.keep(&name("a.example"), ClientSession { session: session(time(1)), ticket: [1].into() });
    assert!(none.is_empty());
}

#[test]
fn a_sealed_ticket_opens_until_its_key_is_gone() {
    let tickets = SealedTickets::new(Ring).with_lifetime(100);
    let redeem = |at, ticket: &[u8]| {
        tickets.redeem(time(at), ticket).map(|session| session.as_bytes().to_vec())
    };
    let first = tickets.issue(time(1000), b"first").unwrap();
    assert_ne!(tickets.issue(time(1000), b"first"), Some(first.clone()), "no nonce twice");
    // The key changes.
    let second = tickets.issue(time(1100), b"second").unwrap();
    assert_ne!(first[..16], second[..16]);
    assert_eq!(redeem(1199, &first), Some(b"first".to_vec()));
    assert_eq!(redeem(1200, &first), None, "its key is outdated");
    assert_eq!(redeem(1200, &second), Some(b"second".to_vec()));
    let third = tickets.issue(time(1300), b"third").unwrap();
    assert_eq!(redeem(1199, &first), None, "and then it is gone");
    assert_eq!(redeem(1300, &third), Some(b"third".to_vec()));
}

#[test]
fn what_is_not_our_ticket_opens_nothing() {
    let (ours, theirs) = (SealedTickets::new(Ring), SealedTickets::new(Ring));
    let ticket = ours.issue(time(5), b"a session").unwrap();
    assert!(theirs.redeem(time(5), &ticket).is_none());
    for length in 0..ticket.len() {
        assert!(ours.redeem(time(5), &ticket[..length]).is_none());
    }
    for place in 0..ticket.len() {
        let mut changed = ticket.clone();
        changed[place] ^= 1;
        assert!(ours.redeem(time(5), &changed).is_none());
    }
}

#[test]
fn a_remembered_ticket_is_used_once_and_the_oldest_gives_way() {
    let tickets = RememberedTickets::new(Ring, 2).with_lifetime(100);
    let issue = |session: &[u8]| tickets.issue(time(1000), session).unwrap();
    let (first, second, third) = (issue(b"1"), issue(b"2"), issue(b"3"));
    assert!(tickets.redeem(time(1000), &first).is_none(), "it has given way");
    assert_eq!(tickets.redeem(time(1099), &second).unwrap().as_bytes(), b"2");
    assert!(tickets.redeem(time(1000), &second).is_none(), "it is used up");
    assert!(tickets.redeem(time(1100), &third).is_none(), "it has expired");
    assert!(tickets.redeem(time(1000), b"any").is_none());
    assert!(RememberedTickets::new(Ring, 0).issue(time(1), b"no room").is_none());
}

#[test]
fn no_secret_is_printed() {
    let kept = ClientSession { session: session(time(1)), ticket: b"secret"[..].into() };
    assert_eq!(format!("{kept:?}"), "ClientSession { .. }");
    assert!(format!("{:?}", kept.session).contains("key: Secret(..)"));
    assert_eq!(format!("{:?}", SealedTickets::new(Ring)), "SealedTickets { lifetime: 43200, .. }");
}
