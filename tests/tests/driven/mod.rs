//! A real connection of the replay build, driven by one owner or by two.

use std::io::ErrorKind;
use std::time::Duration;

use hyaline_model::table::{Event, Half};
use hyaline_replay::pki_types::UnixTime;
use hyaline_replay::replay::Deterministic;
use hyaline_replay::{Connection, Operation, Outbox, Readiness, Received, Receiver, Sender};

/// The clock stands still: nothing that is driven here depends on the time.
pub(crate) const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));

/// A connection with its outbox, and who drives it.
#[derive(Clone)]
pub(crate) struct Driven {
    /// The connection.
    pub(crate) connection: Box<Connection<Deterministic>>,
    /// The halves have two owners: what one posts waits until it is carried over.
    pub(crate) divided: bool,
    /// What waits to be transmitted.
    pub(crate) outbox: Outbox,
}

/// The halves of a connection, and its outbox.
type Halves<'d> = (&'d mut Receiver<Deterministic>, &'d mut Sender<Deterministic>, &'d mut Outbox);

impl Driven {
    /// One owner drives this connection.
    #[must_use]
    pub(crate) fn new(connection: Connection<Deterministic>) -> Self {
        Self { connection: Box::new(connection), divided: false, outbox: Outbox::new() }
    }

    /// The halves, where they have two owners, and the outbox.
    pub(crate) fn halves(&mut self) -> Option<Halves<'_>> {
        let divided = self.divided;
        let (receiver, sender) = self.connection.halves_mut();
        divided.then_some((receiver, sender, &mut self.outbox))
    }

    /// Begins the call of this event; a write offers this data. How many bytes of it were accepted.
    pub(crate) fn start(&mut self, call: Event, data: &[u8]) -> usize {
        match (self.halves(), call) {
            (Some((_, sender, outbox)), Event::StartSending(_)) => {
                sender.begin_call(call, data, outbox)
            }
            (Some((receiver, ..)), _) => {
                receiver.begin_call(call);
                0
            }
            (None, _) => self.connection.begin_call(NOW, call, data, &mut self.outbox),
        }
    }

    /// The transport has received these bytes.
    pub(crate) fn receive(&mut self, input: &mut [u8]) -> Received {
        match self.halves() {
            Some((receiver, ..)) => receiver.handle_input(NOW, input),
            None => self.connection.handle_input(NOW, input, &mut self.outbox),
        }
    }

    /// The transport has received a FIN.
    pub(crate) fn receive_fin(&mut self) {
        match self.halves() {
            Some((receiver, sender, outbox)) => receiver.handle_fin(sender, outbox),
            None => self.connection.handle_fin(&mut self.outbox),
        }
    }

    /// A receiving call has met a reset.
    pub(crate) fn receive_reset(&mut self, kind: ErrorKind) {
        match self.halves() {
            Some((receiver, ..)) => receiver.handle_receive_error(kind),
            None => self.connection.handle_receive_error(kind, &mut self.outbox),
        }
    }

    /// The transport took so many bytes of the outbox.
    pub(crate) fn transmit(&mut self, count: usize) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmitted(count, outbox),
            None => self.connection.handle_transmitted(count, &mut self.outbox),
        }
    }

    /// A transmitting call has met a reset, which systems report in these words.
    pub(crate) fn transmit_reset(&mut self, kind: ErrorKind) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_transmit_error(kind, outbox),
            None => self.connection.handle_transmit_error(kind, &mut self.outbox),
        }
    }

    /// The transport has no room now.
    pub(crate) fn block(&mut self) {
        match self.halves() {
            Some((_, sender, outbox)) => sender.handle_blocked(outbox),
            None => {
                self.connection.handle_blocked(Operation::Transmit);
                let _ = self.connection.poll_operation(&mut self.outbox);
                self.connection.handle_ready(Readiness { receive: true, transmit: true });
            }
        }
    }

    /// The letters of each half reach the other.
    pub(crate) fn deliver_mail(&mut self) {
        if let Some((receiver, sender, outbox)) = self.halves() {
            receiver.exchange(sender, outbox);
        }
    }

    /// The time for draining is over.
    pub(crate) fn expire_budget(&mut self) {
        self.connection.handle_budget_expired(&mut self.outbox);
    }

    /// The deadline of the call in this place passes.
    pub(crate) fn pass_deadline(&mut self, place: Half) {
        match (self.halves(), place) {
            (Some((receiver, ..)), Half::Receiving) => receiver.handle_deadline(),
            (Some((_, sender, outbox)), Half::Sending) => sender.handle_deadline(outbox),
            (None, Half::Receiving) => {
                self.connection.handle_receive_deadline(&mut self.outbox);
            }
            (None, Half::Sending) => self.connection.handle_send_deadline(&mut self.outbox),
        }
    }
}
