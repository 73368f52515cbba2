//! Encrypted ClientHellos that are refused (RFC 9849), each forged by a peer that has the keys.

use super::ech::{key, server_with};
use super::*;
use crate::connection::ech::{Confirms, confirmation};
use crate::ech::hpke::HpkeContext;
use crate::identifiers::ExtensionType;
use crate::message::{EchClientHello, Message, Writer};
use crate::negotiate::hello::{
    OuterHello, encode_inner_hello, pad, write_inner_hello, write_outer_hello,
};
use crate::transcript::Transcript;
use crate::{EchKey, EchStatus};

const ILLEGAL: Error =
    Error::IllegalValue { message: HandshakeType::ClientHello, field: "EncodedClientHelloInner" };

/// What a client encrypts to a server's key.
struct Sealing {
    key: EchKey,
    context: HpkeContext<Ring>,
    encapsulated: Vec<u8>,
}

impl Sealing {
    fn to(key: EchKey) -> Self {
        let config = key.config();
        let (encapsulated, context) =
            HpkeContext::to(&Ring, config.suite, &config.public_key, &config.info()).unwrap();
        Self { key, context, encapsulated }
    }

    /// The outer ClientHello of an offer, with this encrypted in it.
    fn seal(&mut self, offer: &Offer, mut encoded: Vec<u8>) -> Vec<u8> {
        let encapsulated = match offer.retried {
            Some(_) => Vec::new(),
            None => self.encapsulated.clone(),
        };
        let zeros = vec![0; encoded.len() + TAG_LENGTH];
        let outer = self.outer(offer, &encapsulated, &zeros);
        self.context.seal(&outer[4..], &mut encoded).unwrap();
        self.outer(offer, &encapsulated, &encoded)
    }

    fn outer(&self, offer: &Offer, encapsulated: &[u8], payload: &[u8]) -> Vec<u8> {
        let config = self.key.config();
        let (suite, config_id) = (config.suite.numbers(), config.id);
        let ech = EchClientHello::Outer { suite, config_id, encapsulated, payload };
        let (random, public_name) = (&[9; 32], &config.public_name);
        let mut hello = Vec::new();
        let outer = OuterHello { random, public_name, ech, session: None };
        write_outer_hello(offer, &outer, &mut hello);
        hello
    }
}

/// The offer of a client that encrypts it.
fn hidden() -> Offer {
    Offer { has_ech: true, server_name: Some("localhost".try_into().unwrap()), ..offer() }
}

fn encoded(offer: &Offer) -> Vec<u8> {
    let mut inner = Vec::new();
    write_inner_hello(offer, &mut inner);
    encode_inner_hello(offer, &inner)
}

/// A server and who encrypts to it.
fn both(world: &World) -> (ServerConfig, Sealing) {
    let key = key(1);
    let same = EchKey::from_pem(key.to_pem().as_bytes()).unwrap();
    (server_with(world, same), Sealing::to(key))
}

/// What becomes of a ClientHello in which this is encrypted.
fn assert_refused(change: impl FnOnce(&mut Vec<u8>), error: &Error) {
    let (server, mut sealing) = both(&World::new());
    let mut text = encoded(&hidden());
    change(&mut text);
    let hello = sealing.seal(&hidden(), text);
    Victim::server(server).assert_refuses_message(&hello, error);
}

/// Where the extensions of an encoded ClientHello begin, their length before them.
fn block_at(text: &[u8]) -> usize {
    let suites = 2 + 32 + 1;
    let length = usize::from(u16::from_be_bytes([text[suites], text[suites + 1]]));
    suites + 2 + length + 2
}

/// Replaces the extensions.
fn replace_block(text: &mut Vec<u8>, block: &[u8]) {
    text.truncate(block_at(text));
    Writer::new(text).vector16(|vector| vector.bytes(block));
}

fn block(extensions: &[(ExtensionType, &[u8])]) -> Vec<u8> {
    let mut block = Vec::new();
    for (extension, contents) in extensions {
        Writer::new(&mut block).extension(*extension, |place| place.bytes(contents));
    }
    block
}

const INNER: (ExtensionType, &[u8]) = (ExtensionType::EncryptedClientHello, &[1]);

