//! The checker is built in layers: no module imports from a later one, so that no two modules
//! import from each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::nothing_found;
use crate::repository::{line_of, sources};

/// Where the checker's library stands.
const CHECKER: &str = "model/check/src/";

/// Its modules; each may use those before it.
const LAYERS: [&str; 20] = [
    "stand_in",
    "side",
    "interpret",
    "programs",
    "world",
    "judgement",
    "ends",
    "search",
    "runs",
    "report",
    "print",
    "hostile",
    "mutants",
    "unbounded",
    "opposite",
    "map",
    "synthesis",
    "proof",
    "validate",
    "relay",
];

/// The modules that the file of this code names from the root of its crate, each with its offset.
/// What stands in its tests is left out: they may build whatever they look at.
fn named_in(code: &str) -> Vec<(usize, Vec<&str>)> {
    let shipped = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let is_of_path = |next: char| next.is_alphanumeric() || next == '_' || next == ':';
    let path = |(offset, start): (usize, &str)| {
        let rest = shipped.get(offset + start.len()..).unwrap_or_default();
        let path = rest.split(|next| !is_of_path(next)).next().unwrap_or_default();
        (offset, path.split("::").collect())
    };
    shipped.match_indices("crate::").map(path).collect()
}

/// The layer to which a file of the checker's library belongs.
fn layer_of(path: &str) -> Option<usize> {
    let below = path.strip_prefix(CHECKER)?;
    let name = below.split('/').next()?.trim_end_matches(".rs");
    LAYERS.iter().position(|layer| *layer == name)
}

#[test]
fn no_module_of_the_checker_uses_a_later_layer() {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        let Some(own) = layer_of(&source.path) else { continue };
        seen.insert(own);
        for (offset, path) in named_in(&source.code) {
            let used = LAYERS.iter().position(|layer| path.first() == Some(layer));
            let is_list = path.first() == Some(&"");
            if is_list || used.is_some_and(|used| used > own) {
                let line = line_of(&source.code, offset);
                findings.push(format!("{}:{line}: {}", source.path, path.join("::")));
            }
        }
    }
    nothing_found("a layer uses what is below it", &findings);
    assert_eq!(seen.len(), LAYERS.len(), "a layer has no file");
}

#[test]
fn every_module_of_the_checker_has_its_layer() {
    let findings: Vec<_> = sources()
        .unwrap()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.starts_with(CHECKER) && layer_of(path).is_none())
        .filter(|path| !path.ends_with("src/lib.rs") && !path.contains("/bin/"))
        .collect();
    nothing_found("a module of the checker has a place among the layers", &findings);
}

/// The file of the checker that the path leads to: the one that lies deepest.
fn file_of(path: &[&str], files: &BTreeSet<String>) -> Option<String> {
    let lengths = (1..=path.len()).rev();
    let mut names = lengths.filter_map(|length| Some(path.get(..length)?.join("/")));
    names.find_map(|name| {
        let files_of_it = [format!("{CHECKER}{name}.rs"), format!("{CHECKER}{name}/mod.rs")];
        files_of_it.into_iter().find(|file| files.contains(file))
    })
}

/// A way from a file back to itself, if there is one.
fn circle<'a>(
    uses: &'a BTreeMap<String, BTreeSet<String>>,
    at: &'a str,
    way: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) -> bool {
    if way.contains(&at) {
        way.push(at);
        return true;
    }
    if !done.insert(at) {
        return false;
    }
    way.push(at);
    let used = uses.get(at).into_iter().flatten();
    for next in used {
        if circle(uses, next, way, done) {
            return true;
        }
    }
    way.pop();
    false
}

#[test]
fn no_file_of_the_checker_uses_one_that_uses_it() {
    let sources: Vec<_> =
        sources().unwrap().into_iter().filter(|one| layer_of(&one.path).is_some()).collect();
    let files: BTreeSet<_> = sources.iter().map(|source| source.path.clone()).collect();
    let mut uses = BTreeMap::new();
    for source in &sources {
        let named = named_in(&source.code).into_iter();
        let used = named.filter_map(|(_, path)| file_of(&path, &files));
        let others: BTreeSet<_> = used.filter(|file| *file != source.path).collect();
        uses.insert(source.path.clone(), others);
    }
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 50, "{uses:?}");
    let mut done = BTreeSet::new();
    let mut way = Vec::new();
    let goes_round = uses.keys().any(|file| circle(&uses, file, &mut way, &mut done));
    let finding = goes_round.then(|| way.join(" → "));
    nothing_found("no two files use each other", &finding.into_iter().collect::<Vec<_>>());
}

#[test]
fn a_circle_is_found_and_what_a_test_uses_is_not_looked_at() {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    let uses: BTreeMap<_, BTreeSet<_>> = [("a", &["b", "c"][..]), ("b", &["c"]), ("c", &["a"])]
        .map(|(file, used)| (file.to_owned(), names(used)))
        .into();
    assert!(circle(&uses, "a", &mut Vec::new(), &mut BTreeSet::new()));
    let named = named_in("use crate::a::{b, c};\n#[cfg(test)]\nmod tests {\nuse crate::d;\n}\n");
    assert_eq!(named, [(4, vec!["a", ""])]);
}
