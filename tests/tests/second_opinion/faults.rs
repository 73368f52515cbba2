//! Faults planted in our TCP: what it then does is no longer what TLC finds.

use std::collections::{HashSet, VecDeque};

use hyaline_check::ends::tls::Tls;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::side::{Both, Side};
use hyaline_check::world::pair::{Pair, Snapshot, Step};
use hyaline_check::world::tcp::ResetRule;

use crate::configurations::{given, profiles};
use crate::tlc;

/// What becomes of a snapshot after a step, beside what our TCP makes of it.
type Fault = fn(&Snapshot<Tls>, Step, &mut Snapshot<Tls>);

fn none(_before: &Snapshot<Tls>, _step: Step, _after: &mut Snapshot<Tls>) {}

/// What a side had sent is still on its way when a RST has arrived there.
fn unsent_survives_a_reset(before: &Snapshot<Tls>, step: Step, after: &mut Snapshot<Tls>) {
    if let Step::DeliverReset(side) = step {
        let kept = *before.tcp.send_queue(side);
        after.tcp.change_send_queue(side, |queue| *queue = kept);
    }
}

/// A close drops what is not delivered, as if it had met a reset.
fn a_close_drops_what_is_unsent(before: &Snapshot<Tls>, _step: Step, after: &mut Snapshot<Tls>) {
    for side in Side::ALL {
        if after.tcp.is_closed(side) && !before.tcp.is_closed(side) {
            after.tcp.change_send_queue(side, |queue| while queue.pop().is_some() {});
        }
    }
}

/// A cell that arrives behind another one overtakes it.
fn a_cell_overtakes(_before: &Snapshot<Tls>, step: Step, after: &mut Snapshot<Tls>) {
    if let Step::Deliver(side) = step {
        after.tcp.change_receive_queue(side.peer(), |queue| {
            let length = queue.length();
            if length > 1
                && let Some(first) = queue.pop()
            {
                let _ = queue.push(first, length);
            }
        });
    }
}

/// Snapshots and edges of a plain breadth-first search of our world, with a fault in it.
fn explored(pair: &Pair<Tls>, fault: Fault) -> [u64; 2] {
    let mut waiting = VecDeque::from([pair.first()]);
    let mut known = HashSet::from([pair.first()]);
    let mut edges = 0;
    while let Some(snapshot) = waiting.pop_front() {
        let mut steps = Vec::new();
        pair.steps(&snapshot, &mut steps);
        edges += u64::try_from(steps.len()).unwrap();
        for step in steps {
            let mut next = snapshot;
            pair.take(&mut next, step, &mut Both { client: (), server: () });
            fault(&snapshot, step, &mut next);
            if known.insert(next) {
                waiting.push_back(next);
            }
        }
    }
    [known.len().try_into().unwrap(), edges]
}

/// Our world of a scenario.
fn pair(scenario: &Scenario, profiles: &Both<Profile>) -> Pair<Tls> {
    let endpoints = endpoints_of(scenario, profiles);
    Pair::new(endpoints, scenario.tcp().unwrap(), scenario.programs, scenario.timers)
}

#[test]
fn a_fault_in_our_tcp_is_a_difference() {
    // The server closes on a KeyUpdate that it has not read, while its own data is on its way.
    let scenario =
        Scenario { send: 2, receive: 2, ..given("update-key read close", "write close") };
    let profiles = profiles("hyaline", "hyaline,closing=at-once");
    let theirs = tlc::ask("faults", &scenario, &profiles);
    let theirs = [theirs.snapshots, theirs.edges];
    let ours = pair(&scenario, &profiles);
    assert_eq!(explored(&ours, none), theirs);
    let faults: [(&str, Fault); 3] = [
        ("what is unsent survives a reset", unsent_survives_a_reset),
        ("a close drops what is unsent", a_close_drops_what_is_unsent),
        ("a cell overtakes another", a_cell_overtakes),
    ];
    for (name, fault) in faults {
        let found = explored(&ours, fault);
        println!("{name}: {found:?} and not {theirs:?}");
        assert_ne!(found, theirs, "{name}");
    }
    let mut longer = pair(&scenario, &profiles);
    longer.tcp.receive += 1;
    assert_ne!(explored(&longer, none), theirs, "a queue takes one cell more");
    let mut purging = pair(&scenario, &profiles);
    purging.tcp.reset_rule = ResetRule::Discards;
    assert_ne!(explored(&purging, none), theirs, "a RST purges what is unread");
}
