//! The figures of the book and of the README, and the scenes of its chapter on hazards: each is
//! what the checker finds and draws now.
//!
//! `HYALINE_RECORD=1 cargo test -p hyaline-tests --test figures` writes them.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

mod drawn;
mod scenes;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use drawn::figures;
use scenes::{CHAPTER, TEN, chapter_with, scene};

const COMMAND: &str = "HYALINE_RECORD=1 cargo test -p hyaline-tests --test figures";

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn records() -> bool {
    std::env::var_os("HYALINE_RECORD").is_some()
}

/// The names of the files in `docs/figures/`.
fn names() -> BTreeSet<String> {
    let files = fs::read_dir(docs().join("figures")).expect("figures");
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_figure_is_what_the_checker_draws_now() {
    let figures = figures();
    for (name, picture) in &figures {
        let path = docs().join("figures").join(name);
        if records() {
            fs::write(&path, picture).expect("a figure is written");
        }
        let current = fs::read_to_string(&path).is_ok_and(|text| text == *picture);
        assert!(current, "{name} is not what is drawn now; run: {COMMAND}");
    }
    let drawn: BTreeSet<String> = figures.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names(), drawn, "a figure that nothing draws");
}

#[test]
fn every_scene_of_the_chapter_is_that_of_the_catalogue() {
    let path = docs().join(CHAPTER);
    let chapter = fs::read_to_string(&path).expect("a chapter");
    let current = TEN.iter().fold(chapter.clone(), |chapter, number| {
        chapter_with(&chapter, number, &scene(number))
            .unwrap_or_else(|| panic!("{CHAPTER} has no place for {number}"))
    });
    if records() {
        fs::write(&path, &current).expect("a chapter is written");
    } else {
        assert!(chapter == current, "{CHAPTER} is not current; run: {COMMAND}");
    }
}

#[test]
fn every_figure_stands_in_a_chapter_or_in_the_readme() {
    let chapters = fs::read_dir(docs()).expect("chapters").map(|file| file.expect("a file").path());
    let chapters = chapters.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let readme = docs().join("../README.md");
    let texts = chapters.chain([readme]).map(|path| fs::read_to_string(path).expect("a document"));
    let all: String = texts.collect();
    for name in names() {
        assert!(all.contains(&format!("figures/{name})")), "nothing shows {name}");
    }
}

#[test]
fn a_scene_is_put_between_its_own_marks() {
    let chapter = "a\n<!-- scene: H01 -->\nold\n<!-- end of scene -->\nb\n";
    let with = chapter_with(chapter, "H01", "new\n").expect("a place");
    assert_eq!(with, "a\n<!-- scene: H01 -->\nnew\n<!-- end of scene -->\nb\n");
    assert_eq!(chapter_with(chapter, "H02", "new\n"), None);
}
