//! The key schedule (RFC 9846 section 7.1).
//!
//! ```text
//! HandshakeSecrets::new ─▶ HandshakeSecrets::application ─▶ TrafficKeys::advance
//!                      ├─▶ HandshakeSecrets::exporter
//!                      └─▶ HandshakeSecrets::resumption ─▶ ResumptionSecret::pre_shared_key
//! ```
//!
//! What a pre-shared key proves before there is a handshake's secret is in `binder.rs`, and the
//! secret under which a client sends early data is in `early.rs`.
//!
//! Each secret is made where it is kept, behind a pointer, or where it is used up, and is wiped
//! there. It is handed on as a slice, so that nothing that moves leaves a copy.

mod binder;
mod early;
mod key_log;
mod resumption;

use zeroize::Zeroize;

pub(crate) use self::binder::{binder, check_binder};
pub(crate) use self::early::early_traffic_secret;
pub(crate) use self::key_log::KeyLogLabel;
pub(crate) use self::resumption::ResumptionSecret;

use crate::crypto::hkdf::{Label, MAX_LABEL_LENGTH, expand_label, expand_label_long, extract};
use crate::crypto::{
    CryptoError, CryptoProvider, Digest, HashAlgorithm, MAX_HASH_LENGTH, NONCE_LENGTH, Secret,
    Suite, Transient, ZEROS,
};
use crate::record_size::RecordSizeLimit;

/// What the shared secret and the hellos yield.
pub(crate) struct HandshakeSecrets {
    pub(crate) block: Box<HandshakeBlock>,
    pub(crate) suite: Suite,
}

/// The secrets of a handshake in one place; they go together.
pub(crate) struct HandshakeBlock {
    /// client_handshake_traffic_secret.
    pub(crate) client: [u8; MAX_HASH_LENGTH],
    /// server_handshake_traffic_secret.
    pub(crate) server: [u8; MAX_HASH_LENGTH],
    /// The Main Secret, from which the secrets of the connection are derived.
    pub(crate) main: [u8; MAX_HASH_LENGTH],
}

impl Drop for HandshakeBlock {
    fn drop(&mut self) {
        let Self { client, server, main } = self;
        for secret in [client, server, main] {
            secret.zeroize();
        }
    }
}

impl HandshakeSecrets {
    /// Derives the handshake's secrets. `hello_hash` covers ClientHello to ServerHello. Without a
    /// pre-shared key the Early Secret is that of the zero key.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn new<P: CryptoProvider>(
        provider: &P,
        suite: Suite,
        pre_shared_key: Option<&Secret>,
        shared: &Secret,
        hello_hash: &Digest,
    ) -> Result<Self, CryptoError> {
        let hash = suite.hash();
        let (mut early, mut handshake) = (Transient::new(), Transient::new());
        let (early, handshake) = (early.first(hash.length())?, handshake.first(hash.length())?);
        let pre_shared_key = pre_shared_key.map_or(zeros(hash), Secret::as_bytes);
        extract(provider, hash, zeros(hash), pre_shared_key, early)?;
        next_stage(provider, hash, early, shared.as_bytes(), handshake)?;

        let block = HandshakeBlock { client: ZEROS, server: ZEROS, main: ZEROS };
        let mut secrets = Self { block: Box::new(block), suite };
        let HandshakeBlock { client, server, main } = &mut *secrets.block;
        let hellos = Some(hello_hash);
        let (of_client, of_server) =
            (Label::CLIENT_HANDSHAKE_TRAFFIC, Label::SERVER_HANDSHAKE_TRAFFIC);
        expand_label(provider, hash, handshake, of_client, hellos, place(client, hash)?)?;
        expand_label(provider, hash, handshake, of_server, hellos, place(server, hash)?)?;
        next_stage(provider, hash, handshake, zeros(hash), place(main, hash)?)?;
        Ok(secrets)
    }

    /// The secret of what the client sends in the handshake, or else of what the server does.
    pub(crate) fn of(&self, is_client: bool) -> TrafficSecret<'_> {
        let secret = if is_client { &self.block.client } else { &self.block.server };
        self.traffic_secret(secret)
    }

    /// Derives the secret of application data that the client sends, or else of what the server
    /// does, into `room`. `finished_hash` covers ClientHello to the server's Finished.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn application<'r, P: CryptoProvider>(
        &self,
        provider: &P,
        is_client: bool,
        finished_hash: &Digest,
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, CryptoError> {
        let label = if is_client {
            Label::CLIENT_APPLICATION_TRAFFIC
        } else {
            Label::SERVER_APPLICATION_TRAFFIC
        };
        let secret = room.first(self.suite.hash().length())?;
        self.derive(provider, label, finished_hash, secret)?;
        Ok(TrafficSecret { secret, suite: self.suite })
    }

    /// Derives the exporter_secret. `finished_hash` covers ClientHello to the server's Finished.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn exporter<P: CryptoProvider>(
        &self,
        provider: &P,
        finished_hash: &Digest,
    ) -> Result<ExporterSecret, CryptoError> {
        let hash = self.suite.hash();
        let secret = Secret::make(hash.length(), |place| {
            self.derive(provider, Label::EXPORTER, finished_hash, place)
        })?;
        Ok(ExporterSecret { secret })
    }

    /// Derive-Secret of the Main Secret.
    pub(crate) fn derive<P: CryptoProvider>(
        &self,
        provider: &P,
        label: Label,
        transcript_hash: &Digest,
        place: &mut [u8],
    ) -> Result<(), CryptoError> {
        let main = self.traffic_secret(&self.block.main).secret;
        expand_label(provider, self.suite.hash(), main, label, Some(transcript_hash), place)
    }

    fn traffic_secret<'s>(&self, secret: &'s [u8; MAX_HASH_LENGTH]) -> TrafficSecret<'s> {
        let secret = secret.get(..self.suite.hash().length()).unwrap_or_default();
        TrafficSecret { secret, suite: self.suite }
    }
}

