//! Whether keys are exchanged where a pre-shared key is used (RFC 9846 section 4.3.9).

use super::{ClientConfig, ServerConfig};
use crate::crypto::CryptoProvider;
use crate::message::{PSK_DHE_KE, PSK_KE};

/// Whether keys are exchanged where the two sides have a key already: that of a session that is
/// resumed, or an [external one](crate::ExternalKey) (RFC 9846 section 4.3.9).
///
/// **Without an exchange there is no forward secrecy.** Whoever finds out the key later, be it that
/// of a ticket, under which all of a server's sessions lie, or an external one, which is used for
/// years, reads everything that was recorded. Nor is such a connection safe from a quantum computer
/// by a hybrid group, since it has no group at all. It is for devices to which an exchange costs
/// too much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PskExchange {
    /// Always (psk_dhe_ke). This is the default.
    #[default]
    Required,
    /// Where the other side can: if it can not, or if there is no group in common, it is left out.
    Preferred,
    /// Never (psk_ke). With another side that requires it, the key is not used.
    Omitted,
}

impl PskExchange {
    /// The modes in psk_key_exchange_modes.
    pub(crate) const fn modes(self) -> &'static [u8] {
        match self {
            Self::Required => &[PSK_DHE_KE],
            Self::Preferred => &[PSK_DHE_KE, PSK_KE],
            Self::Omitted => &[PSK_KE],
        }
    }

    /// Whether this setting and one of the peer's `modes` both have an exchange.
    pub(crate) fn has_exchange_with(self, modes: &[u8]) -> bool {
        self.shares(PSK_DHE_KE, modes)
    }

    /// Whether this setting and one of the peer's `modes` both have none.
    pub(crate) fn omits_exchange_with(self, modes: &[u8]) -> bool {
        self.shares(PSK_KE, modes)
    }

    fn shares(self, mode: u8, modes: &[u8]) -> bool {
        self.modes().contains(&mode) && modes.contains(&mode)
    }
}

impl<P: CryptoProvider> ClientConfig<P> {
    /// Whether keys are exchanged where a pre-shared key is used. Without this: always.
    ///
    /// **What is given up otherwise is forward secrecy**; see [`PskExchange`]. With a server that
    /// does not use the key, and shows a certificate, keys are exchanged in any case.
    ///
    /// ```
    /// use hyaline::{ClientConfig, ExternalKey, PskExchange, RootCertStore};
    ///
    /// # fn main() -> Result<(), hyaline::Error> {
    /// let key = ExternalKey::new(b"sensor 7", &[0x5a; 32])?;
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth()
    ///     .with_external_key(key)
    ///     .with_psk_exchange(PskExchange::Omitted);
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_psk_exchange(mut self, exchange: PskExchange) -> Self {
        self.common.psk_exchange = exchange;
        self
    }

    pub(crate) const fn psk_exchange(&self) -> PskExchange {
        self.common.psk_exchange
    }
}

impl<P: CryptoProvider> ServerConfig<P> {
    /// Whether keys are exchanged where a pre-shared key is used. Without this: always.
    ///
    /// **What is given up otherwise is forward secrecy**; see [`PskExchange`]. Where both sides can
    /// exchange keys, and have a group in common, they do.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use hyaline::{ExternalKey, PskExchange, ServerConfig};
    ///
    /// # fn main() -> Result<(), hyaline::Error> {
    /// let keys = vec![ExternalKey::new(b"sensor 7", &[0x5a; 32])?];
    /// let config = ServerConfig::builder()
    ///     .with_no_client_auth()
    ///     .with_only_external_keys(Arc::new(keys))
    ///     .with_psk_exchange(PskExchange::Preferred);
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_psk_exchange(mut self, exchange: PskExchange) -> Self {
        self.common.psk_exchange = exchange;
        self
    }

    pub(crate) const fn psk_exchange(&self) -> PskExchange {
        self.common.psk_exchange
    }
}
