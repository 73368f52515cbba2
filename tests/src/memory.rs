//! Ends whose transport is memory, for counting and for measuring: once warm, nothing here
//! allocates, and nothing is done that a driver would not have to do.

use std::sync::Arc;

use hyaline::pki_types::{ServerName, UnixTime};
use hyaline::{
    Call, CallResult, CipherSuite, ClientConfig, Connection, NamedGroup, Operation, Outbox,
    Readiness, Received, ServerConfig, SessionMemory,
};

use crate::certificates::{Authority, KeyKind};

/// The configurations of two ends: one suite, one group, P-256 certificates, no tickets.
pub struct Configs {
    /// The client's.
    pub client: Arc<ClientConfig>,
    /// The server's.
    pub server: Arc<ServerConfig>,
}

impl Configs {
    /// A client that trusts the authority, and a server with a certificate of it.
    #[must_use]
    pub fn new(authority: &Authority) -> Self {
        let identity = authority.server(KeyKind::P256);
        let suites = [CipherSuite::Aes128GcmSha256];
        let groups = [NamedGroup::X25519];
        let client = ClientConfig::builder()
            .with_root_certificates(authority.roots())
            .with_no_client_auth()
            .with_cipher_suites(&suites)
            .and_then(|config| config.with_groups(&groups))
            .unwrap()
            .without_resumption();
        let server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .and_then(|config| config.with_cipher_suites(&suites)?.with_groups(&groups))
            .and_then(|config| config.with_tickets(0))
            .unwrap();
        Self { client: Arc::new(client), server: Arc::new(server) }
    }

    /// The same with a client that keeps its sessions, and a server that hands out so many tickets.
    #[must_use]
    pub fn resuming(self, tickets: u8) -> Self {
        let sessions = Arc::new(SessionMemory::new(1));
        let client = Arc::unwrap_or_clone(self.client).with_sessions(sessions);
        let server = Arc::unwrap_or_clone(self.server).with_tickets(tickets).unwrap();
        Self { client: Arc::new(client), server: Arc::new(server) }
    }
}

/// One end: a connection and its outbox. Input buffers belong to the caller.
pub struct MemoryEnd {
    /// The connection.
    pub connection: Connection,
    /// What it has sealed.
    pub outbox: Outbox,
}

impl MemoryEnd {
    /// A client of `localhost` whose handshake has begun.
    #[must_use]
    pub fn client(configs: &Configs) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        Self::begun(Connection::client(Arc::clone(&configs.client), name).unwrap())
    }

    /// A server whose handshake has begun.
    #[must_use]
    pub fn server(configs: &Configs) -> Self {
        Self::begun(Connection::server(Arc::clone(&configs.server)).unwrap())
    }

    fn begun(connection: Connection) -> Self {
        let mut end = Self { connection, outbox: Outbox::new() };
        end.connection.start(UnixTime::now(), Call::Handshake, &mut end.outbox).unwrap();
        end
    }

    /// Carries out the pending call on one record of `input` at most, and hands what is
    /// transmitted to `sink`. Ends with the call's result, or when the call waits.
    pub fn run(
        &mut self,
        now: UnixTime,
        input: &mut [u8],
        mut sink: impl FnMut(&[u8]),
    ) -> (Option<CallResult>, Received) {
        let mut received = Received { consumed: 0, data: 0..0 };
        loop {
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Transmit => {
                    sink(self.outbox.bytes());
                    let count = self.outbox.bytes().len();
                    self.connection.handle_transmitted(count, &mut self.outbox);
                }
                Operation::Receive if received.consumed == 0 && !input.is_empty() => {
                    received = self.connection.handle_input(now, input, &mut self.outbox);
                    if received.consumed == 0 {
                        self.connection.handle_blocked(Operation::Receive);
                    }
                }
                Operation::Receive => self.connection.handle_blocked(Operation::Receive),
                Operation::ShutdownWrite | Operation::Close => {}
                Operation::Wait(_) => {
                    self.connection.handle_ready(Readiness { receive: true, transmit: true });
                    return (self.connection.take_result(), received);
                }
            }
        }
    }

    /// Goes on with the handshake: handles all of `input`, appends to `output`, and says whether
    /// the handshake is complete.
    pub fn shake(&mut self, input: &mut Vec<u8>, output: &mut Vec<u8>) -> bool {
        let now = UnixTime::now();
        loop {
            let (result, received) =
                self.run(now, input, |transmitted| output.extend_from_slice(transmitted));
            input.drain(..received.consumed);
            assert!(result.is_none_or(|result| result == CallResult::Ok), "{:?}", self.connection);
            if result.is_some() || received.consumed == 0 {
                return self.connection.is_connected();
            }
        }
    }

    /// Writes a copy of `data`, which is one record's at most.
    pub fn write(&mut self, now: UnixTime, data: &[u8], sink: impl FnMut(&[u8])) {
        assert_eq!(self.connection.start_write(now, data, &mut self.outbox), Ok(data.len()));
        self.finish_write(now, sink);
    }

    /// Writes `length` bytes that `fill` has put where they are sealed.
    pub fn write_lent(
        &mut self,
        now: UnixTime,
        length: usize,
        fill: impl FnOnce(&mut [u8]),
        sink: impl FnMut(&[u8]),
    ) {
        let mut lent = self.connection.reserve(length, &mut self.outbox).unwrap();
        fill(lent.body());
        assert_eq!(lent.start_write(now, length), Ok(length));
        self.finish_write(now, sink);
    }

    fn finish_write(&mut self, now: UnixTime, sink: impl FnMut(&[u8])) {
        let (result, _) = self.run(now, &mut [], sink);
        assert_eq!(result, Some(CallResult::Ok), "{:?}", self.connection);
    }

    /// Reads the record at the beginning of `input`, in place, and says where its data stands.
    pub fn read(&mut self, now: UnixTime, input: &mut [u8]) -> Received {
        self.connection.start(now, Call::Read, &mut self.outbox).unwrap();
        let (result, received) = self.run(now, input, |_| ());
        assert_eq!(result, Some(CallResult::Ok), "{:?}", self.connection);
        self.connection.consume(received.data.len());
        received
    }
}

/// A client and a server whose handshake is complete.
#[must_use]
pub fn connected(configs: &Configs) -> (MemoryEnd, MemoryEnd) {
    let (mut client, mut server) = (MemoryEnd::client(configs), MemoryEnd::server(configs));
    let (mut to_client, mut to_server) = (Vec::new(), Vec::new());
    loop {
        let client_done = client.shake(&mut to_client, &mut to_server);
        let server_done = server.shake(&mut to_server, &mut to_client);
        if client_done && server_done && to_client.is_empty() {
            return (client, server);
        }
    }
}
