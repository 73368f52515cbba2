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

use std::time::Instant;
use std::{fs, thread};

use hyaline_tests::queues::{OBSERVATION, are_full, ends};
use hyaline_tests::sockets::PATIENCE;

use crate::peer::Peer;

/// The state of `/proc/net/tcp` that matters here.
const FIN_WAIT_1: &str = "04";

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
