//! HelloRetryRequest and compatibility mode, as a client meets them.

use super::*;

use crate::message::{ClientHello, HelloRetryRequest, Message};

const SECP256R1: NamedGroup = NamedGroup::Secp256r1;
const SUITE: CipherSuite = CipherSuite::Aes128GcmSha256;

/// A request to a client, in the clear.
fn retry(client: &Victim, group: Option<NamedGroup>, cookie: Option<&[u8]>) -> Vec<u8> {
    retry_with(client, SUITE, group, cookie)
}

fn retry_with(
    client: &Victim,
    suite: CipherSuite,
    group: Option<NamedGroup>,
    cookie: Option<&[u8]>,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    HelloRetryRequest {
        session_id: &client.offer().session_id,
        suite,
        group,
        cookie,
        ech_confirmation: None,
    }
    .encode(&mut bytes);
    bytes
}

/// The handshake message in the last of these records, which are in the clear.
fn last_message(records: &[u8]) -> Vec<u8> {
    let contents = open_all(&mut Opener::new(), records);
    let (content_type, message) = contents.last().expect("a record").clone();
    assert_eq!(content_type, ContentType::Handshake);
    message
}

fn read(message: &[u8]) -> ClientHello<'_> {
    match Message::decode(message) {
        Ok(Message::ClientHello(hello)) => hello,
        other => panic!("{other:?}"),
    }
}

/// A client with its first ClientHello.
fn client() -> (Victim, Vec<u8>) {
    let mut client = Victim::client(World::new().client());
    let hello = last_message(&client.transmit());
    (client, hello)
}

/// Receives a request with a cookie of this length, in as many records as it needs.
fn receive_cookie(client: &mut Victim, cookie: &[u8]) {
    for part in retry(client, Some(SECP256R1), Some(cookie)).chunks(1 << 14) {
        client.receive_message(part);
    }
}

#[test]
fn a_cookie_is_echoed_for_which_a_hello_has_room_and_refused_beyond() {
    let most = {
        let (mut client, _) = client();
        receive_cookie(&mut client, &[7; 0xffe0]);
        let Some(Error::CookieTooLong { length: 0xffe0, limit }) = client.connection.error() else {
            panic!("{:?}", client.connection.error());
        };
        *limit
    };
    let (mut client, _) = client();
    let cookie = vec![7; most];
    receive_cookie(&mut client, &cookie);
    client.assert_well();
    let sent = open_all(&mut Opener::new(), &client.transmit());
    let hello: Vec<u8> = sent
        .into_iter()
        .filter(|(content_type, _)| *content_type == ContentType::Handshake)
        .flat_map(|(_, content)| content)
        .collect();
    assert_eq!(read(&hello).cookie, Some(&cookie[..]));

    let (mut client, _) = self::client();
    receive_cookie(&mut client, &vec![7; most + 1]);
    let error = Error::CookieTooLong { length: most + 1, limit: most };
    assert_eq!(client.connection.error(), Some(&error));
    assert_eq!(error.alert(), Some(Alert::IllegalParameter));
    assert_eq!(
        error.to_string(),
        format!(
            "the server's cookie has {} bytes; the second client_hello has room for {most}",
            most + 1
        )
    );
}

#[test]
fn the_cookie_is_echoed_and_nothing_else_changes() {
    let (mut client, first) = client();
    client.receive_message(&retry(&client, None, Some(b"crumbs")));
    client.assert_well();
    let second = last_message(&client.transmit());
    let (first, second) = (read(&first), read(&second));
    assert_eq!((first.cookie, second.cookie), (None, Some(&b"crumbs"[..])));
    assert_eq!(ClientHello { cookie: None, ..second }, first);
}

