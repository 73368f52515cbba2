//! What a handshake consists of, where nothing is protected.

use hyaline::{Call, CallResult, Connection};

use crate::configuration::{Both, server_name};
use crate::end::End;
use crate::provider::Clear;

const HEADER: usize = 5;
const TAG: usize = 16;
const HANDSHAKE: u8 = 22;
const PROTECTED: u8 = 23;

/// What each side transmits in turns, the client first: a handshake, then data, tickets, key
/// updates and the ends of both directions.
#[must_use]
pub fn turns(both: &Both<Clear>) -> Vec<Vec<u8>> {
    let client = Connection::client(both.client.clone(), server_name()).expect("a client");
    let server = Connection::server(both.server.clone()).expect("a server");
    let mut ends = [End::new(client), End::new(server)];
    let mut turns = Vec::new();
    ends.iter_mut().for_each(|end| end.start(Call::Handshake));
    exchange(&mut ends, &mut turns);
    for end in &ends {
        assert_eq!(end.results, [CallResult::Ok], "{:?}", end.connection.error());
    }
    for call in [Call::Flush, Call::UpdateKey, Call::HalfClose] {
        for end in &mut ends {
            end.start(call);
            end.start_write(b"data");
            end.start(Call::Read);
        }
        exchange(&mut ends, &mut turns);
    }
    turns
}

fn exchange(ends: &mut [End<Clear>; 2], turns: &mut Vec<Vec<u8>>) {
    while !ends.iter().all(|end| end.transmitted.is_empty()) {
        let side = turns.len() % 2;
        let turn: Vec<u8> = ends[side].transmitted.drain(..).collect();
        ends[1 - side].arrived.extend_from_slice(&turn);
        ends[1 - side].advance();
        turns.push(turn);
    }
}

/// A record of handshake messages, as a key that protects nothing seals it.
#[must_use]
pub fn sealed(messages: &[u8]) -> Vec<u8> {
    let length = u16::try_from(messages.len() + 1 + TAG).expect("a record is short");
    let header = [&[PROTECTED, 3, 3][..], &length.to_be_bytes()].concat();
    [&header, messages, &[HANDSHAKE], &[0; TAG]].concat()
}

/// The records of a turn.
#[must_use]
pub fn records(mut turn: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let [_, _, _, high, low, ..] = turn {
        let length = HEADER + usize::from(u16::from_be_bytes([*high, *low]));
        let (record, rest) = turn.split_at(length);
        records.push(record);
        turn = rest;
    }
    records
}

/// The handshake messages in the protected records of a turn.
#[must_use]
pub fn messages(turn: &[u8]) -> Vec<Vec<u8>> {
    let protected = records(turn).into_iter().filter(|record| record[0] == PROTECTED);
    let contents: Vec<u8> = protected
        .filter_map(|record| record.get(HEADER..record.len() - TAG)?.strip_suffix(&[HANDSHAKE]))
        .flatten()
        .copied()
        .collect();
    let mut messages = Vec::new();
    let mut rest = &*contents;
    while let [_, high, middle, low, ..] = rest {
        let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        let (message, behind) = rest.split_at(4 + length);
        messages.push(message.to_vec());
        rest = behind;
    }
    messages
}
