//! What only the client reads from its arguments.

use hyaline::{CipherSuite, NamedGroup};

/// A key exchange group by the name that the RFC or OpenSSL gives it.
pub(crate) fn group(name: &str) -> Result<NamedGroup, String> {
    match name.to_ascii_lowercase().as_str() {
        "x25519mlkem768" => Ok(NamedGroup::X25519MlKem768),
        "x25519" => Ok(NamedGroup::X25519),
        "secp256r1" | "p-256" | "prime256v1" => Ok(NamedGroup::Secp256r1),
        "secp384r1" | "p-384" => Ok(NamedGroup::Secp384r1),
        "secp521r1" | "p-521" => Ok(NamedGroup::Secp521r1),
        _ => {
            Err("the groups are X25519MLKEM768, X25519, P-256 (secp256r1), P-384 (secp384r1) and \
                  P-521 (secp521r1)"
                .to_owned())
        }
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
