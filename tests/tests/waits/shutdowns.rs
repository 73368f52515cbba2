//! How another thread, or whoever has a duplicate of the socket, ends what waits.

use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;

use hyaline::Error;
use rustix::net::sockopt::set_socket_linger;

use crate::{connected, reason, socket_of, while_it_waits, write_on};

#[test]
fn a_read_that_waits_ends_as_truncated_when_the_socket_is_shut() {
    for how in [Shutdown::Both, Shutdown::Read] {
        let (mut ours, _theirs) = connected();
        let duplicate = socket_of(&ours).try_clone().unwrap();
        let read = while_it_waits(|| ours.read(&mut [0]), || duplicate.shutdown(how).unwrap());
        let error = read.unwrap_err();
        assert_eq!((error.kind(), reason(&error)), (ErrorKind::UnexpectedEof, Error::Truncated));
        assert_eq!(reason(&ours.read(&mut [0]).unwrap_err()), Error::Truncated);
    }
}

#[test]
fn a_write_that_waits_ends_as_reset_when_the_socket_is_shut() {
    let (mut ours, _theirs) = connected();
    let duplicate = socket_of(&ours).try_clone().unwrap();
    let shut = || duplicate.shutdown(Shutdown::Both).unwrap();
    let error = while_it_waits(|| write_on(&mut ours), shut);
    assert!(matches!(reason(&error), Error::Reset), "{error}");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(ours.write(b"more").is_err());
}

#[test]
fn what_the_peer_sends_is_read_when_only_sending_is_shut() {
    let (mut ours, mut theirs) = connected();
    socket_of(&ours).shutdown(Shutdown::Write).unwrap();
    theirs.write_all(b"here").unwrap();
    let mut bytes = [0; 4];
    ours.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"here");
    // No close_notify of ours reaches the peer, so the peer sees a truncated stream.
    assert_eq!(reason(&theirs.read(&mut [0]).unwrap_err()), Error::Truncated);
}

#[test]
fn a_close_destroys_nothing_though_the_socket_does_not_linger() {
    let (mut ours, mut theirs) = connected();
    set_socket_linger(socket_of(&ours), Some(Duration::ZERO)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            ours.write_all(&[7; 1 << 20]).unwrap();
            ours.close().unwrap();
        });
        let mut received = Vec::new();
        theirs.read_to_end(&mut received).unwrap();
        assert_eq!(received.len(), 1 << 20);
        theirs.close().unwrap();
    });
}

#[test]
fn the_halves_end_too_when_the_socket_is_shut() {
    let (ours, _theirs) = connected();
    let duplicate = socket_of(&ours).try_clone().unwrap();
    let (mut reader, mut writer) = ours.split().unwrap();
    let both = || {
        thread::scope(|scope| {
            let reading = scope.spawn(|| reason(&reader.read(&mut [0]).unwrap_err()));
            [reason(&write_on(&mut writer)), reading.join().unwrap()]
        })
    };
    for ended in while_it_waits(both, || duplicate.shutdown(Shutdown::Both).unwrap()) {
        assert!(matches!(ended, Error::Truncated | Error::Reset), "{ended}");
    }
}
