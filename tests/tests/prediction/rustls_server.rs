//! A server of rustls', on a thread of this process.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use hyaline_tests::sockets::wait;
use rustls::crypto::ring;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::server::Wish;

/// More than a connection with the smallest buffers holds.
const TICKETS: usize = 200;

type Stream = StreamOwned<ServerConnection, TcpStream>;

pub(crate) fn config(wish: &Wish<'_>) -> Arc<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match wish.trust {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate()).unwrap();
            let roots = Arc::new(roots);
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let own = wish.identity.clone();
    let mut config = builder.with_single_cert(own.chain, own.key).unwrap();
    config.send_tls13_tickets = TICKETS;
    Arc::new(config)
}

/// Carries out commands until nobody sends any more.
pub(crate) fn work(
    listener: &TcpListener,
    config: Arc<ServerConfig>,
    told: &Receiver<String>,
    answer: &Sender<String>,
) {
    let mut end: Option<Stream> = None;
    while let Ok(command) = told.recv() {
        let mut words = command.split(' ');
        let (verb, length) = (words.next(), words.next().map_or(0, |word| word.parse().unwrap()));
        let result = match (verb, &mut end) {
            (Some("handshake"), _) => {
                let (socket, _) = listener.accept().unwrap();
                socket.set_nodelay(true).unwrap();
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let stream = end.insert(Stream::new(connection, socket));
                handshake(stream)
            }
            (Some("read"), Some(stream)) => Ok(read(stream)),
            (Some("write"), Some(stream)) => {
                stream.write_all(&vec![0; length]).and_then(|()| stream.flush()).map(|()| ok())
            }
            (Some("duplex"), Some(stream)) => duplex(stream, length).map(|()| ok()),
            (_, stream) => {
                if let Some(mut stream) = stream.take() {
                    stream.conn.send_close_notify();
                    let _ = stream.conn.write_tls(&mut stream.sock);
                }
                Ok(ok())
            }
        };
        if answer.send(result.unwrap_or_else(|error| error.to_string())).is_err() {
            return;
        }
    }
}

fn ok() -> String {
    "ok".to_owned()
}

fn handshake(stream: &mut Stream) -> io::Result<String> {
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    stream.flush()?;
    Ok(ok())
}

fn read(stream: &mut Stream) -> String {
    let mut count = 0;
    let mut bytes = vec![0; 1 << 14];
    loop {
        match stream.read(&mut bytes) {
            Ok(0) => return format!("{count} end"),
            Ok(more) => count += more,
            Err(error) => return format!("{count} {error}"),
        }
    }
}

/// Reads and writes so many bytes on one thread, which waits for whatever comes first.
fn duplex(stream: &mut Stream, length: usize) -> io::Result<()> {
    stream.sock.set_nonblocking(true)?;
    let (mut received, mut sent) = (0, 0);
    let mut bytes = vec![0; 1 << 14];
    let StreamOwned { conn: connection, sock: socket, .. } = stream;
    while received < length || sent < length || connection.wants_write() {
        if sent < length {
            let part = bytes.len().min(length - sent);
            sent += connection.writer().write(&bytes[..part])?;
        }
        let waits = |result: io::Result<usize>| match result {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            result => result.map(|_| false),
        };
        let is_full = connection.wants_write() && waits(connection.write_tls(socket))?;
        let is_empty = waits(connection.read_tls(socket))?;
        connection.process_new_packets().map_err(io::Error::other)?;
        while let Ok(more @ 1..) = connection.reader().read(&mut bytes) {
            received += more;
        }
        if is_empty && (is_full || sent == length) {
            wait(socket, received < length, connection.wants_write())?;
        }
    }
    stream.sock.set_nonblocking(false)
}
