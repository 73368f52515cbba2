//! The key log in a file.
#![allow(clippy::unwrap_used, reason = "all of this is tests")]

use std::fs;
use std::path::{Path, PathBuf};

use hyaline::{KeyLog, KeyLogFile};

/// A file of this name that is not there.
fn fresh(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn each_secret_is_a_line_and_what_stands_in_the_file_stays() {
    let path = fresh("key-log");
    fs::write(&path, "# before\n").unwrap();
    let log = KeyLogFile::open(&path).unwrap();
    log.log("CLIENT_TRAFFIC_SECRET_0", &[0xab; 32], &[1, 0x2f]);
    log.log("EXPORTER_SECRET", &[0; 32], &[0xff]);
    let random = "ab".repeat(32);
    let zeros = "00".repeat(32);
    assert_eq!(
        fs::read_to_string(&path).unwrap().lines().collect::<Vec<_>>(),
        [
            "# before",
            &format!("CLIENT_TRAFFIC_SECRET_0 {random} 012f"),
            &format!("EXPORTER_SECRET {zeros} ff"),
        ]
    );
    assert!(KeyLogFile::open(env!("CARGO_TARGET_TMPDIR")).is_err(), "a directory");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_made_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let path = fresh("key-log-made");
    drop(KeyLogFile::open(&path).unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
}
