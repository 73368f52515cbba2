//! One role of a trace, played by the shipping connection.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hyaline_model::table::Role;
use hyaline_replay::crypto::CryptoProvider;
use hyaline_replay::pki_types::{ServerName, UnixTime};
use hyaline_replay::replay::recorded::{Entry, Script, Signature, SigningKey};
use hyaline_replay::replay::{Recorded, Recording, UnchangingTickets};
use hyaline_replay::{
    Call, CallResult, ClientConfig, Connection, ExtensionType, HandshakeType, NamedGroup,
    Operation, Outbox, ServerConfig, SignatureScheme,
};

use crate::trace::Trace;

const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));

/// Offered by the traces' clients and answered by their servers (RFC 8449). A client of this
/// library offers it only where it is configured to, which this one is not.
pub(crate) const RECORD_SIZE_LIMIT: ExtensionType = ExtensionType(28);

/// What became of a role.
pub(crate) struct Played {
    /// What the provider was asked for.
    pub(crate) log: Vec<Entry>,
    /// The records that were sent.
    pub(crate) sent: Vec<u8>,
    /// The application data that was received.
    pub(crate) received: Vec<u8>,
    /// The messages that we would have sent.
    pub(crate) own: Vec<Vec<u8>>,
}

/// Plays the role to its end. What is computed, this provider computes.
pub(crate) fn play<P: CryptoProvider>(
    trace: &Trace,
    role: Role,
    underlying: P,
) -> Result<Played, String> {
    let provider = Recorded::by(underlying, script(trace, role));
    let mut connection = connection(trace, role, provider.clone())?;
    connection.follow(recording(trace, role));
    let incoming =
        trace.records().filter(|(sender, _)| *sender != role).map(|(_, record)| record.to_vec());
    let mut player = Player {
        connection,
        outbox: Outbox::new(),
        incoming: incoming.collect(),
        sent: Vec::new(),
        received: Vec::new(),
    };
    player.call(Call::Handshake, CallResult::Ok)?;
    let (own, peers) = match role {
        Role::Client => ("client_data", "server_data"),
        Role::Server => ("server_data", "client_data"),
    };
    if let (Some(own), Some(_)) = (trace.find(own), trace.find(peers)) {
        match role {
            Role::Client => {
                player.write(own)?;
                player.call(Call::Read, CallResult::Ok)?;
                player.call(Call::HalfClose, CallResult::Ok)?;
                player.call(Call::Read, CallResult::EndOfStream)?;
            }
            Role::Server => {
                player.call(Call::Read, CallResult::Ok)?;
                player.write(own)?;
                player.call(Call::Read, CallResult::EndOfStream)?;
                player.call(Call::HalfClose, CallResult::Ok)?;
            }
        }
    } else {
        player.call(Call::HalfClose, CallResult::Ok)?;
        player.call(Call::Read, CallResult::EndOfStream)?;
    }
    player.finish(&provider)
}

/// The connection in its role, configured as the trace's endpoint was.
fn connection<P: CryptoProvider>(
    trace: &Trace,
    role: Role,
    provider: Recorded<P>,
) -> Result<Connection<Recorded<P>>, String> {
    let made = match role {
        Role::Client => {
            let config =
                ClientConfig::builder_with_provider(provider).with_scripted_verdict(Ok(()));
            let config = match own_signature(trace, "client") {
                Some(signature) => config.with_scripted_identity(SigningKey::new(signature)),
                None => config.with_no_client_auth(),
            };
            let name = ServerName::try_from("server").expect("a name");
            let config = config.with_compatibility_mode(false).with_grease(false);
            Connection::client(Arc::new(config), name)
        }
        Role::Server => {
            let config = ServerConfig::builder_with_provider(provider);
            let config = if trace.find("certificate_request").is_some() {
                config.with_scripted_verdict(true, Ok(()))
            } else {
                config.with_no_client_auth()
            };
            let signature = own_signature(trace, "server").ok_or("no signature")?;
            let tickets = u8::from(trace.find("new_session_ticket").is_some());
            config
                .with_scripted_identity(SigningKey::new(signature))
                .with_session_tickets(Arc::new(UnchangingTickets::of(None)))
                .with_tickets(tickets)
                .and_then(|config| config.with_groups(&[trace.group()]))
                .and_then(|config| Connection::server(Arc::new(config)))
        }
    };
    made.map_err(|error| error.to_string())
}

/// What the side of this name signs: its Certificate's first entry, and its CertificateVerify.
fn own_signature(trace: &Trace, side: &str) -> Option<Signature> {
    let certificate = trace.find(&format!("{side}_certificate"))?;
    let verify = trace.find(&format!("{side}_certificate_verify"))?;
    let context = format!("TLS 1.3, {side} CertificateVerify\0");
    let hash = trace.hash_to(&format!("{side}_certificate"));
    Some(Signature {
        // Behind the header, the empty context and two lengths; before the empty extensions.
        certificate: certificate.get(11..certificate.len() - 2)?.to_vec(),
        scheme: SignatureScheme(u16::from_be_bytes(*verify.get(4..)?.first_chunk()?)),
        content: [&[b' '; 64], context.as_bytes(), &hash].concat(),
        signature: verify.get(8..)?.to_vec(),
    })
}

