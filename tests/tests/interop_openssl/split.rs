//! A split stream of ours and OpenSSL: both directions at once, with key updates from either side.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use hyaline::blocking::Stream;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{cross, patient, wait};

/// How much either side sends, and how much of it between two updates of its keys.
const LENGTH: usize = 64 << 20;
const PART: usize = 1 << 20;

/// What OpenSSL prints besides what it receives.
const REMARKS: [&str; 3] = ["Read BLOCK\n", "read R BLOCK\n", "SSL_do_handshake -> 1\n"];

/// How OpenSSL tells of a KeyUpdate that it received, and that asks for none: of an answer.
const ANSWER: &str = "<<< TLS 1.3, Handshake [length 0005], KeyUpdate\n    18 00 00 01 00\n";

/// Lines that nobody takes for commands.
fn lines() -> Vec<u8> {
    (0..LENGTH / 64).flat_map(|number| format!("{number:063}\n").into_bytes()).collect()
}

/// Both send at once. OpenSSL is asked for a key update before each part of what it sends; it
/// writes its messages to a file.
fn both_cross(mut openssl: Process, mut stream: Stream, messages: &Path) {
    let sent = lines();
    let output = openssl.output.clone();
    // Commands that come before its handshake is complete are lost.
    stream.write_all(b"begin\n").unwrap();
    output.wait_for("begin\n");
    let mut crossed = thread::scope(|scope| {
        scope.spawn(|| {
            for part in sent.chunks(PART) {
                openssl.command(b"K\n");
                openssl.command(part);
            }
        });
        cross(stream, &sent, PART, LENGTH).unwrap()
    });
    assert!(crossed.received == sent);
    assert!(crossed.updates >= LENGTH / PART, "{}", crossed.updates);
    crossed.stream.write_all(b"end\n").unwrap();
    let is_last = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("end\n");
    let printed = output.wait_until(|bytes| bytes.rchunks(64).next().is_some_and(is_last));
    let mut printed = String::from_utf8(printed).unwrap();
    for remark in REMARKS {
        printed = printed.replace(remark, "");
    }
    let received = printed.strip_suffix("end\n").unwrap();
    assert!(received.as_bytes().ends_with(&sent));
    crossed.stream.close().unwrap();
    openssl.finish();
    let messages = fs::read_to_string(messages).unwrap();
    assert!(messages.contains(ANSWER), "OpenSSL was answered");
}

#[test]
fn sixty_four_mebibytes_cross_those_of_a_server_among_key_updates() {
    let (authority, identity) = authority_and_server();
    let messages = file("");
    let arguments = ["-naccept", "1", "-msg", "-msgfile", text(&messages)];
    let server = SServer::start(&identity, &arguments);
    let stream = Client::new(&authority).stream(server.port);
    both_cross(server.process, stream, &messages);
}

#[test]
fn sixty_four_mebibytes_cross_those_of_a_client_among_key_updates() {
    let (authority, identity) = authority_and_server();
    let messages = file("");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = s_client(&authority, port, &["-msg", "-msgfile", text(&messages)]);
    wait(&listener, true, false).unwrap();
    let (socket, _) = listener.accept().unwrap();
    let stream = patient(Stream::server(Server::new(identity).config(), socket).unwrap());
    both_cross(client, stream, &messages);
}
