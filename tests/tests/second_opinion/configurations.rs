//! The configurations on which both checkers have to agree.

use std::collections::BTreeSet;

use hyaline_check::judgement::properties::{INDEPENDENT, TRANSPARENT};
use hyaline_check::programs::{Program, Programs};
use hyaline_check::runs::named::hazard_runs;
use hyaline_check::runs::run::Expected;
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_check::world::step::Timers;
use hyaline_check::world::tcp::{ResetRule, Vanishing};

use crate::{ours, tlc};

/// Both ends' profiles, by what they are called.
pub(crate) fn profiles(client: &str, server: &str) -> Both<Profile> {
    Both { client: client.parse().unwrap(), server: server.parse().unwrap() }
}

/// One program on each side, over queues of one record.
pub(crate) fn given(client: &str, server: &str) -> Scenario {
    let program = |words: &str| words.parse::<Program>().unwrap();
    Scenario::new(Programs::Fixed(Both { client: program(client), server: program(server) }))
}

/// Both checkers find the same: what fails.
#[track_caller]
fn agree(name: &str, ends: [&str; 2], scenario: &Scenario) -> BTreeSet<String> {
    let profiles = profiles(ends[0], ends[1]);
    let ours = ours::ask(scenario, &profiles);
    let theirs = tlc::ask(name, scenario, &profiles);
    assert_eq!(theirs, ours, "{name}: TLC's on the left");
    println!("{name}: {} snapshots, {} edges, {:?}", ours.snapshots, ours.edges, ours.fails);
    ours.fails
}

/// Both find the same, and that everything holds.
#[track_caller]
fn hold(name: &str, ends: [&str; 2], scenario: &Scenario) {
    assert_eq!(agree(name, ends, scenario), BTreeSet::new(), "{name}");
}

/// Both find the same, and that this fails.
#[track_caller]
fn fail(name: &str, ends: [&str; 2], scenario: &Scenario, property: &str) {
    let fails = agree(name, ends, scenario);
    assert!(fails.contains(property), "{name}: {fails:?}");
}

const SHIPPED: [&str; 2] = ["hyaline", "hyaline"];

#[test]
fn both_agree_on_what_ships() {
    let answer = given("write read update-key close", "read write update-key close");
    hold("an answer", SHIPPED, &Scenario { tickets: 2, ..answer });
    let upload = given("write write half-close read close", "read read read write close");
    hold("an upload, longer queues", SHIPPED, &Scenario { receive: 2, ..upload });
    let updates = given("write update-key read close", "update-key read write close");
    hold("no queues", SHIPPED, &Scenario { send: 0, receive: 0, tickets: 2, ..updates });
    let halves = Scenario { record_cells: 2, ..given("write write close", "read read close") };
    hold("half records", SHIPPED, &Scenario { tickets: 1, ..halves });
    let silent = given("write read close", "read write close");
    let vanishing = Vanishing::Probed;
    hold("a host vanishes", SHIPPED, &Scenario { vanishing, ..silent });
}

#[test]
fn both_agree_on_other_handshakes() {
    let scenario = given("write read close", "read write close");
    let with = |client_certificate| Scenario { client_certificate, ..scenario };
    hold("good", SHIPPED, &with(ClientCertificate::Good));
    let rejected = Scenario { tickets: 1, ..with(ClientCertificate::Rejected) };
    hold("rejected", SHIPPED, &rejected);
    hold("missing", SHIPPED, &with(ClientCertificate::Missing));
    let retried = Scenario { retry: true, ..with(ClientCertificate::Declined) };
    hold("retried", SHIPPED, &retried);
    hold("resumed", SHIPPED, &Scenario { resumed: true, tickets: 1, ..scenario });
    let early = Scenario { resumed: true, early_data: 2, ..scenario };
    hold("early data", SHIPPED, &early);
    let answered = given("write read close", "read & write");
    let answered = Scenario { programs: answered.programs, ..early };
    hold("early data, answered", SHIPPED, &answered);
    hold("early data rejected", SHIPPED, &Scenario { early_data_accepted: false, ..early });
    let retried = Scenario { retry: true, ..early };
    hold("early data rejected by a HelloRetryRequest", SHIPPED, &retried);
}

#[test]
fn both_agree_on_two_callers() {
    let task = given("read & write update-key", "update-key read write close");
    hold("a task", SHIPPED, &task);
    let threads = given("read | write", "read | write half-close");
    hold("two threads", SHIPPED, &Scenario { tickets: 1, ..threads });
}

#[test]
fn both_find_the_hazards_and_find_them_gone() {
    for run in hazard_runs().unwrap() {
        let Both { client, server } = run.profiles.map(|profile| profile.to_string());
        let ends = [client.as_str(), server.as_str()];
        // Every pair of programs at two naive ends is asked for below, with fewer calls.
        let is_given = matches!(run.scenario.programs, Programs::Fixed(_));
        match &run.expected {
            Expected::Holds => hold(&run.name, ends, &run.scenario),
            Expected::Caught { property, .. } if is_given => {
                fail(&run.name, ends, &run.scenario, property);
            }
            Expected::Caught { .. } => {}
        }
    }
}

#[test]
fn both_find_what_is_naive() {
    let upload = Scenario { send: 2, tickets: 2, ..given("write close", "read close") };
    let naive = ["naive", "naive"];
    let purged = Scenario { reset_rule: ResetRule::Discards, ..upload };
    fail("naive, purged", naive, &purged, TRANSPARENT);
    let every = Scenario { programs: Programs::up_to(1), ..upload };
    fail("naive, every program of one call", naive, &every, INDEPENDENT);
}

#[test]
fn both_agree_on_every_program() {
    let every = Scenario { tickets: 2, ..Scenario::new(Programs::up_to(1)) };
    hold("every program of one call", SHIPPED, &every);
    let halves = given("write write close", "read update-key read close");
    let hasty = Scenario { timers: Timers::Any, ..halves };
    fail("timers at any time", SHIPPED, &hasty, TRANSPARENT);
}
