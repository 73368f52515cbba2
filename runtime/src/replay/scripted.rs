//! Certificates by script: the verdict on the peer's is said beforehand, and our own is a bare key.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::CertificateError;
use crate::certificate::{Identity, PeerKey, RevocationLists, Staples};
use crate::config::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ClientConfigWithRoots, ServerConfig,
    ServerConfigBuilder, ServerConfigWithClientAuth,
};
use crate::crypto::{CryptoProvider, SigningKey};
use crate::session::Fingerprint;
use crate::trust::{Shown, Trust};

/// What is said of every certificate. The "certificate" is the bare public key.
#[derive(Debug)]
struct Verdict(Result<(), CertificateError>);

impl Trust for Verdict {
    fn judge_server(
        &self,
        shown: Shown<'_>,
        _: &ServerName<'_>,
        _: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        let own = shown.chain.first().ok_or(CertificateError::NoServerCertificate)?;
        self.0.clone().map(|()| PeerKey(own.to_vec().into()))
    }

    fn judge_client(&self, shown: Shown<'_>, _: UnixTime) -> Result<PeerKey, CertificateError> {
        let own = shown.chain.first().ok_or(CertificateError::NoClientCertificate)?;
        self.0.clone().map(|()| PeerKey(own.to_vec().into()))
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        Some([u8::from(self.0.is_ok()); 32])
    }

    fn with_revocation_lists(&self, _: Arc<RevocationLists>) -> Arc<dyn Trust> {
        Arc::new(Self(self.0.clone()))
    }

    fn with_staples(&self, _: Staples) -> Arc<dyn Trust> {
        Arc::new(Self(self.0.clone()))
    }
}

/// A key whose only "certificate" is what checks its signatures.
pub trait ScriptedKey: SigningKey {
    /// What stands in the place of a certificate.
    fn certificate(&self) -> &[u8];
}

/// An identity whose first "certificate" is the key's own.
fn identity(key: impl ScriptedKey, issuers: &[&[u8]]) -> Identity {
    let own = CertificateDer::from(key.certificate().to_vec());
    let issuers = issuers.iter().map(|issuer| CertificateDer::from(issuer.to_vec()));
    let chain = [own].into_iter().chain(issuers).collect();
    let schemes = key.schemes().to_vec();
    let attached = Vec::new();
    Identity { chain, raw_public_key: None, key: Arc::new(key), schemes, attached }
}

impl<P: CryptoProvider> ClientConfigBuilder<P> {
    /// Every server's certificate gets this verdict.
    #[must_use]
    pub fn with_scripted_verdict(
        self,
        verdict: Result<(), CertificateError>,
    ) -> ClientConfigWithRoots<P> {
        self.with_trust(Arc::new(Verdict(verdict)))
    }
}

impl<P: CryptoProvider> ClientConfigWithRoots<P> {
    /// An identity without a certificate.
    #[must_use]
    pub fn with_scripted_identity(self, key: impl ScriptedKey) -> ClientConfig<P> {
        self.finish(Some(identity(key, &[])))
    }
}

impl<P: CryptoProvider> ServerConfigBuilder<P> {
    /// Asks clients for a certificate, `required` or not, and gives every one this verdict.
    #[must_use]
    pub fn with_scripted_verdict(
        self,
        required: bool,
        verdict: Result<(), CertificateError>,
    ) -> ServerConfigWithClientAuth<P> {
        let trust = Arc::new(Verdict(verdict));
        self.with(if required { ClientAuth::Require(trust) } else { ClientAuth::Request(trust) })
    }
}

impl<P: CryptoProvider> ServerConfigWithClientAuth<P> {
    /// An identity without a certificate.
    #[must_use]
    pub fn with_scripted_identity(self, key: impl ScriptedKey) -> ServerConfig<P> {
        self.with_scripted_chain(key, &[])
    }

    /// The same, with something that stands in the places of the certificates of issuers.
    pub fn with_scripted_chain(self, key: impl ScriptedKey, issuers: &[&[u8]]) -> ServerConfig<P> {
        self.finish(identity(key, issuers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::test_certificates::noon;

    #[test]
    fn a_scripted_verdict_does_not_look_at_the_certificate() {
        let name = ServerName::try_from("localhost").unwrap();
        let chain = [CertificateDer::from(&b"a bare key"[..])];
        let good = Verdict(Ok(())).check_server(&chain, &name, noon(2026, 7, 1)).unwrap();
        assert_eq!(good.0.as_ref(), b"a bare key");
        let bad = Verdict(Err(CertificateError::UnknownIssuer));
        assert_eq!(
            bad.check_client(&chain, noon(2026, 7, 1)).map(|_| ()),
            Err(CertificateError::UnknownIssuer)
        );
    }
}
