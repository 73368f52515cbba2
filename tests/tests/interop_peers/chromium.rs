//! Chromium, as a client of HTTP: one page, whose script asks for the rest.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

use hyaline::brotli::Brotli;
use hyaline::{CertificateCompression, NamedGroup};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::early::accepting;
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::Server;
use hyaline_tests::process::Process;
use hyaline_tests::sockets::PATIENCE;

use crate::LATER;
use crate::http::{Seen, serve};

/// How much it sends and gets back.
const MUCH: usize = 1 << 20;

/// The script asks one thing after the other. Where it comes to `/good`, it got back what it sent.
const PAGE: &str = r#"<!doctype html><title>Hyaline</title><script>
(async () => {
  for (let round = 0; round < 3; round++) await fetch("/again");
  for (let round = 0; round < 3; round++) await (await fetch("/updated")).text();
  const much = "0123456789abcdef".repeat(1 << 16);
  const back = await (await fetch("/echo", { method: "POST", body: much })).text();
  await fetch(back === much ? "/good" : "/bad");
})();
</script>
"#;

/// The browser, with this page open, and new to all that it meets.
fn opened(name: &str, port: u16) -> Process {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{name}"));
    // What an earlier run has left.
    let _ = fs::remove_dir_all(&profile);
    let mut command = Command::new("chromium");
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]);
    // Chromium trusts what its user's store holds, so a test cannot hand it an authority.
    command.args(["--ignore-certificate-errors", "--remote-debugging-port=0"]);
    // Chromium is to send early data where a ticket allows it.
    command.arg("--enable-features=EnableTLS13EarlyData");
    command.arg(format!("--user-data-dir={}", profile.display()));
    Process::start(command.arg(format!("https://localhost:{port}/")))
}

/// The requests that were seen until this page was asked for.
#[track_caller]
fn seen_until(seen: &Receiver<Seen>, path: &str) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    while all.last().is_none_or(|seen| seen.path != path) {
        let next = seen.recv_timeout(PATIENCE);
        all.push(next.unwrap_or_else(|_| panic!("nobody asks for {path} after {all:?}")));
    }
    all
}

fn of<'a>(all: &'a [Seen], path: &'a str) -> Vec<&'a Seen> {
    all.iter().filter(|seen| seen.path == path).collect()
}

#[test]
fn chromium_opens_a_page_of_a_server_of_ours() {
    let authority = Authority::new();
    let server = Server::new(authority.server(KeyKind::P256));
    let (port, seen) = serve(Server { alpn: &["http/1.1"], ..server }.config(), PAGE);
    let _browser = opened("page", port);
    let all = seen_until(&seen, "/good");
    let page = of(&all, "/")[0];
    saw(Implementation::Chromium, As::Client, Feature::Full);
    assert_eq!(page.protocol.as_deref(), Some(&b"http/1.1"[..]));
    saw(Implementation::Chromium, As::Client, Feature::Alpn);
    assert_eq!(page.group, Some(NamedGroup::X25519MlKem768));
    saw(Implementation::Chromium, As::Client, Feature::Hybrid);
    // Which of its requests go over a resumed connection is the choice of Chromium: it opens some
    // ahead of any request, before it has a ticket.
    assert!(all.iter().any(|seen| seen.resumed), "{all:?}");
    saw(Implementation::Chromium, As::Client, Feature::Resumed);
    let updated = of(&all, "/updated");
    let updates: Vec<_> = updated.iter().map(|seen| (seen.connection, seen.updates)).collect();
    let connection = updated[0].connection;
    assert_eq!(updates, [(connection, 0), (connection, 1), (connection, 2)]);
    saw(Implementation::Chromium, As::Client, Feature::KeyUpdates);
    assert_eq!(of(&all, "/echo")[0].length, MUCH);
    saw(Implementation::Chromium, As::Client, Feature::Large);
    saw(Implementation::Chromium, As::Client, Feature::Tiny);
}

#[test]
fn chromium_follows_a_hello_retry_request_of_a_server() {
    let authority = Authority::new();
    let server = Server::new(authority.server(KeyKind::P256));
    let (port, seen) = serve(Server { groups: LATER, ..server }.config(), "a page\n");
    let _browser = opened("retry", port);
    let all = seen_until(&seen, "/");
    let page = of(&all, "/")[0];
    assert!(page.retried && page.group == Some(LATER[0]), "{page:?}");
    saw(Implementation::Chromium, As::Client, Feature::HelloRetryRequest);
}

#[test]
fn a_server_accepts_the_early_data_of_chromium() {
    let authority = Authority::new();
    let server = Server::new(authority.server(KeyKind::P256));
    let config = Server { alpn: &["http/1.1"], ..server }.config();
    let (port, seen) = serve(accepting(config, 1 << 14), PAGE);
    let _browser = opened("early", port);
    let all = seen_until(&seen, "/good");
    // Which of its requests Chromium sends early is its own choice: a connection that it opened
    // ahead of any request carries none.
    assert!(all.iter().any(|seen| seen.resumed && seen.is_early), "{all:?}");
    saw(Implementation::Chromium, As::Client, Feature::EarlyDataAccepted);
}

/// Brotli, which counts the bytes that its server has not sent.
#[derive(Debug, Default)]
struct Saving(AtomicUsize);

impl CertificateCompression for Saving {
    fn algorithm(&self) -> u16 {
        Brotli.algorithm()
    }

    fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
        let compressed = Brotli.compress(message)?;
        self.0.fetch_add(message.len().checked_sub(compressed.len())?, Ordering::Relaxed);
        Some(compressed)
    }

    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
        Brotli.decompress(compressed, length)
    }
}

#[test]
fn chromium_takes_a_certificate_that_a_server_compresses() {
    let authority = Authority::new();
    // Many names, which repeat.
    let names: Vec<_> = (0..50).map(|number| format!("host-{number}.example.org")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).chain(["localhost"]).collect();
    let server = Server::new(authority.server_for(KeyKind::P256, &names));
    let saving = Arc::new(Saving::default());
    let ways: Vec<Arc<dyn CertificateCompression>> = vec![saving.clone()];
    let (port, seen) = serve(server.config().with_certificate_compression(ways), "a page\n");
    let _browser = opened("compressed", port);
    seen_until(&seen, "/");
    // A server compresses for a client alone that takes it.
    let saved = saving.0.load(Ordering::Relaxed);
    assert!(saved > 500, "{saved} bytes");
    saw(Implementation::Chromium, As::Client, Feature::CompressedCertificate);
}
