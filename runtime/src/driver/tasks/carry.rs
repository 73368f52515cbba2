//! What every poll of a call does: it carries on what is pending, and waits where it has to.

use std::task::{Context, Poll, ready};

use super::{TaskTransport, Tasks};
use crate::connection::Interest;
use crate::crypto::CryptoProvider;
use crate::driver::callers::Caller;
use crate::driver::{Driver, Now, Progress, Wait};

/// How often one poll carries on with a transport that says that it is ready, before other tasks
/// have their turn.
const ROUNDS: usize = 16;

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    pub(super) fn now(&mut self) -> Now {
        self.driver.now(Self::read_clocks)
    }

    pub(super) fn read_clocks(driver: &Driver<T, P>) -> Now {
        driver.transport().map_or_else(Now::read, TaskTransport::now)
    }

    /// Carries the pending calls on until one that this caller waits for has its result.
    pub(super) fn poll_until(
        &mut self,
        caller: Caller,
        is_done: impl Fn(&Driver<T, P>) -> bool,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if let Some(interest) = self.waited.take() {
            // Most likely the transport has woken this task. To ask it first what it is ready for
            // spares a round in which all calls would only be found to wait.
            let _ = self.poll_transport(interest);
        }
        for _ in 0..ROUNDS {
            let now = self.now();
            let progress = match self.driver.carry_out(now) {
                // Whoever is done meanwhile, work that is handed out is begun.
                Progress::Works(work) => {
                    self.begin_work(*work, now);
                    Progress::Busy
                }
                other => other,
            };
            self.give_work_up();
            if is_done(&self.driver) {
                self.callers.wake_others(caller, context.waker());
                return Poll::Ready(());
            }
            match progress {
                Progress::Waits(wait) => {
                    if self.poll_wait(wait, caller, context).is_pending() {
                        self.driver.release_memory();
                        self.waited = Some(wait.interest);
                        return Poll::Pending;
                    }
                }
                Progress::Works(_) | Progress::Done | Progress::Busy => {}
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Waits, for all callers. Ready when there is more to do at once.
    fn poll_wait(&mut self, wait: Wait, caller: Caller, own: &Context<'_>) -> Poll<()> {
        if self.driver.has_receive_result() || self.driver.has_send_result() {
            // It is another caller's.
            self.callers.wake_others(caller, own.waker());
        }
        // Before the transport is asked, or a worker: what it wakes from then on wakes this caller
        // too.
        self.callers.set(caller, own.waker());
        if self.poll_work().is_ready() {
            return Poll::Ready(());
        }
        let mut context = Context::from_waker(&self.waker);
        let Some(transport) = self.driver.wire.transport.as_mut() else { return Poll::Pending };
        let is_late =
            wait.until.is_some_and(|until| transport.poll_time(&mut context, until).is_ready());
        match self.poll_transport(wait.interest) {
            Poll::Pending if is_late && wait.interest != Interest::default() => Poll::Ready(()),
            polled => polled,
        }
    }

    /// Asks the transport whether it is ready for one of these, and takes note of that.
    fn poll_transport(&mut self, interest: Interest) -> Poll<()> {
        let Some(transport) = self.driver.wire.transport.as_mut() else { return Poll::Pending };
        if interest == Interest::default() {
            // While a worker works, nothing is of interest. A lazy transport carries on meanwhile.
            if self.outstanding.is_some() {
                let _ = transport.poll_ready(&mut Context::from_waker(&self.waker), interest);
            }
            return Poll::Pending;
        }
        match ready!(transport.poll_ready(&mut Context::from_waker(&self.waker), interest)) {
            Ok(ready) => self.driver.handle_ready(ready),
            Err(error) => self.driver.handle_wait_error(error.kind()),
        }
        Poll::Ready(())
    }
}
