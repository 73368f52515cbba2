//! Every row says where it comes from.

use crate::errors::{Errors, proposal};
use crate::machine::{Alphabet, Citation, documents};
use crate::syntax::{CitationSyntax, RowSyntax};

/// The citations of a row, with a report of what is wrong with them.
pub(crate) fn resolve(row: &RowSyntax, alphabet: &Alphabet, errors: &mut Errors) -> Vec<Citation> {
    let mut found = Vec::new();
    for citation in &row.citations {
        found.extend(one(citation, alphabet, errors));
    }
    if row.citations.is_empty() {
        errors.at(
            row.extent,
            "this row cites nothing: write `#[rfc(\"section\")]` or `#[cite(\"document\", \
             \"section\")]` before it, or `#[local(\"why\")]` if no document says so",
        );
    }
    let locals = found.iter().filter(|one| matches!(one, Citation::Local(_))).count();
    if locals > 0 && found.len() > 1 {
        errors.at(
            row.extent,
            "a row is either a document's (`#[rfc(…)]` or `#[cite(…)]`, one or more) or our own \
             (`#[local(…)]`, one): keep one kind",
        );
    }
    found
}

fn one(citation: &CitationSyntax, alphabet: &Alphabet, errors: &mut Errors) -> Option<Citation> {
    let kind = citation.kind.to_string();
    match (kind.as_str(), citation.texts.as_slice()) {
        ("local", [text]) => {
            if text.value().trim().is_empty() {
                errors.at(text.span(), "say in a few words why this row is as it is");
            }
            Some(Citation::Local(text.value()))
        }
        ("rfc", [text]) => {
            let value = text.value();
            if !is_section(&value) {
                errors.at(
                    text.span(),
                    format!(
                        "`{value}` is no section: write a number as `4.2.8` or an appendix as `A.1`"
                    ),
                );
            }
            Some(Citation::Rfc(value))
        }
        ("cite", [document, section]) => {
            // With an alphabet that could not be read, the document may be declared all the same.
            if alphabet.readable {
                documents::check(&alphabet.documents, document, section, errors);
            }
            Some(Citation::Section(document.value(), section.value()))
        }
        ("local" | "rfc", _) => {
            errors.at(&citation.kind, format!("write one string: `#[{kind}(\"…\")]`"));
            None
        }
        ("cite", _) => {
            let how = "write two strings: `#[cite(\"document\", \"section\")]`";
            errors.at(&citation.kind, how);
            None
        }
        _ => {
            let known = ["rfc", "cite", "local"].map(str::to_owned);
            let message = proposal(&format!("no kind of citation `{kind}`"), &kind, &known);
            errors.at(
                &citation.kind,
                format!(
                    "{message}\nhelp: write `#[rfc(\"section\")]`, `#[cite(\"document\", \
                     \"section\")]` or `#[local(\"why\")]`"
                ),
            );
            None
        }
    }
}

/// `4.2.8`, `A` or `C.4`
fn is_section(text: &str) -> bool {
    let is_number =
        |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    let mut parts = text.split('.');
    let first = parts.next().unwrap_or_default();
    let appendix = first.len() == 1 && first.chars().all(|letter| letter.is_ascii_uppercase());
    (appendix || is_number(first)) && parts.all(is_number)
}
