//! The key schedule (RFC 9846 section 7.1), one type per stage, so that no stage can be skipped.
//!
//! ```text
//! HandshakeSecrets::new ─▶ MainSchedule::application
//! ```

use core::fmt;

use zeroize::Zeroizing;

use crate::crypto::hkdf::{Label, MAX_LABEL_LENGTH, expand_label, expand_label_long, extract};
use crate::crypto::{
    CryptoError, CryptoProvider, Digest, HashAlgorithm, MAX_HASH_LENGTH, NONCE_LENGTH, Secret,
    Suite,
};

/// The length of a nonce, as HKDF-Expand-Label wants it.
const IV_LENGTH: u8 = 12;
const _: () = assert!(IV_LENGTH as usize == NONCE_LENGTH);

const ZEROS: [u8; MAX_HASH_LENGTH] = [0; MAX_HASH_LENGTH];

/// What the shared secret and the hellos yield.
pub(crate) struct HandshakeSecrets {
    /// client_handshake_traffic_secret.
    pub(crate) client: TrafficSecret,
    /// server_handshake_traffic_secret.
    pub(crate) server: TrafficSecret,
    /// What the rest of the schedule grows from.
    pub(crate) main: MainSchedule,
}

impl HandshakeSecrets {
    /// Derives the handshake's secrets. `hello_hash` covers ClientHello to ServerHello.
    ///
    /// There is no pre-shared key, so the Early Secret is that of the zero key.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn new<P: CryptoProvider>(
        provider: &P,
        suite: Suite,
        shared: &Secret,
        hello_hash: &Digest,
    ) -> Result<Self, CryptoError> {
        let hash = suite.hash();
        let early = extract(provider, hash, zeros(hash), zeros(hash))?;
        let handshake = next_stage(provider, hash, &early, shared.as_bytes())?;
        let derive = |label| -> Result<TrafficSecret, CryptoError> {
            let secret = expand(provider, hash, &handshake, label, Some(hello_hash))?;
            Ok(TrafficSecret { secret, suite })
        };
        Ok(Self {
            client: derive(Label::CLIENT_HANDSHAKE_TRAFFIC)?,
            server: derive(Label::SERVER_HANDSHAKE_TRAFFIC)?,
            main: MainSchedule {
                main: next_stage(provider, hash, &handshake, zeros(hash))?,
                suite,
            },
        })
    }

    /// The secret of what the client sends, or else of what the server does.
    pub(crate) const fn of(&self, is_client: bool) -> &TrafficSecret {
        if is_client { &self.client } else { &self.server }
    }
}

/// The Main Secret, from which the secrets of the connection are derived.
pub(crate) struct MainSchedule {
    pub(crate) main: Secret,
    pub(crate) suite: Suite,
}

/// What the main handshake yields for application data.
pub(crate) struct ApplicationSecrets {
    /// client_application_traffic_secret_0.
    pub(crate) client: TrafficSecret,
    /// server_application_traffic_secret_0.
    pub(crate) server: TrafficSecret,
    /// exporter_secret.
    pub(crate) exporter: ExporterSecret,
}

impl MainSchedule {
    /// Derives the secrets for application data. `finished_hash` covers ClientHello to the
    /// server's Finished.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn application<P: CryptoProvider>(
        &self,
        provider: &P,
        finished_hash: &Digest,
    ) -> Result<ApplicationSecrets, CryptoError> {
        let suite = self.suite;
        let derive = |label| expand(provider, suite.hash(), &self.main, label, Some(finished_hash));
        Ok(ApplicationSecrets {
            client: TrafficSecret { secret: derive(Label::CLIENT_APPLICATION_TRAFFIC)?, suite },
            server: TrafficSecret { secret: derive(Label::SERVER_APPLICATION_TRAFFIC)?, suite },
            exporter: ExporterSecret { secret: derive(Label::EXPORTER)?, hash: suite.hash() },
        })
    }
}

/// The secret of one direction, in one epoch.
pub(crate) struct TrafficSecret {
    pub(crate) secret: Secret,
    pub(crate) suite: Suite,
}

impl TrafficSecret {
    /// The secret itself, for the key log.
    pub(crate) const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The key and the iv that protect records under this secret (RFC 9846 section 7.3).
    ///
    /// # Errors
    /// The provider fails; [`CryptoError::BadKeyLength`] when it refuses the key, by a fault of its
    /// own.
    pub(crate) fn keys<P: CryptoProvider>(
        &self,
        provider: &P,
    ) -> Result<TrafficKeys<P>, CryptoError> {
        let aead = self.suite.aead();
        let hash = self.suite.hash();
        let key_length = u8::try_from(aead.key_length()).map_err(|_| CryptoError::BadKeyLength)?;
        let key = expand_label(provider, hash, &self.secret, Label::KEY, None, key_length)?;
        let iv = expand_label(provider, hash, &self.secret, Label::IV, None, IV_LENGTH)?;
        Ok(TrafficKeys {
            key: provider.aead_key(aead, key.as_bytes())?,
            iv: Iv::new(&iv)?,
            suite: self.suite,
        })
    }

    /// The secret of the next generation (RFC 9846 section 7.2).
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn next<P: CryptoProvider>(&self, provider: &P) -> Result<Self, CryptoError> {
        let hash = self.suite.hash();
        let secret = expand(provider, hash, &self.secret, Label::TRAFFIC_UPDATE, None)?;
        Ok(Self { secret, suite: self.suite })
    }

