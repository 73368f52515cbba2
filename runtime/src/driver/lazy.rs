//! A server that reads the ClientHello before it has a configuration.
//!
//! An ordinary connection reads it, so that the table refuses what it refuses always, with the same
//! error and the same alert. Where that connection would choose parameters, it stops. What has come
//! until then is kept, and the connection that is configured reads it from its first byte.

use std::sync::Arc;

use super::{Driver, Input, Now, Transport};
use crate::config::{ClientOffer, ServerConfig};
use crate::connection::{Refusal, ServerChoice, Work};
use crate::crypto::CryptoProvider;
use crate::{Connection, Error};

/// How many bytes are kept until a configuration is chosen. The longest ClientHello in the shortest
/// records is within it, with what may have come behind it.
pub(super) const MAXIMUM_KEPT: usize = 1 << 20;

/// What there is of a client as long as its server has no configuration.
pub(crate) struct Lazy<P: CryptoProvider> {
    /// All that has come.
    received: Vec<u8>,
    /// The choice at which the connection has stopped.
    choice: Option<ServerChoice<P>>,
}

impl<P: CryptoProvider> Lazy<P> {
    const fn new() -> Self {
        Self { received: Vec::new(), choice: None }
    }

    /// Keeps what has come; false where that is more than is ever kept.
    pub(super) fn keep(&mut self, bytes: &[u8]) -> bool {
        let fits = self.received.len().saturating_add(bytes.len()) <= MAXIMUM_KEPT;
        if fits {
            self.received.extend_from_slice(bytes);
        }
        fits
    }
}

impl<T: Transport, P: CryptoProvider> Driver<T, P> {
    /// Has a server wait at the ClientHello until it is configured. Of the configuration that it
    /// has until then only the provider matters. To be called before the handshake.
    pub(crate) fn listen(&mut self) {
        self.connection.delegate_work();
        self.lazy = Some(Box::new(Lazy::new()));
    }

    /// Whether the ClientHello is there and no configuration is: nothing more is done then, nor
    /// received.
    pub(crate) fn has_heard(&self) -> bool {
        self.lazy.as_ref().is_some_and(|lazy| lazy.choice.is_some())
    }

    /// Takes the choice of parameters from the connection, which waits for it then. Whether that
    /// has happened, now or before.
    pub(super) fn hears(&mut self, now: Now) -> bool {
        let Some(lazy) = &mut self.lazy else { return false };
        if lazy.choice.is_none() {
            match self.connection.poll_work() {
                Some(Work::Selection(choice)) => lazy.choice = Some(choice),
                // Nothing else is begun before it. Were it, it would be done as ever.
                Some(work) => {
                    let _ = self.handle_work(work.run(now.date));
                }
                None => {}
            }
        }
        self.has_heard()
    }

    /// What the client offers. As long as that has not come, it offers nothing.
    pub(crate) fn client_hello(&self) -> ClientOffer<'_> {
        let choice = self.lazy.as_ref().and_then(|lazy| lazy.choice.as_ref());
        choice.map_or_else(ClientOffer::nothing, ServerChoice::offer)
    }

    /// Begins anew with this configuration, and reads again what has come. A call that was pending
    /// is to be made again.
    ///
    /// # Errors
    /// As [`Connection::server`].
    pub(crate) fn configure(&mut self, config: Arc<ServerConfig<P>>) -> Result<(), Error> {
        self.connection = Connection::server(config)?;
        self.input = Input::of(self.take_received());
        Ok(())
    }

    /// Refuses the client: the pending handshake fails, by a row of the table.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        if let Some(choice) = self.lazy.take().and_then(|lazy| lazy.choice) {
            // It is the answer to work that was handed out.
            let _ = self.handle_work(choice.refuse(refusal));
        }
    }

    /// All that has come. The connection does not stop any more.
    pub(crate) fn take_received(&mut self) -> Vec<u8> {
        self.lazy.take().map(|lazy| lazy.received).unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "lazy_tests.rs"]
mod tests;
