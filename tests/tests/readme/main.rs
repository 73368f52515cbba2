//! What the README gives to whoever needs a TLS library runs as it stands there: the examples,
//! OpenSSL and curl with each other.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod lines;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use hyaline_tests::process::Process;
use lines::{ReadmeLine, lines};

/// The programs that were started so far, and where they listen.
#[derive(Default)]
struct Session {
    /// Servers, each by the port that the README names.
    servers: BTreeMap<String, (Process, String)>,
}

impl Session {
    /// The words of a line, with the files where this test has them and the ports that were free.
    fn words(&self, line: &ReadmeLine, directory: &str) -> Vec<String> {
        let mut words: Vec<String> =
            line.words.iter().map(|word| word.replace("/tmp/try", directory)).collect();
        for word in &mut words {
            for (port, (_, free)) in &self.servers {
                *word = word.replace(&format!(":{port}"), &format!(":{free}"));
            }
        }
        words
    }

    /// Starts a server, which says where it listens.
    fn serve(&mut self, line: &ReadmeLine, port: &str, directory: &str) {
        let any = |word: String| word.replace(&format!(":{port}"), ":0");
        let words: Vec<String> = self.words(line, directory).into_iter().map(any).collect();
        let process = Process::start(Command::new(line.program()).args(words));
        let told = process.output.wait_until(|bytes| address(bytes).is_some());
        let free = address(&told).unwrap_or_else(|| panic!("{line:?} says no port"));
        self.servers.insert(port.to_owned(), (process, free));
    }

    /// Runs a client to its end, and gives what it printed. One that talks to a server has this
    /// input.
    fn ask(&self, line: &ReadmeLine, directory: &str, input: &str) -> String {
        let mut command = Command::new(line.program());
        let mut client = Process::start(command.args(self.words(line, directory)));
        if line.comes_back || line.shown_at.is_some() {
            client.write(input.as_bytes());
        }
        if line.comes_back {
            client.output.wait_for(input.trim());
        }
        if let Some((server, _)) = line.shown_at.as_ref().and_then(|port| self.servers.get(port)) {
            server.output.wait_for(input.trim());
        }
        assert_eq!(client.finish(), 0, "{line:?}: {}", client.errors.text());
        client.output.text()
    }
}

/// The port in what a server says of its address.
fn address(told: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(told);
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let line = lines.find(|line| line.contains("listening on ") || line.contains("ACCEPT "))?;
    Some(line.trim_end().rsplit(':').next()?.to_owned())
}

#[test]
fn the_first_five_minutes_with_the_library_are_as_the_readme_says() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    // The command that makes certificates overwrites none that are there.
    let _ = fs::remove_dir_all(&directory);
    let directory = directory.to_str().unwrap();
    let lines = lines();
    let mut session = Session::default();
    let mut asked = 0;
    for line in &lines {
        if let Some(port) = &line.listens_at {
            session.serve(line, port, directory);
        } else {
            let printed = session.ask(line, directory, "over TLS\n");
            assert!(line.prints.is_none_or(|words| printed.contains(words)), "{line:?}: {printed}");
            asked += 1;
        }
    }
    assert!(session.servers.len() == 3 && asked == 4, "{lines:?}");
}
