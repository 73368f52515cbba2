//! Pages of a book: what can be linked to in each, and what each links to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A page that is made by another command, and put beside the book.
const LAB: &str = "the-lab.html";

/// What mdBook shows where an address leads nowhere. Its links begin at the root of a server.
const NOT_FOUND: &str = "404.html";

/// One page.
#[derive(Default)]
pub(crate) struct Page {
    /// The places in it.
    pub(crate) places: BTreeSet<String>,
    /// What it links to, or shows.
    pub(crate) links: Vec<String>,
}

impl Page {
    pub(crate) fn read(text: &str) -> Self {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(text));
        let tokenizer = Tokenizer::new(Reading::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }
}

/// A page that is being read.
#[derive(Default)]
struct Reading(RefCell<Page>);

impl TokenSink for Reading {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            let mut page = self.0.borrow_mut();
            for attribute in tag.attrs {
                let value = attribute.value.to_string();
                match &*attribute.name.local {
                    "id" | "name" => {
                        page.places.insert(value);
                    }
                    "href" | "src" => page.links.push(value),
                    _ => {}
                }
            }
        }
        TokenSinkResult::Continue
    }
}

/// All pages of a book, by their path in it.
pub(crate) fn pages(book: &Path) -> io::Result<BTreeMap<String, Page>> {
    let mut pages = BTreeMap::new();
    let mut directories = vec![book.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            let below = path.strip_prefix(book).unwrap_or(&path);
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            if name.ends_with(".html") && name != NOT_FOUND {
                pages.insert(name, Page::read(&fs::read_to_string(&path)?));
            }
        }
    }
    Ok(pages)
}

/// Links that lead nowhere: each with its page. What is outside of the book is not asked for.
pub(crate) fn broken_links(book: &Path, pages: &BTreeMap<String, Page>) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, page) in pages {
        let leads_nowhere = |link: &&String| !leads_somewhere(book, pages, name, link);
        broken
            .extend(page.links.iter().filter(leads_nowhere).map(|link| format!("{name}: {link}")));
    }
    broken
}

fn leads_somewhere(book: &Path, pages: &BTreeMap<String, Page>, from: &str, link: &str) -> bool {
    let is_outside = ["https:", "http:", "mailto:", "data:"];
    if is_outside.iter().any(|start| link.starts_with(start)) {
        return true;
    }
    let (path, place) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    let Some(target) = joined(from, path) else { return false };
    if target == LAB {
        return true;
    }
    match pages.get(&target) {
        Some(page) => place.is_empty() || page.places.contains(place),
        None => place.is_empty() && book.join(&target).is_file(),
    }
}

/// The path in the book to which a path in a page leads; nothing where it leads out of the book.
fn joined(from: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
