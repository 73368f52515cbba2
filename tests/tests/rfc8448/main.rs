//! The handshakes of RFC 8448 sections 3, 5 and 6, played by the shipping connection, once as the
//! client and once as the server.
//!
//! Random values, public shares, the shared secret and signatures are the trace's; everything else
//! is computed. Where our messages would say something else (ClientHello, HelloRetryRequest,
//! EncryptedExtensions, CertificateRequest, NewSessionTicket) or the same in another order
//! (ServerHello), the given ones take their places, and the messages of a flight share a record.
//! Then what is sent is the trace's, octet for octet, what is received opens, and the provider was
//! asked for exactly the hashes, secrets, keys, IVs and Finished values that the trace gives.
//!
//! Not claimed: the choice of extensions; the validation of the certificate paths; the making of
//! signatures, and the verification of those by RSA keys of 1024 bits, which are compared only (the
//! one by an ECDSA key is verified too).
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "tests")]

mod play;
mod schedule;
mod trace;

use std::collections::BTreeMap;

use hyaline_model::table::Role;
use hyaline_replay::crypto::{AwsLcRs, CryptoProvider, Ring};
use hyaline_replay::replay::recorded::Entry;
use hyaline_replay::replay::reencode;

use crate::play::{Played, RECORD_SIZE_LIMIT, play};
use crate::trace::Trace;

const SECTIONS: [(u8, &str); 3] = [
    (3, include_str!("section_3.txt")),
    (5, include_str!("section_5.txt")),
    (6, include_str!("section_6.txt")),
];

/// Everything that is claimed of a trace, where this provider computes.
fn check<P: CryptoProvider>(trace: &Trace, provider: &P) -> Result<(), String> {
    for (name, message) in trace.messages() {
        let again = reencode(message, &[RECORD_SIZE_LIMIT]).map_err(|error| error.to_string());
        if again? != message {
            return Err(format!("{name} is not encoded as it was"));
        }
    }
    for role in [Role::Client, Role::Server] {
        let played = play(trace, role, provider.clone())?;
        check_sent(trace, role, &played)?;
        check_own(trace, role, &played)?;
        schedule::compare(trace, role, &played.log)?;
    }
    Ok(())
}

fn check_sent(trace: &Trace, role: Role, played: &Played) -> Result<(), String> {
    let mut rest = played.sent.as_slice();
    for (_, record) in trace.records().filter(|(sender, _)| *sender == role) {
        rest =
            rest.strip_prefix(record).ok_or_else(|| format!("{role:?}: not sent: {record:x?}"))?;
    }
    if !rest.is_empty() {
        return Err(format!("{role:?}: also sent: {rest:x?}"));
    }
    let data = trace.find(if role == Role::Client { "server_data" } else { "client_data" });
    if data.unwrap_or_default() != played.received {
        return Err(format!("{role:?}: received {:x?}", played.received));
    }
    Ok(())
}

/// Our own messages are the trace's. Those that were replaced agree with the given ones in part:
/// see the arms below.
fn check_own(trace: &Trace, role: Role, played: &Played) -> Result<(), String> {
    let ours = |name: &str| match role {
        Role::Client => name.contains("client"),
        Role::Server => !name.contains("client"),
    };
    let expected: Vec<_> = trace.messages().filter(|(name, _)| ours(name)).collect();
    if expected.len() != played.own.len() {
        return Err(format!("{role:?}: {} messages", played.own.len()));
    }
    for ((name, given), own) in expected.into_iter().zip(&played.own) {
        let agree = match name {
            "client_hello" | "second_client_hello" => agree_on_hello(trace, name, given, own),
            "hello_retry_request" => own[4..42] == given[4..42],
            "server_hello" => own[..44] == given[..44] && extensions(own) == extensions(given),
            "encrypted_extensions" | "certificate_request" | "new_session_ticket" => {
                own.first() == given.first()
            }
            _ => own == given,
        };
        if !agree {
            return Err(format!("{name} is not what we would send: {own:x?}"));
        }
    }
    Ok(())
}

/// A ClientHello of ours and the given one agree on what the provider chose: the random value, no
/// session id, and the public share.
fn agree_on_hello(trace: &Trace, name: &str, given: &[u8], own: &[u8]) -> bool {
    let share = match trace.find("client_first_share") {
        Some(first) if name == "client_hello" => first,
        _ => trace.get("client_share"),
    };
    let has_share = |message: &[u8]| message.windows(share.len()).any(|part| part == share);
    own[4..39] == given[4..39] && has_share(own) && has_share(given)
}

/// The extensions of a ServerHello without session id, in the order of their types.
fn extensions(server_hello: &[u8]) -> BTreeMap<[u8; 2], Vec<u8>> {
    let mut extensions = BTreeMap::new();
    let mut rest = server_hello.get(44..).unwrap_or_default();
    while let Some(([high, low, length @ ..], behind)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(behind.len());
        let (contents, behind) = behind.split_at(length);
        extensions.insert([*high, *low], contents.to_vec());
        rest = behind;
    }
    extensions
}

#[test]
fn the_traces_run_through_the_connection_in_both_roles() {
    for (section, text) in SECTIONS {
        let trace = Trace::parse(text);
        check(&trace, &Ring).unwrap_or_else(|what| panic!("section {section}: {what}"));
        check(&trace, &AwsLcRs)
            .unwrap_or_else(|what| panic!("section {section}, by aws-lc-rs: {what}"));
        let records = trace.records().count();
        println!("section {section}: {records} records, {} octets", trace.octets());
    }
}

#[test]
fn the_ecdsa_signature_of_section_6_is_verified_for_real() {
    let trace = Trace::parse(SECTIONS[2].1);
    for played in [play(&trace, Role::Client, Ring), play(&trace, Role::Client, AwsLcRs)] {
        assert!(played.unwrap().log.contains(&Entry::RealSignature));
    }
}

#[test]
fn flipping_any_octet_of_input_or_expectation_fails() {
    for (section, text) in SECTIONS {
        let trace = Trace::parse(text);
        assert_eq!(check(&trace, &Ring), Ok(()), "without a flip");
        let octets = trace.octets();
        std::thread::scope(|scope| {
            for start in 0..2 {
                let trace = &trace;
                scope.spawn(move || {
                    for octet in (start..octets).step_by(2) {
                        let (flipped, name) = trace.flipped(octet);
                        let passed = check(&flipped, &Ring).is_ok();
                        assert!(!passed, "section {section}: octet {octet}, of {name}");
                    }
                });
            }
        });
        println!("section {section}: one bit flipped in each of {octets} octets, each time found");
    }
}
