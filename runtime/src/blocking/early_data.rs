//! Early data, of both sides.

use std::io;

use super::Stream;
use super::calls::NO_RESULT;
use super::deadline::{Deadline, Direction};
use super::system::AsFd;
use crate::crypto::CryptoProvider;
use crate::driver::{Driver, Now};
use crate::{Call, EarlyData, EarlyDataOutcome, Error};

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// On a client, before its handshake: these data are to be sent behind the first message.
    /// **They can be replayed**; see
    /// [`Connection::offer_early_data`](crate::Connection::offer_early_data).
    ///
    /// # Errors
    /// As that.
    pub fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.driver.offer_early_data(data)
    }

    /// What became of the early data of a client, once its handshake is complete; see
    /// [`Connection::early_data_outcome`](crate::Connection::early_data_outcome).
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.driver.early_data_outcome()
    }

    /// The early data of a client, on a server, apart from what is read: **they can be a replay**;
    /// see [`Connection::take_early_data`](crate::Connection::take_early_data).
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        self.driver.take_early_data()
    }

    /// On a server, in place of [`handshake`](Self::handshake): the client's early data as they
    /// come, and nothing when the handshake is complete. **They can be a replay**; see
    /// [`Connection::take_early_data`](crate::Connection::take_early_data).
    ///
    /// Between two of them the program may write: what answers early data is on its way before the
    /// handshake is complete, which is what saves a client the time (RFC 9846 section 4.5.3). A
    /// server that has done so hands out no ticket on this connection: it would stand behind data,
    /// and take room there that plain TCP leaves free. The [read timeout](Self::set_read_timeout)
    /// counts for each.
    ///
    /// ```no_run
    /// # use std::io::Write;
    /// # use hyaline::blocking::Stream;
    /// # fn answer(request: &[u8]) -> Option<Vec<u8>> { None }
    /// # fn serve(mut stream: Stream) -> std::io::Result<()> {
    /// let mut request = Vec::new();
    /// while let Some(data) = stream.early_data()? {
    ///     request.extend(data.into_replayable_bytes());
    ///     // What may be done twice is done now.
    ///     if let Some(answer) = answer(&request) {
    ///         stream.write_all(&answer)?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake). What was taken before was sent by whoever holds the key
    /// of the session, and may be a replay all the same.
    pub fn early_data(&mut self) -> io::Result<Option<EarlyData>> {
        let mut deadline = Deadline::of_call(self.reading, Direction::Receive);
        let data = self.early_data_within(&mut deadline);
        deadline.tell(data)
    }

    fn early_data_within(&mut self, deadline: &mut Deadline) -> Result<Option<EarlyData>, Error> {
        if let Some(data) = self.take_early_data() {
            return Ok(Some(data));
        }
        if self.driver.connection().is_connected() && !self.handshaking {
            return Ok(None);
        }
        if !self.handshaking {
            self.driver.start(Now::read(), Call::Handshake)?;
            self.handshaking = true;
        }
        let is_done = |driver: &Driver<_, P>| {
            driver.has_receive_result() || driver.connection().has_early_data()
        };
        self.drive_until(is_done, Direction::Receive, deadline)?;
        if let Some(data) = self.take_early_data() {
            return Ok(Some(data));
        }
        self.handshaking = false;
        self.driver.take_receive_result().unwrap_or(Err(NO_RESULT)).map(|()| None)
    }
}
