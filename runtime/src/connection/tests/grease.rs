//! Values that mean nothing (RFC 8701): sent, passed over, and refused from a peer that chooses
//! one.

use super::resumption::Returning;
use super::*;
use crate::ExtensionType;
use crate::message::reader::Reader;
use crate::message::{Grease, HelloRetryRequest, Message};

const SUITE: CipherSuite = CipherSuite::Aes128GcmSha256;
const VERSIONS: [u8; 6] = [0, 43, 0, 2, 3, 4];

/// A client whose ClientHello is sent, and the values in it that mean nothing.
fn client() -> (Victim, Grease) {
    let config = World::new().client().with_alpn_protocols(["h2"]).unwrap();
    let client = Victim::client(config);
    let grease = client.offer().grease.expect("a client says them unless told otherwise");
    (client, grease)
}

/// The handshake message in the clear at the end of these records.
fn last_message(records: &[u8]) -> Vec<u8> {
    open_all(&mut Opener::new(), records).pop().expect("a record").1
}

/// The extensions of a ClientHello, each with its contents.
fn extensions_of(hello: &[u8]) -> Vec<(ExtensionType, &[u8])> {
    let mut reader = Reader::new(HandshakeType::ClientHello, &hello[4..]);
    reader.bytes(2 + 32, "random").unwrap();
    reader.vector8(0, "legacy_session_id").unwrap();
    reader.vector16(0, "cipher_suites").unwrap();
    reader.vector8(0, "legacy_compression_methods").unwrap();
    let block = reader.vector16(0, "extensions").unwrap();
    let mut block = reader.within(block);
    let mut found = Vec::new();
    while !block.is_empty() {
        let extension = ExtensionType(block.u16("extension_type").unwrap());
        found.push((extension, block.vector16(0, "extension_data").unwrap()));
    }
    found
}

#[test]
fn a_client_says_what_means_nothing_in_each_list_and_in_two_extensions() {
    let (mut client, grease) = client();
    let message = last_message(&client.transmit());
    let Ok(Message::ClientHello(hello)) = Message::decode(&message) else { panic!("a hello") };
    assert_eq!(hello.suites.iter().next(), Some(grease.suite));
    assert_eq!(hello.groups.unwrap().iter().next(), Some(grease.group));
    let share = hello.shares.unwrap().iter().next().unwrap();
    assert_eq!((share.group, share.public_key), (grease.group, &[0][..]));
    assert_eq!(hello.schemes.unwrap().iter().last(), Some(grease.scheme));
    assert_eq!(hello.psk_key_exchange_modes, Some(&[1, grease.mode][..]));
    let protocols: Vec<_> = hello.application_protocols.unwrap().iter().collect();
    assert_eq!(protocols, [&b"h2"[..], &grease.protocol]);
    let extensions = extensions_of(&message);
    assert_eq!(extensions.first(), Some(&(grease.first, &[][..])));
    assert_eq!(extensions.last(), Some(&(grease.last, &[0][..])));
    let [high, low] = grease.version.to_be_bytes();
    assert!(extensions.contains(&(ExtensionType::SupportedVersions, &[4, high, low, 3, 4])));
}

#[test]
fn a_client_that_is_told_so_says_nothing_of_the_kind() {
    let mut client = Victim::client(World::new().client().with_grease(false));
    assert_eq!(client.offer().grease, None);
    let reserved = |number: u16| number & 0x0f0f == 0x0a0a;
    let message = last_message(&client.transmit());
    assert!(extensions_of(&message).iter().all(|(extension, _)| !reserved(extension.0)));
}

#[test]
fn each_connection_draws_for_itself() {
    let first = client().1;
    // That all of sixteen draws of eight values are the same is as good as impossible.
    assert!((0..16).any(|_| client().1 != first));
}

