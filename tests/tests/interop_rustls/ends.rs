//! How streams end, told apart.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::sync::Barrier;
use std::time::Duration;

use hyaline::{AlertDescription, Error};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::sockets::{PATIENCE, pattern, tiny_pair};
use rustix::net::sockopt::set_socket_linger;

use crate::peer::{Asks, Peer, full_provider};
use crate::{
    authority_and_server, both, client, client_config, over, peer, reason, server, server_config,
};

#[test]
fn each_direction_ends_by_itself() {
    let (authority, identity) = authority_and_server();
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    let late = pattern(100_000);
    both(
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            // rustls has ended; we go on.
            assert_eq!(stream.read(&mut [0]).unwrap(), 0);
            assert_eq!(stream.read(&mut [0]).unwrap(), 0);
            stream.write_all(&late).unwrap();
            stream.half_close().unwrap();
            assert_eq!(reason(&stream.write(b"1").unwrap_err()), Error::WriteAfterClose);
            assert_eq!(stream.error(), None);
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.handshake().unwrap();
            peer.half_close().unwrap();
            let mut received = Vec::new();
            peer.read_to_end(&mut received).unwrap();
            assert!(received == late);
        },
    );
    saw(Implementation::Rustls, As::Server, Feature::HalfClose);
}

#[test]
fn each_direction_of_a_server_ends_by_itself() {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let late = pattern(100_000);
    both(
        |socket| {
            let mut stream = server(server_config(identity), socket);
            stream.half_close().unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).unwrap();
            assert!(received == late);
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            // We have ended; rustls goes on.
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
            peer.write_all(&late).unwrap();
            peer.half_close().unwrap();
        },
    );
    saw(Implementation::Rustls, As::Client, Feature::HalfClose);
}

#[test]
fn a_stream_without_close_notify_is_truncated() {
    let (authority, identity) = authority_and_server();
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    both(
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            stream.read_exact(&mut [0; 3]).unwrap();
            for _ in 0..2 {
                let error = stream.read(&mut [0]).unwrap_err();
                assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
                assert_eq!(reason(&error), Error::Truncated);
            }
            assert_eq!(stream.error(), Some(&Error::Truncated));
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.write_all(b"abc").unwrap();
            let mut socket = peer.into_socket();
            socket.shutdown(Shutdown::Write).unwrap();
            socket.read_to_end(&mut Vec::new()).unwrap();
        },
    );
    saw(Implementation::Rustls, As::Server, Feature::Truncation);
}

#[test]
fn a_stream_of_a_client_without_close_notify_is_truncated() {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    both(
        |socket| {
            let mut stream = server(server_config(identity), socket);
            stream.read_exact(&mut [0; 3]).unwrap();
            assert_eq!(reason(&stream.read(&mut [0]).unwrap_err()), Error::Truncated);
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            peer.write_all(b"abc").unwrap();
            let mut socket = peer.into_socket();
            socket.shutdown(Shutdown::Write).unwrap();
            socket.read_to_end(&mut Vec::new()).unwrap();
        },
    );
    saw(Implementation::Rustls, As::Client, Feature::Truncation);
}

#[test]
fn a_reset_is_a_reset_to_a_reader_and_to_a_writer() {
    for writes in [false, true] {
        let (authority, identity) = authority_and_server();
        let config = peer::client_config(full_provider(), &authority, None);
        both(
            |socket| {
                let mut stream = server(server_config(identity), socket);
                let error = loop {
                    let result =
                        if writes { stream.write(&[0; 1 << 14]) } else { stream.read(&mut [0]) };
                    if let Err(error) = result {
                        break error;
                    }
                };
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
                assert_eq!(reason(&error), Error::Reset);
                assert_eq!(stream.error(), Some(&Error::Reset));
                stream.close().unwrap();
            },
            |socket| {
                let mut peer = Peer::client(config, socket);
                peer.write_all(b"abc").unwrap();
                // Closing without lingering is a reset.
                set_socket_linger(peer.into_socket(), Some(Duration::ZERO)).unwrap();
            },
        );
    }
}

