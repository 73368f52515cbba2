//! Logs of rows that are held against the model, wherever a test of ours lets ends talk.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hyaline::{RowLine, RowLog};
use hyaline_check::validate::log::Written;
use hyaline_check::validate::{Validation, validate};

/// Keeps the log of connections, which has to be a behaviour of the model when the last of them has
/// gone.
#[derive(Default)]
pub struct Traces(Mutex<String>);

impl Traces {
    /// An empty one.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Adds this text.
    pub fn write(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
    }

    /// The text that was written so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl RowLog for Traces {
    fn log(&self, line: &RowLine<'_>) {
        self.write(&format!("{line}\n"));
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        let text = self.text();
        if text.is_empty() || thread::panicking() {
            return;
        }
        let validation = validated(&[&text]);
        assert!(validation.is_behaviour(), "{}", told(&validation, &text));
    }
}

/// What the checker makes of these logs, each of a process.
#[must_use]
pub fn validated(texts: &[&str]) -> Validation {
    let written: Vec<_> = texts.iter().map(|text| Written { file: "log", text }).collect();
    validate(&written, &[]).unwrap()
}

/// The validation in words, behind the lines of the log before the first departure.
#[must_use]
pub fn told(validation: &Validation, text: &str) -> String {
    let departures = validation.ends.iter().filter_map(|end| end.departure.as_ref());
    let line = departures.map(|departure| departure.line).min().unwrap_or(usize::MAX);
    let first = line.saturating_sub(20);
    let lines: Vec<_> = text.lines().take(line).skip(first).collect();
    format!("{}\n{validation:#?}", lines.join("\n"))
}
