//! What the two sides have agreed on, as the application is told.

use rustls_pki_types::{CertificateDer, DnsName, SubjectPublicKeyInfoDer};

use super::ech::EchStatus;
use crate::certificate::Credential;
use crate::crypto::Suite;
use crate::session::{ExternalKey, Session};
use crate::{CipherSuite, NamedGroup};

/// What was negotiated, as far as the handshake has come. It outlives the handshake.
#[derive(Clone, Debug, Default)]
pub struct Negotiated {
    pub(crate) suite: Option<Suite>,
    pub(crate) group: Option<NamedGroup>,
    pub(crate) application_protocol: Option<Box<[u8]>>,
    pub(crate) server_name: Option<DnsName<'static>>,
    /// What the peer has shown of itself, and proved.
    pub(crate) peer: Credential,
    pub(crate) resumed: bool,
    pub(crate) external_key: Option<ExternalKey>,
    pub(crate) ech: EchStatus,
}

impl Negotiated {
    /// The application protocol (RFC 7301).
    #[must_use]
    pub fn application_protocol(&self) -> Option<&[u8]> {
        self.application_protocol.as_deref()
    }

    /// The cipher suite.
    #[must_use]
    pub fn cipher_suite(&self) -> Option<CipherSuite> {
        self.suite.map(Suite::number)
    }

    /// The group of the key exchange; none where only a pre-shared key was used ([`PskExchange`]).
    ///
    /// [`PskExchange`]: crate::PskExchange
    #[must_use]
    pub const fn group(&self) -> Option<NamedGroup> {
        self.group
    }

    /// The name that the client asked for, on a server.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_ref().map(AsRef::as_ref)
    }

    /// What became of the encryption of the ClientHello (RFC 9849).
    #[must_use]
    pub const fn ech(&self) -> EchStatus {
        self.ech
    }

    /// Whether an earlier session is resumed: no certificate was shown, and the peer is who it was
    /// then (RFC 9846 section 2.2).
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The key that both sides had by other means, if they have proved with it who they are
    /// (RFC 9846 section 4.3.11). No certificate was shown then, and nothing is resumed.
    #[must_use]
    pub const fn external_key(&self) -> Option<&ExternalKey> {
        self.external_key.as_ref()
    }

    /// The keys of the connection are made of the key of this session too.
    pub(super) fn resumes(&mut self, session: &Session) {
        self.external_key = session.external.clone();
        self.resumed = session.external.is_none();
    }

    /// The peer's certificate chain, its own certificate first; empty without one. Where a session
    /// is resumed, the chain is the one that the peer has shown when the session began.
    #[must_use]
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        self.peer.chain()
    }

    /// The raw public key by which the peer was believed in place of certificates (RFC 7250), a
    /// SubjectPublicKeyInfo in DER; none where it was not. It is kept in a session, as certificates
    /// are.
    #[must_use]
    pub fn peer_raw_public_key(&self) -> Option<&SubjectPublicKeyInfoDer<'static>> {
        self.peer.raw_public_key()
    }
}
