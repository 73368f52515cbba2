//! Bytes, many and few, with key updates and tickets between them.

use std::io::{Read, Write};
use std::net::TcpStream;

use hyaline::Notice;
use hyaline::blocking::Stream;
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::sockets::{echo, exchange, pair, pattern, tiny_pair};

use crate::peer::{Asks, Peer, full_provider};
use crate::{authority_and_server, both, client, client_config, over, peer, server, server_config};

/// Our client sends so many bytes and gets them back from rustls at the same time.
fn our_client_exchanges(length: usize, sockets: (TcpStream, TcpStream)) {
    let (authority, identity) = authority_and_server();
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    let sent = pattern(length);
    over(
        sockets,
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            assert!(exchange(&mut stream, &sent, length).unwrap() == sent);
            stream.half_close().unwrap();
            assert_eq!(stream.read(&mut [0]).unwrap(), 0);
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            echo(&mut peer).unwrap();
            peer.half_close().unwrap();
        },
    );
}

/// rustls sends so many bytes and gets them back from our server at the same time.
fn our_server_echoes(length: usize, sockets: (TcpStream, TcpStream)) {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let sent = pattern(length);
    over(
        sockets,
        |socket| {
            let mut stream = server(server_config(identity), socket);
            echo(&mut stream).unwrap();
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            assert!(peer.exchange(&sent, length).unwrap() == sent);
            peer.half_close().unwrap();
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
        },
    );
}

/// Both send so many bytes, and neither waits for the other's.
fn both_flood(length: usize, sockets: (TcpStream, TcpStream)) {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let sent = pattern(length);
    over(
        sockets,
        |socket| {
            let mut stream = server(server_config(identity), socket);
            assert!(exchange(&mut stream, &sent, length).unwrap() == sent);
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            assert!(peer.exchange(&sent, length).unwrap() == sent);
            peer.half_close().unwrap();
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
        },
    );
}

#[test]
fn sixty_four_mebibytes_come_back_while_they_are_sent() {
    our_client_exchanges(64 << 20, pair());
    our_server_echoes(64 << 20, pair());
    saw(Implementation::Rustls, As::Server, Feature::Large);
    saw(Implementation::Rustls, As::Client, Feature::Large);
}

#[test]
fn sixty_four_mebibytes_cross_each_other() {
    both_flood(64 << 20, pair());
}

#[test]
fn the_smallest_socket_buffers_are_enough() {
    // A full window is probed five times a second, so even a few bytes take long enough.
    our_client_exchanges(1 << 16, tiny_pair());
    our_server_echoes(1 << 16, tiny_pair());
    both_flood(1 << 16, tiny_pair());
}

fn one_by_one(stream: &mut impl Write, bytes: &[u8]) {
    for byte in bytes {
        assert_eq!(stream.write(&[*byte]).unwrap(), 1);
    }
    stream.flush().unwrap();
}

#[test]
fn bytes_written_one_by_one_arrive_in_order() {
    const COUNT: usize = 5_000;
    let sent = pattern(COUNT);
    // The end that receives first answers in the same way.
    let ours_answers = |stream: &mut Stream| {
        let mut received = vec![0; COUNT];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(received, sent);
        one_by_one(stream, &sent);
        stream.close().unwrap();
    };
    let theirs_asks = |mut peer: Peer| {
        one_by_one(&mut peer, &sent);
        let mut received = Vec::new();
        peer.read_to_end(&mut received).unwrap();
        assert_eq!(received, sent);
    };
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    both(
        |socket| ours_answers(&mut server(server_config(identity.clone()), socket)),
        |socket| theirs_asks(Peer::client(config, socket)),
    );
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    both(
        |socket| ours_answers(&mut client(client_config(&authority), socket)),
        |socket| theirs_asks(Peer::server(config, socket)),
    );
    saw(Implementation::Rustls, As::Client, Feature::Tiny);
    saw(Implementation::Rustls, As::Server, Feature::Tiny);
}

