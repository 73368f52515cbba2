//! What both sides configure.

use std::fmt;
use std::sync::Arc;

use super::compression::Compressions;
use super::{CertificateCompression, KeyLog, PskExchange, RowLog};
use crate::crypto::CryptoProvider;
use crate::message::limits::{MAXIMUM_AUTHORITIES, application_protocols_fit};
use crate::record::RecordPadding;
use crate::record_size::RecordSizeLimit;
use crate::{CipherSuite, ConfigurationError, NamedGroup};

/// The lists that are negotiated, each in order of preference. A client's connections share them.
#[derive(Clone)]
pub(crate) struct Lists {
    pub(crate) cipher_suites: Arc<[CipherSuite]>,
    pub(crate) groups: Arc<[NamedGroup]>,
    pub(crate) alpn_protocols: Arc<[Vec<u8>]>,
    /// Under whom peers' certificates are wanted; empty where nothing is said of that.
    pub(crate) authorities: Arc<[Vec<u8>]>,
    /// Of certificates.
    pub(crate) compressions: Compressions,
}

/// What both sides configure.
#[derive(Clone)]
pub(super) struct Common<P: CryptoProvider> {
    pub(super) provider: P,
    pub(super) lists: Lists,
    pub(super) key_log: Option<Arc<dyn KeyLog>>,
    pub(super) row_log: Option<Arc<dyn RowLog>>,
    pub(super) record_size_limit: Option<RecordSizeLimit>,
    pub(super) padding: RecordPadding,
    pub(super) grease: bool,
    pub(super) psk_exchange: PskExchange,
}

impl<P: CryptoProvider> Common<P> {
    /// Everything that the provider can do, in its order; no application protocol; no log.
    pub(super) fn new(provider: P, grease: bool) -> Self {
        Self {
            lists: Lists {
                cipher_suites: provider.suites().iter().map(|suite| suite.number()).collect(),
                groups: provider.groups().into(),
                alpn_protocols: Arc::default(),
                authorities: Arc::default(),
                compressions: Compressions::default(),
            },
            key_log: None,
            row_log: None,
            record_size_limit: None,
            padding: RecordPadding::NONE,
            grease,
            psk_exchange: PskExchange::Required,
            provider,
        }
    }

    pub(super) fn set_cipher_suites(
        &mut self,
        suites: &[CipherSuite],
    ) -> Result<(), ConfigurationError> {
        let known = |suite| self.provider.suites().iter().any(|known| known.number() == suite);
        self.lists.cipher_suites = choice(suites, known).ok_or(ConfigurationError::CipherSuites)?;
        Ok(())
    }

    pub(super) fn set_record_size_limit(&mut self, bytes: u16) -> Result<(), ConfigurationError> {
        let limit = RecordSizeLimit::asked(bytes).filter(|limit| limit.number() == bytes);
        self.record_size_limit = Some(limit.ok_or(ConfigurationError::RecordSizeLimit)?);
        Ok(())
    }

    pub(super) fn set_padding(&mut self, bytes: u16) -> Result<(), ConfigurationError> {
        let padding = RecordPadding::to_multiples_of(bytes);
        self.padding = padding.ok_or(ConfigurationError::RecordPadding)?;
        Ok(())
    }

    pub(super) fn set_groups(&mut self, groups: &[NamedGroup]) -> Result<(), ConfigurationError> {
        let known = |group| self.provider.groups().contains(&group);
        self.lists.groups = choice(groups, known).ok_or(ConfigurationError::Groups)?;
        Ok(())
    }

    pub(super) fn set_authorities(
        &mut self,
        names: Vec<Vec<u8>>,
    ) -> Result<(), ConfigurationError> {
        let sum: usize = names.iter().map(|name| name.len().saturating_add(2)).sum();
        if sum > MAXIMUM_AUTHORITIES {
            return Err(ConfigurationError::TooManyAuthorities { limit: MAXIMUM_AUTHORITIES });
        }
        self.lists.authorities = names.into();
        Ok(())
    }

    pub(super) fn set_compressions(&mut self, compressions: Vec<Arc<dyn CertificateCompression>>) {
        self.lists.compressions = Compressions::new(compressions);
    }

    pub(super) fn set_alpn_protocols(
        &mut self,
        protocols: impl IntoIterator<Item: Into<Vec<u8>>>,
    ) -> Result<(), ConfigurationError> {
        let protocols: Vec<Vec<u8>> = protocols.into_iter().map(Into::into).collect();
        if !application_protocols_fit(&protocols) {
            return Err(ConfigurationError::ApplicationProtocols);
        }
        self.lists.alpn_protocols = protocols.into();
        Ok(())
    }
}

