//! Relays keep what TCP has: ours in every way in which a connection ends, where others do not.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, reason = "all of this is tests")]

use std::path::Path;

use hyaline_tests::peers::relays::chain::Make;
use hyaline_tests::peers::relays::cost::{Cost, IDLE, MOVED};
use hyaline_tests::peers::relays::document;
use hyaline_tests::peers::relays::endings::Ending;

#[test]
fn our_relay_keeps_every_end_as_tcp_has_it() {
    for ending in Ending::ALL {
        let ours = document::results(Make::Ours, ending);
        let tcp = document::results(Make::Tcp, ending);
        if tcp.is_empty() {
            // This ending is a matter of TLS alone. TCP can tell it only as a reset.
            assert!(ours.iter().all(|seen| seen.says_reset()), "{ending:?}: {ours:?}");
        } else {
            assert_eq!(ours, tcp, "{ending:?}");
        }
        assert!(ours.iter().all(|seen| !seen.deceives()), "{ending:?}: {ours:?}");
    }
}

#[test]
fn the_printed_endings_are_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/relays.md");
    let current = std::fs::read_to_string(page).unwrap();
    let endings = document::endings();
    assert!(
        current.contains(&endings),
        "run: cargo run --release -p hyaline-tests --features peers --example relays > \
         docs/relays.md\n{endings}"
    );
}

#[test]
fn our_relay_takes_a_thread_and_two_descriptors_for_a_connection() {
    let cost = Cost::of(Make::Ours);
    assert_eq!(cost.arrived, MOVED);
    // Two relays, each with a main thread and two for its lines, and a listener, three standard
    // streams and what the system needs.
    assert!(cost.threads <= 2 * (IDLE + 4), "{cost:?}");
    assert!(cost.descriptors <= 2 * (2 * IDLE + 8), "{cost:?}");
}

#[test]
fn what_the_readme_shows_of_them_stands_on_their_page() {
    let document = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        std::fs::read_to_string(path).unwrap()
    };
    let (readme, page) = (document("README.md"), document("docs/relays.md"));
    let (_, table) = readme.split_once("| what one end does |").unwrap();
    let rows: Vec<_> = table.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(page.lines().any(|line| line == row), "{row}");
    }
}
