//! A transport on which shuttle sees every lock, wait and transfer: one connection in memory, whose
//! queues hold little.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::ops::DerefMut;
use std::sync::PoisonError;
use std::time::Duration;

use shuttle::sync::{Arc, Condvar, Mutex};

use crate::blocking::deadline::Direction;
use crate::blocking::split::waits::Waits;
use crate::connection::Interest;
use crate::driver::{Cause, Lock, SharedTransport, Wake};

/// What a socket knows of a reset: as on Linux, one transfer is told of it, and later ones see a
/// FIN or a broken pipe.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reset {
    None,
    Unreported,
    Reported,
}

/// One socket.
struct Socket {
    /// What has arrived and was not received.
    incoming: VecDeque<u8>,
    /// The FIN stands behind it.
    fin: bool,
    reset: Reset,
    /// The threads whose next wait ends at once, by the number of their wake.
    woken: Vec<bool>,
}

/// Both sockets of a connection, under one lock.
struct Connection {
    sockets: Mutex<[Socket; 2]>,
    changed: Condvar,
    /// How many bytes are under way in a direction at most.
    capacity: usize,
}

impl Connection {
    /// Changes the sockets, unless what is wanted cannot be.
    fn change<T>(&self, change: impl FnOnce(&mut [Socket; 2]) -> Option<T>) -> Option<T> {
        let changed = change(&mut self.sockets.acquire())?;
        self.changed.notify_all();
        Some(changed)
    }

    /// Waits until the change can be made.
    fn wait_for<T>(&self, mut change: impl FnMut(&mut [Socket; 2]) -> Option<T>) -> T {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(changed) = change(&mut sockets) {
                self.changed.notify_all();
                return changed;
            }
            sockets = self.changed.wait(sockets).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What a transport does wrong, to see that it is found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Wakes for this cause get lost.
    Lost(Cause),
    /// Wakes get lost that come before their thread waits.
    LostBeforeWait,
    /// A reading thread is not told of room, and so does not transmit what others have left.
    RoomHidden,
}

/// The number of a reading thread's wake.
const READER: usize = 0;

/// One end of a connection.
#[derive(Clone)]
pub(super) struct End {
    connection: Arc<Connection>,
    /// Which socket is ours: 0 or 1.
    own: usize,
    fault: Option<Fault>,
}

/// Both ends of a connection that holds so many bytes in each direction.
pub(super) fn connection(capacity: usize, fault: Option<Fault>) -> [End; 2] {
    let socket =
        || Socket { incoming: VecDeque::new(), fin: false, reset: Reset::None, woken: Vec::new() };
    let sockets = Mutex::new([socket(), socket()]);
    let connection = Arc::new(Connection { sockets, changed: Condvar::new(), capacity });
    [0, 1].map(|own| End { connection: Arc::clone(&connection), own, fault })
}

impl End {
    /// A wake of this end's. The first is the reading thread's.
    pub(super) fn new_wake(&self) -> Flag {
        let number = self.connection.change(|sockets| {
            sockets[self.own].woken.push(false);
            Some(sockets[self.own].woken.len() - 1)
        });
        Flag { end: self.clone(), number: number.unwrap() }
    }

    /// How many bytes there is room for; none when sending is over.
    fn room(&self, sockets: &[Socket; 2]) -> Option<usize> {
        let (own, peer) = (&sockets[self.own], &sockets[1 - self.own]);
        let may_send = own.reset == Reset::None && !peer.fin;
        may_send.then(|| self.connection.capacity - peer.incoming.len())
    }

    /// Puts all of this under way, as a peer that is no TLS.
    pub(super) fn put(&self, bytes: &[u8]) {
        for byte in bytes {
            self.connection.wait_for(|sockets| {
                let room = self.room(sockets).expect("an open connection");
                (room > 0).then(|| sockets[1 - self.own].incoming.push_back(*byte))
            });
        }
    }

    /// Takes so many bytes at once, when they are there, as a peer that is no TLS.
    pub(super) fn take(&self, count: usize) {
        self.connection.wait_for(|sockets| {
            let incoming = &mut sockets[self.own].incoming;
            (incoming.len() >= count).then(|| incoming.drain(..count).for_each(drop))
        });
    }

