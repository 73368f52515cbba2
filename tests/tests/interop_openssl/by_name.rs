//! The example that reads a certificate when a client asks for its name, with OpenSSL as client.

use std::fs;
use std::process::Command;

use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::files::file;
use hyaline_tests::peers::openssl::s_client;

use crate::ours::{example, listening};

#[test]
fn a_certificate_is_read_when_a_client_asks_for_its_name() {
    let authority = Authority::new();
    let directory = file("").with_extension("names");
    fs::create_dir_all(&directory).unwrap();
    let mut command = Command::new(example("by_name"));
    let (server, port) = listening(command.arg("--certificates").arg(&directory));

    // There is none yet, and the client is told so: alert 112 is unrecognized_name.
    let mut client = s_client(&authority, port, &[]);
    assert_ne!(client.finish(), 0);
    client.errors.wait_for("alert number 112");
    server.errors.wait_for("localhost");

    let identity = authority.server_for(KeyKind::P256, &["localhost"]);
    fs::write(directory.join("localhost.key"), &identity.key_pem).unwrap();
    fs::write(directory.join("localhost.pem"), &identity.certificate_pem).unwrap();
    let mut client = s_client(&authority, port, &["-quiet", "-no_ign_eof"]);
    client.write(b"heard and sent back\n");
    client.output.wait_for("heard and sent back\n");

    // A certificate that cannot be read is the server's fault: alert 80 is internal_error.
    fs::write(directory.join("localhost.pem"), "no certificate").unwrap();
    let mut client = s_client(&authority, port, &[]);
    assert_ne!(client.finish(), 0);
    client.errors.wait_for("alert number 80");
}
