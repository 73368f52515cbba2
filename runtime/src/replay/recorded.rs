//! The provider of a recorded handshake: it returns what a trace says was random, was agreed and
//! was signed, and writes down everything that it is asked to hash, derive or key.
//!
//! It protects nothing. Hashes, HMAC and ciphers are those of a provider that ships.

use core::fmt;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls_pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use webpki::EndEntityCert;

use super::deterministic::GROUPS;
use super::scripted::ScriptedKey;
use crate::crypto::{
    self, AeadAlgorithm, BadPrivateKey, CryptoError, CryptoProvider, Digest, HashAlgorithm, Ring,
    Secret, Suite,
};
use crate::{NamedGroup, SignatureScheme};

/// What one side of a trace did not compute but was given.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Random values, in the order in which they are asked for, each of exactly the length that is
    /// asked for.
    pub random: VecDeque<Vec<u8>>,
    /// Public shares, in the order in which they are made.
    pub shares: VecDeque<(NamedGroup, Vec<u8>)>,
    /// The only public share of the peer's with which keys are agreed on.
    pub peer_share: Vec<u8>,
    /// The shared secret that is agreed on.
    pub shared_secret: Vec<u8>,
    /// The only signature of the peer's that is good.
    pub peer_signature: Option<Signature>,
}

/// A signature of a trace. The signer's certificate takes the place of its public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The signer's certificate, in DER.
    pub certificate: Vec<u8>,
    /// The scheme.
    pub scheme: SignatureScheme,
    /// All that is signed.
    pub content: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

/// What the provider was asked for, besides random bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The hash of a transcript so far.
    Digest(Vec<u8>),
    /// An HMAC was computed: an HKDF extraction, one block of an HKDF expansion, or a Finished.
    Hmac {
        /// The key: of an extraction the salt, of an expansion the secret.
        key: Vec<u8>,
        /// The message: of an extraction the input, of an expansion its label and context.
        message: Vec<u8>,
        /// The whole output.
        output: Vec<u8>,
    },
    /// A received HMAC was found to be good: a Finished.
    Verified {
        /// The key.
        key: Vec<u8>,
        /// The message.
        message: Vec<u8>,
        /// The tag.
        tag: Vec<u8>,
    },
    /// An AEAD key was set up from these bytes.
    AeadKey(Vec<u8>),
    /// A signature of the peer's was verified by the underlying provider, and not only compared.
    RealSignature,
}

/// A provider that follows a [`Script`], and leaves what is computed to another. Clones go on with
/// the same script, and with the same log.
#[derive(Clone)]
pub struct Recorded<P: CryptoProvider = Ring> {
    underlying: P,
    script: Arc<Mutex<Script>>,
    log: Log,
}

type Log = Arc<Mutex<Vec<Entry>>>;

impl Recorded {
    /// A provider at the beginning of the script. Its computations are ring's.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self::by(Ring, script)
    }
}

impl<P: CryptoProvider> Recorded<P> {
    /// A provider at the beginning of the script, whose computations are those of another one.
    #[must_use]
    pub fn by(underlying: P, script: Script) -> Self {
        Self { underlying, script: Arc::new(Mutex::new(script)), log: Log::default() }
    }

    /// What was asked for so far, oldest first.
    #[must_use]
    pub fn log(&self) -> Vec<Entry> {
        locked(&self.log).clone()
    }

    /// What of the script was not asked for.
    #[must_use]
    pub fn rest(&self) -> Script {
        locked(&self.script).clone()
    }

    fn write(&self, entry: Entry) {
        locked(&self.log).push(entry);
    }
}

impl<P: CryptoProvider> fmt::Debug for Recorded<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recorded").finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A signing key that makes one signature, over one content.
#[derive(Clone, Debug)]
pub struct SigningKey(Arc<Signature>, [SignatureScheme; 1]);

impl SigningKey {
    /// The key that made this signature.
    #[must_use]
    pub fn new(signature: Signature) -> Self {
        let schemes = [signature.scheme];
        Self(Arc::new(signature), schemes)
    }
}

impl ScriptedKey for SigningKey {
    fn certificate(&self) -> &[u8] {
        &self.0.certificate
    }
}

impl crypto::SigningKey for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        &self.1
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if scheme != self.0.scheme {
            return Err(CryptoError::UnsupportedScheme);
        }
        if message != self.0.content {
            return Err(CryptoError::Sign);
        }
        Ok(self.0.signature.clone())
    }
}

