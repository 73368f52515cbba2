//! The verifier of the operating system, as the judge of the servers to which
//! [Hyaline](hyaline) connects: Security.framework on macOS and iOS, the certificate chain engine
//! of Windows, the trust manager of Android. Linux and the BSDs have none; there it is the roots
//! that the system trusts, and webpki. The system is asked by [rustls_platform_verifier], whose
//! documentation says more of each.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use hyaline::ClientConfig;
//! use hyaline_platform_verifier::PlatformVerifier;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = PlatformVerifier::new()?;
//! let config = ClientConfig::builder().with_judge(Arc::new(verifier)).with_no_client_auth();
//! # drop(config);
//! # Ok(())
//! # }
//! ```
//!
//! The configuration is for every way to connect: `hyaline::blocking`, `hyaline::tokio`,
//! `hyaline::futures`, a driver, or a connection by hand. `examples/https.rs` is an HTTPS client.
//!
//! *What it costs.* On macOS, Windows and Android the system may ask the network whether a
//! certificate is revoked, or for one that is missing, and the handshake waits for it on its
//! thread. Where tasks must not wait, a [worker](hyaline::AsyncWorker) hands `Work::PathCheck` to a
//! thread that may: the verifier is asked where that work is run.
//!
//! *Revocation.* It is the system's matter. OCSP responses are handed to it where the configuration
//! [asks for them](hyaline::ClientConfig::with_staples); webpki, on Linux, looks at none, and asks
//! nobody whether a certificate is revoked. Lists of the program's own
//! ([`hyaline::RevocationLists`]) go with roots, and not with this.
//!
//! *Sessions.* When a session is resumed, the system is not asked again, for seven days at most. It
//! is resumed only under the [`PlatformVerifier`] that accepted its server: a verifier that is made
//! anew resumes nothing of an older one, in another process neither.
#![forbid(unsafe_code)]
// A test that panics fails, as it should.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod refusal;

use std::fmt;
use std::sync::Arc;

#[cfg(not(target_os = "android"))]
use hyaline::pki_types::CertificateDer;
use hyaline::{CertificateError, ServerJudge, ShownServer};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls_platform_verifier::Verifier;

/// On Android the system's verifier wants to be told of the Java virtual machine before the first
/// connection.
#[cfg(target_os = "android")]
pub use rustls_platform_verifier::android;

/// The verifier of the operating system: a [`ServerJudge`] for any number of configurations.
pub struct PlatformVerifier {
    verifier: Verifier,
    /// Drawn at random: nobody knows whether another verifier accepts the same servers.
    distinction: [u8; 32],
}

impl PlatformVerifier {
    /// The verifier with whatever the system trusts: as it is now on Linux, where the environment
    /// variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name other roots, and elsewhere as it is
    /// whenever a server is judged.
    ///
    /// # Errors
    ///
    /// [`PlatformError::Unavailable`] where the system trusts nobody that can be read;
    /// [`PlatformError::NoRandomness`].
    pub fn new() -> Result<Self, PlatformError> {
        Self::with(Verifier::new)
    }

    /// The same, that trusts these roots as well. Android has no such thing: there an application
    /// names its roots in its own configuration.
    ///
    /// ```
    /// use hyaline::pem;
    /// use hyaline_platform_verifier::PlatformVerifier;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut parameters = rcgen::CertificateParams::default();
    /// # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    /// # let file = parameters.self_signed(&rcgen::KeyPair::generate()?)?.pem();
    /// let of_our_own = pem::certificates(file.as_bytes())?;
    /// let verifier = PlatformVerifier::with_extra_roots(of_our_own)?;
    /// # drop(verifier);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), but that on Linux these roots are enough; [`PlatformError::BadRoot`].
    #[cfg(not(target_os = "android"))]
    pub fn with_extra_roots(
        roots: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Result<Self, PlatformError> {
        Self::with(|provider| Verifier::new_with_extra_roots(roots, provider))
    }

    fn with(
        make: impl FnOnce(Arc<CryptoProvider>) -> Result<Verifier, rustls::Error>,
    ) -> Result<Self, PlatformError> {
        let provider = Arc::new(ring::default_provider());
        let mut distinction = [0; 32];
        let drawn = provider.secure_random.fill(&mut distinction);
        drawn.map_err(|_| PlatformError::NoRandomness)?;
        let verifier = make(provider).map_err(|error| match error {
            rustls::Error::InvalidCertificate(_) => PlatformError::BadRoot,
            rustls::Error::General(reason) => PlatformError::Unavailable { reason: reason.into() },
            error => PlatformError::Unavailable { reason: error.to_string().into() },
        })?;
        Ok(Self { verifier, distinction })
    }
}

impl ServerJudge for PlatformVerifier {
    fn judge(&self, server: &ShownServer<'_>) -> Result<(), CertificateError> {
        let (own, others) =
            server.chain().split_first().ok_or(CertificateError::NoServerCertificate)?;
        let name = server.server_name();
        let staple = server.staples().next().flatten().unwrap_or_default();
        match self.verifier.verify_server_cert(own, others, name, staple, server.time()) {
            Ok(_) => Ok(()),
            Err(error) => Err(refusal::refusal(error, name, server.faults())),
        }
    }

    fn distinction(&self) -> Option<&[u8]> {
        Some(&self.distinction)
    }
}

impl fmt::Debug for PlatformVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PlatformVerifier").finish_non_exhaustive()
    }
}

/// Why there is no verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlatformError {
    /// One of the extra roots cannot be read.
    BadRoot,
    /// The system's verifier cannot be used.
    Unavailable {
        /// What the system says, in words.
        reason: Box<str>,
    },
    /// The system gave no random bytes.
    NoRandomness,
}

impl fmt::Display for PlatformError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRoot => {
                formatter.write_str("an extra root cannot be read: is it a certificate?")
            }
            Self::Unavailable { reason } => {
                write!(formatter, "the system's verifier cannot be used: {reason}")
            }
            Self::NoRandomness => formatter.write_str("the system gave no random bytes"),
        }
    }
}

impl std::error::Error for PlatformError {}
