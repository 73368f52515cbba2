//! Gives the crate the fingerprint of the world that its verdicts are about.

mod sources;

use std::error::Error;
use std::path::Path;

use sources::{UNKNOWN, WORLD, fingerprint, is_whole};

fn main() -> Result<(), Box<dyn Error>> {
    let package = std::env::var("CARGO_MANIFEST_DIR")?;
    let package = Path::new(&package);
    println!("cargo::rerun-if-changed=build");
    for path in WORLD {
        println!("cargo::rerun-if-changed={path}");
    }
    // The package of a registry comes without its neighbours.
    let known = if is_whole(package) { fingerprint(package)? } else { UNKNOWN.to_owned() };
    println!("cargo::rustc-env=HYALINE_WORLD_FINGERPRINT={known}");
    Ok(())
}
