//! Whom a client connects to, and whom it trusts.

use std::path::Path;

use hyaline::RootCertStore;
use rustls_pki_types::ServerName;

use crate::support::{self, Failure};

/// Whom to connect to.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) name: ServerName<'static>,
}

impl Server {
    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (host, port) = text.rsplit_once(':').ok_or("the port is missing")?;
        let port = port.parse().map_err(|_| format!("{port:?} is not a port"))?;
        let unbracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = unbracketed.unwrap_or(host).to_owned();
        let name = ServerName::try_from(host.clone())
            .map_err(|_| format!("{host:?} is neither a DNS name nor an IP address"))?;
        Ok(Self { host, port, name })
    }
}

/// The certificates of this file as roots to trust; without one, the system's.
pub(crate) fn roots(path: Option<&Path>) -> Result<RootCertStore, Failure> {
    match path {
        Some(path) => support::roots(path),
        None => Ok(RootCertStore::native().map_err(|error| format!("{error}; name some by --ca"))?),
    }
}
