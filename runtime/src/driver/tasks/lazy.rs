//! A server that waits for the ClientHello before it has a configuration.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::{NO_RESULT, TaskTransport, Tasks};
use crate::config::ServerConfig;
use crate::connection::Call;
use crate::crypto::CryptoProvider;
use crate::driver::Driver;
use crate::driver::callers::Caller;
use crate::{Error, Refusal};

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    /// Waits for the ClientHello. A poll that is given up loses nothing.
    pub(crate) fn poll_client_hello(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        self.start_receiving(Call::Handshake)?;
        let is_done = |driver: &Driver<T, P>| driver.has_heard() || driver.has_receive_result();
        ready!(self.poll_until(Caller::Any, is_done, context));
        if self.driver.has_heard() {
            return Poll::Ready(Ok(()));
        }
        self.receives = None;
        let failed = self.driver.take_receive_result().unwrap_or(Err(NO_RESULT));
        Poll::Ready(failed.and(Err(NO_RESULT)))
    }

    /// See [`Driver::configure`].
    ///
    /// # Errors
    /// As that.
    pub(crate) fn configure(&mut self, config: Arc<ServerConfig<P>>) -> Result<(), Error> {
        self.receives = None;
        self.driver.configure(config)?;
        if self.worker.is_some() {
            self.driver.delegate_work();
        }
        Ok(())
    }

    /// Has the handshake fail that is pending, with an alert.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.driver.refuse(refusal);
    }
}
