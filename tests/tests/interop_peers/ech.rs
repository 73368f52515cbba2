//! An encrypted ClientHello (RFC 9849), with Go at the other end: what both sides of the tests
//! need. What Go's program takes and answers stands at the head of `programs/ech.go`.

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use hyaline::blocking::Stream;
use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::{ClientConfig, EchConfigList, EchKey, Identities, Identity, ServerConfig};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::peers::ends::Client;
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::sockets::{patient, wait};
use hyaline_tests::traces::Traces;
use rustls_pki_types::ServerName;

use crate::program::{Answering, built};

/// The name that is encrypted.
pub(crate) const SECRET: &str = "secret.example";

/// The name that everybody can read.
pub(crate) const PUBLIC: &str = "public.example";

/// A key whose configuration has this number.
pub(crate) fn key(id: u8) -> EchKey {
    EchKey::generate(id, PUBLIC).unwrap()
}

/// The configurations as Go's program is told them, and tells them.
pub(crate) fn hexadecimal(list: &EchConfigList) -> String {
    list.as_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Go's program as this end, which trusts this authority.
fn command(end: &str, authority: &Authority, groups: Option<&str>) -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let mut command = Command::new(built("ech.go", &PROGRAM));
    command.arg(end).arg("-authority").arg(file(authority.pem()));
    if let Some(groups) = groups {
        command.args(["-groups", groups]);
    }
    command
}

/// Has Go's program show this identity.
fn shows(command: &mut Command, identity: &IssuedIdentity) {
    let files = Files::new(identity);
    let pair = format!("{},{}", text(&files.certificate), text(&files.key));
    command.args(["-identity", &pair]);
}

/// Go as a server.
pub(crate) struct GoServer {
    pub(crate) program: Answering,
    pub(crate) authority: Authority,
    pub(crate) port: u16,
}

impl GoServer {
    /// A server of these names, each with a certificate of its own, that has these keys.
    pub(crate) fn start(names: &[&str], keys: &[&EchKey], groups: Option<&str>) -> Self {
        let authority = Authority::new();
        let mut command = command("server", &authority, groups);
        for name in names {
            shows(&mut command, &authority.server_for(KeyKind::P256, &[name]));
        }
        for key in keys {
            command.arg("-key").arg(file(key.to_pem()));
        }
        let mut program = Answering::start(&mut command);
        let port = program.port();
        Self { program, authority, port }
    }

    /// A client that trusts this server.
    pub(crate) fn client(&self) -> ClientConfig {
        Client::new(&self.authority).config()
    }

    /// A client that encrypts for this key.
    pub(crate) fn client_for(&self, key: &EchKey) -> ClientConfig {
        self.client().with_ech(&key.config_list()).unwrap()
    }

    /// A connection of this client, whose handshake has not begun.
    #[track_caller]
    pub(crate) fn connect(&mut self, config: &ClientConfig) -> Stream {
        self.program.tell("serve");
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let name = ServerName::try_from(SECRET).unwrap();
        patient(Stream::client(config.clone(), name, socket).unwrap())
    }
}

/// Go as a client of the secret name, which connects to this port and trusts this authority. It
/// shows this identity to servers that ask.
pub(crate) fn go_client(
    port: u16,
    authority: &Authority,
    identity: Option<&IssuedIdentity>,
    groups: Option<&str>,
) -> Answering {
    let mut command = command("client", authority, groups);
    command.args(["-port", &port.to_string(), "-name", SECRET]);
    if let Some(identity) = identity {
        shows(&mut command, identity);
    }
    Answering::start(&mut command)
}

/// Go as a client of ours.
pub(crate) struct GoClient {
    pub(crate) program: Answering,
    listener: TcpListener,
}

impl GoClient {
    /// A client that trusts this authority, and shows this identity to servers that ask.
    pub(crate) fn start(
        authority: &Authority,
        identity: Option<&IssuedIdentity>,
        groups: Option<&str>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { program: go_client(port, authority, identity, groups), listener }
    }

    /// Its connection to this server, encrypted by one of these configurations. The handshake has
    /// not begun.
    #[track_caller]
    pub(crate) fn connect(
        &mut self,
        list: Option<&EchConfigList>,
        config: &ServerConfig,
    ) -> Stream {
        self.program.tell(&list.map_or_else(|| "none".to_owned(), hexadecimal));
        wait(&self.listener, true, false).unwrap();
        patient(Stream::server(config.clone(), self.listener.accept().unwrap().0).unwrap())
    }
}

/// Our server of these names, each with a certificate of its own; the first is shown to all who ask
/// for another name. Clients are asked for a certificate, and may do without.
pub(crate) fn server(authority: &Authority, names: &[&str]) -> ServerConfig {
    let mut identities = Identities::new();
    for (index, name) in names.iter().enumerate() {
        let IssuedIdentity { chain, key, .. } = authority.server_for(KeyKind::P256, &[name]);
        let key = Ring.load_key(&key).unwrap();
        let identity = Arc::new(Identity::new(&Ring, chain, key).unwrap());
        if index == 0 {
            identities = identities.otherwise(Arc::clone(&identity));
        }
        identities = identities.with_its_names(identity).unwrap();
    }
    let builder = ServerConfig::builder().with_client_auth_requested(authority.roots()).unwrap();
    builder.with_resolver(Arc::new(identities)).with_row_log(Traces::new())
}
