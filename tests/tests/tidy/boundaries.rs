//! Who may know what: the cryptographic libraries behind their seam, and the table behind `step`.

use std::collections::BTreeSet;
use std::io;

use crate::lexer::identifiers;
use crate::nothing_found;
use crate::repository::{Source, line_of, read, sources};

/// The crates of the cryptographic libraries, and the only places that name them.
const LIBRARIES: [(&str, &str); 2] =
    [("ring", "runtime/src/crypto/ring/"), ("aws_lc_rs", "runtime/src/crypto/aws_lc_rs/")];

#[test]
fn each_cryptographic_library_is_named_behind_the_crypto_seam_only() {
    for (library, place) in LIBRARIES {
        let mut seen = 0;
        let mut findings = Vec::new();
        for source in sources().unwrap() {
            let in_house =
                ["codegen/", "model/", "runtime/"].iter().any(|m| source.path.starts_with(m));
            if !in_house {
                continue;
            }
            let places: Vec<_> = identifiers(&source.code)
                .into_iter()
                .filter(|(at, _)| names_library(&source, *at, library))
                .collect();
            if source.path.starts_with(place) {
                seen += places.len();
                continue;
            }
            for (offset, _) in places {
                findings.push(format!("{}:{}", source.path, line_of(&source.code, offset)));
            }
        }
        // `tests` measures ring itself, beside our library, so its dev-dependencies may name it.
        let members = [
            "codegen",
            "model",
            "model/check",
            "model/lab",
            "model/protocol",
            "model/search",
            "tests",
        ];
        for member in members {
            let manifest = read(&format!("{member}/Cargo.toml")).unwrap();
            let manifest = match manifest.split_once("[dev-dependencies]") {
                Some((manifest, _)) if member == "tests" => manifest.to_owned(),
                _ => manifest,
            };
            let declared = library.replace('_', "-");
            if manifest.lines().any(|line| {
                line.strip_prefix(&declared).is_some_and(|rest| rest.starts_with([' ', '.']))
            }) {
                findings.push(format!("{member}/Cargo.toml"));
            }
        }
        nothing_found("a cryptographic library stands behind the crypto seam", &findings);
        assert!(seen > 0, "the seam names no `{library}`: the rule guards nothing");
    }
}

/// Is the identifier at this offset the crate of this name, or another crate's part of it
/// (`webpki::ring`)? Our own module of that name is reached by `self`, `super` or `crypto`.
fn names_library(source: &Source, offset: usize, library: &str) -> bool {
    let before = source.code.get(..offset).unwrap_or_default().trim_end();
    let after = source.code.get(offset..).unwrap_or_default();
    let Some(after) = after.strip_prefix(library) else { return false };
    if !["::", ";", " as "].iter().any(|behind| after.starts_with(behind)) {
        return false;
    }
    match before.strip_suffix("::") {
        Some(path) => !OWN_PATHS.iter().any(|own| path.ends_with(own)),
        None if last_word(before) == "mod" => false,
        None => !imports_own_module(&source.code, library),
    }
}

/// How our own modules of these names are reached.
const OWN_PATHS: [&str; 3] = ["self", "super", "crypto"];

/// Does the file bring our own module of this name into scope, so that the bare name is that one?
fn imports_own_module(code: &str, library: &str) -> bool {
    code.split("use ").skip(1).filter_map(|rest| rest.split(';').next()).any(|path| {
        let is_own = OWN_PATHS.iter().any(|own| path.contains(&format!("{own}::")));
        is_own && identifiers(path).iter().any(|(_, word)| *word == library)
    })
}

fn last_word(text: &str) -> &str {
    text.rsplit(|next: char| !next.is_alphanumeric() && next != '_').next().unwrap_or_default()
}

// The table decides, and nothing beside it.

