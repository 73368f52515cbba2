//! An executor that polls only tasks that were woken, in an order that a seed chooses.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use crate::adapter::Clock;

/// A task's flag: it was woken.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// Numbers that look random and are the same in every run (xorshift64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// A task of a test.
pub(crate) type Task<'t> = Pin<Box<dyn Future<Output = ()> + 't>>;

/// More polls than any of these programs takes: were a wake to lead to the next, it would be seen.
const MANY: usize = 200_000;

/// Runs the tasks to their ends, and moves the clock when all wait: false when they wait for ever.
pub(crate) fn run(tasks: Vec<Task<'_>>, clock: &Clock, seed: u64) -> bool {
    let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut tasks: Vec<_> =
        tasks.into_iter().map(|task| (task, Arc::new(Woken(AtomicBool::new(true))))).collect();
    let mut polls = 0;
    while !tasks.is_empty() {
        polls += 1;
        assert!(polls < MANY, "tasks are polled again and again, seed {seed}");
        let ready: Vec<_> =
            (0..tasks.len()).filter(|index| tasks[*index].1.0.load(Ordering::Acquire)).collect();
        if ready.is_empty() {
            if clock.advance() {
                continue;
            }
            return false;
        }
        let index = ready[numbers.below(ready.len())];
        let (task, woken) = &mut tasks[index];
        woken.0.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(woken));
        if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            drop(tasks.swap_remove(index));
        }
    }
    true
}
