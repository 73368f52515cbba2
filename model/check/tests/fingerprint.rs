//! The fingerprint of the world: what changes it, and that it is the one of the sources.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

#[path = "../build/sources.rs"]
mod sources;

use std::path::Path;

use hyaline_check::WORLD_FINGERPRINT;
use sources::{UNKNOWN, WORLD, code, fingerprint, is_whole};

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn of(text: &str) -> String {
    code(text).expect("Rust")
}

#[test]
fn comments_white_space_and_tests_change_nothing() {
    let plain = "pub fn half(of: u8) -> u8 { of / 2 }";
    let prose = "//! About.\n\n/// Half of it.\n#[doc = \"More.\"]\npub fn half(of: u8) -> u8 {\n\
                 // Rounds down.\n    of / 2\n}\n";
    let tested = "pub fn half(of: u8) -> u8 { of / 2 }\n#[cfg(test)]\nmod tests;\n\
                  #[cfg(test)]\nmod more {\n    #[test]\n    fn halves() {}\n}\n";
    assert_eq!([of(prose), of(tested)], [of(plain), of(plain)]);
}

#[test]
fn code_behind_a_test_a_value_and_an_attribute_count() {
    let plain = of("fn one() -> u8 { 1 }");
    for other in [
        "fn one() -> u8 { 2 }",
        "#[inline]\nfn one() -> u8 { 1 }",
        "#![no_std]\nfn one() -> u8 { 1 }",
        "#[cfg(test)]\nfn none() {}\nfn two() -> u8 { 2 }\nfn one() -> u8 { 1 }",
        "fn one() -> u8 { (1) }",
    ] {
        assert_ne!(of(other), plain, "{other}");
    }
}

#[test]
fn the_fingerprint_is_that_of_the_sources_and_as_long_as_the_tables() {
    assert!(is_whole(package()));
    assert_eq!(fingerprint(package()).expect("sources"), WORLD_FINGERPRINT);
    assert_eq!(WORLD_FINGERPRINT.len(), hyaline_model::table::FINGERPRINT.len());
}

/// A copy of the sources of the world, as a package with its neighbour.
fn copy(below: &Path) -> std::io::Result<std::path::PathBuf> {
    let copied = below.join("model/check");
    let mut todo: Vec<_> = WORLD.iter().map(|path| Path::new(path).to_path_buf()).collect();
    while let Some(path) = todo.pop() {
        let (from, to) = (package().join(&path), copied.join(&path));
        if from.is_dir() {
            std::fs::create_dir_all(to)?;
            for entry in std::fs::read_dir(from)? {
                todo.push(path.join(entry?.file_name()));
            }
        } else {
            std::fs::create_dir_all(to.parent().unwrap_or(below))?;
            std::fs::copy(from, to)?;
        }
    }
    Ok(copied)
}

#[test]
fn one_token_of_the_world_is_enough_and_a_missing_source_is_no_world() {
    let below = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fingerprint");
    std::fs::create_dir_all(below.join("model/check/src")).expect("a directory");
    let copied = copy(&below).expect("a copy");
    assert_eq!(fingerprint(&copied).expect("sources"), WORLD_FINGERPRINT);
    let tcp = copied.join("src/world/tcp.rs");
    let text = std::fs::read_to_string(&tcp).expect("a source");
    std::fs::write(&tcp, format!("{text}\n// A word.\n")).expect("written");
    assert_eq!(fingerprint(&copied).expect("sources"), WORLD_FINGERPRINT);
    std::fs::write(&tcp, format!("{text}\nconst MORE: u8 = 1;\n")).expect("written");
    let changed = fingerprint(&copied).expect("sources");
    assert!(changed != WORLD_FINGERPRINT && changed != UNKNOWN);
    std::fs::remove_dir_all(copied.join("src/ends")).expect("removed");
    assert!(!is_whole(&copied));
    std::fs::remove_dir_all(&below).expect("removed");
}

#[test]
fn the_page_of_the_proof_is_printed_from_what_was_recorded() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/proof.md");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hyaline"));
    let output = command.args(["proof", "--recorded"]).output().expect("the command runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(page).expect("a document");
    assert_eq!(String::from_utf8_lossy(&output.stdout), page);
}