    /// Takes everything until the end, as a peer that is no TLS.
    pub(super) fn take_all(&self) {
        while self.connection.wait_for(|sockets| {
            let own = &mut sockets[self.own];
            let taken = own.incoming.drain(..).count();
            (taken > 0 || own.fin).then_some(taken)
        }) > 0
        {}
    }

    /// Ends both directions at once. What is on its way to the peer arrives, the rest is lost.
    pub(super) fn reset(&self) {
        self.connection.change(|sockets| {
            sockets[self.own].incoming.clear();
            sockets[self.own].reset = Reset::Reported;
            sockets[1 - self.own].reset = Reset::Unreported;
            Some(())
        });
    }
}

impl SharedTransport for End {
    type Lock<V> = Mutex<V>;
    type Wake = Flag;

    fn receive(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let received = self.connection.change(|sockets| {
            let own = &mut sockets[self.own];
            let count = own.incoming.len().min(bytes.capacity() - bytes.len());
            bytes.extend(own.incoming.drain(..count));
            match own.reset {
                _ if count > 0 => Some(Ok(count)),
                Reset::Unreported => {
                    own.reset = Reset::Reported;
                    Some(Err(ErrorKind::ConnectionReset.into()))
                }
                Reset::None if !own.fin => None,
                _ => Some(Ok(0)),
            }
        });
        received.unwrap_or(Err(ErrorKind::WouldBlock.into()))
    }

    fn transmit(&self, bytes: &[u8]) -> io::Result<usize> {
        let transmitted = self.connection.change(|sockets| {
            let Some(room) = self.room(sockets) else {
                let own = &mut sockets[self.own];
                let kind = match own.reset {
                    Reset::Unreported => ErrorKind::ConnectionReset,
                    _ => ErrorKind::BrokenPipe,
                };
                if own.reset == Reset::Unreported {
                    own.reset = Reset::Reported;
                }
                return Some(Err(kind.into()));
            };
            let count = room.min(bytes.len());
            sockets[1 - self.own].incoming.extend(&bytes[..count]);
            (count > 0).then_some(Ok(count))
        });
        transmitted.unwrap_or(Err(ErrorKind::WouldBlock.into()))
    }

    fn shutdown_write(&self) {
        self.connection.change(|sockets| {
            sockets[1 - self.own].fin = true;
            Some(())
        });
    }
}

impl Waits for End {
    fn time(&self, _: Direction) -> Option<Duration> {
        None
    }

    // As the library's: what is woken between the two steps is drained too.
    fn wait(&self, interest: Interest, wake: &Flag, time: Option<Duration>) -> io::Result<()> {
        assert_eq!(time, None, "there is no clock here");
        let room_hidden = self.fault == Some(Fault::RoomHidden) && wake.number == READER;
        if self.fault == Some(Fault::LostBeforeWait) {
            wake.drain();
        }
        self.connection.wait_for(|sockets| {
            let own = &sockets[self.own];
            let over = own.reset != Reset::None;
            let receive = interest.receive && (over || own.fin || !own.incoming.is_empty());
            let transmit =
                interest.transmit && !room_hidden && self.room(sockets).is_none_or(|room| room > 0);
            (receive || transmit || own.woken[wake.number]).then_some(())
        });
        wake.drain();
        Ok(())
    }
}

/// A wake that is a flag of a socket's.
pub(super) struct Flag {
    end: End,
    number: usize,
}

impl Flag {
    fn drain(&self) {
        self.end.connection.change(|sockets| {
            sockets[self.end.own].woken[self.number] = false;
            Some(())
        });
    }
}

impl Wake for Flag {
    fn wake(&self, cause: Cause) {
        self.end.connection.change(|sockets| {
            let kept = self.end.fault != Some(Fault::Lost(cause));
            kept.then(|| sockets[self.end.own].woken[self.number] = true)
        });
    }
}

impl<V> Lock<V> for Mutex<V> {
    fn new(value: V) -> Self {
        Self::new(value)
    }

    fn acquire(&self) -> impl DerefMut<Target = V> {
        self.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_value(self) -> V {
        self.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
