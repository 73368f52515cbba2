//! Inputs in DER, and in the formats of this library's own, such as tickets and sessions.

use std::sync::Arc;

use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use hyaline::{
    Call, ClientConfig, ClientSession, ClientSessions, Connection, Identity, RevocationLists,
    RootCertStore, SealedTickets, SessionMemory, SessionTickets,
};

use crate::configuration::{Both, CERTIFICATES, now, server_name};
use crate::end::End;
use crate::instructions::Instructions;
use crate::memory;
use crate::provider::Clear;

/// The first byte says what the rest is.
pub fn run(input: &[u8]) {
    memory::bounded(input, |input| {
        let Some((kind, rest)) = input.split_first() else { return };
        match kind % 8 {
            0 => list(rest),
            1 => staple(rest),
            2 => timestamps(rest),
            3 => session(rest),
            4 => ticket(rest),
            5 => root(rest),
            6 => identity(rest),
            _ => key(rest),
        }
    });
}

fn list(input: &[u8]) {
    let mut lists = RevocationLists::new();
    let is_added = lists.add(&CertificateRevocationListDer::from(input)).is_ok();
    assert_eq!(lists.len(), usize::from(is_added));
}

fn staple(input: &[u8]) {
    let _ = CERTIFICATES.identity(&Clear).with_staples(vec![input.to_vec()]);
}

fn timestamps(input: &[u8]) {
    let _ = CERTIFICATES.identity(&Clear).with_timestamps(input.to_vec());
}

/// A session that can be read is written as it was read, and a client may begin with it.
fn session(input: &[u8]) {
    let Some(session) = ClientSession::from_bytes(input) else { return };
    let bytes = session.to_bytes();
    let again = ClientSession::from_bytes(bytes.as_bytes()).expect("what was written is read");
    assert_eq!(again.to_bytes().as_bytes(), bytes.as_bytes());
    let sessions = SessionMemory::new(1);
    sessions.keep(&server_name(), again);
    let client = ClientConfig::builder_with_provider(Clear)
        .with_root_certificates(CERTIFICATES.roots())
        .with_no_client_auth()
        .with_sessions(Arc::new(sessions));
    let client = Connection::client(Arc::new(client), server_name()).expect("a client");
    let mut client = End::new(client);
    client.start(Call::Handshake);
    // A server understands what this client sends, though it knows no tickets of that kind.
    let server = Connection::server(Both::new(&Clear, 0).server).expect("a server");
    let mut server = End::new(server);
    server.start(Call::Handshake);
    server.arrived.extend(client.transmitted.drain(..));
    server.advance();
    client.finish();
    server.finish();
}

/// A ticket of whatever content, under a key that exists.
fn ticket(input: &[u8]) {
    let tickets = SealedTickets::new(Clear);
    let issued = tickets.issue(now(), input).expect("a ticket");
    let session = tickets.redeem(now(), &issued).expect("it is ours");
    assert_eq!(session.as_bytes(), input);
    let _ = tickets.redeem(now(), input);
    let protected = SealedTickets::new(Ring);
    protected.issue(now(), input);
    assert!(protected.redeem(now(), input).is_none(), "a ticket is forged");
}

fn root(input: &[u8]) {
    let mut roots = RootCertStore::empty();
    let is_added = roots.add(CertificateDer::from(input)).is_ok();
    assert_eq!(roots.len(), usize::from(is_added));
}

/// A chain, each certificate behind its length, with our own key.
fn identity(input: &[u8]) {
    let mut instructions = Instructions::new(input);
    let mut chain = Vec::new();
    loop {
        match instructions.counted_piece() {
            [] => break,
            certificate => chain.push(CertificateDer::from(certificate.to_vec())),
        }
    }
    let key = Clear.load_key(&CERTIFICATES.key).expect("a key");
    let _ = Identity::new(&Clear, chain, key);
}

fn key(input: &[u8]) {
    if let Ok(key) = PrivateKeyDer::try_from(input)
        && let Ok(key) = Ring.load_key(&key)
    {
        let scheme = *key.schemes().first().expect("a key can sign");
        let _ = key.sign(scheme, b"message");
    }
}
