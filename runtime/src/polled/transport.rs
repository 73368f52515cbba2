//! A transport that is polled, as the driver wants it: calls that do not wait, and readiness.
//!
//! *Readiness* is what no poll has denied since the last wake. A poll that is pending takes it away
//! for its operation; a wake gives it back for all of them, because a transport that has several
//! reasons to wake does not say which one it was.
//!
//! *Wakes.* The transport is always polled with the same waker, whichever task polls: of two
//! wakers a transport may forget the first. The waker passes the wake on to whom
//! [`poll_ready`](TaskTransport::poll_ready) was told of.
//!
//! *Lazy transports* hold back what they have taken until they are flushed, or need several polls
//! to end their direction. Both are begun at once, and carried on by every wait.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;

use rustls_pki_types::UnixTime;

use super::AsyncIo;
use crate::connection::{Interest, Readiness};
use crate::driver::{Now, TaskTransport, Transport};

const RECEIVE: u8 = 1;
const TRANSMIT: u8 = 2;
const ALL: u8 = RECEIVE | TRANSMIT;

/// What the transport wakes.
struct Signal {
    /// What may be tried.
    readiness: AtomicU8,
    /// Who waits for it.
    waiting: Mutex<Option<Waker>>,
}

impl Signal {
    fn deny(&self, operation: u8) {
        self.readiness.fetch_and(!operation, Ordering::AcqRel);
    }

    fn allow(&self, operations: u8) {
        self.readiness.fetch_or(operations, Ordering::AcqRel);
    }

    fn allows(&self, operation: u8) -> bool {
        self.readiness.load(Ordering::Acquire) & operation != 0
    }

    /// Wakes this waker from now on. Whoever asks for readiness afterwards sees the wakes that came
    /// before.
    fn pass_on_to(&self, waker: &Waker) {
        let mut waiting = self.waiting();
        match &mut *waiting {
            Some(waiting) => waiting.clone_from(waker),
            None => *waiting = Some(waker.clone()),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.allow(ALL);
        let waiting = self.waiting().clone();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// Where a transport is put that was closed before it had passed everything on.
pub(crate) type Remains<A> = Arc<Mutex<Option<Remainder<A>>>>;

/// A transport that has yet to pass on what it has taken. Nothing else is asked of it.
pub(crate) struct Remainder<A> {
    io: A,
    ends: bool,
}

impl<A: AsyncIo> Remainder<A> {
    /// Ready when everything has been passed on, or cannot be: the peer has ended already, so that
    /// nobody is to be told.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let polled =
            if self.ends { self.io.poll_shutdown(context) } else { self.io.poll_flush(context) };
        polled.map(drop)
    }

    pub(crate) fn into_inner(self) -> A {
        self.io
    }
}

/// A transport that is polled.
pub(crate) struct PolledTransport<A: AsyncIo> {
    /// None when it was given back.
    io: Option<A>,
    signal: Arc<Signal>,
    /// Wakes the signal.
    waker: Waker,
    /// No flush is due.
    is_flushed: bool,
    /// Our direction is to end, and has not.
    ends: bool,
    /// How a flush has failed that went on by itself, without a call that waits for it.
    failure: Option<io::Error>,
    timer: Option<(Instant, A::Timer)>,
    remains: Remains<A>,
}

impl<A: AsyncIo> PolledTransport<A> {
    pub(crate) fn new(io: A, remains: Remains<A>) -> Self {
        let signal = Signal { readiness: AtomicU8::new(ALL), waiting: Mutex::default() };
        let signal = Arc::new(signal);
        let waker = Waker::from(Arc::clone(&signal));
        Self {
            io: Some(io),
            signal,
            waker,
            is_flushed: true,
            ends: false,
            failure: None,
            timer: None,
            remains,
        }
    }

    pub(crate) const fn get_ref(&self) -> Option<&A> {
        self.io.as_ref()
    }

    pub(crate) fn into_inner(mut self) -> Option<A> {
        self.io.take()
    }

    /// Polls the transport for an operation.
    fn poll<R>(
        &mut self,
        operation: u8,
        poll: impl FnOnce(&mut A, &mut Context<'_>) -> Poll<io::Result<R>>,
    ) -> io::Result<R> {
        let Some(io) = &mut self.io else { return Err(io::ErrorKind::NotConnected.into()) };
        // Before it is polled: a wake that comes meanwhile counts.
        self.signal.deny(operation);
        match poll(io, &mut Context::from_waker(&self.waker)) {
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
            Poll::Ready(done) => {
                self.signal.allow(operation);
                done
            }
        }
    }

    /// Carries on what the transport has yet to do: a flush, or the end of our direction.
    fn carry_on(&mut self) -> Poll<()> {
        let Some(io) = &mut self.io else { return Poll::Ready(()) };
        let mut context = Context::from_waker(&self.waker);
        if self.ends {
            // Where the shutdown fails, the next transfer says so.
            if io.poll_shutdown(&mut context).is_pending() {
                return Poll::Pending;
            }
            (self.ends, self.is_flushed) = (false, true);
        } else if !self.is_flushed {
            match io.poll_flush(&mut context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(flushed) => {
                    self.is_flushed = true;
                    self.failure = flushed.err();
                }
            }
        }
        Poll::Ready(())
    }
}

impl<A: AsyncIo> Transport for PolledTransport<A> {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.poll(RECEIVE, |io, context| io.poll_read(context, bytes))
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let count = self.poll(TRANSMIT, |io, context| io.poll_write(context, bytes))?;
        self.is_flushed = false;
        if count == bytes.len() {
            let _ = self.carry_on();
        }
        Ok(count)
    }

    fn shutdown_write(&mut self) {
        self.ends = true;
        let _ = self.carry_on();
    }
}

impl<A: AsyncIo> TaskTransport for PolledTransport<A> {
    fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        interest: Interest,
    ) -> Poll<io::Result<Readiness>> {
        self.signal.pass_on_to(context.waker());
        let _ = self.carry_on();
        let may_transmit = self.signal.allows(TRANSMIT) || self.failure.is_some();
        let ready = Readiness {
            receive: interest.receive && self.signal.allows(RECEIVE),
            transmit: interest.transmit && may_transmit,
        };
        if ready.receive || ready.transmit { Poll::Ready(Ok(ready)) } else { Poll::Pending }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.signal.pass_on_to(context.waker());
        self.carry_on().map(|()| self.failure.take().map_or(Ok(()), Err))
    }

    fn poll_time(&mut self, context: &mut Context<'_>, until: Instant) -> Poll<()> {
        if self.timer.as_ref().is_none_or(|(time, _)| *time != until) {
            self.timer = Some((until, A::timer(until)));
        }
        match &mut self.timer {
            Some((_, timer)) => Pin::new(timer).poll(context).map(drop),
            None => Poll::Pending,
        }
    }

    fn now(&self) -> Now {
        Now { date: UnixTime::now(), clock: A::time() }
    }
}

impl<A: AsyncIo> Drop for PolledTransport<A> {
    /// Leaves the transport to whoever closes it, if there is something left to do.
    fn drop(&mut self) {
        if let Some(io) = self.io.take()
            && (self.ends || !self.is_flushed)
        {
            let mut remains = self.remains.lock().unwrap_or_else(PoisonError::into_inner);
            *remains = Some(Remainder { io, ends: self.ends });
        }
    }
}
