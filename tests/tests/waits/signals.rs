//! Signals.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use hyaline::Error;
use rustix::process::{Pid, Signal, kill_process};

use crate::{TIME, connected, reason, write_on};

/// How many signals are sent to a call that waits.
const SIGNALS: usize = 20;

/// Sends signals to a thread, each when the one before it has been handled.
fn disturb(thread: Pid) {
    let seen = Arc::new(AtomicBool::new(false));
    let flag =
        signal_hook::flag::register(signal_hook::consts::SIGUSR1, Arc::clone(&seen)).unwrap();
    for _ in 0..SIGNALS {
        kill_process(thread, Signal::USR1).unwrap();
        while !seen.swap(false, Ordering::Relaxed) {
            thread::yield_now();
        }
    }
    signal_hook::low_level::unregister(flag);
}

#[test]
fn a_signal_ends_no_call_and_loses_nothing() {
    let (mut ours, mut theirs) = connected();
    let (identity, thread_of) = mpsc::channel();
    thread::scope(|scope| {
        let reading = scope.spawn(move || {
            identity.send(rustix::thread::gettid()).unwrap();
            let mut bytes = [0; 4];
            ours.read(&mut bytes).map(|count| (count, bytes))
        });
        disturb(thread_of.recv().unwrap());
        theirs.write_all(b"here").unwrap();
        assert_eq!(reading.join().unwrap().unwrap(), (4, *b"here"));
    });
}

#[test]
fn signals_do_not_prolong_the_time_of_a_call() {
    let (mut ours, _theirs) = connected();
    ours.set_read_timeout(Some(TIME));
    let error = disturbed(|| ours.read(&mut [0])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

/// Sends signals to this thread until the call has returned.
fn disturbed<T>(call: impl FnOnce() -> T) -> T {
    let thread = rustix::thread::gettid();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                disturb(thread);
            }
        });
        let result = call();
        is_over.store(true, Ordering::Relaxed);
        result
    })
}

fn is_interrupted(error: &io::Error) -> bool {
    (error.kind(), reason(error)) == (ErrorKind::Interrupted, Error::Interrupted)
}

#[test]
fn a_signal_ends_the_wait_of_a_stream_that_is_to_be_interruptible() {
    let (mut ours, mut theirs) = connected();
    ours.set_interruptible(true);
    let error = disturbed(|| ours.read(&mut [0])).unwrap_err();
    assert!(is_interrupted(&error), "{error}");
    // Nothing is lost, and the call may be made again.
    theirs.write_all(b"here").unwrap();
    let mut bytes = [0; 4];
    ours.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"here");
    let error = disturbed(|| write_on(&mut ours));
    assert!(is_interrupted(&error), "{error}");
    assert_eq!(ours.error(), None);
}

#[test]
fn a_signal_ends_the_wait_of_either_half_that_is_to_be_interruptible() {
    let (mut ours, _theirs) = connected();
    ours.set_interruptible(true);
    let (mut reader, mut writer) = ours.split().unwrap();
    let error = disturbed(|| reader.read(&mut [0])).unwrap_err();
    assert!(is_interrupted(&error), "{error}");
    let error = disturbed(|| write_on(&mut writer));
    assert!(is_interrupted(&error), "{error}");
    // One half alone.
    writer.set_interruptible(false);
    writer.set_timeout(Some(TIME));
    assert_eq!(disturbed(|| write_on(&mut writer)).kind(), ErrorKind::TimedOut);
}
