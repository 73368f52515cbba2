//! What a program allows a call.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use std::{io, thread};

use hyaline::Error;

use crate::{TIME, connected, reason, socket_of, sockets, streams, while_it_waits, write_on};

/// More than a connection holds, in bytes.
const MUCH: usize = 32 << 20;

/// A time that no call here may last.
const LONG: Duration = Duration::from_secs(600);

/// The call fails, for want of time alone, and not before its time is over.
#[track_caller]
fn takes_its_time<T: std::fmt::Debug>(kind: ErrorKind, call: impl FnOnce() -> io::Result<T>) {
    let begun = Instant::now();
    let error = call().unwrap_err();
    assert!(begun.elapsed() >= TIME, "{:?}", begun.elapsed());
    assert_eq!((error.kind(), reason(&error)), (kind, Error::Timeout));
}

#[test]
fn a_time_of_the_socket_has_the_kind_that_tcp_gives_it() {
    let (mut ours, _theirs) = sockets();
    ours.set_read_timeout(Some(TIME)).unwrap();
    ours.set_write_timeout(Some(TIME)).unwrap();
    assert_eq!(ours.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(write_on(&mut ours).kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_read_lasts_as_long_as_the_socket_says_whenever_it_was_told() {
    let before = |socket: &TcpStream| socket.set_read_timeout(Some(TIME)).unwrap();
    let (mut ours, mut theirs) = streams();
    before(socket_of(&ours));
    thread::scope(|scope| {
        scope.spawn(|| theirs.handshake().unwrap());
        // A machine that is busy may need several times.
        while let Err(error) = ours.handshake() {
            assert_eq!(reason(&error), Error::Timeout);
        }
    });
    takes_its_time(ErrorKind::WouldBlock, || ours.read(&mut [0]));
    // The time is set after the stream was made, by a duplicate of the socket, and then taken away.
    let (mut ours, mut theirs) = connected();
    let duplicate = socket_of(&ours).try_clone().unwrap();
    before(&duplicate);
    takes_its_time(ErrorKind::WouldBlock, || ours.read(&mut [0]));
    takes_its_time(ErrorKind::WouldBlock, || ours.read(&mut [0]));
    duplicate.set_read_timeout(None).unwrap();
    let read = while_it_waits(|| ours.read(&mut [0; 4]), || theirs.write_all(b"late").unwrap());
    assert_eq!(read.unwrap(), 4);
}

#[test]
fn a_write_lasts_as_long_as_the_socket_says() {
    let (mut ours, _theirs) = connected();
    socket_of(&ours).set_write_timeout(Some(TIME)).unwrap();
    let begun = Instant::now();
    let error = write_on(&mut ours);
    assert!(begun.elapsed() >= TIME);
    assert_eq!((error.kind(), reason(&error)), (ErrorKind::WouldBlock, Error::Timeout));
    // What was accepted stays so, and a flush waits for it, no longer than a write.
    assert!(ours.unsent() > 0);
    takes_its_time(ErrorKind::WouldBlock, || ours.flush());
}

#[test]
fn a_time_of_the_socket_is_for_its_own_direction() {
    let (mut ours, mut theirs) = connected();
    socket_of(&ours).set_write_timeout(Some(TIME)).unwrap();
    let read = while_it_waits(|| ours.read(&mut [0; 4]), || theirs.write_all(b"late").unwrap());
    assert_eq!(read.unwrap(), 4);
    let (mut ours, mut theirs) = connected();
    socket_of(&ours).set_read_timeout(Some(TIME)).unwrap();
    let mut received = vec![0; MUCH];
    let written = while_it_waits(
        || ours.write_all(&vec![7; MUCH]),
        || theirs.read_exact(&mut received).unwrap(),
    );
    written.unwrap();
}

#[test]
fn a_time_of_the_stream_counts_before_that_of_the_socket() {
    let (mut ours, _theirs) = connected();
    socket_of(&ours).set_read_timeout(Some(LONG)).unwrap();
    socket_of(&ours).set_write_timeout(Some(LONG)).unwrap();
    ours.set_read_timeout(Some(TIME));
    ours.set_write_timeout(Some(TIME));
    takes_its_time(ErrorKind::TimedOut, || ours.read(&mut [0]));
    assert_eq!(write_on(&mut ours).kind(), ErrorKind::TimedOut);
    let (mut reader, mut writer) = ours.split().unwrap();
    takes_its_time(ErrorKind::TimedOut, || reader.read(&mut [0]));
    takes_its_time(ErrorKind::TimedOut, || writer.flush());
}

#[test]
fn the_halves_heed_the_times_of_the_socket_too() {
    let (ours, _theirs) = connected();
    let (mut reader, mut writer) = ours.split().unwrap();
    reader.get_ref().set_read_timeout(Some(TIME)).unwrap();
    reader.get_ref().set_write_timeout(Some(TIME)).unwrap();
    takes_its_time(ErrorKind::WouldBlock, || reader.read(&mut [0]));
    takes_its_time(ErrorKind::WouldBlock, || Err::<(), _>(write_on(&mut writer)));
    takes_its_time(ErrorKind::WouldBlock, || writer.flush());
}

#[test]
fn a_handshake_waits_for_its_peer_as_long_as_a_read_does_whichever_call_needs_it() {
    for of_socket in [true, false] {
        for number in 0..4 {
            let (mut ours, _silent) = streams();
            let kind = if of_socket {
                socket_of(&ours).set_read_timeout(Some(TIME)).unwrap();
                ErrorKind::WouldBlock
            } else {
                ours.set_read_timeout(Some(TIME));
                ErrorKind::TimedOut
            };
            takes_its_time(kind, || match number {
                0 => ours.handshake(),
                1 => ours.read(&mut [0]).map(|_| ()),
                2 => ours.write(b"request").map(|_| ()),
                _ => ours.half_close(),
            });
        }
    }
}

#[test]
fn a_write_that_needs_a_handshake_has_its_own_time_as_well() {
    let (mut ours, _silent) = streams();
    socket_of(&ours).set_write_timeout(Some(TIME)).unwrap();
    ours.set_read_timeout(Some(LONG));
    takes_its_time(ErrorKind::WouldBlock, || ours.write(b"request"));
}

#[test]
fn a_socket_that_does_not_block_waits_for_a_stream_and_no_time_at_all_waits_for_nothing() {
    let (mut ours, _theirs) = connected();
    socket_of(&ours).set_nonblocking(true).unwrap();
    socket_of(&ours).set_read_timeout(Some(TIME)).unwrap();
    takes_its_time(ErrorKind::WouldBlock, || ours.read(&mut [0]));
    socket_of(&ours).set_nonblocking(false).unwrap();
    ours.set_read_timeout(Some(Duration::ZERO));
    let error = ours.read(&mut [0]).unwrap_err();
    assert_eq!((error.kind(), reason(&error)), (ErrorKind::TimedOut, Error::Timeout));
}

#[test]
fn a_close_lasts_as_long_as_its_budget_whatever_the_socket_says() {
    let (mut ours, _theirs) = connected();
    socket_of(&ours).set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    ours.set_close_budget(TIME, 1 << 20);
    let begun = Instant::now();
    assert_eq!(reason(&ours.close().unwrap_err()), Error::CloseBudgetExpired);
    assert!(begun.elapsed() >= TIME);
}
