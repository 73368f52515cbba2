//! What only the client reads from its arguments, and the key log.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use hyaline::{CipherSuite, KeyLog, NamedGroup};

use crate::support::Failure;

/// A key exchange group by the name that the RFC or OpenSSL gives it.
pub(crate) fn group(name: &str) -> Result<NamedGroup, String> {
    match name.to_ascii_lowercase().as_str() {
        "x25519" => Ok(NamedGroup::X25519),
        "secp256r1" | "p-256" | "prime256v1" => Ok(NamedGroup::Secp256r1),
        "secp384r1" | "p-384" => Ok(NamedGroup::Secp384r1),
        _ => Err("the groups are X25519, P-256 (secp256r1) and P-384 (secp384r1)".to_owned()),
    }
}

/// A cipher suite by its registered name.
pub(crate) fn cipher_suite(name: &str) -> Result<CipherSuite, String> {
    let all = [
        CipherSuite::Aes128GcmSha256,
        CipherSuite::Aes256GcmSha384,
        CipherSuite::ChaCha20Poly1305Sha256,
    ];
    all.into_iter().find(|suite| suite.to_string().eq_ignore_ascii_case(name)).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(ToString::to_string).collect();
        format!("the cipher suites are {}", names.join(", "))
    })
}

/// Appends secrets to a file in the SSLKEYLOGFILE format (RFC 9850).
pub(crate) struct KeyLogFile {
    file: Mutex<File>,
}

impl KeyLogFile {
    /// Opens or makes the file, which only its owner can then read.
    pub(crate) fn open(path: &Path) -> Result<Arc<Self>, Failure> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Arc::new(Self { file: Mutex::new(file) }))
    }
}

impl KeyLog for KeyLogFile {
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]) {
        let line = format!("{label} {} {}\n", hexadecimal(client_random), hexadecimal(secret));
        // One write per line, so that lines of several connections do not mix.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            eprintln!("the key log cannot be written: {error}");
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
