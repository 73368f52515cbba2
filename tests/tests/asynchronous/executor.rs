//! An executor that polls tasks that were woken in an order that a seed chooses, and now and then
//! one that was not. It is a future itself, and so runs in a runtime of tokio's, whose clock stands
//! still and goes on to the next timer when nothing else is left to do.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

/// Longer than anything here waits: what takes so long waits for ever. No real time passes.
const FOREVER: Duration = Duration::from_secs(24 * 60 * 60);

/// More polls than any of these programs takes, so that tasks which wake each other without end are
/// found.
const MANY: usize = 2_000_000;

/// A task of a test.
pub(crate) type Task<'t> = Pin<Box<dyn Future<Output = ()> + 't>>;

/// Numbers that look random and are the same in every run (xorshift64).
#[derive(Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// Notes that a task was woken, and wakes the executor, which polls the tasks.
struct Woken {
    flag: AtomicBool,
    executor: Arc<Mutex<Option<Waker>>>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        let executor = self.executor.lock().unwrap().clone();
        executor.into_iter().for_each(Waker::wake);
    }
}

struct Executor<'t> {
    tasks: Vec<(Task<'t>, Arc<Woken>)>,
    waker: Arc<Mutex<Option<Waker>>>,
    numbers: Numbers,
    /// Tasks that were not woken are polled too, as long as some task was woken.
    is_spurious: bool,
    polls: usize,
}

impl Future for Executor<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        *this.waker.lock().unwrap() = Some(context.waker().clone());
        loop {
            if this.tasks.is_empty() {
                return Poll::Ready(());
            }
            let is_woken = |index: &usize| this.tasks[*index].1.flag.load(Ordering::Acquire);
            let ready: Vec<_> = (0..this.tasks.len()).filter(is_woken).collect();
            if ready.is_empty() {
                return Poll::Pending;
            }
            this.polls += 1;
            assert!(this.polls < MANY, "tasks are polled again and again");
            let index = if this.is_spurious && this.numbers.below(4) == 0 {
                this.numbers.below(this.tasks.len())
            } else {
                ready[this.numbers.below(ready.len())]
            };
            let (task, woken) = &mut this.tasks[index];
            woken.flag.store(false, Ordering::Release);
            let waker = Waker::from(Arc::clone(woken));
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                drop(this.tasks.swap_remove(index));
            }
        }
    }
}

/// All wait, and nothing wakes any of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stuck;

/// Runs the tasks to their ends, in an order that the seed chooses.
pub(crate) fn run(tasks: Vec<Task<'_>>, seed: u64) -> Result<(), Stuck> {
    let waker = Arc::<Mutex<Option<Waker>>>::default();
    let woken = || Arc::new(Woken { flag: AtomicBool::new(true), executor: Arc::clone(&waker) });
    let tasks = tasks.into_iter().map(|task| (task, woken())).collect();
    let numbers = Numbers::new(seed);
    // In every other run no spurious poll makes up for a wake that gets lost.
    let is_spurious = seed.is_multiple_of(2);
    let executor = Executor { tasks, waker: Arc::clone(&waker), numbers, is_spurious, polls: 0 };
    block_on(executor)
}

/// Runs a future alone, to its end.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, Stuck> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(async {
            // One poll of the executor polls many tasks, which must not use up tokio's budget for
            // one poll.
            let future = tokio::task::unconstrained(future);
            tokio::time::timeout(FOREVER, future).await.map_err(|_| Stuck)
        })
}
