//! Early data, with OpenSSL on the other side.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use hyaline::blocking::Stream;
use hyaline::crypto::Ring;
use hyaline::pki_types::ServerName;
use hyaline::{
    ClientConfig, ClientSession, ClientSessions, EarlyDataOutcome, Error, NamedGroup,
    RememberedTickets, SealedTickets, ServerConfig, SessionMemory,
};
use hyaline_tests::certificates::{Authority, authority_and_server};
use hyaline_tests::early::{Visit, accepting, ask_while, serve_each, young_register};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, patient, tiny_listener};

use crate::ours::{example, listening};

/// Lines of printable bytes, as many as that.
fn lines(length: usize) -> Vec<u8> {
    (0..).flat_map(|number: u32| format!("line {number}\n").into_bytes()).take(length).collect()
}

/// How much these servers accept, in bytes.
const ALLOWED: u32 = 1 << 16;

/// `openssl s_client` has a line echoed, and says so of its early data.
fn s_client_says(authority: &Authority, port: u16, arguments: &[&str], says: &[&str]) {
    let mut client = s_client(authority, port, arguments);
    client.write(b"a line to echo\n");
    client.output.wait_for("a line to echo\n");
    for says in says {
        client.output.wait_for(says);
    }
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
}

/// `openssl s_client` comes to the first server for a ticket, and with this much early data to each
/// that follows: what they have seen.
fn come_again<const N: usize>(
    authority: &Authority,
    configs: [ServerConfig; N],
    early_data: &[u8],
    arguments: &[&str],
    says: [&[&str]; N],
) -> [Visit; N] {
    let (port, serving) = serve_each(configs, b"");
    let (session, data) = (file(""), file(early_data));
    for (number, says) in says.into_iter().enumerate() {
        let first = ["-sess_out", text(&session)];
        let again = ["-sess_in", text(&session), "-early_data", text(&data)];
        let session = if number == 0 { &first[..] } else { &again };
        s_client_says(authority, port, &[session, arguments].concat(), says);
    }
    serving.join().unwrap()
}

const NEW: &[&str] = &["New, TLSv1.3"];
const ACCEPTED: &[&str] = &["Reused, TLSv1.3", "Early data was accepted"];
const REJECTED: &[&str] = &["Reused, TLSv1.3", "Early data was rejected"];
const FORGOTTEN: &[&str] = &["New, TLSv1.3", "Early data was rejected"];

fn visit(resumed: bool, early_data: Option<&[u8]>) -> Visit {
    Visit { resumed, early_data: early_data.map(<[u8]>::to_vec) }
}