/// A running hash, whose digests are written down.
#[derive(Clone)]
pub struct HashContext<H> {
    context: H,
    log: Log,
}

impl<H: crypto::HashContext> crypto::HashContext for HashContext<H> {
    fn update(&mut self, data: &[u8]) {
        self.context.update(data);
    }

    fn digest(&self) -> Result<Digest, CryptoError> {
        let digest = self.context.digest()?;
        locked(&self.log).push(Entry::Digest(digest.as_bytes().to_vec()));
        Ok(digest)
    }
}

/// A key exchange that has begun: a handle into the script.
#[derive(Clone)]
pub struct KeyExchange {
    group: NamedGroup,
    share: Vec<u8>,
    script: Arc<Mutex<Script>>,
}

impl crypto::KeyExchange for KeyExchange {
    fn group(&self) -> NamedGroup {
        self.group
    }

    fn share(&self) -> &[u8] {
        &self.share
    }

    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let script = locked(&self.script);
        if peer_share != script.peer_share {
            return Err(CryptoError::BadPublicShare);
        }
        Ok(Secret::new(&script.shared_secret))
    }
}

impl<P: CryptoProvider> CryptoProvider for Recorded<P> {
    type KeyExchange = KeyExchange;
    type HashContext = HashContext<P::HashContext>;
    type AeadKey = P::AeadKey;

    fn groups(&self) -> &'static [NamedGroup] {
        GROUPS
    }

    fn suites(&self) -> &'static [Suite] {
        self.underlying.suites()
    }

    fn verification_schemes(&self) -> &'static [SignatureScheme] {
        self.underlying.verification_schemes()
    }

    fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        self.underlying.path_algorithms()
    }

    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
        let random = locked(&self.script).random.pop_front().ok_or(CryptoError::Random)?;
        if random.len() != destination.len() {
            return Err(CryptoError::Random);
        }
        destination.copy_from_slice(&random);
        Ok(())
    }

    fn start_exchange(&self, group: NamedGroup) -> Result<KeyExchange, CryptoError> {
        match locked(&self.script).shares.pop_front() {
            Some((made, share)) if made == group => {
                Ok(KeyExchange { group, share, script: Arc::clone(&self.script) })
            }
            Some(_) => Err(CryptoError::UnsupportedGroup),
            None => Err(CryptoError::Random),
        }
    }

    fn load_key(
        &self,
        _: &PrivateKeyDer<'_>,
    ) -> Result<Arc<dyn crypto::SigningKey>, BadPrivateKey> {
        Err(BadPrivateKey { reason: "a trace has signatures, not keys".into() })
    }

    fn start_hash(&self, algorithm: HashAlgorithm) -> HashContext<P::HashContext> {
        HashContext { context: self.underlying.start_hash(algorithm), log: Arc::clone(&self.log) }
    }

    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.underlying.hmac(algorithm, key, parts, tag)?;
        self.write(Entry::Hmac {
            key: key.to_vec(),
            message: parts.concat(),
            output: tag.to_vec(),
        });
        Ok(())
    }

    fn verify_hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        message: &[u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        self.underlying.verify_hmac(algorithm, key, message, tag)?;
        self.write(Entry::Verified {
            key: key.to_vec(),
            message: message.to_vec(),
            tag: tag.to_vec(),
        });
        Ok(())
    }

    fn aead_key(&self, algorithm: AeadAlgorithm, key: &[u8]) -> Result<P::AeadKey, CryptoError> {
        self.write(Entry::AeadKey(key.to_vec()));
        self.underlying.aead_key(algorithm, key)
    }

    /// Compares with the script. A signature by ECDSA on P-256 has to verify, too; those by the
    /// traces' RSA keys cannot, because the keys are under 2048 bits.
    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: &SubjectPublicKeyInfoDer<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let found = Signature {
            certificate: public_key.to_vec(),
            scheme,
            content: message.to_vec(),
            signature: signature.to_vec(),
        };
        if locked(&self.script).peer_signature.take().as_ref() != Some(&found) {
            return Err(CryptoError::BadSignature);
        }
        if scheme == SignatureScheme::EcdsaSecp256r1Sha256 {
            let certificate = found.certificate.as_slice().into();
            let key = EndEntityCert::try_from(&certificate)
                .map_err(|_| CryptoError::BadPublicKey)?
                .subject_public_key_info();
            self.underlying.verify_signature(scheme, &key, message, signature)?;
            self.write(Entry::RealSignature);
        }
        Ok(())
    }
}