#[test]
fn the_values_stay_after_a_retry_and_the_share_goes_where_another_is_asked_for() {
    for group in [None, Some(NamedGroup::Secp256r1)] {
        let (mut client, grease) = client();
        let first = last_message(&client.transmit());
        let mut request = Vec::new();
        let session_id = &client.offer().session_id;
        HelloRetryRequest {
            session_id,
            suite: SUITE,
            group,
            cookie: Some(b"crumbs"),
            ech_confirmation: None,
        }
        .encode(&mut request);
        client.receive_message(&request);
        client.assert_well();
        let second = last_message(&client.transmit());
        let may_change = [ExtensionType::KeyShare, ExtensionType::Cookie];
        let fixed = |message| -> Vec<_> {
            let extensions = extensions_of(message).into_iter();
            extensions.filter(|(extension, _)| !may_change.contains(extension)).collect()
        };
        assert_eq!(fixed(&first), fixed(&second));
        let Ok(Message::ClientHello(hello)) = Message::decode(&second) else { panic!("a hello") };
        assert_eq!(hello.suites.iter().next(), Some(grease.suite));
        let has_share = hello.shares.unwrap().find(grease.group).is_some();
        assert_eq!(has_share, group.is_none());
    }
}

#[test]
fn the_pre_shared_key_still_comes_last_and_the_session_is_resumed() {
    let both = Returning::new();
    both.connect();
    let mut client = Victim::client(both.client.clone());
    let extensions = last_message(&client.transmit());
    let extensions = extensions_of(&extensions);
    let grease = client.offer().grease.unwrap();
    let [.., (before, _), (last, _)] = extensions[..] else { panic!("two extensions") };
    assert_eq!((before, last), (grease.last, ExtensionType::PreSharedKey));
    assert!(both.connect().client.connection.negotiated().is_resumed());
}

/// A ServerHello or a HelloRetryRequest to this client, with these extensions.
fn hello(client: &Victim, random: &[u8; 32], suite: CipherSuite, block: &[u8]) -> Vec<u8> {
    let suite = suite.0.to_be_bytes();
    let session_id = &client.offer().session_id;
    let front = [&[3, 3][..], random, &[32], session_id, &suite, &[0]].concat();
    extensions(HandshakeType::ServerHello, &front, block)
}

fn share(group: NamedGroup, key: &[u8]) -> Vec<u8> {
    let [high, low] = group.0.to_be_bytes();
    let length = u8::try_from(key.len()).unwrap();
    [&VERSIONS[..], &[0, 51, 0, length + 4, high, low, 0, length], key].concat()
}

/// An empty extension of this type.
fn empty(extension: ExtensionType) -> [u8; 4] {
    let [high, low] = extension.0.to_be_bytes();
    [high, low, 0, 0]
}

#[test]
fn a_server_that_chooses_what_means_nothing_in_its_hello_is_refused() {
    const RANDOM: [u8; 32] = [7; 32];
    let message = HandshakeType::ServerHello;
    let good = share(NamedGroup::X25519, &BASE_POINT);

    let (victim, grease) = client();
    let bytes = hello(&victim, &RANDOM, grease.suite, &good);
    victim.assert_refuses_message(&bytes, &Error::WrongCipherSuite(grease.suite));

    let (victim, grease) = client();
    let bytes = hello(&victim, &RANDOM, SUITE, &share(grease.group, &[0]));
    victim.assert_refuses_message(&bytes, &Error::WrongGroup(grease.group));

    let (victim, grease) = client();
    let [high, low] = grease.version.to_be_bytes();
    let block = [&[0, 43, 0, 2, high, low], &good[VERSIONS.len()..]].concat();
    let field = "supported_versions";
    let bytes = hello(&victim, &RANDOM, SUITE, &block);
    victim.assert_refuses_message(&bytes, &Error::IllegalValue { message, field });

    let (victim, Grease { last: extension, .. }) = client();
    let bytes = hello(&victim, &RANDOM, SUITE, &[&good[..], &empty(extension)].concat());
    victim.assert_refuses_message(&bytes, &Error::UnsolicitedExtension { message, extension });
}

