//! One end of the replay: a real connection, moved by the model's steps.

use std::sync::Arc;
use std::time::Duration;

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

/// The results of calls, in the receiving and in the sending place, each with the error that the
/// connection names.
pub(crate) type Ended = [Option<(CallResult, Option<Error>)>; 2];

/// A real connection with its buffers.
#[derive(Clone)]
pub(crate) struct End {
    connection: Connection<Deterministic>,
    /// Its halves have two owners: what one posts waits until it is carried over.
    divided: bool,
    /// Its outbox.
    pub(crate) outbox: Outbox,
    /// What the transport was ever told.
    pub(crate) told: Told,
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
                connection,
                divided: false,
                outbox: Outbox::new(),
                told: Told::default(),
                reading: false,
                written: 0,
                received: 0,
                wrong_payload: None,
            }
        })
    }

    /// Gives the halves to two owners.
    pub(crate) const fn divide(&mut self) {
        self.divided = true;
    }

    /// The halves, where they have two owners, and the outbox.
    fn halves(&mut self) -> Option<Halves<'_>> {
        let divided = self.divided;
        let (receiver, sender) = self.connection.halves_mut();
        divided.then_some((receiver, sender, &mut self.outbox))
    }

    /// Starts a call; a write offers one record of data. A close gives the halves to one owner.
    pub(crate) fn start(&mut self, call: Call) {
        if matches!(call, Call::Read | Call::Handshake | Call::Close) {
            self.reading = call == Call::Read;
        }
        self.divided &= call != Call::Close;
        let data = [self.written; DATA_LENGTH];
        let accepted = match (self.halves(), call) {
            (Some((_, sender, outbox)), Call::Write) => sender.start_write(&data, outbox),
            (None, Call::Write) => self.connection.start_write(NOW, &data, &mut self.outbox),
            (Some((receiver, ..)), Call::Read) => {
                receiver.start_read(NOW);
                0
            }
            (Some((_, sender, outbox)), _) => {
                sender.start(call, outbox);
                0
            }
            (None, _) => {
                self.connection.start(NOW, call, &mut self.outbox);
                0
            }
        };
        debug_assert!(accepted == 0 || accepted == DATA_LENGTH);
        if call == Call::Write {
            self.written += 1;
        }
    }

    /// The first record of the outbox goes to the transport.
    pub(crate) fn transmit(&mut self) -> Option<Record> {
        let record = first_record(self.outbox.bytes())?;
        let count = record.bytes.len();
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmitted(count, outbox),
            None => self.connection.handle_transmitted(NOW, count, &mut self.outbox),
        }
        Some(record)
    }

    /// The transport has no room now.
    pub(crate) fn block(&mut self) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_blocked(outbox),
            None => {
                self.connection.handle_blocked(Operation::Transmit);
                let _ = self.connection.poll_operation(NOW, &mut self.outbox);
                self.connection.handle_ready(Readiness { receive: true, transmit: true });
            }
        }
    }

    /// The transport has received a record.
    pub(crate) fn receive(&mut self, record: &Record) {
        let mut input = record.bytes.to_vec();
        let received = match self.halves() {
            Some((receiver, ..)) => receiver.handle_input(NOW, &mut input),
            None => self.connection.handle_input(NOW, &mut input, &mut self.outbox),
        };
        if received.data.is_empty() && self.connection.unread() == 0 {
            return;
        }
        let data = input.get(received.data).unwrap_or_default();
        if data != [self.received; DATA_LENGTH] {
            self.wrong_payload.get_or_insert(self.received);
        }
        self.received += 1;
    }

    /// What each half has posted reaches the other.
    pub(crate) fn deliver_mail(&mut self) {
        if let Some((receiver, sender, outbox)) = self.halves() {
            receiver.exchange(NOW, sender, outbox);
        }
    }

    /// The transport has received a FIN.
    pub(crate) fn receive_fin(&mut self) {
        match self.halves() {
            Some((receiver, sender, outbox)) => receiver.handle_fin(NOW, sender, outbox),
            None => self.connection.handle_fin(NOW, &mut self.outbox),
        }
    }

    /// A receiving call met a reset.
    pub(crate) fn receive_reset(&mut self) {
        let kind = std::io::ErrorKind::ConnectionReset;
        match self.halves() {
            Some((receiver, ..)) => receiver.handle_receive_error(NOW, kind),
            None => self.connection.handle_receive_error(NOW, kind, &mut self.outbox),
        }
    }

    /// A transmitting call met a reset.
    pub(crate) fn transmit_reset(&mut self) {
        let kind = std::io::ErrorKind::ConnectionReset;
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmit_error(kind, outbox),
            None => self.connection.handle_transmit_error(NOW, kind, &mut self.outbox),
        }
    }

    /// The time for draining is over.
    pub(crate) fn expire_budget(&mut self) {
        self.connection.handle_budget_expired(NOW, &mut self.outbox);
    }

    /// The deadline of the pending write passes.
    pub(crate) fn pass_deadline(&mut self) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_deadline(outbox),
            None => self.connection.handle_send_deadline(NOW, &mut self.outbox),
        }
    }

    /// What followed from the step: the results of calls, what the transport is told, the rows.
    pub(crate) fn aftermath(&mut self) -> (Ended, Vec<&'static Row>) {
        while let Some(operation) = self.connection.poll_ordered() {
            self.told.take_note(operation);
        }
        let (receiver, sender) = self.connection.halves_mut();
        let [received, sent] = [receiver.take_result(), sender.take_result()];
        // A read that is done gives its record to the application.
        if self.reading && received == Some(CallResult::Ok) {
            receiver.consume(DATA_LENGTH);
        }
        let errors = [receiver.error().cloned(), sender.error().cloned()];
        while self.connection.poll_notice().is_some() {}
        let [receiving, sending] = errors;
        let ended = [received.map(|one| (one, receiving)), sent.map(|one| (one, sending))];
        (ended, self.connection.take_rows())
    }

    /// The abstract state, computed from the connection.
    #[must_use]
    pub(crate) fn project(&self) -> Projection {
        self.connection.project()
    }

    /// What the guards of its rows are told.
    pub(crate) fn sample_facts(&mut self) -> Facts {
        self.connection.sample_facts(&mut self.outbox)
    }

    /// What the pending calls wait for, and whether the end of draining is among it.
    pub(crate) fn interest(&mut self) -> (Interest, bool) {
        let hyaline_replay::Interest { receive, transmit, budget } =
            self.connection.interest(&mut self.outbox);
        let owes = self.halves().is_some_and(|(receiver, ..)| receiver.has_mail());
        (Interest { receive: receive && !owes, transmit }, budget)
    }

    /// Whether no call is pending, so that nothing is waited for.
    #[must_use]
    pub(crate) fn is_idle(&self) -> bool {
        self.connection.is_idle()
    }
}

/// The halves of a connection, and its outbox.
type Halves<'e> = (&'e mut Receiver<Deterministic>, &'e mut Sender<Deterministic>, &'e mut Outbox);

impl Told {
    fn take_note(&mut self, operation: Operation) {
        match operation {
            Operation::ShutdownWrite => self.shutdown_write = true,
            _ => self.close = true,
        }
    }
}
