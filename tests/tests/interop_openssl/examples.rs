//! What the examples promise besides TLS: exit statuses, messages, files, and both directions at
//! once.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::peers::ends::{Client, Server, StreamOutcome};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{exchange, pattern};
use hyaline_tests::traces::validated;
use rustix::net::sockopt::set_socket_linger;

use crate::ours::{ClientExample, Way, example, example_server, listening};

/// How the client ends whose server does this instead of TLS.
fn against(server: impl FnOnce(TcpStream) + Send) -> StreamOutcome {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::scope(|scope| {
        scope.spawn(move || server(listener.accept().unwrap().0));
        Client { host: "127.0.0.1", ..Client::new(&authority) }.run(Way::Example, port, b"")
    })
}

#[test]
fn the_client_tells_the_ends_of_a_handshake_apart() {
    let outcome = against(|mut socket| {
        socket.shutdown(Shutdown::Write).unwrap();
        socket.read_to_end(&mut Vec::new()).unwrap();
    });
    assert_eq!(outcome.status, 3, "{outcome:?}");

    let outcome = against(|mut socket| {
        socket.read_exact(&mut [0]).unwrap();
        set_socket_linger(socket, Some(Duration::ZERO)).unwrap();
    });
    assert_eq!(outcome.status, 4, "{outcome:?}");

    // alert, fatal, handshake_failure
    let outcome = against(|mut socket| socket.write_all(&[21, 3, 3, 0, 2, 2, 40]).unwrap());
    assert_eq!(outcome.status, 5, "{outcome:?}");
    assert!(outcome.told.contains("handshake_failure"), "{outcome:?}");

    let outcome = against(|mut socket| socket.write_all(b"HTTP/1.1 400 No\r\n\r\n").unwrap());
    assert_eq!(outcome.status, 1, "{outcome:?}");
    assert!(outcome.told.contains("HTTP"), "{outcome:?}");
}

#[test]
fn wrong_usage_is_told_from_a_failure() {
    let status = |name: &str, arguments: &[&str]| {
        Process::start(Command::new(example(name)).args(arguments)).finish()
    };
    for wrong in [
        &[][..],
        &["localhost"],
        &["localhost:port"],
        &["not a name:443"],
        &["--groups", "P-999", "localhost:443"],
        &["--suites", "TLS_NULL", "localhost:443"],
        &["--cert", "without-its-key", "localhost:443"],
        &["--early-data", "without-sessions", "localhost:443"],
    ] {
        assert_eq!(status("client", wrong), 2, "{wrong:?}");
    }
    for wrong in [
        &[][..],
        &["--cert", "c", "--key", "k", "localhost"],
        &["--cert", "c", "--key", "k", "--tickets", "9", "127.0.0.1:0"],
        &["--cert", "c", "--key", "k", "--max-early-data", "much", "127.0.0.1:0"],
        &["--cert", "c", "--key", "k", "--mode", "mirror", "127.0.0.1:0"],
        &["--cert", "c", "--key", "k", "--client-auth", "request", "127.0.0.1:0"],
    ] {
        assert_eq!(status("server", wrong), 2, "{wrong:?}");
    }
    assert_eq!(status("client", &["--ca", "no-such-file", "localhost:1"]), 1);
    assert_eq!(status("server", &["--cert", "no", "--key", "no", "127.0.0.1:0"]), 1);
    for name in ["client", "server"] {
        assert_eq!(status(name, &["--help"]), 0);
    }
}

