//! The book is built of all documents, and each of its links leads somewhere.
#![allow(clippy::expect_used, reason = "what panics here is a test that fails")]

mod pages;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hyaline_tests::book;
use pages::{Page, broken_links, pages};

/// The book, built once for these tests.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
        book::build(&directory).expect("the book is built");
        directory
    })
}

#[test]
fn every_document_is_a_chapter() {
    let summary = fs::read_to_string(book::documents().join("SUMMARY.md")).expect("a summary");
    let mut chapters = 0;
    for file in fs::read_dir(book::documents()).expect("documents") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.extension().is_none_or(|end| end != "md") || name == "SUMMARY.md" {
            continue;
        }
        chapters += 1;
        assert!(summary.contains(&format!("]({name})")), "docs/SUMMARY.md does not name {name}");
        let page = path.with_extension("html");
        let page = built().join(page.file_name().expect("a name"));
        assert!(page.exists(), "{} was not built", page.display());
    }
    assert!(chapters > 10, "{chapters}");
}

#[test]
fn every_link_of_the_book_leads_to_a_page_and_to_a_place_in_it() {
    let pages = pages(built()).expect("pages");
    let links: usize = pages.values().map(|page| page.links.len()).sum();
    assert!(links > 100, "{links}");
    let broken = broken_links(built(), &pages);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn all_that_is_included_was_found() {
    for page in pages(built()).expect("pages").keys() {
        let text = fs::read_to_string(built().join(page)).expect("a page");
        assert!(!text.contains("{{#"), "{page}: something was not included");
    }
}

#[test]
fn a_link_without_a_page_or_a_place_is_found() {
    let page = |text: &str| Page::read(text);
    let pages = [
        ("a.html".to_owned(), page("<a href='b.html#here'>b</a><a href=\"https://x/\">x</a>")),
        ("b.html".to_owned(), page("<h1 id=here>b</h1><a href='#there'>t</a><img src=c.svg>")),
        ("d/e.html".to_owned(), page("<a href='../a.html'>a</a><a href='a.html'>none</a>")),
    ];
    let pages = pages.into_iter().collect();
    let broken = broken_links(Path::new("no such directory"), &pages);
    let expected = ["b.html: #there", "b.html: c.svg", "d/e.html: a.html"];
    assert_eq!(broken, expected);
}
