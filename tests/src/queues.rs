//! The queues of a connection, as the kernel shows them, and when they are stuck.

use std::fs;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::sockets::PATIENCE;

/// For how long nothing must have changed. On the loopback, bytes for which there is room are
/// received within the call that transmits them, or that makes the room.
pub const OBSERVATION: Duration = Duration::from_secs(1);

/// A listener's state in `/proc/net/tcp`.
const LISTEN: &str = "0A";

/// One end of a connection, as the kernel has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queues {
    /// Its own port.
    pub local_port: u16,
    /// The other end's port.
    pub remote_port: u16,
    /// The state of TCP, as the kernel numbers it.
    pub state: String,
    /// Bytes written, and not acknowledged by the other end.
    pub unsent: usize,
    /// Bytes received, and not read by the program.
    pub unread: usize,
}

/// Both ends of the connection to this port.
#[must_use]
pub fn ends(port: u16) -> Vec<Queues> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let sockets = table.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = |address: &str| hexadecimal(address.split(':').nth(1).unwrap());
        let (unsent, unread) = fields[4].split_once(':').unwrap();
        Queues {
            local_port: u16::try_from(port(fields[1])).unwrap(),
            remote_port: u16::try_from(port(fields[2])).unwrap(),
            state: fields[3].to_owned(),
            unsent: hexadecimal(unsent),
            unread: hexadecimal(unread),
        }
    });
    sockets
        .filter(|end| end.state != LISTEN && [end.local_port, end.remote_port].contains(&port))
        .collect()
}

fn hexadecimal(digits: &str) -> usize {
    usize::from_str_radix(digits, 16).unwrap()
}

/// Whether both ends have bytes that they cannot transmit, and bytes that they do not read.
#[must_use]
pub fn are_full(ends: &[Queues]) -> bool {
    ends.len() == 2 && ends.iter().all(|end| end.unsent > 0 && end.unread > 0)
}

/// Waits until the server of this client cannot transmit what it has written, because the client
/// does not read.
#[track_caller]
pub fn wait_until_server_is_blocked(client: &TcpStream) {
    let port = client.peer_addr().unwrap().port();
    let is_blocked = |end: &Queues| {
        let is_server = end.local_port == port;
        (end.unsent > 0) == is_server && (end.unread > 0) != is_server
    };
    let began = Instant::now();
    loop {
        let before = ends(port);
        assert!(stays_whole(client), "the connection breaks");
        if before.len() == 2 && before.iter().all(is_blocked) && before == ends(port) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "the server is not blocked: {before:?}");
    }
}

/// Whether the connection does not break for [`OBSERVATION`].
fn stays_whole(socket: &TcpStream) -> bool {
    let time = Timespec::try_from(OBSERVATION).unwrap();
    poll(&mut [PollFd::new(socket, PollFlags::empty())], Some(&time)).unwrap() == 0
}
