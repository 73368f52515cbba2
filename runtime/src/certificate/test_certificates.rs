//! Certificates and keys for this crate's tests.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    SignatureAlgorithm,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use std::sync::Arc;
use std::time::Duration;

use super::der::{SEQUENCE, element};
use super::draft::time;
use super::response_draft::{ResponseDraft, revoked};
use super::x509::Certificate;
use crate::RootCertStore;
use crate::trust::{Roots, Trust};

/// RSA with 2048 bits in PKCS#8, as OpenSSL writes it. rcgen cannot make RSA keys with ring.
pub(crate) const RSA_PKCS8: &str = include_str!("test_keys/rsa-2048.pkcs8.pem");
/// The same key in PKCS#1.
pub(crate) const RSA_PKCS1: &str = include_str!("test_keys/rsa-2048.pkcs1.pem");
/// RSA with 1024 bits: too small.
pub(crate) const RSA_SMALL: &str = include_str!("test_keys/rsa-1024.pkcs8.pem");
/// ECDSA P-256 in SEC1, which names the curve.
pub(crate) const P256_SEC1: &str = include_str!("test_keys/p256.sec1.pem");
/// ECDSA P-384 in SEC1, which names the curve.
pub(crate) const P384_SEC1: &str = include_str!("test_keys/p384.sec1.pem");
/// ECDSA P-521 in PKCS#8, which aws-lc-rs loads and ring does not.
pub(crate) const P521_PKCS8: &str = include_str!("test_keys/p521.pkcs8.pem");
/// Ed25519 in PKCS#8 without the public key, as OpenSSL writes it.
pub(crate) const ED25519_PKCS8: &str = include_str!("test_keys/ed25519.pkcs8.pem");

/// Reads a private key in PEM.
pub(crate) fn private_key(pem: &str) -> PrivateKeyDer<'static> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// Every kind of key with which both providers sign: ECDSA P-256, ECDSA P-384, Ed25519, RSA.
pub(crate) fn keys_of_every_kind() -> [KeyPair; 4] {
    let [p256, p384, ed25519] =
        [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519].map(
            |algorithm: &'static SignatureAlgorithm| KeyPair::generate_for(algorithm).unwrap(),
        );
    [p256, p384, ed25519, KeyPair::from_pem(RSA_PKCS8).unwrap()]
}

/// A key as a program hands it over.
pub(crate) fn der(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

/// Noon of the day, which is what the test certificates are judged by.
pub(crate) fn noon(year: i32, month: u8, day: u8) -> UnixTime {
    let seconds = rcgen::date_time_ymd(year, month, day).unix_timestamp() + 43_200;
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap()))
}

/// A certification authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// An authority that signs for itself, with a P-256 key. All have the same name.
    pub(crate) fn new() -> Self {
        let parameters = Self::parameters(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(parameters, key).unwrap())
    }

    /// The certificate's contents of an authority.
    pub(crate) fn parameters(constraints: BasicConstraints) -> CertificateParams {
        let mut parameters = valid_in_2026(CertificateParams::default());
        parameters.is_ca = IsCa::Ca(constraints);
        parameters
    }

    /// An authority below this one, of the given name.
    pub(crate) fn intermediate(&self, name: &str, constraints: BasicConstraints) -> Self {
        let mut parameters = Self::parameters(constraints);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::signed_by(parameters, key, &self.0).unwrap())
    }

    /// Its own certificate.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// The certificate with these contents and this key, signed by this authority.
    pub(crate) fn sign(
        &self,
        parameters: &CertificateParams,
        key: &KeyPair,
    ) -> CertificateDer<'static> {
        parameters.signed_by(key, &self.0).unwrap().der().clone()
    }

    /// A store that holds this authority only.
    pub(crate) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        roots
    }

    /// Trust in this authority only.
    pub(crate) fn trust(&self) -> Arc<dyn Trust> {
        Arc::new(Roots::new(self.roots().into(), &crate::crypto::Ring))
    }
}

/// An OCSP response of an authority about a certificate that it has signed, good in July 2026.
pub(crate) fn response(
    authority: &Authority,
    certificate: &CertificateDer<'_>,
    is_good: bool,
) -> Vec<u8> {
    let certificate = Certificate::from_der(certificate).unwrap();
    let key = authority.0.key();
    let mut draft = ResponseDraft::of("", key, certificate.serial_number);
    draft.issuer = element(SEQUENCE, &[certificate.issuer.contents]).to_vec();
    // The day by which tests judge.
    draft.this_update = time("20260630000000Z");
    if !is_good {
        draft.status = revoked();
    }
    draft.sign(key)
}

/// The contents of a server's certificate for `localhost`, valid in 2026.
pub(crate) fn server_parameters() -> CertificateParams {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut parameters = valid_in_2026(CertificateParams::new(names).unwrap());
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    parameters
}

/// The contents of a client's certificate, valid in 2026.
pub(crate) fn client_parameters() -> CertificateParams {
    let mut parameters = valid_in_2026(CertificateParams::default());
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "client");
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    parameters
}

pub(crate) fn valid_in_2026(mut parameters: CertificateParams) -> CertificateParams {
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2026, 12, 31);
    parameters
}
