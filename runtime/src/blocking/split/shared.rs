//! What a reading and a writing thread share, and the loops of their calls.
//!
//! Two cells, each behind a lock of its own: the receiving half with the input, and the sending
//! half with the outbox. A lock is held for turns and for transfers that do not wait, never across
//! a wait; whoever needs both takes the receiving one first.
//!
//! *Wakes.* A thread that goes to sleep says in the sending cell what it waits for. Who changes
//! that, while it holds the same lock, wakes it: so no wake is lost. A writer is woken when its
//! call is done, or has failed and waits for room no longer, and when the reader has gone idle,
//! because then a pending write receives. A reader is woken when the sending half has a letter for
//! it, and when a writer leaves with something unsent, which the reader transmits then.

use std::time::Duration;

use hyaline_model::table::CallResult;

use super::platform::{Cause, Lock, Platform, Wake};
use crate::blocking::deadline::Deadline;
use crate::blocking::input::Input;
use crate::blocking::outcome::outcome;
use crate::blocking::transport::Stopped;
use crate::connection::{Call, Interest, Operation, Receiver, Sender};
use crate::crypto::CryptoProvider;
use crate::{Error, Outbox};

/// The receiving half, and the bytes that it has received.
pub(super) struct Receiving<P: CryptoProvider> {
    pub(super) receiver: Receiver<P>,
    pub(super) input: Input,
}

/// The sending half, the bytes that it has sealed, and who sleeps.
pub(super) struct Sending<P: CryptoProvider> {
    pub(super) sender: Sender<P>,
    pub(super) outbox: Outbox,
    /// What the reading thread waits for, if it waits.
    reader_sleeps: Option<Interest>,
    /// What the writing thread waits for, if it waits.
    writer_sleeps: Option<Interest>,
}

/// Both halves, and what they stand on.
pub(super) struct Shared<G: Platform, P: CryptoProvider> {
    pub(super) platform: G,
    pub(super) receiving: G::Lock<Receiving<P>>,
    pub(super) sending: G::Lock<Sending<P>>,
    reader_wake: G::Wake,
    writer_wake: G::Wake,
}

impl<G: Platform, P: CryptoProvider> Shared<G, P> {
    pub(super) fn new(
        platform: G,
        receiving: Receiving<P>,
        (sender, outbox): (Sender<P>, Outbox),
        [reader_wake, writer_wake]: [G::Wake; 2],
    ) -> Self {
        let sending = Sending { sender, outbox, reader_sleeps: None, writer_sleeps: None };
        Self {
            platform,
            receiving: G::Lock::new(receiving),
            sending: G::Lock::new(sending),
            reader_wake,
            writer_wake,
        }
    }

    /// Whether neither half has a call pending, nor a letter waits.
    pub(super) fn is_idle(&self) -> bool {
        let receiving = self.receiving.acquire();
        let sending = self.sending.acquire();
        let (receiver, sender) = (&receiving.receiver, &sending.sender);
        receiver.is_idle() && sender.is_idle() && !receiver.has_mail() && !sender.has_mail()
    }

    /// A read: how many bytes it has put into `buffer`; 0 is the clean end.
    pub(super) fn read(&self, buffer: &mut [u8], mut deadline: Deadline) -> Result<usize, Error> {
        let mut receiving = self.receiving.acquire();
        receiving.receiver.start_read();
        loop {
            self.receive(&mut receiving);
            if let Some(result) = receiving.receiver.take_result() {
                let read = deadline.reason(receiving.give(result, buffer));
                self.leave_reading(&mut receiving);
                return read;
            }
            let Some(interest) = self.go_to_sleep(&mut receiving) else { continue };
            drop(receiving);
            let in_time = self.wait(interest, &self.reader_wake, &mut deadline);
            self.sending.acquire().reader_sleeps = None;
            receiving = self.receiving.acquire();
            if !in_time {
                receiving.receiver.handle_deadline();
            }
        }
    }

