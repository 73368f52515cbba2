//! H33: a client asks, ends its direction, and reads a long answer. Servers are in use that take a
//! FIN behind its close_notify for the end of both directions.
//!
//! That HAProxy resets is seen in some connections only, so that no test asks for it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use hyaline_tests::certificates::Authority;
use hyaline_tests::peers::files::file;
use hyaline_tests::peers::web::{self, Source};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::pattern;

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

/// What arrives of the answer to one request. nginx sends no close_notify to who has sent one, so
/// that the end itself tells nothing.
fn ask(port: u16, authority: &Authority, fin: Fin) -> Vec<u8> {
    let socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let same = socket.try_clone().unwrap();
    let mut client = ours::client_on(socket, authority, None);
    client.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
    client.half_close().unwrap();
    if fin == Fin::WithHalfClose {
        same.shutdown(Shutdown::Write).unwrap();
    }
    let mut answer = Vec::new();
    if let Err(error) = client.read_to_end(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    }
    answer
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
    let answer = ask(port, &authority, Fin::WithHalfClose);
    assert!(answer.len() < page.len(), "the hazard is not there: {} bytes", answer.len());
}

#[test]
fn nginx_answers_our_half_close_in_full() {
    let authority = Authority::new();
    let (page, _server, backend) = page();
    let (_nginx, port) = web::nginx(Some(&authority), Source::Server(backend));
    for _ in 0..TIMES {
        let answer = ask(port, &authority, Fin::AsShipped);
        assert!(answer.ends_with(&page), "{} bytes", answer.len());
    }
}

#[test]
fn haproxy_answers_our_half_close_in_full() {
    let authority = Authority::new();
    let (page, _server, backend) = page();
    let (_haproxy, port) = web::haproxy(&authority, backend);
    for _ in 0..TIMES {
        let answer = ask(port, &authority, Fin::AsShipped);
        assert!(answer.ends_with(&page), "{} bytes", answer.len());
    }
}
