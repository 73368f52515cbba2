//! One end of the replay: a real connection, moved by the model's steps.

use std::sync::Arc;
use std::time::Duration;

use hyaline_check::programs::Callers;
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::side::Both;
use hyaline_check::world::contract::Interest;
use hyaline_model::table::{Facts, Row};
use hyaline_replay::pki_types::{ServerName, UnixTime};
use hyaline_replay::replay::deterministic::SigningKey;
use hyaline_replay::replay::{Deterministic, Planted, Projection};
use hyaline_replay::{
    Call, CallResult, CertificateError, ClientConfig, Connection, Error, NamedGroup, Operation,
    Outbox, Readiness, Receiver, Sender, ServerConfig,
};

use super::wire::{DATA_LENGTH, Record, first_record};

/// The replay's clock stands still: nothing in it depends on the time.
const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));

/// What the transport was told to do in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// `shutdown(WR)`.
    pub(crate) shutdown_write: bool,
    /// `close`.
    pub(crate) close: bool,
}

/// A connection, or its halves.
#[derive(Clone)]
enum Driven {
    Whole(Box<Connection<Deterministic>>),
    Halves(Box<(Receiver<Deterministic>, Sender<Deterministic>)>),
    /// Only while one becomes the other.
    Nothing,
}

/// The result of a call, with the error that the connection names.
pub(crate) type Ended = Option<(CallResult, Option<Error>)>;