#[test]
fn a_record_is_read_byte_by_byte() {
    let (authority, identity) = authority_and_server();
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    let sent = pattern(1000);
    both(
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            let mut received = Vec::new();
            let mut byte = [0];
            while stream.read(&mut byte).unwrap() == 1 {
                received.push(byte[0]);
            }
            assert_eq!(received, sent);
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.write_all(&sent).unwrap();
            peer.half_close().unwrap();
            // Until the client is gone.
            let _ = peer.read(&mut [0]);
        },
    );
}

#[test]
fn keys_are_updated_from_either_side_between_any_bytes() {
    let (authority, identity) = authority_and_server();
    const ROUNDS: usize = 40;
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    let sent = pattern(3000);
    let updates = both(
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            let mut updates = 0;
            let mut received = vec![0; sent.len()];
            for round in 0..ROUNDS {
                if round % 3 != 0 {
                    stream.update_key().unwrap();
                }
                stream.write_all(&sent).unwrap();
                stream.read_exact(&mut received).unwrap();
                assert_eq!(received, sent);
                while let Some(notice) = stream.poll_notice() {
                    updates += usize::from(notice == Notice::PeerKeyUpdated);
                }
            }
            stream.close().unwrap();
            updates
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            let mut received = vec![0; sent.len()];
            for round in 0..ROUNDS {
                peer.read_exact(&mut received).unwrap();
                assert_eq!(received, sent);
                if round % 2 == 0 {
                    peer.update_key().unwrap();
                }
                peer.write_all(&sent).unwrap();
            }
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
        },
    );
    // rustls asked every other time, and answered what it was asked.
    assert!(updates.0 >= ROUNDS / 2 + ROUNDS / 2, "{}", updates.0);
    saw(Implementation::Rustls, As::Server, Feature::KeyUpdates);
}

#[test]
fn keys_are_updated_in_the_middle_of_a_flood() {
    let (authority, identity) = authority_and_server();
    let config = peer::client_config(full_provider(), &authority, None);
    let sent = pattern(1 << 20);
    both(
        |socket| {
            let mut stream = server(server_config(identity), socket);
            for _ in 0..8 {
                stream.handshake().unwrap();
                stream.update_key().unwrap();
                assert!(exchange(&mut stream, &sent, sent.len()).unwrap() == sent);
            }
            stream.close().unwrap();
        },
        |socket| {
            let mut peer = Peer::client(config, socket);
            peer.handshake().unwrap();
            for _ in 0..8 {
                peer.update_key().unwrap();
                assert!(peer.exchange(&sent, sent.len()).unwrap() == sent);
            }
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
        },
    );
    saw(Implementation::Rustls, As::Client, Feature::KeyUpdates);
}

#[test]
fn tickets_reach_rustls_before_the_first_data() {
    for count in [0, 2, hyaline::MAX_TICKETS] {
        let (authority, identity) = authority_and_server();
        let config = peer::client_config(full_provider(), &authority, None);
        let (_, received) = both(
            |socket| {
                let config = server_config(identity).with_tickets(count).unwrap();
                let mut stream = server(config, socket);
                stream.write_all(b"1").unwrap();
                stream.close().unwrap();
            },
            |socket| {
                let mut peer = Peer::client(config, socket);
                peer.read_exact(&mut [0]).unwrap();
                match &peer.connection {
                    rustls::Connection::Client(client) => client.tls13_tickets_received(),
                    rustls::Connection::Server(_) => 0,
                }
            },
        );
        assert_eq!(received, u32::from(count));
    }
}

#[test]
fn a_client_takes_the_tickets_of_rustls() {
    let (authority, identity) = authority_and_server();
    let mut config = peer::server_config(full_provider(), &Asks::No, identity);
    config.send_tls13_tickets = 4;
    config.ticketer = rustls::crypto::ring::Ticketer::new().unwrap();
    let (tickets, ()) = both(
        |socket| {
            let mut stream = client(client_config(&authority), socket);
            stream.write_all(b"1").unwrap();
            stream.read_exact(&mut [0]).unwrap();
            let mut tickets = 0;
            while let Some(notice) = stream.poll_notice() {
                tickets += usize::from(notice == Notice::TicketReceived);
            }
            tickets
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.read_exact(&mut [0]).unwrap();
            peer.write_all(b"1").unwrap();
        },
    );
    assert_eq!(tickets, 4);
}
