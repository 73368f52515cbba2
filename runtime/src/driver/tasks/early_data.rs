//! Early data, of both sides.

use std::task::{Context, Poll, ready};

use super::{NO_RESULT, TaskTransport, Tasks};
use crate::connection::Call;
use crate::crypto::CryptoProvider;
use crate::driver::Driver;
use crate::driver::callers::Caller;
use crate::{EarlyData, EarlyDataOutcome, Error};

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    /// On a client, before its handshake: see
    /// [`Connection::offer_early_data`](crate::Connection::offer_early_data).
    ///
    /// # Errors
    /// As that.
    pub fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.driver.offer_early_data(data)
    }

    /// What became of the early data of a client: see
    /// [`Connection::early_data_outcome`](crate::Connection::early_data_outcome).
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.driver.early_data_outcome()
    }

    /// The early data of a client, on a server, which may be a replay: see
    /// [`Connection::take_early_data`](crate::Connection::take_early_data).
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        self.driver.take_early_data()
    }

    /// On a server: goes on with the handshake until early data have come that were not taken, and
    /// takes them; nothing when the handshake is complete. Between two of them the program may
    /// [write](Self::poll_write) an answer already.
    ///
    /// A poll that is given up loses nothing, and the handshake goes on with the next one.
    ///
    /// # Errors
    /// Why the handshake failed. What was taken before was sent by who holds the key of the
    /// session, and may be a replay all the same.
    pub fn poll_early_data(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<EarlyData>, Error>> {
        if let Some(data) = self.take_early_data() {
            return Poll::Ready(Ok(Some(data)));
        }
        if self.driver.connection().is_connected() && self.receives != Some(Call::Handshake) {
            return Poll::Ready(Ok(None));
        }
        self.start_receiving(Call::Handshake)?;
        let is_done = |driver: &Driver<T, P>| {
            driver.has_receive_result() || driver.connection().has_early_data()
        };
        ready!(self.poll_until(Caller::Reader, is_done, context));
        if let Some(data) = self.take_early_data() {
            return Poll::Ready(Ok(Some(data)));
        }
        self.receives = None;
        let connected = self.driver.take_receive_result().unwrap_or(Err(NO_RESULT));
        Poll::Ready(connected.map(|()| None))
    }
}
