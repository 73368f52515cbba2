//! Several servers that know each other's tickets (RFC 9846 sections 4.7.1 and 8).

use super::early_data::{ALLOWED, accepts, hello_at, offers, register};
use super::resumption::{Returning, is_resumed};
use super::*;
use crate::crypto::{Ring, Secret};
use crate::{SealedTickets, SessionTickets, SharedTickets, TicketKey};

fn tickets(number: u8) -> Arc<dyn SessionTickets> {
    let key = TicketKey::new(&[number; 16], &[number; 32]).unwrap();
    Arc::new(SharedTickets::new(Ring, vec![key]).unwrap())
}

/// A client, and two servers of one name with these tickets.
fn fleet(tickets: [Arc<dyn SessionTickets>; 2]) -> (ClientConfig, [ServerConfig; 2]) {
    let Returning { client, server } = Returning::new();
    let accepting = |tickets| {
        server.clone().with_session_tickets(tickets).with_max_early_data(ALLOWED).unwrap()
    };
    (client, tickets.map(accepting))
}

fn connect(client: &ClientConfig, server: &ServerConfig) -> Pair {
    Returning { client: client.clone(), server: server.clone() }.connect()
}

/// Tickets of a store of which nothing else is known.
#[derive(Debug)]
struct Elsewhere(SealedTickets<Ring>);

impl SessionTickets for Elsewhere {
    fn lifetime(&self) -> u32 {
        self.0.lifetime()
    }

    fn issue(&self, now: UnixTime, session: &[u8]) -> Option<Vec<u8>> {
        self.0.issue(now, session)
    }

    fn redeem(&self, now: UnixTime, ticket: &[u8]) -> Option<Secret> {
        self.0.redeem(now, ticket)
    }
}

#[test]
fn a_ticket_of_one_server_is_redeemed_at_another_that_has_its_key_and_at_no_other() {
    for (numbers, expected) in [([1, 1], true), ([1, 2], false)] {
        let (client, [one, two]) = fleet(numbers.map(tickets));
        assert!(!is_resumed(&connect(&client, &one)));
        assert_eq!(is_resumed(&connect(&client, &two)), expected, "{numbers:?}");
    }
}

#[test]
fn early_data_are_accepted_by_the_server_that_has_issued_the_ticket_and_by_no_other() {
    let (client, [one, two]) = fleet([1, 1].map(tickets));
    connect(&client, &one);
    let hello = hello_at(&client, now(), 5);
    assert!(!accepts(&two, &hello, now()), "it cannot know what the other one accepts");
    assert!(accepts(&one, &hello, now()));
    assert!(!accepts(&one, &hello, now()), "once");
}

#[test]
fn a_program_that_says_by_which_register_has_early_data_accepted_by_that() {
    let (client, servers) = fleet([1, 1].map(tickets));
    connect(&client, &servers[0]);
    let hello = hello_at(&client, now(), 5);
    let one_for_all = register(1000);
    let asking =
        servers.clone().map(|server| server.with_strike_register(Arc::clone(&one_for_all) as _));
    assert!(accepts(&asking[1], &hello, now()));
    assert!(!accepts(&asking[0], &hello, now()));
    // Its own risk.
    let [one, two] = servers.map(|server| server.with_strike_register(register(1000)));
    assert!(accepts(&one, &hello, now()) && accepts(&two, &hello, now()));
}

#[test]
fn configurations_of_one_process_with_the_same_tickets_accept_early_data_once() {
    for shared in [tickets(1), Arc::new(SealedTickets::new(Ring)) as _] {
        let (client, [one, two]) = fleet([Arc::clone(&shared), shared]);
        connect(&client, &one);
        let hello = hello_at(&client, now(), 5);
        assert!(accepts(&two, &hello, now()));
        assert!(!accepts(&one, &hello, now()));
    }
}

#[test]
fn a_store_that_names_no_register_allows_no_early_data() {
    let shared: Arc<dyn SessionTickets> = Arc::new(Elsewhere(SealedTickets::new(Ring)));
    let (client, [one, two]) = fleet([Arc::clone(&shared), shared]);
    connect(&client, &one);
    assert!(!offers(&client, 5), "nobody would accept them");
    let registered = one.clone().with_strike_register(register(1000));
    connect(&client, &registered);
    let hello = hello_at(&client, now(), 5);
    assert!(!accepts(&one, &hello, now()) && !accepts(&two, &hello, now()));
    assert!(accepts(&registered, &hello, now()));
}
