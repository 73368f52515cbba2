//! Early data, with rustls on the other side.

use std::io::{Read, Write};

use hyaline::{EarlyData, EarlyDataOutcome, NamedGroup};
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::early::{accepting, young_register};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::sockets::pattern;
use rustls::Connection;

use crate::peer::{self, Asks, Peer, SUITES, full_provider, provider};
use crate::{both, client, client_config, server, server_config};

/// How much both allow, in bytes.
const ALLOWED: u32 = 1 << 16;

/// Our client comes to rustls with these early data: what it is told, and what rustls has of them.
fn to_rustls(
    ours: &hyaline::ClientConfig,
    theirs: &rustls::ServerConfig,
    early_data: &[u8],
) -> (EarlyDataOutcome, Option<Vec<u8>>) {
    both(
        |socket| {
            let mut stream = client(ours.clone(), socket);
            stream.offer_early_data(early_data.to_vec()).unwrap();
            stream.write_all(b"1").unwrap();
            stream.read_exact(&mut [0]).unwrap();
            stream.early_data_outcome()
        },
        |socket| {
            let mut peer = Peer::server(theirs.clone(), socket);
            peer.read_exact(&mut [0]).unwrap();
            peer.write_all(b"1").unwrap();
            let Connection::Server(connection) = &mut peer.connection else { panic!("a server") };
            connection.early_data().map(|mut reader| {
                let mut received = Vec::new();
                reader.read_to_end(&mut received).unwrap();
                received
            })
        },
    )
}

/// rustls comes to our server with these early data: whether it offers them, whether it finds them
/// accepted, and what we have of them.
fn from_rustls(
    ours: &hyaline::ServerConfig,
    theirs: &rustls::ClientConfig,
    data: &[u8],
) -> (Option<bool>, Option<Vec<u8>>) {
    let (taken, told) = both(
        |socket| {
            let mut stream = server(ours.clone(), socket);
            stream.read_exact(&mut [0]).unwrap();
            stream.write_all(b"1").unwrap();
            stream.take_early_data().map(EarlyData::into_replayable_bytes)
        },
        |socket| {
            let mut peer = Peer::client(theirs.clone(), socket);
            let Connection::Client(connection) = &mut peer.connection else { panic!("a client") };
            let offered = connection.early_data().map(|mut early| early.write_all(data).unwrap());
            peer.write_all(b"1").unwrap();
            peer.read_exact(&mut [0]).unwrap();
            let Connection::Client(connection) = &peer.connection else { panic!("a client") };
            offered.map(|()| connection.is_early_data_accepted())
        },
    );
    (told, taken)
}

#[test]
fn rustls_accepts_the_early_data_of_a_client_by_every_suite() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        let provider = provider(&[suite], &[rustls::NamedGroup::X25519]);
        let mut theirs = peer::server_config(provider, &Asks::No, identity.clone());
        theirs.max_early_data_size = ALLOWED;
        let ours = client_config(&authority).with_groups(&[NamedGroup::X25519]).unwrap();
        for length in [20, 60_000] {
            let data = pattern(length);
            let ours = ours.clone();
            let first = to_rustls(&ours, &theirs, &data);
            let again = to_rustls(&ours, &theirs, &data);
            if length == 20 {
                assert_eq!(first, (EarlyDataOutcome::NotOffered, None));
            }
            assert_eq!(again, (EarlyDataOutcome::Accepted, Some(data)));
        }
    }
    saw(Implementation::Rustls, As::Server, Feature::EarlyDataAccepted);
}

#[test]
fn a_client_is_told_that_rustls_rejects_its_early_data() {
    let (authority, identity) = authority_and_server();
    let mut theirs = peer::server_config(full_provider(), &Asks::No, identity.clone());
    theirs.max_early_data_size = ALLOWED;
    let mut none = theirs.clone();
    none.max_early_data_size = 0;
    let other_groups = provider(&SUITES, &[rustls::NamedGroup::secp384r1]);
    let mut retrying = peer::server_config(other_groups, &Asks::No, identity.clone());
    retrying.session_storage = theirs.session_storage.clone();
    let mut forgetful = peer::server_config(full_provider(), &Asks::No, identity);
    for second in [&none, &retrying, &forgetful] {
        let ours = client_config(&authority);
        to_rustls(&ours, &theirs, b"early");
        let again = to_rustls(&ours, second, b"early");
        assert_eq!(again, (EarlyDataOutcome::Rejected, None));
    }
    forgetful.max_early_data_size = ALLOWED;
    let ours = client_config(&authority);
    to_rustls(&ours, &theirs, b"early");
    assert_eq!(to_rustls(&ours, &forgetful, b"early"), (EarlyDataOutcome::Rejected, None));
    saw(Implementation::Rustls, As::Server, Feature::EarlyDataRejected);
}

#[test]
fn a_server_accepts_the_early_data_of_rustls_by_every_suite() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        let provider = provider(&[suite], &[rustls::NamedGroup::X25519]);
        let mut theirs = peer::client_config(provider, &authority, None);
        theirs.enable_early_data = true;
        let ours = accepting(server_config(identity.clone()), ALLOWED);
        assert_eq!(from_rustls(&ours, &theirs, b"early"), (None, None));
        for length in [20, 60_000] {
            let data = pattern(length);
            let again = from_rustls(&ours, &theirs, &data);
            assert_eq!(again, (Some(true), Some(data)));
        }
    }
    saw(Implementation::Rustls, As::Client, Feature::EarlyDataAccepted);
}

#[test]
fn rustls_is_told_that_a_server_rejects_its_early_data() {
    let (authority, identity) = authority_and_server();
    let accepting = accepting(server_config(identity.clone()), ALLOWED);
    let ways = [
        accepting.clone().with_max_early_data(0).unwrap(),
        accepting.clone().with_strike_register(young_register()),
        accepting.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap(),
        server_config(identity),
    ];
    for second in ways {
        let mut theirs = peer::client_config(full_provider(), &authority, None);
        theirs.enable_early_data = true;
        from_rustls(&accepting, &theirs, b"early");
        assert_eq!(from_rustls(&second, &theirs, b"early"), (Some(false), None));
    }
    saw(Implementation::Rustls, As::Client, Feature::EarlyDataRejected);
}
