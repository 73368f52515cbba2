//! What stands between a [`Connection`](crate::Connection) and whatever carries its bytes: for
//! those who write an adapter, as [`blocking`](crate::blocking) is one.
//!
//! An adapter brings a [`Transport`]: four methods, none of which waits. It makes the system calls,
//! reads the clock and waits; it decides nothing. All that the protocol asks of it is carried out
//! by a [`Driver`], which has the connection and the bytes:
//!
//! - for one call at a time, [`Driver::advance`] until it is [`Progress::Done`];
//! - for a task that polls a read and a write, or for two tasks, [`Tasks`];
//! - for two threads, each with its half, [`Halves`].
//!
//! This is a whole adapter, over a pair of pipes in memory, and its use:
//!
//! ```
//! use std::cell::RefCell;
//! use std::collections::VecDeque;
//! use std::io;
//! use std::rc::Rc;
//!
//! use hyaline::driver::{Driver, Now, Progress, Transport};
//! use hyaline::{Call, Connection, Error};
//! # use std::sync::Arc;
//! # use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//!
//! /// One direction. It holds 100 bytes.
//! #[derive(Default)]
//! struct Pipe {
//!     bytes: VecDeque<u8>,
//!     is_ended: bool,
//! }
//!
//! /// One end of two pipes.
//! struct End {
//!     incoming: Rc<RefCell<Pipe>>,
//!     outgoing: Rc<RefCell<Pipe>>,
//! }
//!
//! impl Transport for End {
//!     fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
//!         let mut pipe = self.incoming.borrow_mut();
//!         if pipe.bytes.is_empty() && !pipe.is_ended {
//!             return Err(io::ErrorKind::WouldBlock.into());
//!         }
//!         let count = pipe.bytes.len();
//!         bytes.extend(pipe.bytes.drain(..));
//!         Ok(count)
//!     }
//!
//!     fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
//!         let mut pipe = self.outgoing.borrow_mut();
//!         let count = bytes.len().min(100 - pipe.bytes.len());
//!         pipe.bytes.extend(&bytes[..count]);
//!         if count > 0 { Ok(count) } else { Err(io::ErrorKind::WouldBlock.into()) }
//!     }
//!
//!     fn shutdown_write(&mut self) {
//!         self.outgoing.borrow_mut().is_ended = true;
//!     }
//! }
//!
//! impl Drop for End {
//!     fn drop(&mut self) {
//!         self.shutdown_write();
//!     }
//! }
//!
//! /// Lets each side do what it can until both have done their call. In place of waiting, the
//! /// other one has its turn.
//! fn run(mut sides: [&mut Driver<End>; 2]) {
//!     let mut done = [false; 2];
//!     while done != [true; 2] {
//!         for (side, done) in sides.iter_mut().zip(&mut done) {
//!             if !*done {
//!                 match side.advance(Now::read()) {
//!                     Progress::Done => *done = true,
//!                     Progress::Waits(wait) => side.handle_ready(wait.interest.into()),
//!                     Progress::Busy | Progress::Works(_) => {}
//!                 }
//!             }
//!         }
//!     }
//! }
//!
//! # fn connections() -> Result<(Connection, Connection), Box<dyn std::error::Error>> {
//! #     let authority_key = rcgen::KeyPair::generate()?;
//! #     let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! #     parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! #     let authority = parameters.self_signed(&authority_key)?;
//! #     let issuer = rcgen::Issuer::new(parameters, authority_key);
//! #     let key = rcgen::KeyPair::generate()?;
//! #     let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?
//! #         .signed_by(&key, &issuer)?;
//! #     let server = ServerConfig::builder().with_no_client_auth().with_single_cert(
//! #         vec![certificate.der().clone()],
//! #         PrivateKeyDer::try_from(key.serialize_der())?,
//! #     )?;
//! #     let mut roots = RootCertStore::empty();
//! #     roots.add(authority.der().clone())?;
//! #     let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! #     let name = ServerName::try_from("localhost")?;
//! #     let client = Connection::client(Arc::new(client), name)?;
//! #     Ok((client, Connection::server(Arc::new(server))?))
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (client, server) = connections()?;
//! let (first, second) = (Rc::<RefCell<Pipe>>::default(), Rc::<RefCell<Pipe>>::default());
//! let end = End { incoming: Rc::clone(&first), outgoing: Rc::clone(&second) };
//! let mut client = Driver::new(client, end);
//! let mut server = Driver::new(server, End { incoming: second, outgoing: first });
//!
//! client.start(Now::read(), Call::Handshake)?;
//! server.start(Now::read(), Call::Handshake)?;
//! run([&mut client, &mut server]);
//! assert_eq!((client.take_result(), server.take_result()), (Some(Ok(())), Some(Ok(()))));
//!
//! // A record is longer than the pipes: both sides are needed to carry it over.
//! let mut received = [0; 200];
//! client.start_write(Now::read(), &[7; 200])?;
//! server.start(Now::read(), Call::Read)?;
//! run([&mut client, &mut server]);
//! assert_eq!(client.take_write(), Some(Ok(200)));
//! assert_eq!(server.take_read(&mut received), Some(Ok(200)));
//! assert_eq!(received, [7; 200]);
//!
//! // What was opened can be looked at in its place, and is taken as far as it is of use.
//! client.start_write(Now::read(), b"one\ntwo")?;
//! server.start(Now::read(), Call::Read)?;
//! run([&mut client, &mut server]);
//! assert_eq!(client.take_write(), Some(Ok(7)));
//! assert_eq!(server.take_lent(), Some(Ok(&b"one\ntwo"[..])));
//! server.consume(4);
//! assert_eq!(server.lent(), b"two");
//! server.consume(3);
//!
//! client.start(Now::read(), Call::Close)?;
//! server.start(Now::read(), Call::Close)?;
//! run([&mut client, &mut server]);
//! assert_eq!((client.take_result(), server.take_result()), (Some(Ok(())), Some(Ok(()))));
//! assert!(client.transport().is_none(), "a transport is closed by being dropped");
//! assert_eq!(server.start(Now::read(), Call::Read), Err(Error::Closed));
//! # Ok(())
//! # }
//! ```

