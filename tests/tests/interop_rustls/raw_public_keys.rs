//! Raw public keys in place of certificates (RFC 7250), in both roles.

use std::io::{Read, Write};
use std::sync::Arc;

use hyaline::{ClientConfig, RawPublicKeys, ServerConfig};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use rcgen::{KeyPair, PublicKeyData};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};

use crate::peer::{Peer, full_provider};
use crate::{both, client, server};

/// A key of a side that has no certificate.
struct Owner {
    identity: IssuedIdentity,
    public_key: Vec<u8>,
}

impl Owner {
    fn new(kind: KeyKind) -> Self {
        let identity = Authority::new().server(kind);
        let pair = KeyPair::from_pem(&identity.key_pem).unwrap();
        Self { identity, public_key: pair.subject_public_key_info() }
    }

    /// Trust of ours in this key.
    fn trusted(&self) -> RawPublicKeys {
        let mut keys = RawPublicKeys::new();
        keys.add(SubjectPublicKeyInfoDer::from(&self.public_key[..])).unwrap();
        keys
    }

    /// What rustls shows.
    fn certified(&self) -> Arc<CertifiedKey> {
        let key = ring::sign::any_supported_type(&self.identity.key).unwrap();
        let shown = CertificateDer::from(self.public_key.clone());
        Arc::new(CertifiedKey::new(vec![shown], key))
    }

    /// Trust of rustls in this key.
    fn known(&self) -> Arc<Known> {
        let algorithms = full_provider().signature_verification_algorithms;
        Arc::new(Known { public_key: self.public_key.clone(), algorithms })
    }

    /// A client of rustls that trusts this key.
    fn client(&self, own: Option<&Self>) -> rustls::ClientConfig {
        let builder = rustls::ClientConfig::builder_with_provider(Arc::new(full_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(self.known());
        match own {
            Some(own) => builder.with_client_cert_resolver(Arc::new(
                AlwaysResolvesClientRawPublicKeys::new(own.certified()),
            )),
            None => builder.with_no_client_auth(),
        }
    }

    /// A server of rustls that shows this key.
    fn server(&self, trusted: Option<&Self>) -> rustls::ServerConfig {
        let builder = rustls::ServerConfig::builder_with_provider(Arc::new(full_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap();
        let builder = match trusted {
            Some(trusted) => builder.with_client_cert_verifier(trusted.known()),
            None => builder.with_no_client_auth(),
        };
        builder
            .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(self.certified())))
    }
}

/// Trust of rustls in one raw public key.
#[derive(Debug)]
struct Known {
    public_key: Vec<u8>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Known {
    fn judge(&self, shown: &CertificateDer<'_>) -> Result<(), Error> {
        let is_known = shown.as_ref() == self.public_key;
        is_known.then_some(()).ok_or(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(message, &key, signed, &self.algorithms)
    }
}

/// No version before 1.3 is spoken.
fn never() -> Result<HandshakeSignatureValid, Error> {
    Err(Error::General("TLS 1.2".to_owned()))
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        assert!(more.is_empty());
        self.judge(shown).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        never()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Known {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        shown: &CertificateDer<'_>,
        more: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        assert!(more.is_empty());
        self.judge(shown).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        never()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, shown, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

#[test]
fn a_client_and_rustls_believe_each_other_by_raw_public_keys() {
    for kind in KeyKind::ALL {
        let (theirs, own) = (Owner::new(kind), Owner::new(kind));
        for shows in [false, true] {
            let peer = Arc::new(theirs.server(shows.then_some(&own)));
            let builder = ClientConfig::builder().with_raw_public_keys(theirs.trusted());
            let config = match shows {
                true => builder.with_raw_public_key(own.identity.key.clone_key()).unwrap(),
                false => builder.with_no_client_auth(),
            };
            for resumed in [false, true] {
                both(
                    |socket| {
                        let mut stream = client(config.clone(), socket);
                        let mut line = [0; 4];
                        stream.read_exact(&mut line).unwrap();
                        let connection = stream.connection();
                        assert_eq!(connection.negotiated().is_resumed(), resumed);
                        let key = connection.peer_raw_public_key().unwrap();
                        assert_eq!(key.as_ref(), theirs.public_key);
                        stream.close().unwrap();
                    },
                    |socket| {
                        let mut peer = Peer::server((*peer).clone(), socket);
                        peer.write_all(b"line").unwrap();
                        peer.half_close().unwrap();
                        assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                        let shown = peer.connection.peer_certificates().map(<[_]>::to_vec);
                        let expected = shows.then(|| vec![own.public_key.clone().into()]);
                        assert_eq!(shown, expected);
                    },
                );
            }
        }
    }
}

#[test]
fn rustls_and_a_server_believe_each_other_by_raw_public_keys() {
    for kind in KeyKind::ALL {
        let (theirs, own) = (Owner::new(kind), Owner::new(kind));
        for shows in [false, true] {
            let mut peer = own.client(shows.then_some(&theirs));
            if shows {
                // rustls wants to hear of its own type where nothing is asked of it, as in a
                // session that is resumed. RFC 7250 section 4.2 has the server say nothing of it
                // then.
                peer.resumption = rustls::client::Resumption::disabled();
            }
            let config = match shows {
                true => ServerConfig::builder().with_raw_public_keys_required(theirs.trusted()),
                false => Ok(ServerConfig::builder().with_no_client_auth()),
            };
            let key = own.identity.key.clone_key();
            let config = config.unwrap().with_raw_public_key(key).unwrap();
            for again in [false, true] {
                both(
                    |socket| {
                        let mut stream = server(config.clone(), socket);
                        stream.write_all(b"line").unwrap();
                        let connection = stream.connection();
                        assert_eq!(connection.negotiated().is_resumed(), again && !shows);
                        let key = connection.peer_raw_public_key().map(AsRef::<[u8]>::as_ref);
                        assert_eq!(key, shows.then_some(&theirs.public_key[..]));
                        stream.close().unwrap();
                    },
                    |socket| {
                        let mut peer = Peer::client(peer.clone(), socket);
                        let mut line = [0; 4];
                        peer.read_exact(&mut line).unwrap();
                        peer.half_close().unwrap();
                        assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                    },
                );
            }
        }
    }
}
