//! The hybrid group X25519MLKEM768, which Debian's OpenSSL does not know, with one that does; and
//! what becomes of it opposite an end that does not.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use std::thread;

use hyaline::NamedGroup;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::peers::openssl::SServer;
use hyaline_tests::process::Process;

const HYBRID: NamedGroup = NamedGroup::X25519MlKem768;

/// OpenSSL of Python's package `pyopenssl`, which `.ci/run` puts beside what is built.
pub(crate) fn recent(role: &str) -> Command {
    let packages = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pyopenssl");
    assert!(
        packages.join("OpenSSL").is_dir(),
        "{} is missing: run `pip install --target target/pyopenssl pyopenssl`",
        packages.display()
    );
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop_openssl/recent.py");
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", packages).arg(program).arg(role);
    command
}

#[test]
fn a_client_agrees_with_openssl_on_the_hybrid_group_and_on_its_part() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&identity);
    for (groups, group, name) in [
        (&[][..], HYBRID, "X25519MLKEM768"),
        (&[HYBRID], HYBRID, "X25519MLKEM768"),
        (&[NamedGroup::X25519], NamedGroup::X25519, "x25519"),
    ] {
        let mut server = recent("server");
        let mut server = Process::start(server.arg(&files.certificate).arg(&files.key));
        let port = server.output.wait_for("\n").trim_end().parse().unwrap();
        let mut stream = Client { groups, ..Client::new(&authority) }.stream(port);
        stream.write_all(b"a line\n").unwrap();
        let mut line = [0; 7];
        stream.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"a line\n");
        assert_eq!(stream.connection().group(), Some(group));
        stream.close().unwrap();
        assert_eq!(server.finish(), 0, "{}", server.errors.text());
        let told = server.output.text();
        assert!(told.lines().nth(1).is_some_and(|told| told.eq_ignore_ascii_case(name)), "{told}");
    }
}

#[test]
fn a_server_agrees_with_openssl_on_the_hybrid_group_and_on_its_part() {
    let (authority, identity) = authority_and_server();
    for (groups, group) in
        [(&[][..], HYBRID), (&[HYBRID], HYBRID), (&[NamedGroup::X25519], NamedGroup::X25519)]
    {
        let server = Server { groups, ..Server::new(identity.clone()) };
        let (port, serving) = server.start_library(move |stream| {
            assert_eq!(stream.connection().group(), Some(group));
            let mut line = [0; 7];
            stream.read_exact(&mut line)?;
            stream.write_all(&line)
        });
        let mut client = recent("client");
        let mut client = Process::start(client.arg(port.to_string()).arg(file(authority.pem())));
        assert_eq!(client.finish(), 0, "{}", client.errors.text());
        assert!(client.output.text().ends_with("a line\n"));
        assert_eq!(serving.finish().status, 0);
    }
}

#[test]
fn a_server_that_does_not_know_the_hybrid_group_takes_its_part_and_asks_for_no_other_share() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-msg"]);
    let mut stream = Client::new(&authority).stream(server.port);
    stream.handshake().unwrap();
    assert_eq!(stream.connection().group(), Some(NamedGroup::X25519));
    stream.write_all(b"a line\n").unwrap();
    let told = server.process.output.wait_for("a line\n");
    assert_eq!(told.matches(", ServerHello").count(), 1, "{told}");
}

#[test]
fn a_server_that_knows_the_hybrid_group_alone_asks_for_its_share() {
    let (authority, identity) = authority_and_server();
    let server = Server { groups: &[HYBRID], ..Server::new(identity) };
    let (port, serving) = server.start_library(|stream| stream.write_all(b"a line\n"));
    let groups = &[NamedGroup::X25519, HYBRID];
    let mut stream = Client { groups, ..Client::new(&authority) }.stream(port);
    let mut line = [0; 7];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(stream.connection().group(), Some(HYBRID));
    let closing = thread::spawn(move || stream.close());
    assert_eq!(serving.finish().status, 0);
    closing.join().unwrap().unwrap();
}
