//! Files that a program of somebody else's reads.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::certificates::IssuedIdentity;

/// A file of this run with this content.
pub fn file(content: impl AsRef<[u8]>) -> PathBuf {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    // A test's program is target/profile/deps/program.
    let program = std::env::current_exe().unwrap();
    let directory = program.ancestors().nth(3).unwrap().join("tmp");
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(format!("peers-{}-{number}", std::process::id()));
    fs::write(&path, content).unwrap();
    path
}

/// An identity as two files.
pub struct Files {
    /// The certificate, in PEM.
    pub certificate: PathBuf,
    /// The private key, in PEM.
    pub key: PathBuf,
}

impl Files {
    /// Writes them.
    #[must_use]
    pub fn new(identity: &IssuedIdentity) -> Self {
        Self { certificate: file(&identity.certificate_pem), key: file(&identity.key_pem) }
    }
}

/// A path as an argument.
#[must_use]
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
