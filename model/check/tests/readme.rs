//! The commands that the README gives to newcomers run, and say what it says they do.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

mod running;

use running::{Answer, arguments_of, command};

/// How the README calls the command.
const CALL: &str = "cargo run --release -- ";

/// What takes minutes, or a checkout, and has tests of its own.
const ELSEWHERE: [&str; 2] = ["check", "new"];

/// One line of the README.
struct ReadmeCommand {
    /// What stands behind the name of the command.
    arguments: Vec<String>,
    /// What stands in the comment: how the answer begins.
    says: Option<String>,
    /// The file that the answer is sent into.
    into: Option<String>,
}

impl ReadmeCommand {
    fn read(line: &str) -> Self {
        let (line, says) = match line.split_once(" # ") {
            Some((line, says)) => (line, Some(says.trim().to_owned())),
            None => (line, None),
        };
        let (line, into) = match line.split_once(" > ") {
            Some((line, into)) => (line, Some(into.trim().to_owned())),
            None => (line, None),
        };
        Self { arguments: arguments_of(line), says, into }
    }

    /// Runs it in a directory.
    fn run(&self, directory: &Path) -> Answer {
        let output = command().args(&self.arguments).current_dir(directory).output();
        Answer::of(&output.expect("the command runs"))
    }
}

fn commands() -> Vec<ReadmeCommand> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(path).expect("a README");
    let lines = readme.lines().filter_map(|line| line.strip_prefix(CALL));
    let is_here = |command: &ReadmeCommand| {
        !ELSEWHERE.contains(&command.arguments.first().map_or("", String::as_str))
    };
    lines.map(ReadmeCommand::read).filter(is_here).collect()
}

/// An empty directory.
fn directory() -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

#[test]
fn each_command_of_the_readme_runs_and_says_what_the_readme_says() {
    let directory = directory();
    let commands = commands();
    assert!(commands.len() > 4, "{}", commands.len());
    assert!(commands.iter().filter(|command| command.says.is_some()).count() > 2);
    for command in commands {
        let line = command.arguments.join(" ");
        let answer = command.run(&directory);
        // 1 is a hazard that was found; what was not understood is 2.
        assert!(matches!(answer.status, Some(0 | 1)), "{line}: {}", answer.complaint);
        if let Some(says) = &command.says {
            assert_eq!(answer.output.lines().next(), Some(says.as_str()), "{line}");
        }
        if command.into.as_ref().is_some_and(|file| file.ends_with(".html")) {
            assert!(answer.output.starts_with("<!doctype html>"), "{line}: {}", answer.output);
        }
    }
}

#[test]
fn a_line_of_the_readme_is_a_command_a_comment_and_a_file() {
    let read = ReadmeCommand::read("scenario --client-program \"write close\" > a.html   # says");
    assert_eq!(read.arguments, ["scenario", "--client-program", "write close"]);
    assert_eq!((read.says.as_deref(), read.into.as_deref()), (Some("says"), Some("a.html")));
}