#[test]
fn what_is_encrypted_is_refused_that_does_not_follow_its_form() {
    assert_refused(|text| text.truncate(30), &ILLEGAL);
    assert_refused(|text| text.push(1), &ILLEGAL);
    // A session id, which is that of the outer one.
    assert_refused(
        |text| {
            text[34] = 1;
            text.insert(35, 7);
        },
        &ILLEGAL,
    );
    let list = |numbers: &[u16]| -> Vec<u8> {
        let mut contents = Vec::new();
        Writer::new(&mut contents).vector8(|list| numbers.iter().for_each(|one| list.u16(*one)));
        contents
    };
    let referring = ExtensionType::EchOuterExtensions;
    let (versions, shares) = (43, 51);
    for contents in [
        vec![],
        list(&[]),
        vec![1, 0],
        [list(&[versions]), vec![0]].concat(),
        // One that the outer ClientHello does not have.
        list(&[versions, 0x1234]),
        // The encryption itself.
        list(&[ExtensionType::EncryptedClientHello.0]),
        // Twice.
        list(&[versions, versions]),
        // In another order.
        list(&[shares, versions]),
    ] {
        let block = block(&[INNER, (referring, &contents)]);
        assert_refused(|text| replace_block(text, &block), &ILLEGAL);
    }
    let (one, other) = (list(&[versions]), list(&[shares]));
    let twice = block(&[INNER, (referring, &one), (referring, &other)]);
    assert_refused(|text| replace_block(text, &twice), &ILLEGAL);
}

#[test]
fn extensions_of_the_outer_one_are_taken_in_their_order() {
    let (server, mut sealing) = both(&World::new());
    let mut victim = Victim::server(server);
    let mut text = encoded(&hidden());
    let referred: [u16; 5] = [43, 10, 13, 45, 51];
    let mut contents = Vec::new();
    Writer::new(&mut contents).vector8(|list| referred.iter().for_each(|one| list.u16(*one)));
    let named = [&[0, 12, 0, 0, 9][..], b"localhost"].concat();
    let block = block(&[
        (ExtensionType::EchOuterExtensions, &contents),
        INNER,
        (ExtensionType::ServerName, &named),
    ]);
    replace_block(&mut text, &block);
    text.extend_from_slice(&[0; 77]);
    victim.receive_message(&sealing.seal(&hidden(), text));
    victim.assert_well();
    assert_eq!(victim.connection.negotiated().server_name(), Some("localhost"));
    assert_eq!(victim.connection.negotiated().ech(), EchStatus::Accepted);
}

