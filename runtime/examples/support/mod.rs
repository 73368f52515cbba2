//! What the examples `client` and `server` share: reading arguments and files, and saying what
//! went wrong.

use std::error::Error as StdError;
use std::path::Path;
use std::{fs, io};

use hyaline::crypto::CryptoProvider;
use hyaline::{Connection, EchStatus, Error, RootCertStore, pem};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

/// Anything that ends an example, in words.
pub(crate) type Failure = Box<dyn StdError>;

/// The certificates of a PEM file, in its order.
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let bad =
        |error: &dyn StdError| format!("cannot read certificates from {}: {error}", path.display());
    let text = fs::read(path).map_err(|error| bad(&error))?;
    Ok(pem::certificates(&text).map_err(|error| bad(&error))?)
}

/// The private key of a PEM file.
pub(crate) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Failure> {
    let bad = |error: &dyn StdError| {
        format!("cannot read a private key from {}: {error}", path.display())
    };
    let text = Zeroizing::new(fs::read(path).map_err(|error| bad(&error))?);
    Ok(pem::private_key(&text).map_err(|error| bad(&error))?)
}

/// The certificates of a PEM file, as roots to trust.
pub(crate) fn roots(path: &Path) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(roots)
}

/// The error of this library inside an error of a stream, if one is.
pub(crate) fn inner(error: &io::Error) -> Option<&Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// What was negotiated, in one line.
pub(crate) fn summary<P: CryptoProvider>(connection: &Connection<P>) -> String {
    let name = |name: Option<String>| name.unwrap_or_else(|| "?".to_owned());
    let mut text = format!(
        "{}, {}",
        name(connection.cipher_suite().map(|suite| suite.to_string())),
        name(connection.group().map(|group| group.to_string())),
    );
    if connection.negotiated().external_key().is_some() {
        text += ", by an external key";
    }
    if connection.negotiated().is_resumed() {
        text += ", resumed";
    }
    match connection.negotiated().ech() {
        EchStatus::Accepted => text += ", ech: accepted",
        EchStatus::Rejected => text += ", ech: rejected",
        EchStatus::Grease => text += ", ech: without a meaning",
        _ => {}
    }
    if let Some(protocol) = connection.application_protocol() {
        text += &format!(", ALPN {}", protocol.escape_ascii());
    }
    if let Some(server_name) = connection.server_name() {
        text += &format!(", for {server_name}");
    }
    if let Some(certificate) = connection.peer_certificates().first() {
        // As `openssl x509 -fingerprint -sha256` prints it.
        let hash = hmac_sha256::Hash::hash(certificate);
        let bytes: Vec<_> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        text += &format!(", certificate SHA-256 {}", bytes.join(":"));
    }
    text
}
