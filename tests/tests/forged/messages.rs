//! What a forging peer sends: each event of world *hostile* as bytes.

use hyaline_model::table::{
    AlertClass, Authentication, CertificateList, EarlyDataIndication, Event, FinishedCheck,
    KeyUpdateRequest, Reason, Role,
};
use hyaline_replay::crypto::SigningKey as _;
use hyaline_replay::replay::deterministic::SigningKey;
use hyaline_replay::replay::{Deterministic, UnchangingTickets, bind};
use hyaline_replay::{ContentType, SignatureScheme};

use crate::victim::Victim;

/// A record in the clear: its type and content.
pub(crate) type Plain = (ContentType, Vec<u8>);

/// A public key of X25519 that anyone may have: the base point.
const POINT: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 9;
    point
};

/// The random value that makes a ServerHello a HelloRetryRequest (RFC 9846 section 4.2.3).
const RETRY: [u8; 32] = [
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
    0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
];

/// A handshake message with this body.
fn message(handshake_type: u8, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(body.len()).expect("short").to_be_bytes();
    [&[handshake_type, high, middle, low][..], body].concat()
}

fn vector16(content: &[u8]) -> Vec<u8> {
    [&u16::try_from(content.len()).expect("short").to_be_bytes(), content].concat()
}

fn extension(number: u8, content: &[u8]) -> Vec<u8> {
    [&[0, number][..], &vector16(content)].concat()
}

/// A share of X25519, or none.
fn share(is_there: bool) -> Vec<u8> {
    if is_there { [&[0, 29][..], &vector16(&POINT)].concat() } else { Vec::new() }
}

/// What a ClientHello offers of an earlier session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Nothing,
    Session,
    EarlyData,
}

/// A ClientHello that any server here can accept, once it has a share.
fn client_hello(has_share: bool, tickets: bool, compatibility: bool, offer: Offer) -> Vec<u8> {
    let session_id: &[u8] = if compatibility { &[32; 33] } else { &[0] };
    let mut extensions = [
        // supported_versions, supported_groups, signature_algorithms, key_share.
        extension(43, &[2, 3, 4]),
        extension(10, &[0, 2, 0, 29]),
        extension(13, &[0, 2, 4, 3]),
        extension(51, &vector16(&share(has_share))),
    ]
    .concat();
    if tickets {
        // psk_key_exchange_modes
        extensions.extend(extension(45, &[1, 1]));
    }
    if offer == Offer::EarlyData {
        extensions.extend(extension(42, &[]));
    }
    if offer != Offer::Nothing {
        // pre_shared_key: the ticket with its age, and room for the binder.
        let identities = vector16(&[vector16(&UnchangingTickets::TICKET), vec![0; 4]].concat());
        let binders = [&[0, 33, 32][..], &[0; 32]].concat();
        extensions.extend(extension(41, &[identities, binders].concat()));
    }
    let front = [&[3, 3][..], &[1; 32], session_id, &[0, 2, 0x13, 0x01, 1, 0]].concat();
    let mut hello = message(1, &[front, vector16(&extensions)].concat());
    if offer != Offer::Nothing {
        bind(&Deterministic::new(0), &mut hello).expect("room for a binder");
    }
    hello
}

/// A ServerHello, or a HelloRetryRequest, for this victim.
fn server_hello(
    victim: &Victim,
    random: &[u8; 32],
    key_share: &[u8],
    authentication: Authentication,
) -> Vec<u8> {
    let session_id = victim.session_id();
    let length = u8::try_from(session_id.len()).expect("at most 32 bytes");
    let chosen = match authentication {
        Authentication::Certificate | Authentication::PublicName => Vec::new(),
        Authentication::PreSharedKey => extension(41, &[0, 0]),
    };
    let extensions = [extension(43, &[3, 4]), extension(51, key_share), chosen].concat();
    let front = [&[3, 3][..], random, &[length], session_id, &[0x13, 0x01, 0]].concat();
    message(2, &[front, vector16(&extensions)].concat())
}

/// The share of a server that knows which one was asked for.
fn server_share(victim: &Victim) -> Vec<u8> {
    if victim.has_retried() { [&[0, 23][..], &vector16(&[4; 65])].concat() } else { share(true) }
}

fn certificate(victim: &Victim, list: CertificateList) -> Vec<u8> {
    match list {
        CertificateList::Empty => message(11, &[0, 0, 0, 0]),
        // In a replay a certificate is a bare key.
        CertificateList::Chain => {
            let entry = [&[0, 0, 32][..], &victim.peer_identity(), &[0, 0]].concat();
            message(11, &[&[0, 0, 0, 37][..], &entry].concat())
        }
    }
}

