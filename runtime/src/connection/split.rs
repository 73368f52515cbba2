//! A connection in two halves, for a thread that reads and a thread that writes.
//!
//! Each half owns its keys and runs its machines of the table. What the reading half owes the
//! writing half is mail: it stays there until [`Receiver::exchange`] carries it over. A driver puts
//! both halves behind locks of their own and holds none of them while it waits;
//! [`blocking::Reader`](crate::blocking::Reader) and
//! [`blocking::Writer`](crate::blocking::Writer) are such a driver.

use hyaline_model::table::{Call, CallResult, Event, Label, Notice, Reason, Slot};
use hyaline_model::turn::{Endpoint, Half};
use rustls_pki_types::UnixTime;

use super::core::Core;
use super::{Connection, Operation, Received};
use crate::Error;
use crate::crypto::{CryptoProvider, Ring};
use crate::outbox::Outbox;
use crate::record::{Opener, Sealer};

/// The reading half of a connection: read keys and the state of the read half.
pub struct Receiver<P: CryptoProvider = Ring>(pub(crate) Connection<P>);

/// The writing half of a connection: write keys and the state of the write half.
pub struct Sender<P: CryptoProvider = Ring>(pub(crate) Connection<P>);

impl<P: CryptoProvider> Connection<P> {
    /// Splits the connection between a thread that reads and a thread that writes.
    ///
    /// # Errors
    /// Gives the connection back if the handshake is not complete, a call is pending, or the
    /// connection is closed.
    pub fn split(mut self) -> Result<(Receiver<P>, Sender<P>), Box<Self>> {
        let may_split = self.endpoint.states.has(Slot::Driver, Label::MaySplit);
        if !self.is_connected() || !may_split {
            return Err(Box::new(self));
        }
        let [receiver, sender] = self.endpoint.split();
        let core = self.core.split_sending();
        let sender = Self { endpoint: sender, policy: self.policy, core };
        self.endpoint = receiver;
        Ok((Receiver(self), Sender(sender)))
    }

    /// Makes the connection whole again. Close it then, with [`Call::Close`].
    ///
    /// # Errors
    /// Gives the halves back if a call of one of them is pending, or mail was not carried over.
    /// They are not looked at otherwise: halves of two connections make none that works.
    #[allow(clippy::type_complexity, reason = "what was given is given back")]
    pub fn join(
        receiver: Receiver<P>,
        sender: Sender<P>,
    ) -> Result<Self, Box<(Receiver<P>, Sender<P>)>> {
        if !receiver.is_idle() || !sender.is_idle() || receiver.has_mail() {
            return Err(Box::new((receiver, sender)));
        }
        Ok(Self::of_halves(receiver, sender))
    }

    /// [`join`](Self::join) of halves that are known to be idle.
    pub(crate) fn of_halves(Receiver(mut whole): Receiver<P>, Sender(sender): Sender<P>) -> Self {
        whole.endpoint = Endpoint::join([whole.endpoint, sender.endpoint]);
        whole.core.join_sending(sender.core);
        whole
    }
}

impl<P: CryptoProvider> Core<P> {
    /// Moves what sending needs to a core of its own.
    fn split_sending(&mut self) -> Self {
        let mut sending = Self::new(self.provider.clone(), self.side.clone(), None);
        sending.sealer = std::mem::replace(&mut self.sealer, Sealer::new());
        sending.opener = Opener::new();
        sending.send_secret = self.send_secret.take();
        sending.reply = self.reply;
        sending.request = self.request;
        sending.tickets_sent = self.tickets_sent;
        sending.tickets_wanted = self.tickets_wanted;
        sending.compatibility_requested = self.compatibility_requested;
        sending.transmit_failed = self.transmit_failed;
        sending.shutdown_due = std::mem::take(&mut self.shutdown_due);
        sending.negotiated = self.negotiated.clone();
        sending.error = self.error.clone();
        sending.probe = self.probe.for_sending();
        sending
    }

    /// Keeps what the reading half has found. As in one connection, the peer's alert says more than
    /// that our own key is used up.
    fn learn(&mut self, error: Error) {
        match error {
            Error::PeerAlert(description) => self.peer_alert(description),
            error => self.end_with(error),
        }
    }

    /// Takes back what [`split_sending`](Self::split_sending) has moved.
    fn join_sending(&mut self, sending: Self) {
        self.sealer = sending.sealer;
        self.send_secret = sending.send_secret;
        self.reply = sending.reply;
        self.request = sending.request;
        self.tickets_sent = sending.tickets_sent;
        self.transmit_failed = sending.transmit_failed;
        self.shutdown_due = sending.shutdown_due;
        if self.error.is_none() {
            self.error = sending.error;
        }
        for notice in sending.notices {
            self.notify(notice);
        }
    }
}

impl<P: CryptoProvider> Receiver<P> {
    /// Carries mail to the writing half, each letter with its rows there, and brings back what the
    /// reading half has to know of it. To be called after everything that this half handles, and
    /// before its [`handle_fin`](Self::handle_fin), under whatever guards the writing half.
    pub fn exchange(&mut self, now: UnixTime, sender: &mut Sender<P>, outbox: &mut Outbox) {
        self.0.core.transmit_failed = sender.0.core.transmit_failed;
        if std::mem::take(&mut sender.0.core.progressed) {
            self.0.core.floods.progress();
        }
        while let Some(letter) = self.0.endpoint.take_letter() {
            if let Some(error) = self.0.core.error.clone() {
                sender.0.core.learn(error);
            }
            sender.0.handle(now, letter, outbox);
        }
    }

    /// Whether something waits for [`exchange`](Self::exchange). Nothing is received meanwhile.
    #[must_use]
    pub const fn has_mail(&self) -> bool {
        self.0.endpoint.has_mail()
    }

