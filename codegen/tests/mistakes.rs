//! Each mistake is rejected where it stands, with a message that says what to do.
//!
//! A mistake is a patch of the table that is right, `tests/right/small_complete_table.rs`: a file
//! named after the mistake, which says in its first line what is wrong, and then, behind each `@@`,
//! which lines (` ` and `-`) of the table become which (` ` and `+`). The compiler's messages stand
//! beside the patch. The wrong tables themselves are written to `target/mistakes/`, to be read.
//!
//! One mistake alone: `cargo test -p hyaline-codegen --test mistakes -- reported
//! trybuild=unused_event`, where the first word chooses the test, and the second the mistake.
//! After a change of a message, `TRYBUILD=overwrite cargo test -p hyaline-codegen --test mistakes`
//! writes the messages anew: read them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::{env, fs, io};

/// The table that is right; the tests run in the directory of the package.
const RIGHT: &str = "tests/right/small_complete_table.rs";

/// The patches, and the messages.
const MISTAKES: &str = "tests/mistakes";

/// The wrong tables, each with a copy of its messages. The messages name this directory, which is
/// therefore always the same one, below the package.
const WRITTEN: &str = "target/mistakes";

#[test]
fn right_tables_compile_and_run() {
    trybuild::TestCases::new().pass("tests/right/*.rs");
}

#[test]
fn mistakes_are_reported_where_they_stand() {
    let right = fs::read_to_string(RIGHT).unwrap();
    let mistakes = names("diff").unwrap();
    assert_eq!(mistakes, names("stderr").unwrap(), "every mistake has its messages");
    if Path::new(WRITTEN).exists() {
        fs::remove_dir_all(WRITTEN).unwrap();
    }
    fs::create_dir_all(WRITTEN).unwrap();
    for mistake in &mistakes {
        let patch = fs::read_to_string(format!("{MISTAKES}/{mistake}.diff")).unwrap();
        let wrong = patched(&right, &patch)
            .unwrap_or_else(|problem| panic!("{MISTAKES}/{mistake}.diff: {problem}"));
        fs::write(format!("{WRITTEN}/{mistake}.rs"), wrong).unwrap();
        let messages = format!("{mistake}.stderr");
        fs::copy(format!("{MISTAKES}/{messages}"), format!("{WRITTEN}/{messages}")).unwrap();
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail(format!("{WRITTEN}/*.rs"));
    // The cases run, and fail, when they are dropped.
    drop(cases);
    if env::var_os("TRYBUILD").is_some_and(|update| update == "overwrite") {
        for mistake in &mistakes {
            let messages = format!("{mistake}.stderr");
            fs::copy(format!("{WRITTEN}/{messages}"), format!("{MISTAKES}/{messages}")).unwrap();
        }
    }
}

/// The names, without the extension, of the files of the mistakes that have this extension.
fn names(extension: &str) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(MISTAKES)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new(extension)) {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    Ok(names)
}

/// The table with the mistake that `patch` describes, whose first line becomes the table's.
fn patched(right: &str, patch: &str) -> Result<String, String> {
    let mut changes = patch.split("@@\n");
    let what_is_wrong = format!("//! {}", changes.next().unwrap_or_default().trim_end());
    let mut wrong = vec![what_is_wrong.as_str()];
    wrong.extend(right.lines().skip(1));
    let mut count = 0;
    for change in changes {
        count += 1;
        let (mut old, mut new) = (Vec::new(), Vec::new());
        for line in change.lines() {
            match line.split_at_checked(1) {
                Some((" ", text)) => {
                    old.push(text);
                    new.push(text);
                }
                Some(("-", text)) => old.push(text),
                Some(("+", text)) => new.push(text),
                _ => return Err(format!("a line begins with ` `, `-` or `+`, not as {line:?}")),
            }
        }
        if old.is_empty() || old == new {
            return Err(format!("change {count} says nothing of what it changes"));
        }
        let places = wrong.windows(old.len()).enumerate().filter(|(_, lines)| *lines == old);
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        let [place] = places[..] else {
            return Err(format!(
                "change {count} no longer applies: its lines stand {} times, not once, in \
                 {RIGHT}:\n{}",
                places.len(),
                old.join("\n")
            ));
        };
        wrong.splice(place..place + old.len(), new);
    }
    if count == 0 { Err("there is no change".to_owned()) } else { Ok(wrong.join("\n") + "\n") }
}

#[test]
fn a_patch_replaces_the_lines_that_it_quotes() {
    let right = "//! Right.\na\nb\nc\n";
    let wrong = patched(right, "No b.\n@@\n a\n-b\n+d\n+e\n@@\n-c\n");
    assert_eq!(wrong.as_deref(), Ok("//! No b.\na\nd\ne\n"));
}

#[test]
fn a_patch_that_does_not_apply_is_an_error() {
    let right = "//! Right.\na\nb\na\n";
    for (patch, problem) in [
        ("Gone.\n@@\n-c\n", "change 1 no longer applies: its lines stand 0 times"),
        ("Twice.\n@@\n-b\n@@\n-a\n", "change 2 no longer applies: its lines stand 2 times"),
        ("Half a line.\n@@\n-\n", "change 1 no longer applies"),
        ("The same.\n@@\n b\n", "change 1 says nothing"),
        ("Nowhere.\n@@\n+c\n", "change 1 says nothing"),
        ("Unmarked.\n@@\nb\n", "a line begins with"),
        ("Nothing.\n", "there is no change"),
    ] {
        let found = patched(right, patch).unwrap_err();
        assert!(found.starts_with(problem), "{patch}: {found}");
    }
}