mod callers;
mod drain;
mod halves;
mod input;
#[allow(dead_code, reason = "only front doors call it, and a system may have none")]
mod lazy;
mod lend;
mod outcome;
mod shared;
mod take;
mod tasks;
mod whole;

use std::io;
use std::time::Instant;

use rustls_pki_types::UnixTime;

pub use self::drain::{ALERT_BYTES, ALERT_TIME, CLOSE_BYTES, CLOSE_TIME};
pub use self::halves::{Halves, Polled};
pub use self::input::{Input, MAX_RECORD};
pub use self::outcome::outcome;
pub use self::shared::{Cause, Lock, SharedTransport, Wake};
pub use self::tasks::{TaskTransport, Tasks};
pub(crate) use self::whole::Wire;
pub use self::whole::{Driver, Progress, Wait};

/// What carries the bytes of a connection, both ways, in order.
///
/// No method waits, ever: [`WouldBlock`](io::ErrorKind::WouldBlock) where it would have to. A
/// transport that cannot be asked without waiting keeps nothing of what this library promises; see
/// [`half_duplex`](crate::half_duplex) for what is left then.
///
/// [`Interrupted`](io::ErrorKind::Interrupted) is tried again. Every other error ends the
/// connection: a reset, a death of the peer, or [`Error::Transport`](crate::Error::Transport) with
/// its kind.
///
/// A transport is closed by being dropped.
pub trait Transport {
    /// Receives into the spare capacity of `bytes`, which has some, behind what stands there: how
    /// many bytes; 0 is the peer's FIN.
    ///
    /// # Errors
    /// Those of the transport.
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize>;

    /// Transmits a part of `bytes`, which are not empty: how many of them, and never none.
    ///
    /// # Errors
    /// Those of the transport.
    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Ends our direction behind what was transmitted: `shutdown(SHUT_WR)`. One that fails tells
    /// the next transfer, so nothing is reported here.
    fn shutdown_write(&mut self);
}

/// The time, by two clocks: the driver has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The time by which certificates are judged, and sessions and tickets are dated.
    pub date: UnixTime,
    /// The time by which waits are measured.
    pub clock: Instant,
}

impl Now {
    /// What the system's clocks say.
    #[must_use]
    pub fn read() -> Self {
        Self { date: UnixTime::now(), clock: Instant::now() }
    }
}

#[cfg(test)]
mod tests;
