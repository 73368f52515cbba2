//! Our own ends.

use std::net::{TcpListener, TcpStream};

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, MAX_TICKETS, ServerConfig};
pub(crate) use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::sockets::{Buffers, connection, patient};
use rustls_pki_types::ServerName;

/// A client of the server on this port, which trusts `authority` and has perhaps a certificate.
pub(crate) fn client(
    port: u16,
    buffers: Buffers,
    authority: &Authority,
    identity: Option<IssuedIdentity>,
) -> Stream {
    client_on(connection(port, buffers), authority, identity)
}

/// A client on this socket.
pub(crate) fn client_on(
    socket: TcpStream,
    authority: &Authority,
    identity: Option<IssuedIdentity>,
) -> Stream {
    let builder = ClientConfig::builder().with_root_certificates(authority.roots());
    let config = match identity {
        Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).unwrap(),
        None => builder.with_no_client_auth(),
    };
    let name = ServerName::try_from("localhost").unwrap();
    patient(Stream::client(config, name, socket).unwrap())
}

/// A server that sends as many tickets as it may, on the connection that comes next.
pub(crate) fn server(
    listener: &TcpListener,
    identity: IssuedIdentity,
    trust: Option<&Authority>,
) -> Stream {
    let (socket, _) = listener.accept().unwrap();
    socket.set_nodelay(true).unwrap();
    server_on(socket, identity, trust)
}

/// A server that sends as many tickets as it may, on this socket.
pub(crate) fn server_on(
    socket: TcpStream,
    identity: IssuedIdentity,
    trust: Option<&Authority>,
) -> Stream {
    let builder = ServerConfig::builder();
    let builder = match trust {
        Some(authority) => builder.with_client_auth_required(authority.roots()).unwrap(),
        None => builder.with_no_client_auth(),
    };
    let config = builder.with_single_cert(identity.chain, identity.key).unwrap();
    let config = config.with_tickets(MAX_TICKETS).unwrap();
    patient(Stream::server(config, socket).unwrap())
}
