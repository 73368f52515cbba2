//! Our end, OpenSSL's, perhaps someone in the middle, and what OpenSSL saw.

use std::io::{self, Read, Write};

use hyaline::blocking::Stream;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::peers::relay::{Edit, Of, relay};
use hyaline_tests::process::{Output, Process};
use hyaline_tests::sockets::echo;

/// One connection, as it was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The codes of all alerts that OpenSSL received.
    pub(crate) alerts: Vec<u8>,
    /// How it printed them.
    pub(crate) printed: String,
    /// How our end describes its error.
    pub(crate) ours: String,
}

/// Of a received alert OpenSSL prints, asked by `-msg`, this line and then its two bytes.
const RECEIVED: &str = "Alert [length 0002]";

/// The codes of the alerts that it has printed so far, and how it printed them.
fn alerts(text: &str) -> (Vec<u8>, String) {
    let mut found = Vec::new();
    let mut printed = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !(line.starts_with("<<<") && line.contains(RECEIVED)) {
            continue;
        }
        let bytes = lines.next().unwrap_or_default();
        if let Some(code) = bytes.split_whitespace().nth(1) {
            found.extend(u8::from_str_radix(code, 16));
            let comma = if printed.is_empty() { "" } else { ", " };
            printed += &format!("{comma}{line} {}", bytes.trim());
        }
    }
    (found, printed)
}

/// Waits until OpenSSL has printed this alert, or has ended.
pub(crate) fn wait_for(output: &Output, alert: u8) -> (Vec<u8>, String) {
    let all = output.wait_until(|bytes| alerts(&String::from_utf8_lossy(bytes)).0.contains(&alert));
    alerts(&String::from_utf8_lossy(&all))
}

/// Our server does this with `openssl s_client`.
pub(crate) fn serve(
    authority: &Authority,
    server: &Server<'_>,
    edit: Option<Edit>,
    arguments: &[&str],
    alert: u8,
    work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
) -> Seen {
    let (port, serving) = server.start_library(work);
    let mut client = start_s_client(authority, port, edit, arguments);
    client.write(b"a line\n");
    let (alerts, printed) = wait_for(&client.output, alert);
    client.finish();
    Seen { alerts, printed, ours: serving.finish().told }
}

/// `openssl s_client` with someone in the middle, if there is to be one.
pub(crate) fn start_s_client(
    authority: &Authority,
    port: u16,
    edit: Option<Edit>,
    arguments: &[&str],
) -> Process {
    let port = edit.map_or(port, |edit| relay(port, Of::Client, edit));
    let all: Vec<&str> = ["-msg"].iter().chain(arguments).copied().collect();
    s_client(authority, port, &all)
}

/// Our server refuses `openssl s_client`.
pub(crate) fn refuse_client(
    authority: &Authority,
    server: &Server<'_>,
    edit: Option<Edit>,
    arguments: &[&str],
    alert: u8,
) -> Seen {
    serve(authority, server, edit, arguments, alert, echo)
}

/// Our client refuses `openssl s_server`.
pub(crate) fn refuse_server(
    client: &Client<'_>,
    identity: &IssuedIdentity,
    edit: Option<Edit>,
    arguments: &[&str],
    alert: u8,
) -> Seen {
    let all: Vec<&str> = ["-msg"].iter().chain(arguments).copied().collect();
    let server = SServer::start(identity, &all);
    let port = edit.map_or(server.port, |edit| relay(server.port, Of::Server, edit));
    let mut stream = client.stream(port);
    let ours = talk(&mut stream).err().map_or_else(String::new, |error| error.to_string());
    let _ = stream.close();
    let (alerts, printed) = wait_for(&server.process.output, alert);
    Seen { alerts, printed, ours }
}

fn talk(stream: &mut Stream) -> io::Result<()> {
    stream.write_all(b"a line\n")?;
    stream.read_to_end(&mut Vec::new()).map(drop)
}
