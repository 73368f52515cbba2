//! What the connection must have asked its provider for, and nothing else (RFC 9846 section 7).

use std::collections::BTreeSet;

use hyaline_model::table::Role;
use hyaline_replay::replay::recorded::Entry;

use crate::trace::{Trace, hash};

const ZEROS: [u8; 32] = [0; 32];

/// An HMAC with what its output must begin with.
struct Expected {
    what: String,
    key: Vec<u8>,
    message: Vec<u8>,
    output: Vec<u8>,
}

/// Compares a role's log with the trace.
pub(crate) fn compare(trace: &Trace, role: Role, log: &[Entry]) -> Result<(), String> {
    compare_hmacs(&expected_hmacs(trace, role), log)?;
    let (own, peer) = sides(role);
    let verified = Entry::Verified {
        key: trace.get(&format!("{peer}_finished_key")).to_vec(),
        message: hash_before_finished(trace, peer),
        tag: verify_data(trace, peer).to_vec(),
    };
    let found: Vec<_> =
        log.iter().filter(|entry| matches!(entry, Entry::Verified { .. })).collect();
    if found != [&verified] {
        return Err(format!("{own}: the peer's Finished: {found:?}"));
    }
    compare_sets(
        &format!("{own}: the AEAD keys"),
        AEAD_KEYS.iter().map(|name| trace.get(name).to_vec()),
        log.iter().filter_map(|entry| match entry {
            Entry::AeadKey(key) => Some(key.clone()),
            _ => None,
        }),
    )?;
    compare_sets(
        &format!("{own}: the hashes"),
        expected_hashes(trace, role),
        log.iter().filter_map(|entry| match entry {
            Entry::Digest(digest) => Some(digest.clone()),
            _ => None,
        }),
    )
}

const AEAD_KEYS: [&str; 4] = [
    "client_handshake_key",
    "server_handshake_key",
    "client_application_key",
    "server_application_key",
];

fn sides(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Client => ("client", "server"),
        Role::Server => ("server", "client"),
    }
}

fn compare_sets(
    what: &str,
    expected: impl IntoIterator<Item = Vec<u8>>,
    found: impl Iterator<Item = Vec<u8>>,
) -> Result<(), String> {
    let expected: BTreeSet<_> = expected.into_iter().collect();
    let found: BTreeSet<_> = found.collect();
    if expected == found { Ok(()) } else { Err(format!("{what}: {expected:x?} not {found:x?}")) }
}

/// The two are the same set, by key and message, and the outputs agree.
fn compare_hmacs(expected: &[Expected], log: &[Entry]) -> Result<(), String> {
    let mut met = vec![false; expected.len()];
    for entry in log {
        let Entry::Hmac { key, message, output } = entry else { continue };
        let place = expected
            .iter()
            .position(|expected| expected.key == *key && expected.message == *message)
            .ok_or_else(|| format!("unexpected: {entry:x?}"))?;
        if !output.starts_with(&expected[place].output) {
            return Err(format!("{} is {output:x?}", expected[place].what));
        }
        met[place] = true;
    }
    match expected.iter().zip(met).find(|(_, met)| !met) {
        Some((expected, _)) => Err(format!("{} was not computed", expected.what)),
        None => Ok(()),
    }
}

