//! A connection whose calls are polled, by one task or by two.
//!
//! *Wakes.* Either call both receives and transmits, so whatever the transport becomes ready for is
//! of interest to both callers. The transport gets one waker, which wakes both. A caller that
//! leaves with a result wakes the other one: what that waits for may have changed, or be done.

mod carry;
mod early_data;
// Its front doors alone call it.
#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod lazy;
mod lend;
mod work;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use self::work::{Outstanding, Worker};
use super::callers::{Caller, Callers};
use super::{Driver, Now, Transport};
use crate::connection::{Call, Interest, Readiness, SenderCall};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::{Connection, Error};

/// What a call says that ended without a result.
const NO_RESULT: Error = Error::Internal("a call without a result");

/// A [`Transport`] for which a task can wait.
pub trait TaskTransport: Transport {
    /// Which of these the transport is ready for; pending when none, and then the task of `context`
    /// is woken when it becomes ready for one. It forgets that it is ready when a transfer says
    /// [`WouldBlock`](std::io::ErrorKind::WouldBlock). Asked of nothing, while a worker works, it
    /// carries on what it holds back.
    ///
    /// # Errors
    /// Those of the transport, or of what waits for it. They end the connection.
    fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        interest: Interest,
    ) -> Poll<std::io::Result<Readiness>>;

    /// Waits until the transport has passed on what it has taken; ready at once, without this: most
    /// transports hold nothing back. One that does begins by itself, with each transfer, and
    /// carries on in [`poll_ready`](Self::poll_ready): this is only asked for by a flush.
    ///
    /// # Errors
    /// Those of the transport.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let _ = context;
        Poll::Ready(Ok(()))
    }

    /// Ready at this time; the task of `context` is woken then. Only a close asks for it, and what
    /// it asks last counts.
    fn poll_time(&mut self, context: &mut Context<'_>, until: Instant) -> Poll<()>;

    /// The time.
    fn now(&self) -> Now {
        Now::read()
    }
}

/// The sending call that is pending.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sends {
    /// A write that has taken nothing, and fails for a reason that is not known yet.
    Nothing,
    Control(SenderCall),
}