    /// Starts a read. It may complete at once.
    pub fn start_read(&mut self, now: UnixTime) {
        self.0.start(now, Call::Read, &mut Outbox::new());
    }

    /// Whether bytes may be received now: for a read, or for a pending write while none is
    /// pending.
    #[must_use]
    pub fn wants_to_receive(&mut self) -> bool {
        !self.has_mail() && self.0.accepts(Event::Received, &mut Outbox::new())
    }

    /// Whether the pending read transmits what is in the outbox, besides receiving.
    #[must_use]
    pub fn wants_to_transmit(&mut self) -> bool {
        self.0.accepts(Event::Transmitted, &mut Outbox::new())
    }

    /// Reports that this thread has transmitted; the writing half is told how much.
    pub fn handle_transmitted(&mut self, now: UnixTime) {
        self.0.handle(now, Event::Transmitted, &mut Outbox::new());
    }

    /// As [`Connection::handle_input`].
    pub fn handle_input(&mut self, now: UnixTime, input: &mut [u8]) -> Received {
        self.0.handle_input(now, input, &mut Outbox::new())
    }

    /// Reports that the transport received a FIN. What the writing half has met decides whether it
    /// is one: [`exchange`](Self::exchange) first.
    pub fn handle_fin(&mut self, now: UnixTime) {
        self.0.handle_fin(now, &mut Outbox::new());
    }

    /// Reports that a receiving call failed: a reset, or any other error of the transport.
    pub fn handle_receive_error(&mut self, now: UnixTime, kind: std::io::ErrorKind) {
        self.0.handle_receive_error(now, kind, &mut Outbox::new());
    }

    /// Ends the pending read because its deadline has passed.
    pub fn handle_deadline(&mut self, now: UnixTime) {
        self.0.handle_deadline(now, &mut Outbox::new());
    }

    /// The result of the read that was pending, once.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.0.take_result()
    }

    /// Whether no read is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.0.is_idle()
    }

    /// How many bytes of application data are opened and not yet taken by the application.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.0.unread()
    }

    /// Tells that the application has taken so many bytes of what is unread.
    pub fn consume(&mut self, count: usize) {
        self.0.consume(count);
    }

    /// What happened besides the reads, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.0.poll_notice()
    }

    /// The connection, with what was negotiated.
    #[must_use]
    pub const fn connection(&self) -> &Connection<P> {
        &self.0
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// Starts a call that carries no data: a half-close, a key update, a flush.
    ///
    /// A half-close and a key update never wait for room: where there is none they are done
    /// ([`handle_blocked`](Self::handle_blocked)), and their record stays in the outbox until
    /// something later transmits it, a read of the other half, a flush, or the close of the whole.
    pub fn start(&mut self, now: UnixTime, call: Call, outbox: &mut Outbox) {
        self.0.start(now, call, outbox);
    }

    /// As [`Connection::start_write`].
    pub fn start_write(&mut self, now: UnixTime, data: &[u8], outbox: &mut Outbox) -> usize {
        self.0.start_write(now, data, outbox)
    }

    /// Whether the pending call transmits what is in the outbox.
    #[must_use]
    pub fn wants_to_transmit(&mut self, outbox: &mut Outbox) -> bool {
        self.0.accepts(Event::Transmitted, outbox)
    }

    /// Whether the pending call ends where there is no room: it carries no application data, or has
    /// failed. Whoever makes it so while the writing thread sleeps wakes it.
    #[must_use]
    pub fn ends_when_blocked(&mut self, outbox: &mut Outbox) -> bool {
        self.0.accepts(Event::TransmitBlocked, outbox)
    }

    /// Reports that the transport took `count` bytes from the outbox, whoever transmitted.
    pub fn handle_transmitted(&mut self, now: UnixTime, count: usize, outbox: &mut Outbox) {
        self.0.handle_transmitted(now, count, outbox);
    }

    /// Reports that the transport has no room now. A call that never waits for room is done.
    pub fn handle_blocked(&mut self, now: UnixTime, outbox: &mut Outbox) {
        if self.ends_when_blocked(outbox) {
            self.0.handle(now, Event::TransmitBlocked, outbox);
        }
    }

    /// Reports that a transmitting call failed: a reset, or any other error of the transport.
    pub fn handle_transmit_error(
        &mut self,
        now: UnixTime,
        kind: std::io::ErrorKind,
        outbox: &mut Outbox,
    ) {
        self.0.handle_transmit_error(now, kind, outbox);
    }

    /// Ends the pending call because its deadline has passed. What was accepted stays accepted.
    pub fn handle_deadline(&mut self, now: UnixTime, outbox: &mut Outbox) {
        self.0.handle_deadline(now, outbox);
    }

    /// An operation that the table has ordered, once: `ShutdownWrite`.
    pub fn poll_ordered(&mut self) -> Option<Operation> {
        self.0.poll_ordered()
    }

    /// The result of the call that was pending, once.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.0.take_result()
    }

    /// Whether no call is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.0.is_idle()
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.0.poll_notice()
    }

    /// The connection, as the writing half knows it.
    #[must_use]
    pub const fn connection(&self) -> &Connection<P> {
        &self.0
    }
}

impl<P: CryptoProvider> Core<P> {
    /// The event for what a half could not do. The writing half has no read half to tell: it owes
    /// the alert itself.
    pub(super) fn failure_of(&mut self, half: Half, error: Error) -> Event {
        match half {
            Half::Whole | Half::Receiver => self.offence(error),
            Half::Sender => {
                let reason = error.reason().unwrap_or(Reason::OwnFailure);
                self.end_with(error);
                Event::AlertDue(reason)
            }
        }
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Receiver<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Receiver").field(&self.0).finish()
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Sender<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Sender").field(&self.0).finish()
    }
}