/// The secret of one direction, in one epoch, wherever it is kept.
#[derive(Clone, Copy)]
pub(crate) struct TrafficSecret<'s> {
    secret: &'s [u8],
    suite: Suite,
}

impl<'s> TrafficSecret<'s> {
    /// The secret itself, for the key log.
    pub(crate) const fn as_bytes(self) -> &'s [u8] {
        self.secret
    }

    /// A copy in `room`, for a caller that must not borrow where the secret is kept.
    ///
    /// # Errors
    /// None for the hashes of the supported suites.
    pub(crate) fn copy_to(self, room: &mut Transient) -> Result<TrafficSecret<'_>, CryptoError> {
        let secret = room.first(self.secret.len())?;
        secret.copy_from_slice(self.secret);
        Ok(TrafficSecret { secret, suite: self.suite })
    }

    /// A copy in `room` of a secret that is kept elsewhere, as [`copy_to`](Self::copy_to) makes
    /// one.
    ///
    /// # Errors
    /// None for the hashes of the supported suites.
    pub(crate) fn copy_of<'r>(
        suite: Suite,
        secret: &[u8],
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, CryptoError> {
        TrafficSecret { secret, suite }.copy_to(room)
    }

    /// The suite whose hash derives from it, and whose AEAD its key is for.
    pub(crate) const fn suite(self) -> Suite {
        self.suite
    }

    /// The verify_data of a Finished under this secret (RFC 9846 section 4.5.3).
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn verify_data<P: CryptoProvider>(
        self,
        provider: &P,
        transcript_hash: &Digest,
    ) -> Result<Digest, CryptoError> {
        let hash = self.suite.hash();
        let mut key = Transient::new();
        let key = self.finished_key(provider, &mut key)?;
        Digest::make(hash.length(), |place| {
            provider.hmac(hash, key, &[transcript_hash.as_bytes()], place)
        })
    }

    /// Compares the verify_data of the peer's Finished in constant time.
    ///
    /// # Errors
    /// [`CryptoError::BadTag`] when it is wrong; the alert is `decrypt_error`. Or the provider
    /// fails.
    pub(crate) fn check_verify_data<P: CryptoProvider>(
        self,
        provider: &P,
        transcript_hash: &Digest,
        received: &[u8],
    ) -> Result<(), CryptoError> {
        let mut key = Transient::new();
        let key = self.finished_key(provider, &mut key)?;
        provider.verify_hmac(self.suite.hash(), key, transcript_hash.as_bytes(), received)
    }

    fn finished_key<'r, P: CryptoProvider>(
        self,
        provider: &P,
        room: &'r mut Transient,
    ) -> Result<&'r [u8], CryptoError> {
        let hash = self.suite.hash();
        let key = room.first(hash.length())?;
        expand_label(provider, hash, self.secret, Label::FINISHED, None, key)?;
        Ok(key)
    }
}

/// What protects the records of one direction, in one epoch.
pub(crate) struct TrafficKeys<P: CryptoProvider> {
    pub(crate) key: P::AeadKey,
    pub(crate) block: Box<TrafficBlock>,
    pub(crate) suite: Suite,
    /// How long a record may be.
    pub(crate) size_limit: RecordSizeLimit,
}

/// What is kept beside a key, in one place that serves all epochs of a direction.
pub(crate) struct TrafficBlock {
    /// The traffic secret, from which the next generation grows.
    pub(crate) secret: [u8; MAX_HASH_LENGTH],
    /// RFC 9846 section 5.3 XORs it with the sequence number.
    pub(crate) iv: [u8; NONCE_LENGTH],
}