    /// The verify_data of a Finished under this secret (RFC 9846 section 4.5.3).
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn verify_data<P: CryptoProvider>(
        &self,
        provider: &P,
        transcript_hash: &Digest,
    ) -> Result<Secret, CryptoError> {
        let key = self.finished_key(provider)?;
        provider.hmac(self.suite.hash(), key.as_bytes(), &[transcript_hash.as_bytes()])
    }

    /// Compares the verify_data of the peer's Finished in constant time.
    ///
    /// # Errors
    /// [`CryptoError::BadTag`] when it is wrong; the alert is `decrypt_error`. Or the provider
    /// fails.
    pub(crate) fn check_verify_data<P: CryptoProvider>(
        &self,
        provider: &P,
        transcript_hash: &Digest,
        received: &[u8],
    ) -> Result<(), CryptoError> {
        let key = self.finished_key(provider)?;
        let hash = self.suite.hash();
        provider.verify_hmac(hash, key.as_bytes(), transcript_hash.as_bytes(), received)
    }

    fn finished_key<P: CryptoProvider>(&self, provider: &P) -> Result<Secret, CryptoError> {
        expand(provider, self.suite.hash(), &self.secret, Label::FINISHED, None)
    }
}

/// What protects the records of one direction, in one epoch.
pub(crate) struct TrafficKeys<P: CryptoProvider> {
    pub(crate) key: P::AeadKey,
    pub(crate) iv: Iv,
    pub(crate) suite: Suite,
}

/// The iv that goes with a key: RFC 9846 section 5.3 XORs it with the sequence number.
///
/// As a [`Secret`], it leaves no copy where it is moved.
pub(crate) struct Iv(pub(crate) Box<Zeroizing<[u8; NONCE_LENGTH]>>);

impl Iv {
    fn new(secret: &Secret) -> Result<Self, CryptoError> {
        let mut iv = Self(Box::default());
        if secret.as_bytes().len() != NONCE_LENGTH {
            return Err(CryptoError::BadKeyLength);
        }
        iv.0.copy_from_slice(secret.as_bytes());
        Ok(iv)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; NONCE_LENGTH] {
        &self.0
    }
}

/// The secret from which an application derives keys of its own (RFC 9846 section 7.5).
pub(crate) struct ExporterSecret {
    pub(crate) secret: Secret,
    pub(crate) hash: HashAlgorithm,
}

impl ExporterSecret {
    /// The secret itself, for the key log.
    pub(crate) const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// TLS-Exporter. No context and an empty one yield the same.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for a label over 249 bytes, or an output over 255 hashes.
    pub(crate) fn export<P: CryptoProvider>(
        &self,
        provider: &P,
        label: &[u8],
        context: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        if label.len() > MAX_LABEL_LENGTH {
            return Err(CryptoError::TooLong);
        }
        let empty = provider.hash(self.hash, &[])?;
        let mut derived = Zeroizing::new(ZEROS);
        let derived = derived.get_mut(..self.hash.length()).ok_or(CryptoError::TooLong)?;
        expand_label_long(provider, self.hash, &self.secret, label, empty.as_bytes(), derived)?;
        let derived = Secret::new(derived);
        let context = provider.hash(self.hash, context)?;
        expand_label_long(provider, self.hash, &derived, b"exporter", context.as_bytes(), output)
    }
}

/// The name under which a secret appears in a key log (the format of `SSLKEYLOGFILE`, RFC 9850).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names)] // The names of the format.
pub(crate) enum KeyLogLabel {
    ClientHandshakeTrafficSecret,
    ServerHandshakeTrafficSecret,
    /// With the generation: 0 before any KeyUpdate.
    ClientTrafficSecret(u64),
    /// With the generation: 0 before any KeyUpdate.
    ServerTrafficSecret(u64),
    ExporterSecret,
}

impl fmt::Display for KeyLogLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientHandshakeTrafficSecret => {
                formatter.write_str("CLIENT_HANDSHAKE_TRAFFIC_SECRET")
            }
            Self::ServerHandshakeTrafficSecret => {
                formatter.write_str("SERVER_HANDSHAKE_TRAFFIC_SECRET")
            }
            Self::ClientTrafficSecret(generation) => {
                write!(formatter, "CLIENT_TRAFFIC_SECRET_{generation}")
            }
            Self::ServerTrafficSecret(generation) => {
                write!(formatter, "SERVER_TRAFFIC_SECRET_{generation}")
            }
            Self::ExporterSecret => formatter.write_str("EXPORTER_SECRET"),
        }
    }
}

/// Derive-Secret(secret, "derived", ""), then HKDF-Extract with the next input.
fn next_stage<P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    secret: &Secret,
    input: &[u8],
) -> Result<Secret, CryptoError> {
    let empty = provider.hash(hash, &[])?;
    let salt = expand(provider, hash, secret, Label::DERIVED, Some(&empty))?;
    extract(provider, hash, salt.as_bytes(), input)
}

/// HKDF-Expand-Label to the length of the hash.
pub(crate) fn expand<P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    secret: &Secret,
    label: Label,
    context: Option<&Digest>,
) -> Result<Secret, CryptoError> {
    let length = match hash {
        HashAlgorithm::Sha256 => 32,
        HashAlgorithm::Sha384 => 48,
    };
    expand_label(provider, hash, secret, label, context, length)
}

/// RFC 9846's "0": a string of Hash.length zeros.
fn zeros(hash: HashAlgorithm) -> &'static [u8] {
    ZEROS.get(..hash.length()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
