//! Our two ends over real sockets, through [`Stream`].

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyaline::blocking::Stream;
use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::{
    AlertDescription, CipherSuite, ClientConfig, Error, Identities, Identity, NamedGroup,
    RevocationLists, ServerConfig, Staples, pem,
};
use rustls_pki_types::ServerName;

use crate::cases::Agreed;
use crate::certificates::{Authority, IssuedIdentity};
use crate::sockets::{echo, patient, tiny_connection, tiny_listener, wait};
use crate::traces::Traces;

/// The suites.
pub const SUITES: [CipherSuite; 3] = [
    CipherSuite::Aes128GcmSha256,
    CipherSuite::Aes256GcmSha384,
    CipherSuite::ChaCha20Poly1305Sha256,
];

/// How one of our sides ended, and what it told.
#[derive(Debug)]
pub struct StreamOutcome {
    /// What it received.
    pub received: Vec<u8>,
    /// The exit status of a program that ends like this: that of the examples.
    pub status: i32,
    /// What was negotiated, and the error's text if it failed.
    pub told: String,
}

impl StreamOutcome {
    /// What the examples would say of this stream.
    fn of(stream: &Stream, received: Vec<u8>, result: io::Result<()>) -> Self {
        let connection = stream.connection();
        let mut told = format!("{:?}, {:?}", connection.cipher_suite(), connection.group());
        if let Some(protocol) = connection.application_protocol() {
            told += &format!(", ALPN {}", protocol.escape_ascii());
        }
        let mut status = 0;
        if let Err(error) = result {
            status = match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(Error::Truncated) => 3,
                Some(Error::Reset) => 4,
                Some(Error::PeerAlert(_)) => 5,
                _ => 1,
            };
            told += &format!("; {error}");
        }
        Self { received, status, told }
    }

    /// The ends agreed on what was expected, or our client was told of the refusal.
    #[track_caller]
    pub fn assert_agreed(&self, expected: Agreed) {
        match expected {
            Ok(Some(protocol)) => {
                assert!(self.told.contains(&format!("ALPN {protocol}")), "{self:?}");
            }
            Ok(None) => assert!(!self.told.contains("ALPN"), "{self:?}"),
            Err(alert) => {
                assert_eq!(self.status, 5, "{self:?}");
                let alert = AlertDescription::from(alert);
                assert!(self.told.contains(&alert.to_string()), "{self:?}");
            }
        }
    }
}

/// Our client, as it is to be.
pub struct Client<'a> {
    /// Whom it trusts.
    pub authority: &'a Authority,
    /// Whom it wants to talk to.
    pub host: &'a str,
    /// Who it is.
    pub identity: Option<IssuedIdentity>,
    /// The application protocols that it offers.
    pub alpn: &'a [&'a str],
    /// The groups that it offers, in order of preference; all of them where none is named.
    pub groups: &'a [NamedGroup],
    /// The suites that it offers, in order of preference; all of them where none is named.
    pub suites: &'a [CipherSuite],
    /// A file of revocation lists, in PEM.
    pub revocation_lists: Option<&'a Path>,
    /// Whether it asks for an OCSP response.
    pub staples: Staples,
}

/// The revocation lists of this file.
fn lists(path: &Path) -> RevocationLists {
    let mut lists = RevocationLists::new();
    for list in pem::revocation_lists(&fs::read(path).unwrap()).unwrap() {
        lists.add(&list).unwrap();
    }
    lists
}

impl<'a> Client<'a> {
    /// A client that wants to talk to `localhost`.
    #[must_use]
    pub fn new(authority: &'a Authority) -> Self {
        Self {
            authority,
            host: "localhost",
            identity: None,
            alpn: &[],
            groups: &[],
            suites: &[],
            revocation_lists: None,
            staples: Staples::Unasked,
        }
    }

    /// Its configuration. Which rows its connections take is held against the model.
    #[must_use]
    pub fn config(&self) -> ClientConfig {
        let builder = ClientConfig::builder().with_root_certificates(self.authority.roots());
        let mut config = match self.identity.clone() {
            Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        config = config.with_alpn_protocols(self.alpn.iter().copied()).unwrap();
        if !self.groups.is_empty() {
            config = config.with_groups(self.groups).unwrap();
        }
        if !self.suites.is_empty() {
            config = config.with_cipher_suites(self.suites).unwrap();
        }
        if let Some(path) = self.revocation_lists {
            config = config.with_revocation_lists(lists(path));
        }
        config.with_staples(self.staples).with_row_log(Traces::new())
    }

    /// A stream to this port.
    #[must_use]
    pub fn stream(&self, port: u16) -> Stream {
        let name = ServerName::try_from(self.host.to_owned()).unwrap();
        let socket = TcpStream::connect((self.host, port)).unwrap();
        patient(Stream::client(self.config(), name, socket).unwrap())
    }

    /// Sends `input`, half-closes, and receives until the end.
    #[must_use]
    pub fn talk(&self, port: u16, input: &[u8]) -> StreamOutcome {
        let mut stream = self.stream(port);
        let mut received = Vec::new();
        let result = converse(&mut stream, input, &mut received);
        let outcome = StreamOutcome::of(&stream, received, result);
        let _ = stream.close();
        outcome
    }
}

/// Sends `input` and half-closes; meanwhile receives until the end.
fn converse(stream: &mut Stream, input: &[u8], received: &mut Vec<u8>) -> io::Result<()> {
    stream.handshake()?;
    stream.set_read_timeout(Some(Duration::ZERO));
    stream.set_write_timeout(Some(Duration::ZERO));
    let is_timeout = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    let mut rest = input;
    let mut half_closed = false;
    let mut bytes = vec![0; 1 << 14];
    loop {
        while !rest.is_empty() {
            match stream.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if is_timeout(&error) => break,
                Err(error) => return Err(error),
            }
        }
        if rest.is_empty() && !half_closed {
            stream.half_close()?;
            half_closed = true;
        }
        loop {
            match stream.read(&mut bytes) {
                Ok(0) => return Ok(()),
                Ok(count) => received.extend(bytes.iter().take(count)),
                Err(error) if is_timeout(&error) => break,
                Err(error) => return Err(error),
            }
        }
        let Some(socket) = stream.get_ref() else { return Ok(()) };
        wait(socket, true, !rest.is_empty() || stream.unsent() > 0)?;
    }
}