fn expected_hmacs(trace: &Trace, role: Role) -> Vec<Expected> {
    let value = |name: &str| trace.get(name).to_vec();
    let extract = |name: &str, salt: Vec<u8>, input: Vec<u8>| Expected {
        what: name.to_owned(),
        key: salt,
        message: input,
        output: value(name),
    };
    let expand = |name: &str, secret: &str, label: &str, context: Vec<u8>| {
        let output = value(name);
        let length = u8::try_from(output.len()).expect("at most a hash");
        Expected {
            what: name.to_owned(),
            key: value(secret),
            message: expansion(label, &context, length),
            output,
        }
    };
    let of_nothing = || hash(&[]);
    let mut expected = vec![
        extract("early_secret", ZEROS.to_vec(), ZEROS.to_vec()),
        expand("derived_for_handshake", "early_secret", "derived", of_nothing()),
        extract("handshake_secret", value("derived_for_handshake"), value("shared_secret")),
        expand("derived_for_main", "handshake_secret", "derived", of_nothing()),
        extract("main_secret", value("derived_for_main"), ZEROS.to_vec()),
        expand("exporter_secret", "main_secret", "exp master", value("hash_to_server_finished")),
    ];
    for (side, letter) in [("client", "c"), ("server", "s")] {
        for (epoch, short, from, hash) in [
            ("handshake", "hs", "handshake_secret", "hash_to_server_hello"),
            ("application", "ap", "main_secret", "hash_to_server_finished"),
        ] {
            let secret = format!("{side}_{epoch}_traffic_secret");
            let label = format!("{letter} {short} traffic");
            expected.push(expand(&secret, from, &label, value(hash)));
            for part in ["key", "iv"] {
                let name = format!("{side}_{epoch}_{part}");
                expected.push(expand(&name, &secret, part, Vec::new()));
            }
        }
        let secret = format!("{side}_handshake_traffic_secret");
        let name = format!("{side}_finished_key");
        expected.push(expand(&name, &secret, "finished", Vec::new()));
    }
    let (own, _) = sides(role);
    expected.push(Expected {
        what: format!("the {own}'s Finished"),
        key: value(&format!("{own}_finished_key")),
        message: hash_before_finished(trace, own),
        output: verify_data(trace, own).to_vec(),
    });
    let has_ticket = trace.find("new_session_ticket").is_some();
    if role == Role::Client || has_ticket {
        let hash = value("hash_to_client_finished");
        expected.push(expand("resumption_secret", "main_secret", "res master", hash));
    }
    if has_ticket {
        // The ticket's nonce. The key stands in section 4 of the RFC as well, where it is used.
        expected.push(expand("ticket_key", "resumption_secret", "resumption", vec![0, 0]));
    }
    expected
}

/// The message of the one HMAC that an expansion with this label is: HkdfLabel, and the number 1.
fn expansion(label: &str, context: &[u8], length: u8) -> Vec<u8> {
    let label = format!("tls13 {label}");
    let length_of = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
    [
        &[0, length, length_of(label.as_bytes())],
        label.as_bytes(),
        &[length_of(context)],
        context,
        &[1],
    ]
    .concat()
}

/// What the Finished of this side is computed over.
fn hash_before_finished(trace: &Trace, side: &str) -> Vec<u8> {
    if side == "server" {
        trace.hash_to("server_certificate_verify")
    } else if trace.find("client_certificate_verify").is_some() {
        trace.hash_to("client_certificate_verify")
    } else {
        trace.hash_to("server_finished")
    }
}

fn verify_data<'t>(trace: &'t Trace, side: &str) -> &'t [u8] {
    trace.get(&format!("{side}_finished")).get(4..).unwrap_or_default()
}

/// The fingerprint by which a session tells whose configuration has judged the peer: whom this end
/// trusts (here the verdict that a client is told; a server asks nobody), and its own certificate.
fn judged_by(trace: &Trace, role: Role) -> Vec<u8> {
    let certificate = trace.get("server_certificate");
    match role {
        Role::Client => hash(&[1; 32]),
        // Behind the header, the empty context and two lengths; before the empty extensions.
        Role::Server => {
            let own = certificate.get(11..certificate.len() - 2).unwrap_or_default();
            hash(&[&[0; 32], own].concat())
        }
    }
}

fn expected_hashes(trace: &Trace, role: Role) -> Vec<Vec<u8>> {
    let mut hashes = vec![
        hash(&[]),
        trace.get("hash_to_server_hello").to_vec(),
        trace.get("hash_to_server_finished").to_vec(),
        trace.hash_to("server_certificate"),
        trace.hash_to("server_certificate_verify"),
    ];
    if trace.find("hello_retry_request").is_some() {
        hashes.push(trace.hash_to("client_hello"));
    }
    if trace.find("client_certificate").is_some() {
        hashes.push(trace.hash_to("client_certificate"));
        hashes.push(trace.hash_to("client_certificate_verify"));
    }
    if role == Role::Client || trace.find("new_session_ticket").is_some() {
        hashes.push(trace.get("hash_to_client_finished").to_vec());
    }
    if trace.find("new_session_ticket").is_some() {
        hashes.push(judged_by(trace, role));
    }
    hashes
}
