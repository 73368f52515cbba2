//! A split stream and rustls: both directions at once, with key updates from either side.

use std::io::Read;
use std::net::TcpStream;

use hyaline::blocking::Stream;
use hyaline_tests::sockets::{cross, pair, pattern, tiny_pair};

use crate::peer::{Asks, Peer, full_provider};
use crate::{authority_and_server, client, client_config, over, peer, server, server_config};

/// How both sides begin.
type Ours<'a> = &'a dyn Fn(TcpStream) -> Stream;
type Theirs<'a> = &'a (dyn Fn(TcpStream) -> Peer + Sync);

/// Each side sends so many parts of so many bytes, with a key update before each, and neither waits
/// for the other's. Ours is then joined and closed.
fn both_cross(
    (parts, part): (usize, usize),
    sockets: (TcpStream, TcpStream),
    ours: Ours<'_>,
    theirs: Theirs<'_>,
) {
    let sent = pattern(parts * part);
    over(
        sockets,
        |socket| {
            let mut crossed = cross(ours(socket), &sent, part, sent.len()).unwrap();
            assert!(crossed.received == sent);
            // rustls asked every time, and answered our first request at least.
            assert!(crossed.updates > parts, "{}", crossed.updates);
            crossed.stream.close().unwrap();
        },
        |socket| {
            let mut peer = theirs(socket);
            peer.handshake().unwrap();
            for part in sent.chunks(part) {
                peer.update_key().unwrap();
                assert!(peer.exchange(part, part.len()).unwrap() == part);
            }
            peer.half_close().unwrap();
            assert_eq!(peer.read(&mut [0]).unwrap(), 0);
        },
    );
}

/// Our end in either role.
fn in_both_roles(parts: (usize, usize), sockets: fn() -> (TcpStream, TcpStream)) {
    let (authority, identity) = authority_and_server();
    let theirs = peer::server_config(full_provider(), &Asks::No, identity.clone());
    both_cross(parts, sockets(), &|socket| client(client_config(&authority), socket), &|socket| {
        Peer::server(theirs.clone(), socket)
    });
    let theirs = peer::client_config(full_provider(), &authority, None);
    both_cross(
        parts,
        sockets(),
        &|socket| server(server_config(identity.clone()), socket),
        &|socket| Peer::client(theirs.clone(), socket),
    );
}

#[test]
fn sixty_four_mebibytes_cross_each_other_among_key_updates() {
    in_both_roles((64, 1 << 20), pair);
}

#[test]
fn the_smallest_socket_buffers_are_enough() {
    // A full window is probed five times a second, so even a few bytes take long enough.
    in_both_roles((8, 1 << 12), tiny_pair);
}
