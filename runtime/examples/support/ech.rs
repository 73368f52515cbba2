//! An encrypted ClientHello (RFC 9849), as arguments of a client.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fs, io};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use hyaline::crypto::CryptoProvider;
use hyaline::{ClientConfig, EchConfigList, Error};
use rustls_pki_types::EchConfigListBytes;
use rustls_pki_types::pem::{self, PemObject};

use crate::support::{self, Failure};

/// What a client sends so that nobody on the way sees whom it asks for.
#[derive(Args)]
pub(crate) struct EchArguments {
    /// Encrypt whom we ask for, so that nobody on the way sees that. The file has what the server
    /// is known by: the base64 text that DNS has for it (`ech` of an HTTPS record), or PEM
    /// (ECHCONFIG). A server that cannot read it is not talked to.
    #[arg(long, value_name = "FILE")]
    ech: Option<PathBuf>,

    /// Send what looks as if it were encrypted so, and means nothing: then those who encrypt do
    /// not stand out.
    #[arg(long, conflicts_with = "ech")]
    ech_grease: bool,
}

impl EchArguments {
    /// The configuration with what is asked for.
    pub(crate) fn set<P: CryptoProvider>(
        &self,
        config: ClientConfig<P>,
    ) -> Result<ClientConfig<P>, Failure> {
        let Some(path) = &self.ech else {
            return Ok(if self.ech_grease { config.with_ech_grease(true) } else { config });
        };
        let bad = |error: &dyn StdError| {
            format!("cannot read a server's configurations from {}: {error}", path.display())
        };
        let text = fs::read_to_string(path).map_err(|error| bad(&error))?;
        let bytes = list(&text).map_err(|error| bad(&error))?;
        let list = EchConfigList::from_bytes(&bytes).map_err(|error| bad(&error))?;
        Ok(config.with_ech(&list).map_err(|error| bad(&error))?)
    }
}

/// The bytes in this text, which is PEM or what stands between the lines of PEM.
fn list(text: &str) -> Result<EchConfigListBytes<'static>, pem::Error> {
    if text.contains("-----BEGIN ") {
        return EchConfigListBytes::from_pem_slice(text.as_bytes());
    }
    let framed = format!("-----BEGIN ECHCONFIG-----\n{text}\n-----END ECHCONFIG-----\n");
    EchConfigListBytes::from_pem_slice(framed.as_bytes())
}

// ANCHOR: explained
/// Says of a server that could not read what was encrypted which configurations it has instead. It
/// has proved that they are the public name's (RFC 9849 section 6.1.6).
pub(crate) fn explained(error: io::Error) -> Failure {
    match support::inner(&error) {
        Some(Error::EchRejected { retry: Some(list) }) => {
            let text = STANDARD.encode(list.as_bytes());
            format!("{error}; these can be used, in a file for --ech: {text}").into()
        }
        _ => error.into(),
    }
}
// ANCHOR_END: explained
