//! Gives the crate the fingerprint of the world that its verdicts are about, and the sources of the
//! table, in which the lines of rows are looked up.

mod sources;

use std::error::Error;
use std::path::Path;

use sources::{UNKNOWN, WORLD, fingerprint, is_whole};

/// Where the table is written, from the root of the package.
const TABLE: &str = "../src/table";

fn main() -> Result<(), Box<dyn Error>> {
    let package = std::env::var("CARGO_MANIFEST_DIR")?;
    let package = Path::new(&package);
    println!("cargo::rerun-if-changed=build");
    for path in WORLD {
        println!("cargo::rerun-if-changed={path}");
    }
    // A package from a registry comes without the packages beside it in the repository.
    let known = if is_whole(package) { fingerprint(package)? } else { UNKNOWN.to_owned() };
    println!("cargo::rustc-env=HYALINE_WORLD_FINGERPRINT={known}");
    let output = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&output).join("table_sources.rs"), table_sources(package)?)?;
    Ok(())
}

/// An expression: the sources of the table, each with the name of its file; none where they are
/// missing.
fn table_sources(package: &Path) -> Result<String, Box<dyn Error>> {
    let directory = package.join(TABLE);
    if !directory.is_dir() {
        return Ok("&[]".to_owned());
    }
    println!("cargo::rerun-if-changed={TABLE}");
    let mut sources = String::from("&[");
    let paths: Result<Vec<_>, _> =
        std::fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths?;
    // `read_dir` lists in any order. The paths are sorted, so that a build is the same wherever it
    // is made.
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let path = path.to_string_lossy();
        sources.push_str(&format!("({name:?}, include_str!({path:?})),"));
    }
    Ok(sources + "]")
}
