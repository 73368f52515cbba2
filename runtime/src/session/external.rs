//! Keys that both sides have by other means: external PSKs (RFC 9846 section 4.3.11).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::UnixTime;

use super::{MAXIMUM_TICKET, Proof, Session};
use crate::certificate::Credential;
use crate::crypto::hkdf::{Label, expand_label_long};
use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, Secret, Suite, ZEROS};
use crate::message::Writer;
use crate::{ConfigurationError, Error};

/// The shortest external key, in bytes: RFC 9846 section 2.2 asks for 128 bits of entropy.
const SHORTEST_KEY: usize = 16;

/// The version for which an imported key is, in its identity.
const TLS13: u16 = 0x0304;

/// A key that both sides have by other means, with the name by which the client offers it.
///
/// The two prove with it who they are, in place of certificates. Unless a configuration [says
/// otherwise](crate::PskExchange), every connection exchanges fresh keys besides (`psk_dhe_ke`), so
/// what was sent stays secret when the key becomes known. The key has to be random: whoever sees a
/// handshake can try out passwords (RFC 9846 section 2.2).
///
/// Cloning copies a pointer. The key is wiped with the last clone.
///
/// ```
/// use hyaline::ExternalKey;
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let key = ExternalKey::new(b"sensor 7", &[0x5a; 32])?;
/// assert_eq!(key.identity(), b"sensor 7");
/// assert!(ExternalKey::new(b"sensor 7", b"too short").is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ExternalKey(Arc<Parts>);

struct Parts {
    identity: Box<[u8]>,
    key: Secret,
    hash: HashAlgorithm,
    binder: Label,
}

impl ExternalKey {
    /// A key for cipher suites with SHA-256, which is what a key is for of which nothing else is
    /// known (RFC 9846 section 4.3.11).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::ExternalKey`]: the key is shorter than 16 bytes, or the identity empty
    /// or too long.
    pub fn new(identity: &[u8], key: &[u8]) -> Result<Self, Error> {
        Self::with_hash(identity, key, HashAlgorithm::Sha256)
    }

    /// A key for cipher suites with this hash.
    ///
    /// # Errors
    ///
    /// As [`ExternalKey::new`].
    pub fn with_hash(identity: &[u8], key: &[u8], hash: HashAlgorithm) -> Result<Self, Error> {
        let key = checked(key)?;
        Self::of(identity.into(), Secret::new(key), hash, Label::EXTERNAL_BINDER)
    }

    /// A key that is made of another one for TLS 1.3 and cipher suites with this hash (RFC 9258):
    /// so the same secret serves several protocols and hashes, and is used in none of them. Both
    /// sides have to import it, with the same `context`, which may be empty.
    ///
    /// # Errors
    ///
    /// As [`ExternalKey::new`]; the identity that is offered has the given one, the context and
    /// eight bytes.
    pub fn imported<P: CryptoProvider>(
        provider: &P,
        external_identity: &[u8],
        key: &[u8],
        context: &[u8],
        hash: HashAlgorithm,
    ) -> Result<Self, Error> {
        let key = checked(key)?;
        let identity = imported_identity(external_identity, context, hash)?;
        let imported = import(provider, key, &identity, hash)?;
        Self::of(identity.into(), imported, hash, Label::IMPORTED_BINDER)
    }

    fn of(
        identity: Box<[u8]>,
        key: Secret,
        hash: HashAlgorithm,
        binder: Label,
    ) -> Result<Self, Error> {
        if !(1..=MAXIMUM_TICKET).contains(&identity.len()) {
            return Err(ConfigurationError::ExternalKey.into());
        }
        Ok(Self(Arc::new(Parts { identity, key, hash, binder })))
    }

    /// The identity by which the client offers the key, which anybody can see on the wire.
    #[must_use]
    pub fn identity(&self) -> &[u8] {
        &self.0.identity
    }

    /// The hash of the cipher suites for which the key is.
    #[must_use]
    pub fn hash(&self) -> HashAlgorithm {
        self.0.hash
    }

    /// The label of the key under which the binder is made.
    pub(crate) fn binder(&self) -> Label {
        self.0.binder
    }

