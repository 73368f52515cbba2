//! The book: the documents of `docs/`, made into pages by mdBook's own library.

use std::error::Error;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;

/// The directory of the documents, which is the book's.
#[must_use]
pub fn documents() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Builds the book into a directory, which is emptied first.
///
/// # Errors
/// What mdBook says: a chapter that `docs/SUMMARY.md` names is missing, or a page cannot be
/// written.
pub fn build(into: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut book = MDBook::load(documents())?;
    book.config.build.build_dir = into.to_path_buf();
    Ok(book.build()?)
}
