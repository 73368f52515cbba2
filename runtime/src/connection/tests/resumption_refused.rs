//! Sessions that are not resumed where a side breaks a rule (RFC 9846 section 4.3.11).

use super::resumption::Returning;
use super::*;
use crate::ExtensionType;
use crate::crypto::HashAlgorithm;
use crate::message::Message;

/// The first ClientHello of a client that resumes, alone.
fn resuming_hello(both: &Returning) -> Vec<u8> {
    let mut client = Victim::client(both.client.clone());
    client.transmit()[5..].to_vec()
}

#[test]
fn a_binder_that_is_wrong_is_refused() {
    let both = Returning::new();
    both.connect();
    let mut hello = resuming_hello(&both);
    *hello.last_mut().unwrap() ^= 1;
    Victim::server(both.server.clone()).assert_refuses_message(&hello, &Error::BadBinder);

    // What it covers has been changed on the way: the client's random value.
    let mut hello = resuming_hello(&both);
    hello[10] ^= 1;
    Victim::server(both.server.clone()).assert_refuses_message(&hello, &Error::BadBinder);

    // No binder is looked at of a ticket that nobody knows.
    let mut hello = resuming_hello(&both);
    let mut server = both.server.clone();
    server = server.with_session_tickets(Arc::new(crate::SealedTickets::new(Ring)));
    *hello.last_mut().unwrap() ^= 1;
    let mut server = Victim::server(server);
    server.receive_message(&hello);
    server.assert_well();
    assert!(!server.connection.negotiated().is_resumed());
}

#[test]
fn a_client_refuses_a_choice_that_it_did_not_offer() {
    let both = Returning::new();
    let (message, extension) = (HandshakeType::ServerHello, ExtensionType::PreSharedKey);
    let choose = |client: &Victim, number, suite| {
        let share = Some(KeyShare { group: NamedGroup::X25519, public_key: &BASE_POINT });
        let session_id = client.offer().session_id;
        let (random, selected_identity) = (&[7; 32], Some(number));
        let mut bytes = Vec::new();
        ServerHello { random, session_id: &session_id, suite, share, selected_identity }
            .encode(&mut bytes);
        bytes
    };
    let suite = CipherSuite::Aes128GcmSha256;
    let client = Victim::client(both.client.clone().with_groups(&[NamedGroup::X25519]).unwrap());
    let hello = choose(&client, 0, suite);
    client.assert_refuses_message(&hello, &Error::UnsolicitedExtension { message, extension });

    both.connect();
    let both =
        Returning { client: both.client.with_groups(&[NamedGroup::X25519]).unwrap(), ..both };
    let client = Victim::client(both.client.clone());
    let hello = choose(&client, 1, suite);
    let field = "selected_identity";
    client.assert_refuses_message(&hello, &Error::IllegalValue { message, field });

    let client = Victim::client(both.client.clone());
    let other = match client.offer().session.as_ref().unwrap().hash {
        HashAlgorithm::Sha256 => CipherSuite::Aes256GcmSha384,
        _ => CipherSuite::Aes128GcmSha256,
    };
    let hello = choose(&client, 0, other);
    client.assert_refuses_message(&hello, &Error::WrongCipherSuite(other));
}

#[test]
fn a_server_of_a_resumed_session_may_not_show_a_certificate() {
    let both = Returning::new();
    both.connect();
    let mut client = Victim::client(both.client.clone());
    let mut server = Victim::server(both.server.clone());
    let hello = client.transmit();
    server.receive(&hello);
    assert!(server.connection.negotiated().is_resumed());
    let flight = server.transmit();
    let length = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
    client.receive(&flight[..length]);
    client.receive_message(&[8, 0, 0, 2, 0, 0]);
    client.assert_refuses_message(
        &[11, 0, 0, 4, 0, 0, 0, 0],
        &Error::UnexpectedMessage(HandshakeType::Certificate),
    );
}

/// A ClientHello to the same server as this one, with these modes and tickets. Its binders are
/// zeros, and prove nothing.
fn offering(hello: &[u8], modes: u8, tickets: &[&[u8]]) -> Vec<u8> {
    let mut offer = offer();
    let Ok(Message::ClientHello(read)) = Message::decode(hello) else { panic!("no ClientHello") };
    offer.server_name = read.server_name.map(|name| name.to_owned());
    offer.tickets = false;
    let mut block = vec![0, 45, 0, 2, 1, modes];
    let mut identities = Vec::new();
    let mut binders = Vec::new();
    for ticket in tickets {
        let length = u16::try_from(ticket.len()).unwrap().to_be_bytes();
        identities.extend([&length[..], ticket, &[0; 4]].concat());
        binders.extend([&[32][..], &[0; 32]].concat());
    }
    let vector =
        |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    let contents = [vector(&identities), vector(&binders)].concat();
    block.extend([&[0, 41][..], &vector(&contents)].concat());
    super::server::with_extension(&offer, &block)
}

/// The ticket of the session that is offered in this ClientHello.
fn ticket_of(hello: &[u8]) -> Vec<u8> {
    let Ok(Message::ClientHello(read)) = Message::decode(hello) else { panic!("no ClientHello") };
    read.pre_shared_key.unwrap().iter().next().unwrap().0.identity.to_vec()
}

#[test]
fn a_client_that_offers_no_key_exchange_is_not_resumed() {
    let both = Returning::new();
    both.connect();
    let hello = resuming_hello(&both);
    let ticket = ticket_of(&hello);
    // The binder is wrong, and the server does not even look at it: without psk_dhe_ke it uses no
    // session. With psk_dhe_ke, below, it refuses the binder.
    let mut server = Victim::server(both.server.clone());
    server.receive_message(&offering(&hello, 0, &[&ticket]));
    server.assert_well();
    assert!(!server.connection.negotiated().is_resumed());
    let hello = offering(&hello, 1, &[&ticket]);
    Victim::server(both.server.clone()).assert_refuses_message(&hello, &Error::BadBinder);
}

#[test]
fn a_server_looks_at_a_few_of_the_keys_that_are_offered() {
    let both = Returning::new();
    both.connect();
    let hello = resuming_hello(&both);
    let ticket: &[u8] = &ticket_of(&hello);
    let other: &[u8] = b"nobody's";
    let fourth = offering(&hello, 1, &[other, other, other, ticket]);
    Victim::server(both.server.clone()).assert_refuses_message(&fourth, &Error::BadBinder);
    let fifth = offering(&hello, 1, &[other, other, other, other, ticket]);
    let mut server = Victim::server(both.server.clone());
    server.receive_message(&fifth);
    server.assert_well();
    assert!(!server.connection.negotiated().is_resumed());
}
