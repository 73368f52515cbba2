//! The halves of a connection at work: events go to the half where they are at home, and letters
//! cross.
//!
//! A connection is its two halves, whoever owns them. One owner delivers a letter as soon as the
//! turn that posted it is over; two owners carry letters over when they meet.

use std::io::ErrorKind;

use hyaline_model::table::{Event, EventKind, Half, Label, Policy, Slot};
use hyaline_model::turn::{self, Endpoint, OneHalf, Receiving, Sending, Shipped, World};

use super::core::{CallState, ReceivingCore, SendingCore};
use super::journal::{Writing, Written};
use super::perform::{AtHand, ReceivingTurn};
use super::sending::{Offered, SendingTurn};
use crate::Error;
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::outbox::Outbox;

/// The receiving half of a connection: the keys that open, and the place of receiving calls.
///
/// [`Connection::split`](super::Connection::split) gives it to an owner of its own.
pub struct Receiver<P: CryptoProvider = DefaultProvider> {
    pub(crate) endpoint: Endpoint,
    pub(crate) policy: Policy,
    pub(crate) core: ReceivingCore<P>,
}

/// The sending half of a connection: the keys that seal, and the place of sending calls.
///
/// [`Connection::split`](super::Connection::split) gives it to an owner of its own.
pub struct Sender<P: CryptoProvider = DefaultProvider> {
    pub(crate) endpoint: Endpoint,
    pub(crate) policy: Policy,
    pub(crate) core: SendingCore<P>,
}

/// What one half tells the other, with what the receiver of it needs to name an error.
pub(crate) struct Letter {
    event: Event,
    error: Option<Box<Error>>,
    transport_error: Option<ErrorKind>,
}

impl Letter {
    /// A letter with what its half knows of the connection's end.
    fn new(event: Event, state: &CallState) -> Self {
        Self { event, error: state.error.clone(), transport_error: state.transport_error }
    }
}

impl<P: CryptoProvider> Receiver<P> {
    pub(crate) fn take_letter(&mut self) -> Option<Letter> {
        let event = self.endpoint.take_letter(Half::Sending)?;
        Some(Letter::new(event, &self.core.state))
    }

    /// Whether a letter to the sending half waits. Nothing is received meanwhile.
    #[must_use]
    pub const fn has_mail(&self) -> bool {
        self.endpoint.has_mail(Half::Sending)
    }

    pub(super) fn accepts(&mut self, event: Event) -> bool {
        let turn = ReceivingTurn::alone(&mut self.core);
        self.endpoint.accepts_in::<Receiving>(&Shipped, &self.policy, event, &turn)
    }

    /// Whether the event would take a row that raises one of that kind.
    pub(super) fn raises(&mut self, event: Event, raised: EventKind) -> bool {
        let turn = ReceivingTurn::alone(&mut self.core);
        self.endpoint.raises::<Receiving>(&Shipped, &self.policy, event, raised, &turn)
    }

    pub(super) fn has(&self, slot: Slot, label: Label) -> bool {
        self.endpoint.states.has(slot, label)
    }
}

impl<P: CryptoProvider> Sender<P> {
    pub(crate) fn take_letter(&mut self) -> Option<Letter> {
        let event = self.endpoint.take_letter(Half::Receiving)?;
        Some(Letter::new(event, &self.core.state))
    }

    /// Whether a letter to the receiving half waits.
    #[must_use]
    pub const fn has_mail(&self) -> bool {
        self.endpoint.has_mail(Half::Receiving)
    }

    pub(super) fn accepts(&mut self, event: Event, outbox: &mut Outbox) -> bool {
        let turn = SendingTurn::new(&mut self.core, outbox);
        self.endpoint.accepts_in::<Sending>(&Shipped, &self.policy, event, &turn)
    }

    /// Handles one event, and then the failure of an action, if one of them failed.
    pub(crate) fn handle(&mut self, event: Event, outbox: &mut Outbox) {
        self.handle_offer(event, Offered::Bytes(&[]), outbox);
    }

    /// The same with what the application wants to write: how many bytes of it were sealed.
    pub(crate) fn handle_offer(
        &mut self,
        event: Event,
        offered: Offered<'_>,
        outbox: &mut Outbox,
    ) -> usize {
        let mut turn = SendingTurn::new(&mut self.core, outbox);
        turn.offered = offered;
        handle(&mut self.endpoint, &self.policy, event, &mut turn);
        let accepted = turn.accepted;
        while let Some(error) = self.core.state.failure.take() {
            let event = self.core.failure(*error);
            let mut turn = SendingTurn::new(&mut self.core, outbox);
            handle(&mut self.endpoint, &self.policy, event, &mut turn);
        }
        accepted
    }

