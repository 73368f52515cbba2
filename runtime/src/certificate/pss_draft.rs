//! RSA keys for RSASSA-PSS only, put together for the tests with any parameters.

use rcgen::{KeyPair, PublicKeyData as _};
use rustls_pki_types::PrivateKeyDer;

use super::der;
use super::draft::{identifier, integer, sequence, tagged};
use super::public_key::RSASSA_PSS;
use super::test_certificates::{RSA_PKCS1, RSA_PKCS8, private_key};

/// The parts of parameters of RSASSA-PSS. A hash is the last number of its identifier: 1 for
/// SHA-256, 2 for SHA-384, 3 for SHA-512.
#[derive(Clone, Copy)]
pub(crate) struct PssDraft {
    pub(crate) hash: u8,
    pub(crate) mask_hash: u8,
    pub(crate) salt_length: u8,
    /// Whether NULL stands behind a hash, as OpenSSL writes it. GnuTLS leaves it out.
    pub(crate) with_null: bool,
}

impl PssDraft {
    /// Those of a scheme with this hash.
    pub(crate) const fn of(hash: u8) -> Self {
        Self { hash, mask_hash: hash, salt_length: 16 * (hash + 1), with_null: true }
    }

    fn hash(self, hash: u8) -> Vec<u8> {
        let null: &[u8] = if self.with_null { &[0x05, 0] } else { &[] };
        sequence(&[&identifier(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, hash]), null])
    }

    /// Without what may stand behind them.
    fn fields(self) -> Vec<u8> {
        let mgf1 = identifier(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8]);
        [
            tagged(0xa0, &self.hash(self.hash)),
            tagged(0xa1, &sequence(&[&mgf1, &self.hash(self.mask_hash)])),
            tagged(0xa2, &integer(self.salt_length)),
        ]
        .concat()
    }

    /// The contents of an AlgorithmIdentifier with them.
    pub(crate) fn algorithm(self) -> Vec<u8> {
        with_parameters(&sequence(&[&self.fields()]))
    }

    /// The same with a trailerField, whose default is 1.
    pub(crate) fn with_trailer(self, trailer: u8) -> Vec<u8> {
        with_parameters(&sequence(&[&self.fields(), &tagged(0xa3, &integer(trailer))]))
    }
}

/// The contents of an AlgorithmIdentifier of RSASSA-PSS with these parameters, or with none.
pub(crate) fn with_parameters(parameters: &[u8]) -> Vec<u8> {
    [&identifier(RSASSA_PSS), parameters].concat()
}

/// The RSAPrivateKey of the RSA key of the tests.
pub(crate) fn pkcs1() -> Vec<u8> {
    let PrivateKeyDer::Pkcs1(key) = private_key(RSA_PKCS1) else { panic!("not PKCS#1") };
    key.secret_pkcs1_der().to_vec()
}

/// This RSAPrivateKey in PKCS#8, with an AlgorithmIdentifier of these contents.
pub(crate) fn pkcs8(algorithm: &[u8], pkcs1: &[u8]) -> PrivateKeyDer<'static> {
    let algorithm = sequence(&[algorithm]);
    let key = sequence(&[&integer(0), &algorithm, &tagged(der::OCTET_STRING, pkcs1)]);
    PrivateKeyDer::Pkcs8(key.into())
}

/// The SubjectPublicKeyInfo of the RSA key of the tests, with an AlgorithmIdentifier of these
/// contents.
pub(crate) fn public_key(algorithm: &[u8]) -> Vec<u8> {
    let pair = KeyPair::from_pem(RSA_PKCS8).unwrap();
    let bits = der::element(der::BIT_STRING, &[&[0], pair.der_bytes()]);
    sequence(&[&sequence(&[algorithm]), &bits])
}
