//! The parameters of RSASSA-PSS (RFC 4055 section 3.1): those of a signature, and those by which an
//! RSA key for nothing else may be restricted. Each signature scheme of TLS has one value of them
//! (RFC 9846 section 4.3.3).

use rustls_pki_types::AlgorithmIdentifier;

use super::der::{self, BadDer, Reader};
use super::public_key::RSASSA_PSS;
use crate::SignatureScheme;

/// The AlgorithmIdentifier of a key that is not restricted.
pub(crate) const UNRESTRICTED_KEY: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    der::OBJECT_IDENTIFIER,
    9,
    0x2a,
    0x86,
    0x48,
    0x86,
    0xf7,
    0x0d,
    1,
    1,
    10,
]);

/// The identifier id-mgf1.
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
/// The identifier id-sha1, which is meant where none stands.
const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];
/// The identifier id-md5.
const MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5];
/// The length of the salt where none stands.
const DEFAULT_SALT_LENGTH: usize = 20;

/// A hash with which TLS has a signature scheme for keys of this kind.
struct Hash {
    identifier: &'static [u8],
    /// In bytes.
    length: usize,
    scheme: SignatureScheme,
}

static HASHES: [Hash; 3] = [
    Hash {
        identifier: &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        length: 32,
        scheme: SignatureScheme::RsaPssPssSha256,
    },
    Hash {
        identifier: &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        length: 48,
        scheme: SignatureScheme::RsaPssPssSha384,
    },
    Hash {
        identifier: &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
        length: 64,
        scheme: SignatureScheme::RsaPssPssSha512,
    },
];

/// Parameters of RSASSA-PSS. The same ones are equal, whichever of its two encodings a hash has:
/// with NULL and without (RFC 4055 section 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameters<'a> {
    /// The identifier of the hash.
    hash: &'a [u8],
    /// That of the hash with which MGF1 generates the mask.
    mask_hash: &'a [u8],
    /// In bytes. A key says how long the salt is at least.
    salt_length: usize,
}

/// Why no signature scheme of TLS has these parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// They cannot be read.
    Encoding,
    /// The hash is MD5 or SHA-1.
    WeakHash,
    Hash,
    Mask,
    Salt,
}

impl From<BadDer> for Unusable {
    fn from(_: BadDer) -> Self {
        Self::Encoding
    }
}

impl Unusable {
    /// What is said of a key with such parameters.
    pub(crate) fn of_key(self) -> &'static str {
        match self {
            Self::Encoding => "an RSA key for RSASSA-PSS whose parameters cannot be read",
            Self::WeakHash | Self::Hash => {
                "an RSA key for RSASSA-PSS with another hash than SHA-256, SHA-384 and SHA-512"
            }
            Self::Mask => {
                "an RSA key for RSASSA-PSS whose mask is not that of MGF1 with the hash of its \
                 signatures"
            }
            Self::Salt => "an RSA key for RSASSA-PSS with a salt that is longer than its hash",
        }
    }

    /// What is said of a signature with such parameters.
    pub(crate) fn of_signature(self) -> &'static str {
        match self {
            Self::Encoding => "parameters that cannot be read",
            Self::WeakHash | Self::Hash => "another hash than SHA-256, SHA-384 and SHA-512",
            Self::Mask => "another mask than that of MGF1 with the hash of the signature",
            Self::Salt => "a salt that is not as long as the hash",
        }
    }
}

impl<'a> Parameters<'a> {
    /// Those of an AlgorithmIdentifier, from its contents. None where it is of another algorithm,
    /// and where it has none: a key is not restricted then, and a signature is never like that.
    ///
    /// # Errors
    ///
    /// It is of RSASSA-PSS, and its parameters cannot be read.
    pub(crate) fn of(algorithm: &'a [u8]) -> Result<Option<Self>, BadDer> {
        let mut reader = Reader::new(algorithm);
        let identifier = reader.expect(der::OBJECT_IDENTIFIER);
        if identifier != Ok(RSASSA_PSS) || reader.is_empty() {
            return Ok(None);
        }
        let mut fields = Reader::new(reader.expect(der::SEQUENCE)?);
        reader.end()?;
        let hash = match fields.optional(der::constructed(0))? {
            Some(field) => hash(der::only(field, der::SEQUENCE)?)?,
            None => SHA1,
        };
        let mask_hash = match fields.optional(der::constructed(1))? {
            Some(field) => mask_hash(der::only(field, der::SEQUENCE)?)?,
            None => SHA1,
        };
        let salt_length = match fields.optional(der::constructed(2))? {
            Some(field) => match der::only(field, der::INTEGER)? {
                // DER has no zeros that could be left out.
                [0, second, ..] if *second < 0x80 => return Err(BadDer),
                length => der::unsigned(length)?,
            },
            None => DEFAULT_SALT_LENGTH,
        };
        // Unclear in RFC: RFC 9846 section 4.3.3 wants DER, which leaves out what is the default
        // anyway. RFC 4055 section 3.1 has whoever verifies pass over a trailerField of 1.
        if let Some(field) = fields.optional(der::constructed(3))?
            && der::only(field, der::INTEGER)? != [1]
        {
            return Err(BadDer);
        }
        fields.end()?;
        Ok(Some(Self { hash, mask_hash, salt_length }))
    }