/// A real connection with its buffers.
#[derive(Clone)]
pub(crate) struct End {
    driven: Driven,
    /// Its outbox.
    pub(crate) outbox: Outbox,
    /// What the transport was ever told.
    pub(crate) told: Told,
    /// The pending call is a read.
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
        let client = client.with_tickets(true);
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
                driven: Driven::Whole(Box::new(connection)),
                outbox: Outbox::new(),
                told: Told::default(),
                reading: false,
                written: 0,
                received: 0,
                wrong_payload: None,
            }
        })
    }

    /// Splits the connection between two threads.
    pub(crate) fn split(&mut self) {
        if let Driven::Whole(whole) = std::mem::replace(&mut self.driven, Driven::Nothing) {
            let halves = whole.split().expect("it is connected, and no call is pending");
            self.driven = Driven::Halves(Box::new(halves));
        }
    }

    fn join(&mut self) {
        self.driven = match std::mem::replace(&mut self.driven, Driven::Nothing) {
            Driven::Halves(halves) => {
                let whole = Connection::join(halves.0, halves.1).ok();
                Driven::Whole(Box::new(whole.expect("no call is pending, and no mail")))
            }
            other => other,
        };
    }

    /// Starts a call; a write offers one record of data.
    pub(crate) fn start(&mut self, call: Call) {
        self.reading = call == Call::Read;
        let data = [self.written; DATA_LENGTH];
        if call == Call::Write {
            self.written += 1;
        }
        if call == Call::Close {
            self.join();
        }
        let outbox = &mut self.outbox;
        match (&mut self.driven, call) {
            (Driven::Whole(connection), Call::Write) => {
                let accepted = connection.start_write(NOW, &data, outbox);
                debug_assert!(accepted == 0 || accepted == DATA_LENGTH);
            }
            (Driven::Whole(connection), _) => connection.start(NOW, call, outbox),
            (Driven::Halves(halves), Call::Read) => halves.0.start_read(NOW),
            (Driven::Halves(halves), Call::Write) => {
                let accepted = halves.1.start_write(NOW, &data, outbox);
                debug_assert!(accepted == 0 || accepted == DATA_LENGTH);
            }
            (Driven::Halves(halves), _) => halves.1.start(NOW, call, outbox),
            (Driven::Nothing, _) => {}
        }
    }

    /// The first record of the outbox goes to the transport.
    pub(crate) fn transmit(&mut self) -> Option<Record> {
        let record = first_record(self.outbox.bytes())?;
        let (count, outbox) = (record.bytes.len(), &mut self.outbox);
        match &mut self.driven {
            Driven::Whole(connection) => connection.handle_transmitted(NOW, count, outbox),
            Driven::Halves(halves) => {
                let (receiver, sender) = &mut **halves;
                let by_reader = !sender.wants_to_transmit(outbox);
                sender.handle_transmitted(NOW, count, outbox);
                if by_reader {
                    receiver.handle_transmitted(NOW);
                }
            }
            Driven::Nothing => {}
        }
        Some(record)
    }

    /// The transport has no room now.
    pub(crate) fn block(&mut self) {
        match &mut self.driven {
            Driven::Whole(connection) => {
                connection.handle_blocked(Operation::Transmit);
                let _ = connection.poll_operation(NOW, &mut self.outbox);
                connection.handle_ready(Readiness { receive: true, transmit: true });
            }
            Driven::Halves(halves) => halves.1.handle_blocked(NOW, &mut self.outbox),
            Driven::Nothing => {}
        }
    }

    /// The transport has received a record.
    pub(crate) fn receive(&mut self, record: &Record) {
        let mut input = record.bytes.to_vec();
        let (received, unread) = match &mut self.driven {
            Driven::Whole(connection) => {
                let received = connection.handle_input(NOW, &mut input, &mut self.outbox);
                (received, connection.unread())
            }
            Driven::Halves(halves) => {
                let received = halves.0.handle_input(NOW, &mut input);
                (received, halves.0.unread())
            }
            Driven::Nothing => return,
        };
        if received.data.is_empty() && unread == 0 {
            return;
        }
        let data = input.get(received.data).unwrap_or_default();
        if data != [self.received; DATA_LENGTH] {
            self.wrong_payload.get_or_insert(self.received);
        }
        self.received += 1;
    }

    /// What the reading half owes the writing half reaches it.
    pub(crate) fn deliver_mail(&mut self) {
        if let Driven::Halves(halves) = &mut self.driven {
            let (receiver, sender) = &mut **halves;
            receiver.exchange(NOW, sender, &mut self.outbox);
        }
    }

    /// The transport has received a FIN.
    pub(crate) fn receive_fin(&mut self) {
        self.deliver_mail();
        match &mut self.driven {
            Driven::Whole(connection) => connection.handle_fin(NOW, &mut self.outbox),
            Driven::Halves(halves) => halves.0.handle_fin(NOW),
            Driven::Nothing => {}
        }
    }

    /// A receiving call met a reset.
    pub(crate) fn receive_reset(&mut self) {
        let (kind, outbox) = (std::io::ErrorKind::ConnectionReset, &mut self.outbox);
        match &mut self.driven {
            Driven::Whole(connection) => connection.handle_receive_error(NOW, kind, outbox),
            Driven::Halves(halves) => halves.0.handle_receive_error(NOW, kind),
            Driven::Nothing => {}
        }
    }

    /// A transmitting call met a reset.
    pub(crate) fn transmit_reset(&mut self) {
        let (kind, outbox) = (std::io::ErrorKind::ConnectionReset, &mut self.outbox);
        match &mut self.driven {
            Driven::Whole(connection) => connection.handle_transmit_error(NOW, kind, outbox),
            Driven::Halves(halves) => halves.1.handle_transmit_error(NOW, kind, outbox),
            Driven::Nothing => {}
        }
    }

    /// The time for draining is over.
    pub(crate) fn expire_budget(&mut self) {
        if let Driven::Whole(connection) = &mut self.driven {
            connection.handle_budget_expired(NOW, &mut self.outbox);
        }
    }

    /// The deadline of the pending write passes.
    pub(crate) fn pass_deadline(&mut self) {
        match &mut self.driven {
            Driven::Whole(connection) => connection.handle_deadline(NOW, &mut self.outbox),
            Driven::Halves(halves) => halves.1.handle_deadline(NOW, &mut self.outbox),
            Driven::Nothing => {}
        }
    }

    /// What followed from the step: the results of calls, what the transport is told, the rows.
    pub(crate) fn aftermath(&mut self) -> (Callers<Ended>, Vec<&'static Row>) {
        match &mut self.driven {
            Driven::Whole(connection) => {
                while let Some(operation) = connection.poll_ordered() {
                    self.told.take_note(operation);
                }
                let whole = connection.take_result();
                // A read that is done gives its record to the application.
                if self.reading && whole == Some(CallResult::Ok) {
                    connection.consume(DATA_LENGTH);
                }
                while connection.poll_notice().is_some() {}
                let whole = whole.map(|result| (result, connection.error().cloned()));
                (Callers { whole, ..Callers::default() }, connection.take_rows())
            }
            Driven::Halves(halves) => {
                let (receiver, sender) = &mut **halves;
                while let Some(operation) = sender.poll_ordered() {
                    self.told.take_note(operation);
                }
                let (reader, writer) = (receiver.take_result(), sender.take_result());
                if reader == Some(CallResult::Ok) {
                    receiver.consume(DATA_LENGTH);
                }
                while receiver.poll_notice().or_else(|| sender.poll_notice()).is_some() {}
                let reader = reader.map(|result| (result, receiver.connection().error().cloned()));
                let writer = writer.map(|result| (result, sender.connection().error().cloned()));
                // The writing half hears of a transfer first, whoever made it.
                let mut rows = sender.connection_mut().take_rows();
                rows.extend(receiver.connection_mut().take_rows());
                (Callers { reader, writer, ..Callers::default() }, rows)
            }
            Driven::Nothing => (Callers::default(), Vec::new()),
        }
    }

    /// The abstract states, computed from the connection: one, or those of the reading and of the
    /// writing half.
    #[must_use]
    pub(crate) fn project(&self) -> (Projection, Option<Projection>) {
        match &self.driven {
            Driven::Whole(connection) => (connection.project(), None),
            Driven::Halves(halves) => {
                (halves.0.connection().project(), Some(halves.1.connection().project()))
            }
            Driven::Nothing => unreachable!("one never becomes the other here"),
        }
    }

    /// What the guards of its rows are told; of halves, what each half's rows ask for.
    pub(crate) fn sample_facts(&mut self) -> Option<Facts> {
        match &mut self.driven {
            Driven::Whole(connection) => Some(connection.sample_facts(&mut self.outbox)),
            Driven::Halves(halves) => {
                let (receiver, sender) = &mut **halves;
                let receiving = receiver.connection_mut().sample_facts(&mut Outbox::new());
                let sending = sender.connection_mut().sample_facts(&mut self.outbox);
                let Facts { inbox, aligned, flood, .. } = receiving;
                Some(Facts { inbox, aligned, flood, ..sending })
            }
            Driven::Nothing => None,
        }
    }

    /// What the pending calls wait for, and whether the end of draining is among it.
    pub(crate) fn interest(&mut self) -> (Interest, bool) {
        let outbox = &mut self.outbox;
        match &mut self.driven {
            Driven::Whole(connection) => {
                let interest = connection.interest(outbox);
                let hyaline_replay::Interest { receive, transmit, budget } = interest;
                (Interest { receive, transmit }, budget)
            }
            Driven::Halves(halves) => {
                let (receiver, sender) = &mut **halves;
                let by_reader = !receiver.has_mail() && receiver.wants_to_transmit();
                let transmits = by_reader || sender.wants_to_transmit(outbox);
                let transmit = !outbox.is_empty() && transmits;
                (Interest { receive: receiver.wants_to_receive(), transmit }, false)
            }
            Driven::Nothing => (Interest::default(), false),
        }
    }
}

impl Told {
    fn take_note(&mut self, operation: Operation) {
        match operation {
            Operation::ShutdownWrite => self.shutdown_write = true,
            _ => self.close = true,
        }
    }
}
