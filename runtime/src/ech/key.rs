//! The keys of a server for Encrypted Client Hello.

use core::fmt;

use rustls_pki_types::PrivateKeyDer;
use zeroize::Zeroizing;

use super::config_list::{
    EchConfig, EchConfigList, WrittenConfig, public_name, write_config, written_config,
    written_configs,
};
use super::hpke::{HpkeContext, HpkeSuite};
use crate::certificate::der::{self, BadDer, Reader};
use crate::crypto::{
    AeadAlgorithm, CryptoError, CryptoProvider, DefaultProvider, HashAlgorithm, X25519_BASE_POINT,
};
use crate::{ConfigurationError, Error, pem};

/// The suites of a key that is made here, the preferred one first.
const SUITES: [HpkeSuite; 3] = [
    HpkeSuite { kdf: HashAlgorithm::Sha256, aead: AeadAlgorithm::Aes128Gcm },
    HpkeSuite { kdf: HashAlgorithm::Sha256, aead: AeadAlgorithm::Aes256Gcm },
    HpkeSuite { kdf: HashAlgorithm::Sha256, aead: AeadAlgorithm::ChaCha20Poly1305 },
];

/// Up to which length, in bytes, a client hides how long the name of the server is (RFC 9849
/// section 6.1.3). Most names are shorter, and a longer one is still padded, to a multiple of 32
/// bytes. The longest name has 253 bytes, and so much padding would cost each handshake more.
const HIDDEN_NAME_LENGTH: u8 = 64;

/// The section of a PEM file that holds an ECHConfigList (RFC 9934 section 3).
const CONFIG_SECTION: &str = "ECHCONFIG";

const KEY_SECTION: &str = "PRIVATE KEY";

/// The identifier id-X25519 (RFC 8410 section 3).
const ID_X25519: &[u8] = &[0x2b, 0x65, 0x6e];

/// A private key, which stands behind one pointer and is wiped when dropped.
type KeptKey = Box<Zeroizing<[u8; 32]>>;

/// A server's key for Encrypted Client Hello: an ECHConfig, which is published, and the private key
/// to it.
///
/// A server makes it once, keeps it in a file, and publishes what belongs to it in DNS:
///
/// ```
/// use hyaline::EchKey;
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let key = EchKey::generate(7, "public.example")?;
/// // To be kept where the server finds it, and nobody else.
/// let file = key.to_pem();
/// let loaded = EchKey::from_pem(file.as_bytes())?;
/// // The parameter `ech` of the record in DNS.
/// let published = loaded.first().map(EchKey::config_list);
/// assert_eq!(published, Some(key.config_list()));
/// # Ok(())
/// # }
/// ```
pub struct EchKey {
    config: EchConfig,
    suites: Box<[HpkeSuite]>,
    private_key: KeptKey,
}

impl EchKey {
    /// A new key, by the randomness of the default provider, with HKDF-SHA256 and any of
    /// AES-128-GCM, AES-256-GCM and ChaCha20-Poly1305.
    ///
    /// A server tells its keys apart by `id`. The public name is what everybody sees, in place of
    /// the server's name: a host for which this server has a certificate, since a client that does
    /// not have the present key asks for it there (RFC 9849 section 6.1.6).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::EchPublicName`] for what is no host name;
    /// [`Error::NoRandomness`] when the system's source of randomness fails.
    pub fn generate(id: u8, public_name: &str) -> Result<Self, Error> {
        let name = self::public_name(public_name.as_bytes());
        let name = name.ok_or(ConfigurationError::EchPublicName)?;
        let mut private_key = KeptKey::default();
        DefaultProvider.fill(&mut **private_key)?;
        let public_key = public_key(&private_key)?;
        let name = name.as_ref().as_bytes();
        let config = write_config(id, &public_key, &SUITES, HIDDEN_NAME_LENGTH, name);
        let config = config.ok_or(ConfigurationError::EchPublicName)?;
        Self::of(&one_config(&config)?, private_key)
    }

    /// The key of one ECHConfig, which is not a list of them, and of the 32 bytes of a private key
    /// of X25519.
    ///
    /// ```
    /// use hyaline::{ConfigurationError, EchKey, Error};
    ///
    /// let Err(Error::Configuration(refusal)) = EchKey::new(b"no ECHConfig", &[7; 32]) else {
    ///     panic!("this is no key");
    /// };
    /// assert!(matches!(refusal, ConfigurationError::BadEchKey { .. }));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadEchKey`] with the reason, when the ECHConfig is malformed or not of
    /// a kind that this library knows, or the private key does not belong to it.
    pub fn new(config: &[u8], private_key: &[u8]) -> Result<Self, Error> {
        Self::of(&one_config(config)?, kept(private_key)?)
    }

    /// The keys in a PEM file (RFC 9934 section 3): a private key in PKCS#8 (RFC 8410) and, in the
    /// section `ECHCONFIG`, an ECHConfigList. The result has each config of the list that is of
    /// this private key, and at least one.
    ///
    /// # Errors
    ///
    /// Those of [`pem::private_key`](crate::pem::private_key);
    /// [`ConfigurationError::BadPem`] without an ECHConfigList;
    /// [`ConfigurationError::BadEchConfigList`] where that is malformed;
    /// [`ConfigurationError::BadEchKey`] with the reason, when the private key is not of X25519, or
    /// no config is of this key, or one that is cannot be used.
    pub fn from_pem(pem: &[u8]) -> Result<Vec<Self>, Error> {
        let pkcs8 = Zeroizing::new(pem::private_key(pem)?);
        let private_key = x25519_key(&pkcs8)
            .map_err(|BadDer| bad_key("its private key is not one of X25519 in PKCS#8"))?;
        let public_key = public_key(private_key)?;
        let list = pem::first(pem, CONFIG_SECTION)?;
        let malformed = |field| ConfigurationError::BadEchConfigList { field };
        let mut keys = Vec::new();
        for config in written_configs(&list).map_err(malformed)? {
            let config = config.map_err(malformed)?;
            let contents = config.contents.as_ref();
            if contents.is_some_and(|contents| contents.public_key == public_key) {
                keys.push(Self::of(&config, kept(private_key)?)?);
            }
        }
        if keys.is_empty() {
            return Err(bad_key("no ECHConfig of the list is of this private key").into());
        }
        Ok(keys)
    }

