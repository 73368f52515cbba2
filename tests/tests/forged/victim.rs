//! A real connection that a forging peer has before it, moved by the steps of world *hostile*.

use std::fmt;
use std::sync::Arc;

use hyaline_check::programs::Manner;
use hyaline_model::table::{ClientAuthentication, Compatibility, Facts, Policy, Role, Row};
use hyaline_replay::pki_types::ServerName;
use hyaline_replay::replay::deterministic::SigningKey;
use hyaline_replay::replay::{
    Deterministic, Planted, Projection, UnchangingSessions, UnchangingStrikes, UnchangingTickets,
    client_session, server_session,
};
use hyaline_replay::{
    CallResult, CertificateError, ClientConfig, Connection, EchConfigList, NamedGroup, Operation,
    ServerConfig,
};

use crate::driven::{Driven, NOW};
use crate::walk::TICKETS;

/// How a victim is configured, and how its application calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Its role, and what of its configuration the table knows.
    pub(crate) policy: Policy,
    /// Whether it accepts its peer's certificate.
    pub(crate) accepts: bool,
    /// A client that has a certificate.
    pub(crate) has_certificate: bool,
    /// A client that offers early data.
    pub(crate) early_data: bool,
    /// A client that encrypts its ClientHello. No peer here reads it.
    pub(crate) hides: bool,
    /// How its application makes its calls.
    pub(crate) manner: Manner,
}

/// By what a client encrypts its ClientHello: X25519, HKDF-SHA256 and AES-128-GCM.
fn ech_configs() -> EchConfigList {
    let key = [&[0, 0x20, 0, 32, 9][..], &[0; 31]].concat();
    let name = b"public.example";
    let contents = [&[1][..], &key, &[0, 4, 0, 1, 0, 1, 0, 14], name, &[0, 0]].concat();
    let length = u8::try_from(contents.len()).expect("a short configuration");
    let list = [&[0, length + 4, 0xfe, 0x0d, 0, length][..], &contents].concat();
    EchConfigList::from_bytes(&list).expect("a configuration")
}

impl Plan {
    /// All plans that differ in what can happen.
    pub(crate) fn all() -> Vec<Self> {
        let client = |compatibility, accepts, has_certificate| Self {
            policy: Policy { role: Role::Client, compatibility, ..Policy::SHIPPED },
            accepts,
            has_certificate,
            early_data: false,
            hides: false,
            manner: match compatibility {
                Compatibility::On => Manner::Threads,
                Compatibility::Off => Manner::Task,
            },
        };
        let server = |client_authentication, accepts| Self {
            policy: Policy { role: Role::Server, client_authentication, ..Policy::SHIPPED },
            accepts,
            has_certificate: true,
            early_data: false,
            hides: false,
            manner: Manner::OneCall,
        };
        let early = |plan| Self { early_data: true, manner: Manner::OneCall, ..plan };
        vec![
            client(Compatibility::On, true, true),
            client(Compatibility::Off, true, false),
            early(client(Compatibility::On, true, false)),
            early(client(Compatibility::Off, true, false)),
            client(Compatibility::On, false, false),
            Self { hides: true, ..client(Compatibility::On, true, true) },
            Self { hides: true, ..early(client(Compatibility::Off, true, false)) },
            server(ClientAuthentication::NotRequested, true),
            server(ClientAuthentication::Requested, true),
            server(ClientAuthentication::Required, true),
            server(ClientAuthentication::Required, false),
        ]
    }

    fn verdict(&self) -> Result<(), CertificateError> {
        if self.accepts { Ok(()) } else { Err(CertificateError::UnknownIssuer) }
    }