/// The wanted items, if there are any, all are known, and none stands twice.
fn choice<T: Copy + PartialEq>(wanted: &[T], known: impl Fn(T) -> bool) -> Option<Arc<[T]>> {
    let mut rest = wanted;
    while let Some((&first, others)) = rest.split_first() {
        if !known(first) || others.contains(&first) {
            return None;
        }
        rest = others;
    }
    (!wanted.is_empty()).then(|| wanted.into())
}

impl<P: CryptoProvider> fmt::Debug for Common<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocols: Vec<_> =
            self.lists.alpn_protocols.iter().map(|name| name.escape_ascii().to_string()).collect();
        formatter
            .debug_struct("Common")
            .field("provider", &self.provider)
            .field("cipher_suites", &self.lists.cipher_suites)
            .field("groups", &self.lists.groups)
            .field("alpn_protocols", &protocols)
            .field("key_log", &self.key_log.is_some())
            .field("row_log", &self.row_log.is_some())
            .finish()
    }
}

/// The settings that both configurations have under the same names, and their values.
macro_rules! common_settings {
    ($config:ident) => {
        impl<P: CryptoProvider> $config<P> {
            /// Uses only these cipher suites, the preferred one first (RFC 9846 appendix B.4).
            /// Without this: all that there are, AES before ChaCha20.
            ///
            /// ```
            /// # fn main() -> Result<(), hyaline::Error> {
            /// use hyaline::{CipherSuite, ClientConfig, RootCertStore};
            ///
            /// // A server's configuration has the same settings.
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_cipher_suites(&[CipherSuite::Aes256GcmSha384])?;
            /// assert_eq!(config.cipher_suites(), [CipherSuite::Aes256GcmSha384]);
            /// assert!(config.clone().with_cipher_suites(&[]).is_err(), "not one is left");
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// [`ConfigurationError::CipherSuites`](crate::ConfigurationError::CipherSuites) when
            /// there is none, an unknown one, or one twice.
            pub fn with_cipher_suites(mut self, suites: &[CipherSuite]) -> Result<Self, Error> {
                self.common.set_cipher_suites(suites)?;
                Ok(self)
            }

            /// Uses only these groups for key exchange, the preferred one first (RFC 9846 section
            /// 4.3.7). A client sends a key share for the first, and where that is a hybrid one
            /// (X25519MLKEM768) also for its part (X25519) if that is among them. Without this:
            /// X25519MLKEM768, X25519, P-256, P-384, and P-521 where the provider has it.
            ///
            /// ```
            /// # fn main() -> Result<(), hyaline::Error> {
            /// use hyaline::{ClientConfig, NamedGroup, RootCertStore};
            ///
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_groups(&[NamedGroup::Secp384r1, NamedGroup::X25519])?;
            /// assert_eq!(config.groups().first(), Some(&NamedGroup::Secp384r1));
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// [`ConfigurationError::Groups`](crate::ConfigurationError::Groups) when there is
            /// none, an unknown one, or one twice.
            pub fn with_groups(mut self, groups: &[NamedGroup]) -> Result<Self, Error> {
                self.common.set_groups(groups)?;
                Ok(self)
            }

            /// Receives no protected records with more than so many bytes of content, its type and
            /// padding (record_size_limit, RFC 8449): 64 to 16,385. Without this a client does not
            /// send the extension, and a server answers clients that do with what the protocol
            /// allows. The limit that the peer asks for is kept in any case.
            ///
            /// A peer that does not know the extension sends what it likes.
            ///
            /// ```
            /// # fn main() -> Result<(), hyaline::Error> {
            /// use hyaline::{ClientConfig, RootCertStore};
            ///
            /// // A server's configuration has the same setting.
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_record_size_limit(1024)?;
            /// assert!(config.with_record_size_limit(63).is_err());
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// [`ConfigurationError::RecordSizeLimit`](crate::ConfigurationError::RecordSizeLimit)
            /// below 64 and above 16,385.
            pub fn with_record_size_limit(mut self, bytes: u16) -> Result<Self, Error> {
                self.common.set_record_size_limit(bytes)?;
                Ok(self)
            }

            /// Pads each protected record that is sent (RFC 9846 section 5.4): content, its type
            /// and zeros make up a multiple of so many bytes, 1 to 16,385, or the longest record
            /// that the peer receives. 1 is no padding, as without this.
            ///
            /// An observer learns no more than that multiple of the lengths of what is written, of
            /// certificates, and of alerts. When records are sent, and how many, still shows.
            ///
            /// ```
            /// # fn main() -> Result<(), hyaline::Error> {
            /// use hyaline::{ClientConfig, RootCertStore};
            ///
            /// // A server's configuration has the same setting.
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_record_padding(512)?;
            /// assert!(config.with_record_padding(0).is_err());
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// [`ConfigurationError::RecordPadding`](crate::ConfigurationError::RecordPadding) for
            /// 0 and above 16,385.
            pub fn with_record_padding(mut self, bytes: u16) -> Result<Self, Error> {
                self.common.set_padding(bytes)?;
                Ok(self)
            }

            /// Whether to send reserved values that mean nothing among those that are meant
            /// (GREASE, RFC 8701). Receivers have to pass over values that they do not know, and
            /// keep to that only where somebody sends them some. A peer that chooses one is
            /// refused, as for all that was not offered.
            ///
            /// Without this a client sends them, as browsers do, so that servers are used to them.
            /// A server does not: few do, and whoever runs it does not see which clients break.
            ///
            /// A client sends them in its lists of versions, cipher suites, groups, key shares,
            /// signature schemes, modes of pre-shared keys and application protocols, and in two
            /// extensions; a server in its request for a certificate and in its tickets. They are
            /// drawn for each connection, and stay the same after a HelloRetryRequest.
            ///
            /// ```
            /// use hyaline::{ClientConfig, RootCertStore};
            ///
            /// // For a server that breaks, in a version that cannot be mended.
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_grease(false);
            /// # drop(config);
            /// ```
            #[must_use]
            pub fn with_grease(mut self, on: bool) -> Self {
                self.common.grease = on;
                self
            }

            pub(crate) const fn sends_grease(&self) -> bool {
                self.common.grease
            }

            pub(crate) const fn record_padding(&self) -> RecordPadding {
                self.common.padding
            }

            /// Offers, or accepts, these application protocols, the preferred one first
            /// (RFC 7301). Without this: none.
            ///
            /// ```
            /// # fn main() -> Result<(), hyaline::Error> {
            /// use hyaline::{ClientConfig, RootCertStore};
            ///
            /// let config = ClientConfig::builder()
            ///     .with_root_certificates(RootCertStore::empty())
            ///     .with_no_client_auth()
            ///     .with_alpn_protocols(["h2", "http/1.1"])?;
            /// assert_eq!(config.alpn_protocols(), [&b"h2"[..], b"http/1.1"]);
            /// assert!(config.clone().with_alpn_protocols([""]).is_err(), "a name has a byte");
            /// # Ok(())
            /// # }
            /// ```
            ///
            /// # Errors
            ///
            /// [`ConfigurationError::ApplicationProtocols`](crate::ConfigurationError) when a name
            /// does not have 1 to 255 bytes, or all together, each with the byte of its length,
            /// have more than 4096.
            pub fn with_alpn_protocols(
                mut self,
                protocols: impl IntoIterator<Item: Into<Vec<u8>>>,
            ) -> Result<Self, Error> {
                self.common.set_alpn_protocols(protocols)?;
                Ok(self)
            }

            /// Takes certificates that are compressed in one of these ways, the preferred one
            /// first, and compresses our own by the first that the peer takes (RFC 8879). Without
            /// this: none.
            #[must_use]
            pub fn with_certificate_compression(
                mut self,
                compressions: Vec<Arc<dyn CertificateCompression>>,
            ) -> Self {
                self.common.set_compressions(compressions);
                self
            }

            /// Gives the secrets of every connection away: for debugging only.
            #[must_use]
            pub fn with_key_log(mut self, key_log: Arc<dyn KeyLog>) -> Self {
                self.common.key_log = Some(key_log);
                self
            }

            /// Writes down which rows of the table every connection takes. Without this: nothing is
            /// written.
            #[must_use]
            pub fn with_row_log(mut self, row_log: Arc<dyn RowLog>) -> Self {
                self.common.row_log = Some(row_log);
                self
            }

            pub(crate) fn provider(&self) -> &P {
                &self.common.provider
            }

            /// The cipher suites, in order of preference.
            #[must_use]
            pub fn cipher_suites(&self) -> &[CipherSuite] {
                &self.common.lists.cipher_suites
            }

            /// The groups for key exchange, in order of preference.
            #[must_use]
            pub fn groups(&self) -> &[NamedGroup] {
                &self.common.lists.groups
            }

            /// The application protocols, in order of preference.
            #[must_use]
            pub fn alpn_protocols(&self) -> &[Vec<u8>] {
                &self.common.lists.alpn_protocols
            }

            pub(crate) fn authorities(&self) -> &[Vec<u8>] {
                &self.common.lists.authorities
            }

            pub(crate) fn compressions(&self) -> &Compressions {
                &self.common.lists.compressions
            }

            pub(crate) fn key_log(&self) -> Option<&dyn KeyLog> {
                self.common.key_log.as_deref()
            }

            pub(crate) const fn row_log(&self) -> Option<&Arc<dyn RowLog>> {
                self.common.row_log.as_ref()
            }
        }
    };
}
pub(super) use common_settings;