/// What no code outside of the table's own may write, and where it is found.
struct Vocabulary {
    /// Names of machines: `client`, `read`.
    machines: BTreeSet<String>,
    /// Fields of the memory.
    memory: BTreeSet<String>,
    /// Fields of the policy.
    policy: BTreeSet<String>,
    /// Enums that memory fields and policies have for their types.
    types: BTreeSet<String>,
}

/// Files that carry the table's decisions out or compare them, and so touch what they carry.
const OF_THE_TABLE: [&str; 4] = [
    "model/src/table/",
    "model/src/turn.rs",
    "model/src/turn/",
    "model/check/src/interpret/mod.rs",
];

/// The role says which machine an endpoint runs. It decides nothing else.
const IDENTITY: [&str; 2] = ["role", "Role"];

/// Further places that may look, each with what it looks at, and why.
const MAY_LOOK: [(&str, &str, &str); 17] = [
    ("model/check/src/ends/tls/mod.rs", "memory.", MEASURE),
    ("model/check/src/ends/tls/mod.rs", "EarlyDataState::Accepted", ORACLE),
    ("model/check/src/ends/tls/mod.rs", "EarlyDataState::Rejected", ORACLE),
    ("model/check/src/ends/tls/mod.rs", "ReceiveEnd::Nothing", MEASURE),
    ("model/check/src/ends/tls/mod.rs", "SendReset::Drained", MEASURE),
    ("model/check/src/ends/tls/mod.rs", "SendEnd::", ORACLE),
    ("model/check/src/ends/tls/mod.rs", "TransportEnd::Nothing", MEASURE),
    (
        "model/check/src/ends/tls/renumber.rs",
        "memory.connected",
        "what is forgotten once nothing asks for it: docs/theorem.md says why",
    ),
    (
        "model/check/src/ends/tls/surroundings.rs",
        "policy.compatibility",
        "what a peer of ours asks for",
    ),
    ("model/check/src/ends/tls/surroundings.rs", "policy.requests", ORACLE),
    ("runtime/src/connection/early_data.rs", "memory.early_data", TOLD),
    ("runtime/src/connection/early_data.rs", "EarlyDataState::", TOLD),
    (
        "runtime/src/connection/hand_over.rs",
        "memory.reply_due",
        "what a connection owes that is handed over, for good: no step comes after",
    ),
    ("model/check/src/hostile/judgement.rs", "", ORACLE),
    ("model/check/src/hostile/peer.rs", "", ORACLE),
    ("model/check/src/hostile/seen.rs", "", ORACLE),
    ("model/check/src/hostile/surroundings.rs", "", ORACLE),
];

const TOLD: &str = "the application is told what the table remembers; nothing follows from it";

const ORACLE: &str = "judges what the table did, as a property; no step depends on it";

const MEASURE: &str = "part of the measure of progress, which is judged; no step depends on it";

impl Vocabulary {
    fn of_the_table() -> Self {
        let alphabet = read("model/src/table/alphabet.rs").unwrap_or_default();
        let (code, _) = crate::lexer::separate(&alphabet).unwrap_or_default();
        let mut types = BTreeSet::new();
        let mut fields = |block: &str| -> BTreeSet<String> {
            let declarations = body_of(&code, block).lines().filter_map(|line| {
                let (name, rest) = line.trim().split_once(':')?;
                Some((name.trim().to_owned(), rest.trim_start().to_owned()))
            });
            let mut names = BTreeSet::new();
            for (name, of_type) in declarations {
                let of_type = identifiers(&of_type).first().map(|(_, word)| (*word).to_owned());
                types.extend(of_type.filter(|word| word.starts_with(char::is_uppercase)));
                names.insert(name);
            }
            names
        };
        let (memory, mut policy) = (fields("memory"), fields("policy"));
        policy.retain(|name| !IDENTITY.contains(&name.as_str()));
        types.retain(|name| !IDENTITY.contains(&name.as_str()));
        let mut machines = BTreeSet::new();
        for source in sources().unwrap_or_default() {
            let Some(declared) = source.code.find("\n    machine ") else { continue };
            let declaration = source.code.get(declared..).unwrap_or_default();
            if source.path.starts_with("model/src/table/") {
                let name = declaration.split_whitespace().nth(1).unwrap_or_default();
                machines.insert(name.trim_end_matches(':').to_owned());
            }
        }
        Self { machines, memory, policy, types }
    }

