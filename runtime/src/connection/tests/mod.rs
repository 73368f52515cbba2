//! The rules of the protocol, provoked on real connections by a peer that holds the keys.
//!
//! A [`Victim`] is one connection. What it receives is forged with its own receiving keys, and what
//! it sends is opened with its sending keys, so that its peer may be as wrong as it likes. A
//! [`Pair`] is two connections, one of which seals whatever a test says.

mod attached;
mod client;
mod client_retry;
mod compression;
mod connected;
mod early_data;
mod early_data_answered;
mod early_data_refused;
mod early_data_sent;
mod ech;
mod ech_answered;
mod ech_refused;
mod ended;
mod ends;
mod external_keys;
mod floods;
mod grease;
mod hand_over;
mod journal;
mod judged;
mod lent;
mod limits;
mod misuse;
mod padding;
mod psk_exchange;
mod raw_public_keys;
mod raw_public_keys_refused;
mod raw_public_keys_resumed;
mod record_sizes;
mod records;
mod resumption;
mod resumption_refused;
mod server;
mod shared_tickets;
mod split;
mod stages;
mod time;
mod victim;
mod work;

use std::sync::Arc;

use hyaline_model::Alert;
use hyaline_model::table::CallResult;
use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use self::victim::{Pair, Victim};
use super::handshake::{ClientStage, Negotiation};
use super::{Connection, Operation, Readiness};
use crate::alert::AlertDescription;
use crate::certificate::test_certificates::{
    Authority, client_parameters, der, noon, server_parameters,
};
use crate::certificate::{Identity, Signer};
use crate::config::{Compressions, PskExchange};
use crate::crypto::{CryptoProvider, Ring, TAG_LENGTH};
use crate::message::{
    BothSides, Certificate, CertificateVerify, Entry, KeyShare, ServerHello, Wanted,
};
use crate::negotiate::client::Offer;
use crate::record::{Content, HEADER_LENGTH, Opened, Opener, Split, split};
use crate::{
    Call, CipherSuite, ClientConfig, ContentType, Error, HandshakeType, NamedGroup, Outbox,
    SenderCall, ServerConfig, SignatureScheme,
};

/// The time by which certificates are judged.
fn now() -> UnixTime {
    noon(2026, 7, 1)
}

/// A public key of X25519 that anyone may have: the base point.
const BASE_POINT: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 9;
    point
};

/// Certificates of an authority that both sides trust.
struct World {
    authority: Authority,
    server_key: KeyPair,
    client_key: KeyPair,
}

impl World {
    fn new() -> Self {
        Self::with_server_key(KeyPair::generate().unwrap())
    }

    fn with_server_key(server_key: KeyPair) -> Self {
        let client_key = KeyPair::generate().unwrap();
        Self { authority: Authority::new(), server_key, client_key }
    }

    fn client(&self) -> ClientConfig {
        ClientConfig::builder().with_root_certificates(self.authority.roots()).with_no_client_auth()
    }

    fn server(&self) -> ServerConfig {
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(self.server_chain(), der(&self.server_key))
            .unwrap()
    }

    fn server_that_requires(&self) -> ServerConfig {
        ServerConfig::builder()
            .with_client_auth_required(self.authority.roots())
            .unwrap()
            .with_single_cert(self.server_chain(), der(&self.server_key))
            .unwrap()
    }

    fn server_chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.authority.sign(&server_parameters(), &self.server_key)]
    }

    fn client_chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.authority.sign(&client_parameters(), &self.client_key)]
    }
}

/// What was sent: its content type and its content, or the record itself where the keys have
/// changed.
type Sent = (ContentType, Vec<u8>);

/// The contents of these records; where the keys do not fit, the record as it is.
fn open_all(opener: &mut Opener<Ring>, mut bytes: &[u8]) -> Vec<Sent> {
    let mut contents = Vec::new();
    while let [content_type, _, _, high, low, ..] = bytes {
        let length = 5 + usize::from(u16::from_be_bytes([*high, *low]));
        let mut record = bytes[..length].to_vec();
        let Ok(Split::Record(split)) = split(&mut record, false) else { panic!("a record") };
        contents.push(match opener.open(split, true) {
            Ok(Opened::Content { content_type, plaintext }) => (content_type, plaintext.to_vec()),
            _ => (ContentType(*content_type), bytes[..length].to_vec()),
        });
        bytes = &bytes[length..];
    }
    contents
}

/// A record in the clear.
fn plain(content_type: ContentType, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[content_type.0, 3, 3, high, low][..], content].concat()
}