#[test]
fn a_request_to_retry_with_what_means_nothing_is_refused() {
    use crate::message::server_hello::RETRY_RANDOM;
    let message = HandshakeType::ServerHello;
    let retry = |client: &Victim, group: NamedGroup, suite, more: &[u8]| {
        let [high, low] = group.0.to_be_bytes();
        let block = [&VERSIONS[..], &[0, 51, 0, 2, high, low], more].concat();
        hello(client, &RETRY_RANDOM, suite, &block)
    };
    let (victim, grease) = client();
    let bytes = retry(&victim, grease.group, SUITE, &[]);
    victim.assert_refuses_message(&bytes, &Error::WrongGroup(grease.group));

    let (victim, grease) = client();
    let bytes = retry(&victim, NamedGroup::Secp256r1, grease.suite, &[]);
    victim.assert_refuses_message(&bytes, &Error::WrongCipherSuite(grease.suite));

    let (victim, Grease { first: extension, .. }) = client();
    let bytes = retry(&victim, NamedGroup::Secp256r1, SUITE, &empty(extension));
    victim.assert_refuses_message(&bytes, &Error::UnsolicitedExtension { message, extension });
}

/// A client that waits for EncryptedExtensions, and its values.
fn client_with_keys() -> (Victim, Grease) {
    let (mut client, grease) = client();
    client.transmit();
    client.receive_message(&server_hello(&client));
    client.assert_well();
    (client, grease)
}

#[test]
fn a_server_that_answers_what_means_nothing_later_is_refused() {
    let message = HandshakeType::EncryptedExtensions;
    let (victim, Grease { first: extension, .. }) = client_with_keys();
    let bytes = extensions(message, &[], &empty(extension));
    victim.assert_refuses_message(&bytes, &Error::UnsolicitedExtension { message, extension });

    let (victim, Grease { protocol: [high, low], .. }) = client_with_keys();
    let bytes = extensions(message, &[], &[0, 16, 0, 5, 0, 3, 2, high, low]);
    victim.assert_refuses_message(&bytes, &Error::WrongApplicationProtocol);

    let message = HandshakeType::Certificate;
    let (mut victim, Grease { last: extension, .. }) = client_with_keys();
    victim.receive_message(&NO_EXTENSIONS);
    let entry = [&[0, 0, 1, 0x30, 0, 4][..], &empty(extension)].concat();
    let length = u8::try_from(entry.len()).unwrap();
    let bytes = super::message(message, &[&[0, 0, 0, length][..], &entry].concat());
    victim.assert_refuses_message(&bytes, &Error::UnsolicitedExtension { message, extension });

    let mut victim = client_before_signature(&World::new());
    let scheme = crate::message::Grease::new([0x20; 8]).scheme;
    let mut bytes = Vec::new();
    CertificateVerify { scheme, signature: &[1] }.encode(&mut bytes);
    victim.transmit();
    victim.assert_refuses_message(&bytes, &Error::WrongSignatureScheme(scheme));
}

#[test]
fn a_server_that_is_told_to_says_what_means_nothing_and_a_client_passes_over_it() {
    let world = World::new();
    let client = ClientConfig::builder()
        .with_root_certificates(world.authority.roots())
        .with_client_auth_cert(world.client_chain(), der(&world.client_key))
        .unwrap();
    let mut lengths = Vec::new();
    for on in [false, true] {
        let server = world.server_that_requires().with_grease(on);
        assert_eq!(server.sends_grease(), on);
        let both = Returning { client: client.clone(), server };
        let mut pair = Pair::with(both.client.clone(), both.server.clone());
        let ticket = pair.server.write(b"hello");
        lengths.push(records_of(&ticket).first().map(|record| record.len()));
        pair.client.receive(&ticket);
        assert_eq!(pair.client.read, b"hello");
        assert!(both.connect().client.connection.negotiated().is_resumed());
    }
    // One empty extension.
    assert_eq!(lengths.first().copied().flatten().map(|length| length + 4), lengths[1]);
    assert!(!world.server().sends_grease(), "unless told to");
}