#[test]
fn failures_name_their_cause() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&identity);
    let told = |name: &str, arguments: &[&str]| {
        let mut process = Process::start(Command::new(example(name)).args(arguments));
        assert_eq!(process.finish(), 1);
        process.errors.text()
    };
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let trusted = file(authority.pem());
    let refused = told("client", &["--ca", text(&trusted), &unused.to_string()]);
    assert!(refused.contains(&unused.to_string()) && refused.contains("refused"), "{refused}");
    let missing = told("client", &["--ca", "no-such-file", "localhost:1"]);
    assert!(missing.contains("no-such-file"), "{missing}");
    let other = Files::new(&authority.server(KeyKind::P256));
    let pair = ["--cert", text(&files.certificate), "--key", text(&other.key), "127.0.0.1:0"];
    let mismatch = told("server", &pair);
    assert!(mismatch.contains("does not belong"), "{mismatch}");
    let pair = ["--cert", text(&files.certificate), "--key", text(&files.key)];
    let most = u32::MAX.to_string();
    let much = told("server", &[&pair[..], &["--max-early-data", &most, "127.0.0.1:0"]].concat());
    assert!(much.contains("early data"), "{much}");
    let missing = ["--resume", "sessions", "--early-data", "no-such-file", "localhost:1"];
    let missing = told("client", &[&["--ca", text(&trusted)][..], &missing].concat());
    assert!(missing.contains("no-such-file"), "{missing}");
}

#[test]
fn the_systems_roots_are_trusted_where_no_others_are_named() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let ends = |roots: &Path| {
        let mut command = Command::new(example("client"));
        // With this variable, the system's roots are these.
        command.env("SSL_CERT_FILE", roots).env_remove("SSL_CERT_DIR");
        let mut process = Process::start(command.arg(format!("localhost:{}", server.port)));
        (process.finish(), process.errors.text())
    };
    let (status, told) = ends(&file(authority.pem()));
    assert_eq!(status, 0, "{told}");
    let (status, told) = ends(&file(Authority::new().pem()));
    assert!(status == 1 && told.contains("no path leads"), "{told}");
    let (status, told) = ends(Path::new("/no/such/file"));
    assert!(status == 1 && told.contains("no roots that can be read"), "{told}");
    assert!(told.contains("/no/such/file") && told.contains("--ca"), "{told}");
}

#[test]
fn the_key_log_is_that_of_openssl() {
    let (authority, identity) = authority_and_server();
    let theirs = file("");
    let server = SServer::start(&identity, &["-rev", "-keylogfile", text(&theirs)]);
    let ours = file("# kept\n");
    for _ in 0..2 {
        let mut command = Command::new(example("client"));
        command.arg("--ca").arg(file(authority.pem())).arg("--keylog").arg(&ours);
        let mut process = Process::start(command.arg(format!("localhost:{}", server.port)));
        process.write(b"line\n");
        assert_eq!(process.finish(), 0);
    }
    let secrets = |path| -> BTreeSet<String> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    assert!(fs::read_to_string(&ours).unwrap().starts_with("# kept\n"));
    assert_eq!(secrets(&ours).len(), 2 * 5);
    assert_eq!(secrets(&ours), secrets(&theirs));
}

#[test]
fn the_row_logs_of_both_examples_are_behaviours_of_the_model() {
    let (authority, identity) = authority_and_server();
    let theirs = SServer::start(&identity, &["-rev"]);
    let [of_client, of_server] = [file(""), file("")];
    let client = |port: u16, log: &Path| {
        let mut command = Command::new(example("client"));
        command.arg("--ca").arg(file(authority.pem())).arg("--row-log").arg(log);
        let mut process = Process::start(command.arg(format!("localhost:{port}")));
        process.write(b"line\n");
        assert_eq!(process.finish(), 0);
        let log = fs::read_to_string(log).unwrap();
        assert!(log.ends_with("\"over\":true}\n"), "{log}");
        log
    };
    // OpenSSL logs no rows, so only our end is known.
    let validation = validated(&[&client(theirs.port, &of_client)]);
    assert!(validation.is_behaviour() && validation.pairs.is_empty(), "{validation:?}");

    let files = Files::new(&identity);
    let mut command = Command::new(example("server"));
    command.arg("--cert").arg(&files.certificate).arg("--key").arg(&files.key).arg("--once");
    let (mut server, port) = listening(command.arg("--row-log").arg(&of_server));
    let both = client(port, &file(""));
    assert_eq!(server.finish(), 0);
    let validation = validated(&[&both, &fs::read_to_string(&of_server).unwrap()]);
    assert!(validation.is_behaviour() && validation.pairs.len() == 1, "{validation:?}");
}

