//! Builds the book: `cargo run -p hyaline-tests --features book --example book [DIRECTORY]`.
//!
//! The directory is `target/book` unless another one is named. It is emptied first.
#![forbid(unsafe_code)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hyaline_tests::book;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (directory, more) = (arguments.next(), arguments.next());
    let is_flag = directory.as_ref().is_some_and(|word| word.to_string_lossy().starts_with('-'));
    if is_flag || more.is_some() {
        eprintln!("book [DIRECTORY]: builds the book, by default into target/book");
        return ExitCode::from(2);
    }
    let target = env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    let directory = directory.map_or_else(|| target.join("book"), PathBuf::from);
    // mdBook takes a relative directory to be one below the book's own.
    let built = std::path::absolute(&directory).map_err(Into::into).and_then(|into| {
        book::build(&into)?;
        Ok(into)
    });
    match built {
        Ok(into) => {
            println!("{}", into.join("index.html").display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let error: Box<dyn std::error::Error + Send + Sync> = error;
            eprintln!("the book was not built: {error}");
            ExitCode::FAILURE
        }
    }
}
