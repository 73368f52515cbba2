//! Every citation of RFC 9846, RFC 5280 and RFC 9849 names a section that the document has.

use std::collections::BTreeSet;

use crate::nothing_found;
use crate::repository::{Source, line_of, read, sources};

/// Where the table's rows stand.
const TABLE: &str = "model/src/table/";

/// The section numbers of RFC 9846.
pub(crate) fn sections() -> BTreeSet<String> {
    sections_of("rfc9846")
}

/// The section numbers of an RFC.
pub(crate) fn sections_of(document: &str) -> BTreeSet<String> {
    let list = read(&format!("docs/spec/{document}-sections.txt")).unwrap_or_default();
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .map(str::to_owned)
        .collect()
}

/// The sections that a file of the table cites, each with its line.
fn citations(source: &Source) -> Vec<(usize, &str)> {
    const OPENING: &str = "#[rfc(\"";
    let mut found = Vec::new();
    for (offset, _) in source.text.match_indices(OPENING) {
        // An attribute that a comment quotes cites nothing.
        if source.code.as_bytes().get(offset) != Some(&b'#') {
            continue;
        }
        let content = source.text.get(offset + OPENING.len()..).unwrap_or_default();
        let section = content.split('"').next().unwrap_or_default();
        found.push((line_of(&source.text, offset), section));
    }
    found
}

#[test]
fn every_row_cites_a_section_that_exists() {
    let sections = sections();
    let mut cited = 0;
    let mut findings = Vec::new();
    let sources = sources().unwrap();
    for source in sources.iter().filter(|source| source.path.starts_with(TABLE)) {
        for (line, section) in citations(source) {
            cited += 1;
            if !sections.contains(section) {
                findings.push(format!("{}:{line}: no section {section}", source.path));
            }
        }
    }
    nothing_found("a citation names a section of RFC 9846", &findings);
    assert!(cited > 0, "no citation was found");
}

/// A word of prose, without the punctuation around it, and the line it stands in.
struct Word<'a> {
    line: usize,
    text: &'a str,
    /// Does a comma or nothing follow, so that a list of sections may go on?
    goes_on: bool,
}

/// The words of each run of lines that holds prose.
fn paragraphs(prose: &str) -> Vec<Vec<Word<'_>>> {
    let mut paragraphs = vec![Vec::new()];
    for (index, line) in prose.lines().enumerate() {
        let mut words = line
            .split_whitespace()
            .filter(|word| word.contains(|next: char| next.is_alphanumeric()))
            .map(|word| Word {
                line: index + 1,
                text: word.trim_matches(|next: char| !next.is_alphanumeric()),
                goes_on: word.ends_with(|last: char| last == ',' || last.is_alphanumeric()),
            })
            .peekable();
        match paragraphs.last_mut() {
            Some(paragraph) if words.peek().is_some() => paragraph.extend(words),
            _ => paragraphs.push(Vec::new()),
        }
    }
    paragraphs
}

/// Is this a section number as RFC 9846 has them: `4`, `4.2.3`, `A`, `E.4`?
fn is_section_number(word: &str) -> bool {
    let mut parts = word.split('.');
    let first = parts.next().unwrap_or_default();
    let is_letter = first.len() == 1 && first.chars().all(|next| next.is_ascii_uppercase());
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|next| next.is_ascii_digit());
    (is_letter || is_number(first)) && parts.all(is_number)
}

/// The sections that a paragraph cites, each with its line and the document that it is said of:
/// the one named last before it, in the same paragraph.
fn mentions<'a>(paragraph: &[Word<'a>]) -> Vec<(usize, Option<&'a str>, &'a str)> {
    let mut found = Vec::new();
    let mut document = None;
    let mut words = paragraph.iter().peekable();
    while let Some(word) = words.next() {
        match word.text {
            "RFC" => document = words.peek().map(|number| number.text),
            name if has_document_ending(name) => document = Some(name),
            "section" | "sections" | "Section" | "Sections" | "appendix" | "Appendix" => {
                while let Some(number) = words.next_if(|next| is_section_number(next.text)) {
                    found.push((number.line, document, number.text));
                    if !number.goes_on {
                        break;
                    }
                    words.next_if(|next| matches!(next.text, "and" | "or" | "to"));
                }
            }
            _ => {}
        }
    }
    found
}

fn has_document_ending(word: &str) -> bool {
    crate::repository::has_extension(word, "md")
}

#[test]
fn every_section_that_prose_mentions_exists() {
    let documents = ["9846", "5280", "9849"].map(|name| (name, sections_of(&format!("rfc{name}"))));
    let mut checked = BTreeSet::new();
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        // In a file that speaks of RFC 9846, a section of no named document is one of its own.
        let speaks_of_it = source.prose.contains("RFC 9846");
        for paragraph in paragraphs(&source.prose) {
            for (line, document, section) in mentions(&paragraph) {
                let named = document.or(speaks_of_it.then_some("9846"));
                let known = documents.iter().find(|(document, _)| Some(*document) == named);
                let Some((document, sections)) = known else { continue };
                checked.insert(*document);
                if !sections.contains(section) {
                    let path = &source.path;
                    findings
                        .push(format!("{path}:{line}: RFC {document} has no section {section}"));
                }
            }
        }
    }
    nothing_found("prose names sections that the documents have", &findings);
    assert_eq!(checked.len(), documents.len(), "a document is not mentioned");
}

#[test]
fn a_mention_belongs_to_the_document_named_before_it() {
    let prose =
        "as RFC 9846 sections 4.2 and\n 4.3, 5 say (RFC 9293\n section 3.10)\n\n appendix E.4.";
    let found: Vec<_> = paragraphs(prose).iter().flat_map(|words| mentions(words)).collect();
    let of_tls = |section| (Some("9846"), section);
    let found: Vec<_> =
        found.into_iter().map(|(_, document, section)| (document, section)).collect();
    assert_eq!(
        found,
        [of_tls("4.2"), of_tls("4.3"), of_tls("5"), (Some("9293"), "3.10"), (None, "E.4")]
    );
}
