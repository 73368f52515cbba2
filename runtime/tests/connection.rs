//! Two connections of ours talk to each other.
#![allow(missing_docs)]

mod common;

use common::{Authority, Pair};
use hyaline::{Call, CallResult, CipherSuite, NamedGroup};

#[test]
fn a_handshake_connects_both_ends() {
    let authority = Authority::new();
    let mut pair = Pair::new(authority.client(), authority.server());
    pair.handshake();
    assert_eq!(pair.client.result, Some(CallResult::Ok), "{:?}", pair.client.connection);
    assert_eq!(pair.server.result, Some(CallResult::Ok), "{:?}", pair.server.connection);
    assert!(pair.client.connection.is_connected() && pair.server.connection.is_connected());
}

#[test]
fn a_hello_retry_request_leads_to_the_group_that_the_server_wants() {
    let authority = Authority::new();
    for suite in [
        CipherSuite::Aes128GcmSha256,
        CipherSuite::Aes256GcmSha384,
        CipherSuite::ChaCha20Poly1305Sha256,
    ] {
        let client = authority.client().with_cipher_suites(&[suite]).unwrap();
        let server = authority.server().with_groups(&[NamedGroup::Secp384r1]).unwrap();
        let mut pair = Pair::new(client, server);
        pair.handshake();
        assert_eq!(pair.client.result, Some(CallResult::Ok), "{:?}", pair.client.connection);
        assert_eq!(pair.server.result, Some(CallResult::Ok), "{:?}", pair.server.connection);
        assert_eq!(pair.client.connection.group(), Some(NamedGroup::Secp384r1));
        assert_eq!(pair.server.connection.cipher_suite(), Some(suite));
    }
}

#[test]
fn data_goes_both_ways_across_key_updates_and_both_ends_close_cleanly() {
    let authority = Authority::new();
    let mut pair = Pair::new(authority.client(), authority.server());
    pair.handshake();
    for round in 0..3_u8 {
        pair.client.start(Call::UpdateKey);
        pair.run();
        assert_eq!(pair.client.start_write(&[round; 40_000]), Ok(40_000));
        pair.server.start(Call::Read);
        pair.run();
        while pair.server.read.len() < 40_000 {
            pair.server.start(Call::Read);
            pair.run();
        }
        assert_eq!(pair.server.read, [round; 40_000]);
        pair.server.read.clear();
        assert_eq!(pair.server.start_write(b"answer"), Ok(6));
        pair.client.start(Call::Read);
        pair.run();
        assert_eq!(pair.client.read, b"answer");
        pair.client.read.clear();
    }
    pair.client.start(Call::Close);
    pair.server.start(Call::Read);
    pair.run();
    assert_eq!(pair.server.result, Some(CallResult::EndOfStream));
    pair.server.start(Call::Close);
    pair.run();
    assert_eq!(pair.client.result, Some(CallResult::Ok));
    assert_eq!(pair.server.result, Some(CallResult::Ok));
    assert!(pair.client.closed && pair.server.closed);
}
