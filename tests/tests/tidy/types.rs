//! One word for one thing: no public type has the name of another.

use std::collections::BTreeMap;

use crate::lexer::identifiers;
use crate::nothing_found;
use crate::repository::{line_of, sources};

/// Where the crates' own types stand. The types that the macro emits stand in its sources.
const CRATES: [&str; 9] = [
    "codegen/src/",
    "model/src/",
    "model/check/src/",
    "model/lab/src/",
    "model/protocol/src/",
    "model/search/src/",
    "platform-verifier/src/",
    "runtime/src/",
    "tests/src/",
];

/// What declares a type.
const KEYWORDS: [&str; 5] = ["struct", "enum", "trait", "type", "union"];

/// Why the types of a provider may have the names of the traits that they implement.
const OF_A_PROVIDER: &str = "the trait of the seam, and the type of each provider that has it";

/// Why the types of a front door may have the names of those of another.
const OF_A_FRONT_DOOR: &str = "what a program has of a transport, one for each way of waiting";

/// Names that stand for more than one type, and why they may.
const SHARED: [(&str, &str); 10] = [
    ("AeadKey", OF_A_PROVIDER),
    ("Flood", "what is counted, and in the table whether the count is at its limit"),
    ("HashContext", OF_A_PROVIDER),
    ("KeyExchange", OF_A_PROVIDER),
    ("LazyAcceptor", OF_A_FRONT_DOOR),
    ("Outbox", "the buffer, and in the table whether it holds something"),
    ("SigningKey", OF_A_PROVIDER),
    ("StartHandshake", OF_A_FRONT_DOOR),
    ("Stream", OF_A_FRONT_DOOR),
    ("Work", "work with its input, and in the table which work"),
];

/// The public types that this code declares, each with its offset. A type for one crate only, such
/// as one that is `pub(crate)`, is none of them.
fn public_types(code: &str) -> Vec<(usize, &str)> {
    let words = identifiers(code);
    let declared = words.windows(3).filter_map(|window| match window {
        [(start, "pub"), (keyword, declares), name] if KEYWORDS.contains(declares) => {
            let between = code.get(start + "pub".len()..*keyword)?;
            // `$name` or `#name` in a macro stands for a name, and is none.
            let is_name = name.1.starts_with(char::is_uppercase);
            (between.trim().is_empty() && is_name).then_some(*name)
        }
        _ => None,
    });
    declared.collect()
}

#[test]
fn no_public_type_has_the_name_of_another() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources().unwrap() {
        if !CRATES.iter().any(|directory| source.path.starts_with(directory)) {
            continue;
        }
        for (offset, name) in public_types(&source.code) {
            let place = format!("{}:{}", source.path, line_of(&source.code, offset));
            places.entry(name.to_owned()).or_default().push(place);
        }
    }
    let mut findings = Vec::new();
    for (name, places) in &places {
        if places.len() > 1 && SHARED.iter().all(|(shared, _)| shared != name) {
            findings.push(format!("{name}: {}", places.join(", ")));
        }
    }
    for (name, _) in SHARED {
        if places.get(name).is_none_or(|places| places.len() < 2) {
            findings.push(format!("{name} stands for one type, and needs no exception"));
        }
    }
    nothing_found("one word for one thing", &findings);
}

#[test]
fn only_public_types_are_looked_at() {
    let code = "pub struct A; pub(crate) enum B {} struct C; pub trait D {} impl E { type F; }\n\
                pub const fn g() {} pub type H = u8;";
    let names: Vec<&str> = public_types(code).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["A", "D", "H"]);
}
