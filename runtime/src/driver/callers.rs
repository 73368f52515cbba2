//! Who waits for a connection that is polled, and how they are woken.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// Who polls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// One task reads.
    Reader,
    /// One task writes.
    Writer,
    /// Any task completes the handshake or closes.
    Any,
}

/// The wakers of the callers that wait.
#[derive(Default)]
struct Waiting {
    reader: Option<Waker>,
    writer: Option<Waker>,
    /// Of handshakes and closes.
    others: Vec<Waker>,
}

impl Waiting {
    const fn is_empty(&self) -> bool {
        self.reader.is_none() && self.writer.is_none() && self.others.is_empty()
    }

    fn wake(self) {
        if let Some(reader) = self.reader {
            reader.wake();
        }
        if let Some(writer) = self.writer {
            writer.wake();
        }
        for other in self.others {
            other.wake();
        }
    }
}

/// The same, for whoever wakes them.
#[derive(Default)]
pub(super) struct Callers(Mutex<Waiting>);

impl Callers {
    pub(super) fn set(&self, caller: Caller, waker: &Waker) {
        let mut waiting = self.waiting();
        let kept = match caller {
            Caller::Reader => &mut waiting.reader,
            Caller::Writer => &mut waiting.writer,
            Caller::Any => {
                if !waiting.others.iter().any(|other| other.will_wake(waker)) {
                    waiting.others.push(waker.clone());
                }
                return;
            }
        };
        match kept {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }

    /// Wakes all but this caller, also where one task is two callers.
    pub(super) fn wake_others(&self, caller: Caller, own: &Waker) {
        let mut waiting = self.waiting();
        match caller {
            Caller::Reader => waiting.reader = None,
            Caller::Writer => waiting.writer = None,
            Caller::Any => waiting.others.retain(|other| !other.will_wake(own)),
        }
        if waiting.is_empty() {
            return;
        }
        let others = std::mem::take(&mut *waiting);
        // A caller that is woken may poll at once, and then needs the lock.
        drop(waiting);
        others.wake();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Callers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let all = std::mem::take(&mut *self.waiting());
        all.wake();
    }
}
