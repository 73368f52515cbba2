//! Trust in whom a judge of the program's own accepts.

use std::fmt;
use std::sync::Arc;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::{Shown, Trust};
use crate::certificate::{PeerKey, RevocationLists, Staples, faults};
use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, HashContext};
use crate::session::{Fingerprint, fingerprint_of};
use crate::{CertificateError, ConfigurationError};

/// Judges the certificates of servers, in the place of roots: the verifier of an operating system,
/// a service, a list of the certificates that a program knows. A configuration
/// [has it](crate::ClientConfigBuilder::with_judge) for all of its connections, whatever drives
/// them.
///
/// Its verdict is the last word on path, names, validity, purpose and revocation: nothing of that
/// is looked at here besides. That the server owns the key of its certificate is checked here all
/// the same, and where responses are [required](Staples::Required), that one is there.
///
/// It is asked inside of the call, or the poll, in which the certificates have come, on its
/// thread, and nothing is received or transmitted meanwhile. A judge that waits, for a network or a
/// disk, is asked elsewhere where work is [delegated](crate::Connection::delegate_work), to a
/// [worker](crate::AsyncWorker) for one: [`Work::run`](crate::Work::run) asks it.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
/// use std::sync::Arc;
///
/// use hyaline::blocking::Stream;
/// use hyaline::pki_types::{CertificateDer, ServerName};
/// use hyaline::{CertificateError, ClientConfig, ServerJudge, ShownServer};
/// # use hyaline::{ServerConfig, pki_types::PrivateKeyDer};
///
/// /// The one certificate that is believed, until it is exchanged.
/// #[derive(Debug)]
/// struct Pinned(CertificateDer<'static>);
///
/// impl ServerJudge for Pinned {
///     fn judge(&self, server: &ShownServer<'_>) -> Result<(), CertificateError> {
///         match server.chain().first() {
///             Some(own) if *own == self.0 => Ok(()),
///             _ => Err(CertificateError::UnknownIssuer),
///         }
///     }
///
///     // Who judges by another certificate is another judge.
///     fn distinction(&self) -> Option<&[u8]> {
///         Some(&self.0)
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let key = rcgen::KeyPair::generate()?;
/// # let parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
/// # let certificate = parameters.self_signed(&key)?.der().clone();
/// # let listener = TcpListener::bind("127.0.0.1:0")?;
/// # let address = listener.local_addr()?;
/// # let server = ServerConfig::builder().with_no_client_auth().with_single_cert(
/// #     vec![certificate.clone()],
/// #     PrivateKeyDer::try_from(key.serialize_der())?,
/// # )?;
/// # let serving = std::thread::spawn(move || -> std::io::Result<()> {
/// #     let mut stream = Stream::server(server, listener.accept()?.0)?;
/// #     stream.write_all(b"from whom it knows")?;
/// #     stream.close()
/// # });
/// let judge = Arc::new(Pinned(certificate));
/// let config = ClientConfig::builder().with_judge(judge).with_no_client_auth();
/// let name = ServerName::try_from("localhost")?;
/// let mut stream = Stream::client(config, name, TcpStream::connect(address)?)?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// assert_eq!(answer, "from whom it knows");
/// stream.close()?;
/// # serving.join().expect("the server does not panic")?;
/// # Ok(())
/// # }
/// ```
pub trait ServerJudge: fmt::Debug + Send + Sync {
    /// Accepts a server by what it has shown, or refuses it.
    ///
    /// # Errors
    ///
    /// Why it is refused: the server is told by the [alert](crate::Error::alert) of that reason.
    /// [`CertificateError::Refused`] is for reasons that have no other word.
    fn judge(&self, server: &ShownServer<'_>) -> Result<(), CertificateError>;

    /// What tells this judge from others, asked for when a configuration is made. Without this
    /// nothing does, and no session is resumed: each connection is judged.
    ///
    /// When a session is resumed nobody is asked again, for seven days at most and while the
    /// server's certificate is valid. So it is resumed only where the judge has the distinction of
    /// the one that accepted the server. Two judges have one distinction only if each accepts whom
    /// the other accepts, such as the fingerprint of all that they judge by; where that is not
    /// known, a judge has bytes that it has drawn at random.
    fn distinction(&self) -> Option<&[u8]> {
        None
    }
}

/// What a server has shown of itself, and by what it is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct ShownServer<'a> {
    shown: Shown<'a>,
    server_name: &'a ServerName<'a>,
    time: UnixTime,
}

