//! Programs begin their next call at once: that a late beginning adds no outcome, explored.
#![cfg(feature = "check")]

use std::collections::BTreeSet;

use hyaline_model::check::bounds::Scenario;
use hyaline_model::check::contract::{Both, Endpoint};
use hyaline_model::check::explore::{Effort, explore};
use hyaline_model::check::outcome::Outcome;
use hyaline_model::check::pair::{Beginnings, Pair};
use hyaline_model::check::program::Programs;
use hyaline_model::check::scenario::plain;
use hyaline_model::check::tcp::ResetRule;

fn outcomes<E: Endpoint>(mut pair: Pair<E>, beginnings: Beginnings) -> BTreeSet<Outcome> {
    pair.beginnings = beginnings;
    pair.observations = std::sync::Arc::new(
        hyaline_model::check::observe::Observations::with_outcomes(),
    );
    let exploration = explore(pair, &Effort::default(), &mut |_| ());
    assert!(exploration.complete);
    exploration.observations.outcomes()
}

fn assert_that_late_beginnings_add_nothing<E: Endpoint>(pair: impl Fn() -> Pair<E>) {
    let at_once = outcomes(pair(), Beginnings::AtOnce);
    let any_time = outcomes(pair(), Beginnings::AnyTime);
    assert!(!at_once.is_empty());
    for outcome in any_time.difference(&at_once).take(3) {
        let Both { client, server } = outcome;
        println!("{:?} {:?} | {:?} {:?}", client.calls, client.words(), server.calls, server.words());
    }
    assert!(any_time == at_once);
}

#[test]
fn late_beginnings_add_no_outcome_over_plain_tcp() {
    for (send, receive) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)] {
        for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
            let scenario =
                Scenario { send, receive, reset_rule, ..Scenario::new(Programs::UpTo(3)) };
            let tcp = scenario.tcp().expect("queues that fit");
            assert_that_late_beginnings_add_nothing(|| plain(&scenario, tcp));
        }
    }
}
