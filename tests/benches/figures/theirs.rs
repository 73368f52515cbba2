//! rustls over memory, configured as our ends are.

use std::io::{self, Read, Write};
use std::sync::Arc;

use hyaline_tests::certificates::{Authority, KeyKind};
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, RootCertStore, ServerConfig,
    ServerConnection, SideData,
};
use rustls_pki_types::ServerName;

/// The configurations of two ends.
pub(crate) struct Configs {
    pub(crate) client: Arc<ClientConfig>,
    pub(crate) server: Arc<ServerConfig>,
}

impl Configs {
    pub(crate) fn new(authority: &Authority) -> Self {
        let provider = Arc::new(CryptoProvider {
            cipher_suites: vec![ring::cipher_suite::TLS13_AES_128_GCM_SHA256],
            kx_groups: vec![ring::kx_group::X25519],
            ..ring::default_provider()
        });
        let versions = &[&rustls::version::TLS13];
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        let mut client = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        client.resumption = Resumption::disabled();
        // Ours are not asked for that.
        client.cert_decompressors.clear();
        let identity = authority.server(KeyKind::P256);
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .unwrap();
        server.send_tls13_tickets = 0;
        server.cert_compressors.clear();
        Self { client: Arc::new(client), server: Arc::new(server) }
    }

    /// The same with a client that keeps its sessions, and a server that hands out a ticket.
    pub(crate) fn resuming(self) -> Self {
        let (mut client, mut server) =
            (Arc::unwrap_or_clone(self.client), Arc::unwrap_or_clone(self.server));
        client.resumption = Resumption::in_memory_sessions(32);
        server.ticketer = ring::Ticketer::new().unwrap();
        server.send_tls13_tickets = 1;
        Self { client: Arc::new(client), server: Arc::new(server) }
    }

    pub(crate) fn client(&self) -> ClientConnection {
        let name = ServerName::try_from("localhost").unwrap();
        ClientConnection::new(Arc::clone(&self.client), name).unwrap()
    }

    pub(crate) fn server(&self) -> ServerConnection {
        ServerConnection::new(Arc::clone(&self.server)).unwrap()
    }
}

/// Goes on with the handshake: handles all of `input`, appends to `output`, and says whether the
/// handshake is complete.
pub(crate) fn shake<D: SideData>(
    connection: &mut ConnectionCommon<D>,
    input: &mut Vec<u8>,
    output: &mut Vec<u8>,
) -> bool {
    let mut rest = input.as_slice();
    while !rest.is_empty() {
        connection.read_tls(&mut rest).unwrap();
        connection.process_new_packets().unwrap();
    }
    input.clear();
    while connection.wants_write() {
        connection.write_tls(output).unwrap();
    }
    !connection.is_handshaking()
}

/// A client and a server whose handshake is complete.
pub(crate) fn connected(configs: &Configs) -> (ClientConnection, ServerConnection) {
    let (mut client, mut server) = (configs.client(), configs.server());
    let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
    loop {
        let client_done = shake(&mut client, &mut to_client, &mut to_server);
        let server_done = shake(&mut server, &mut to_server, &mut to_client);
        if client_done && server_done && to_client.is_empty() {
            return (client, server);
        }
    }
}

/// Writes `data` and transmits it to `sink`.
pub(crate) fn write<D: SideData>(
    connection: &mut ConnectionCommon<D>,
    data: &[u8],
    sink: &mut dyn Write,
) {
    connection.writer().write_all(data).unwrap();
    while connection.wants_write() {
        connection.write_tls(sink).unwrap();
    }
}

/// Receives all records of `input`, and reads their data into `buffer`, one after the other.
pub(crate) fn read<D: SideData>(
    connection: &mut ConnectionCommon<D>,
    mut input: &[u8],
    buffer: &mut [u8],
) -> usize {
    let mut total = 0;
    while !input.is_empty() {
        connection.read_tls(&mut input).unwrap();
        connection.process_new_packets().unwrap();
        loop {
            match connection.reader().read(buffer) {
                Ok(count) => total += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
    total
}