    /// What a handshake with this key resumes, as it were: nothing is known of the peer but that it
    /// has the key.
    pub(crate) fn session(&self) -> Session {
        let never = UnixTime::since_unix_epoch(Duration::ZERO);
        let suite = match self.0.hash {
            HashAlgorithm::Sha256 => Suite::Aes128GcmSha256,
            HashAlgorithm::Sha384 => Suite::Aes256GcmSha384,
        };
        Session {
            suite,
            key: Secret::new(self.0.key.as_bytes()),
            since: never,
            lifetime: 0,
            age_add: 0,
            early_data: 0,
            proof: Proof {
                judged_by: [0; 32],
                good_until: 0,
                server_name: Box::default(),
                application_protocol: None,
                credential: Credential::default(),
            },
            external: Some(self.clone()),
        }
    }
}

impl fmt::Debug for ExternalKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ExternalKey")
            .field("identity", &self.0.identity.escape_ascii().to_string())
            .field("hash", &self.0.hash)
            .finish_non_exhaustive()
    }
}

fn checked(key: &[u8]) -> Result<&[u8], ConfigurationError> {
    if key.len() < SHORTEST_KEY { Err(ConfigurationError::ExternalKey) } else { Ok(key) }
}

/// ImportedIdentity (RFC 9258 section 3.1).
fn imported_identity(
    external_identity: &[u8],
    context: &[u8],
    hash: HashAlgorithm,
) -> Result<Vec<u8>, ConfigurationError> {
    let length = external_identity.len().saturating_add(context.len());
    if external_identity.is_empty() || length > MAXIMUM_TICKET {
        return Err(ConfigurationError::ExternalKey);
    }
    let mut identity = Vec::new();
    let mut writer = Writer::new(&mut identity);
    writer.vector16(|vector| vector.bytes(external_identity));
    writer.vector16(|vector| vector.bytes(context));
    writer.u16(TLS13);
    // The registry of RFC 9258 section 9: HKDF_SHA256 and HKDF_SHA384.
    writer.u16(match hash {
        HashAlgorithm::Sha256 => 1,
        HashAlgorithm::Sha384 => 2,
    });
    Ok(identity)
}

/// The imported key (RFC 9258 section 4.1). The key from which it is made is for SHA-256, since
/// nothing else is known of it.
fn import<P: CryptoProvider>(
    provider: &P,
    key: &[u8],
    identity: &[u8],
    hash: HashAlgorithm,
) -> Result<Secret, CryptoError> {
    let own = HashAlgorithm::Sha256;
    let zeros = ZEROS.get(..own.length()).unwrap_or_default();
    let extracted = Secret::make(own.length(), |place| provider.hmac(own, zeros, &[key], place))?;
    let context = provider.hash(own, identity)?;
    Secret::make(hash.length(), |place| {
        let label = Label::IMPORT.as_bytes();
        expand_label_long(provider, own, extracted.as_bytes(), label, context.as_bytes(), place)
    })
}

/// Where a server finds the external keys of its clients.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Arc;
///
/// use hyaline::{ExternalKey, ExternalKeys, ServerConfig};
///
/// /// The keys of many devices.
/// #[derive(Debug)]
/// struct Devices(HashMap<Vec<u8>, ExternalKey>);
///
/// impl ExternalKeys for Devices {
///     fn find(&self, identity: &[u8]) -> Option<ExternalKey> {
///         self.0.get(identity).cloned()
///     }
/// }
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let key = ExternalKey::new(b"sensor 7", &[0x5a; 32])?;
/// let devices = Devices(HashMap::from([(key.identity().to_vec(), key)]));
/// let config = ServerConfig::builder()
///     .with_no_client_auth()
///     .with_only_external_keys(Arc::new(devices));
/// # drop(config);
/// # Ok(())
/// # }
/// ```
pub trait ExternalKeys: fmt::Debug + Send + Sync + 'static {
    /// The key of this identity, if there is one.
    fn find(&self, identity: &[u8]) -> Option<ExternalKey>;
}

/// A few keys.
impl ExternalKeys for Vec<ExternalKey> {
    fn find(&self, identity: &[u8]) -> Option<ExternalKey> {
        self.iter().find(|key| key.identity() == identity).cloned()
    }
}

#[cfg(test)]
#[path = "external_tests.rs"]
mod tests;
