//! What a stream asks of the system, with a file for each kind of system. The rest of `blocking`
//! has one text for all of them.
//!
//! A [`Socket`] is received from and transmitted to without waiting, waited for, and reset. A
//! [`ThreadWake`] ends the wait of one thread. [`AsFd`] is what a program's own type of socket has
//! to be.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(test)]
pub(super) mod testing;

use std::io;

#[cfg(unix)]
pub(super) use self::unix::{AsFd, OUT_OF_TIME, Socket, ThreadWake};
#[cfg(windows)]
pub(super) use self::windows::{AsFd, OUT_OF_TIME, Socket, ThreadWake};
use crate::driver::{Cause, Transport, Wake};

impl<S: AsFd> Transport for Socket<S> {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.receive_now(bytes)
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.transmit_now(bytes)
    }

    fn shutdown_write(&mut self) {
        self.end_writing();
    }
}

impl Wake for ThreadWake {
    fn wake(&self, _: Cause) {
        self.wake_thread();
    }
}