#[test]
fn standard_output_that_nobody_reads_does_not_hold_up_standard_input() {
    const LENGTH: usize = 4 << 20;
    let (authority, identity) = authority_and_server();
    let (ours, theirs) = (pattern(LENGTH), vec![7; LENGTH]);
    let outgoing = theirs.clone();
    let expected = ours.clone();
    let (port, serving) = Server::new(identity).start_library(move |stream| {
        assert!(exchange(stream, &outgoing, LENGTH)? == expected);
        Ok(())
    });
    let mut client = Command::new(example("client"))
        .arg("--ca")
        .arg(file(authority.pem()))
        .arg(format!("localhost:{port}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The server sends as much, and takes ours only while it does. Four times what all buffers
    // hold is written before the first byte is read.
    let mut input = client.stdin.take().unwrap();
    let mut output = client.stdout.take().unwrap();
    let mut received = Vec::new();
    let (first, rest) = ours.split_at(LENGTH / 2);
    input.write_all(first).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || input.write_all(rest));
        output.read_to_end(&mut received).unwrap();
    });
    assert!(received == theirs);
    assert!(client.wait().unwrap().success());
    assert_eq!(serving.finish().status, 0);
}

#[test]
fn the_server_serves_connections_side_by_side() {
    let (authority, identity) = authority_and_server();
    let (_server, port) = example_server(&[identity]);
    let mut clients: Vec<_> = (0..5).map(|_| s_client(&authority, port, &[])).collect();
    // The last client sends first, while the others are connected and send nothing.
    for (number, client) in clients.iter_mut().enumerate().rev() {
        let line = format!("the line of client {number}\n");
        client.write(line.as_bytes());
        client.output.wait_for(&line);
    }
    for client in &mut clients {
        assert_eq!(client.finish(), 0);
    }
}

#[test]
fn the_server_shows_each_certificate_for_its_names_and_says_that_it_went_by_them() {
    let authority = Authority::new();
    let issued = [&["localhost"][..], &["*.example.net", "shop.example"]]
        .map(|names| authority.server_for(KeyKind::P256, names));
    let (_server, port) = example_server(&issued);
    for (asked, shown) in [
        ("localhost", "localhost"),
        ("shop.example", "shop.example"),
        ("a.example.net", "a.example.net"),
        // The first for all others.
        ("other.example", "localhost"),
    ] {
        let arguments = ["-servername", asked, "-verify_hostname", shown, "-tlsextdebug"];
        let mut client = s_client(&authority, port, &arguments);
        client.write(b"a line\n");
        client.output.wait_for("a line\n");
        assert_eq!(client.finish(), 0, "{asked}: {}", client.errors.text());
        assert!(
            client.output.text().contains("TLS server extension \"server name\" (id=0), len=0")
        );
    }
}

#[test]
fn openssl_serves_with_every_kind_of_key_that_the_example_makes() {
    for kind in ["p256", "p384", "ed25519"] {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{kind}"));
        let mut maker = Command::new(example("certificates"));
        let mut maker = Process::start(maker.arg("--key-kind").arg(kind).arg(&directory));
        assert_eq!(maker.finish(), 0, "{kind}");
        let [certificate, key] = ["server.pem", "server.key"].map(|name| directory.join(name));
        let server = SServer::start_with(&certificate, &key, &["-rev"]);
        let mut client = Command::new(example("client"));
        client.arg("--ca").arg(directory.join("ca.pem")).arg(format!("localhost:{}", server.port));
        let mut client = Process::start(&mut client);
        client.write(b"line\n");
        assert_eq!(client.finish(), 0, "{kind}: {}", client.errors.text());
        assert_eq!(client.output.text(), "enil\n", "{kind}");
    }
}
