//! Ways in which a connection ends, and what the other end of the chain learns of each.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

use hyaline::blocking::Stream;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::set_socket_linger;

use super::chain::Chain;
use crate::peers::ends::Client;
use crate::sockets::{pattern, wait};

/// How much is sent where it is to arrive whole, in bytes.
const LENGTH: usize = 1 << 20;

/// How long a server waits before it answers. A transfer of which nothing has moved for so long
/// counts as blocked.
const PAUSE: Duration = Duration::from_secs(1);

/// A way to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// One side sends, ends its direction, and then the other.
    Clean,
    /// The client ends its direction, and the server answers a second later.
    AnswerAfterHalfClose,
    /// A reset, when everything before it has arrived.
    Reset,
    /// A reset, while the other end reads nothing and everything between is full.
    ResetInFlight,
    /// A TLS client's FIN without a close_notify.
    Truncation,
    /// A record that does not authenticate, from where a TLS client is.
    Forgery,
}

/// What an end learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    received: Amount,
    then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Amount {
    Nothing,
    Part,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Then {
    End,
    Reset,
    Silence,
}

impl Seen {
    /// The end has received everything, and then a clean end.
    pub const WELL: Self = Self { received: Amount::All, then: Then::End };

    /// Whether data is missing although the end looks clean.
    #[must_use]
    pub fn deceives(self) -> bool {
        self.then == Then::End && self.received != Amount::All
    }

    /// Whether the end learns that the connection was reset.
    #[must_use]
    pub fn says_reset(self) -> bool {
        self.then == Then::Reset
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let received = match self.received {
            Amount::Nothing => "nothing",
            Amount::Part => "a part",
            Amount::All => "all",
        };
        let then = match self.then {
            Then::End => "end",
            Then::Reset => "reset",
            Then::Silence => "silence",
        };
        write!(formatter, "{received}, {then}")
    }
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Clean,
        Self::AnswerAfterHalfClose,
        Self::Reset,
        Self::ResetInFlight,
        Self::Truncation,
        Self::Forgery,
    ];

    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clean => "data, then an end in order",
            Self::AnswerAfterHalfClose => "a half-close, an answer a second later",
            Self::Reset => "data, then a reset",
            Self::ResetInFlight => "a reset while data is under way",
            Self::Truncation => "over TLS: data, then a FIN without close_notify",
            Self::Forgery => "over TLS: data, then a forged record",
        }
    }

    /// What the other end of this chain learns; nothing where the ending needs TLS and the chain
    /// has none.
    #[must_use]
    pub fn try_on(self, chain: &Chain) -> Option<Seen> {
        match self {
            Self::Clean => Some(clean(chain)),
            Self::AnswerAfterHalfClose => Some(answer_after_half_close(chain)),
            Self::Reset => Some(reset(chain)),
            Self::ResetInFlight => Some(reset_in_flight(chain)),
            Self::Truncation => over_tls(chain, |stream| {
                stream.get_ref().unwrap().shutdown(Shutdown::Write).unwrap();
            }),
            Self::Forgery => over_tls(chain, |stream| {
                let record = [&[23, 3, 3, 0, 32][..], &[7; 32]].concat();
                stream.get_ref().unwrap().write_all(&record).unwrap();
            }),
        }
    }
}

/// Reads until the end: what came, of this.
fn read(socket: &mut TcpStream, expected: &[u8]) -> Seen {
    let mut received = Vec::new();
    let then = match socket.read_to_end(&mut received) {
        Ok(_) => Then::End,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Then::Silence,
        Err(_) => Then::Reset,
    };
    assert!(expected.starts_with(&received), "other bytes than were sent");
    let received = match received.len() {
        0 if !expected.is_empty() => Amount::Nothing,
        length if length < expected.len() => Amount::Part,
        _ => Amount::All,
    };
    Seen { received, then }
}

/// Sends on a thread of its own and ends the direction; meanwhile does this.
fn while_sending<T>(socket: &TcpStream, bytes: &[u8], work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut socket = socket;
            // If this fails, the other end shows it.
            if socket.write_all(bytes).is_ok() {
                let _ = socket.shutdown(Shutdown::Write);
            }
        });
        work()
    })
}

/// The worse of what both ends learn.
fn worse(one: Seen, other: Seen) -> Seen {
    if one == Seen::WELL { other } else { one }
}

fn clean(chain: &Chain) -> Seen {
    let (mut client, mut server) = chain.pair();
    let bytes = pattern(LENGTH);
    let there = while_sending(&client, &bytes, || read(&mut server, &bytes));
    server.shutdown(Shutdown::Write).unwrap();
    worse(there, read(&mut client, &[]))
}

fn answer_after_half_close(chain: &Chain) -> Seen {
    let (mut client, mut server) = chain.pair();
    let (request, answer) = (pattern(1 << 10), pattern(LENGTH));
    let there = while_sending(&client, &request, || read(&mut server, &request));
    pause(&server);
    worse(there, while_sending(&server, &answer, || read(&mut client, &answer)))
}

fn reset(chain: &Chain) -> Seen {
    let (mut client, mut server) = chain.pair();
    let bytes = pattern(1 << 10);
    client.write_all(&bytes).unwrap();
    server.read_exact(&mut vec![0; bytes.len()]).unwrap();
    set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
    drop(client);
    read(&mut server, &[])
}

fn reset_in_flight(chain: &Chain) -> Seen {
    let (mut client, mut server) = chain.pair();
    let bytes = pattern(LENGTH);
    let mut sent = Vec::new();
    client.set_nonblocking(true).unwrap();
    loop {
        match client.write(&bytes) {
            Ok(count) => sent.extend(bytes.iter().take(count)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !is_ready_for_more(&client) {
                    break;
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
    set_socket_linger(&client, Some(Duration::ZERO)).unwrap();
    drop(client);
    // The reset may overtake what is on its way. After the pause nothing moves any more.
    pause(&server);
    read(&mut server, &sent)
}

/// Whether there is room again before everything stands still.
fn is_ready_for_more(socket: &TcpStream) -> bool {
    let time = Timespec::try_from(PAUSE).unwrap();
    poll(&mut [PollFd::new(socket, PollFlags::OUT)], Some(&time)).unwrap() > 0
}

/// Waits for the pause, or until the connection is gone.
fn pause(socket: &TcpStream) {
    let time = Timespec::try_from(PAUSE).unwrap();
    poll(&mut [PollFd::new(socket, PollFlags::empty())], Some(&time)).unwrap();
}

/// What the server learns when a TLS client has sent data and then does this.
fn over_tls(chain: &Chain, end: impl FnOnce(&Stream)) -> Option<Seen> {
    let mut client = Client::new(&chain.authority).stream(chain.tls_port?);
    let bytes = pattern(1 << 10);
    client.write_all(&bytes).unwrap();
    let mut server = chain.accept();
    wait(&server, true, false).unwrap();
    server.read_exact(&mut vec![0; bytes.len()]).unwrap();
    end(&client);
    // The client is dropped only after the server has seen the end.
    Some(read(&mut server, &[]))
}