/// Our server, as it is to be.
pub struct Server<'a> {
    /// Who it is.
    pub identity: IssuedIdentity,
    /// Whose certificates clients must have, and whether they must have one.
    pub asks: Option<(&'a Authority, bool)>,
    /// The application protocols that it accepts.
    pub alpn: &'a [&'a str],
    /// The groups that it accepts, in order of preference; all of them where none is named.
    pub groups: &'a [NamedGroup],
    /// Whether clients that ask for none of its names are refused.
    pub by_name: bool,
    /// A file of revocation lists, in PEM.
    pub revocation_lists: Option<&'a Path>,
    /// A file with an OCSP response, in DER.
    pub staple: Option<&'a Path>,
}

/// Our server at work, on its one connection.
pub struct Serving(JoinHandle<StreamOutcome>);

impl Serving {
    /// Waits for its end.
    #[must_use]
    pub fn finish(self) -> StreamOutcome {
        self.0.join().unwrap()
    }
}

impl Server<'_> {
    /// A server that asks no client who it is.
    #[must_use]
    pub fn new(identity: IssuedIdentity) -> Self {
        Self {
            identity,
            asks: None,
            alpn: &[],
            groups: &[],
            by_name: false,
            revocation_lists: None,
            staple: None,
        }
    }

    /// Its configuration. Which rows its connections take is held against the model.
    #[must_use]
    pub fn config(&self) -> ServerConfig {
        let builder = ServerConfig::builder();
        let builder = match self.asks {
            None => builder.with_no_client_auth(),
            Some((authority, true)) => {
                builder.with_client_auth_required(authority.roots()).unwrap()
            }
            Some((authority, false)) => {
                builder.with_client_auth_requested(authority.roots()).unwrap()
            }
        };
        let IssuedIdentity { chain, key, .. } = self.identity.clone();
        let key = Ring.load_key(&key).unwrap();
        let mut identity = Identity::new(&Ring, chain, key).unwrap();
        if let Some(path) = self.staple {
            identity = identity.with_staples(vec![fs::read(path).unwrap()]).unwrap();
        }
        let config = if self.by_name {
            let identities = Identities::new().with_its_names(identity).unwrap();
            builder.with_resolver(Arc::new(identities))
        } else {
            builder.with_identity(identity)
        };
        let mut config = config.with_alpn_protocols(self.alpn.iter().copied()).unwrap();
        if let Some(path) = self.revocation_lists {
            config = config.with_revocation_lists(lists(path)).unwrap();
        }
        config = config.with_row_log(Traces::new());
        match self.groups {
            [] => config,
            groups => config.with_groups(groups).unwrap(),
        }
    }

    /// Serves one connection by `work`, on the port that it returns.
    pub fn start_library(
        &self,
        work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
    ) -> (u16, Serving) {
        self.serve(TcpListener::bind("127.0.0.1:0").unwrap(), work)
    }

    /// Serves the first connection to the listener by `work`.
    pub fn serve(
        &self,
        listener: TcpListener,
        work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
    ) -> (u16, Serving) {
        serve(self.config(), listener, work)
    }
}

/// Our server of this configuration serves the first connection to the listener by `work`.
pub fn serve(
    config: ServerConfig,
    listener: TcpListener,
    work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
) -> (u16, Serving) {
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        // The program that was to connect may have failed to start, so this wait has an end.
        wait(&listener, true, false).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let mut stream = patient(Stream::server(config, socket).unwrap());
        let result = stream.handshake().and_then(|()| work(&mut stream));
        let outcome = StreamOutcome::of(&stream, Vec::new(), result);
        let _ = stream.close();
        outcome
    });
    (port, Serving(serving))
}

/// Has our client send a line, which is answered so, and tells whether a session was resumed.
#[must_use]
pub fn resumes(config: &ClientConfig, port: u16, answer: &[u8]) -> bool {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = Stream::client(config.clone(), name, tiny_connection(port)).unwrap();
    let mut stream = patient(stream);
    stream.write_all(b"line\n").unwrap();
    let mut received = vec![0; answer.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(received, answer);
    assert!(!stream.connection().peer_certificates().is_empty());
    let resumed = stream.connection().negotiated().is_resumed();
    stream.close().unwrap();
    resumed
}

/// Our server for two clients, one after the other: it sends the greeting, echoes what they send,
/// and tells which has resumed a session. Tickets come before its first data.
#[must_use]
pub fn serve_two(config: ServerConfig, greeting: &'static [u8]) -> (u16, JoinHandle<[bool; 2]>) {
    let listener = tiny_listener();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        [(); 2].map(|()| {
            let (socket, _) = listener.accept().unwrap();
            let mut stream = patient(Stream::server(config.clone(), socket).unwrap());
            stream.write_all(greeting).unwrap();
            echo(&mut stream).unwrap();
            let resumed = stream.connection().negotiated().is_resumed();
            stream.close().unwrap();
            resumed
        })
    });
    (port, serving)
}
