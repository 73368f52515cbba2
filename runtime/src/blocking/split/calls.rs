//! The calls of two threads with a half each: a call is polled, and waits where it has to.

use std::io;
use std::time::Duration;

use super::waits::Waits;
use crate::Error;
use crate::blocking::deadline::Deadline;
use crate::connection::{Interest, SenderCall};
use crate::crypto::CryptoProvider;
use crate::driver::{Halves, Polled};

/// The calls of both threads, over the halves that they share.
pub(super) struct Calls<'h, T: Waits, P: CryptoProvider>(pub(super) &'h Halves<T, P>);

impl<T: Waits, P: CryptoProvider> Calls<'_, T, P> {
    /// A read: how many bytes it has put into `buffer`; 0 is the clean end.
    pub(super) fn read(&self, buffer: &mut [u8], mut deadline: Deadline) -> Result<usize, Error> {
        self.0.start_read()?;
        loop {
            match self.0.poll_read(buffer) {
                Polled::Done(read) => return deadline.reason(read),
                Polled::Waits(interest) => {
                    if !self.wait(interest, self.0.reader_wake(), &mut deadline) {
                        self.0.expire_read();
                    }
                }
            }
        }
    }

    /// A read that takes nothing: what it was given is put behind what stands in `copy`; nothing is
    /// the clean end.
    pub(super) fn copy(&self, copy: &mut Vec<u8>, mut deadline: Deadline) -> Result<(), Error> {
        self.0.start_read()?;
        loop {
            match self.0.poll_copy(copy) {
                Polled::Done(copied) => return deadline.reason(copied),
                Polled::Waits(interest) => {
                    if !self.wait(interest, self.0.reader_wake(), &mut deadline) {
                        self.0.expire_read();
                    }
                }
            }
        }
    }

    /// A write: how many bytes of `data` it has taken, all of which the kernel has, unless its time
    /// has run out.
    pub(super) fn write(&self, data: &[u8], mut deadline: Deadline) -> Result<usize, Error> {
        loop {
            self.0.start_write(data)?;
            let written = self.send(&mut deadline, |halves| halves.poll_write());
            match written? {
                0 if !data.is_empty() => {}
                accepted => return Ok(accepted),
            }
        }
    }

    /// A call that carries no data.
    pub(super) fn control(&self, call: SenderCall, mut deadline: Deadline) -> Result<(), Error> {
        self.0.start(call)?;
        self.send(&mut deadline, |halves| halves.poll_control())
    }

    fn send<R>(
        &self,
        deadline: &mut Deadline,
        poll: impl Fn(&Halves<T, P>) -> Polled<Result<R, Error>>,
    ) -> Result<R, Error> {
        loop {
            match poll(self.0) {
                Polled::Done(sent) => return deadline.reason(sent),
                Polled::Waits(interest) => {
                    if !self.wait(interest, self.0.writer_wake(), deadline) {
                        self.0.expire_send();
                    }
                }
            }
        }
    }

    /// Waits; false when the deadline has passed.
    fn wait(&self, interest: Interest, wake: &T::Wake, deadline: &mut Deadline) -> bool {
        let transport = self.0.transport();
        let left = deadline.left(|direction| transport.time(direction));
        if left == Some(Duration::ZERO) {
            return false;
        }
        // What fails here fails again in the transfer that follows, and says what it is.
        if let Err(error) = transport.wait(interest, wake, left)
            && error.kind() == io::ErrorKind::Interrupted
        {
            deadline.interrupt();
        }
        true
    }
}
