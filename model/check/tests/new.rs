//! `hyaline new`: the crate that it makes compiles, fails as it says, and holds once it is repaired
//! as it says.
#![allow(clippy::expect_used)]

mod running;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use running::{Answer, command};

/// The root of the repository.
fn checkout() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("the repository").to_path_buf()
}

/// An empty folder for one test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("a folder of an earlier run");
    }
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs `hyaline new` in a folder.
fn new(folder: &Path, arguments: &[&str]) -> Answer {
    let output = command().arg("new").args(arguments).current_dir(folder).output();
    let output = output.expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Answer {
        status: output.status.code(),
        output: text(output.stdout),
        complaint: text(output.stderr),
    }
}

/// Builds and runs the crate.
fn cargo_run(package: &Path, arguments: &[&str]) -> Output {
    cargo_run_under(package, arguments, &[])
}

/// The same under these variables of the environment.
fn cargo_run_under(package: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["run", "--quiet", "--"])
        .args(arguments)
        .current_dir(package)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-target"))
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .output()
        .expect("cargo runs")
}

/// The source with the rows below "Put these rows …" put in the place of as many rows after them,
/// as its comment says.
fn repaired(source: &str) -> String {
    let is_of_comment = |line: &&str| line.trim_start().starts_with("// ");
    let lines: Vec<&str> = source.lines().collect();
    let begin = lines.iter().position(|line| line.contains("Put these two rows")).expect("how");
    let (before, after) = lines.split_at(begin + 1);
    // An empty comment stands between what is said and the rows.
    let (blank, rows) = after.split_first().expect("rows");
    assert_eq!(blank.trim(), "//");
    let better: Vec<&str> = rows.iter().take_while(|line| is_of_comment(line)).copied().collect();
    let rest = rows.get(2 * better.len()..).expect("as many rows that are worse");
    let better: Vec<String> = better.iter().map(|line| line.replacen("// ", "", 1)).collect();
    let before = before.iter().map(|line| (*line).to_owned());
    let rest = rest.iter().map(|line| (*line).to_owned());
    before.chain(better).chain(rest).collect::<Vec<_>>().join("\n") + "\n"
}

/// An answer has no colours in a pipe, and none where `NO_COLOR` is set. `CLICOLOR_FORCE` has a
/// pipe pass for a terminal.
#[track_caller]
fn has_colours_where_they_are_wanted(package: &Path) {
    let (force, none) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
    for (variables, is_coloured) in
        [(&[][..], false), (&[force], true), (&[force, none], false), (&[none], false)]
    {
        for (arguments, is_answered) in
            [(&["check"][..], true), (&["check", "--profile", "x"], false)]
        {
            let run = cargo_run_under(package, arguments, variables);
            let text = if is_answered { run.stdout } else { run.stderr };
            let text = String::from_utf8_lossy(&text).into_owned();
            assert!(!text.is_empty(), "{arguments:?}");
            assert_eq!(text.contains('\u{1b}'), is_coloured, "{variables:?}: {text}");
        }
    }
}

#[test]
fn a_new_crate_fails_as_it_says_and_holds_once_it_is_repaired_as_it_says() {
    let folder = folder("new");
    let checkout = checkout();
    let path = checkout.to_str().expect("a path of letters");
    let answer = new(&folder, &["my-protocol", "--path", path]);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let package = folder.join("my-protocol");
    // The versions of the workspace, so that nothing has to be looked up.
    fs::copy(checkout.join("Cargo.lock"), package.join("Cargo.lock")).expect("a lock file");

    let run = cargo_run(&package, &["check"]);
    let (text, problem) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(1), "{text}{problem}");
    assert_eq!(problem, "", "it compiles without a warning");
    assert!(text.contains("the protocol adds a deadlock"), "{text}");
    assert!(text.contains("waits for `Hello`"), "{text}");
    has_colours_where_they_are_wanted(&package);
    let run = cargo_run(&package, &["check", "--format", "github"]);
    let text = String::from_utf8_lossy(&run.stdout);
    assert!(text.contains("::error file=src/main.rs,line="), "{text}");

    let source = package.join("src/main.rs");
    let better = repaired(&fs::read_to_string(&source).expect("the source"));
    fs::write(&source, better).expect("the source is written");
    let run = cargo_run(&package, &["check"]);
    let (text, problem) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{text}{problem}");
    assert!(text.contains("holds"), "{text}");
}

#[test]
fn nothing_is_written_over_and_what_is_no_name_is_refused() {
    let folder = folder("new-refused");
    assert_eq!(new(&folder, &["mine"]).status, Some(0));
    let manifest = fs::read_to_string(folder.join("mine/Cargo.toml")).expect("a manifest");
    assert!(manifest.contains("name = \"mine\"") && !manifest.contains("{{"), "{manifest}");
    for (arguments, words) in [
        (&["mine"][..], "`mine` is there already"),
        (&["../theirs"], "is no name of a crate"),
        (&["match"], "means something to Rust"),
        (&["other", "--path", "mine"], "is no checkout of Hyaline"),
    ] {
        let answer = new(&folder, arguments);
        assert_eq!(answer.status, Some(2), "{arguments:?}");
        assert!(answer.complaint.contains(words), "{}", answer.complaint);
    }
    let left: Vec<_> = fs::read_dir(&folder).expect("the folder").collect();
    assert_eq!(left.len(), 1, "what is refused leaves nothing behind");
}
