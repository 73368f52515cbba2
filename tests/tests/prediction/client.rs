//! A client of which each step is known: rustls without a stream around it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::sockets::{Buffers, PATIENCE, connection};
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::ServerName;

/// A client that reads and writes only what it is told to.
pub(crate) struct Client {
    connection: ClientConnection,
    socket: TcpStream,
}

impl Client {
    /// A client whose handshake is complete, and who has read nothing behind it.
    pub(crate) fn connect(
        port: u16,
        buffers: Buffers,
        authority: &Authority,
        identity: Option<IssuedIdentity>,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        let config = match identity {
            None => builder.with_no_client_auth(),
            Some(own) => builder.with_client_auth_cert(own.chain, own.key).unwrap(),
        };
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = self::connection(port, buffers);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut client = Self { connection, socket };
        client.connection.set_buffer_limit(None);
        while client.connection.is_handshaking() {
            client.transmit().unwrap();
            client.receive_a_record();
        }
        client.transmit().unwrap();
        client
    }

    /// A record and no more, as OpenSSL reads: what stands behind the handshake stays unread.
    fn receive_a_record(&mut self) {
        let mut record = vec![0; 5];
        self.socket.read_exact(&mut record).unwrap();
        record.resize(5 + usize::from(u16::from_be_bytes([record[3], record[4]])), 0);
        self.socket.read_exact(&mut record[5..]).unwrap();
        let mut rest = record.as_slice();
        while !rest.is_empty() {
            self.connection.read_tls(&mut rest).unwrap();
        }
        self.connection.process_new_packets().unwrap();
    }

    pub(crate) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    fn transmit(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    /// Asks for a key update.
    pub(crate) fn ask_for_keys(&mut self) {
        self.connection.refresh_traffic_keys().unwrap();
        self.transmit().unwrap();
    }

    /// Writes so many bytes.
    pub(crate) fn write(&mut self, length: usize) -> io::Result<()> {
        self.connection.writer().write_all(&vec![0; length])?;
        self.transmit()
    }

    /// Sends close_notify.
    pub(crate) fn end(&mut self) {
        self.connection.send_close_notify();
        self.transmit().unwrap();
    }

    /// Reads up to so many bytes, and up to the end.
    pub(crate) fn read(&mut self, most: usize) -> (usize, io::Result<()>) {
        let mut count = 0;
        let mut bytes = vec![0; 1 << 14];
        while count < most {
            let received = self.connection.read_tls(&mut self.socket);
            let is_end = matches!(received, Ok(0));
            let processed = self.connection.process_new_packets();
            while let Ok(more @ 1..) = self.connection.reader().read(&mut bytes) {
                count += more;
            }
            match (received, processed) {
                (Err(error), _) => {
                    assert_ne!(error.kind(), io::ErrorKind::WouldBlock, "nothing comes");
                    return (count, Err(error));
                }
                (_, Err(error)) => return (count, Err(io::Error::other(error))),
                _ if is_end => break,
                _ => {}
            }
        }
        (count, Ok(()))
    }
}
