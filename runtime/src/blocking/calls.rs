//! The calls of a stream, each within its limits: a handshake comes first where there was none.

use std::io;

use super::Stream;
use super::deadline::{Deadline, Direction};
use super::system::AsFd;
use crate::crypto::CryptoProvider;
use crate::driver::Now;
use crate::{Call, Error};

/// What a call says that ended without a result.
pub(super) const NO_RESULT: Error = Error::Internal("a call without a result");

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Completes the handshake within the deadline of the call that needs it, and within that of a
    /// read, because a handshake waits for the peer, whichever call needs it.
    pub(super) fn connect(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        if self.driver.connection().is_connected() && !self.handshaking {
            return Ok(());
        }
        let mut of_read = Deadline::of_call(self.reading, Direction::Receive);
        if let Some(socket) = self.driver.transport() {
            for either in [&mut *deadline, &mut of_read] {
                either.ask(|direction| socket.time(direction));
            }
        }
        let of_call = *deadline;
        *deadline = of_call.or(of_read);
        if !self.handshaking {
            self.driver.start(Now::read(), Call::Handshake)?;
        }
        self.handshaking = false;
        self.drive(Direction::Receive, deadline)?;
        self.driver.take_receive_result().unwrap_or(Err(NO_RESULT))?;
        *deadline = of_call;
        Ok(())
    }

    /// The same for a call that carries data. A server that has accepted early data may answer them
    /// before its handshake is complete.
    fn connect_to_write(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        match self.driver.connection().accepts_answer() {
            true => Ok(()),
            false => self.connect(deadline),
        }
    }

    /// Makes a call whose only result is whether it was done.
    pub(super) fn call(&mut self, call: Call, deadline: &mut Deadline) -> Result<(), Error> {
        self.driver.start(Now::read(), call)?;
        if matches!(call, Call::Handshake | Call::Read | Call::Close) {
            self.drive(Direction::Receive, deadline)?;
            return self.driver.take_receive_result().unwrap_or(Err(NO_RESULT));
        }
        self.drive(Direction::Send, deadline)?;
        self.driver.take_send_result().unwrap_or(Err(NO_RESULT))
    }

    pub(super) fn control(&mut self, call: Call) -> io::Result<()> {
        let mut deadline = Deadline::of_call(self.writing, Direction::Send);
        let connected = match call {
            Call::Flush => self.connect_to_write(&mut deadline),
            _ => self.connect(&mut deadline),
        };
        let done = connected.and_then(|()| self.call(call, &mut deadline));
        deadline.tell(done)
    }

    /// Reads, into a buffer that is not empty: how many bytes; 0 is the clean end.
    pub(super) fn read_within(
        &mut self,
        buffer: &mut [u8],
        deadline: &mut Deadline,
    ) -> Result<usize, Error> {
        self.read_given(deadline)?;
        self.driver.take_read(buffer).unwrap_or(Err(NO_RESULT))
    }

    /// A read whose data are left where they were opened.
    pub(super) fn open_within(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        self.read_given(deadline)?;
        self.driver.take_lent().unwrap_or(Err(NO_RESULT)).map(drop)
    }

    /// Makes a read, up to its result.
    fn read_given(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        self.connect(deadline)?;
        let now = self.driver.now(|_| Now::read());
        self.driver.start(now, Call::Read)?;
        self.drive(Direction::Receive, deadline)
    }

    /// Writes, in one call or two: how much was accepted.
    pub(super) fn write_within(
        &mut self,
        data: &[u8],
        deadline: &mut Deadline,
    ) -> Result<usize, Error> {
        self.connect_to_write(deadline)?;
        loop {
            let now = self.driver.now(|_| Now::read());
            self.driver.start_write(now, data)?;
            self.drive(Direction::Send, deadline)?;
            match self.driver.take_write().unwrap_or(Err(NO_RESULT))? {
                0 => {}
                accepted => return Ok(accepted),
            }
        }
    }
}
