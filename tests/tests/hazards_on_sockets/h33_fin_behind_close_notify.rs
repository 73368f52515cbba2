//! H33: a client asks, ends its direction, and reads a long answer. Servers are in use that take a
//! FIN behind its close_notify for the end of both directions.
//!
//! HAProxy resets some connections, with such a FIN and without it, when it reads the close_notify
//! apart from the request; with OpenSSL as the client, too. Where it reads both at once it
//! answers in full. No test asks for the resets, since most connections have none.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use hyaline_tests::certificates::Authority;
use hyaline_tests::peers::files::file;
use hyaline_tests::peers::web::{self, Source};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::pattern;
use rustix::net::sockopt::set_tcp_cork;

use crate::ours;

/// More than all buffers on the way hold.
const LENGTH: usize = 32 << 20;

/// How often each server is asked.
const TIMES: usize = 10;

/// When the FIN leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fin {
    WithHalfClose,
    AsShipped,
}

/// What arrives of the answer to one request, and how it ended. The request and close_notify leave
/// in one segment, so that a server finds both at once.
fn ask(port: u16, authority: &Authority, fin: Fin) -> (Vec<u8>, io::Result<()>) {
    let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let same = socket.try_clone().unwrap();
    let mut client = ours::client_on(socket, authority, None);
    client.handshake().unwrap();
    set_tcp_cork(&same, true).unwrap();
    client.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    client.half_close().unwrap();
    set_tcp_cork(&same, false).unwrap();
    if fin == Fin::WithHalfClose {
        same.shutdown(Shutdown::Write).unwrap();
    }
    let mut answer = Vec::new();
    let end = client.read_to_end(&mut answer).map(|_| ());
    (answer, end)
}

/// Asks as we do, often, and finds that the answer ends with the page each time, and that nothing
/// worse ended it than that a close_notify is missing: nginx sends none to a client that has sent
/// one.
fn is_answered_in_full(port: u16, authority: &Authority, page: &[u8]) {
    for _ in 0..TIMES {
        let (answer, end) = ask(port, authority, Fin::AsShipped);
        assert!(answer.ends_with(page), "{} bytes, then {end:?}", answer.len());
        if let Err(error) = end {
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
        }
    }
}

/// A server that has this page to give.
fn page() -> (Vec<u8>, Process, u16) {
    let page = pattern(LENGTH);
    let (server, port) = web::nginx(None, Source::File(&file(&page)));
    (page, server, port)
}

#[test]
fn nginx_cuts_its_answer_short_where_a_fin_follows_close_notify() {
    let authority = Authority::new();
    let (page, _server, backend) = page();
    let (_nginx, port) = web::nginx(Some(&authority), Source::Server(backend));
    // Whether it ends by a reset or by a truncation makes no difference: either loses the rest.
    let (answer, _) = ask(port, &authority, Fin::WithHalfClose);
    assert!(answer.len() < page.len(), "the hazard is not there: {} bytes", answer.len());
}

#[test]
fn nginx_answers_our_half_close_in_full() {
    let authority = Authority::new();
    let (page, _server, backend) = page();
    let (_nginx, port) = web::nginx(Some(&authority), Source::Server(backend));
    is_answered_in_full(port, &authority, &page);
}

#[test]
fn haproxy_answers_our_half_close_in_full() {
    let authority = Authority::new();
    let (page, _server, backend) = page();
    let (_haproxy, port) = web::haproxy(&authority, backend);
    is_answered_in_full(port, &authority, &page);
}