    fn deliver(&mut self, letter: Letter, outbox: &mut Outbox) {
        let state = &mut self.core.state;
        if let Some(kind) = letter.transport_error {
            state.transport_failed(kind);
        }
        match letter.error.map(|error| *error) {
            Some(Error::PeerAlert(description)) => state.end_with_alert(description),
            Some(error) => state.end_with(error),
            None => {}
        }
        self.handle(letter.event, outbox);
    }
}

/// Handles one event of a half in one turn, and writes its rows down where that is wanted. Says
/// whether the table accepted the event.
///
/// A turn whose rows are written down runs in a function of its own, so that without a log no row
/// asks whether there is one.
#[inline(always)]
fn handle<H: OneHalf, W: World<H> + Written>(
    endpoint: &mut Endpoint,
    policy: &Policy,
    event: Event,
    world: &mut W,
) -> bool {
    if world.journal().is_none() {
        return turn::handle_in::<H, W>(endpoint, &Shipped, policy, event, world);
    }
    handle_written(endpoint, policy, event, world)
}

#[cold]
#[inline(never)]
fn handle_written<H: OneHalf, W: World<H> + Written>(
    endpoint: &mut Endpoint,
    policy: &Policy,
    event: Event,
    world: &mut W,
) -> bool {
    let Some(mut journal) = world.journal().take() else { return false };
    let mut writing = Writing::new(world, &mut journal, event);
    let accepted = turn::handle_in::<H, _>(endpoint, &Shipped, policy, event, &mut writing);
    *world.journal() = Some(journal);
    accepted
}

/// The receiving half at work, with the sending half where both have one owner, or have met.
pub(crate) struct AtWork<'c, P: CryptoProvider> {
    pub(super) receiver: &'c mut Receiver<P>,
    pub(super) sender: Option<(&'c mut Sender<P>, &'c mut Outbox)>,
}

impl<P: CryptoProvider> AtWork<'_, P> {
    /// Handles one event of the receiving half, and what it causes.
    pub(crate) fn handle(&mut self, event: Event) {
        self.handle_with(event, AtHand::NOTHING);
    }

    /// The same, of what was received. Says whether the table accepted the event.
    #[inline]
    pub(super) fn handle_with(&mut self, event: Event, at_hand: AtHand<'_>) -> bool {
        let accepted = self.turn(event, at_hand);
        self.settle();
        accepted
    }

    #[inline]
    fn turn(&mut self, event: Event, at_hand: AtHand<'_>) -> bool {
        let sending =
            self.sender.as_mut().map(|(sender, outbox)| (&mut sender.core, &mut **outbox));
        let Receiver { endpoint, policy, core } = &mut *self.receiver;
        let mut turn = ReceivingTurn { core, sending, at_hand };
        handle(endpoint, policy, event, &mut turn)
    }

    /// Delivers letters, does work at once, unless it is left to whoever drives the connection, and
    /// ends the connection for an action that failed, until nothing is left.
    #[inline]
    pub(crate) fn settle(&mut self) {
        let core = &self.receiver.core;
        if self.has_letters() || core.state.failure.is_some() || core.handshake.is_some() {
            self.work_off();
        }
    }

    fn work_off(&mut self) {
        loop {
            self.exchange();
            let core = &mut self.receiver.core;
            let event = if let Some(error) = core.state.failure.take() {
                core.offence(*error)
            } else if let Some(work) = core.take_own_work() {
                let now = core.now;
                self.finish(work.run(now))
            } else {
                return;
            };
            self.turn(event, AtHand::NOTHING);
        }
    }

    /// Whether a letter of either half can be delivered: both are here.
    fn has_letters(&self) -> bool {
        let sender = self.sender.as_ref();
        sender.is_some_and(|(sender, _)| sender.has_mail() || self.receiver.has_mail())
    }

    /// Delivers the letters of both halves, where both are here: those to this half first.
    fn exchange(&mut self) {
        while let Some((sender, outbox)) = self.sender.as_mut() {
            if let Some(letter) = sender.take_letter() {
                self.deliver(letter);
            } else if let Some(letter) = self.receiver.take_letter() {
                sender.deliver(letter, outbox);
            } else {
                return;
            }
        }
    }

    fn deliver(&mut self, letter: Letter) {
        let state = &mut self.receiver.core.state;
        if let Some(kind) = letter.transport_error {
            state.transport_failed(kind);
        }
        // The receiving half keeps the sending half's error only where that error ends receiving as
        // well.
        if let (Event::SendingFailed(_), Some(error)) = (letter.event, letter.error) {
            state.end_with(*error);
        }
        self.turn(letter.event, AtHand::NOTHING);
    }
}