fn script(trace: &Trace, role: Role) -> Script {
    let value = |name: &str| trace.get(name).to_vec();
    let (own, peer) = match role {
        Role::Client => ("client", "server"),
        Role::Server => ("server", "client"),
    };
    let mut random = VecDeque::from([value(&format!("{own}_random"))]);
    if role == Role::Server && trace.find("new_session_ticket").is_some() {
        // The age_add of our ticket, whose message is replaced by the given one.
        random.push_back(vec![0; 4]);
    }
    let mut shares = VecDeque::new();
    if let (Role::Client, Some(first)) = (role, trace.find("client_first_share")) {
        shares.push_back((NamedGroup::X25519, first.to_vec()));
    }
    shares.push_back((trace.group(), value(&format!("{own}_share"))));
    Script {
        random,
        shares,
        peer_share: value(&format!("{peer}_share")),
        shared_secret: value("shared_secret"),
        peer_signature: own_signature(trace, peer),
    }
}

/// The messages of the trace that take the places of ours, since we would choose other extensions.
fn recording(trace: &Trace, role: Role) -> Recording {
    let (names, foreign): (&[(_, _)], _) = match role {
        Role::Client => (
            &[
                (HandshakeType::ClientHello, "client_hello"),
                (HandshakeType::ClientHello, "second_client_hello"),
            ],
            RECORD_SIZE_LIMIT,
        ),
        // Our HelloRetryRequest has no cookie.
        Role::Server => (
            &[
                (HandshakeType::ServerHello, "hello_retry_request"),
                (HandshakeType::ServerHello, "server_hello"),
                (HandshakeType::EncryptedExtensions, "encrypted_extensions"),
                (HandshakeType::CertificateRequest, "certificate_request"),
                (HandshakeType::NewSessionTicket, "new_session_ticket"),
            ],
            ExtensionType::Cookie,
        ),
    };
    let given = names
        .iter()
        .filter_map(|(message, name)| Some((*message, trace.find(name)?.to_vec())))
        .collect();
    Recording { given, foreign: vec![foreign] }
}

struct Player<P: CryptoProvider> {
    connection: Connection<Recorded<P>>,
    outbox: Outbox,
    incoming: VecDeque<Vec<u8>>,
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl<P: CryptoProvider> Player<P> {
    fn call(&mut self, call: Call, expected: CallResult) -> Result<(), String> {
        let started = self.connection.start(NOW, call, &mut self.outbox);
        started.map_err(|error| format!("{call:?}: {error}"))?;
        self.complete(&format!("{call:?}"), expected)
    }

    fn write(&mut self, data: &[u8]) -> Result<(), String> {
        let written = self.connection.start_write(NOW, data, &mut self.outbox);
        let accepted = written.map_err(|error| format!("a write: {error}"))?;
        if accepted != data.len() {
            let error = self.connection.error();
            return Err(format!("{accepted} octets accepted of {}: {error:?}", data.len()));
        }
        self.complete("a write", CallResult::Ok)
    }

    /// Carries out what the connection asks for, until the call has its result.
    fn complete(&mut self, call: &str, expected: CallResult) -> Result<(), String> {
        loop {
            if let Some(result) = self.connection.take_result() {
                let error = self.connection.error();
                return if result == expected && error.is_none() {
                    Ok(())
                } else {
                    Err(format!("{call} is {result:?}: {error:?}"))
                };
            }
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Transmit => {
                    self.sent.extend_from_slice(self.outbox.bytes());
                    let count = self.outbox.bytes().len();
                    self.connection.handle_transmitted(count, &mut self.outbox);
                }
                Operation::Receive => self.receive(call)?,
                Operation::ShutdownWrite => {}
                other => return Err(format!("{call} comes to {other:?}")),
            }
        }
    }

    fn receive(&mut self, call: &str) -> Result<(), String> {
        let mut record = self.incoming.pop_front().ok_or(format!("{call} waits for more"))?;
        let received = self.connection.handle_input(NOW, &mut record, &mut self.outbox);
        if received.consumed != record.len() {
            return Err(format!("{call}: {} octets consumed", received.consumed));
        }
        let data = record.get(received.data).unwrap_or_default();
        self.received.extend_from_slice(data);
        self.connection.consume(data.len());
        Ok(())
    }

    /// Everything must have been used.
    fn finish(self, provider: &Recorded<P>) -> Result<Played, String> {
        let rest = provider.rest();
        let used = rest.random.is_empty() && rest.shares.is_empty();
        if !used || rest.peer_signature.is_some() {
            return Err(format!("not asked for: {rest:?}"));
        }
        if !self.incoming.is_empty() || self.connection.given_left() > 0 {
            return Err("records or messages are left over".to_owned());
        }
        Ok(Played {
            log: provider.log(),
            sent: self.sent,
            received: self.received,
            own: self.connection.own_messages(),
        })
    }
}