#[test]
fn an_alert_is_an_error_to_a_reader_and_to_a_writer() {
    let (authority, identity) = authority_and_server();
    // rustls sends `unexpected_message` for an unknown record, and closes.
    for writes in [false, true] {
        let config = peer::server_config(full_provider(), &Asks::No, identity.clone());
        both(
            |socket| {
                let raw = socket.try_clone().unwrap();
                let mut stream = client(client_config(&authority), socket);
                stream.handshake().unwrap();
                (&raw).write_all(&[99, 3, 3, 0, 1, 0]).unwrap();
                let error = loop {
                    let result =
                        if writes { stream.write(&[0; 1 << 14]) } else { stream.read(&mut [0]) };
                    if let Err(error) = result {
                        break error;
                    }
                };
                let alert = rustls::AlertDescription::DecodeError;
                assert_eq!(reason(&error), Error::PeerAlert(AlertDescription(alert.into())));
            },
            |socket| {
                let mut peer = Peer::server(config, socket);
                peer.read_to_end(&mut Vec::new()).unwrap_err();
            },
        );
    }
}

#[test]
fn closing_delivers_everything_though_the_peer_still_sends() {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let sent = pattern(3 << 20);
    both(
        |socket| {
            let mut stream = server(server_config(identity), socket);
            stream.write_all(&sent).unwrap();
            // The server has read nothing of what the peer sends.
            stream.close().unwrap();
            assert!(stream.get_ref().is_none());
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            peer.write_all(&[7; 50_000]).unwrap();
            let mut received = Vec::new();
            peer.read_to_end(&mut received).unwrap();
            assert!(received == sent);
        },
    );
}

#[test]
fn closing_ends_when_its_budget_does() {
    let (authority, identity) = authority_and_server();
    for (time, bytes) in [(Duration::from_millis(50), usize::MAX), (Duration::MAX, 10_000)] {
        let config = peer::client_config(full_provider(), &authority, None);
        both(
            |socket| {
                let mut stream = server(server_config(identity.clone()), socket);
                stream.handshake().unwrap();
                stream.set_close_budget(time, bytes);
                let error = stream.close().unwrap_err();
                assert_eq!(reason(&error), Error::CloseBudgetExpired);
                assert!(stream.get_ref().is_none());
                stream.close().unwrap();
            },
            |socket| {
                let mut peer = Peer::client(config, socket);
                // Sends as long as somebody listens, and never ends.
                while peer.write_all(&[7; 1 << 14]).is_ok() {}
            },
        );
    }
}

#[test]
fn a_deadline_ends_a_call_and_loses_nothing() {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let sent = pattern(1 << 20);
    let peer_may_read = Barrier::new(2);
    over(
        tiny_pair(),
        |socket| {
            let mut stream = server(server_config(identity), socket);
            stream.handshake().unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(20)));
            stream.set_write_timeout(Some(Duration::from_millis(20)));
            let error = stream.read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
            assert_eq!(reason(&error), Error::Timeout);
            assert_eq!(stream.error(), None);
            // Nobody reads: at some point nothing more is accepted.
            let mut rest = &sent[..];
            let error = loop {
                match stream.write(rest) {
                    Ok(count) => rest = &rest[count..],
                    Err(error) => break error,
                }
            };
            assert_eq!(reason(&error), Error::Timeout);
            assert!(stream.unsent() > 0 && !rest.is_empty());
            peer_may_read.wait();
            stream.set_write_timeout(Some(PATIENCE));
            // The bytes that were accepted before go first.
            stream.write_all(rest).unwrap();
            assert_eq!(stream.unsent(), 0);
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            peer.handshake().unwrap();
            peer_may_read.wait();
            let mut received = Vec::new();
            peer.read_to_end(&mut received).unwrap();
            assert!(received == sent);
        },
    );
}
