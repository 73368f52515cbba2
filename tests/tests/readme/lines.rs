//! The lines of the README that are for whoever needs a TLS library.

use std::path::{Path, PathBuf};

use hyaline_tests::built::{self, example};

/// Where they stand.
const HEADING: &str = "## You need a TLS library";

/// One line.
#[derive(Debug)]
pub(crate) struct ReadmeLine {
    /// As what Cargo runs it; nothing of another program.
    built: Option<String>,
    /// The program.
    name: String,
    /// The arguments that are given to it.
    pub(crate) words: Vec<String>,
    /// The port at which it listens, as it is written; nothing of a client.
    pub(crate) listens_at: Option<String>,
    /// The port of the server that shows what this client sends.
    pub(crate) shown_at: Option<String>,
    /// Whether what this client sends comes back.
    pub(crate) comes_back: bool,
    /// What it prints.
    pub(crate) prints: Option<&'static str>,
}

impl ReadmeLine {
    fn read(line: &str) -> Self {
        let line = line.split(" # ").next().unwrap_or_default();
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (built, name, words) = match words.as_slice() {
            [cargo, run, release, p, package, kind, name, dashes, words @ ..]
                if [cargo, run, release, p, dashes]
                    == ["cargo", "run", "--release", "-p", "--"] =>
            {
                assert!(["hyaline", "hyaline-examples"].contains(&package.as_str()), "{package}");
                (Some(kind.clone()), name.clone(), words.to_vec())
            }
            [name, words @ ..] => (None, name.clone(), words.to_vec()),
            [] => panic!("an empty line"),
        };
        let serves = name.ends_with("server") || words.iter().any(|word| word == "s_server");
        let port = words.iter().find_map(|word| {
            let digits = word.trim_end_matches('/').rsplit_once(':')?.1;
            digits.parse::<u16>().is_ok().then(|| digits.to_owned())
        });
        Self {
            listens_at: port.clone().filter(|_| serves),
            // OpenSSL's server prints what it receives; ours sends it back.
            shown_at: port.filter(|_| name == "client"),
            comes_back: words.iter().any(|word| word == "s_client"),
            prints: (name == "curl").then_some("hello over HTTP"),
            built,
            name,
            words,
        }
    }

    /// The program, built where it is one of ours.
    pub(crate) fn program(&self) -> PathBuf {
        match &self.built {
            None => PathBuf::from(&self.name),
            Some(kind) if kind == "--example" => example(&self.name),
            Some(_) => built::program(&self.name),
        }
    }
}

/// All of them, in their order.
pub(crate) fn lines() -> Vec<ReadmeLine> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let section = readme.split_once(HEADING).unwrap().1;
    let block = section.split("```").nth(1).unwrap();
    let lines = block.lines().skip(1).filter(|line| !line.is_empty());
    lines.map(ReadmeLine::read).collect()
}