    /// The key as a PEM file (RFC 9934 section 3), which [`from_pem`](Self::from_pem) reads. It
    /// holds the private key, and is wiped when dropped.
    #[must_use]
    pub fn to_pem(&self) -> Zeroizing<String> {
        let version = der::element(der::INTEGER, &[&[0]]);
        let identifier = der::element(der::OBJECT_IDENTIFIER, &[ID_X25519]);
        let algorithm = der::element(der::SEQUENCE, &[&identifier]);
        let private_key = der::element(der::OCTET_STRING, &[&**self.private_key]);
        let private_key = der::element(der::OCTET_STRING, &[&private_key]);
        let pkcs8 = der::element(der::SEQUENCE, &[&version, &algorithm, &private_key]);
        let list = self.config_list();
        pem::write(&[(KEY_SECTION, &pkcs8), (CONFIG_SECTION, list.as_bytes())])
    }

    /// The list of this one config: what is to be published in DNS.
    #[must_use]
    pub fn config_list(&self) -> EchConfigList {
        EchConfigList::of([&self.config].into_iter())
    }

    pub(crate) fn config(&self) -> &EchConfig {
        &self.config
    }

    /// The context in which a client has encrypted to this key. None where the config does not have
    /// the suite, and where the encapsulated key is bad.
    ///
    /// # Errors
    /// The provider fails, or has no X25519 for a key that is kept.
    pub(crate) fn open_context<P: CryptoProvider>(
        &self,
        provider: &P,
        suite: HpkeSuite,
        encapsulated: &[u8],
    ) -> Result<Option<HpkeContext<P>>, CryptoError> {
        if !self.suites.contains(&suite) {
            return Ok(None);
        }
        let (public_key, info) = (&self.config.public_key, self.config.info());
        let private_key = &**self.private_key;
        match HpkeContext::from(provider, suite, private_key, public_key, encapsulated, &info) {
            Ok(context) => Ok(Some(context)),
            Err(CryptoError::BadPublicShare) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of(config: &WrittenConfig<'_>, private_key: KeptKey) -> Result<Self, Error> {
        let suites = config.contents.iter().flat_map(|contents| contents.suites()).collect();
        let config = EchConfig::of(config).map_err(bad_key)?;
        if config.public_key != public_key(&private_key)? {
            return Err(bad_key("its private key is not that of its ECHConfig").into());
        }
        Ok(Self { config, suites, private_key })
    }
}

impl fmt::Debug for EchKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EchKey")
            .field("id", &self.config.id)
            .field("public_name", &self.config.public_name)
            .finish_non_exhaustive()
    }
}

/// The list of the configs of these keys, for `retry_configs` (RFC 9849 section 5). Without
/// keys the list is empty, which a peer would refuse: nobody sends that one.
pub(crate) fn retry_configs(keys: &[EchKey]) -> EchConfigList {
    EchConfigList::of(keys.iter().map(EchKey::config))
}

fn bad_key(reason: &'static str) -> ConfigurationError {
    ConfigurationError::BadEchKey { reason: reason.into() }
}

/// The one config of which these bytes consist.
fn one_config(mut bytes: &[u8]) -> Result<WrittenConfig<'_>, ConfigurationError> {
    let config = written_config(&mut bytes).map_err(|field| {
        let reason = format!("the field `{field}` of its ECHConfig is malformed");
        ConfigurationError::BadEchKey { reason: reason.into() }
    })?;
    if bytes.is_empty() { Ok(config) } else { Err(bad_key("something follows its ECHConfig")) }
}

/// A copy of a private key, made where it is kept.
fn kept(private_key: &[u8]) -> Result<KeptKey, ConfigurationError> {
    if private_key.len() != 32 {
        return Err(bad_key("its private key has not 32 bytes"));
    }
    let mut kept = KeptKey::default();
    kept.copy_from_slice(private_key);
    Ok(kept)
}

fn public_key(private_key: &[u8; 32]) -> Result<[u8; 32], Error> {
    let public_key = DefaultProvider.x25519(private_key, &X25519_BASE_POINT)?;
    let public_key = public_key.as_bytes().try_into();
    Ok(public_key.map_err(|_| CryptoError::BadPublicShare)?)
}

/// The private key in a PKCS#8 of X25519 (RFC 8410 section 7).
fn x25519_key<'a>(key: &'a PrivateKeyDer<'_>) -> Result<&'a [u8; 32], BadDer> {
    let PrivateKeyDer::Pkcs8(key) = key else { return Err(BadDer) };
    let mut reader = Reader::new(der::only(key.secret_pkcs8_der(), der::SEQUENCE)?);
    reader.expect(der::INTEGER)?;
    let algorithm = reader.expect(der::SEQUENCE)?;
    if der::only(algorithm, der::OBJECT_IDENTIFIER)? != ID_X25519 {
        return Err(BadDer);
    }
    let private_key = der::only(reader.expect(der::OCTET_STRING)?, der::OCTET_STRING)?;
    private_key.try_into().map_err(|_| BadDer)
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