/// A handshake message with this body.
fn message(handshake_type: HandshakeType, body: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[handshake_type.0, high, middle, low][..], body].concat()
}

/// A message whose body is a block of these extensions.
fn extensions(handshake_type: HandshakeType, front: &[u8], block: &[u8]) -> Vec<u8> {
    let length = u16::try_from(block.len()).unwrap().to_be_bytes();
    message(handshake_type, &[front, &length, block].concat())
}

/// The ServerHello that a client expects.
fn server_hello(client: &Victim) -> Vec<u8> {
    server_hello_with(client, CipherSuite::Aes128GcmSha256, NamedGroup::X25519, &BASE_POINT)
}

fn server_hello_with(
    client: &Victim,
    suite: CipherSuite,
    group: NamedGroup,
    public_key: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let share = KeyShare { group, public_key };
    ServerHello {
        random: &[7; 32],
        session_id: &client.offer().session_id,
        suite,
        share: Some(share),
        selected_identity: None,
    }
    .encode(&mut bytes);
    bytes
}

/// EncryptedExtensions that say nothing.
const NO_EXTENSIONS: [u8; 6] = [8, 0, 0, 2, 0, 0];

fn certificate(chain: &[CertificateDer<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Certificate::encode(chain.iter().map(|data| Entry::bare(data)), &mut bytes);
    bytes
}

/// A client that waits for EncryptedExtensions.
fn client_with_keys(world: &World) -> Victim {
    let mut client = Victim::client(world.client());
    client.transmit();
    let sent = client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    assert_eq!(sent, []);
    client
}

/// A client that waits for the server's certificate, or for a CertificateRequest.
fn client_before_certificate(world: &World) -> Victim {
    let mut client = client_with_keys(world);
    client.receive_message(&NO_EXTENSIONS);
    client.assert_well();
    client
}

/// A client that waits for the server's CertificateVerify.
fn client_before_signature(world: &World) -> Victim {
    let mut client = client_before_certificate(world);
    client.receive_message(&certificate(&world.server_chain()));
    client.assert_well();
    client
}

/// A client that waits for the server's Finished.
fn client_before_finished(world: &World) -> Victim {
    let mut client = client_before_signature(world);
    let identity = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let scheme = identity.schemes()[0];
    client.receive_message(&client.good_certificate_verify(&identity, scheme));
    client.assert_well();
    client
}

/// An offer that a server can accept.
fn offer() -> Offer {
    Offer {
        random: [1; 32],
        session_id: [2; 32].into(),
        suites: [CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384].into(),
        groups: [NamedGroup::X25519, NamedGroup::Secp256r1].into(),
        shares: vec![(NamedGroup::X25519, BASE_POINT.to_vec())],
        schemes: Ring.verification_schemes().into(),
        certificate_schemes: Vec::new(),
        application_protocols: [].into(),
        server_name: None,
        cookie: None,
        record_size_limit: None,
        tickets: true,
        wanted: Wanted::default(),
        authorities: [].into(),
        compressions: Compressions::default(),
        certificate_types: BothSides::default(),
        retried: None,
        session: None,
        early_data: false,
        has_ech: false,
        grease: None,
        psk_exchange: PskExchange::Required,
    }
}

/// A server that has sent its flight.
fn server_after_flight(config: ServerConfig) -> Victim {
    let mut server = Victim::server(config);
    let hello = crate::negotiate::client::client_hello(&offer());
    server.receive(&plain(ContentType::Handshake, &hello));
    server.assert_well();
    server.transmit();
    server
}

/// A handshake message, in a record of its own.
const MESSAGE: Content = Content::Handshake(HandshakeType::KeyUpdate);
const DATA: Content = Content::ApplicationData;
const ALERT: Content = Content::Alert(Alert::CloseNotify);

const KEY_UPDATE: [u8; 5] = [24, 0, 0, 1, 0];
const KEY_UPDATE_REQUEST: [u8; 5] = [24, 0, 0, 1, 1];
/// A ticket: lifetime, age_add, no nonce, one byte, no extensions.
const TICKET: [u8; 18] = [4, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0];

/// The records in these bytes, each with its header.
fn records_of(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let [_, _, _, high, low, ..] = bytes {
        let (record, rest) = bytes.split_at(5 + usize::from(u16::from_be_bytes([*high, *low])));
        records.push(record);
        bytes = rest;
    }
    records
}

/// The lengths of what is encrypted in these records: content, its type, and padding.
fn inner_lengths(records: &[u8]) -> Vec<usize> {
    records_of(records)
        .into_iter()
        .map(|record| record.len() - HEADER_LENGTH - TAG_LENGTH)
        .collect()
}
