//! What several servers do with each other's tickets.

use std::time::Duration;

use super::*;
use crate::crypto::Ring;

const NOW: Duration = Duration::from_secs(1000);

fn now() -> UnixTime {
    UnixTime::since_unix_epoch(NOW)
}

/// The key of this number, as every server has it.
fn key(number: u8) -> TicketKey {
    TicketKey::new(&[number; 16], &[number ^ 0xff; 32]).unwrap()
}

fn server(numbers: &[u8]) -> SharedTickets<Ring> {
    SharedTickets::new(Ring, numbers.iter().copied().map(key).collect()).unwrap()
}

fn redeem(server: &SharedTickets<Ring>, ticket: &[u8]) -> Option<Vec<u8>> {
    server.redeem(now(), ticket).map(|session| session.as_bytes().to_vec())
}

#[test]
fn the_first_key_seals_and_all_of_them_open_on_every_server() {
    let [one, two, three] = [server(&[1]), server(&[2, 1]), server(&[3])];
    let old = one.issue(now(), b"old").unwrap();
    let new = two.issue(now(), b"new").unwrap();
    assert_eq!((&old[..16], &new[..16]), (&[1; 16][..], &[2; 16][..]));
    assert_eq!(redeem(&two, &old), Some(b"old".to_vec()));
    assert_eq!(redeem(&two, &new), Some(b"new".to_vec()));
    assert_eq!(redeem(&one, &old), Some(b"old".to_vec()));
    assert_eq!(redeem(&one, &new), None, "it has not that key yet");
    assert_eq!(redeem(&three, &old), None);
    assert_ne!(one.issue(now(), b"old"), Some(old), "no ticket twice");
}

#[test]
fn keys_are_replaced_and_no_ticket_is_lost_that_one_of_them_opens() {
    let servers = [server(&[1]), server(&[1])];
    let keys = |numbers: &[u8]| numbers.iter().copied().map(key).collect::<Vec<_>>();
    let mut tickets = Vec::new();
    // First all servers know the new key, then they use it.
    for numbers in [&[1, 2][..], &[2, 1]] {
        for renewed in &servers {
            renewed.replace(keys(numbers)).unwrap();
            tickets.extend(servers.iter().map(|server| server.issue(now(), b"a session").unwrap()));
            for ticket in &tickets {
                for server in &servers {
                    assert_eq!(redeem(server, ticket), Some(b"a session".to_vec()));
                }
            }
        }
    }
    assert_eq!(tickets[0][..16], [1; 16]);
    assert_eq!(tickets.last().unwrap()[..16], [2; 16]);
    servers[0].replace(keys(&[2])).unwrap();
    assert_eq!(redeem(&servers[0], &tickets[0]), None, "the old key is gone");
    assert_eq!(redeem(&servers[1], &tickets[0]), Some(b"a session".to_vec()));
}

#[test]
fn keys_of_another_length_or_with_one_name_are_refused_and_the_others_stay() {
    let refusal = |result: Result<(), Error>| match result {
        Err(Error::Configuration(error)) => Some(error),
        _ => None,
    };
    for (name, secret) in [(15, 32), (17, 32), (16, 31), (16, 33), (0, 0)] {
        let made = TicketKey::new(&vec![1; name], &vec![1; secret]).map(drop);
        assert_eq!(refusal(made), Some(ConfigurationError::TicketKey), "{name}, {secret}");
    }
    let twice = || vec![key(1), key(2), key(1)];
    let made = |keys| refusal(SharedTickets::new(Ring, keys).map(drop));
    assert_eq!(made(twice()), Some(ConfigurationError::TicketKeys));
    assert_eq!(made(Vec::new()), Some(ConfigurationError::TicketKeys));
    let tickets = server(&[1]);
    let ticket = tickets.issue(now(), b"a session").unwrap();
    assert_eq!(refusal(tickets.replace(twice())), Some(ConfigurationError::TicketKeys));
    assert_eq!(refusal(tickets.replace(Vec::new())), Some(ConfigurationError::TicketKeys));
    assert!(redeem(&tickets, &ticket).is_some());
}

#[test]
fn what_is_no_ticket_or_was_changed_opens_nothing() {
    let tickets = server(&[1]);
    let ticket = tickets.issue(now(), b"a session").unwrap();
    for length in 0..ticket.len() {
        assert_eq!(redeem(&tickets, &ticket[..length]), None);
    }
    for place in 0..ticket.len() {
        let mut changed = ticket.clone();
        changed[place] ^= 1;
        assert_eq!(redeem(&tickets, &changed), None);
        assert!(tickets.strike_register(&changed).is_none());
    }
    // The same name, and another key.
    let other = TicketKey::new(&[1; 16], &[9; 32]).unwrap();
    let other = SharedTickets::new(Ring, vec![other]).unwrap();
    assert_eq!(redeem(&other, &ticket), None);
}

#[test]
fn only_who_has_issued_a_ticket_has_a_register_for_it() {
    let [one, two] = [server(&[1]), server(&[1])];
    let ticket = one.issue(now(), b"a session").unwrap();
    assert!(one.strike_register(&ticket).is_some());
    assert!(two.strike_register(&ticket).is_none());
    one.replace(vec![key(2), key(1)]).unwrap();
    assert!(one.strike_register(&ticket).is_some(), "it remembers, whatever seals now");
}

#[test]
fn names_are_printed_and_no_key_is() {
    let tickets = SharedTickets::new(Ring, vec![TicketKey::new(&[b'n'; 16], &[7; 32]).unwrap()]);
    assert_eq!(
        format!("{:?}", tickets.unwrap().with_lifetime(u32::MAX)),
        "SharedTickets { lifetime: 604800, \
         keys: [TicketKey { name: \"nnnnnnnnnnnnnnnn\", .. }], .. }"
    );
}
