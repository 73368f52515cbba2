//! Names are words: no abbreviations in identifiers.

use std::collections::BTreeSet;

use crate::lexer::identifiers;
use crate::nothing_found;
use crate::repository::{line_of, sources};

/// Abbreviations that are no part of an identifier.
const ABBREVIATIONS: &str = "\
    addr alg algo arg buf cb ccs cert certs cfg ch cli cnt conn cr ctx cur cv dec dst ee \
    elem enc err exts hdr hrr hs idx impls init ku kx msg msgs nst num opt pkt priv proto prev \
    ptr pubkey recv req res resp ret seq sess sh sig sk src srv tkt tmp val ver";

/// The standard library's own.
const STANDARD: &str = "\
    BufRead BufReader BufWriter Err IpAddr Ipv4Addr Ipv6Addr PathBuf RecvTimeoutError SocketAddr \
    ToSocketAddrs \
    as_ptr err expect_err fill_buf get_or_init is_err local_addr map_err peer_addr \
    ptr_eq recv recv_timeout size_of_val to_path_buf try_recv unwrap_err";

/// Identifiers of other people's, which we can only spell as they do, and whose they are.
const FOREIGN: [(&str, &[&str]); 15] = [
    ("std", &["num"]),
    ("syn", &["sig"]),
    ("clap", &["arg", "num_args"]),
    ("stateright", &["init_states"]),
    ("rustls-pki-types", &["alg_id", "public_key_alg_id", "signature_alg_id"]),
    (
        "rustls-webpki and rcgen",
        &["anchor_from_trusted_cert", "EndEntityCert", "KeyCertSign", "revoked_certs"],
    ),
    (
        "rustls, whose users are to feel at home",
        &["RootCertStore", "with_client_auth_cert", "with_single_cert"],
    ),
    (
        "rustls, as a peer",
        &[
            "cert_compressors",
            "cert_decompressors",
            "cert_resolver",
            "CertCompressor",
            "CertDecompressor",
            "ClientCertVerified",
            "ClientCertVerifier",
            "kx_group",
            "kx_groups",
            "msgs",
            "ResolvesServerCert",
            "ServerCertVerified",
            "ServerCertVerifier",
            "SupportedKxGroup",
            "verify_client_cert",
            "verify_server_cert",
            "with_cert_resolver",
            "with_client_cert_resolver",
            "with_client_cert_verifier",
        ],
    ),
    (
        "tokio and futures-io",
        &[
            "AsyncBufRead",
            "AsyncBufReadExt",
            "ReadBuf",
            "blocking_recv",
            "copy_buf",
            "poll_fill_buf",
            "read_buf",
        ],
    ),
    ("hyper and axum", &["Addr", "conn"]),
    ("rustls-native-certs", &["certs", "load_native_certs", "rustls_native_certs"]),
    (
        "rustix, and the system under it",
        &["ERR", "Recv", "RecvFlags", "set_socket_recv_buffer_size"],
    ),
    ("miniz_oxide", &["TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF"]),
    ("wasm-bindgen", &["wasm_bindgen_cli_support"]),
    ("RFC 9846 section 4.3.3, an extension's name", &["SignatureAlgorithmsCert"]),
];

/// The words of an identifier, in lower case: `ReadBuf`, `read_buf` and `READ_BUF` are two each.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut before_was_lower = false;
    for next in identifier.chars() {
        let begins = next == '_' || (next.is_uppercase() && before_was_lower);
        if begins || parts.is_empty() {
            parts.push(String::new());
        }
        before_was_lower = next.is_lowercase();
        if let Some(part) = parts.last_mut().filter(|_| next != '_') {
            part.extend(next.to_lowercase());
        }
    }
    parts
}

#[test]
fn no_identifier_is_abbreviated() {
    let abbreviations: BTreeSet<&str> = ABBREVIATIONS.split_whitespace().collect();
    let mut used = BTreeSet::new();
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        for (offset, word) in identifiers(&source.code) {
            let mut foreign = FOREIGN.iter().flat_map(|(_, names)| names.iter());
            if let Some(name) = foreign.find(|name| **name == word) {
                used.insert(*name);
                continue;
            }
            // `cfg` is the language's own: `#[cfg(…)]`, `cfg!(…)`.
            let after = source.code.get(offset + word.len()..).unwrap_or_default();
            let is_standard = STANDARD.split_whitespace().any(|standard| standard == word);
            if is_standard || word == "cfg_attr" || (word == "cfg" && after.starts_with(['(', '!']))
            {
                continue;
            }
            if parts(word).iter().any(|part| abbreviations.contains(part.as_str())) {
                let line = line_of(&source.code, offset);
                findings.push(format!("{}:{line}: {word}", source.path));
            }
        }
    }
    for name in FOREIGN.iter().flat_map(|(_, names)| names.iter()) {
        if !used.contains(name) {
            findings.push(format!("{name} is not used, and needs no exception"));
        }
    }
    nothing_found("a name is spelt out", &findings);
}

#[test]
fn an_identifier_falls_into_its_words() {
    assert_eq!(parts("readBuf"), ["read", "buf"]);
    assert_eq!(parts("ReadBuf"), ["read", "buf"]);
    assert_eq!(parts("READ_BUF"), ["read", "buf"]);
    assert_eq!(parts("buffer"), ["buffer"]);
}
