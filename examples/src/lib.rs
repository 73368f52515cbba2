//! What the programs share: their arguments, the configurations that these make, and how servers
//! accept.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fs;
use std::future::Future;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use clap::Args;
use hyaline::pki_types::{CertificateDer, PrivateKeyDer};
use hyaline::tokio::{Acceptor, Connector};
use hyaline::{ClientConfig, RootCertStore, ServerConfig, pem};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

mod incoming;

pub use incoming::{Accepted, Clients};

/// The end of a program, or why it could not go on.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// How many connections a server has open at once.
const CONNECTIONS: usize = 512;

/// How long a client may take for its handshake.
pub const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// How many lines wait to be written.
const LINES: usize = 256;

/// How long a server waits where the system is short of descriptors or memory.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves each client in a task of its own, for ever. Further clients wait until one leaves. A
/// shortage of descriptors or memory ends no connection: the server says so, pauses, and goes on.
///
/// # Errors
/// None: it goes on for ever.
pub async fn serve_each<F>(
    listener: TcpListener,
    serve: impl Fn(TcpStream, SocketAddr) -> F,
) -> Outcome
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await?;
        match listener.accept().await {
            Ok((socket, peer)) => {
                let served = serve(socket, peer);
                tokio::spawn(async move {
                    if let Err(error) = served.await {
                        tell(&format!("{peer}: {}", causes(&*error)));
                    }
                    drop(place);
                });
            }
            // That client has left again.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tell(&format!("cannot accept: {error}"));
                sleep(PAUSE).await;
            }
        }
    }
}

/// An error with what caused it: hyper's own text is short.
#[must_use]
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        text.push_str(": ");
        text.push_str(&one.to_string());
        cause = one.source();
    }
    text
}

/// Writes a line to standard error, by a thread of its own: where nobody reads, lines are lost, and
/// no connection waits for them. `eprintln` would wait, and panic once the reader has gone.
pub fn tell(line: &str) {
    static WRITER: OnceLock<SyncSender<String>> = OnceLock::new();
    let writer = WRITER.get_or_init(|| {
        let (writer, lines) = sync_channel::<String>(LINES);
        // Without the thread, every line is lost.
        let _ = thread::Builder::new().spawn(move || {
            for line in lines {
                let _ = writeln!(io::stderr(), "{line}");
            }
        });
        writer
    });
    let _ = writer.try_send(line.to_owned());
}

/// Who a server is.
#[derive(Args)]
pub struct ServerIdentity {
    /// The server's certificate, followed by its intermediates.
    #[arg(long = "cert", value_name = "PEM")]
    certificate: PathBuf,

    /// The private key of the server's certificate.
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
}

// ANCHOR: acceptor
impl ServerIdentity {
    /// Accepts clients that speak one of these application protocols, the preferred one first, or
    /// have no opinion.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn acceptor(&self, protocols: &[&str]) -> Outcome<Acceptor> {
        let (chain, key) = self.read()?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)?
            .with_alpn_protocols(protocols.iter().copied())?;
        Ok(Acceptor::from(config))
    }

    /// The certificates, the server's own first, and its key.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn read(&self) -> Outcome<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
        let chain = pem::certificates(&fs::read(&self.certificate)?)?;
        Ok((chain, pem::private_key(&fs::read(&self.key)?)?))
    }
}
// ANCHOR_END: acceptor

/// Whom a client trusts.
#[derive(Args)]
pub struct Trust {
    /// The roots to trust.
    #[arg(long, value_name = "PEM")]
    ca: PathBuf,
}

// ANCHOR: connector
impl Trust {
    /// Connects clients that speak these application protocols, the preferred one first.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn connector(&self, protocols: &[&str]) -> Outcome<Connector> {
        let mut roots = RootCertStore::empty();
        for root in pem::certificates(&fs::read(&self.ca)?)? {
            roots.add(root)?;
        }
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth()
            .with_alpn_protocols(protocols.iter().copied())?;
        Ok(Connector::from(config))
    }
}
// ANCHOR_END: connector

/// The host of `host:port`, which may be an IPv6 address in brackets.
#[must_use]
pub fn host_of(target: &str) -> &str {
    let host = target.rsplit_once(':').map_or(target, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}
