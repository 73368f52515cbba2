//! Every alert that the library can send, provoked over a real socket and seen by OpenSSL.
//!
//! What OpenSSL saw is what it prints of the alerts that it has received and, where they were
//! protected, opened.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod edit;
mod provoke;
mod sources;
mod stage;

use std::collections::BTreeSet;

use hyaline::{Alert, AlertDescription};

use self::provoke::PROVOCATIONS;
use self::sources::alerts_of_the_sources;

#[test]
fn openssl_sees_each_alert_that_is_provoked() {
    for provocation in PROVOCATIONS {
        let name = AlertDescription::from(provocation.alert);
        let seen = (provocation.provoke)();
        assert!(seen.alerts.contains(&name.0), "{name}: {seen:?}");
        assert!(seen.ours.contains(provocation.error), "{name}: {seen:?}");
        println!("{name}: {}\n    OpenSSL: {}", provocation.how, seen.printed);
    }
}

/// Alerts that nothing in the library sends.
const NEVER_SENT: [(Alert, &str); 4] = [
    (Alert::InsufficientSecurity, "handshake_failure says the same of no common parameters"),
    (Alert::InappropriateFallback, "no older version is spoken, so that nobody falls back"),
    (Alert::UnknownPskIdentity, "a server falls back to a full handshake"),
    (Alert::GeneralError, "every error has a better name"),
];

#[test]
fn every_alert_is_either_seen_or_never_sent() {
    let provoked: BTreeSet<_> = PROVOCATIONS.iter().map(|provocation| provocation.alert).collect();
    let never: BTreeSet<_> = NEVER_SENT.iter().map(|(alert, _)| *alert).collect();
    assert!(provoked.is_disjoint(&never));
    let all: BTreeSet<_> =
        (0..=u8::MAX).filter_map(|code| AlertDescription(code).known()).collect();
    assert!(all.iter().copied().eq(provoked.union(&never).copied()));
}

#[test]
fn what_is_never_sent_is_nowhere_in_the_sources() {
    let named = alerts_of_the_sources();
    for provocation in PROVOCATIONS {
        assert!(named.contains(&provocation.alert), "{:?} is sent somewhere", provocation.alert);
    }
    for (alert, reason) in NEVER_SENT {
        assert!(!named.contains(&alert), "{alert:?} is sent, though {reason}");
    }
}
