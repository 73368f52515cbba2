//! The rules of the protocol, provoked on real connections by a peer that holds the keys.
//!
//! A [`Victim`] is one connection. What it receives is forged with its own receiving keys, and what
//! it sends is opened with its sending keys, so that its peer may be as wrong as it likes. A
//! [`Pair`] is two connections, one of which seals whatever a test says.

mod client;
mod client_retry;
mod connected;
mod floods;
mod lent;
mod limits;
mod records;
mod server;

use std::sync::Arc;

use hyaline_model::Alert;
use hyaline_model::table::{Call, CallResult};
use rcgen::KeyPair;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::{Connection, Operation, Readiness};
use crate::alert::AlertDescription;
use crate::certificate::test_certificates::{
    Authority, client_parameters, der, noon, server_parameters,
};
use crate::certificate::{Identity, Signer};
use crate::crypto::{CryptoProvider, Ring};
use crate::message::{Certificate, CertificateVerify, Finished, KeyShare, ServerHello};
use crate::negotiate::client::Offer;
use crate::record::{Content, Opened, Opener, Split, split};
use crate::{
    CipherSuite, ClientConfig, ContentType, Error, HandshakeType, NamedGroup, Outbox, ServerConfig,
    SignatureScheme,
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

/// One connection, whose peer is the test.
struct Victim {
    connection: Connection,
    outbox: Outbox,
    /// What it received of application data.
    read: Vec<u8>,
    /// The result of the last call that has ended.
    result: Option<CallResult>,
}

impl Victim {
    /// A client whose ClientHello is sent.
    fn client(config: ClientConfig) -> Self {
        let mut victim = Self::idle_client(config);
        victim.connection.start(now(), Call::Handshake, &mut victim.outbox);
        victim
    }

    /// A client that has not begun.
    fn idle_client(config: ClientConfig) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        Self::new(Connection::client(Arc::new(config), name).unwrap())
    }

    /// A server that waits for a ClientHello.
    fn server(config: ServerConfig) -> Self {
        let mut victim = Self::new(Connection::server(Arc::new(config)).unwrap());
        victim.connection.start(now(), Call::Handshake, &mut victim.outbox);
        victim
    }

    fn new(connection: Connection) -> Self {
        Self { connection, outbox: Outbox::new(), read: Vec::new(), result: None }
    }

    /// Everything that waits in the outbox is transmitted.
    fn transmit(&mut self) -> Vec<u8> {
        let bytes = self.outbox.bytes().to_vec();
        self.connection.handle_transmitted(now(), bytes.len(), &mut self.outbox);
        bytes
    }

    /// Receives these bytes, and tells what it sealed in answer.
    fn receive(&mut self, bytes: &[u8]) -> Vec<Sent> {
        let mut mirror = self.connection.core.sealer.mirror();
        let before = self.outbox.bytes().len();
        let mut input = bytes.to_vec();
        while !input.is_empty() {
            // Only a pending call receives.
            if self.connection.is_idle() {
                self.result = self.connection.take_result().or(self.result);
                self.connection.start(now(), Call::Read, &mut self.outbox);
            }
            let received = self.connection.handle_input(now(), &mut input, &mut self.outbox);
            if let Some(data) = input.get(received.data.clone()) {
                self.read.extend_from_slice(data);
                self.connection.consume(data.len());
            }
            if received.consumed == 0 {
                break;
            }
            input.drain(..received.consumed);
        }
        open_all(&mut mirror, &self.outbox.bytes()[before..])
    }

    /// Receives a record with this content, under the keys that it opens with now.
    fn receive_content(&mut self, content_type: ContentType, content: &[u8]) -> Vec<Sent> {
        let record = self.connection.forge(content_type, content);
        self.receive(&record)
    }

    /// Receives a handshake message in a record of its own.
    fn receive_message(&mut self, message: &[u8]) -> Vec<Sent> {
        self.receive_content(ContentType::Handshake, message)
    }

    /// Fails with this error, after these answers, of which the last is its alert.
    fn assert_failed(&self, sent: &[Sent], error: &Error) {
        assert_eq!(self.connection.error(), Some(error));
        let alert = error.alert().expect("an offence has an alert");
        let expected = (ContentType::Alert, vec![2, AlertDescription::from(alert).0]);
        assert_eq!(sent.last(), Some(&expected), "{alert:?}");
        assert!(!self.connection.is_reading(), "nothing more is opened");
    }

    /// Refuses a record of this content.
    fn assert_refuses(mut self, content_type: ContentType, content: &[u8], error: &Error) {
        let sent = self.receive_content(content_type, content);
        self.assert_failed(&sent, error);
    }

    /// Refuses a handshake message.
    fn assert_refuses_message(self, message: &[u8], error: &Error) {
        self.assert_refuses(ContentType::Handshake, message, error);
    }

    /// Has nothing against what it received.
    fn assert_well(&self) {
        assert_eq!(self.connection.error(), None);
        assert!(self.connection.is_reading());
    }

    fn offer(&self) -> &Offer {
        let handshake = self.connection.core.handshake.as_deref().expect("a handshake");
        handshake.offer.as_ref().expect("a client")
    }

    /// The Finished that its peer should send now.
    fn good_finished(&self) -> Vec<u8> {
        let core = &self.connection.core;
        let handshake = core.handshake.as_deref().expect("a handshake");
        let secrets = handshake.secrets.as_ref().expect("keys");
        let secret = if core.is_client() { &secrets.server } else { &secrets.client };
        let value = secret.verify_data(&Ring, &handshake.transcript.hash().unwrap());
        let mut bytes = Vec::new();
        Finished { verify_data: value.as_bytes() }.encode(&mut bytes);
        bytes
    }

    /// The CertificateVerify that its peer should send now.
    fn good_certificate_verify(
        &self,
        identity: &Identity<Ring>,
        scheme: SignatureScheme,
    ) -> Vec<u8> {
        let core = &self.connection.core;
        let handshake = core.handshake.as_deref().expect("a handshake");
        let signer = if core.is_client() { Signer::Server } else { Signer::Client };
        let hash = handshake.transcript.hash().unwrap();
        let signature = identity.sign_certificate_verify(signer, hash.as_bytes(), scheme).unwrap();
        let mut bytes = Vec::new();
        CertificateVerify { scheme, signature: &signature }.encode(&mut bytes);
        bytes
    }
}

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
    ServerHello { random: &[7; 32], session_id: &client.offer().session_id, suite, share }
        .encode(&mut bytes);
    bytes
}

