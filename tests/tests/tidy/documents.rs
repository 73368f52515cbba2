//! What the documents name exists, and nothing in the repository names a path of one machine.

use std::collections::BTreeSet;

use crate::nothing_found;
use crate::repository::{File, files, has_extension, read, root};

/// Paths of somebody's machine; written in halves, so that they are not here.
const OF_A_MACHINE: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/tmp/", "hy"),
    concat!("../sha", "red"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
];

#[test]
fn no_file_names_a_path_of_one_machine() {
    let mut findings = Vec::new();
    for file in files().unwrap() {
        for (index, line) in file.text.lines().enumerate() {
            for path in OF_A_MACHINE {
                if line.contains(path) {
                    findings.push(format!("{}:{}: {path}", file.path, index + 1));
                }
            }
        }
    }
    nothing_found("the repository stands for itself", &findings);
}

fn documents() -> Vec<File> {
    let files = files().unwrap_or_default();
    files.into_iter().filter(|file| has_extension(&file.path, "md")).collect()
}

/// The part of a path before its last `/`.
fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Where the repository's files are in the web: a link of the book that leads out of it.
const IN_THE_WEB: &str = "https://github.com/hyaline-tls/hyaline/blob/main/";

/// Pages that are made beside the book, and so are no files of the repository.
const MADE: [&str; 1] = ["docs/the-lab.html"];

/// The file of the repository that a link leads to, by its path from the root; nothing if it leads
/// elsewhere.
fn file_of(document: &str, target: &str) -> Option<String> {
    let path = target.split('#').next().unwrap_or_default();
    if let Some(path) = path.strip_prefix(IN_THE_WEB) {
        return Some(path.to_owned());
    }
    let is_file = !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:");
    is_file.then(|| match directory_of(document) {
        "" => path.to_owned(),
        directory => format!("{directory}/{path}"),
    })
}

#[test]
fn a_link_into_the_web_that_is_a_file_of_ours_is_told_from_others() {
    let file = |target: &str| file_of("docs/lab.md", target);
    assert_eq!(file(&format!("{IN_THE_WEB}SECURITY.md#x")).as_deref(), Some("SECURITY.md"));
    assert_eq!(file("hazards.md#c").as_deref(), Some("docs/hazards.md"));
    assert_eq!((file("#c"), file("https://example.net/")), (None, None));
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    let root = root();
    let mut links = 0;
    let mut findings = Vec::new();
    for document in documents() {
        for (index, line) in document.text.lines().enumerate() {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let Some(file) = file_of(&document.path, target) else { continue };
                links += 1;
                if !MADE.contains(&file.as_str()) && !root.join(&file).exists() {
                    findings.push(format!("{}:{}: {target}", document.path, index + 1));
                }
            }
        }
    }
    nothing_found("links lead somewhere", &findings);
    assert!(links > 0, "no link was found");
}

/// The texts between backticks of a document, outside of fenced blocks, each with its line.
fn quoted(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2).map(|quoted| (index + 1, quoted)));
        }
    }
    found
}

#[test]
fn every_path_that_a_document_names_exists() {
    let root = root();
    let mut paths = 0;
    let mut findings = Vec::new();
    for document in documents() {
        for (line, quoted) in quoted(&document.text) {
            let ours = [
                "codegen/",
                "examples/",
                "model/",
                "platform-verifier/",
                "runtime/",
                "tests/",
                "docs/",
                ".ci/",
            ];
            let is_path = ours.iter().any(|start| quoted.starts_with(start));
            if !is_path || quoted.contains(|next: char| "*<{ ".contains(next)) {
                continue;
            }
            paths += 1;
            if !root.join(quoted).exists() {
                findings.push(format!("{}:{line}: {quoted}", document.path));
            }
        }
    }
    nothing_found("documents name files that exist", &findings);
    assert!(paths > 0, "no path was found");
}

/// Documents that are named and not here, and why.
const ELSEWHERE: [(&str, &str); 1] =
    [("rfc9846.md", "the text of the RFC, from which the list of its sections was computed")];

#[test]
fn every_document_that_a_file_names_exists() {
    let files = files().unwrap();
    let names: BTreeSet<&str> =
        files.iter().filter_map(|file| file.path.rsplit('/').next()).collect();
    let mut findings = Vec::new();
    for file in &files {
        for (index, line) in file.text.lines().enumerate() {
            let words = line.split(|next: char| !next.is_alphanumeric() && !"._-".contains(next));
            for word in words.map(|word| word.trim_matches('.')) {
                let is_known =
                    names.contains(word) || ELSEWHERE.iter().any(|(name, _)| *name == word);
                if has_extension(word, "md") && !is_known {
                    findings.push(format!("{}:{}: {word}", file.path, index + 1));
                }
            }
        }
    }
    nothing_found("a document that a file names is in the repository", &findings);
}

/// Where examples are.
const EXAMPLES: &[&str] = &[
    "runtime/examples",
    "model/protocol/examples",
    "platform-verifier/examples",
    "tests/examples",
];

#[test]
fn every_example_that_a_document_runs_exists() {
    let root = root();
    let mut examples = 0;
    let mut findings = Vec::new();
    for document in documents() {
        let words: Vec<_> = document.text.split_whitespace().collect();
        for pair in words.windows(2) {
            // The command `hyaline` is what runs without a name.
            let (directories, name) = match pair {
                ["--example", name] => (EXAMPLES, name.trim_matches('`')),
                ["--bin", name] => (&["examples/src/bin"][..], name.trim_matches('`')),
                _ => continue,
            };
            examples += 1;
            // A document of a package of its own means that package.
            let own = directory_of(&document.path);
            let own = format!("{own}/src/bin");
            let places = directories.iter().copied().chain([own.as_str()]);
            if !places.into_iter().any(|place| root.join(format!("{place}/{name}.rs")).exists()) {
                findings.push(format!("{}: {} {name}", document.path, pair[0]));
            }
        }
    }
    nothing_found("examples that documents run exist", &findings);
    assert!(examples > 0, "no example was found");
}

/// The text with every run of white space as one space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_row_that_the_documents_quote_stands_in_the_table() {
    let table: Vec<String> = files()
        .unwrap()
        .iter()
        .filter(|file| file.path.starts_with("model/src/table/"))
        .map(|file| squeezed(&file.text))
        .collect();
    let page = read("docs/reading-the-table.md").unwrap();
    let quotes = page.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut count = 0;
    let mut findings = Vec::new();
    for quote in quotes.map(squeezed) {
        count += 1;
        if !table.iter().any(|file| file.contains(&quote)) {
            findings.push(quote);
        }
    }
    nothing_found("what is quoted from the table stands in it", &findings);
    assert!(count > 0, "no quotation was found");
}
