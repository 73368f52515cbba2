//! The documents that rows may cite beside the RFC, with their sections.

use super::Document;
use crate::errors::{Errors, proposal};
use crate::syntax::DocumentSyntax;
use syn::LitStr;

/// The documents as meant; what is declared twice is reported and left out.
pub(super) fn resolve(written: &[DocumentSyntax], errors: &mut Errors) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for one in written {
        let name = one.name.value();
        if documents.iter().any(|document| document.name == name) {
            errors.at(one.name.span(), format!("document `{name}` is declared twice"));
            continue;
        }
        let mut sections = Vec::new();
        for section in &one.sections {
            match section.value() {
                value if sections.contains(&value) => {
                    let message = format!("section `{value}` of `{name}` stands here twice");
                    errors.at(section.span(), message);
                }
                value => sections.push(value),
            }
        }
        documents.push(Document { name, sections });
    }
    documents
}

/// Reports a document that is not declared, or has no such section.
pub(crate) fn check(documents: &[Document], name: &LitStr, section: &LitStr, errors: &mut Errors) {
    let (written, wanted) = (name.value(), section.value());
    let Some(document) = documents.iter().find(|one| one.name == written) else {
        let names: Vec<String> = documents.iter().map(|one| one.name.clone()).collect();
        let message = proposal(&format!("no document `{written}`"), &written, &names);
        let how = format!("documents {{ \"{written}\" [\"{wanted}\"] }}");
        errors.at(name.span(), format!("{message}\nhelp: declare it in `alphabet!`: `{how}`"));
        return;
    };
    if !document.sections.contains(&wanted) {
        // All sections are listed, and none is proposed: a section number that differs in one digit
        // is as likely to be meant as its neighbours.
        let known: Vec<String> =
            document.sections.iter().map(|section| format!("`{section}`")).collect();
        let known = match known.is_empty() {
            true => "none is declared".to_owned(),
            false => format!("declared: {}", known.join(", ")),
        };
        errors.at(
            section.span(),
            format!(
                "`{written}` has no section `{wanted}`; {known}\n\
                 help: correct it, or add it to the document's list in `alphabet!`"
            ),
        );
    }
}
