//! The keys of one direction: none at first, then those of each epoch, and none again.

use super::{Epoch, RecordError};
use crate::crypto::{CryptoError, CryptoProvider};
use crate::key_schedule::{TrafficKeys, TrafficSecret};
use crate::record_size::RecordSizeLimit;

/// What protects the records of one direction.
#[allow(clippy::large_enum_variant)] // The large one is the one that lasts.
pub(crate) enum Protection<P: CryptoProvider> {
    /// Records are in the clear.
    Off,
    /// These keys.
    On(TrafficKeys<P>),
    /// There are no more records: the last was sealed, or a fatal error has come.
    Gone,
}

impl<P: CryptoProvider> Protection<P> {
    /// Puts the keys of this secret in the place of those before.
    ///
    /// # Errors
    /// The provider fails. Nothing is changed then.
    pub(super) fn install(
        &mut self,
        provider: &P,
        secret: TrafficSecret<'_>,
    ) -> Result<(), CryptoError> {
        match self {
            Self::On(keys) => keys.replace(provider, secret)?,
            Self::Off | Self::Gone => *self = Self::On(TrafficKeys::new(provider, secret)?),
        }
        Ok(())
    }

    /// Sets how long a record may be that these keys, and later ones, protect.
    pub(super) const fn limit_size(&mut self, limit: RecordSizeLimit) {
        if let Self::On(keys) = self {
            keys.size_limit = limit;
        }
    }

    /// Takes the keys of early data away again: a HelloRetryRequest has rejected them, and the
    /// second ClientHello is in the clear (RFC 9846 section 4.3.10).
    pub(super) fn remove(&mut self) {
        if matches!(self, Self::On(_)) {
            *self = Self::Off;
        }
    }

    /// Puts the next generation of keys in the place of those of this epoch.
    ///
    /// # Errors
    /// [`RecordError::NoKeys`] before there are any for application data, or the provider fails.
    /// Nothing is changed then.
    pub(super) fn advance(&mut self, provider: &P, epoch: Epoch) -> Result<(), RecordError> {
        match self {
            Self::On(keys) if epoch.is_application() => Ok(keys.advance(provider)?),
            _ => Err(RecordError::NoKeys),
        }
    }
}
