//! When is a connection stuck? When nothing that could still happen would move a byte.
//!
//! The kernel shows, of each end, the bytes that wait to be transmitted and those that wait to be
//! read. Where an end sleeps although bytes wait for it, it does not wait for input; so it waits
//! for room, and reads only after that. Where that is so of both ends, and what is to be
//! transmitted does not get through, each waits for the other to read, and nothing else is under
//! way: that is for ever.
//!
//! Whether it gets through is looked at for [`OBSERVATION`]. That is no deadline: what moves
//! meanwhile is looked at again, and a program that a busy machine does not let run does not sleep.

use std::net::TcpStream;
use std::time::{Duration, Instant};
use std::{fs, thread};

use hyaline_tests::sockets::PATIENCE;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::peer::Peer;

/// For how long nothing must have changed. On the loopback, bytes for which there is room are
/// received within the call that transmits them, or that makes the room.
pub(crate) const OBSERVATION: Duration = Duration::from_secs(1);

/// The states of `/proc/net/tcp` that matter here.
const LISTEN: &str = "0A";
const FIN_WAIT_1: &str = "04";

/// One end of a connection, as the kernel has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Socket {
    local_port: u16,
    remote_port: u16,
    state: String,
    /// Bytes written, and not acknowledged by the other end.
    unsent: usize,
    /// Bytes received, and not read by the program.
    unread: usize,
}

/// Both ends of the connection to this port.
pub(crate) fn ends(port: u16) -> Vec<Socket> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let sockets = table.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = |address: &str| hexadecimal(address.split(':').nth(1).unwrap());
        let (unsent, unread) = fields[4].split_once(':').unwrap();
        Socket {
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
pub(crate) fn are_full(ends: &[Socket]) -> bool {
    ends.len() == 2 && ends.iter().all(|end| end.unsent > 0 && end.unread > 0)
}

/// Waits until the end of the connection to this port that is not the server's has closed, or
/// half-closed, while it still has bytes to transmit.
#[track_caller]
pub(crate) fn wait_until_client_has_closed(port: u16) {
    let began = Instant::now();
    while !ends(port).iter().any(|end| end.remote_port == port && end.state == FIN_WAIT_1) {
        assert!(began.elapsed() < PATIENCE, "the client has not closed: {:?}", ends(port));
        thread::yield_now();
    }
}

/// Waits until the server of this client cannot transmit what it has written, because the client
/// does not read.
#[track_caller]
pub(crate) fn wait_until_server_is_blocked(client: &TcpStream) {
    let port = client.peer_addr().unwrap().port();
    let is_blocked = |end: &Socket| {
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

/// What a process does: its state, and how often it began and ceased to.
#[derive(Debug, PartialEq, Eq)]
struct Doing {
    state: String,
    switches: Vec<String>,
}

fn doing(process: u32) -> Doing {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let state = status.lines().find_map(|line| line.strip_prefix("State:\t")).unwrap();
    let switches = status.lines().filter(|line| line.contains("ctxt_switches"));
    Doing { state: state.to_owned(), switches: switches.map(str::to_owned).collect() }
}

/// Both programs are in the middle of a command, and stuck.
#[track_caller]
pub(crate) fn assert_stuck(server: &Peer, client: &Peer) {
    let look = || (ends(server.port), doing(server.id()), doing(client.id()));
    let began = Instant::now();
    loop {
        let before = look();
        let silent = server.is_silent(OBSERVATION) && client.is_silent(OBSERVATION);
        assert!(silent, "one of them has done what it was told: the hazard is not there");
        let (sockets, server_does, client_does) = &before;
        let sleep = server_does.state.starts_with('S') && client_does.state.starts_with('S');
        if sleep && are_full(sockets) && before == look() {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "neither done nor stuck: {before:?}");
    }
}
