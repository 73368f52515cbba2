//! One end of the replay: a real connection, moved by the model's steps.

use std::sync::Arc;

use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::side::Both;
use hyaline_check::world::contract::PairInterest;
use hyaline_model::table::{Event, Facts, Notice, ReceivingCall, Row, SendingCall};
use hyaline_replay::pki_types::ServerName;
use hyaline_replay::replay::deterministic::SigningKey;
use hyaline_replay::replay::{
    Deterministic, Planted, Projection, UnchangingSessions, UnchangingStrikes, UnchangingTickets,
    client_session, server_session,
};
use hyaline_replay::{
    CallResult, CertificateError, ClientConfig, Connection, Error, NamedGroup, Operation,
    ServerConfig,
};

use super::driven::{Driven, NOW};
use super::wire::{DATA_LENGTH, ISSUER, Record, early_data_length, first_record};

/// How the client calls the server.
const NAME: &str = "replay";

/// How much early data a server accepts, in bytes: as many as each session allows.
const EARLY_DATA_MOST: u32 = 1 << 16;

/// The operations that a connection has asked of its transport.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TransportOperations {
    /// `shutdown(WR)`.
    pub(crate) shutdown_write: bool,
    /// `close`.
    pub(crate) close: bool,
}

/// The results of calls, in the receiving and in the sending place, each with the error that the
/// connection names.
pub(crate) type Ended = [Option<(CallResult, Option<Error>)>; 2];

/// What followed from a step.
pub(crate) struct Aftermath {
    /// The calls that have ended.
    pub(crate) ended: Ended,
    /// The rows that have fired.
    pub(crate) rows: Vec<&'static Row>,
    /// What the application was told.
    pub(crate) notices: Vec<Notice>,
}

/// A real connection with its buffers.
#[derive(Clone)]
pub(crate) struct End {
    pub(crate) driven: Driven,
    /// What the connection has asked of its transport so far.
    pub(crate) operations: TransportOperations,
    /// The call in the receiving place is a read.
    reading: bool,
    /// Records of application data that were offered, and received: each has its number in it.
    written: u8,
    received: u8,
    /// The number of a record whose data did not arrive as it was written.
    pub(crate) wrong_payload: Option<u8>,
}

impl End {
    /// Both ends of a scenario.
    #[must_use]
    pub(crate) fn both(scenario: &Scenario, planted: Option<Planted>) -> Both<Self> {
        let certificate = scenario.client_certificate;
        let verdict = match certificate {
            ClientCertificate::Rejected => Err(CertificateError::UnknownIssuer),
            _ => Ok(()),
        };
        let client = ClientConfig::builder_with_provider(Deterministic::new(1))
            .with_scripted_verdict(Ok(()));
        let client = match certificate {
            ClientCertificate::Good | ClientCertificate::Rejected => {
                client.with_scripted_identity(SigningKey::new([1; 32]))
            }
            _ => client.with_no_client_auth(),
        };
        let server = ServerConfig::builder_with_provider(Deterministic::new(2));
        let server = match certificate {
            ClientCertificate::None => server.with_no_client_auth(),
            ClientCertificate::Declined => server.with_scripted_verdict(false, verdict),
            _ => server.with_scripted_verdict(true, verdict),
        };
        let server = server
            .with_scripted_chain(SigningKey::new([2; 32]), &[ISSUER])
            .with_tickets(scenario.tickets)
            .expect("the model's tickets are within the limit");
        // The client's first share is of its first group, which this server does not have.
        let server = if scenario.retry {
            server.with_groups(&[NamedGroup::Secp384r1]).expect("a group")
        } else {
            server
        };
        let accepts = scenario.early_data > 0 && scenario.early_data_accepted;
        let most = if accepts { EARLY_DATA_MOST } else { 0 };
        let server = server
            .with_strike_register(Arc::new(UnchangingStrikes))
            .with_max_early_data(most)
            .expect("few enough");
        let session = (scenario.resumed || scenario.early_data > 0)
            .then(|| client_session(&client, &UnchangingTickets::TICKET, NOW).expect("a session"));
        let known = server_session(&server, NAME, None, NOW).filter(|_| scenario.resumed);
        let server = server.with_session_tickets(Arc::new(UnchangingTickets::of(known)));
        let client = client.with_sessions(Arc::new(UnchangingSessions::of(session)));
        let name = ServerName::try_from(NAME).expect("a name");
        let mut client = Connection::client(Arc::new(client), name).expect("a client");
        if scenario.early_data > 0 {
            let data = vec![7; early_data_length(scenario.early_data, scenario.early_data)];
            client.offer_early_data(data).expect("the handshake has not begun");
        }
        let server = Connection::server(Arc::new(server)).expect("a server");
        Both { client, server }.map(|mut connection| {
            if let Some(planted) = planted {
                connection.plant(planted);
            }
            Self {
                driven: Driven::new(connection),
                operations: TransportOperations::default(),
                reading: false,
                written: 0,
                received: 0,
                wrong_payload: None,
            }
        })
    }