#[test]
fn what_is_encrypted_says_so_and_offers_nothing_older() {
    let share = [&[0, 36, 0, 29, 0, 32][..], &BASE_POINT].concat();
    let complete = |ech: Option<(ExtensionType, &'static [u8])>, versions: &'static [u8]| {
        let mut extensions = vec![
            (ExtensionType::SupportedVersions, versions),
            (ExtensionType::SupportedGroups, &[0, 2, 0, 29][..]),
            (ExtensionType::SignatureAlgorithms, &[0, 2, 4, 3]),
            (ExtensionType::KeyShare, &share),
        ];
        extensions.extend(ech);
        block(&extensions)
    };
    let outer: (ExtensionType, &[u8]) =
        (ExtensionType::EncryptedClientHello, &[0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 7]);
    for (ech, versions) in [
        (None, &[2, 3, 4][..]),
        (Some(outer), &[2, 3, 4]),
        (Some((ExtensionType::EncryptedClientHello, &[1, 1][..])), &[2, 3, 4]),
        (Some(INNER), &[4, 3, 4, 3, 3]),
        (Some(INNER), &[4, 3, 1, 3, 4]),
        (Some(INNER), &[2, 0x0a, 0x0a]),
    ] {
        let block = complete(ech, versions);
        assert_refused(|text| replace_block(text, &block), &ILLEGAL);
    }
    let (server, mut sealing) = both(&World::new());
    let mut victim = Victim::server(server);
    let mut text = encoded(&hidden());
    // A reserved value is no version.
    replace_block(&mut text, &complete(Some(INNER), &[4, 0x0a, 0x0a, 3, 4]));
    victim.receive_message(&sealing.seal(&hidden(), text));
    victim.assert_well();
    assert_eq!(victim.connection.negotiated().ech(), EchStatus::Accepted);
}

#[test]
fn a_list_of_extensions_of_the_outer_one_stands_nowhere_in_the_clear() {
    let mut hello = Vec::new();
    crate::negotiate::hello::write_client_hello(&offer(), None, &mut hello);
    let extension = [0xfd, 0, 0, 3, 2, 0, 43];
    let extensions = 4 + 2 + 32 + 1 + 32 + 2 + 4 + 2;
    let length = u16::from_be_bytes([hello[extensions], hello[extensions + 1]]) + 7;
    hello[extensions..extensions + 2].copy_from_slice(&length.to_be_bytes());
    hello.extend_from_slice(&extension);
    let body = hello[4..].to_vec();
    let hello = message(HandshakeType::ClientHello, &body);
    let error = Error::MisplacedExtension {
        message: HandshakeType::ClientHello,
        extension: ExtensionType::EchOuterExtensions,
    };
    Victim::server(World::new().server()).assert_refuses_message(&hello, &error);
}

#[test]
fn the_second_is_encrypted_as_the_first_was() {
    let group = NamedGroup::Secp384r1;
    let first = Offer { groups: [NamedGroup::X25519, group].into(), ..hidden() };
    let suite = CipherSuite::Aes128GcmSha256;
    let second =
        Offer { retried: Some(suite), shares: vec![(group, vec![4; 97])], ..first.clone() };
    let retried = || {
        let (server, mut sealing) = both(&World::new());
        let mut victim = Victim::server(server.with_groups(&[group]).unwrap());
        victim.receive_message(&sealing.seal(&first, encoded(&first)));
        victim.assert_well();
        (victim, sealing)
    };
    let illegal = |field| Error::IllegalValue { message: HandshakeType::ClientHello, field };

    // Not at all.
    let (victim, _) = retried();
    let mut hello = Vec::new();
    let plain = Offer { random: [9; 32], ..second.clone() };
    crate::negotiate::hello::write_client_hello(&plain, None, &mut hello);
    let (message, extension) = (HandshakeType::ClientHello, ExtensionType::EncryptedClientHello);
    victim.assert_refuses_message(&hello, &Error::MissingExtension { message, extension });

    // As an inner one.
    let (victim, _) = retried();
    let mut hello = Vec::new();
    write_inner_hello(&second, &mut hello);
    victim.assert_refuses_message(&hello, &illegal("ECHClientHelloType"));

    // With another number, another suite, another key.
    for (field, place) in [("config_id", 5), ("cipher_suite", 4), ("enc", 7)] {
        let (victim, mut sealing) = retried();
        let mut hello = sealing.seal(&second, encoded(&second));
        let marks = [0xfe, 0x0d];
        let at = hello.windows(2).position(|two| two == marks).unwrap() + 4;
        match field {
            "enc" => {
                // One byte of the payload's length becomes the key's.
                hello[at + 7] = 1;
                let body = hello[4..].to_vec();
                let Err(error) = Message::decode(&hello) else { panic!("{body:?}") };
                victim.assert_refuses_message(&hello, &error);
                continue;
            }
            _ => hello[at + place] ^= 2,
        }
        victim.assert_refuses_message(&hello, &illegal(field));
    }
    let (victim, sealing) = retried();
    let again = Offer { retried: None, ..second.clone() };
    let hello = Sealing::to(sealing.key).seal(&again, encoded(&second));
    victim.assert_refuses_message(&hello, &illegal("enc"));

    // By a context that has gone on too far.
    let (victim, mut sealing) = retried();
    sealing.seal(&second, encoded(&second));
    let hello = sealing.seal(&second, encoded(&second));
    victim.assert_refuses_message(&hello, &Error::EchNotGenuine);
}

#[test]
fn a_type_of_encrypted_client_hello_that_is_unknown_is_refused() {
    let mut hello = Vec::new();
    crate::negotiate::hello::write_client_hello(&offer(), Some(&[2]), &mut hello);
    let (message, field) = (HandshakeType::ClientHello, "ECHClientHelloType");
    let error = Error::IllegalValue { message, field };
    Victim::server(World::new().server()).assert_refuses_message(&hello, &error);
}

#[test]
fn an_inner_one_in_the_clear_is_refused_by_who_reads_encrypted_ones() {
    let mut hello = Vec::new();
    write_inner_hello(&hidden(), &mut hello);
    let (message, field) = (HandshakeType::ClientHello, "ECHClientHelloType");
    let (server, _) = both(&World::new());
    Victim::server(server).assert_refuses_message(&hello, &Error::IllegalValue { message, field });
}

#[test]
fn a_server_that_could_not_read_the_first_does_not_look_at_the_second() {
    let group = NamedGroup::Secp384r1;
    let first = Offer { groups: [NamedGroup::X25519, group].into(), ..hidden() };
    let (server, sealing) = both(&World::new());
    let mut victim = Victim::server(server.with_groups(&[group]).unwrap());
    let other = Sealing::to(key(1)).seal(&first, encoded(&first));
    victim.receive_message(&other);
    victim.assert_well();
    // The second could be read.
    let second = Offer { shares: vec![(group, p384_share())], ..first };
    victim.receive_message(&Sealing::to(sealing.key).seal(&second, encoded(&second)));
    victim.assert_well();
    assert_eq!(victim.connection.negotiated().ech(), EchStatus::Rejected);
    assert_eq!(victim.connection.negotiated().server_name(), Some("public.example"));
}

/// A public key of P-384.
fn p384_share() -> Vec<u8> {
    crate::crypto::KeyExchange::share(&Ring.start_exchange(NamedGroup::Secp384r1).unwrap()).to_vec()
}

#[test]
fn a_server_behind_another_that_reads_confirms_a_retry_too() {
    let group = NamedGroup::Secp384r1;
    let offer = Offer { groups: [NamedGroup::X25519, group].into(), ..hidden() };
    let mut hello = Vec::new();
    write_inner_hello(&offer, &mut hello);
    let server = World::new().server().with_groups(&[group]).unwrap();
    let mut victim = Victim::server(server);
    let sent = victim.receive_message(&hello);
    let (_, request) = sent.first().expect("a HelloRetryRequest");
    let hash = crate::crypto::HashAlgorithm::Sha256;
    let mut transcript = Transcript::<Ring>::new();
    transcript.start(&Ring, hash);
    transcript.absorb(&hello).unwrap();
    transcript.start_retry(&Ring, hash).unwrap();
    let confirms = Confirms::HelloRetryRequest;
    let right = confirmation(&Ring, &transcript, hash, &offer.random, confirms, request).unwrap();
    assert_eq!(request[confirms.place(request).unwrap()], right);
    let second = Offer { shares: vec![(group, p384_share())], ..offer };
    let mut hello = Vec::new();
    write_inner_hello(&second, &mut hello);
    victim.receive_message(&hello);
    victim.assert_well();
    assert_eq!(victim.connection.negotiated().ech(), EchStatus::Accepted);
}

#[test]
fn a_server_behind_another_that_reads_confirms() {
    let offer = hidden();
    let mut hello = Vec::new();
    write_inner_hello(&offer, &mut hello);
    let mut victim = Victim::server(World::new().server());
    let sent = victim.receive_message(&hello);
    assert_eq!(victim.connection.negotiated().ech(), EchStatus::Accepted);
    let (_, answer) = sent.first().expect("a ServerHello");
    let mut transcript = Transcript::<Ring>::new();
    let hash = crate::crypto::HashAlgorithm::Sha256;
    transcript.start(&Ring, hash);
    transcript.absorb(&hello).unwrap();
    let confirms = Confirms::ServerHello;
    let right = confirmation(&Ring, &transcript, hash, &offer.random, confirms, answer).unwrap();
    assert_eq!(answer[confirms.place(answer).unwrap()], right);
}

#[test]
fn the_length_of_what_is_encrypted_does_not_tell_the_name() {
    let length = |name: Option<&'static str>, longest: u8| {
        let server_name = name.map(|name| name.try_into().unwrap());
        let offer = Offer { server_name, ..hidden() };
        let mut text = encoded(&offer);
        pad(&mut text, &offer, longest);
        assert_eq!(text.len() % 32, 0);
        text.len()
    };
    let names = ["a.example", "www.example.org", "a-long-name-of-some-server.example.org"];
    for name in names {
        assert_eq!(length(Some(name), 64), length(None, 64), "{name}");
        assert_eq!(length(Some(name), 255), length(None, 255), "{name}");
    }
    assert!(length(Some(names[2]), 0) >= length(Some(names[0]), 0));
}
