//! Every row says where it comes from.

use crate::errors::{Errors, proposal};
use crate::machine::Citation;
use crate::syntax::{CitationSyntax, RowSyntax};

/// The citations of a row, with a report of what is wrong with them.
pub(crate) fn resolve(row: &RowSyntax, errors: &mut Errors) -> Vec<Citation> {
    let mut found = Vec::new();
    for citation in &row.citations {
        found.extend(one(citation, errors));
    }
    if row.citations.is_empty() {
        errors.at(
            row.extent,
            "this row cites nothing: write `#[rfc(\"section\")]` before it, \
             or `#[local(\"why\")]` if no RFC says so",
        );
    }
    let locals = found.iter().filter(|one| matches!(one, Citation::Local(_))).count();
    if locals > 0 && found.len() > 1 {
        errors.at(
            row.extent,
            "a row is either the RFC's (`#[rfc(…)]`, one or more) or our own (`#[local(…)]`, one): \
             keep one kind",
        );
    }
    found
}

fn one(citation: &CitationSyntax, errors: &mut Errors) -> Option<Citation> {
    let kind = citation.kind.to_string();
    if kind != "rfc" && kind != "local" {
        let known = ["rfc".to_owned(), "local".to_owned()];
        let message = proposal(&format!("no kind of citation `{kind}`"), &kind, &known);
        errors.at(
            &citation.kind,
            format!("{message}\nhelp: write `#[rfc(\"section\")]` or `#[local(\"why\")]`"),
        );
        return None;
    }
    let Some(text) = &citation.text else {
        errors.at(&citation.kind, format!("write one string: `#[{kind}(\"…\")]`"));
        return None;
    };
    let value = text.value();
    if kind == "local" {
        if value.trim().is_empty() {
            errors.at(text.span(), "say in a few words why this row is as it is");
        }
        return Some(Citation::Local(value));
    }
    if !is_section(&value) {
        errors.at(
            text.span(),
            format!("`{value}` is no section: write a number as `4.2.8` or an appendix as `A.1`"),
        );
    }
    Some(Citation::Rfc(value))
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
