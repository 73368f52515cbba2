//! How a program learns that its peer has vanished, of which the peer has told nothing.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::time::Duration;

use hyaline::Error;
use rustix::net::sockopt::{
    set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl,
    set_tcp_user_timeout,
};
use socket2::{SockFilter, SockRef};

use crate::{TIME, connected, read_on, reason, socket_of, sockets, write_on};

/// The program of a filter that lets nothing pass: *return 0*.
const NOTHING: SockFilter = SockFilter::new(0x06, 0, 0, 0);

/// From now on nothing arrives at this socket, and its system answers nothing: to the other end it
/// has vanished.
fn vanish(socket: &TcpStream) {
    SockRef::from(socket).attach_filter(&[NOTHING]).unwrap();
}

/// TCP is to give up what is not acknowledged within half a second.
fn be_impatient(socket: impl AsFd) {
    set_tcp_user_timeout(socket, 500).unwrap();
}

/// TCP is to ask after a second of silence, once, and to give up a second later. It counts whole
/// seconds.
fn keep_alive(socket: impl AsFd) {
    const SECOND: Duration = Duration::from_secs(1);
    set_socket_keepalive(&socket, true).unwrap();
    set_tcp_keepidle(&socket, SECOND).unwrap();
    set_tcp_keepintvl(&socket, SECOND).unwrap();
    set_tcp_keepcnt(&socket, 1).unwrap();
}

#[test]
fn tcp_tells_once_of_a_peer_that_has_vanished_in_words_that_a_loop_may_miss() {
    let (mut ours, theirs) = sockets();
    be_impatient(&ours);
    vanish(&theirs);
    ours.write_all(b"into the void").unwrap();
    assert_eq!(ours.read(&mut [0]).unwrap_err().kind(), ErrorKind::TimedOut);
    // After the error the stream has an end.
    assert_eq!(ours.read(&mut [0]).unwrap(), 0);
}

/// A loop that reads on when its time is up learns that the peer has vanished, in each of its
/// calls.
fn learns(ours: &mut impl Read) {
    for _ in 0..3 {
        let error = read_on(ours).unwrap_err();
        assert_eq!(
            (error.kind(), reason(&error)),
            (ErrorKind::ConnectionAborted, Error::PeerVanished)
        );
    }
}

#[test]
fn a_peer_that_acknowledges_nothing_is_an_end_that_stays() {
    for has_time in [false, true] {
        let (mut ours, theirs) = connected();
        ours.set_read_timeout(has_time.then_some(TIME));
        be_impatient(socket_of(&ours));
        vanish(socket_of(&theirs));
        ours.write_all(b"into the void").unwrap();
        learns(&mut ours);
        assert_eq!(ours.error(), Some(&Error::PeerVanished));
        assert_eq!(reason(&ours.write(b"more").unwrap_err()), Error::PeerVanished);
        // The peer has vanished, so a close waits for nothing.
        ours.close().unwrap();
    }
}

#[test]
fn a_peer_that_answers_no_probe_is_an_end_that_stays() {
    let (mut ours, theirs) = connected();
    ours.set_read_timeout(Some(TIME));
    keep_alive(socket_of(&ours));
    vanish(socket_of(&theirs));
    learns(&mut ours);
}

#[test]
fn a_writer_learns_that_its_peer_has_vanished() {
    let (mut ours, theirs) = connected();
    be_impatient(socket_of(&ours));
    vanish(socket_of(&theirs));
    for _ in 0..2 {
        let error = write_on(&mut ours);
        assert_eq!(
            (error.kind(), reason(&error)),
            (ErrorKind::ConnectionAborted, Error::PeerVanished)
        );
    }
    learns(&mut ours);
}

#[test]
fn the_half_that_meets_the_death_says_which_and_the_other_that_it_is_one() {
    let (ours, theirs) = connected();
    let (mut reader, mut writer) = ours.split().unwrap();
    reader.set_timeout(Some(TIME));
    be_impatient(reader.get_ref());
    vanish(socket_of(&theirs));
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| [(); 2].map(|()| reason(&read_on(&mut reader).unwrap_err())));
        let written = [(); 2].map(|()| reason(&write_on(&mut writer)));
        let read = reading.join().unwrap();
        assert!(written.contains(&Error::PeerVanished) || read.contains(&Error::PeerVanished));
        for [first, second] in [written, read] {
            assert!(matches!(first, Error::PeerVanished | Error::Reset), "{first}");
            assert_eq!(first, second);
        }
    });
}

#[test]
fn a_handshake_with_a_peer_that_has_vanished_ends() {
    let (mut ours, theirs) = crate::streams();
    be_impatient(socket_of(&ours));
    vanish(socket_of(&theirs));
    assert_eq!(reason(&ours.handshake().unwrap_err()), Error::PeerVanished);
}
