//! What the programs share: their arguments, and the configurations that these make.
#![forbid(unsafe_code)]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use hyaline::tokio::{Acceptor, Connector};
use hyaline::{ClientConfig, RootCertStore, ServerConfig, pem};

/// The end of a program, or why it could not go on.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

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

impl ServerIdentity {
    /// Accepts clients that speak one of these application protocols, the preferred one first, or
    /// have no opinion.
    ///
    /// # Errors
    /// What is wrong with the files.
    pub fn acceptor(&self, protocols: &[&str]) -> Outcome<Acceptor> {
        let chain = pem::certificates(&fs::read(&self.certificate)?)?;
        let key = pem::private_key(&fs::read(&self.key)?)?;
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(chain, key)?
            .with_alpn_protocols(protocols.iter().copied())?;
        Ok(Acceptor::from(config))
    }
}

/// Whom a client trusts.
#[derive(Args)]
pub struct Trust {
    /// The roots to trust.
    #[arg(long, value_name = "PEM")]
    ca: PathBuf,
}

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

/// The host of `host:port`, which may be an IPv6 address in brackets.
#[must_use]
pub fn host_of(target: &str) -> &str {
    let host = target.rsplit_once(':').map_or(target, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}
