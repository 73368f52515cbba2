//! Threads that sleep. A thread that has something to do runs, or is about to, on however busy a
//! machine.

use std::fs;

/// Some threads.
pub(crate) struct Threads {
    process: u32,
    /// Those of this name, and not all of the process.
    name: Option<String>,
}

impl Threads {
    /// All of a process.
    pub(crate) const fn of(process: u32) -> Self {
        Self { process, name: None }
    }

    /// Those of this process that have this name, of which the system keeps fifteen bytes.
    pub(crate) fn named(name: &str) -> Self {
        let name = name.chars().take(15).collect();
        Self { process: std::process::id(), name: Some(name) }
    }

    /// Whether none of them runs, or is about to.
    pub(crate) fn are_asleep(&self) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", self.process)).unwrap();
        threads.flatten().all(|thread| {
            // A thread that has ended meanwhile has nothing to do.
            let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            let Some((begin, rest)) = stat.rsplit_once(") ") else { return true };
            let name = begin.split_once('(').map(|(_, name)| name);
            let is_meant = self.name.as_deref().is_none_or(|meant| name == Some(meant));
            !is_meant || !rest.starts_with('R')
        })
    }
}
