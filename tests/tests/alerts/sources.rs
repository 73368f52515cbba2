//! The alerts that the library's sources name where an alert is chosen.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hyaline::{Alert, AlertDescription};

/// Where alerts are chosen: in the table reasons become alerts, and rows send those that are no
/// errors.
const CHOOSERS: [&str; 2] = ["runtime/src/connection", "model/src/table"];

/// The dictionary of the table names every alert there is, and chooses none.
const DICTIONARY: &str = "alphabet.rs";

/// Every alert that is named in one of them. Names are the variants' own.
pub(crate) fn alerts_of_the_sources() -> BTreeSet<Alert> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut code = String::new();
    for chooser in CHOOSERS {
        read(&root.join(chooser), &mut code);
    }
    let words: BTreeSet<&str> =
        code.split(|next: char| !next.is_alphanumeric() && next != '_').collect();
    let all = (0..=u8::MAX).filter_map(|number| AlertDescription(number).known());
    all.filter(|alert| words.contains(format!("{alert:?}").as_str())).collect()
}

fn read(path: &Path, code: &mut String) {
    if path.is_dir() {
        // The sources; its tests choose nothing.
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if !path.is_dir() && !path.ends_with(DICTIONARY) {
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
