//! Valid conversations of two real connections, with everything that was received on the way.

use std::sync::Arc;

use hyaline_model::table::Role;
use hyaline_replay::pki_types::ServerName;
use hyaline_replay::replay::deterministic::SigningKey;
use hyaline_replay::replay::{
    Deterministic, UnchangingSessions, UnchangingStrikes, UnchangingTickets, client_session,
    server_session,
};
use hyaline_replay::{Call, ClientConfig, Connection, NamedGroup, RootCertStore, ServerConfig};

use super::end::{Begins, End, NOW, Plain, take_record};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};

/// What a conversation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The server wants a share that the client has not sent.
    pub(crate) retry: bool,
    /// The server asks for a certificate; the client has one, or has none.
    pub(crate) client_certificate: Option<bool>,
    /// Compatibility mode.
    pub(crate) compatibility: bool,
    /// An earlier session is resumed.
    pub(crate) resumed: bool,
    /// The client sends early data, and the server accepts them. No application protocol is chosen.
    pub(crate) early_data: bool,
    /// Real certificates, whose paths are really validated, instead of scripted verdicts.
    pub(crate) certificates: bool,
}

impl Plan {
    /// All plans that differ in what can happen.
    pub(crate) const ALL: [Self; 10] = [
        Self::SIMPLE,
        Self { retry: true, ..Self::SIMPLE },
        Self { compatibility: true, ..Self::SIMPLE },
        Self { client_certificate: Some(true), retry: true, compatibility: true, ..Self::SIMPLE },
        Self { client_certificate: Some(true), ..Self::SIMPLE },
        Self { client_certificate: Some(false), ..Self::SIMPLE },
        Self { resumed: true, ..Self::SIMPLE },
        Self { resumed: true, retry: true, compatibility: true, ..Self::SIMPLE },
        Self { resumed: true, early_data: true, compatibility: true, ..Self::SIMPLE },
        Self { certificates: true, client_certificate: Some(true), ..Self::SIMPLE },
    ];

    /// The shortest handshake.
    pub(crate) const SIMPLE: Self = Self {
        retry: false,
        client_certificate: None,
        compatibility: false,
        resumed: false,
        early_data: false,
        certificates: false,
    };
}

/// A record that one end received.
#[derive(Clone)]
pub(crate) struct Delivery {
    /// Who received it.
    pub(crate) receiver: Role,
    /// The receiver before.
    pub(crate) before: End,
    /// The record.
    pub(crate) record: Vec<u8>,
    /// The record in the clear.
    pub(crate) plain: Plain,
}

/// A conversation, record by record.
#[derive(Clone)]
pub(crate) struct Conversation {
    client: End,
    server: End,
    /// Everything that was received, in order.
    pub(crate) deliveries: Vec<Delivery>,
}

impl Conversation {
    /// Holds a conversation: a handshake, data and key updates both ways, and a close on each side.
    ///
    /// # Panics
    /// If the conversation does not go well.
    #[must_use]
    pub(crate) fn hold(plan: Plan) -> Self {
        let (client, server) = ends(plan);
        let conversation =
            Self { client: client.clone(), server: server.clone(), deliveries: Vec::new() };
        let mut talk =
            Talk { client, server, to_client: Vec::new(), to_server: Vec::new(), conversation };
        let [read, update_key] = [Call::Read, Call::UpdateKey].map(Begins::Call);
        talk.step(Some(Begins::Call(Call::Handshake)), Some(Begins::Call(Call::Handshake)));
        for call in [Begins::Write, update_key, Begins::Write] {
            talk.step(Some(call), Some(read));
            talk.step(Some(read), Some(call));
        }
        talk.step(Some(Begins::Call(Call::HalfClose)), Some(read));
        talk.step(Some(read), Some(Begins::Write));
        // The client reads no more, and what the server still says is drained.
        talk.step(Some(Begins::Call(Call::Close)), Some(update_key));
        talk.step(None, Some(Begins::Write));
        talk.step(None, Some(Begins::Call(Call::HalfClose)));
        for end in [&talk.client, &talk.server] {
            assert_eq!(end.connection.negotiated().is_resumed(), plan.resumed, "{plan:?}");
            assert!(end.connection.is_connected(), "{plan:?}: {:?}", end.connection);
            assert_eq!(end.connection.error(), None, "{plan:?}");
        }
        talk.conversation
    }

    /// One end as it was before its first call.
    #[must_use]
    pub(crate) fn beginning(&self, role: Role) -> End {
        match role {
            Role::Client => self.client.clone(),
            Role::Server => self.server.clone(),
        }
    }

    /// What one end received.
    pub(crate) fn received_by(&self, role: Role) -> impl Iterator<Item = &Delivery> {
        self.deliveries.iter().filter(move |delivery| delivery.receiver == role)
    }
}

struct Talk {
    client: End,
    server: End,
    to_client: Vec<u8>,
    to_server: Vec<u8>,
    conversation: Conversation,
}