fn certificate_verify(victim: &Victim) -> Vec<u8> {
    let context = match victim.role() {
        Role::Client => &b"TLS 1.3, server CertificateVerify\0"[..],
        Role::Server => b"TLS 1.3, client CertificateVerify\0",
    };
    let hash = victim.driven.connection.transcript_hash().unwrap_or_default();
    let content = [&[b' '; 64][..], context, &hash].concat();
    let signature = SigningKey::new(victim.peer_identity())
        .sign(SignatureScheme::EcdsaSecp256r1Sha256, &content)
        .expect("a scheme of this key");
    message(15, &[&[4, 3][..], &vector16(&signature)].concat())
}

fn finished(victim: &Victim, check: FinishedCheck) -> Option<Vec<u8>> {
    let good = victim.driven.connection.good_finished();
    match check {
        FinishedCheck::Good => good,
        FinishedCheck::Bad => {
            let mut bad = good.unwrap_or_else(|| message(20, &[0; 32]));
            *bad.last_mut()? ^= 1;
            Some(bad)
        }
    }
}

/// The handshake messages that are this event, in all the ways that make a difference.
fn handshake(victim: &Victim, event: Event, tickets: bool, compatibility: bool) -> Vec<Vec<u8>> {
    let one = match event {
        Event::ClientHello => {
            let hello = |has, offer| client_hello(has, tickets, compatibility, offer);
            let mut hellos = vec![hello(true, Offer::Nothing), hello(false, Offer::Nothing)];
            // The binder of a second ClientHello would cover the messages before it, too.
            if tickets && !victim.has_retried() {
                hellos.extend([Offer::Session, Offer::EarlyData].map(|offer| hello(true, offer)));
                hellos.push(hello(false, Offer::EarlyData));
            }
            return hellos;
        }
        // A server that does not confirm what was encrypted has not read it.
        Event::ServerHello(authentication)
            if victim.hides != (authentication == Authentication::PublicName) =>
        {
            return Vec::new();
        }
        Event::ServerHello(authentication) => {
            let mut bad = server_share(victim);
            // A share of zeros is bad for X25519, and no point of P-256.
            bad.iter_mut().skip(4).for_each(|byte| *byte = 0);
            return [server_share(victim), bad]
                .map(|share| server_hello(victim, &[7; 32], &share, authentication))
                .into();
        }
        Event::HelloRetryRequest => {
            server_hello(victim, &RETRY, &[0, 23], Authentication::Certificate)
        }
        Event::EncryptedExtensions(EarlyDataIndication::Absent) => message(8, &[0, 0]),
        Event::EncryptedExtensions(EarlyDataIndication::Present) => {
            message(8, &vector16(&extension(42, &[])))
        }
        Event::CertificateRequest => {
            message(13, &[&[0][..], &vector16(&extension(13, &[0, 2, 4, 3]))].concat())
        }
        Event::Certificate(list) => certificate(victim, list),
        Event::CertificateVerify => certificate_verify(victim),
        Event::Finished(check) => return finished(victim, check).into_iter().collect(),
        Event::EndOfEarlyData => message(5, &[]),
        // Lifetime, age_add, no nonce, one byte, no extensions.
        Event::NewSessionTicket => message(4, &[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0]),
        Event::KeyUpdate(KeyUpdateRequest::NotRequested) => message(24, &[0]),
        Event::KeyUpdate(KeyUpdateRequest::Requested) => message(24, &[1]),
        _ => return Vec::new(),
    };
    vec![one]
}

/// The records that are this event. None if its peer cannot make one now, or if it is a
/// representative of others.
pub(crate) fn contents(
    victim: &Victim,
    event: Event,
    tickets: bool,
    compatibility: bool,
    aligned: bool,
) -> Vec<Plain> {
    let protected = victim.opens_protected();
    let content = match event {
        // Before there are keys the record layer refuses it.
        Event::ApplicationData if protected => (ContentType::ApplicationData, vec![7; 10]),
        Event::EmptyRecord if protected => (ContentType::ApplicationData, Vec::new()),
        Event::ChangeCipherSpec => (ContentType::ChangeCipherSpec, vec![1]),
        Event::AlertReceived(AlertClass::Closure) => (ContentType::Alert, vec![1, 0]),
        Event::AlertReceived(AlertClass::Cancellation) => (ContentType::Alert, vec![1, 90]),
        Event::AlertReceived(AlertClass::Error) => (ContentType::Alert, vec![2, 40]),
        Event::Offence(Reason::RecordOutOfPlace) => (ContentType(99), vec![0]),
        Event::Offence(Reason::MessageMalformed) => (ContentType::Alert, vec![2]),
        Event::Offence(Reason::ValueIllegal) => (ContentType::Handshake, message(24, &[2])),
        event => {
            return handshake(victim, event, tickets, compatibility)
                .into_iter()
                .map(|mut bytes| {
                    // A record that is not aligned goes on with the first byte of another message.
                    bytes.extend_from_slice(if aligned { &[] } else { &[24] });
                    (ContentType::Handshake, bytes)
                })
                .collect();
        }
    };
    vec![content]
}