    /// Whether a key with these parameters may make a signature with those, which are a scheme's
    /// (RFC 4055 section 3.3).
    fn allow(&self, signature: &Self) -> bool {
        (self.hash, self.mask_hash) == (signature.hash, signature.mask_hash)
            && self.salt_length <= signature.salt_length
    }

    /// The hash, where a scheme has it, with the mask that goes with it there.
    fn scheme_hash(&self) -> Result<&'static Hash, Unusable> {
        if [SHA1, MD5].contains(&self.hash) {
            return Err(Unusable::WeakHash);
        }
        let known = HASHES.iter().find(|hash| hash.identifier == self.hash);
        let known = known.ok_or(Unusable::Hash)?;
        if self.mask_hash == self.hash { Ok(known) } else { Err(Unusable::Mask) }
    }

    /// The scheme of a key with these parameters.
    fn scheme(&self) -> Result<SignatureScheme, Unusable> {
        let hash = self.scheme_hash()?;
        if self.salt_length <= hash.length { Ok(hash.scheme) } else { Err(Unusable::Salt) }
    }
}

/// The schemes of a key of this AlgorithmIdentifier, from its contents: that of its parameters, or
/// all where it has none.
///
/// # Errors
///
/// No scheme has its parameters.
pub(crate) fn schemes(algorithm: &[u8]) -> Result<Vec<SignatureScheme>, Unusable> {
    match Parameters::of(algorithm)? {
        Some(parameters) => Ok(vec![parameters.scheme()?]),
        None => Ok(HASHES.iter().map(|hash| hash.scheme).collect()),
    }
}

/// Whether this is a scheme of such keys.
pub(crate) fn is_scheme(scheme: SignatureScheme) -> bool {
    HASHES.iter().any(|hash| hash.scheme == scheme)
}

/// Whether an AlgorithmIdentifier, from its contents, is of RSASSA-PSS, with whatever parameters.
pub(crate) fn is_of_rsassa_pss(algorithm: &[u8]) -> bool {
    Reader::new(algorithm).expect(der::OBJECT_IDENTIFIER) == Ok(RSASSA_PSS)
}

/// Whether a key for RSASSA-PSS may make signatures of this algorithm, both from the contents of
/// their AlgorithmIdentifier.
pub(crate) fn allows(key: &[u8], signature: &[u8]) -> bool {
    match (Parameters::of(key), Parameters::of(signature)) {
        (Ok(None), Ok(Some(_))) => is_of_rsassa_pss(key),
        (Ok(Some(key)), Ok(Some(signature))) => key.allow(&signature),
        _ => false,
    }
}

/// Whether a key has parameters, and other ones than a signature that is said to be its own, both
/// from the contents of their AlgorithmIdentifier.
pub(crate) fn differ(key: &[u8], signature: &[u8]) -> bool {
    match Parameters::of(key) {
        Ok(None) => false,
        key => key != Parameters::of(signature),
    }
}

/// Whether two signatures have the same algorithm, both from the contents of their
/// AlgorithmIdentifier.
pub(crate) fn are_same(one: &[u8], other: &[u8]) -> bool {
    one == other
        || matches!((Parameters::of(one), Parameters::of(other)), (Ok(Some(one)), Ok(Some(other)))
            if one == other)
}

/// Why no scheme has the parameters of this signature, from the contents of its
/// AlgorithmIdentifier. None for another algorithm.
pub(crate) fn signature_fault(algorithm: &[u8]) -> Option<Unusable> {
    let parameters = match Parameters::of(algorithm) {
        Ok(parameters) => parameters?,
        Err(BadDer) => return Some(Unusable::Encoding),
    };
    match parameters.scheme_hash() {
        Ok(hash) => (parameters.salt_length != hash.length).then_some(Unusable::Salt),
        Err(unusable) => Some(unusable),
    }
}

/// The identifier of a hash, from the contents of its AlgorithmIdentifier.
fn hash(algorithm: &[u8]) -> Result<&[u8], BadDer> {
    const NULL: u8 = 0x05;
    let mut reader = Reader::new(algorithm);
    let identifier = reader.expect(der::OBJECT_IDENTIFIER)?;
    match reader.optional(NULL)? {
        None | Some([]) => reader.end()?,
        Some(_) => return Err(BadDer),
    }
    Ok(identifier)
}

/// The identifier of the hash of MGF1, from the contents of an AlgorithmIdentifier of a function
/// that generates masks. That of another function stands for no hash.
fn mask_hash(algorithm: &[u8]) -> Result<&[u8], BadDer> {
    let mut reader = Reader::new(algorithm);
    let function = reader.expect(der::OBJECT_IDENTIFIER)?;
    if function != MGF1 {
        return Ok(&[]);
    }
    let of = hash(reader.expect(der::SEQUENCE)?)?;
    reader.end()?;
    Ok(of)
}

#[cfg(test)]
#[path = "rsassa_pss_tests.rs"]
mod tests;
