//! The calls of a stream, each within its limits: a handshake comes first where there was none.

use std::io;
use std::os::fd::AsFd;

use super::deadline::{Deadline, Direction};
use super::{Stream, transport};
use crate::crypto::CryptoProvider;
use crate::driver::Now;
use crate::{Call, Error};

/// What a call says that ended without a result.
const NO_RESULT: Error = Error::Internal("a call without a result");

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Completes the handshake within the deadline of the call that needs it, and within that of a
    /// read: it waits for the peer, whichever call does it.
    pub(super) fn connect(&mut self, deadline: &mut Deadline) -> Result<(), Error> {
        if self.driver.connection().is_connected() {
            return Ok(());
        }
        let mut of_read = Deadline::of_call(self.reading, Direction::Receive);
        if let Some(socket) = self.driver.transport() {
            for either in [&mut *deadline, &mut of_read] {
                either.ask(|direction| transport::time(&socket.0, direction));
            }
        }
        let of_call = *deadline;
        *deadline = of_call.or(of_read);
        self.call(Call::Handshake, deadline)?;
        *deadline = of_call;
        Ok(())
    }

    /// Makes a call that gives nothing but whether it was done.
    pub(super) fn call(&mut self, call: Call, deadline: &mut Deadline) -> Result<(), Error> {
        self.driver.start(Now::read(), call)?;
        self.drive(deadline)?;
        self.driver.take_result().unwrap_or(Err(NO_RESULT))
    }

    pub(super) fn control(&mut self, call: Call) -> io::Result<()> {
        let mut deadline = Deadline::of_call(self.writing, Direction::Send);
        let done = self.connect(&mut deadline).and_then(|()| self.call(call, &mut deadline));
        deadline.tell(done)
    }

    /// Reads, into a buffer that is not empty: how many bytes; 0 is the clean end.
    pub(super) fn read_within(
        &mut self,
        buffer: &mut [u8],
        deadline: &mut Deadline,
    ) -> Result<usize, Error> {
        self.connect(deadline)?;
        let now = self.driver.now(|_| Now::read());
        self.driver.start(now, Call::Read)?;
        self.drive(deadline)?;
        self.driver.take_read(buffer).unwrap_or(Err(NO_RESULT))
    }

    /// Writes, in one call or two: how much was accepted.
    pub(super) fn write_within(
        &mut self,
        data: &[u8],
        deadline: &mut Deadline,
    ) -> Result<usize, Error> {
        self.connect(deadline)?;
        loop {
            let now = self.driver.now(|_| Now::read());
            self.driver.start_write(now, data)?;
            self.drive(deadline)?;
            match self.driver.take_write().unwrap_or(Err(NO_RESULT))? {
                0 => {}
                accepted => return Ok(accepted),
            }
        }
    }
}
