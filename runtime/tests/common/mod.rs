//! Two connections, and a wire that is a value.

#![allow(clippy::unwrap_used, reason = "its callers are tests")]
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod provider;

use std::sync::Arc;

use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use hyaline::{
    Call, CallResult, ClientConfig, Connection, Error, Operation, Outbox, RootCertStore,
    ServerConfig, Work,
};

/// A time in the validity of the test certificates.
pub(crate) fn now() -> UnixTime {
    UnixTime::now()
}

/// One side: its connection, its buffers, and what it has received in the clear.
#[derive(Debug)]
pub(crate) struct End<P: CryptoProvider = Ring> {
    pub(crate) connection: Connection<P>,
    pub(crate) outbox: Outbox,
    input: Vec<u8>,
    pub(crate) read: Vec<u8>,
    pub(crate) fin_sent: bool,
    pub(crate) closed: bool,
    fin_seen: bool,
    pub(crate) result: Option<CallResult>,
    /// Work that the connection has handed out, if it hands out any.
    pub(crate) work: Vec<Work<P>>,
}

impl<P: CryptoProvider> End<P> {
    fn new(connection: Connection<P>) -> Self {
        Self {
            connection,
            outbox: Outbox::new(),
            input: Vec::new(),
            read: Vec::new(),
            fin_sent: false,
            closed: false,
            fin_seen: false,
            result: None,
            work: Vec::new(),
        }
    }

    pub(crate) fn start(&mut self, call: Call) {
        self.result = None;
        self.connection.start(now(), call, &mut self.outbox).unwrap();
    }

    pub(crate) fn start_write(&mut self, data: &[u8]) -> Result<usize, Error> {
        self.result = None;
        self.connection.start_write(now(), data, &mut self.outbox)
    }

    fn take_unread(&mut self, received: &hyaline::Received) {
        if let Some(data) = self.input.get(received.data.clone()) {
            self.read.extend_from_slice(data);
            self.connection.consume(data.len());
        }
    }
}

/// A client and a server, and the wire between them, of unlimited capacity.
pub(crate) struct Pair<P: CryptoProvider = Ring> {
    pub(crate) client: End<P>,
    pub(crate) server: End<P>,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
}

impl<P: CryptoProvider> Pair<P> {
    pub(crate) fn new(client: ClientConfig<P>, server: ServerConfig<P>) -> Self {
        let name = ServerName::try_from("localhost").unwrap();
        let client = Connection::client(Arc::new(client), name).unwrap();
        let server = Connection::server(Arc::new(server)).unwrap();
        Self {
            client: End::new(client),
            server: End::new(server),
            to_server: Vec::new(),
            to_client: Vec::new(),
        }
    }

    /// Runs both ends until neither has anything to do.
    pub(crate) fn run(&mut self) {
        loop {
            let moved = move_end(
                &mut self.client,
                &mut self.to_server,
                &mut self.to_client,
                self.server.fin_sent,
            ) | move_end(
                &mut self.server,
                &mut self.to_client,
                &mut self.to_server,
                self.client.fin_sent,
            );
            if !moved {
                return;
            }
        }
    }

    pub(crate) fn handshake(&mut self) {
        self.client.start(Call::Handshake);
        self.server.start(Call::Handshake);
        self.run();
    }
}

fn move_end<P: CryptoProvider>(
    end: &mut End<P>,
    out: &mut Vec<u8>,
    incoming: &mut Vec<u8>,
    peer_fin: bool,
) -> bool {
    let mut moved = false;
    loop {
        end.work.extend(end.connection.poll_work());
        if let Some(result) = end.connection.take_result() {
            end.result = Some(result);
            moved = true;
        }
        match end.connection.poll_operation(&mut end.outbox) {
            Operation::Receive => {
                end.input.append(incoming);
                let received = end.connection.handle_input(now(), &mut end.input, &mut end.outbox);
                end.take_unread(&received);
                end.input.drain(..received.consumed);
                if received.consumed > 0 {
                    moved = true;
                } else if peer_fin && !end.fin_seen {
                    end.fin_seen = true;
                    end.connection.handle_fin(&mut end.outbox);
                    moved = true;
                } else {
                    end.connection.handle_blocked(Operation::Receive);
                }
            }
            Operation::Transmit => {
                out.extend_from_slice(end.outbox.bytes());
                let count = end.outbox.bytes().len();
                end.connection.handle_transmitted(count, &mut end.outbox);
                moved = true;
            }
            Operation::ShutdownWrite => end.fin_sent = true,
            Operation::Close => end.closed = true,
            Operation::Wait(_) => {
                end.connection.handle_ready(hyaline::Readiness { receive: true, transmit: true });
                return moved;
            }
        }
    }
}

/// A certificate authority with a leaf for `localhost`.
pub(crate) struct Authority {
    pub(crate) roots: RootCertStore,
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&key).unwrap();
        let issuer = rcgen::Issuer::new(parameters, key);
        let leaf_key = rcgen::KeyPair::generate().unwrap();
        let leaf = rcgen::CertificateParams::new(vec!["localhost".to_owned()])
            .unwrap()
            .signed_by(&leaf_key, &issuer)
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        Self {
            roots,
            chain: vec![leaf.der().clone()],
            key: PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap(),
        }
    }

    pub(crate) fn client(&self) -> ClientConfig {
        ClientConfig::builder().with_root_certificates(self.roots.clone()).with_no_client_auth()
    }

    pub(crate) fn server(&self) -> ServerConfig {
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .unwrap()
    }
}
