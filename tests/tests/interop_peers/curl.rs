//! curl, as a client of HTTP.

use std::process::Command;

use hyaline::Error;
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::Server;
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{PATIENCE, pattern};

use crate::LATER;
use crate::http::serve;

/// curl, which trusts this authority and asks for these pages of the server on this port.
fn curl(authority: &Authority, port: u16, pages: &[&str]) -> Command {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail", "--tlsv1.3", "--ipv4"]);
    command.arg("--cacert").arg(file(authority.pem()));
    command.args(pages.iter().map(|page| format!("https://localhost:{port}{page}")));
    command
}

/// What it prints.
#[track_caller]
fn printed(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn curl_asks_a_server_of_ours_for_pages() {
    let authority = Authority::new();
    let server = Server::new(authority.server(KeyKind::P256));
    let config = Server { alpn: &["http/1.1"], ..server }.config();
    let (port, seen) = serve(config, "a page\n");
    assert_eq!(printed(&mut curl(&authority, port, &["/"])), b"a page\n");
    let first = seen.recv_timeout(PATIENCE).unwrap();
    assert!(!first.resumed);
    saw(Implementation::Curl, As::Client, Feature::Full);
    assert_eq!(first.protocol.as_deref(), Some(&b"http/1.1"[..]));
    saw(Implementation::Curl, As::Client, Feature::Alpn);

    let pages = ["/again", "/again"];
    assert_eq!(printed(&mut curl(&authority, port, &pages)), b"again\nagain\n");
    let resumed = pages.map(|_| seen.recv_timeout(PATIENCE).unwrap().resumed);
    assert_eq!(resumed, [false, true]);
    saw(Implementation::Curl, As::Client, Feature::Resumed);

    printed(&mut curl(&authority, port, &["/updated"; 3]));
    let updates = [(); 3].map(|()| seen.recv_timeout(PATIENCE).unwrap().updates);
    assert_eq!(updates, [0, 1, 2]);
    saw(Implementation::Curl, As::Client, Feature::KeyUpdates);

    let much = pattern(1 << 20);
    let body = format!("@{}", file(&much).display());
    let mut command = curl(&authority, port, &["/echo"]);
    assert!(printed(command.args(["--header", "Expect:", "--data-binary", &body])) == much);
    saw(Implementation::Curl, As::Client, Feature::Large);
    saw(Implementation::Curl, As::Client, Feature::Tiny);
}

#[test]
fn curl_follows_a_hello_retry_request_of_a_server() {
    let authority = Authority::new();
    let server = Server::new(authority.server(KeyKind::P256));
    let (port, seen) = serve(Server { groups: LATER, ..server }.config(), "a page\n");
    assert_eq!(printed(&mut curl(&authority, port, &["/"])), b"a page\n");
    let seen = seen.recv_timeout(PATIENCE).unwrap();
    assert!(seen.retried && seen.group == Some(LATER[0]), "{seen:?}");
    saw(Implementation::Curl, As::Client, Feature::HelloRetryRequest);
}

#[test]
fn curl_shows_its_certificate_to_a_server() {
    let authority = Authority::new();
    let asks = Some((&authority, true));
    let server = Server { asks, ..Server::new(authority.server(KeyKind::P256)) };
    let (port, seen) = serve(server.config(), "a page\n");
    let files = Files::new(&authority.client(KeyKind::P256));
    let mut command = curl(&authority, port, &["/"]);
    command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
    assert_eq!(printed(&mut command), b"a page\n");
    assert!(seen.recv_timeout(PATIENCE).unwrap().shows_certificate);
    saw(Implementation::Curl, As::Client, Feature::ClientCertificate);
}

#[test]
fn a_server_tells_a_clean_end_from_that_of_a_curl_that_is_killed() {
    let authority = Authority::new();
    let (port, seen) = serve(Server::new(authority.server(KeyKind::P256)).config(), "");
    let mut command = curl(&authority, port, &["/upload"]);
    // curl reads what it is to send from its input, which stays open.
    let process = Process::start(command.args(["--header", "Expect:", "--upload-file", "-"]));
    assert_eq!(seen.recv_timeout(PATIENCE).unwrap().end, None);
    drop(process);
    assert_eq!(seen.recv_timeout(PATIENCE).unwrap().end, Some(Error::Truncated));
    saw(Implementation::Curl, As::Client, Feature::Truncation);
}
