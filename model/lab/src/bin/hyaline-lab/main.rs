//! The command `hyaline-lab`: builds the page of the lab.
//!
//! The command compiles the checker to WebAssembly, makes the script by which JavaScript calls it,
//! and puts both into one file with the page's scripts and styles. The file needs no server and
//! fetches nothing.

mod page;
mod webassembly;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How the command is used.
const USAGE: &str = "hyaline-lab [FILE]: builds the page of the lab, by default target/lab.html";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (file, more) = (arguments.next(), arguments.next());
    let is_flag = file.as_ref().is_some_and(|file| file.to_string_lossy().starts_with('-'));
    if is_flag || more.is_some() {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match build(file.map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_path_buf()
}

fn build(file: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let target = webassembly::target_directory();
    let file = file.unwrap_or_else(|| target.join("lab.html"));
    let engine = webassembly::engine(&target)?;
    let page = page::page(&engine)?;
    std::fs::write(&file, &page).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("{}: {} bytes", file.display(), page.len());
    Ok(())
}