/// A connection for tasks: a [`Driver`] whose calls are polled.
///
/// A read may be polled by one task and a write by another, or both by one; handshake and close by
/// either. Two tasks on two threads share this behind a lock, which no poll holds while it waits.
///
/// *A call that is given up*, because its future is dropped, loses nothing. A read, a handshake, a
/// flush goes on when the next one is polled. A write is pending only as long as it has taken
/// nothing. A close goes on too; without it, the connection is truncated to the peer.
///
/// What a write has taken goes to the transport as far as that has room, and then with whatever is
/// polled next: a program that pauses behind a write polls a [flush](Self::poll_flush) first, as
/// over every buffered stream.
pub struct Tasks<T: TaskTransport, P: CryptoProvider = DefaultProvider> {
    driver: Driver<T, P>,
    callers: Arc<Callers>,
    /// Wakes both callers.
    waker: Waker,
    receives: Option<Call>,
    sends: Option<Sends>,
    worker: Option<Worker<P>>,
    outstanding: Option<Box<Outstanding<P>>>,
    /// What the transport was waited for when a poll was last pending.
    waited: Option<Interest>,
}

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    /// A connection at its beginning, over this transport. Nothing is sent yet.
    pub fn new(connection: Connection<P>, transport: T) -> Self {
        let callers = Arc::new(Callers::default());
        let waker = Waker::from(Arc::clone(&callers));
        let driver = Driver::new(connection, transport);
        let (receives, sends, worker, outstanding, waited) = (None, None, None, None, None);
        Self { driver, callers, waker, receives, sends, worker, outstanding, waited }
    }

    /// Completes the handshake. Reading and writing do so by themselves.
    ///
    /// # Errors
    /// Why it failed.
    pub fn poll_handshake(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll_connected(Caller::Any, context)
    }

    /// Reads from one record of application data: how many bytes. 0 is the clean end, the peer's
    /// close_notify, or an empty buffer.
    ///
    /// # Errors
    /// How else the stream ended.
    pub fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize, Error>> {
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        ready!(self.poll_connected(Caller::Reader, context))?;
        self.start_receiving(Call::Read)?;
        ready!(self.poll_receiving(Caller::Reader, context));
        Poll::Ready(self.driver.take_read(buffer).unwrap_or(Err(NO_RESULT)))
    }

    /// Writes: how many bytes were taken. Pending only while none were, so that a write that is
    /// given up has written nothing. A server that has [early data](Self::poll_early_data) may
    /// write before its handshake is complete.
    ///
    /// # Errors
    /// Why nothing can be written.
    pub fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<Result<usize, Error>> {
        if data.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if !self.driver.connection().accepts_answer() {
            ready!(self.poll_connected(Caller::Writer, context))?;
        }
        // What an earlier write has left goes first: no more than one write waits here.
        ready!(self.poll_pending(context))?;
        if self.driver.wire.outbox.holds_application_data() {
            ready!(self.poll_control(SenderCall::Flush, context))?;
        }
        let now = self.now();
        self.driver.start_write(now, data)?;
        if self.poll_sending(context).is_pending() {
            if self.driver.accepted == 0 {
                self.sends = Some(Sends::Nothing);
                return Poll::Pending;
            }
            self.driver.expire_sending();
        }
        match self.driver.take_write().unwrap_or(Err(NO_RESULT)) {
            Ok(0) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            written => Poll::Ready(written),
        }
    }

    /// Waits until the transport has everything that was written, and has
    /// [passed it on](TaskTransport::poll_flush). What else is left, key updates and the like, is
    /// transmitted as far as there is room.
    ///
    /// # Errors
    /// Why that cannot be.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let connection = self.driver.connection();
        let may_hold_data = connection.is_connected() || connection.accepts_answer();
        if may_hold_data && self.driver.unsent() > 0
            || self.sends == Some(Sends::Control(SenderCall::Flush))
        {
            ready!(self.poll_control(SenderCall::Flush, context))?;
        }
        let Some(transport) = self.driver.wire.transport.as_mut() else {
            return Poll::Ready(Ok(()));
        };
        self.callers.set(Caller::Writer, context.waker());
        let flushed = ready!(transport.poll_flush(&mut Context::from_waker(&self.waker)));
        Poll::Ready(flushed.map_err(|error| Error::from(error.kind())))
    }

    /// Ends our direction behind everything that was written, by close_notify. The other direction
    /// goes on; the FIN leaves when that has ended too, or with a close. Never waits for room; what
    /// there is none for goes with later calls.
    ///
    /// # Errors
    /// Why the handshake failed, if that was not complete.
    pub fn poll_half_close(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_connected(Caller::Writer, context))?;
        self.poll_control(SenderCall::HalfClose, context)
    }

    /// Updates the keys of both directions (RFC 9846 section 4.7.3). Never waits for room, nor for
    /// the answer.
    ///
    /// # Errors
    /// Why the handshake failed, if that was not complete.
    pub fn poll_update_key(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_connected(Caller::Writer, context))?;
        self.poll_control(SenderCall::UpdateKey, context)
    }

    /// Ends both directions and closes the transport, within
    /// [its budget](Driver::set_close_budget). Calls that are pending end before it.
    ///
    /// # Errors
    /// What ended the connection, where that was no orderly end.
    pub fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.receives != Some(Call::Close) {
            if self.driver.transport().is_none() {
                return Poll::Ready(Ok(()));
            }
            // Its budget is measured from here.
            let now = Self::read_clocks(&self.driver);
            self.driver.expire_receiving();
            self.driver.expire_sending();
            (self.receives, self.sends) = (None, None);
            self.driver.start(now, Call::Close)?;
            self.receives = Some(Call::Close);
        }
        ready!(self.poll_receiving(Caller::Any, context));
        Poll::Ready(self.driver.take_receive_result().unwrap_or(Err(NO_RESULT)))
    }

    /// Gives the transport back, as [`Driver::abort`] does. Calls that are pending fail.
    pub fn abort(&mut self) -> Option<T> {
        let transport = self.driver.abort();
        self.outstanding = None;
        self.waker.wake_by_ref();
        transport
    }

    /// The driver, with the connection and the transport.
    #[must_use]
    pub const fn driver(&self) -> &Driver<T, P> {
        &self.driver
    }

    /// The driver, for its settings and its notices. Calls are made here.
    #[must_use]
    pub const fn driver_mut(&mut self) -> &mut Driver<T, P> {
        &mut self.driver
    }

    fn poll_connected(
        &mut self,
        caller: Caller,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if self.driver.connection().is_connected() && self.receives != Some(Call::Handshake) {
            return Poll::Ready(Ok(()));
        }
        self.start_receiving(Call::Handshake)?;
        ready!(self.poll_receiving(caller, context));
        Poll::Ready(self.driver.take_receive_result().unwrap_or(Err(NO_RESULT)))
    }

    /// Starts a receiving call, unless it is pending.
    fn start_receiving(&mut self, call: Call) -> Result<(), Error> {
        if self.receives != Some(call) {
            let now = self.now();
            self.driver.start(now, call)?;
            self.receives = Some(call);
        }
        Ok(())
    }

    /// Ready when the pending receiving call has its result.
    fn poll_receiving(&mut self, caller: Caller, context: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_until(caller, Driver::has_receive_result, context));
        self.receives = None;
        Poll::Ready(())
    }

    /// Goes on with a sending call that was given up, if there is one.
    fn poll_pending(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.sends.is_none() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_sending(context));
        Poll::Ready(self.driver.take_send_result().unwrap_or(Err(NO_RESULT)))
    }

    fn poll_control(
        &mut self,
        control: SenderCall,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if self.sends != Some(Sends::Control(control)) {
            let now = self.now();
            if control == SenderCall::Flush {
                ready!(self.poll_pending(context))?;
            } else if self.sends.is_some() {
                // This call never waits for room, so it does not wait for an earlier call that
                // does: that was given up, and ends now.
                self.driver.expire_sending();
                let _ = ready!(self.poll_pending(context));
            }
            self.driver.start(now, control.into())?;
            self.sends = Some(Sends::Control(control));
        }
        self.poll_pending(context)
    }

    fn poll_sending(&mut self, context: &mut Context<'_>) -> Poll<()> {
        ready!(self.poll_until(Caller::Writer, Driver::has_send_result, context));
        self.sends = None;
        Poll::Ready(())
    }
}

impl<T: TaskTransport, P: CryptoProvider> fmt::Debug for Tasks<T, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tasks").field("driver", &self.driver).finish_non_exhaustive()
    }
}