#[test]
fn a_server_accepts_the_early_data_of_openssl() {
    let (authority, identity) = authority_and_server();
    let ways: [(&[&str], usize); 6] = [
        (&["-ciphersuites", "TLS_AES_128_GCM_SHA256"], 20),
        (&["-ciphersuites", "TLS_AES_256_GCM_SHA384"], 20),
        (&["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], 20),
        // Several records.
        (&[], 40_000),
        (&["-max_send_frag", "512"], 20_000),
        (&["-no_middlebox"], 1),
    ];
    for (arguments, length) in ways {
        let config = accepting(Server::new(identity.clone()).config(), ALLOWED);
        let data = lines(length);
        let servers = [config.clone(), config];
        let all = come_again(&authority, servers, &data, arguments, [NEW, ACCEPTED]);
        assert_eq!(all, [visit(false, None), visit(true, Some(&data))], "{arguments:?}");
    }
    saw(Implementation::OpenSsl, As::Client, Feature::EarlyDataAccepted);
}

#[test]
fn openssl_is_told_that_a_server_rejects_its_early_data() {
    let (authority, identity) = authority_and_server();
    let config = accepting(Server::new(identity).config(), ALLOWED);
    let none = config.clone().with_max_early_data(0).unwrap();
    let young = config.clone().with_strike_register(young_register());
    let retrying = config.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let other = config.clone().with_session_tickets(Arc::new(SealedTickets::new(Ring)));
    let ways = [
        ("it accepts none", none, REJECTED),
        ("it was restarted", young, REJECTED),
        ("it asks for another hello", retrying, REJECTED),
        ("it knows no such session", other, FORGOTTEN),
    ];
    for (how, second, says) in ways {
        for length in [20, 40_000] {
            let servers = [config.clone(), second.clone()];
            let all = come_again(&authority, servers, &lines(length), &[], [NEW, says]);
            assert_eq!(all, [visit(false, None), visit(says == REJECTED, None)], "{how}");
        }
    }
    saw(Implementation::OpenSsl, As::Client, Feature::EarlyDataRejected);
}

#[test]
fn a_server_that_remembers_its_tickets_accepts_early_data_once_under_each() {
    let (authority, identity) = authority_and_server();
    let tickets = Arc::new(RememberedTickets::new(Ring, 8));
    let config = Server::new(identity).config().with_session_tickets(tickets);
    let config = accepting(config, ALLOWED);
    let data = lines(20);
    let servers = [config.clone(), config.clone(), config];
    let all = come_again(&authority, servers, &data, &[], [NEW, ACCEPTED, FORGOTTEN]);
    assert_eq!(all, [visit(false, None), visit(true, Some(&data)), visit(false, None)]);
}

/// Has the session of this file allow so many bytes of early data, in place of so many.
fn forge_allowance(session: &Path, allowed: u16, claimed: u16) {
    let convert = |arguments: &[&str]| {
        let status = Command::new("openssl").arg("sess_id").args(arguments).status().unwrap();
        assert!(status.success(), "{arguments:?}");
    };
    let plain = file("");
    let [session, path] = [session, &plain].map(text);
    convert(&["-in", session, "-outform", "DER", "-out", path]);
    // [15] max_early_data, an INTEGER of two bytes.
    let field = |number: u16| [&[0xaf, 4, 2, 2][..], &number.to_be_bytes()].concat();
    let mut bytes = fs::read(&plain).unwrap();
    let place = bytes.windows(6).position(|window| window == field(allowed)).unwrap();
    bytes.splice(place..place + 6, field(claimed));
    fs::write(&plain, bytes).unwrap();
    convert(&["-inform", "DER", "-in", path, "-outform", "PEM", "-out", session]);
}

#[test]
fn openssl_is_refused_when_it_sends_a_byte_more_than_its_ticket_allows() {
    let (authority, identity) = authority_and_server();
    let allowed = 1000;
    let config = accepting(Server::new(identity).config(), allowed.into());
    for (length, is_refused) in [(1000, false), (1001, true)] {
        let listener = tiny_listener();
        let port = listener.local_addr().unwrap().port();
        let config = config.clone();
        let serving = thread::spawn(move || {
            [(); 2].map(|()| {
                let (socket, _) = listener.accept().unwrap();
                let stream = Stream::server(config.clone(), socket).unwrap();
                let mut stream = patient(stream);
                let outcome = echo(&mut stream);
                let _ = stream.close();
                (outcome.is_ok(), stream.error().cloned())
            })
        });
        let (session, data) = (file(""), file(lines(length)));
        s_client_says(&authority, port, &["-sess_out", text(&session)], NEW);
        forge_allowance(&session, allowed, allowed * 2);
        let again = ["-sess_in", text(&session), "-early_data", text(&data)];
        if is_refused {
            let mut client = s_client(&authority, port, &again);
            // At the end of its input it would leave, and perhaps before the alert has come.
            client.errors.wait_for("unexpected message");
            client.finish();
        } else {
            s_client_says(&authority, port, &again, ACCEPTED);
        }
        let [_, (went_well, error)] = serving.join().unwrap();
        let limit = usize::from(allowed);
        let expected = is_refused.then_some(Error::EarlyDataTooLong { limit });
        assert_eq!((went_well, error), (!is_refused, expected));
    }
}

/// Our client comes to `openssl s_server` with these early data, and gets a line for its line.
fn ask_s_server(
    config: &ClientConfig,
    server: &mut SServer,
    early_data: &[u8],
) -> (EarlyDataOutcome, bool) {
    let SServer { process, port } = server;
    ask_while(config, *port, early_data, b"answer\n", || process.write(b"answer\n"))
}

#[test]
fn openssl_accepts_the_early_data_of_a_client() {
    let (authority, identity) = authority_and_server();
    let ways: [(&[&str], usize); 4] = [
        (&["-ciphersuites", "TLS_AES_128_GCM_SHA256"], 20),
        (&["-ciphersuites", "TLS_AES_256_GCM_SHA384"], 20),
        (&["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], 20),
        (&[], 40_000),
    ];
    for (arguments, length) in ways {
        let most = "40000";
        let allowing = ["-early_data", "-max_early_data", most, "-recv_max_early_data", most];
        let mut server = SServer::start(&identity, &[&allowing[..], arguments].concat());
        let config = Client::new(&authority).config();
        let data = lines(length);
        let first = ask_s_server(&config, &mut server, &data);
        assert_eq!(first, (EarlyDataOutcome::NotOffered, false));
        let again = ask_s_server(&config, &mut server, &data);
        assert_eq!(again, (EarlyDataOutcome::Accepted, true), "{arguments:?}");
        server.process.output.wait_for("End of early data");
        // Between the first record and the others it prints lines of its own.
        for record in data.chunks(1 << 14) {
            server.process.output.wait_for(std::str::from_utf8(record).unwrap());
        }
    }
    saw(Implementation::OpenSsl, As::Server, Feature::EarlyDataAccepted);
}

#[test]
fn a_client_is_told_that_openssl_rejects_its_early_data() {
    let (authority, identity) = authority_and_server();
    let allowing = ["-early_data", "-max_early_data", "16384"];
    let data = lines(1000);
    // OpenSSL asks for a second ClientHello. By then it has forgotten a session that may be used
    // once only.
    for (arguments, resumes) in [(&["-no_anti_replay"][..], true), (&[], false)] {
        let retrying = [&allowing[..], &["-groups", "P-384"], arguments].concat();
        let mut server = SServer::start(&identity, &retrying);
        let config = Client::new(&authority).config();
        assert_eq!(ask_s_server(&config, &mut server, &data).0, EarlyDataOutcome::NotOffered);
        let again = ask_s_server(&config, &mut server, &data);
        assert_eq!(again, (EarlyDataOutcome::Rejected, resumes), "{arguments:?}");
    }

    // This server knows no such session, whether it accepts early data or not.
    for arguments in [&allowing[..], &[]] {
        let mut server = SServer::start(&identity, &allowing);
        let config = Client::new(&authority).config();
        assert_eq!(ask_s_server(&config, &mut server, &data).0, EarlyDataOutcome::NotOffered);
        let mut other = SServer::start(&identity, arguments);
        let again = ask_s_server(&config, &mut other, &data);
        assert_eq!(again, (EarlyDataOutcome::Rejected, false));
    }
    saw(Implementation::OpenSsl, As::Server, Feature::EarlyDataRejected);
}

#[test]
fn openssl_accepts_early_data_under_one_session_once() {
    let (authority, identity) = authority_and_server();
    let mut server = SServer::start(&identity, &["-early_data", "-max_early_data", "16384"]);
    let sessions = Arc::new(SessionMemory::new(1));
    let config = Client::new(&authority).config().with_sessions(Arc::clone(&sessions) as _);
    assert_eq!(ask_s_server(&config, &mut server, b"once").0, EarlyDataOutcome::NotOffered);
    let name = ServerName::try_from("localhost").unwrap();
    let session = sessions.take(&name).unwrap().to_bytes();
    for expected in [(EarlyDataOutcome::Accepted, true), (EarlyDataOutcome::Rejected, false)] {
        while sessions.take(&name).is_some() {}
        sessions.keep(&name, ClientSession::from_bytes(session.as_bytes()).unwrap());
        assert_eq!(ask_s_server(&config, &mut server, b"once"), expected);
    }
}

/// The example client sends this file as early data, and says what has become of them.
fn example_says(
    authority: &Authority,
    sessions: &Path,
    data: &Path,
    port: u16,
) -> (String, String) {
    let mut command = Command::new(example("client"));
    command.arg("--ca").arg(file(authority.pem())).arg("--resume").arg(sessions);
    command.arg("--early-data").arg(data);
    let mut client = Process::start(command.arg(format!("localhost:{port}")));
    client.write(b"line\n");
    client.output.wait_for("line\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    (client.output.text(), client.errors.text())
}

#[test]
fn the_examples_send_early_data_to_each_other_and_everything_arrives_once() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&identity);
    let start = |most: &str| {
        let mut command = Command::new(example("server"));
        command.arg("--cert").arg(&files.certificate).arg("--key").arg(&files.key);
        listening(command.args(["--max-early-data", most]))
    };
    let (server, port) = start("1000");
    let (sessions, data) = (file(""), file("early\n"));
    // Tried until the server's register is older than the ticket of its client.
    let mut told = Vec::new();
    while told.len() < 2
        || !told.last().is_some_and(|(_, told): &(_, String)| told.contains("early data: accepted"))
    {
        told.push(example_says(&authority, &sessions, &data, port));
    }
    assert!(told[0].1.contains("early data: not offered"), "{}", told[0].1);
    for (echoed, _) in &told {
        assert_eq!(echoed, "early\nline\n");
    }
    server.errors.wait_for("6 bytes of early data");
    // Another server has other tickets.
    let (_other, port) = start("1000");
    let (echoed, told) = example_says(&authority, &sessions, &data, port);
    assert_eq!(echoed, "early\nline\n");
    assert!(told.contains("early data: rejected"), "{told}");
}

#[test]
fn the_example_server_answers_a_request_in_the_early_data_of_openssl() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&identity);
    let mut command = Command::new(example("server"));
    command.arg("--cert").arg(&files.certificate).arg("--key").arg(&files.key);
    command.args(["--max-early-data", "1000", "--mode", "http"]);
    let (_server, port) = listening(&mut command);
    let request = "GET / HTTP/1.0\r\n\r\n";
    let data = file(request);
    let answer = |arguments: &[&str], input: &str| {
        let mut client = s_client(&authority, port, arguments);
        client.write(input.as_bytes());
        client.output.wait_for("Hello from Hyaline");
        client.finish();
        client.output.text()
    };
    // Tried until the server's register is older than the ticket.
    loop {
        let session = file("");
        answer(&["-sess_out", text(&session), "-ign_eof"], request);
        let again = ["-sess_in", text(&session), "-early_data", text(&data), "-ign_eof"];
        let mut client = s_client(&authority, port, &again);
        let told = client.output.wait_for("Early data was ");
        if !told.contains("Early data was rejected") {
            client.output.wait_for("Hello from Hyaline");
            client.finish();
            assert!(client.output.text().contains("Early data was accepted"));
            return;
        }
    }
}
