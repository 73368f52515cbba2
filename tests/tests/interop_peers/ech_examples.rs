//! What the example programs say of an encrypted ClientHello, with Go at the other end and among
//! themselves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use hyaline::EchKey;
use hyaline_tests::built::example;
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::process::Process;

use crate::ech::{GoServer, PUBLIC, key};

/// The example client asks for the name under which it finds the server.
const NAMES: &[&str] = &[PUBLIC, "localhost"];

/// How the example client ends that sends nothing: its status, and what it says.
fn client(port: u16, authority: &Authority, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(example("client"));
    command.arg("--ca").arg(file(authority.pem())).args(arguments);
    let mut process = Process::start(command.arg(format!("localhost:{port}")));
    (process.finish(), process.errors.text())
}

/// The same with Go's server, and what Go says.
fn client_of_go(go: &mut GoServer, arguments: &[&str]) -> (i32, String, String) {
    go.program.tell("serve");
    let (status, told) = client(go.port, &go.authority, arguments);
    (status, told, go.program.answer())
}

/// A key in a file that the example makes, and what it prints for DNS.
fn made(id: &str) -> (PathBuf, String) {
    let path = file("").with_extension("pem");
    let mut command = Command::new(example("ech_key"));
    let mut process = Process::start(command.args([PUBLIC, text(&path), "--id", id]));
    assert_eq!(process.finish(), 0, "{}", process.errors.text());
    (path, process.output.text())
}

fn read(path: &Path) -> EchKey {
    EchKey::from_pem(&fs::read(path).unwrap()).unwrap().remove(0)
}

#[test]
fn the_client_takes_configurations_as_text_and_as_pem() {
    let (path, printed) = made("5");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let mut go = GoServer::start(NAMES, &[&read(&path)], None);
    for configurations in [file(printed), path] {
        let (status, told, answer) = client_of_go(&mut go, &["--ech", text(&configurations)]);
        assert_eq!((status, answer.as_str()), (0, "name localhost, ech"), "{told}");
        assert!(told.contains("ech: accepted"), "{told}");
    }
}

#[test]
fn the_client_that_is_rejected_says_which_configurations_to_take() {
    let (old, _) = made("5");
    let mut go = GoServer::start(NAMES, &[&key(5)], None);
    let (status, told, answer) = client_of_go(&mut go, &["--ech", text(&old)]);
    assert_eq!(status, 1, "{told}");
    assert!(told.contains("--ech") && !told.contains("accepted"), "{told}");
    assert!(answer.contains("encrypted client hello required"), "{answer}");

    let offered = file(told.split_whitespace().next_back().unwrap());
    let (status, told, answer) = client_of_go(&mut go, &["--ech", text(&offered)]);
    assert_eq!((status, answer.as_str()), (0, "name localhost, ech"), "{told}");
}

#[test]
fn the_client_sends_what_means_nothing_where_it_is_told_to() {
    let mut go = GoServer::start(NAMES, &[&key(5)], None);
    let (status, told, answer) = client_of_go(&mut go, &["--ech-grease"]);
    assert_eq!((status, answer.as_str()), (0, "name localhost"), "{told}");
    assert!(told.contains("ech: without a meaning"), "{told}");
    let (status, told, _) = client_of_go(&mut go, &[]);
    assert_eq!(status, 0);
    assert!(!told.contains("ech:"), "{told}");
}

#[test]
fn a_file_without_configurations_is_named() {
    let authority = Authority::new();
    for content in ["", "no base64", "AAAA", &authority.pem()] {
        let path = file(content);
        let (status, told) = client(1, &authority, &["--ech", text(&path)]);
        assert!(status == 1 && told.contains(text(&path)), "{content:?}: {told}");
    }
    let wrong = client(1, &authority, &["--ech", "file", "--ech-grease"]);
    assert_eq!(wrong.0, 2, "{}", wrong.1);
}

#[test]
fn the_server_opens_what_is_encrypted_for_each_of_its_files() {
    let authority = Authority::new();
    let keys = [made("1"), made("2")];
    let mut command = Command::new(example("server"));
    for name in NAMES {
        let files = Files::new(&authority.server_for(KeyKind::P256, &[name]));
        command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
    }
    for (path, _) in &keys {
        command.arg("--ech-key").arg(path);
    }
    let server = Process::start(command.arg("127.0.0.1:0"));
    let line = server.output.wait_for("\n");
    let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
    for (_, printed) in keys {
        let configurations = file(printed);
        let (status, told) = client(port, &authority, &["--ech", text(&configurations)]);
        assert!(status == 0 && told.contains("ech: accepted"), "{told}");
    }
    server.errors.wait_for_times("ech: accepted, for localhost", 2);

    let (old, _) = made("1");
    let (status, told) = client(port, &authority, &["--ech", text(&old)]);
    assert_eq!(status, 1, "{told}");
    server.errors.wait_for("ech_required");
}