impl<'a> ShownServer<'a> {
    /// Its certificates as they came, its own first: there is one at least. Nothing of them has
    /// been looked at.
    #[must_use]
    pub const fn chain(&self) -> &'a [CertificateDer<'a>] {
        self.shown.chain
    }

    /// The name for which its certificate must be valid. Where the server has not read an encrypted
    /// ClientHello this is the public name, and not the one that was called (RFC 9849 section
    /// 6.1.7).
    #[must_use]
    pub const fn server_name(&self) -> &'a ServerName<'a> {
        self.server_name
    }

    /// The time by which it is to be judged, as the connection was told it.
    #[must_use]
    pub const fn time(&self) -> UnixTime {
        self.time
    }

    /// The OCSP responses in DER that came with the certificates, for each certificate its own,
    /// where any came. Nobody has looked at them. The configuration
    /// [says whether they are asked for](crate::ClientConfig::with_staples).
    pub fn staples(&self) -> impl Iterator<Item = Option<&'a [u8]>> + use<'a> {
        self.shown.attached.iter().map(|attached| attached.staple.as_deref())
    }

    /// The signed certificate timestamps that came with its own certificate (RFC 6962 section 3.3),
    /// as a SignedCertificateTimestampList. The configuration
    /// [says whether they are asked for](crate::ClientConfig::with_timestamps).
    #[must_use]
    pub fn timestamps(&self) -> Option<&'a [u8]> {
        self.shown.attached.first()?.timestamps.as_deref()
    }

    /// What can be seen to be wrong without a path: of each certificate its encoding and whether it
    /// is valid at this time, and of the server's own its extensions and its purpose. For a judge
    /// that was told that something is wrong, and not where or how.
    #[must_use]
    pub fn faults(&self) -> Vec<CertificateError> {
        faults(self.shown.chain, self.time)
    }
}

/// Trust in whom a judge of the program's own accepts.
#[derive(Clone, Debug)]
pub(crate) struct JudgedServers<P: CryptoProvider> {
    provider: P,
    judge: Arc<dyn ServerJudge>,
    staples: Staples,
    /// Revocation lists were given, which nobody looks at.
    has_lists: bool,
    fingerprint: Option<Fingerprint>,
}

impl<P: CryptoProvider> JudgedServers<P> {
    /// Trust in whom this judge accepts.
    pub(crate) fn new(judge: Arc<dyn ServerJudge>, provider: &P) -> Self {
        let (provider, staples) = (provider.clone(), Staples::default());
        Self { provider, judge, staples, has_lists: false, fingerprint: None }.told_apart()
    }

    /// With the fingerprint of everything by which certificates are judged.
    fn told_apart(mut self) -> Self {
        self.fingerprint = self.hash().ok().flatten();
        self
    }

    fn hash(&self) -> Result<Option<Fingerprint>, CryptoError> {
        let Some(distinction) = self.judge.distinction() else { return Ok(None) };
        let mut hash = self.provider.start_hash(HashAlgorithm::Sha256);
        // The fingerprints of roots and of raw public keys are of bytes that begin otherwise.
        hash.update(b"a judge of servers");
        hash.update(self.staples.distinction());
        hash.update(distinction);
        fingerprint_of(&hash).map(Some)
    }
}

impl<P: CryptoProvider> Trust for JudgedServers<P> {
    fn judge_server(
        &self,
        shown: Shown<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        let own = shown.chain.first().ok_or(CertificateError::NoServerCertificate)?;
        self.judge.judge(&ShownServer { shown, server_name: name, time: now })?;
        let staple = shown.attached.first().and_then(|attached| attached.staple.as_deref());
        self.staples.check_presence(own, staple)?;
        PeerKey::of(own)
    }

    /// No server's configuration has such a judge.
    fn judge_client(&self, _: Shown<'_>, _: UnixTime) -> Result<PeerKey, CertificateError> {
        Err(CertificateError::UnknownIssuer)
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    fn staples(&self) -> Staples {
        self.staples
    }

    fn fault(&self) -> Option<ConfigurationError> {
        self.has_lists.then_some(ConfigurationError::UnusedRevocationLists)
    }

    fn with_revocation_lists(&self, _: Arc<RevocationLists>) -> Arc<dyn Trust> {
        Arc::new(Self { has_lists: true, ..self.clone() })
    }

    fn with_staples(&self, staples: Staples) -> Arc<dyn Trust> {
        Arc::new(Self { staples, ..self.clone() }.told_apart())
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
