//! OCSP responses put together by hand, for the tests.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls_pki_types::{CertificateDer, alg_id};

use super::der;
use super::draft::{identifier, integer, name, sequence, tagged, time};
use super::status_response::NameHash;
use crate::crypto::{CryptoProvider as _, HashAlgorithm, Ring};

/// A response before it is signed. Every part is as it is written.
#[derive(Clone)]
pub(crate) struct ResponseDraft {
    pub(crate) outcome: u8,
    pub(crate) hash: NameHash,
    pub(crate) issuer: Vec<u8>,
    /// Of the issuer, as it is hashed.
    pub(crate) key: Vec<u8>,
    pub(crate) serial_number: Vec<u8>,
    /// An element.
    pub(crate) status: Vec<u8>,
    pub(crate) this_update: Vec<u8>,
    /// A whole field.
    pub(crate) next_update: Vec<u8>,
    pub(crate) extensions: Vec<u8>,
    pub(crate) certificates: Vec<CertificateDer<'static>>,
}

/// The element that says that a certificate is good.
pub(crate) fn good() -> Vec<u8> {
    tagged(0x80, &[])
}

/// The element that says that a certificate is revoked.
pub(crate) fn revoked() -> Vec<u8> {
    tagged(0xa1, &time("20260615000000Z"))
}

/// As the library has its provider compute it.
pub(crate) fn hash(hash: NameHash, data: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match hash {
        NameHash::Sha1 => return Ring.sha1(data).map(Vec::from),
        NameHash::Sha256 => HashAlgorithm::Sha256,
        NameHash::Sha384 => HashAlgorithm::Sha384,
    };
    Ring.hash(algorithm, data).ok().map(|digest| digest.as_bytes().to_vec())
}

impl ResponseDraft {
    /// That a certificate of an issuer is good in July 2026.
    pub(crate) fn of(issuer: &str, key: &KeyPair, serial_number: &[u8]) -> Self {
        Self {
            outcome: 0,
            hash: NameHash::Sha1,
            issuer: name(&[issuer]),
            key: key.der_bytes().to_vec(),
            serial_number: serial_number.to_vec(),
            status: good(),
            this_update: time("20260701000000Z"),
            next_update: tagged(0xa0, &time("20260801000000Z")),
            extensions: Vec::new(),
            certificates: Vec::new(),
        }
    }

    fn algorithm(&self) -> Vec<u8> {
        let contents: &[u8] = match self.hash {
            NameHash::Sha1 => &[0x2b, 14, 3, 2, 26],
            NameHash::Sha256 => &[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 1],
            NameHash::Sha384 => &[0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 2],
        };
        sequence(&[&identifier(contents)])
    }

    /// Signs it with a P-256 key.
    pub(crate) fn sign(&self, key: &KeyPair) -> Vec<u8> {
        let named = |data| tagged(der::OCTET_STRING, &hash(self.hash, data).unwrap());
        let certificate = sequence(&[
            &self.algorithm(),
            &named(&self.issuer),
            &named(&self.key),
            &tagged(der::INTEGER, &self.serial_number),
        ]);
        let response = sequence(&[
            &certificate,
            &self.status,
            &self.this_update,
            &self.next_update,
            &self.extensions,
        ]);
        let responder = tagged(0xa2, &tagged(der::OCTET_STRING, &[7; 20]));
        let produced = time("20260701000000Z");
        let data = sequence(&[&responder, &produced, &sequence(&[&response])]);
        let signature = der::element(der::BIT_STRING, &[&[0], &key.sign(&data).unwrap()]);
        let certificates = match self.certificates.as_slice() {
            [] => Vec::new(),
            list => {
                let all: Vec<u8> = list.iter().flat_map(|one| one.to_vec()).collect();
                tagged(0xa0, &sequence(&[&all]))
            }
        };
        let algorithm = sequence(&[alg_id::ECDSA_SHA256.as_ref()]);
        let basic = sequence(&[&data, &algorithm, &signature, &certificates]);
        let kind = identifier(&[0x2b, 6, 1, 5, 5, 7, 48, 1, 1]);
        let body = sequence(&[&kind, &tagged(der::OCTET_STRING, &basic)]);
        let mut outcome = integer(self.outcome);
        outcome[0] = 0x0a;
        sequence(&[&outcome, &tagged(0xa0, &body)])
    }
}
