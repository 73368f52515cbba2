//! Who does work elsewhere, and takes time for it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::task::done;
use super::{Work, WorkDone};
use crate::Error;
use crate::crypto::{CryptoProvider, DefaultProvider};

/// The answer to work, when there is one.
pub type WorkFuture<P = DefaultProvider> = Pin<Box<dyn Future<Output = WorkDone<P>> + Send>>;

/// Who does the [work](Work) of handshakes and may take time for it: a service that holds the
/// private key signs, a pool of threads judges certificates. For what is polled, such as
/// `tokio::Connector::with_worker` and [`Tasks::delegate_work_to`](crate::driver::Tasks).
///
/// The handshake waits for each answer, and nothing is received meanwhile; other tasks go on. It
/// has no end of its own for that: a worker that may be slow bounds its time itself. What is not to
/// be done elsewhere is answered at once, by [`Work::run`]:
///
/// ```
/// use hyaline::pki_types::UnixTime;
/// use hyaline::{AsyncWorker, SignatureRequest, Work, WorkFuture};
///
/// /// Asks the service that holds the key.
/// async fn ask(scheme: u16, message: Vec<u8>) -> Option<Vec<u8>> {
///     # let _ = (scheme, message);
///     # None
///     // …
/// }
///
/// #[derive(Debug)]
/// struct KeyService;
///
/// impl AsyncWorker for KeyService {
///     fn answer(&self, work: Work) -> WorkFuture {
///         match work {
///             Work::Signature(request) => Box::pin(async move {
///                 let signature = ask(request.scheme().0, request.message()).await;
///                 request.signed(signature)
///             }),
///             work => Box::pin(std::future::ready(work.run(UnixTime::now()))),
///         }
///     }
/// }
/// ```
pub trait AsyncWorker<P: CryptoProvider = DefaultProvider>:
    fmt::Debug + Send + Sync + 'static
{
    /// Does this work. The future is polled by the task that needs the handshake, and dropped where
    /// nobody waits for the answer any more: the handshake was given up.
    ///
    /// Nothing is received meanwhile, so a peer that leaves is noticed behind the answer. Whoever
    /// accepts strangers bounds the handshake in time, and with it what they can have done.
    ///
    /// An answer to other work than this ends the connection, by [`Error::Internal`] and the alert
    /// internal_error.
    fn answer(&self, work: Work<P>) -> WorkFuture<P>;
}

impl<P: CryptoProvider> Work<P> {
    /// The answer of whoever cannot do it: the handshake fails with [`Error::WorkFailed`], and the
    /// peer is told by the alert internal_error. To be had before the work is given away, for the
    /// case that it does not come back:
    ///
    /// ```
    /// use hyaline::pki_types::UnixTime;
    /// use hyaline::{Work, WorkDone};
    ///
    /// /// Does it on another thread, which may panic or not exist.
    /// fn elsewhere(work: Work) -> WorkDone {
    ///     let failed = work.failed();
    ///     let worker = std::thread::Builder::new().spawn(move || work.run(UnixTime::now()));
    ///     worker.ok().and_then(|worker| worker.join().ok()).unwrap_or(failed)
    /// }
    /// ```
    pub fn failed(&self) -> WorkDone<P> {
        self.failing(Error::WorkFailed)
    }

    /// The answer that fails with this error.
    pub(crate) fn failing(&self, error: Error) -> WorkDone<P> {
        done(self.number(), Err(error))
    }
}
