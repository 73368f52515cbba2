//! The checker, compiled to WebAssembly, with what JavaScript calls it by.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasm_bindgen_cli_support::Bindgen;

use crate::root;

/// The target that the checker is compiled for.
const TRIPLE: &str = "wasm32-unknown-unknown";

/// The profile of Cargo that the page is compiled with.
const PROFILE: &str = "page";

/// The checker as a page has it.
pub(crate) struct Engine {
    /// The WebAssembly module, which the browser compiles.
    pub(crate) module: Vec<u8>,
    /// A classic script that says `wasm_bindgen`, by which the module is called.
    pub(crate) script: String,
}

/// Where Cargo builds.
pub(crate) fn target_directory() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Compiles the checker.
///
/// # Errors
///
/// If it cannot be compiled: the target may be missing.
pub(crate) fn engine(target: &Path) -> Result<Engine, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A target directory of its own: the Cargo that runs this command may hold the lock of the
    // other.
    let own = target.join("page");
    let status = Command::new(cargo)
        .args(["build", "--package", "hyaline-lab", "--lib"])
        .args(["--target", TRIPLE, "--profile", PROFILE])
        .arg("--target-dir")
        .arg(&own)
        .current_dir(root())
        .status()?;
    if !status.success() {
        let words = format!("the checker was not compiled; rustup target add {TRIPLE}");
        return Err(words.into());
    }
    let compiled = own.join(TRIPLE).join(PROFILE).join("hyaline_lab.wasm");
    let bound = own.join("bound");
    Bindgen::new()
        .input_path(compiled)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&bound)?;
    Ok(Engine {
        module: fs::read(bound.join("hyaline_lab_bg.wasm"))?,
        script: fs::read_to_string(bound.join("hyaline_lab.js"))?,
    })
}
