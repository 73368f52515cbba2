//! What the crates depend on, and why.

use std::env;
use std::process::Command;

use crate::nothing_found;
use crate::repository::{read, root};

/// The packages that a user of `hyaline` builds, who asks for it with these arguments.
fn packages_of_the_library(arguments: &[&str]) -> String {
    packages_of("hyaline", arguments)
}

/// The packages that a user of this one builds, who asks for it with these arguments.
fn packages_of(package: &str, arguments: &[&str]) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "-p", package, "-e", "normal", "--prefix", "none"])
        .args(arguments)
        .current_dir(root())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_library_depends_on_the_table_and_not_on_the_checker() {
    let packages = packages_of_the_library(&[]);
    assert!(hold(&packages, "hyaline-model") && hold(&packages, "ring"), "{packages}");
    assert!(!hold(&packages, "hyaline-check") && !hold(&packages, "stateright"), "{packages}");
}

fn hold(packages: &str, name: &str) -> bool {
    packages.lines().any(|line| line.split(' ').next() == Some(name))
}

#[test]
fn who_chooses_a_cryptographic_library_builds_no_other() {
    let by_ring = ["ring", "libcrux-ml-kem", "x25519-dalek"];
    let by_aws = ["aws-lc-rs", "aws-lc-sys"];
    let by_default = packages_of_the_library(&[]);
    assert!(by_ring.iter().all(|name| hold(&by_default, name)), "{by_default}");
    assert!(!by_aws.iter().any(|name| hold(&by_default, name)), "{by_default}");
    let alone = packages_of_the_library(&["--no-default-features", "--features", "aws-lc-rs"]);
    assert!(by_aws.iter().all(|name| hold(&alone, name)), "{alone}");
    assert!(!by_ring.iter().any(|name| hold(&alone, name)), "{alone}");
}

#[test]
fn the_library_needs_no_rustls_and_the_systems_verifier_does() {
    let of_rustls = ["rustls", "rustls-platform-verifier"];
    let verifier = packages_of("hyaline-platform-verifier", &[]);
    assert!(of_rustls.iter().all(|name| hold(&verifier, name)), "{verifier}");
    for arguments in [&["--all-features"][..], &["--all-features", "--target", "all"]] {
        let library = packages_of_the_library(arguments);
        assert!(hold(&library, "rustls-pki-types"), "{library}");
        assert!(!of_rustls.iter().any(|name| hold(&library, name)), "{library}");
    }
}

#[test]
fn the_table_needs_the_macro_and_nothing_else() {
    let manifest = read("model/Cargo.toml").unwrap();
    let dependencies: Vec<_> =
        dependencies(&manifest).into_iter().map(|(_, declared)| declared).collect();
    assert_eq!(dependencies, ["hyaline-codegen.workspace = true"]);
    assert!(!manifest.contains("[features]"), "{manifest}");
    assert!(read("model/src/lib.rs").unwrap().contains("\n#![no_std]\n"));
}

#[test]
fn the_search_needs_nothing_but_memory() {
    let manifest = read("model/search/Cargo.toml").unwrap();
    assert!(dependencies(&manifest).is_empty() && !manifest.contains("[features]"), "{manifest}");
    assert!(read("model/search/src/lib.rs").unwrap().contains("\n#![no_std]\n"));
}

/// The lines of a manifest that declare dependencies which users build.
fn dependencies(manifest: &str) -> Vec<(Option<&str>, &str)> {
    let mut found = Vec::new();
    let mut section = "";
    let mut before = None;
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if !line.is_empty() && !line.starts_with(['#', ' ', ']', '}']) {
            let for_users =
                section.ends_with("dependencies]") && !section.ends_with("-dependencies]");
            if for_users {
                found.push((before, line));
            }
        }
        before = Some(line);
    }
    found
}

#[test]
fn every_dependency_of_the_library_says_what_it_is_for() {
    let mut findings = Vec::new();
    for package in ["platform-verifier", "runtime"] {
        let manifest = read(&format!("{package}/Cargo.toml")).unwrap();
        let dependencies = dependencies(&manifest);
        assert!(!dependencies.is_empty());
        let silent = dependencies
            .into_iter()
            .filter(|(before, _)| before.is_none_or(|before| !before.starts_with("# ")));
        findings.extend(silent.map(|(_, line)| format!("{package}: {line}")));
    }
    nothing_found("a dependency has a comment above it", &findings);
}

#[test]
fn the_library_of_the_replay_has_the_dependencies_of_the_one_that_ships() {
    let shipped = read("runtime/Cargo.toml").unwrap();
    let replay = read("tests/replay-build/Cargo.toml").unwrap();
    let findings: Vec<_> = dependencies(&shipped)
        .into_iter()
        .filter(|(_, line)| !dependencies(&replay).iter().any(|(_, other)| other == line))
        .map(|(_, line)| format!("only what ships: {line}"))
        // What the tests of the library need is there as well, in the same versions.
        .chain(
            dependencies(&replay)
                .into_iter()
                .filter(|(_, line)| !shipped.lines().any(|other| other == *line))
                .map(|(_, line)| format!("only the replay: {line}")),
        )
        .collect();
    nothing_found("the two build the same library", &findings);
}

#[test]
fn no_dependency_is_a_pre_release() {
    let lock = read("Cargo.lock").unwrap();
    // What stands behind a `+` is about the build, not the release.
    let versions =
        lock.lines().filter_map(|line| line.strip_prefix("version = \"")?.split(['+', '"']).next());
    let findings: Vec<_> =
        versions.filter(|version| version.contains('-')).map(str::to_owned).collect();
    nothing_found("stable releases only", &findings);
}
