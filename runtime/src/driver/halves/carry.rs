//! What the callers of two halves do inside of their calls: receive, transmit, carry letters over,
//! and wake each other.

use super::*;

impl<T: SharedTransport, P: CryptoProvider> Halves<T, P> {
    /// Receives what is there, without waiting, as long as the receiving half wants it.
    pub(super) fn receive(&self, receiving: &mut Receiving<P>) {
        while receiving.receiver.wants_to_receive() {
            let Receiving { receiver, input, .. } = receiving;
            if input.may_hold_record() {
                // A ticket is dated by when it comes. Nothing else heeds the time here.
                let heeds_time = receiver.core.dates_tickets();
                let now = if heeds_time { Now::read().date } else { receiver.core.now };
                let received = receiver.handle_input(now, input.unopened());
                input.handled(&received, receiver.unread());
            } else {
                let unread = receiver.unread();
                match input.receive(unread, |bytes| self.transport.receive(bytes)) {
                    Ok(0) => {
                        let mut sending = self.sending.acquire();
                        let Sending { sender, outbox, .. } = &mut *sending;
                        receiver.handle_fin(sender, outbox);
                    }
                    Ok(_) => {}
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock => return,
                        io::ErrorKind::Interrupted => {}
                        kind => receiver.handle_receive_error(kind),
                    },
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
    pub(super) fn advance(&self, receiving: &mut Receiving<P>, sending: &mut Sending<P>) {
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
            let transmitted = self.transport.transmit(sending.outbox.bytes());
            let Sending { sender, outbox, .. } = &mut *sending;
            let mut is_blocked = false;
            match transmitted {
                Ok(0) => sender.handle_transmit_error(io::ErrorKind::WriteZero, outbox),
                Ok(count) => sender.handle_transmitted(count, outbox),
                Err(error) => match error.kind() {
                    io::ErrorKind::Interrupted => {}
                    io::ErrorKind::WouldBlock => {
                        sender.handle_blocked(outbox);
                        is_blocked = true;
                    }
                    kind => sender.handle_transmit_error(kind, outbox),
                },
            }
            self.follow_up(sending);
            if is_blocked {
                return;
            }
        }
    }

    /// Does what the sending half has ordered, and wakes who waits for what it has become.
    fn follow_up(&self, sending: &mut Sending<P>) {
        while let Some(operation) = sending.sender.poll_ordered() {
            if operation == Operation::ShutdownWrite {
                self.transport.shutdown_write();
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

    /// The result of the writing caller's call, if it has one. What is left unsent is the reading
    /// caller's to transmit, should it sleep.
    pub(super) fn leave_writing(&self, sending: &mut Sending<P>) -> Option<Result<(), Error>> {
        let result = sending.sender.take_result()?;
        let unsent = !sending.outbox.is_empty();
        if sending.reader_sleeps.is_some_and(|interest| unsent && !interest.transmit) {
            sending.reader_sleeps = None;
            self.reader_wake.wake(Cause::Unsent);
        }
        Some(outcome(result, sending.sender.error()))
    }

    /// The read is done: a pending write receives from now on.
    pub(super) fn leave_reading(&self, receiving: &mut Receiving<P>) {
        if !receiving.receiver.wants_to_receive() {
            return;
        }
        let mut sending = self.sending.acquire();
        if sending.writer_sleeps.is_some_and(|interest| !interest.receive) {
            sending.writer_sleeps = None;
            self.writer_wake.wake(Cause::ReaderIdle);
        }
    }

    /// Before the reading caller sleeps, it transmits what others have left. Returns what to wait
    /// for, or None where transmitting has ended its call or lets it receive again.
    pub(super) fn go_to_sleep(&self, receiving: &mut Receiving<P>) -> Option<Interest> {
        let mut sending = self.sending.acquire();
        self.advance(receiving, &mut sending);
        let Receiving { receiver, input, has_slept } = receiving;
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
        *has_slept = true;
        Some(interest)
    }
}

impl<P: CryptoProvider> Receiving<P> {
    /// What a read that has this result gives to its caller.
    pub(super) fn give(&mut self, result: CallResult, buffer: &mut [u8]) -> Result<usize, Error> {
        if result == CallResult::EndOfStream {
            return Ok(0);
        }
        outcome(result, self.receiver.error())?;
        let unread = self.input.plaintext(self.receiver.unread());
        let count = unread.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), unread.get(..count)) {
            to.copy_from_slice(from);
        }
        self.receiver.consume(count);
        Ok(count)
    }

    /// The same for a caller that looks before it takes.
    pub(super) fn copy(&mut self, result: CallResult, copy: &mut Vec<u8>) -> Result<(), Error> {
        if result != CallResult::EndOfStream {
            outcome(result, self.receiver.error())?;
            copy.extend_from_slice(self.input.plaintext(self.receiver.unread()));
        }
        Ok(())
    }
}
