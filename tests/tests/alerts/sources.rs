//! The alerts that the library's sources choose.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hyaline::{Alert, AlertDescription, Reason};

/// Where alerts that are no errors are chosen: by the table's rows, and where they are performed.
const CHOOSERS: [&str; 2] = ["runtime/src/connection", "model/src/table"];

/// The alphabet, which names every alert. Those that it chooses stand behind its reasons.
const ALPHABET: &str = "alphabet.rs";

/// Every alert that follows from a reason, or that one of the choosers names.
pub(crate) fn alerts_of_the_sources() -> BTreeSet<Alert> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut code = String::new();
    for chooser in CHOOSERS {
        read(&root.join(chooser), &mut code);
    }
    let words: BTreeSet<&str> =
        code.split(|next: char| !next.is_alphanumeric() && next != '_').collect();
    let all = (0..=u8::MAX).filter_map(|number| AlertDescription(number).known());
    let named = all.filter(|alert| words.contains(format!("{alert:?}").as_str()));
    named.chain(Reason::ALL.iter().map(|reason| reason.alert())).collect()
}

fn read(path: &Path, code: &mut String) {
    if path.is_dir() {
        // The sources that stand in the directory itself: its tests are below, and choose nothing.
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() && !path.ends_with(ALPHABET) {
                read(&path, code);
            }
        }
        return;
    }
    let text = fs::read_to_string(path).unwrap();
    for line in text.split("#[cfg(test)]").next().unwrap_or_default().lines() {
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
    }
}