/// EncryptedExtensions that say nothing.
const NO_EXTENSIONS: [u8; 6] = [8, 0, 0, 2, 0, 0];

fn certificate(chain: &[CertificateDer<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Certificate::encode(chain, &mut bytes);
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
    let identity = Identity::new(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let scheme = identity.schemes()[0];
    client.receive_message(&client.good_certificate_verify(&identity, scheme));
    client.assert_well();
    client
}

/// An offer that a server can accept.
fn offer() -> Offer {
    Offer {
        random: [1; 32],
        session_id: vec![2; 32],
        suites: vec![CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384],
        groups: vec![NamedGroup::X25519, NamedGroup::Secp256r1],
        shares: vec![(NamedGroup::X25519, BASE_POINT.to_vec())],
        schemes: crate::certificate::OFFERED_SCHEMES.to_vec(),
        certificate_schemes: Vec::new(),
        application_protocols: Vec::new(),
        server_name: None,
        cookie: None,
        retried: None,
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

/// A client and a server whose handshake is complete.
struct Pair {
    client: Victim,
    server: Victim,
}

impl Pair {
    fn new() -> Self {
        let world = World::new();
        Self::with(world.client(), world.server().with_tickets(0).unwrap())
    }

    fn with(client: ClientConfig, server: ServerConfig) -> Self {
        let mut pair = Self { client: Victim::client(client), server: Victim::server(server) };
        pair.exchange();
        for end in [&mut pair.client, &mut pair.server] {
            assert_eq!(end.take_result(), Some(CallResult::Ok), "{:?}", end.connection);
        }
        pair
    }

    /// Both transmit and receive until nothing is left.
    fn exchange(&mut self) {
        loop {
            let to_server = self.client.transmit();
            self.server.receive(&to_server);
            let to_client = self.server.transmit();
            self.client.receive(&to_client);
            if to_server.is_empty() && to_client.is_empty() {
                return;
            }
        }
    }
}

impl Victim {
    /// Carries out what the pending call orders, without transmitting, and gives the result of the
    /// last call, once.
    fn take_result(&mut self) -> Option<CallResult> {
        loop {
            match self.connection.poll_operation(now(), &mut self.outbox) {
                Operation::Wait(_) => {
                    self.connection.handle_ready(Readiness { receive: true, transmit: true });
                    let last = self.result.take();
                    return self.connection.take_result().or(last);
                }
                Operation::Receive => self.connection.handle_blocked(Operation::Receive),
                Operation::Transmit => self.connection.handle_blocked(Operation::Transmit),
                Operation::ShutdownWrite | Operation::Close => {}
            }
        }
    }

    /// Begins a call and gives its result, if it ends at once. A read that is pending gives way.
    fn call(&mut self, call: Call) -> Option<CallResult> {
        self.end_read();
        self.connection.start(now(), call, &mut self.outbox);
        self.take_result()
    }

    fn end_read(&mut self) {
        self.connection.handle_deadline(now(), &mut self.outbox);
        self.take_result();
    }

    /// Seals a record of this content, whatever the rules say, and gives its bytes.
    fn seal(&mut self, content: Content, body: &[u8]) -> Vec<u8> {
        let before = self.outbox.bytes().len();
        self.connection.core.sealer.seal(&mut self.outbox, content, body).unwrap();
        let bytes = self.outbox.bytes()[before..].to_vec();
        self.transmit();
        bytes
    }

    /// Writes, and gives the bytes that are transmitted.
    fn write(&mut self, data: &[u8]) -> Vec<u8> {
        self.end_read();
        assert_eq!(self.connection.start_write(now(), data, &mut self.outbox), data.len());
        let bytes = self.transmit();
        assert_eq!(self.take_result(), Some(CallResult::Ok));
        bytes
    }
}

/// A handshake message, in a record of its own.
const MESSAGE: Content = Content::Handshake(HandshakeType::KeyUpdate);
const DATA: Content = Content::ApplicationData;
const ALERT: Content = Content::Alert(Alert::CloseNotify);

const KEY_UPDATE: [u8; 5] = [24, 0, 0, 1, 0];
const KEY_UPDATE_REQUEST: [u8; 5] = [24, 0, 0, 1, 1];
/// A ticket: lifetime, age_add, no nonce, one byte, no extensions.
const TICKET: [u8; 18] = [4, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0];
