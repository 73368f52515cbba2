//! This library and rustls, over real loopback sockets, each in both roles.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod agreement;
mod bytes;
mod certificates;
mod compression;
mod early_data;
mod ech;
mod ends;
mod names;
mod peer;
mod raw_public_keys;
mod resumption;
mod schemes;
mod split;

use std::net::TcpStream;
use std::thread;

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, ServerConfig};
use hyaline_tests::certificates::{Authority, IssuedIdentity, authority_and_server};
use hyaline_tests::sockets::{pair, patient, reason};
use rustls_pki_types::ServerName;

/// A client's configuration that trusts `authority`.
fn client_config(authority: &Authority) -> ClientConfig {
    ClientConfig::builder().with_root_certificates(authority.roots()).with_no_client_auth()
}

/// A server's configuration that asks for no certificate.
fn server_config(identity: IssuedIdentity) -> ServerConfig {
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
        .unwrap()
}

/// Our client, that wants to talk to `localhost`.
fn client(config: ClientConfig, socket: TcpStream) -> Stream {
    client_of(config, "localhost", socket)
}

/// Our client, that wants to talk to a server of this name.
fn client_of(config: ClientConfig, name: &'static str, socket: TcpStream) -> Stream {
    patient(Stream::client(config, ServerName::try_from(name).unwrap(), socket).unwrap())
}

/// Our server.
fn server(config: ServerConfig, socket: TcpStream) -> Stream {
    patient(Stream::server(config, socket).unwrap())
}

/// Runs both ends at once over a pair of sockets and gives both results.
fn both<A, B: Send>(
    ours: impl FnOnce(TcpStream) -> A,
    theirs: impl FnOnce(TcpStream) -> B + Send,
) -> (A, B) {
    over(pair(), ours, theirs)
}

/// Runs both ends at once over this pair of sockets and gives both results.
fn over<A, B: Send>(
    (first, second): (TcpStream, TcpStream),
    ours: impl FnOnce(TcpStream) -> A,
    theirs: impl FnOnce(TcpStream) -> B + Send,
) -> (A, B) {
    thread::scope(|scope| {
        let theirs = scope.spawn(move || theirs(second));
        (ours(first), theirs.join().unwrap())
    })
}
