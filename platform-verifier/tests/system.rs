//! Whom the system trusts, where the environment says who that is.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![cfg(target_os = "linux")]

mod common;

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use common::{Authority, accepts, client, refusal};
use hyaline::{Alert, CertificateError};
use hyaline_platform_verifier::{PlatformError, PlatformVerifier};
use rcgen::KeyPair;

/// Where a second process is told the key of the authority that it is to trust.
const KEY: &str = "HYALINE_KEY_OF_THE_ROOT";

/// What it says when it has come to its end.
const DONE: &str = "whom the file names, and nobody else, is trusted";

/// This test in a process of its own, to which the system's roots are in this file: the
/// environment of a process is changed from outside only.
fn with_roots_of(file: &Path, test: &str, key: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("SSL_CERT_FILE", file)
        .env_remove("SSL_CERT_DIR")
        .env(KEY, key)
        .output()
        .unwrap()
}

fn assert_done(output: &Output) {
    let told = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains(DONE), "{told}{complaint}");
}

#[tokio::test]
async fn the_roots_of_the_system_are_trusted() {
    if let Ok(key) = env::var(KEY) {
        let ours = Authority::with_key("ours", KeyPair::from_pem(&key).unwrap());
        let client = client(PlatformVerifier::new().unwrap());
        assert!(accepts(&client, &ours.server(), "localhost").await);
        let theirs = Authority::new("theirs").server();
        let unknown = (CertificateError::UnknownIssuer, Alert::UnknownCa);
        assert_eq!(refusal(&client, &theirs, "localhost").await, unknown);
        println!("{DONE}");
        return;
    }
    let key = KeyPair::generate().unwrap();
    let written = key.serialize_pem();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("roots-of-the-system.pem");
    fs::write(&file, Authority::with_key("ours", key).file).unwrap();
    assert_done(&with_roots_of(&file, "the_roots_of_the_system_are_trusted", &written));
}

#[test]
fn without_roots_of_the_system_there_is_no_verifier_but_by_extra_ones() {
    if env::var(KEY).is_ok() {
        let error = PlatformVerifier::new().err();
        assert!(matches!(error, Some(PlatformError::Unavailable { .. })), "{error:?}");
        let root = Authority::new("ours").root;
        assert!(PlatformVerifier::with_extra_roots([root]).is_ok());
        println!("{DONE}");
        return;
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-roots-of-the-system.pem");
    fs::write(&file, "nothing\n").unwrap();
    let test = "without_roots_of_the_system_there_is_no_verifier_but_by_extra_ones";
    assert_done(&with_roots_of(&file, test, "none"));
}
