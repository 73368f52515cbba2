//! The sources of the library lead to the replay, which never ships, at one place: the door. One
//! package opens the door.

use crate::lexer::identifiers;
use crate::nothing_found;
use crate::repository::{files, has_extension, line_of, read, sources};

/// The name of the cfg, and of the crate that is compiled with it.
const NAME: &str = "hyaline_replay";

/// The file of the door, and how often it names the cfg: for the open door, and for the shut one.
const DOOR: (&str, usize) = ("runtime/src/lib.rs", 2);

/// Where a feature of the library may be asked for: where its modules are declared, and the
/// providers, of which each is a module.
const MODULES: [&str; 3] =
    ["runtime/src/lib.rs", "runtime/src/crypto/mod.rs", "runtime/src/driver/tasks.rs"];

/// The file that opens the door: it sets the cfg.
const OPENER: &str = "tests/replay-build/build.rs";

/// Words that set a cfg or another flag of the compiler; written in halves, so that this file does
/// not contain them.
const FLAGS: [&str; 4] = [
    concat!("RUST", "FLAGS"),
    concat!("rust", "flags"),
    concat!("rustc", "-cfg"),
    concat!("--", "cfg"),
];

#[test]
fn the_replay_has_one_door() {
    let mut found = Vec::new();
    for source in sources().unwrap() {
        for (offset, word) in identifiers(&source.code) {
            let after = source.code.get(offset + word.len()..).unwrap_or_default();
            // A name with `::` behind it is the crate's, not the cfg's.
            if word == NAME && !after.starts_with("::") {
                found.push(format!("{}:{}", source.path, line_of(&source.code, offset)));
            }
        }
    }
    let (door, mentions) = DOOR;
    let elsewhere: Vec<_> =
        found.iter().filter(|place| !place.starts_with(door)).cloned().collect();
    nothing_found("the sources ask for the replay at one door", &elsewhere);
    assert_eq!(found.len(), mentions, "{found:?}");
}

#[test]
fn a_feature_of_the_library_adds_a_module_and_its_name_and_changes_nothing_else() {
    let mut findings = Vec::new();
    let mut asked = 0;
    for source in sources().unwrap() {
        for (offset, word) in identifiers(&source.code) {
            let line = line_of(&source.code, offset);
            if word != "feature" || !source.path.starts_with("runtime/src/") {
                continue;
            }
            asked += 1;
            let lines: Vec<_> = source.code.lines().skip(line - 1).take(2).collect();
            let is_module = matches!(
                lines[..],
                [attribute, declaration] if attribute.starts_with("#[cfg(")
                    && (adds(declaration) || declaration.starts_with("compile_error!("))
            );
            if !MODULES.contains(&source.path.as_str()) || !is_module {
                findings.push(format!("{}:{line}", source.path));
            }
        }
    }
    nothing_found("with a feature or without, what ships is the same", &findings);
    assert!(asked > 0, "no feature is asked for: the rule guards nothing");
}

/// Whether a line declares a module, or gives what is in one a name.
fn adds(line: &str) -> bool {
    let declaration = line.trim_start_matches("pub ");
    let is_one = declaration.starts_with("mod ") || declaration.starts_with("use self::");
    is_one && declaration.ends_with(';')
}

#[test]
fn nothing_but_the_package_of_the_replay_opens_the_door() {
    let mut findings = Vec::new();
    for file in files().unwrap() {
        // `RUSTDOCFLAGS` has documents fail, and compiles nothing else.
        let text = file.text.replace("RUSTDOCFLAGS", "");
        if file.path != OPENER && FLAGS.iter().any(|flag| text.contains(flag)) {
            findings.push(format!("{}: flags of the compiler", file.path));
        }
        if file.path.starts_with(".cargo/") {
            findings.push(format!("{}: builds here differ from builds elsewhere", file.path));
        }
        let is_manifest = file.path == "runtime/Cargo.toml";
        if is_manifest && text.contains(NAME) {
            findings.push(format!("{}: a choice of what ships", file.path));
        }
        if has_extension(&file.path, "toml") && file.path != "tests/Cargo.toml" {
            let depends = text.contains("hyaline-replay.workspace")
                || (file.path != "Cargo.toml" && text.contains("hyaline-replay = "));
            if depends {
                findings.push(format!("{}: depends on what never ships", file.path));
            }
        }
    }
    nothing_found("the library is the same wherever it is built", &findings);
    assert!(read(OPENER).unwrap().contains(FLAGS[2]), "{OPENER} does not open the door");
    let manifest = read("tests/replay-build/Cargo.toml").unwrap();
    assert!(manifest.contains("\npublish = false\n"));
}
