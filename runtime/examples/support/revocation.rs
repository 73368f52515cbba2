//! Revocation lists from files.

use std::error::Error as StdError;
use std::fs;
use std::path::PathBuf;

use hyaline::{RevocationLists, pem};

use crate::support::Failure;

/// The revocation lists of these files, each in PEM or DER; none, without a file.
pub(crate) fn lists(paths: &[PathBuf]) -> Result<Option<RevocationLists>, Failure> {
    let mut lists = RevocationLists::new();
    for path in paths {
        let bad = |error: &dyn StdError| {
            format!("cannot read revocation lists from {}: {error}", path.display())
        };
        let file = fs::read(path).map_err(|error| bad(&error))?;
        // What has no PEM in it and begins like DER is that.
        let found = match pem::revocation_lists(&file) {
            Err(_) if file.starts_with(&[0x30]) => vec![file.into()],
            found => found.map_err(|error| bad(&error))?,
        };
        for list in found {
            lists.add(&list).map_err(|error| bad(&error))?;
        }
    }
    Ok((!paths.is_empty()).then_some(lists))
}
