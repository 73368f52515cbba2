//! How much early data a server accepts (RFC 9846 sections 2.3 and 8).

use std::sync::Arc;

use super::ServerConfig;
use crate::crypto::CryptoProvider;
use crate::session::StrikeRegister;
use crate::{ConfigurationError, Error};

/// The most early data that a server may be configured to accept, in bytes. They wait in memory
/// until the handshake is complete. Even if each byte comes in a record of its own, one key may
/// protect that many records (RFC 9846 section 5.5).
pub(crate) const MAXIMUM_EARLY_DATA: u32 = 1 << 24;

/// What a server does with early data. Without tickets that allow any there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlyDataSettings {
    most: u32,
    register: Option<Arc<dyn StrikeRegister>>,
}

impl<P: CryptoProvider> ServerConfig<P> {
    /// Accepts early data, so many bytes of each client at most: data that a client sends behind
    /// its first message, before the server has said anything (0-RTT, RFC 9846 section 2.3).
    /// Tickets allow so much from now on. Without this, and with 0, none are accepted.
    ///
    /// **Early data can be replayed.** Whoever has recorded them can send them again, to this
    /// server or to another one that knows the tickets; the [register](StrikeRegister) lets each
    /// server that asks it accept them once. And a client that is told that its early data are
    /// rejected sends them again as it sees fit, so that what was recorded and what is sent again
    /// may both arrive. Nor are early data secret from whoever finds out the key of the ticket
    /// later. An application protocol has to say what may be sent so (RFC 9846 appendix F.5): only
    /// what may be done twice, such as answering a question.
    ///
    /// The register is that of the [tickets](crate::SessionTickets::strike_register), in memory and
    /// with room for 65536 offers in twenty seconds, unless [another](Self::with_strike_register)
    /// is configured. Tickets of the program's own may have none: then early data are rejected
    /// without another. So are, of [tickets that several servers know](crate::SharedTickets), those
    /// of the others.
    ///
    /// ```
    /// # use hyaline::pki_types::PrivateKeyDer;
    /// # use hyaline::{ConfigurationError, Error, ServerConfig};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = rcgen::KeyPair::generate()?;
    /// # let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
    /// # let chain = vec![certificate.self_signed(&key)?.der().clone()];
    /// # let key = PrivateKeyDer::try_from(key.serialize_der())?;
    /// let config = ServerConfig::builder()
    ///     .with_no_client_auth()
    ///     .with_single_cert(chain, key)?
    ///     .with_max_early_data(1 << 14)?;
    /// assert_eq!(config.max_early_data(), 16384);
    /// assert!(config.with_max_early_data(u32::MAX).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TooMuchEarlyData`] above 2^24 bytes;
    /// [`ConfigurationError::EarlyDataWithoutTickets`] where all clients have external keys.
    pub fn with_max_early_data(mut self, bytes: u32) -> Result<Self, Error> {
        if bytes > MAXIMUM_EARLY_DATA {
            let limit = MAXIMUM_EARLY_DATA;
            return Err(ConfigurationError::TooMuchEarlyData { limit }.into());
        }
        if bytes > 0 && self.only_external_keys {
            return Err(ConfigurationError::EarlyDataWithoutTickets.into());
        }
        self.early_data.most = bytes;
        Ok(self)
    }

    /// Has each offer of early data accepted once by this register, in place of that of the
    /// tickets: for servers that know each other's tickets, all of which have to ask it. One of
    /// each ([`StrikeMemory`](crate::StrikeMemory)) accepts the same early data once each, which a
    /// program takes upon itself so.
    #[must_use]
    pub fn with_strike_register(mut self, register: Arc<dyn StrikeRegister>) -> Self {
        self.early_data.register = Some(register);
        self
    }

    /// How many bytes of early data a ticket allows; 0: none.
    #[must_use]
    pub const fn max_early_data(&self) -> u32 {
        self.early_data.most
    }

    /// Who accepts each offer with this ticket once; early data are rejected where nobody does.
    pub(crate) fn strike_register(&self, ticket: &[u8]) -> Option<&dyn StrikeRegister> {
        match &self.early_data.register {
            Some(register) => Some(&**register),
            None => self.session_tickets().strike_register(ticket),
        }
    }
}