#[test]
fn a_request_for_another_group_draws_one_new_share_for_it_and_leads_on() {
    let (mut client, first) = client();
    client.receive_message(&retry(&client, Some(SECP256R1), Some(b"crumbs")));
    let second = last_message(&client.transmit());
    let (first, second) = (read(&first), read(&second));
    assert_eq!((first.random, first.session_id), (second.random, second.session_id));
    assert_eq!(second.cookie, Some(&b"crumbs"[..]));
    let groups = |hello: &ClientHello<'_>| -> Vec<NamedGroup> {
        hello.shares.expect("shares").iter().map(|share| share.group).collect()
    };
    let nothing = client.offer().grease.unwrap().group;
    let with_hybrid_and_its_part = vec![nothing, NamedGroup::X25519MlKem768, NamedGroup::X25519];
    assert_eq!((groups(&first), groups(&second)), (with_hybrid_and_its_part, vec![SECP256R1]));
    let share = Ring.start_exchange(SECP256R1).unwrap();
    let share = crate::crypto::KeyExchange::share(&share).to_vec();
    client.receive_message(&server_hello_with(&client, SUITE, SECP256R1, &share));
    client.receive_message(&NO_EXTENSIONS);
    client.assert_well();
}

#[test]
fn a_second_request_is_refused_whatever_it_asks_for() {
    let (mut client, _) = client();
    client.receive_message(&retry(&client, Some(SECP256R1), None));
    client.transmit();
    let second = retry(&client, Some(NamedGroup::Secp384r1), Some(b"more"));
    client.assert_refuses_message(&second, &Error::SecondHelloRetryRequest);
}

#[test]
fn a_second_request_that_is_badly_made_is_refused_for_being_the_second() {
    let (mut client, _) = client();
    client.receive_message(&retry(&client, Some(SECP256R1), None));
    client.transmit();
    let mut second = retry(&client, Some(NamedGroup::Secp384r1), None);
    // Its compression method.
    second[4 + 2 + 32 + 1 + 32 + 2] = 1;
    client.assert_refuses_message(&second, &Error::SecondHelloRetryRequest);
}

#[test]
fn a_group_that_was_not_offered_or_has_a_share_already_is_refused() {
    for group in [NamedGroup(0x0019), NamedGroup::X25519] {
        let (client, _) = client();
        let request = retry(&client, Some(group), Some(b"crumbs"));
        client.assert_refuses_message(&request, &Error::WrongGroup(group));
    }
}

#[test]
fn a_request_that_changes_nothing_is_refused() {
    let (client, _) = client();
    let request = retry(&client, None, None);
    client.assert_refuses_message(&request, &Error::RetryWithoutChange);
}

#[test]
fn a_suite_that_was_not_offered_is_refused_in_either_hello() {
    // A suite that nobody here knows, and one that the client knows and was told not to offer.
    for suite in [CipherSuite(0x1304), CipherSuite::Aes256GcmSha384] {
        let client = || {
            let mut client = Victim::client(World::new().client().with_cipher_suites(&[SUITE])?);
            client.transmit();
            Ok::<_, Error>(client)
        };
        let victim = client().unwrap();
        let request = retry_with(&victim, suite, Some(SECP256R1), None);
        victim.assert_refuses_message(&request, &Error::WrongCipherSuite(suite));
        let victim = client().unwrap();
        let hello = server_hello_with(&victim, suite, NamedGroup::X25519, &BASE_POINT);
        victim.assert_refuses_message(&hello, &Error::WrongCipherSuite(suite));
    }
}

#[test]
fn a_server_hello_that_departs_from_the_request_is_refused() {
    let suite = CipherSuite::Aes256GcmSha384;
    for (suite, group, error) in [
        (suite, SECP256R1, Error::WrongCipherSuite(suite)),
        (SUITE, NamedGroup::X25519, Error::WrongGroup(NamedGroup::X25519)),
    ] {
        let (mut client, _) = client();
        client.receive_message(&retry(&client, Some(SECP256R1), None));
        client.transmit();
        let hello = server_hello_with(&client, suite, group, &BASE_POINT);
        client.assert_refuses_message(&hello, &error);
    }
}

