//! Private keys, made certificates for, without a copy of them but the one that is handed over.

use std::sync::Arc;

use hyaline::SignatureScheme;
use hyaline::crypto::{CryptoProvider, Ring, SigningKey};
use hyaline::pki_types::{CertificateDer, PrivateKeyDer};

use crate::memory::Masked;

/// A private key as a program hands it over, with what would betray it in memory.
pub(crate) struct Key {
    pub(crate) der: PrivateKeyDer<'static>,
    pub(crate) secret: Masked,
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

/// The keys as they stand in files, which is in memory that nobody can write to.
const FILES: [&str; 4] = [
    include_str!("../../src/certificate/test_keys/p256.sec1.pem"),
    include_str!("../../src/certificate/test_keys/p384.sec1.pem"),
    include_str!("../../src/certificate/test_keys/ed25519.pkcs8.pem"),
    include_str!("../../src/certificate/test_keys/rsa-2048.pkcs1.pem"),
];

/// Each key's file, and what would betray its text in memory: the beginning and the end.
pub(crate) fn files() -> impl Iterator<Item = (&'static str, Vec<Masked>)> {
    FILES.into_iter().enumerate().map(|(number, file)| {
        let lines = || file.lines().filter(|line| line.len() >= 20 && !line.starts_with('-'));
        let ends = lines().next().into_iter().chain(lines().next_back()).enumerate();
        let secrets = ends
            .map(|(end, line)| Masked::new(format!("file {number} {end}"), &line.as_bytes()[..20]));
        (file, secrets.collect())
    })
}

/// Keys of every format, decoded from PEM by a function that leaves nothing behind.
pub(crate) fn all() -> [Key; 4] {
    let [p256, p384, ed25519, rsa] = FILES.map(decode);
    [
        elliptic("P-256", p256, 7..39, 65),
        elliptic("P-384", p384, 8..56, 97),
        Key {
            secret: Masked::new("Ed25519", &ed25519[ed25519.len() - 32..]),
            der: PrivateKeyDer::Pkcs8(ed25519.into()),
            chain: stranger(),
        },
        Key {
            // Inside of the private exponent.
            secret: Masked::new("RSA", &rsa[300..364]),
            der: PrivateKeyDer::Pkcs1(rsa.into()),
            chain: stranger(),
        },
    ]
}

/// A key in SEC1, whose secret stands there, and whose public half is at its end.
fn elliptic(name: &str, sec1: Vec<u8>, at: std::ops::Range<usize>, public: usize) -> Key {
    let secret = Masked::new(name, &sec1[at]);
    let public_key = sec1[sec1.len() - public..].to_vec();
    let der = PrivateKeyDer::Sec1(sec1.into());
    let key = Ring.load_key(&der).unwrap();
    let chain = vec![certificate(&Signer { key, public_key })];
    Key { der, secret, chain }
}

/// The certificate of another key: a configuration with it is refused, when the key is loaded.
fn stranger() -> Vec<CertificateDer<'static>> {
    let key = rcgen::KeyPair::generate().unwrap();
    vec![rcgen::CertificateParams::default().self_signed(&key).unwrap().der().clone()]
}

fn certificate(signer: &Signer) -> CertificateDer<'static> {
    rcgen::CertificateParams::default().self_signed(signer).unwrap().der().clone()
}

/// Has rcgen sign with ring's key, so that rcgen has none.
struct Signer {
    key: Arc<dyn SigningKey>,
    public_key: Vec<u8>,
}

impl rcgen::PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        &self.public_key
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        match self.key.schemes()[0] {
            SignatureScheme::EcdsaSecp256r1Sha256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            _ => &rcgen::PKCS_ECDSA_P384_SHA384,
        }
    }
}

impl rcgen::SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        Ok(self.key.sign(self.key.schemes()[0], message).unwrap())
    }
}

/// What the lines between those of dashes encode.
fn decode(pem: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let inside = pem.lines().skip_while(|line| !line.starts_with('-')).skip(1);
    let lines = inside.take_while(|line| !line.starts_with('-'));
    let digits = lines.flat_map(str::bytes).filter(|digit| *digit != b'=');
    let mut decoded = Vec::with_capacity(pem.len());
    let (mut bits, mut held) = (0_u32, 0);
    for digit in digits {
        let value = DIGITS.iter().position(|known| *known == digit).unwrap();
        bits = bits << 6 | u32::try_from(value).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    decoded
}
