//! Padded records (RFC 9846 section 5.4), with OpenSSL on the other side, which pads by an option.

use std::io::{Read, Write};
use std::process::Command;

use hyaline::blocking::Stream;
use hyaline::pki_types::ServerName;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::{Client, Server, serve};
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, patient, tiny_connection, tiny_listener};

use crate::ours::{example, listening};

/// What OpenSSL needs, so that it pads.
const OPTIONS: [&str; 2] = ["-record_padding", "512"];

#[test]
fn a_client_and_openssl_pad_what_they_send_each_other() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &[&["-rev"][..], &OPTIONS].concat());
    for multiple in [300, 16_385] {
        let config = Client::new(&authority).config().with_record_padding(multiple).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let socket = tiny_connection(server.port);
        let mut stream = patient(Stream::client(config, name, socket).unwrap());
        stream.write_all(b"line\n").unwrap();
        let mut received = [0; 5];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"enil\n");
        stream.close().unwrap();
    }
}

#[test]
fn a_server_and_openssl_pad_what_they_send_each_other() {
    let (authority, identity) = authority_and_server();
    let config = Server::new(identity).config().with_record_padding(300).unwrap();
    let (port, serving) =
        serve(config, tiny_listener(), |stream| echo(stream).and_then(|()| stream.close()));
    let mut client = s_client(&authority, port, &OPTIONS);
    client.write(b"a line to echo\n");
    client.output.wait_for("a line to echo\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    let outcome = serving.finish();
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

#[test]
fn the_examples_pad_when_they_are_told_to() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&identity);
    let mut command = Command::new(example("server"));
    command.arg("--cert").arg(&files.certificate).arg("--key").arg(&files.key);
    let (_server, port) = listening(command.args(["--record-padding", "1000"]));
    let roots = file(authority.pem());
    let mut client = Process::start(
        Command::new(example("client"))
            .arg("--ca")
            .arg(roots)
            .args(["--record-padding", "512"])
            .arg(format!("localhost:{port}")),
    );
    client.write(b"line\n");
    client.output.wait_for("line\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    for wrong in ["0", "16386", "many"] {
        let mut client = Process::start(Command::new(example("client")).args([
            "--record-padding",
            wrong,
            "localhost:1",
        ]));
        assert_eq!(client.finish(), 2, "{wrong}");
    }
}