    /// What this code does that only `step` may do: each finding with its offset.
    fn decisions_in(&self, code: &str) -> Vec<(usize, String)> {
        let words = identifiers(code);
        let mut found = Vec::new();
        for (index, (offset, word)) in words.iter().enumerate() {
            let before = code.get(..*offset).unwrap_or_default().trim_end();
            let after = code.get(offset + word.len()..).unwrap_or_default().trim_start();
            let next = words.get(index + 1).map_or("", |(_, next)| *next);
            let is_path = after.starts_with("::");
            if is_path && next == "State" && self.machines.contains(*word) {
                found.push((*offset, format!("{word}::State")));
            }
            if *word == "HandshakeState" {
                found.push((*offset, (*word).to_owned()));
            }
            for (holder, fields, kind) in
                [("memory", &self.memory, "MemoryField"), ("policy", &self.policy, "PolicyName")]
            {
                let member = before.strip_suffix('.').map(str::trim_end);
                let of_holder = member.is_some_and(|before| last_word(before) == holder);
                if of_holder && fields.contains(*word) && !is_assigned(after) {
                    found.push((*offset, format!("{holder}.{word}")));
                }
                let asked = before.ends_with("get(") || before.ends_with("==");
                if is_path && asked && *word == kind {
                    found.push((*offset, format!("{kind}::{next}")));
                }
            }
            if is_path && self.types.contains(*word) && is_tested(before, after, next) {
                found.push((*offset, format!("{word}::{next}")));
            }
        }
        found
    }
}

/// Does `= value` follow, and not `== value`?
fn is_assigned(after: &str) -> bool {
    after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>")
}

/// Is `Type::Variant`, with these texts around `Type`, a pattern or one side of a comparison?
fn is_tested(before: &str, after: &str, variant: &str) -> bool {
    let compared = ["==", "!="].iter().any(|sign| before.ends_with(sign));
    let tail = after.trim_start_matches(':').trim_start();
    let tail = tail.strip_prefix(variant).unwrap_or(tail).trim_start();
    compared
        || ["=>", "==", "!=", "| "].iter().any(|sign| tail.starts_with(sign))
        || last_word(before) == "let"
        || (before.ends_with(',') && is_inside_matches(before))
}

/// Is the text the beginning of a `matches!(` that is still open?
fn is_inside_matches(before: &str) -> bool {
    let Some(start) = before.rfind("matches!(") else { return false };
    let inside = before.get(start..).unwrap_or_default();
    inside.matches('(').count() > inside.matches(')').count()
}

/// What stands between the braces after `name {`.
fn body_of<'a>(code: &'a str, name: &str) -> &'a str {
    let opening = format!("{name} {{");
    let Some(start) = code.find(&opening) else { return "" };
    let body = code.get(start + opening.len()..).unwrap_or_default();
    let mut depth = 1_u32;
    for (offset, next) in body.char_indices() {
        match next {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return body.get(..offset).unwrap_or_default();
        }
    }
    body
}

#[test]
fn outside_step_nothing_decides_by_state_memory_or_policy() {
    let vocabulary = Vocabulary::of_the_table();
    let mut used = BTreeSet::new();
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        let ours = ["model/src/", "model/check/src/", "runtime/src/"]
            .iter()
            .any(|m| source.path.starts_with(m));
        if !ours || OF_THE_TABLE.iter().any(|path| source.path.starts_with(path)) {
            continue;
        }
        for (offset, decision) in vocabulary.decisions_in(&source.code) {
            let excused = MAY_LOOK
                .iter()
                .find(|(path, what, _)| source.path == *path && decision.starts_with(what));
            match excused {
                Some((path, what, _)) => {
                    used.insert((*path, *what));
                }
                None => {
                    let line = line_of(&source.code, offset);
                    findings.push(format!("{}:{line}: {decision}", source.path));
                }
            }
        }
    }
    for (path, what, _) in MAY_LOOK {
        if !used.contains(&(path, what)) {
            findings.push(format!("{path}: {what} needs no exception any more"));
        }
    }
    nothing_found("what decides control flow is a row of the table", &findings);
}