    /// A write: how many bytes of `data` it has sealed, all of which the kernel has, unless its
    /// time has run out.
    pub(super) fn write(&self, data: &[u8], deadline: Deadline) -> Result<usize, Error> {
        loop {
            let mut accepted = 0;
            let written = self.send(deadline, |Sending { sender, outbox, .. }| {
                accepted = sender.start_write(data, outbox);
            });
            match written {
                // Earlier data, of a write that ran out of time, took all the room.
                Ok(()) if accepted == 0 && !data.is_empty() => {}
                Ok(()) => return Ok(accepted),
                Err(Error::Timeout | Error::Interrupted) if accepted > 0 => return Ok(accepted),
                Err(error) => return Err(error),
            }
        }
    }

    /// A call that carries no data.
    pub(super) fn call(&self, call: Call, deadline: Deadline) -> Result<(), Error> {
        self.send(deadline, |Sending { sender, outbox, .. }| sender.start(call, outbox))
    }

    /// The loop of the writing thread's calls.
    fn send(
        &self,
        mut deadline: Deadline,
        start: impl FnOnce(&mut Sending<P>),
    ) -> Result<(), Error> {
        {
            let mut sending = self.sending.acquire();
            start(&mut sending);
            self.transmit(&mut sending);
            if let Some(sent) = self.leave_writing(&mut sending) {
                return sent;
            }
        }
        loop {
            let interest = {
                let mut receiving = self.receiving.acquire();
                let receives = receiving.receiver.is_idle();
                if receives {
                    self.receive(&mut receiving);
                }
                let mut sending = self.sending.acquire();
                self.advance(&mut receiving, &mut sending);
                if let Some(sent) = self.leave_writing(&mut sending) {
                    return deadline.reason(sent);
                }
                let receive = receives && receiving.receiver.wants_to_receive();
                let transmit = !sending.outbox.is_empty();
                let interest = Interest { receive, transmit, budget: false };
                sending.writer_sleeps = Some(interest);
                interest
            };
            let in_time = self.wait(interest, &self.writer_wake, &mut deadline);
            let mut sending = self.sending.acquire();
            sending.writer_sleeps = None;
            if !in_time {
                let Sending { sender, outbox, .. } = &mut *sending;
                sender.handle_deadline(outbox);
            }
        }
    }

    /// Receives what is there, without waiting, as long as the receiving half wants it.
    fn receive(&self, receiving: &mut Receiving<P>) {
        while receiving.receiver.wants_to_receive() {
            let Receiving { receiver, input } = receiving;
            if input.may_hold_record() {
                let received = receiver.handle_input(input.unopened());
                input.handled(&received, receiver.unread());
            } else {
                match self.platform.receive(input.space(receiver.unread())) {
                    Ok(0) => {
                        let mut sending = self.sending.acquire();
                        let Sending { sender, outbox, .. } = &mut *sending;
                        receiver.handle_fin(sender, outbox);
                    }
                    Ok(_) | Err(Stopped::Interrupted) => {}
                    Err(Stopped::Blocked) => return,
                    Err(Stopped::Failed(kind)) => {
                        receiver.handle_receive_error(kind);
                    }
                }
            }
            if receiving.receiver.has_mail() {
                self.advance(receiving, &mut self.sending.acquire());
            }
        }
        // A call that has failed ends when its alert is transmitted as far as there is room.
        if receiving.receiver.has_mail() {
            self.advance(receiving, &mut self.sending.acquire());
        }
    }

    /// Carries letters over and transmits what there is room for, until neither is left. What a
    /// letter seals, an answer or an alert, has to go out: a read that returns now may be the last
    /// call.
    fn advance(&self, receiving: &mut Receiving<P>, sending: &mut Sending<P>) {
        loop {
            let Sending { sender, outbox, .. } = &mut *sending;
            receiving.receiver.exchange(sender, outbox);
            self.transmit(sending);
            if !sending.sender.has_mail() && !receiving.receiver.has_mail() {
                break;
            }
        }
        if receiving.receiver.is_idle() && sending.reader_sleeps.take().is_some() {
            self.reader_wake.wake(Cause::Letter);
        }
    }