    /// The connection. There was an earlier one: a client offers the session of that, and a server
    /// knows the ticket.
    fn connection(&self) -> Connection<Deterministic> {
        match self.policy.role {
            Role::Client => {
                let config = ClientConfig::builder_with_provider(Deterministic::new(1))
                    .with_scripted_verdict(self.verdict());
                let config = if self.has_certificate {
                    config.with_scripted_identity(SigningKey::new([1; 32]))
                } else {
                    config.with_no_client_auth()
                };
                let on = Compatibility::On;
                let config = config.with_compatibility_mode(self.policy.compatibility == on);
                let name = ServerName::try_from("forged").expect("a name");
                let session = client_session(&config, b"a ticket", NOW);
                let config = config.with_sessions(Arc::new(UnchangingSessions::of(session)));
                let config = match self.hides {
                    true => config.with_ech(&ech_configs()).expect("a configuration of our own"),
                    false => config,
                };
                let mut client = Connection::client(Arc::new(config), name).expect("a client");
                if self.early_data {
                    client.offer_early_data(vec![7; 10]).expect("the handshake has not begun");
                }
                client
            }
            Role::Server => {
                let config = ServerConfig::builder_with_provider(Deterministic::new(2));
                let config = match self.policy.client_authentication {
                    ClientAuthentication::NotRequested => config.with_no_client_auth(),
                    ClientAuthentication::Requested => {
                        config.with_scripted_verdict(false, self.verdict())
                    }
                    ClientAuthentication::Required => {
                        config.with_scripted_verdict(true, self.verdict())
                    }
                };
                let config = config
                    .with_scripted_identity(SigningKey::new([2; 32]))
                    .with_groups(&[NamedGroup::X25519])
                    .and_then(|config| config.with_tickets(TICKETS))
                    .and_then(|config| config.with_max_early_data(1 << 16))
                    .expect("a group, tickets and early data")
                    .with_strike_register(Arc::new(UnchangingStrikes));
                let known = server_session(&config, "", None, NOW);
                let config = config.with_session_tickets(Arc::new(UnchangingTickets::of(known)));
                Connection::server(Arc::new(config)).expect("a server")
            }
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Policy { role, compatibility, client_authentication, .. } = self.policy;
        match role {
            Role::Client => write!(formatter, "client, compatibility mode {compatibility:?}")?,
            Role::Server => write!(formatter, "server, certificate {client_authentication:?}")?,
        }
        let verdict = if self.accepts { "accepts" } else { "refuses" };
        let offers = if self.early_data { ", offers early data" } else { "" };
        let hides = if self.hides { ", encrypts its ClientHello" } else { "" };
        write!(formatter, ", {verdict} its peer{offers}{hides}")
    }
}

/// The real connection, with what surrounds it.
#[derive(Clone)]
pub(crate) struct Victim {
    pub(crate) driven: Driven,
    /// It encrypts its ClientHello.
    pub(crate) hides: bool,
    role: Role,
    /// What a client has sent for its session identifier.
    session_id: Arc<[u8]>,
    pub(crate) reading: bool,
    /// The transport was told to end our direction.
    pub(crate) shut: bool,
    /// The transport was told to close.
    pub(crate) closed: bool,
}

impl Victim {
    pub(crate) fn new(plan: &Plan, planted: Option<Planted>) -> Self {
        let mut connection = plan.connection();
        if let Some(planted) = planted {
            connection.plant(planted);
        }
        Self {
            driven: Driven::new(connection),
            hides: plan.hides,
            role: plan.policy.role,
            session_id: Arc::from([]),
            reading: false,
            shut: false,
            closed: false,
        }
    }

    pub(crate) const fn role(&self) -> Role {
        self.role
    }

    pub(crate) fn session_id(&self) -> &[u8] {
        &self.session_id
    }

    pub(crate) fn has_retried(&self) -> bool {
        self.driven.connection.project().endpoint.memory.retried
    }

    /// The key that its peer signs with.
    pub(crate) const fn peer_identity(&self) -> [u8; 32] {
        match self.role {
            Role::Client => [2; 32],
            Role::Server => [1; 32],
        }
    }

    /// Whether it has keys to open records with.
    pub(crate) fn opens_protected(&self) -> bool {
        self.driven.connection.project().generations[1].is_some_and(|generation| generation > 0)
    }

    /// Machines, memory and letters.
    pub(crate) fn project(&self) -> Projection {
        self.driven.connection.project()
    }

    /// What the guards of its rows are told.
    pub(crate) fn facts(&mut self) -> Facts {
        self.driven.connection.sample_facts(&mut self.driven.outbox)
    }

    /// The rows that fired since the last call.
    pub(crate) fn take_rows(&mut self) -> Vec<&'static Row> {
        self.driven.connection.take_rows()
    }

    /// What the application and the transport do at once.
    pub(crate) fn settle(&mut self) {
        while let Some(operation) = self.driven.connection.poll_ordered() {
            self.shut |= operation == Operation::ShutdownWrite;
            self.closed |= operation == Operation::Close;
        }
        let reading = self.reading;
        let (receiver, sender) = self.driven.connection.halves_mut();
        let result = receiver.take_result();
        if reading && result == Some(CallResult::Ok) {
            receiver.consume(receiver.unread());
        }
        self.reading &= result.is_none();
        sender.take_result();
        while self.driven.connection.poll_notice().is_some() {}
        if self.session_id.is_empty() {
            self.look_for_hello();
        }
    }

    /// Takes the session identifier from a ClientHello in the outbox.
    fn look_for_hello(&mut self) {
        let mut bytes = self.driven.outbox.bytes();
        while let [content_type, _, _, high, low, ..] = bytes {
            let length = 5 + usize::from(u16::from_be_bytes([*high, *low]));
            if *content_type == 22 && bytes.get(5) == Some(&1) {
                let place = 5 + 4 + 2 + 32;
                let count = usize::from(bytes.get(place).copied().unwrap_or_default());
                self.session_id = bytes.iter().skip(place + 1).take(count).copied().collect();
            }
            bytes = bytes.get(length..).unwrap_or_default();
        }
    }
}
