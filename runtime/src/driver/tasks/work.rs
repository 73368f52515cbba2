//! Work that is left to the program, which answers at once or takes its time.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use super::{TaskTransport, Tasks};
use crate::Error;
use crate::connection::{AsyncWorker, Work, WorkDone, WorkFuture};
use crate::crypto::CryptoProvider;
use crate::driver::Now;

/// Who does what a handshake leaves to the program.
pub(super) enum Worker<P: CryptoProvider> {
    /// It answers inside of the poll that needs it.
    AtOnce(Box<dyn FnMut(Work<P>) -> WorkDone<P> + Send + Sync>),
    /// It takes its time.
    Later(Arc<dyn AsyncWorker<P>>),
}

/// Work that was handed out, and is not answered.
pub(super) struct Outstanding<P: CryptoProvider> {
    /// Behind a lock that nobody takes: a stream may be shared between threads, a future need not.
    future: Mutex<WorkFuture<P>>,
    /// The answer in place of one to other work.
    misplaced: WorkDone<P>,
}

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    /// Has `worker` do what the handshake would do at once: it is called inside of the poll that
    /// needs it, and answers at once. To be called before the handshake.
    ///
    /// An answer to other work ends the connection, by [`Error::Internal`] and the alert
    /// internal_error.
    pub fn delegate_work(
        &mut self,
        worker: impl FnMut(Work<P>) -> WorkDone<P> + Send + Sync + 'static,
    ) {
        self.driver.delegate_work();
        self.worker = Some(Worker::AtOnce(Box::new(worker)));
    }

    /// The same for a worker that takes its time: the handshake waits for its answers. To be called
    /// before the handshake.
    pub fn delegate_work_to(&mut self, worker: Arc<dyn AsyncWorker<P>>) {
        self.driver.delegate_work();
        self.worker = Some(Worker::Later(worker));
    }

    /// Hands work out, or does it here.
    pub(super) fn begin_work(&mut self, work: Work<P>, now: Now) {
        let misplaced = work.failing(Error::Internal("an answer to other work"));
        let done = match &mut self.worker {
            None => work.run(now.date),
            Some(Worker::AtOnce(worker)) => worker(work),
            Some(Worker::Later(worker)) => {
                let future = Mutex::new(worker.answer(work));
                self.outstanding = Some(Box::new(Outstanding { future, misplaced }));
                return;
            }
        };
        self.finish_work(done, misplaced);
    }

    /// Ready when work was answered that had been handed out.
    pub(super) fn poll_work(&mut self) -> Poll<()> {
        let Some(outstanding) = &mut self.outstanding else { return Poll::Pending };
        let future = outstanding.future.get_mut().unwrap_or_else(PoisonError::into_inner);
        let done = ready!(future.as_mut().poll(&mut Context::from_waker(&self.waker)));
        if let Some(outstanding) = self.outstanding.take() {
            self.finish_work(done, outstanding.misplaced);
        }
        Poll::Ready(())
    }

    fn finish_work(&mut self, done: WorkDone<P>, misplaced: WorkDone<P>) {
        if self.driver.handle_work(done).is_err() {
            // No error is possible: this is to the work that was handed out last.
            let _ = self.driver.handle_work(misplaced);
        }
    }

    /// Gives work up for whose answer nothing waits any more.
    pub(super) fn give_work_up(&mut self) {
        if self.outstanding.is_some() && !self.driver.connection.waits_for_work() {
            self.outstanding = None;
        }
    }
}
