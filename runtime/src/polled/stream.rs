//! The calls of a stream that is polled.

use std::fmt;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use super::AsyncIo;
use super::transport::{PolledTransport, Remainder, Remains};
use crate::connection::{Work, WorkDone};
use crate::crypto::CryptoProvider;
use crate::driver::{Driver, Tasks};
use crate::record::MAX_CONTENT;
use crate::{
    AsyncWorker, ClientOffer, Connection, EarlyData, EarlyDataOutcome, Error, HandedOver, Refusal,
    ServerConfig, Unrest,
};

/// A connection over a transport that is polled.
pub(crate) struct TaskStream<A: AsyncIo, P: CryptoProvider> {
    tasks: Tasks<PolledTransport<A>, P>,
    remains: Remains<A>,
    closing: Option<Closing<A>>,
    /// When the pending close is over, if it is ever. None where none is pending.
    close_until: Option<Option<Instant>>,
    /// A shutdown ends both directions, because the program drops the stream behind it.
    pub(crate) closes_on_shutdown: bool,
}

/// A close that has ended the connection, whose transport has something left to do.
struct Closing<A: AsyncIo> {
    result: Result<(), Error>,
    remainder: Remainder<A>,
    timer: Option<A::Timer>,
}

impl<A: AsyncIo, P: CryptoProvider> TaskStream<A, P> {
    pub(crate) fn new(connection: Connection<P>, io: A) -> Self {
        let remains = Remains::default();
        let transport = PolledTransport::new(io, Arc::clone(&remains));
        let tasks = Tasks::new(connection, transport);
        Self { tasks, remains, closing: None, close_until: None, closes_on_shutdown: false }
    }

    pub(crate) const fn driver(&self) -> &Driver<PolledTransport<A>, P> {
        self.tasks.driver()
    }

    pub(crate) const fn driver_mut(&mut self) -> &mut Driver<PolledTransport<A>, P> {
        self.tasks.driver_mut()
    }

    pub(crate) fn get_ref(&self) -> Option<&A> {
        self.driver().transport().and_then(PolledTransport::get_ref)
    }

    pub(crate) fn abort(&mut self) -> Option<A> {
        if let Some(closing) = self.closing.take() {
            return Some(closing.remainder.into_inner());
        }
        self.tasks.abort().and_then(PolledTransport::into_inner)
    }

    /// The transport, and what protects the records of the connection. Nothing else is done with
    /// this then.
    pub(crate) fn hand_over(&mut self) -> Result<(A, HandedOver<P>), Unrest> {
        let (transport, secrets) = self.driver_mut().give_over()?;
        let io = transport.into_inner().ok_or(Unrest::Ended)?;
        Ok((io, secrets))
    }

    pub(crate) fn delegate_work(
        &mut self,
        worker: impl FnMut(Work<P>) -> WorkDone<P> + Send + Sync + 'static,
    ) {
        self.tasks.delegate_work(worker);
    }

    pub(crate) fn delegate_work_to(&mut self, worker: Arc<dyn AsyncWorker<P>>) {
        self.tasks.delegate_work_to(worker);
    }

    pub(crate) fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.tasks.offer_early_data(data)
    }

    pub(crate) fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.tasks.early_data_outcome()
    }

    pub(crate) fn take_early_data(&mut self) -> Option<EarlyData> {
        self.tasks.take_early_data()
    }

    pub(crate) fn poll_early_data(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<EarlyData>, Error>> {
        self.tasks.poll_early_data(context)
    }

    /// See [`Driver::listen`].
    pub(crate) fn listen(&mut self) {
        self.driver_mut().listen();
    }

    pub(crate) fn poll_client_hello(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        self.tasks.poll_client_hello(context)
    }

    pub(crate) fn client_hello(&self) -> ClientOffer<'_> {
        self.driver().client_hello()
    }

    pub(crate) fn configure(&mut self, config: Arc<ServerConfig<P>>) -> Result<(), Error> {
        self.tasks.configure(config)
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.tasks.refuse(refusal);
    }

    /// The transport, and all that has come from it. Nothing else is done with this then.
    pub(crate) fn give_back(&mut self) -> Option<(A, Vec<u8>)> {
        let received = self.driver_mut().take_received();
        Some((self.abort()?, received))
    }

    pub(crate) fn poll_handshake(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.tasks.poll_handshake(context)
    }

    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<usize, Error>> {
        self.tasks.poll_read(context, buffer)
    }

    pub(crate) fn poll_lent(&mut self, context: &mut Context<'_>) -> Poll<Result<&[u8], Error>> {
        self.tasks.poll_lent(context)
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.tasks.consume(count);
    }

    pub(crate) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<Result<usize, Error>> {
        self.tasks.poll_write(context, data)
    }

    /// Writes of several slices what fits into one record, so that a head and a body that are
    /// short travel together.
    pub(crate) fn poll_write_vectored(
        &mut self,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let mut filled = slices.iter().filter(|slice| !slice.is_empty());
        let Some(first) = filled.next() else { return Poll::Ready(Ok(0)) };
        let mut rest = filled.peekable();
        if rest.peek().is_none() || first.len() >= MAX_CONTENT {
            return self.poll_write(context, first);
        }
        let mut data = first.to_vec();
        for slice in rest {
            let room = MAX_CONTENT.saturating_sub(data.len());
            data.extend_from_slice(slice.get(..room).unwrap_or(slice));
        }
        self.poll_write(context, &data)
    }

    pub(crate) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.tasks.poll_flush(context)
    }

    pub(crate) fn poll_half_close(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.tasks.poll_half_close(context)
    }

    pub(crate) fn poll_update_key(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.tasks.poll_update_key(context)
    }

    /// What the traits of the runtimes call a shutdown: first a flush, as they promise, and then a
    /// half-close, or a close. After a close it has nothing to do.
    pub(crate) fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.closes_on_shutdown {
            return self.poll_close(context);
        }
        if self.driver().transport().is_none() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_flush(context))?;
        self.poll_half_close(context)
    }

    pub(crate) fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let time = self.driver().budget.time;
        let until = *self.close_until.get_or_insert_with(|| A::time().checked_add(time));
        let result = ready!(self.poll_close_until(context, until));
        self.close_until = None;
        Poll::Ready(result)
    }

    fn poll_close_until(
        &mut self,
        context: &mut Context<'_>,
        until: Option<Instant>,
    ) -> Poll<Result<(), Error>> {
        if self.closing.is_none() {
            let result = ready!(self.tasks.poll_close(context));
            let remainder = self.remains.lock().unwrap_or_else(PoisonError::into_inner).take();
            let Some(remainder) = remainder else { return Poll::Ready(result) };
            self.closing = Some(Closing { result, remainder, timer: until.map(A::timer) });
        }
        let Some(closing) = &mut self.closing else { return Poll::Ready(Ok(())) };
        let is_passed_on = closing.remainder.poll(context).is_ready();
        let timer = closing.timer.as_mut();
        if !is_passed_on && timer.is_none_or(|timer| Pin::new(timer).poll(context).is_pending()) {
            return Poll::Pending;
        }
        let result = self.closing.take().map_or(Ok(()), |closing| closing.result);
        Poll::Ready(if is_passed_on { result } else { result.and(Err(Error::CloseBudgetExpired)) })
    }
}

impl<A: AsyncIo, P: CryptoProvider> fmt::Debug for TaskStream<A, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tasks.fmt(formatter)
    }
}
