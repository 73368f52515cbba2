//! One end of the replay: a real connection, moved by the model's steps.

use std::sync::Arc;
use std::time::Duration;

use hyaline::crypto::Deterministic;
use hyaline::crypto::deterministic::SigningKey;
use hyaline::pki_types::{ServerName, UnixTime};
use hyaline::{
    Call, CallResult, CertificateError, ClientConfig, Connection, NamedGroup, Operation, Outbox,
    Planted, Readiness, ServerConfig,
};
use hyaline_model::check::bounds::{ClientCertificate, Scenario};
use hyaline_model::check::contract::Both;
use hyaline_model::table::Row;

use super::wire::{DATA_LENGTH, Record, first_record};

/// The replay's clock stands still: nothing in it depends on the time.
const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));

/// What the transport was told to do in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// `shutdown(WR)`.
    pub shutdown_write: bool,
    /// `close`.
    pub close: bool,
}

/// A real connection with its buffers.
#[derive(Clone)]
pub struct End {
    /// The connection.
    pub connection: Connection<Deterministic>,
    /// Its outbox.
    pub outbox: Outbox,
    /// What the transport was ever told.
    pub told: Told,
    /// The pending call is a read.
    reading: bool,
    /// Records of application data that were offered, and received: each has its number in it.
    written: u8,
    received: u8,
    /// The number of a record whose data did not arrive as it was written.
    pub wrong_payload: Option<u8>,
}

impl End {
    /// Both ends of a scenario.
    #[must_use]
    pub fn both(scenario: &Scenario, planted: Option<Planted>) -> Both<Self> {
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
            .with_scripted_identity(SigningKey::new([2; 32]))
            .with_tickets(scenario.tickets)
            .expect("the model's tickets are within the limit");
        // The client's first share is of its first group, which this server does not have.
        let server = if scenario.retry {
            server.with_groups(&[NamedGroup::Secp384r1]).expect("a group")
        } else {
            server
        };
        let name = ServerName::try_from("replay").expect("a name");
        let client = Connection::client(Arc::new(client), name).expect("a client");
        let server = Connection::server(Arc::new(server)).expect("a server");
        Both { client, server }.map(|mut connection| {
            if let Some(planted) = planted {
                connection.plant(planted);
            }
            Self {
                connection,
                outbox: Outbox::new(),
                told: Told::default(),
                reading: false,
                written: 0,
                received: 0,
                wrong_payload: None,
            }
        })
    }

    /// Starts a call; a write offers one record of data.
    pub fn start(&mut self, call: Call) {
        self.reading = call == Call::Read;
        if call == Call::Write {
            let data = [self.written; DATA_LENGTH];
            self.written += 1;
            let accepted = self.connection.start_write(NOW, &data, &mut self.outbox);
            debug_assert!(accepted == 0 || accepted == DATA_LENGTH);
        } else {
            self.connection.start(NOW, call, &mut self.outbox);
        }
    }

    /// The first record of the outbox goes to the transport.
    pub fn transmit(&mut self) -> Option<Record> {
        let record = first_record(self.outbox.bytes())?;
        self.connection.handle_transmitted(NOW, record.bytes.len(), &mut self.outbox);
        Some(record)
    }

    /// The transport has no room now.
    pub fn block(&mut self) {
        self.connection.handle_blocked(Operation::Transmit);
        let _ = self.connection.poll_operation(NOW, &mut self.outbox);
        self.connection.handle_ready(Readiness { receive: true, transmit: true });
    }

    /// The transport has received a record.
    pub fn receive(&mut self, record: &Record) {
        let mut input = record.bytes.to_vec();
        let received = self.connection.handle_input(NOW, &mut input, &mut self.outbox);
        if received.data.is_empty() && self.connection.unread() == 0 {
            return;
        }
        let data = input.get(received.data).unwrap_or_default();
        if data != [self.received; DATA_LENGTH] {
            self.wrong_payload.get_or_insert(self.received);
        }
        self.received += 1;
    }

    /// The transport has received a FIN.
    pub fn receive_fin(&mut self) {
        self.connection.handle_fin(NOW, &mut self.outbox);
    }

    /// A receiving call met a reset.
    pub fn receive_reset(&mut self) {
        let kind = std::io::ErrorKind::ConnectionReset;
        self.connection.handle_receive_error(NOW, kind, &mut self.outbox);
    }

    /// A transmitting call met a reset.
    pub fn transmit_reset(&mut self) {
        let kind = std::io::ErrorKind::ConnectionReset;
        self.connection.handle_transmit_error(NOW, kind, &mut self.outbox);
    }

    /// The time for draining is over.
    pub fn expire_budget(&mut self) {
        self.connection.handle_budget_expired(NOW, &mut self.outbox);
    }

    /// What followed from the step: the result of the call, what the transport is told, the rows.
    pub fn aftermath(&mut self) -> (Option<CallResult>, Vec<&'static Row>) {
        while let Some(operation) = self.connection.poll_ordered() {
            match operation {
                Operation::ShutdownWrite => self.told.shutdown_write = true,
                _ => self.told.close = true,
            }
        }
        let result = self.connection.take_result();
        // A read that is done gives its record to the application.
        if self.reading && result == Some(CallResult::Ok) {
            self.connection.consume(DATA_LENGTH);
        }
        while self.connection.poll_notice().is_some() {}
        (result, self.connection.take_rows())
    }
}
