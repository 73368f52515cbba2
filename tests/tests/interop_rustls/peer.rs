//! rustls over a socket, as the other end.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::sockets::wait;
use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    ClientConfig, ClientConnection, Connection, NamedGroup, RootCertStore, ServerConfig,
    ServerConnection, SupportedCipherSuite,
};
use rustls_pki_types::ServerName;

/// All suites of TLS 1.3, as rustls has them.
pub(crate) const SUITES: [SupportedCipherSuite; 3] = [
    ring::cipher_suite::TLS13_AES_128_GCM_SHA256,
    ring::cipher_suite::TLS13_AES_256_GCM_SHA384,
    ring::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
];

/// A provider with these suites and groups only.
pub(crate) fn provider(suites: &[SupportedCipherSuite], groups: &[NamedGroup]) -> CryptoProvider {
    let all = [ring::kx_group::X25519, ring::kx_group::SECP256R1, ring::kx_group::SECP384R1];
    let group = |wanted: &NamedGroup| all.into_iter().find(|group| group.name() == *wanted);
    let kx_groups: Vec<&'static dyn SupportedKxGroup> = groups.iter().filter_map(group).collect();
    CryptoProvider { cipher_suites: suites.to_vec(), kx_groups, ..ring::default_provider() }
}

/// Everything that rustls can do, of TLS 1.3.
pub(crate) fn full_provider() -> CryptoProvider {
    provider(&SUITES, &[NamedGroup::X25519, NamedGroup::secp256r1, NamedGroup::secp384r1])
}

/// Trust in `authority` alone.
pub(crate) fn roots(authority: &Authority) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    Arc::new(roots)
}

/// A client that trusts `authority`.
pub(crate) fn client_config(
    provider: CryptoProvider,
    authority: &Authority,
    identity: Option<IssuedIdentity>,
) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots(authority));
    match identity {
        Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).unwrap(),
        None => builder.with_no_client_auth(),
    }
}

/// Whether a server asks for a certificate.
pub(crate) enum Asks<'a> {
    No,
    /// The client may do without.
    For(&'a Authority),
    Requires(&'a Authority),
}

/// A server.
pub(crate) fn server_config(
    provider: CryptoProvider,
    asks: &Asks<'_>,
    identity: IssuedIdentity,
) -> ServerConfig {
    let provider = Arc::new(provider);
    let verifier = |authority| {
        WebPkiClientVerifier::builder_with_provider(roots(authority), Arc::clone(&provider))
    };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap();
    let builder = match asks {
        Asks::No => builder.with_no_client_auth(),
        Asks::For(authority) => builder.with_client_cert_verifier(
            verifier(authority).allow_unauthenticated().build().unwrap(),
        ),
        Asks::Requires(authority) => {
            builder.with_client_cert_verifier(verifier(authority).build().unwrap())
        }
    };
    builder.with_single_cert(identity.chain, identity.key).unwrap()
}

/// A rustls connection and its socket.
pub(crate) struct Peer {
    pub(crate) connection: Connection,
    socket: TcpStream,
}

impl Peer {
    /// A client that wants to talk to `localhost`.
    pub(crate) fn client(config: ClientConfig, socket: TcpStream) -> Self {
        Self::client_of(config, "localhost", socket)
    }

    /// A client that wants to talk to a server of this name.
    pub(crate) fn client_of(config: ClientConfig, name: &'static str, socket: TcpStream) -> Self {
        let name = ServerName::try_from(name).unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        Self { connection: connection.into(), socket }
    }

    /// A server.
    pub(crate) fn server(config: ServerConfig, socket: TcpStream) -> Self {
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        Self { connection: connection.into(), socket }
    }

    /// Completes the handshake.
    pub(crate) fn handshake(&mut self) -> io::Result<()> {
        while self.connection.is_handshaking() {
            self.transmit()?;
            if self.connection.is_handshaking() {
                self.receive()?;
            }
        }
        self.transmit()
    }

    /// Sends a KeyUpdate that asks for one.
    pub(crate) fn update_key(&mut self) -> io::Result<()> {
        self.connection.refresh_traffic_keys().map_err(io::Error::other)?;
        self.transmit()
    }

    /// Sends close_notify, and leaves the socket open.
    pub(crate) fn half_close(&mut self) -> io::Result<()> {
        self.connection.send_close_notify();
        self.transmit()
    }

    /// The socket alone: what happens next happens without rustls.
    pub(crate) fn into_socket(self) -> TcpStream {
        self.socket
    }

    fn transmit(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    /// Receives once; false at the end. An error of rustls is inside the error, its alert sent.
    fn receive(&mut self) -> io::Result<bool> {
        let count = self.connection.read_tls(&mut self.socket)?;
        if let Err(error) = self.connection.process_new_packets() {
            let _ = self.transmit();
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        match count {
            0 if self.connection.is_handshaking() => Err(io::ErrorKind::UnexpectedEof.into()),
            count => Ok(count > 0),
        }
    }

    /// Writes all of `outgoing` and reads `expected` bytes, both at once.
    pub(crate) fn exchange(&mut self, outgoing: &[u8], expected: usize) -> io::Result<Vec<u8>> {
        self.handshake()?;
        self.socket.set_nonblocking(true)?;
        let mut rest = outgoing;
        let mut incoming = Vec::with_capacity(expected);
        let mut bytes = vec![0; 1 << 16];
        while !rest.is_empty() || incoming.len() < expected || self.connection.wants_write() {
            let count = self.connection.writer().write(rest)?;
            rest = rest.get(count..).unwrap_or_default();
            let transmitted = !self.connection.wants_write()
                || unless_it_waits(self.connection.write_tls(&mut self.socket))?.is_some();
            let mut received = false;
            while incoming.len() < expected {
                let space = bytes.len().min(expected - incoming.len());
                let read = unless_it_waits(self.connection.reader().read(&mut bytes[..space]))?;
                let Some(count) = read else { break };
                if count == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                incoming.extend_from_slice(bytes.get(..count).unwrap_or_default());
                received = true;
            }
            // What comes after that is for another call.
            let wanted = incoming.len() < expected;
            if wanted && unless_it_waits(self.connection.read_tls(&mut self.socket))?.is_some() {
                self.connection.process_new_packets().map_err(io::Error::other)?;
                received = true;
            }
            if !received && !transmitted {
                wait(&self.socket, wanted, true)?;
            } else if !received && rest.is_empty() && !self.connection.wants_write() {
                wait(&self.socket, wanted, !wanted)?;
            }
        }
        self.socket.set_nonblocking(false)?;
        Ok(incoming)
    }
}

fn unless_it_waits<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

impl Read for Peer {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.handshake()?;
        loop {
            match unless_it_waits(self.connection.reader().read(bytes))? {
                Some(count) => return Ok(count),
                None => {
                    self.transmit()?;
                    self.receive()?;
                }
            }
        }
    }
}

impl Write for Peer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.handshake()?;
        let count = self.connection.writer().write(bytes)?;
        self.transmit()?;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transmit()
    }
}

/// The error of rustls inside an error of [`Peer`].
pub(crate) fn inner(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}
