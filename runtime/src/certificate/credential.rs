//! What a side shows of itself in its Certificate message (RFC 9846 section 4.5.1).

use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

use crate::CertificateType;

/// A chain of certificates, or a public key alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// Its own certificate first; empty where it shows nothing.
    Chain(Box<[CertificateDer<'static>]>),
    /// A raw public key (RFC 7250). It is boxed so that a connection which has a chain takes no
    /// more memory.
    RawPublicKey(Box<SubjectPublicKeyInfoDer<'static>>),
}

impl Default for Credential {
    fn default() -> Self {
        Self::Chain(Box::default())
    }
}

impl Credential {
    /// Whether nothing is shown.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Chain(chain) if chain.is_empty())
    }

    /// The certificates; none where there is a raw public key.
    pub(crate) fn chain(&self) -> &[CertificateDer<'static>] {
        match self {
            Self::Chain(chain) => chain,
            Self::RawPublicKey(_) => &[],
        }
    }

    /// The raw public key, if that is what is shown.
    pub(crate) fn raw_public_key(&self) -> Option<&SubjectPublicKeyInfoDer<'static>> {
        match self {
            Self::Chain(_) => None,
            Self::RawPublicKey(key) => Some(key),
        }
    }

    /// Its type, and the bytes of each certificate, or of the one key.
    pub(crate) fn parts(&self) -> (CertificateType, impl Iterator<Item = &[u8]>) {
        let certificate_type = match self {
            Self::Chain(_) => CertificateType::X509,
            Self::RawPublicKey(_) => CertificateType::RawPublicKey,
        };
        let chain = self.chain().iter().map(AsRef::as_ref);
        (certificate_type, chain.chain(self.raw_public_key().map(AsRef::as_ref)))
    }

    /// What has these parts; none where nothing has.
    pub(crate) fn of_parts(certificate_type: CertificateType, parts: &[&[u8]]) -> Option<Self> {
        match (certificate_type, parts) {
            (CertificateType::X509, chain) => {
                let owned = |one: &&[u8]| CertificateDer::from(one.to_vec());
                Some(Self::Chain(chain.iter().map(owned).collect()))
            }
            (CertificateType::RawPublicKey, [key]) => {
                Some(Self::RawPublicKey(Box::new(key.to_vec().into())))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_takes_no_more_memory_for_either_kind() {
        assert_eq!(size_of::<Credential>(), size_of::<Box<[CertificateDer<'_>]>>());
    }
}
