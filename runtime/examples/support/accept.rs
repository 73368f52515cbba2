//! Accepting connections for as long as the program runs: a thread for each, a bound for all of
//! them, and no shortage that ends more than one.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use hyaline::Error;
use rustix::io::Errno;

use crate::log::Log;

/// How long to wait after the first failure of a shortage: then twice as long, and so on.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest pause. A connection that ends cuts it short.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The stack of a thread that serves, in bytes.
const STACK: usize = 2 << 20;

/// What else a thread needs to start, in bytes. Without it, its first steps end the program.
const START: usize = 1 << 18;

/// The kind of a call that has run into the socket's own time.
const OUT_OF_TIME: io::ErrorKind =
    if cfg!(windows) { io::ErrorKind::TimedOut } else { io::ErrorKind::WouldBlock };

/// Serves each connection on a thread of its own, `most` of them at once; further ones wait in the
/// listener's queue.
///
/// Without descriptors, memory or threads it pauses, says so once, and goes on: limits pass, and a
/// connection that cannot be served costs no other one.
///
/// # Errors
/// Only that `listener` is no listener any more.
pub(crate) fn accept(
    listener: &TcpListener,
    most: usize,
    log: &Log,
    serve: impl Fn(TcpStream, SocketAddr) + Send + Sync + 'static,
) -> io::Result<Infallible> {
    let serve = Arc::new(serve);
    let places = Arc::new(Places { taken: Mutex::new(0), freed: Condvar::new() });
    let mut shortage = Shortage::default();
    let mut was_full = false;
    loop {
        let (place, waited) = Places::take(&places, most);
        if waited && !was_full {
            log.line(format!("{most} connections at once: further ones wait"));
        }
        was_full = waited;
        let accepted = match listener.accept() {
            Ok(accepted) => accepted,
            Err(error) => {
                drop(place);
                match meaning(&error) {
                    Meaning::OneIsGone => {}
                    Meaning::Shortage => shortage.pause(&error, &places, log),
                    Meaning::NoListener => return Err(error),
                }
                continue;
            }
        };
        let (socket, peer) = accepted;
        let serve = Arc::clone(&serve);
        match start(move || {
            let _place = place;
            serve(socket, peer);
        }) {
            Ok(()) => shortage.end(log),
            // The connection went with the closure.
            Err(error) => shortage.pause(&error, &places, log),
        }
    }
}

/// Waits for the first byte. False for a client that leaves without one, as health checks do.
pub(crate) fn says_something(socket: &TcpStream, time: Option<Duration>) -> io::Result<bool> {
    socket.set_read_timeout(time)?;
    let first = socket.peek(&mut [0]);
    socket.set_read_timeout(None)?;
    match first {
        Ok(count) => Ok(count > 0),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(false),
        Err(error) if error.kind() == OUT_OF_TIME => Err(Error::Timeout.into()),
        Err(error) => Err(error),
    }
}

/// Does this on a thread of its own.
fn start(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Vec::<u8>::new().try_reserve_exact(STACK + START).map_err(|_| io::ErrorKind::OutOfMemory)?;
    thread::Builder::new().stack_size(STACK).spawn(work)?;
    Ok(())
}

/// What a failure to accept is about (accept(2)).
enum Meaning {
    /// One connection, which has ended before it began, or nothing at all.
    OneIsGone,
    /// The system, at this time.
    Shortage,
    /// The listener.
    NoListener,
}

fn meaning(error: &io::Error) -> Meaning {
    match Errno::from_io_error(error) {
        Some(Errno::CONNABORTED | Errno::CONNRESET | Errno::INTR) => Meaning::OneIsGone,
        Some(Errno::BADF | Errno::NOTSOCK | Errno::INVAL | Errno::OPNOTSUPP) => Meaning::NoListener,
        // EMFILE, ENFILE, ENOBUFS, ENOMEM; and what Linux reports of the network of a connection.
        _ => Meaning::Shortage,
    }
}

/// Failures in a row.
#[derive(Default)]
struct Shortage {
    failures: u32,
}

impl Shortage {
    /// Waits a little, longer with each failure, or until a connection has ended.
    fn pause(&mut self, error: &io::Error, places: &Places, log: &Log) {
        if self.failures == 0 {
            log.line(format!("cannot serve another connection: {error}; trying on"));
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures = self.failures.saturating_add(1);
        let taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        drop(places.freed.wait_timeout(taken, pause));
    }

    fn end(&mut self, log: &Log) {
        if self.failures > 0 {
            log.line(format!("serving again, after {} failures", self.failures));
            self.failures = 0;
        }
    }
}

/// How many connections there are.
struct Places {
    taken: Mutex<usize>,
    freed: Condvar,
}

impl Places {
    /// Waits for a place. Says whether all were taken at first.
    fn take(places: &Arc<Self>, most: usize) -> (Place, bool) {
        let mut taken = places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = *taken >= most;
        while *taken >= most {
            taken = places.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        (Place(Arc::clone(places)), waits)
    }
}

/// One connection's place, until it is dropped.
struct Place(Arc<Places>);

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(1);
        self.0.freed.notify_one();
    }
}
