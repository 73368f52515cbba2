//! World *hostile* on the real connection: a peer that holds the keys forges what it sends, and
//! takes a real connection wherever the world goes. At each step the rows that fire, the machines,
//! the memory, which keys are gone, and what guards and transport are told must be those of the
//! model. Every row that ships fires, whether the replay of world *pair* fires it too or not.
//!
//! The real connection differs from the world in this: its work ends where it begins; its counters
//! are set to what the world chooses; of the offences that the record layer and the codec find,
//! some are forged; and the walk does not go on behind a counter at its limit, a cut message, or a
//! failure of our own.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

#[path = "../driven/mod.rs"]
mod driven;
mod messages;
mod take;
mod victim;
mod walk;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyaline_model::table::{Policy, PolicyName, ROWS, Row, Subject};
use hyaline_replay::replay::Planted;

use self::victim::Plan;
use self::walk::{Walked, walk};

/// Rows that cannot fire on the real connection though their policy ships: how they begin, and why.
const CANNOT_FIRE: [(&str, &str); 7] = [
    (
        "Handshaking + settle if connected == false and receive_end == Nothing \
         and send_reset == Met | Drained and inbox_room(false)",
        "the transport is reset while a client's certificate is being chosen or its signature \
         made, and this library does that at once",
    ),
    (
        "Open + PeerGone",
        "only a policy that does not ship takes a FIN for the end of both directions",
    ),
    ("Departing + SendingFinished", "only a close under a policy that does not ship departs"),
    ("Reading + SendingDone", HOLDS_BACK),
    ("Concluding | Failing + ReceiveDeadlinePassed if held_back == true", HOLDS_BACK),
    ("AwaitingRoom | AwaitingTransmission | AwaitingReply | Resting + TellWhenReplied", HOLDS_BACK),
    ("AwaitingReply + settle if reply_unsent(false)", HOLDS_BACK),
];

/// Why no row learns that everything, or a reply, is transmitted.
const HOLDS_BACK: &str = "only a policy that does not ship holds receiving back";

/// The policy of which the row asks another value than the one that ships. Role, compatibility and
/// client authentication are configured, and all values of these ship.
fn unshipped_policy(row: &Row) -> Option<PolicyName> {
    let configured =
        [PolicyName::Role, PolicyName::Compatibility, PolicyName::ClientAuthentication];
    row.guard.iter().find_map(|atom| match atom.subject {
        Subject::Policy(name) if !configured.contains(&name) => {
            let shipped = Policy::SHIPPED.get(name);
            (!atom.allowed.contains(&shipped)).then_some(name)
        }
        _ => None,
    })
}

/// The row's text with single spaces.
fn text(row: &Row) -> String {
    row.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Walks all plans, two at a time.
fn walk_all() -> Walked {
    let plans = Plan::all();
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Walked::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(plan) = plans.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let walked = walk(plan, None)
                        .unwrap_or_else(|difference| panic!("{plan}: {difference}"));
                    println!("{plan}: {} states, {} steps", walked.states, walked.edges);
                    let mut total = total.lock().expect("no walk has failed");
                    total.rows.extend(walked.rows);
                    total.states += walked.states;
                    total.edges += walked.edges;
                }
            });
        }
    });
    total.into_inner().expect("no walk has failed")
}

#[test]
fn every_row_that_ships_fires_on_a_real_connection() {
    let walked = walk_all();
    println!("{} states, {} steps, {} rows", walked.states, walked.edges, walked.rows.len());
    let mut wrong = Vec::new();
    for row in ROWS.iter().filter(|row| !row.otherwise) {
        let (fired, text) = (walked.rows.contains(&row.number), text(row));
        let cannot = CANNOT_FIRE.iter().find(|(beginning, _)| text.starts_with(beginning));
        let reason = match (unshipped_policy(row), cannot) {
            (Some(policy), _) => format!("this value of {} does not ship", policy.name()),
            (None, Some((_, reason))) => (*reason).to_owned(),
            (None, None) if fired => continue,
            (None, None) => {
                wrong.push(format!("{text}: never fired"));
                continue;
            }
        };
        if fired {
            wrong.push(format!("{text}: fired, though {reason}"));
        }
        println!("cannot fire: {text}: {reason}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (beginning, _) in CANNOT_FIRE {
        assert!(ROWS.iter().any(|row| text(row).starts_with(beginning)), "no row: {beginning}");
    }
}

/// Faults in what the actions do that show in what the guards and the transport are told. Others
/// show in bytes and results, which the replay of world *pair* compares.
const SHOWN: [Planted; 11] = [
    Planted::ReplyDropped,
    Planted::SendKeyNotAdvanced,
    Planted::FinLost,
    Planted::CloseNotifyLost,
    Planted::AlertLost,
    Planted::DataNotDelivered,
    Planted::DataNotSealed,
    Planted::UnreadKept,
    Planted::OutboxKept,
    Planted::NotClosed,
    Planted::SendKeysKept,
];

#[test]
fn planted_faults_are_caught() {
    let plan = Plan::all().remove(0);
    for planted in SHOWN {
        assert!(walk(&plan, Some(planted)).is_err(), "{planted:?} is not caught");
    }
}
