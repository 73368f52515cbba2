//! Certificates made when a test needs them.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyaline::RootCertStore;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// The keys of the library's own tests, which are read when a test needs them: the package builds
/// outside of its repository too, as `cargo package --workspace` has it.
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/certificate/test_keys");

/// An RSA key of 2048 bits, in PKCS#8, which rcgen cannot make.
const RSA_KEY: &str = "rsa-2048.pkcs8.pem";

/// An Ed25519 key in PKCS#8 without the public key: what rcgen makes, OpenSSL 3.0 cannot read.
const ED25519_KEY: &str = "ed25519.pkcs8.pem";

/// The names of every server here, unless a test wants others.
pub const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// Kinds of keys with which a CertificateVerify is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// Ed25519.
    Ed25519,
    /// RSA with 2048 bits.
    Rsa,
}

impl KeyKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::P256, Self::P384, Self::Ed25519, Self::Rsa];

    fn key(self) -> KeyPair {
        match self {
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap(),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap(),
            Self::Ed25519 => Self::read(ED25519_KEY),
            Self::Rsa => Self::read(RSA_KEY),
        }
    }

    /// The key in this file.
    fn read(name: &str) -> KeyPair {
        KeyPair::from_pem(&fs::read_to_string(format!("{KEYS}/{name}")).unwrap()).unwrap()
    }
}

/// A certificate with its private key.
pub struct IssuedIdentity {
    /// The certificate alone: its issuer is a root.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key, in PKCS#8.
    pub key: PrivateKeyDer<'static>,
    /// The certificate, in PEM.
    pub certificate_pem: String,
    /// The private key, in PEM.
    pub key_pem: String,
}

impl IssuedIdentity {
    /// One that another program has made, in PEM.
    #[must_use]
    pub fn foreign(certificate_pem: String, key_pem: String) -> Self {
        let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes()).unwrap();
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).unwrap();
        Self { chain: vec![certificate], key, certificate_pem, key_pem }
    }
}

impl Clone for IssuedIdentity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
            certificate_pem: self.certificate_pem.clone(),
            key_pem: self.key_pem.clone(),
        }
    }
}

/// How many authorities there have been.
static AUTHORITIES: AtomicUsize = AtomicUsize::new(0);

/// A certification authority, with a name of its own.
pub struct Authority(Issuer);

enum Issuer {
    Made(Box<CertifiedIssuer<'static, KeyPair>>),
    Foreign { certificate_pem: String, key_pem: String },
}

impl Authority {
    /// One that another program has made, in PEM. What it signs, that program signs.
    #[must_use]
    pub fn foreign(certificate_pem: String, key_pem: String) -> Self {
        Self(Issuer::Foreign { certificate_pem, key_pem })
    }

    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let mut parameters = CertificateParams::default();
        let number = AUTHORITIES.fetch_add(1, Ordering::Relaxed);
        let name = format!("Hyaline test authority {number}");
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(parameters, KeyKind::P256.key()).unwrap();
        Self(Issuer::Made(Box::new(issuer)))
    }

    /// Its own certificate.
    #[must_use]
    pub fn certificate(&self) -> CertificateDer<'static> {
        match &self.0 {
            Issuer::Made(issuer) => issuer.der().clone(),
            Issuer::Foreign { certificate_pem, .. } => {
                CertificateDer::from_pem_slice(certificate_pem.as_bytes()).unwrap()
            }
        }
    }

    /// Its own certificate, in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        match &self.0 {
            Issuer::Made(issuer) => issuer.pem(),
            Issuer::Foreign { certificate_pem, .. } => certificate_pem.clone(),
        }
    }

    /// Its private key, in PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        match &self.0 {
            Issuer::Made(issuer) => issuer.key().serialize_pem(),
            Issuer::Foreign { key_pem, .. } => key_pem.clone(),
        }
    }

    /// Trust in this authority alone.
    #[must_use]
    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate()).unwrap();
        roots
    }

    /// A server's certificate for [`NAMES`].
    #[must_use]
    pub fn server(&self, kind: KeyKind) -> IssuedIdentity {
        self.server_for(kind, &NAMES)
    }

    /// A server's certificate for other names.
    #[must_use]
    pub fn server_for(&self, kind: KeyKind, names: &[&str]) -> IssuedIdentity {
        self.sign(kind, leaf(names, ExtendedKeyUsagePurpose::ServerAuth))
    }

    /// A server's certificate for [`NAMES`] whose validity has ended.
    #[must_use]
    pub fn expired_server(&self) -> IssuedIdentity {
        self.changed_server(|parameters| {
            parameters.not_before = rcgen::date_time_ymd(2020, 1, 1);
            parameters.not_after = rcgen::date_time_ymd(2021, 1, 1);
        })
    }

    /// A server's certificate for [`NAMES`] that is good but for this.
    #[must_use]
    pub fn changed_server(&self, change: impl FnOnce(&mut CertificateParams)) -> IssuedIdentity {
        let mut parameters = leaf(&NAMES, ExtendedKeyUsagePurpose::ServerAuth);
        change(&mut parameters);
        self.sign(KeyKind::P256, parameters)
    }

    /// A client's certificate.
    #[must_use]
    pub fn client(&self, kind: KeyKind) -> IssuedIdentity {
        self.sign(kind, leaf(&[], ExtendedKeyUsagePurpose::ClientAuth))
    }

    fn sign(&self, kind: KeyKind, parameters: CertificateParams) -> IssuedIdentity {
        let Issuer::Made(issuer) = &self.0 else { panic!("another program signs") };
        let key = kind.key();
        let certificate = parameters.signed_by(&key, issuer).unwrap();
        IssuedIdentity {
            chain: vec![certificate.der().clone()],
            key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            certificate_pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

/// An authority and a server's certificate of it, where nothing else matters.
#[must_use]
pub fn authority_and_server() -> (Authority, IssuedIdentity) {
    let authority = Authority::new();
    let identity = authority.server(KeyKind::P256);
    (authority, identity)
}

fn leaf(names: &[&str], purpose: ExtendedKeyUsagePurpose) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut parameters = CertificateParams::new(names).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, "Hyaline test");
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![purpose];
    parameters
}
