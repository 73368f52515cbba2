//! The examples with each cryptographic library behind them, beside OpenSSL and each other.

use std::path::PathBuf;
use std::process::Command;

use hyaline_tests::certificates::{Authority, authority_and_server};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::SServer;
use hyaline_tests::peers::rsassa_pss::{Restriction, openssl_authority, openssl_identity};
use hyaline_tests::process::Process;

use crate::hybrid::recent;
use crate::ours::{example, listening};

const PROVIDERS: [&str; 2] = ["ring", "aws-lc-rs"];

/// The files of a server: the authority that is trusted, the certificate, and its key.
struct Shown {
    authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Shown {
    fn new() -> Self {
        let (authority, identity) = authority_and_server();
        let files = Files::new(&identity);
        Self { authority: file(authority.pem()), certificate: files.certificate, key: files.key }
    }

    /// An authority and a server of OpenSSL's making, both with keys on P-521.
    fn on_p521() -> Self {
        let made = || (file(""), file(""));
        let ((authority, authority_key), (certificate, key)) = (made(), made());
        let make = |certificate: &PathBuf, key: &PathBuf, arguments: &[&str]| {
            let mut command = Command::new("openssl");
            command.args(["req", "-x509", "-sha512", "-days", "7", "-noenc", "-newkey", "ec"]);
            command.args(["-pkeyopt", "ec_paramgen_curve:P-521"]).args(arguments);
            let output = command.arg("-out").arg(certificate).arg("-keyout").arg(key).output();
            let output = output.unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        make(&authority, &authority_key, &["-subj", "/CN=Hyaline test authority on P-521"]);
        let names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
        let leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
        let by = ["-CA", text(&authority), "-CAkey", text(&authority_key)];
        make(&certificate, &key, &[&names[..], &leaf, &by].concat());
        Self { authority, certificate, key }
    }

    /// An authority and a server with keys for RSASSA-PSS only.
    fn for_rsassa_pss() -> Self {
        let restriction = Restriction::Sha512;
        let authority = openssl_authority(restriction);
        let issuer = (&authority, Some(restriction));
        let files = Files::new(&openssl_identity(issuer, Restriction::None, "serverAuth"));
        Self { authority: file(authority.pem()), certificate: files.certificate, key: files.key }
    }

    /// The example client with this provider.
    fn client(&self, provider: &str, arguments: &[&str], port: u16) -> Process {
        let mut command = Command::new(example("client"));
        command.args(["--provider", provider]).args(arguments);
        command.arg("--ca").arg(&self.authority).arg(format!("localhost:{port}"));
        Process::start(&mut command)
    }

    /// The example server with this provider, and its port.
    fn server(&self, provider: &str) -> (Process, u16) {
        let mut command = Command::new(example("server"));
        command.args(["--provider", provider]).arg("--cert").arg(&self.certificate);
        listening(command.arg("--key").arg(&self.key))
    }

    fn s_client(&self, arguments: &[&str], port: u16) -> Process {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-tls1_3"]);
        command.args(["-servername", "localhost", "-verify_return_error"]).args(arguments);
        Process::start(command.arg("-CAfile").arg(&self.authority))
    }
}

/// A line of the client's gets this answer, and the client says that this was negotiated.
#[track_caller]
fn assert_served(mut client: Process, answer: &str, negotiated: &str) {
    client.write(b"a line\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    assert_eq!(client.output.text(), answer);
    let told = client.errors.text();
    assert!(told.contains(negotiated), "{told}");
}

#[test]
fn a_client_with_either_library_is_served_by_openssl() {
    let shown = Shown::new();
    for (provider, groups) in [
        ("ring", &["x25519", "secp256r1", "secp384r1"][..]),
        ("aws-lc-rs", &["x25519", "secp256r1", "secp384r1", "secp521r1"]),
    ] {
        for group in groups {
            let server = SServer::start_with(&shown.certificate, &shown.key, &["-rev"]);
            let client = shown.client(provider, &["--groups", group], server.port);
            assert_served(client, "enil a\n", group);
        }
    }
}

#[test]
fn a_server_with_either_library_serves_openssl() {
    let shown = Shown::new();
    for (provider, groups) in [
        ("ring", &["X25519", "P-256", "P-384"][..]),
        ("aws-lc-rs", &["X25519", "P-256", "P-384", "P-521"]),
    ] {
        let (_server, port) = shown.server(provider);
        for group in groups {
            for suite in ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"] {
                let arguments = ["-groups", group, "-ciphersuites", suite];
                let mut client = shown.s_client(&arguments, port);
                client.write(b"a line\n");
                client.output.wait_for("a line\n");
                assert_eq!(client.finish(), 0, "{provider}, {group}");
            }
        }
    }
}

#[test]
fn certificates_with_keys_on_p521_are_for_aws_lc_rs() {
    let shown = Shown::on_p521();
    let server = SServer::start_with(&shown.certificate, &shown.key, &["-rev"]);
    assert_served(shown.client("aws-lc-rs", &[], server.port), "enil a\n", "x25519");

    let (_server, port) = shown.server("aws-lc-rs");
    let mut client = shown.s_client(&["-sigalgs", "ECDSA+SHA512"], port);
    client.write(b"a line\n");
    client.output.wait_for("a line\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    assert_served(shown.client("aws-lc-rs", &[], port), "a line\n", "x25519mlkem768");

    // ring has no such keys, and its client does not say that it takes them.
    let mut refused = shown.client("ring", &[], port);
    assert_eq!(refused.finish(), 5);
    assert!(refused.errors.text().contains("handshake_failure"), "{}", refused.errors.text());
    let mut command = Command::new(example("server"));
    command.args(["--provider", "ring", "--cert", text(&shown.certificate)]);
    let mut server = Process::start(command.args(["--key", text(&shown.key), "127.0.0.1:0"]));
    assert_eq!(server.finish(), 1);
    let told = server.errors.text();
    assert!(told.contains("its elliptic curve is none of P-256, P-384"), "{told}");
}

#[test]
fn certificates_with_keys_for_rsassa_pss_only_are_for_either_library() {
    let shown = Shown::for_rsassa_pss();
    let openssl = SServer::start_with(&shown.certificate, &shown.key, &["-rev"]);
    for provider in PROVIDERS {
        assert_served(shown.client(provider, &[], openssl.port), "enil a\n", "x25519");
        let (_server, port) = shown.server(provider);
        for asking in PROVIDERS {
            assert_served(shown.client(asking, &[], port), "a line\n", "x25519mlkem768");
        }
        let schemes = ["-sigalgs", "rsa_pss_pss_sha384:rsa_pss_pss_sha512"];
        let mut client = shown.s_client(&schemes, port);
        client.write(b"a line\n");
        client.output.wait_for("a line\n");
        assert_eq!(client.finish(), 0, "{}", client.errors.text());
    }
}

#[test]
fn either_library_agrees_with_the_other_in_every_group_that_both_have() {
    let shown = Shown::new();
    for serving in PROVIDERS {
        let (_server, port) = shown.server(serving);
        for asking in PROVIDERS {
            for group in ["x25519mlkem768", "x25519", "secp256r1", "secp384r1"] {
                let client = shown.client(asking, &["--groups", group], port);
                assert_served(client, "a line\n", group);
            }
            assert_served(shown.client(asking, &[], port), "a line\n", "x25519mlkem768");
        }
    }
}

#[test]
fn the_hybrid_group_of_aws_lc_rs_is_that_of_openssl() {
    let shown = Shown::new();
    let mut server = recent("server");
    let server = Process::start(server.arg(&shown.certificate).arg(&shown.key));
    let port = server.output.wait_for("\n").trim_end().parse().unwrap();
    assert_served(shown.client("aws-lc-rs", &[], port), "a line\n", "x25519mlkem768");

    let (_server, port) = shown.server("aws-lc-rs");
    let mut client = recent("client");
    let mut client = Process::start(client.arg(port.to_string()).arg(&shown.authority));
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    let told = client.output.text();
    assert!(told.to_lowercase().contains("x25519mlkem768") && told.ends_with("a line\n"), "{told}");
}

#[test]
fn a_group_that_the_library_lacks_is_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let mut command = Command::new(example("client"));
    command.args(["--provider", "ring", "--groups", "P-521", "--ca"]).arg(file(authority.pem()));
    let mut client = Process::start(command.arg("localhost:1"));
    assert_eq!(client.finish(), 1);
    let told = client.errors.text();
    assert!(told.contains("only supported ones"), "{told}");
}
