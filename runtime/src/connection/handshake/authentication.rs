//! How each side shows who it is: a chain of certificates or a raw public key, then a signature of
//! its key.

use std::mem;
use std::sync::Arc;

use super::MISPLACED;
use crate::certificate::{Attached, Credential, Identity, PeerKey};
use crate::session::Session;
use crate::{Error, SignatureScheme};

/// A signature of the peer's, to be checked.
#[derive(Clone)]
pub(crate) struct PeerSignature {
    pub(crate) scheme: SignatureScheme,
    pub(crate) signature: Vec<u8>,
}

/// How far the peer has come.
#[derive(Clone, Default)]
pub(crate) enum PeerStage {
    /// It has shown nothing, or what it has shown is being judged.
    #[default]
    Unknown,
    /// It has shown this, which may be nothing.
    Presented { credential: Credential, attached: Vec<Attached> },
    /// What it has shown is accepted, and it may prove that it has this key.
    Accepted { credential: Credential, key: PeerKey },
    /// It has signed, and the signature is being checked.
    Proving { credential: Credential },
    /// It is who this says.
    Authenticated { credential: Credential },
}

impl PeerStage {
    /// The peer of a session that is resumed is who it was.
    pub(crate) fn of_session(session: &Session) -> Self {
        Self::Authenticated { credential: session.proof.credential.clone() }
    }

    /// What is to be judged, and what is attached to its certificates.
    pub(crate) fn judge(&mut self) -> Result<(Credential, Vec<Attached>), Error> {
        match mem::take(self) {
            Self::Presented { credential, attached } => Ok((credential, attached)),
            _ => Err(MISPLACED),
        }
    }

    /// The key with which the peer must have signed.
    pub(crate) fn prove(&mut self) -> Result<PeerKey, Error> {
        let Self::Accepted { credential, key } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Proving { credential };
        Ok(key)
    }

    /// The signature is good.
    pub(crate) fn authenticate(&mut self) -> Result<(), Error> {
        let Self::Proving { credential } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Authenticated { credential };
        Ok(())
    }

    /// What a peer that has proved who it is has shown; nothing of another.
    pub(crate) fn into_credential(self) -> Credential {
        match self {
            Self::Authenticated { credential } => credential,
            _ => Credential::default(),
        }
    }
}

/// How far we have come.
#[derive(Clone, Default)]
pub(crate) enum OwnStage {
    /// Nobody has asked, or a certificate is being chosen.
    #[default]
    Unasked,
    /// The server accepts signatures under these schemes, and wants a certificate under these
    /// authorities, which are as in its message.
    Asked { schemes: Vec<SignatureScheme>, authorities: Box<[u8]> },
    /// We have no certificate that the server accepts.
    Declined,
    /// We show this identity, and sign under this scheme.
    Chosen { identity: Arc<Identity>, scheme: SignatureScheme },
    /// We have signed.
    Signed { scheme: SignatureScheme, signature: Vec<u8> },
}

impl OwnStage {
    /// The schemes of which one must suit our certificate, and the authorities that should.
    pub(crate) fn choose(&mut self) -> Result<(Vec<SignatureScheme>, Box<[u8]>), Error> {
        match mem::take(self) {
            Self::Asked { schemes, authorities } => Ok((schemes, authorities)),
            _ => Err(MISPLACED),
        }
    }

    /// The identity that we show; none: we have no suitable one.
    pub(crate) fn shown(&self) -> Result<Option<&Identity>, Error> {
        match self {
            Self::Chosen { identity, .. } => Ok(Some(identity)),
            Self::Declined => Ok(None),
            _ => Err(MISPLACED),
        }
    }

    /// Whose key signs, and under which scheme.
    pub(crate) fn sign(&self) -> Result<(Arc<Identity>, SignatureScheme), Error> {
        match self {
            Self::Chosen { identity, scheme } => Ok((Arc::clone(identity), *scheme)),
            _ => Err(MISPLACED),
        }
    }

    /// The signature is made.
    pub(crate) fn signed(&mut self, signature: Vec<u8>) -> Result<(), Error> {
        let Self::Chosen { scheme, .. } = *self else { return Err(MISPLACED) };
        *self = Self::Signed { scheme, signature };
        Ok(())
    }

    /// What our CertificateVerify says.
    pub(crate) fn prove(&mut self) -> Result<(SignatureScheme, Vec<u8>), Error> {
        match mem::take(self) {
            Self::Signed { scheme, signature } => Ok((scheme, signature)),
            _ => Err(MISPLACED),
        }
    }
}
