//! ServerHellos and HelloRetryRequests that are read, and some that are refused.

use super::*;
use crate::message::tests::{encoded, framed};

/// A ServerHello with these parts.
fn server_hello(version: u16, random: [u8; 32], compression: u8, block: &[u8]) -> Vec<u8> {
    encoded(|buffer| {
        Writer::new(buffer).handshake(HandshakeType::ServerHello, |body| {
            body.u16(version);
            body.bytes(&random);
            body.vector8(|_| {});
            body.u16(0x1301);
            body.u8(compression);
            body.vector16(|extensions| extensions.bytes(block));
        });
    })
}

const VERSION: [u8; 6] = [0, 43, 0, 2, 3, 4];
const SHARE: [u8; 9] = [0, 51, 0, 5, 0, 29, 0, 1, 9];

#[test]
fn a_server_of_an_older_version_is_told_from_a_downgraded_one() {
    let older = server_hello(0x0303, [1; 32], 0, &[0xff, 1, 0, 1, 0]);
    assert_eq!(Message::decode(&older), Err(Error::UnsupportedVersion { version: 0x0303 }));
    for last in [0, 1] {
        let mut random = [1; 32];
        random[24..].copy_from_slice(b"DOWNGRD\x00");
        random[31] = last;
        let downgraded = server_hello(0x0303, random, 0, &[]);
        assert_eq!(Message::decode(&downgraded), Err(Error::Downgrade));
    }
}

#[test]
fn a_server_hello_without_extensions_at_all_is_of_an_older_version() {
    let body = [&[3, 1][..], &[1; 32], &[0], &[0x13, 1], &[0]].concat();
    let older = framed(HandshakeType::ServerHello.0, &body);
    assert_eq!(Message::decode(&older), Err(Error::UnsupportedVersion { version: 0x0301 }));
}

#[test]
fn the_legacy_fields_of_a_server_hello_are_checked() {
    let message = HandshakeType::ServerHello;
    let block = [&VERSION[..], &SHARE].concat();
    assert!(Message::decode(&server_hello(0x0303, [1; 32], 0, &block)).is_ok());
    assert_eq!(
        Message::decode(&server_hello(0x0304, [1; 32], 0, &block)),
        Err(Error::WrongLegacyVersion { message, version: 0x0304 })
    );
    assert_eq!(
        Message::decode(&server_hello(0x0303, [1; 32], 1, &block)),
        Err(Error::IllegalValue { message, field: "legacy_compression_method" })
    );
}

#[test]
fn a_server_hello_has_exactly_the_extensions_it_must_have() {
    let message = HandshakeType::ServerHello;
    let decode = |block: &[&[u8]]| {
        Message::decode(&server_hello(0x0303, [1; 32], 0, &block.concat())).map(|_| ())
    };
    let share = ExtensionType::KeyShare;
    let misplaced = |extension| Error::MisplacedExtension { message, extension };
    let unsolicited = |extension| Error::UnsolicitedExtension { message, extension };
    assert_eq!(decode(&[&VERSION]), Err(Error::MissingExtension { message, extension: share }));
    assert_eq!(
        decode(&[&VERSION, &SHARE, &SHARE]),
        Err(Error::DuplicateExtension { message, extension: share })
    );
    let alpn = [0, 16, 0, 0];
    assert_eq!(decode(&[&VERSION, &SHARE, &alpn]), Err(misplaced(ExtensionType(16))));
    let unknown = [0x1a, 0x1a, 0, 0];
    assert_eq!(decode(&[&VERSION, &SHARE, &unknown]), Err(unsolicited(ExtensionType(0x1a1a))));
    let field = "selected_identity";
    let psk = [0, 41, 0, 1, 0];
    assert_eq!(decode(&[&VERSION, &SHARE, &psk]), Err(Error::Malformed { message, field }));
    let version12 = [0, 43, 0, 2, 3, 3];
    let field = "supported_versions";
    assert_eq!(decode(&[&version12, &SHARE]), Err(Error::IllegalValue { message, field }));
}

#[test]
fn a_hello_retry_request_must_say_its_version() {
    let retry = server_hello(0x0303, RETRY_RANDOM, 0, &[0, 51, 0, 2, 0, 29]);
    let (message, extension) = (HandshakeType::ServerHello, ExtensionType::SupportedVersions);
    assert_eq!(Message::decode(&retry), Err(Error::MissingExtension { message, extension }));
}