/// Where each of these calls stands in what is checked and ships.
fn places_of(calls: &[&str]) -> io::Result<Vec<(String, usize)>> {
    let mut places = Vec::new();
    for source in sources()? {
        let ours = ["model/src/", "model/check/src/", "runtime/src/"]
            .iter()
            .any(|m| source.path.starts_with(m));
        for call in calls {
            for (offset, _) in source.code.match_indices(call).filter(|_| ours) {
                places.push((source.path.clone(), line_of(&source.code, offset)));
            }
        }
    }
    Ok(places)
}

#[test]
fn rows_fire_in_one_place() {
    let places = places_of(&[" table.take(", " table.settle("]).unwrap();
    assert!(places.iter().all(|(path, _)| path == "model/src/turn.rs"), "{places:?}");
    assert_eq!(places.len(), 3, "{places:?}");
    // These carry rows out in one place: as code, or as data where a row is changed.
    let places = places_of(&[
        "states.take(",
        "states.settle(",
        "states.settle_in(",
        "states.enter(",
        "memory.update(",
    ])
    .unwrap();
    assert!(places.iter().all(|(path, _)| path == "model/src/turn/world.rs"), "{places:?}");
    assert_eq!(places.len(), 5, "{places:?}");
}

#[test]
fn what_a_stream_asks_of_the_system_stands_in_one_module() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        let file = source.path.strip_prefix("runtime/src/blocking/").unwrap_or("tests");
        if file.starts_with("system/") || file.contains("tests") {
            continue;
        }
        for word in ["cfg(", "rustix", "mio::", "std::os::"] {
            for (offset, _) in source.code.match_indices(word) {
                if !source.code.get(offset..).is_some_and(|code| code.starts_with("cfg(test)")) {
                    findings.push(format!("{}:{}", source.path, line_of(&source.code, offset)));
                }
            }
        }
    }
    nothing_found("streams have one text for all systems", &findings);
}

#[test]
fn the_vocabulary_is_the_tables_own() {
    let vocabulary = Vocabulary::of_the_table();
    assert_eq!(
        vocabulary.machines.iter().map(String::as_str).collect::<Vec<_>>(),
        ["client", "read", "receiver", "report", "sender", "server", "write"]
    );
    assert!(vocabulary.memory.contains("tickets_owed") && vocabulary.policy.contains("duplex"));
    assert!(vocabulary.types.contains("ReceiveEnd") && vocabulary.types.contains("Duplex"));
}

#[test]
fn a_decision_beside_the_table_is_found() {
    let vocabulary = Vocabulary::of_the_table();
    let decides = |code: &str| !vocabulary.decisions_in(code).is_empty();
    for decision in [
        "match states.read { read::State::Open => 1 }",
        "if endpoint.memory.retried {}",
        "if policy.duplex == other {}",
        "match x { ReceiveEnd::Reset => 1 }",
        "if x == Duplex::Half {}",
        "matches!(x, FinState::Owed)",
        "memory.get(MemoryField::Fin)",
    ] {
        assert!(decides(decision), "{decision}");
    }
    for innocent in [
        "policy.duplex = Duplex::Half;",
        "for field in MemoryField::ALL { memory.get(*field) }",
        "states.has(Slot::Read, Label::DiscardsInput)",
        "Policy { duplex: Duplex::Full, ..shipped }",
    ] {
        assert!(!decides(innocent), "{innocent}");
    }
}
