//! A server that shows whatever chain, OCSP responses and timestamps the fuzzer writes, to a client
//! for which every signature holds.

use std::sync::LazyLock;

use hyaline::{Call, CallResult, Connection, Error};

use crate::configuration::{Both, server_name};
use crate::end::End;
use crate::flight::{messages, records, sealed, turns};
use crate::instructions::Instructions;
use crate::memory;
use crate::provider::Clear;

const CERTIFICATE: u8 = 11;
const STATUS_REQUEST: u16 = 5;
const TIMESTAMPS: u16 = 18;

/// Asks for OCSP responses and timestamps; with the next bit, revocation lists too.
const ATTACHED: u8 = 32;
const LISTS: u8 = 64;

/// How long a record of ours is at most.
const MOST_CONTENT: usize = 1 << 14;

/// The server's flight of each configuration.
static FLIGHTS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    [ATTACHED, ATTACHED | LISTS].map(|choice| turns(&Both::new(&Clear, choice)).swap_remove(1))
});

/// The lowest bit of the first byte asks revocation lists. Then come the certificates, each with
/// its length, with its OCSP response and its timestamps, which may be empty.
pub fn run(input: &[u8]) {
    let flights = &*FLIGHTS;
    memory::bounded(input, |input| {
        let mut instructions = Instructions::new(input);
        let asks_lists = instructions.byte().unwrap_or_default() & 1;
        let both = Both::new(&Clear, ATTACHED | (LISTS * asks_lists));
        let client = Connection::client(both.client, server_name()).expect("a client");
        let mut client = End::new(client);
        client.start(Call::Handshake);
        client.arrived = shown(&flights[usize::from(asks_lists)], &certificate(instructions));
        client.advance();
        let is_refused = matches!(client.results.first(), Some(CallResult::Error));
        let error = client.connection.error();
        assert!(is_refused == error.is_some() && !client.results.is_empty(), "{error:?}");
        let is_own = matches!(error, Some(Error::Internal(_)));
        assert!(!is_own, "the peer's chain counts as a failure of ours: {error:?}");
        client.finish();
    });
}

/// The flight with another Certificate, each message of it in records of its own.
fn shown(flight: &[u8], certificate: &[u8]) -> Vec<u8> {
    let mut shown = Vec::new();
    for record in records(flight).into_iter().filter(|record| record[0] != 23) {
        shown.extend_from_slice(record);
    }
    for message in messages(flight) {
        let message = if message[0] == CERTIFICATE { certificate } else { &*message };
        for part in message.chunks(MOST_CONTENT) {
            shown.extend_from_slice(&sealed(part));
        }
    }
    shown
}

/// A Certificate message (RFC 9846 section 4.5.1) with these entries.
fn certificate(mut instructions: Instructions<'_>) -> Vec<u8> {
    let mut list = Vec::new();
    loop {
        let certificate = instructions.counted_piece();
        if certificate.is_empty() {
            break;
        }
        let mut extensions = Vec::new();
        let staple = instructions.counted_piece();
        if !staple.is_empty() {
            let response = [&[1][..], &long(staple)].concat();
            extend(&mut extensions, STATUS_REQUEST, &response);
        }
        let timestamps = instructions.counted_piece();
        if !timestamps.is_empty() {
            extend(&mut extensions, TIMESTAMPS, timestamps);
        }
        list.extend(long(certificate));
        list.extend(short(&extensions));
    }
    let body = [&[0][..], &long(&list)].concat();
    [&[CERTIFICATE][..], &long(&body)].concat()
}

fn extend(extensions: &mut Vec<u8>, kind: u16, content: &[u8]) {
    extensions.extend(kind.to_be_bytes());
    extensions.extend(short(content));
}

/// The content behind its length in three bytes.
fn long(content: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = (content.len() as u32).to_be_bytes();
    [&length, content].concat()
}

/// The content behind its length in two bytes.
fn short(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16).to_be_bytes();
    [&length, content].concat()
}
