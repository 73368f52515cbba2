//! Processes whose output is read as it comes, and that end with the test.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::sockets::PATIENCE;
use rustix::io::ioctl_fionread;
use rustix::process::{Pid, Signal, kill_process};

/// What a process has written so far to one of its outputs.
#[derive(Clone, Default)]
pub struct Output(Arc<Shared>);

#[derive(Default)]
struct Shared {
    written: Mutex<Written>,
    changed: Condvar,
}

#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    ended: bool,
}

impl Output {
    fn follow(source: impl Read + Send + 'static) -> Self {
        let output = Self::default();
        let filled = output.clone();
        thread::spawn(move || filled.fill(source));
        output
    }

    fn fill(&self, mut source: impl Read) {
        let mut bytes = vec![0; 1 << 16];
        loop {
            let count = source.read(&mut bytes).unwrap_or(0);
            let mut written = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
            written.bytes.extend_from_slice(&bytes[..count]);
            written.ended = count == 0;
            self.0.changed.notify_all();
            if count == 0 {
                return;
            }
        }
    }

    /// Waits until what was written satisfies `enough`, or has ended; then gives it.
    #[track_caller]
    pub fn wait_until(&self, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        self.wait_for_so_long(PATIENCE, enough)
            .unwrap_or_else(|bytes| panic!("stuck after: {}", String::from_utf8_lossy(&bytes)))
    }

    /// As [`wait_until`](Self::wait_until), for so long at most.
    ///
    /// # Errors
    /// When that takes longer: what was written.
    pub fn wait_for_so_long(
        &self,
        time: Duration,
        enough: impl Fn(&[u8]) -> bool,
    ) -> Result<Vec<u8>, Vec<u8>> {
        let written = self.0.written.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |written: &mut Written| !written.ended && !enough(&written.bytes);
        let (written, waited) = self.0.changed.wait_timeout_while(written, time, waits).unwrap();
        let bytes = written.bytes.clone();
        if waited.timed_out() { Err(bytes) } else { Ok(bytes) }
    }

    /// Waits until `text` was written.
    #[track_caller]
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_for_times(text, 1)
    }

    /// Waits until `text` was written so many times.
    #[track_caller]
    pub fn wait_for_times(&self, text: &str, times: usize) -> String {
        let found = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches(text).count() >= times;
        let all = self.wait_until(found);
        assert!(found(&all), "no {text:?} in: {}", String::from_utf8_lossy(&all));
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Everything, when it has ended.
    #[track_caller]
    pub fn all(&self) -> Vec<u8> {
        self.wait_until(|_| false)
    }

    /// Everything as text, when it has ended.
    #[track_caller]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.all()).into_owned()
    }
}

/// A running process. It is killed when the test lets go of it.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// What it prints.
    pub output: Output,
    /// What it complains of.
    pub errors: Output,
}

impl Process {
    /// Starts it.
    #[must_use]
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = Output::follow(child.stdout.take().unwrap());
        let errors = Output::follow(child.stderr.take().unwrap());
        let input = child.stdin.take();
        Self { child, input, output, errors }
    }

    /// Its number, as the system knows it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops it: it does nothing, and answers nothing, until it goes on. The system still accepts
    /// connections and bytes for it.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
    }

    /// Has it go on after [`stop`](Self::stop).
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Writes to its input.
    #[track_caller]
    pub fn write(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// Writes to its input, and waits until it has read all of that: what is written next is read
    /// apart.
    #[track_caller]
    pub fn command(&mut self, bytes: &[u8]) {
        self.write(bytes);
        let before = Instant::now();
        while ioctl_fionread(self.input.as_ref().unwrap()).unwrap() > 0 {
            assert!(before.elapsed() < PATIENCE, "nobody reads the command");
            thread::yield_now();
        }
    }

    /// Takes its input away, to be written elsewhere.
    pub fn take_input(&mut self) -> ChildStdin {
        self.input.take().unwrap()
    }

    /// Ends its input and waits for its end: the exit status.
    #[track_caller]
    pub fn finish(&mut self) -> i32 {
        self.input = None;
        // The process ends when its outputs do. If it is stuck, these waits fail.
        self.output.all();
        self.errors.all();
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