#[test]
fn an_extension_that_was_not_offered_is_refused_and_the_cookie_is_not() {
    let (client, _) = client();
    let mut request = retry(&client, Some(SECP256R1), Some(b"crumbs"));
    // One more extension, of an unknown type, and the three lengths around it.
    request.extend([0x5a, 0x5a, 0, 0]);
    let block = 4 + 2 + 32 + 1 + 32 + 2 + 1;
    request[3] += 4;
    request[block + 1] += 4;
    let (message, extension) = (HandshakeType::ServerHello, crate::ExtensionType(0x5a5a));
    client.assert_refuses_message(&request, &Error::UnsolicitedExtension { message, extension });
}

#[test]
fn compatibility_mode_sends_a_fresh_session_id_and_wants_it_back() {
    let world = World::new();
    let [one, other] = [(); 2].map(|()| {
        let mut client = Victim::client(world.client());
        last_message(&client.transmit())
    });
    let (one, other) = (read(&one), read(&other));
    assert_eq!((one.session_id.len(), other.session_id.len()), (32, 32));
    assert_ne!(one.session_id, other.session_id);

    for changed in [&[][..], &[3; 32]] {
        let (victim, _) = client();
        let share = KeyShare { group: NamedGroup::X25519, public_key: &BASE_POINT };
        let mut hello = Vec::new();
        ServerHello {
            random: &[7; 32],
            session_id: changed,
            suite: SUITE,
            share: Some(share),
            selected_identity: None,
        }
        .encode(&mut hello);
        victim.assert_refuses_message(&hello, &Error::SessionIdNotEchoed);
        let (victim, _) = client();
        let mut request = Vec::new();
        HelloRetryRequest {
            session_id: changed,
            suite: SUITE,
            group: None,
            cookie: Some(b"c"),
            ech_confirmation: None,
        }
        .encode(&mut request);
        victim.assert_refuses_message(&request, &Error::SessionIdNotEchoed);
    }
}

#[test]
fn without_compatibility_mode_there_is_no_session_id_and_none_may_come_back() {
    let mut client = Victim::client(World::new().client().with_compatibility_mode(false));
    let hello = last_message(&client.transmit());
    assert_eq!(read(&hello).session_id, b"");
    let share = KeyShare { group: NamedGroup::X25519, public_key: &BASE_POINT };
    let mut hello = Vec::new();
    ServerHello {
        random: &[7; 32],
        session_id: &[3; 32],
        suite: SUITE,
        share: Some(share),
        selected_identity: None,
    }
    .encode(&mut hello);
    client.assert_refuses_message(&hello, &Error::SessionIdNotEchoed);
}

#[test]
fn the_second_flight_begins_with_a_change_cipher_spec_in_compatibility_mode_only() {
    const CHANGE: [u8; 6] = [20, 3, 3, 0, 1, 1];
    let world = World::new();
    for compatibility in [true, false] {
        let config = || world.client().with_compatibility_mode(compatibility);
        // Before the second ClientHello, and then not again.
        let mut client = Victim::client(config());
        client.transmit();
        client.receive_message(&retry(&client, Some(SECP256R1), None));
        assert_eq!(client.transmit().starts_with(&CHANGE), compatibility);
        // Before the encrypted flight.
        let pair_config = world.server().with_tickets(0).unwrap();
        let mut client = Victim::client(config());
        let mut server = Victim::server(pair_config);
        server.receive(&client.transmit());
        let flight = server.transmit();
        client.receive(&flight);
        assert_eq!(client.transmit().starts_with(&CHANGE), compatibility);
        // The server follows the client.
        let changes = open_all(&mut Opener::new(), &flight)
            .iter()
            .filter(|(content_type, _)| *content_type == ContentType::ChangeCipherSpec)
            .count();
        assert_eq!(changes, usize::from(compatibility));
    }
}