impl Drop for TrafficBlock {
    fn drop(&mut self) {
        self.secret.zeroize();
        self.iv.zeroize();
    }
}

impl<P: CryptoProvider> TrafficKeys<P> {
    /// The key and the iv that protect records under this secret (RFC 9846 section 7.3).
    ///
    /// # Errors
    /// The provider fails; [`CryptoError::BadKeyLength`] when it refuses the key, by a fault of its
    /// own.
    pub(crate) fn new(provider: &P, secret: TrafficSecret<'_>) -> Result<Self, CryptoError> {
        let block = TrafficBlock { secret: ZEROS, iv: [0; NONCE_LENGTH] };
        let mut block = Box::new(block);
        let key = block.install(provider, secret)?;
        let size_limit = RecordSizeLimit::PROTOCOL;
        Ok(Self { key, block, suite: secret.suite, size_limit })
    }

    /// Those of another secret, in the place of these.
    ///
    /// # Errors
    /// As [`new`](Self::new); the keys are unchanged then.
    pub(crate) fn replace(
        &mut self,
        provider: &P,
        secret: TrafficSecret<'_>,
    ) -> Result<(), CryptoError> {
        self.key = self.block.install(provider, secret)?;
        self.suite = secret.suite;
        Ok(())
    }

    /// Those of the next generation, in the place of these (RFC 9846 section 7.2).
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub(crate) fn advance(&mut self, provider: &P) -> Result<(), CryptoError> {
        let TrafficSecret { secret, suite } = self.secret();
        let mut next = Transient::new();
        let next = next.first(secret.len())?;
        expand_label(provider, suite.hash(), secret, Label::TRAFFIC_UPDATE, None, next)?;
        self.replace(provider, TrafficSecret { secret: next, suite })
    }

    /// The iv.
    pub(crate) fn iv(&self) -> &[u8; NONCE_LENGTH] {
        &self.block.iv
    }

    /// The traffic secret.
    pub(crate) fn secret(&self) -> TrafficSecret<'_> {
        let secret = self.block.secret.get(..self.suite.hash().length()).unwrap_or_default();
        TrafficSecret { secret, suite: self.suite }
    }
}

impl TrafficBlock {
    /// Makes a key, and keeps what goes with it.
    fn install<P: CryptoProvider>(
        &mut self,
        provider: &P,
        TrafficSecret { secret, suite }: TrafficSecret<'_>,
    ) -> Result<P::AeadKey, CryptoError> {
        let (hash, aead) = (suite.hash(), suite.aead());
        let (mut key, mut iv) = (Transient::new(), Transient::new());
        let (key, iv) = (key.first(aead.key_length())?, iv.first(NONCE_LENGTH)?);
        expand_label(provider, hash, secret, Label::KEY, None, key)?;
        expand_label(provider, hash, secret, Label::IV, None, iv)?;
        let key = provider.aead_key(aead, key)?;
        place(&mut self.secret, hash)?.copy_from_slice(secret);
        self.iv.copy_from_slice(iv);
        Ok(key)
    }
}

/// The secret from which an application derives keys of its own (RFC 9846 section 7.5). Its length
/// says of which hash it is, so that an idle connection need not keep that.
pub(crate) struct ExporterSecret {
    pub(crate) secret: Secret,
}

impl ExporterSecret {
    /// The secret itself, for the key log.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.secret.as_bytes()
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
        let secret = self.secret.as_bytes();
        let hash = match secret.len() {
            32 => HashAlgorithm::Sha256,
            _ => HashAlgorithm::Sha384,
        };
        let empty = provider.hash(hash, &[])?;
        let mut derived = Transient::new();
        let derived = derived.first(hash.length())?;
        expand_label_long(provider, hash, secret, label, empty.as_bytes(), derived)?;
        let context = provider.hash(hash, context)?;
        expand_label_long(provider, hash, derived, b"exporter", context.as_bytes(), output)
    }
}

/// Derive-Secret(secret, "derived", ""), then HKDF-Extract with the next input.
fn next_stage<P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    secret: &[u8],
    input: &[u8],
    output: &mut [u8],
) -> Result<(), CryptoError> {
    let empty = provider.hash(hash, &[])?;
    let mut salt = Transient::new();
    let salt = salt.first(hash.length())?;
    expand_label(provider, hash, secret, Label::DERIVED, Some(&empty), salt)?;
    extract(provider, hash, salt, input, output)
}

/// Where a secret of this hash stands.
fn place(room: &mut [u8; MAX_HASH_LENGTH], hash: HashAlgorithm) -> Result<&mut [u8], CryptoError> {
    room.get_mut(..hash.length()).ok_or(CryptoError::TooLong)
}

/// RFC 9846's "0": a string of Hash.length zeros.
fn zeros(hash: HashAlgorithm) -> &'static [u8] {
    ZEROS.get(..hash.length()).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests;