    /// Transmits what there is room for.
    pub(super) fn transmit(&self, sending: &mut Sending<P>) {
        self.follow_up(sending);
        while !sending.outbox.is_empty() {
            let transmitted = self.platform.transmit(sending.outbox.bytes());
            let Sending { sender, outbox, .. } = &mut *sending;
            let blocked = matches!(transmitted, Err(Stopped::Blocked));
            match transmitted {
                Ok(count) => sender.handle_transmitted(count, outbox),
                Err(Stopped::Interrupted) => {}
                Err(Stopped::Blocked) => sender.handle_blocked(outbox),
                Err(Stopped::Failed(kind)) => sender.handle_transmit_error(kind, outbox),
            }
            self.follow_up(sending);
            if blocked {
                return;
            }
        }
    }

    /// Does what the sending half has ordered, and wakes who waits for what it has become.
    fn follow_up(&self, sending: &mut Sending<P>) {
        while let Some(operation) = sending.sender.poll_ordered() {
            if operation == Operation::ShutdownWrite {
                self.platform.shutdown_write();
            }
        }
        if sending.sender.has_mail() && sending.reader_sleeps.take().is_some() {
            self.reader_wake.wake(Cause::Letter);
        }
        if sending.writer_sleeps.is_none() {
            return;
        }
        let Sending { sender, outbox, .. } = &mut *sending;
        if sender.is_idle() || sender.ends_when_blocked(outbox) {
            sending.writer_sleeps = None;
            self.writer_wake.wake(Cause::Done);
        }
    }

    /// The result of the writing thread's call, if it has one. What is left unsent is the reading
    /// thread's to transmit, should it sleep.
    fn leave_writing(&self, sending: &mut Sending<P>) -> Option<Result<(), Error>> {
        let result = sending.sender.take_result()?;
        let unsent = !sending.outbox.is_empty();
        if sending.reader_sleeps.is_some_and(|interest| unsent && !interest.transmit) {
            sending.reader_sleeps = None;
            self.reader_wake.wake(Cause::Unsent);
        }
        Some(outcome(result, sending.sender.error(), true))
    }

    /// The read is done: a pending write receives from now on.
    fn leave_reading(&self, receiving: &mut Receiving<P>) {
        if !receiving.receiver.wants_to_receive() {
            return;
        }
        let mut sending = self.sending.acquire();
        if sending.writer_sleeps.is_some_and(|interest| !interest.receive) {
            sending.writer_sleeps = None;
            self.writer_wake.wake(Cause::ReaderIdle);
        }
    }

    /// Before the reading thread sleeps it transmits what others have left. Nothing where that
    /// ended its call, or let it receive.
    fn go_to_sleep(&self, receiving: &mut Receiving<P>) -> Option<Interest> {
        let mut sending = self.sending.acquire();
        self.advance(receiving, &mut sending);
        let Receiving { receiver, input } = receiving;
        if receiver.is_idle() {
            return None;
        }
        // A stream that waits holds no buffers.
        sending.outbox.release();
        if receiver.unread() == 0 {
            input.release();
        }
        let transmit = !sending.outbox.is_empty();
        let interest = Interest { receive: receiver.wants_to_receive(), transmit, budget: false };
        sending.reader_sleeps = Some(interest);
        Some(interest)
    }

    /// Waits; false when the deadline has passed.
    fn wait(&self, interest: Interest, wake: &G::Wake, deadline: &mut Deadline) -> bool {
        let left = deadline.left(|direction| self.platform.time(direction));
        if left == Some(Duration::ZERO) {
            return false;
        }
        // What fails here fails again in the transfer that follows, and says what it is.
        if let Err(Stopped::Interrupted) = self.platform.wait(interest, wake, left) {
            deadline.interrupt();
        }
        true
    }
}

impl<P: CryptoProvider> Receiving<P> {
    /// What a read that has this result gives to its caller.
    fn give(&mut self, result: CallResult, buffer: &mut [u8]) -> Result<usize, Error> {
        if result == CallResult::EndOfStream {
            return Ok(0);
        }
        outcome(result, self.receiver.error(), true)?;
        let unread = self.input.plaintext(self.receiver.unread());
        let count = unread.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), unread.get(..count)) {
            to.copy_from_slice(from);
        }
        self.receiver.consume(count);
        Ok(count)
    }
}