impl Talk {
    /// Both begin a call, and go on until neither can.
    fn step(&mut self, client: Option<Begins>, server: Option<Begins>) {
        if let Some(call) = client {
            self.client.begin(call);
        }
        if let Some(call) = server {
            self.server.begin(call);
        }
        while self.turn(Role::Client) | self.turn(Role::Server) {}
    }

    /// One end goes on as far as it can, and receives one record at most.
    fn turn(&mut self, role: Role) -> bool {
        let (end, incoming, outgoing) = match role {
            Role::Client => (&mut self.client, &mut self.to_client, &mut self.to_server),
            Role::Server => (&mut self.server, &mut self.to_server, &mut self.to_client),
        };
        let length = outgoing.len();
        let wants = end.drive(&mut |bytes| outgoing.extend_from_slice(bytes));
        let moved = outgoing.len() > length;
        if !wants {
            return moved;
        }
        let Some(record) = take_record(incoming) else {
            end.connection.handle_blocked(hyaline_replay::Operation::Receive);
            end.drive(&mut |bytes| outgoing.extend_from_slice(bytes));
            return moved;
        };
        end.take_rows();
        let before = end.clone();
        let (content_type, content) =
            end.connection.peek(&record).expect("what a peer of ours sends opens");
        let consumed = end.receive(&mut record.clone()).expect("data comes after the handshake");
        assert_eq!(consumed, record.len());
        let plain = Plain { content_type, content };
        self.conversation.deliveries.push(Delivery { receiver: role, before, record, plain });
        true
    }
}

/// Both ends of a plan, before their first calls.
fn ends(plan: Plan) -> (End, End) {
    let authority = Authority::new();
    let server = server(plan, &authority);
    let client = client(plan, &authority);
    // Clones of one end must not take sessions from each other.
    let session = client_session(&client, &UnchangingTickets::TICKET, NOW);
    let session = session.filter(|_| plan.resumed);
    let client = client.with_sessions(Arc::new(UnchangingSessions::of(session)));
    let protocol = (!plan.early_data).then_some(&b"two"[..]);
    let known = server_session(&server, "localhost", protocol, NOW);
    let known = known.filter(|_| plan.resumed);
    let server = server.with_session_tickets(Arc::new(UnchangingTickets::of(known)));
    let name = ServerName::try_from("localhost").expect("a name");
    let mut client = Connection::client(Arc::new(client), name).expect("a client");
    if plan.early_data {
        client.offer_early_data(b"early data".to_vec()).expect("the handshake has not begun");
    }
    let server = Connection::server(Arc::new(server)).expect("a server");
    (End::new(client), End::new(server))
}

/// Trust in the authority, for this build of the library.
fn roots(authority: &Authority) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).expect("a root");
    roots
}

fn client(plan: Plan, authority: &Authority) -> ClientConfig<Deterministic> {
    let builder = ClientConfig::builder_with_provider(Deterministic::new(1));
    let builder = if plan.certificates {
        builder.with_root_certificates(roots(authority))
    } else {
        builder.with_scripted_verdict(Ok(()))
    };
    let config = match plan.client_certificate {
        Some(true) if plan.certificates => {
            let IssuedIdentity { chain, key, .. } = authority.client(KeyKind::P256);
            builder.with_client_auth_cert(chain, key).expect("a certificate")
        }
        Some(true) => builder.with_scripted_identity(SigningKey::new([1; 32])),
        _ => builder.with_no_client_auth(),
    };
    let config = config.with_compatibility_mode(plan.compatibility);
    if plan.early_data {
        return config;
    }
    config.with_alpn_protocols(["one", "two"]).expect("application protocols")
}

fn server(plan: Plan, authority: &Authority) -> ServerConfig<Deterministic> {
    let builder = ServerConfig::builder_with_provider(Deterministic::new(2));
    let builder = match plan.client_certificate {
        None => builder.with_no_client_auth(),
        Some(_) if plan.certificates => {
            builder.with_client_auth_required(roots(authority)).expect("roots")
        }
        Some(has) => builder.with_scripted_verdict(has, Ok(())),
    };
    let config = if plan.certificates {
        let IssuedIdentity { chain, key, .. } = authority.server(KeyKind::P256);
        builder.with_single_cert(chain, key).expect("a certificate")
    } else {
        builder.with_scripted_identity(SigningKey::new([2; 32]))
    };
    let group = if plan.retry { NamedGroup::Secp384r1 } else { NamedGroup::X25519 };
    let config = config
        .with_groups(&[group])
        .and_then(|config| config.with_tickets(2))
        .expect("a configuration")
        .with_strike_register(Arc::new(UnchangingStrikes));
    if plan.early_data {
        return config.with_max_early_data(1 << 16).expect("few enough");
    }
    config.with_alpn_protocols(["two"]).expect("application protocols")
}