    /// Starts a call; a write offers one record of data. A close gives the halves to one owner.
    pub(crate) fn start(&mut self, call: Event) {
        if let Event::StartReceiving(call) = call {
            self.reading = call == ReceivingCall::Read;
            self.driven.divided &= call != ReceivingCall::Close;
        }
        let accepted = self.driven.start(call, &[self.written; DATA_LENGTH]);
        debug_assert!(accepted == 0 || accepted == DATA_LENGTH);
        if call == Event::StartSending(SendingCall::Write) {
            self.written += 1;
        }
    }

    /// The first record of the outbox goes to the transport.
    pub(crate) fn transmit(&mut self) -> Option<Record> {
        let record = first_record(self.driven.outbox.bytes())?;
        self.driven.transmit(record.bytes.len());
        Some(record)
    }

    /// The transport has received a record.
    pub(crate) fn receive(&mut self, record: &Record) {
        let mut input = record.bytes.to_vec();
        let unread = self.driven.connection.unread();
        let received = self.driven.receive(&mut input);
        if received.data.is_empty() && self.driven.connection.unread() == unread {
            return;
        }
        let data = input.get(received.data).unwrap_or_default();
        if data != [self.received; DATA_LENGTH] {
            self.wrong_payload.get_or_insert(self.received);
        }
        self.received += 1;
    }

    /// What followed from the step. What the transport is told is kept.
    pub(crate) fn aftermath(&mut self) -> Aftermath {
        while let Some(operation) = self.driven.connection.poll_ordered() {
            self.operations.take_note(operation);
        }
        let (receiver, sender) = self.driven.connection.halves_mut();
        let [received, sent] = [receiver.take_result(), sender.take_result()];
        // A read that is done gives its record to the application.
        if self.reading && received == Some(CallResult::Ok) {
            receiver.consume(DATA_LENGTH);
        }
        let errors = [receiver.error().cloned(), sender.error().cloned()];
        let notices = std::iter::from_fn(|| self.driven.connection.poll_notice()).collect();
        let [receiving, sending] = errors;
        let ended = [received.map(|one| (one, receiving)), sent.map(|one| (one, sending))];
        Aftermath { ended, rows: self.driven.connection.take_rows(), notices }
    }

    /// The abstract state, computed from the connection.
    #[must_use]
    pub(crate) fn project(&self) -> Projection {
        self.driven.connection.project()
    }

    /// What the guards of its rows are told.
    pub(crate) fn sample_facts(&mut self) -> Facts {
        self.driven.connection.sample_facts(&mut self.driven.outbox)
    }

    /// What the pending calls wait for, and whether the end of draining is among it.
    pub(crate) fn interest(&mut self) -> (PairInterest, bool) {
        let hyaline_replay::Interest { receive, transmit, budget } =
            self.driven.connection.interest(&mut self.driven.outbox);
        let owes = self.driven.halves().is_some_and(|(receiver, ..)| receiver.has_mail());
        (PairInterest { receive: receive && !owes, transmit }, budget)
    }

    /// Whether no call is pending, so that nothing is waited for.
    #[must_use]
    pub(crate) fn is_idle(&self) -> bool {
        self.driven.connection.is_idle()
    }
}

impl TransportOperations {
    fn take_note(&mut self, operation: Operation) {
        match operation {
            Operation::ShutdownWrite => self.shutdown_write = true,
            _ => self.close = true,
        }
    }
}
