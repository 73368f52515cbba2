//! One end of ours opposite policies of the peer's.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use hyaline_check::judgement::outcome::Severity;
use hyaline_check::opposite::evasion::Case;
use hyaline_check::opposite::finding::{Unexcused, Whose};
use hyaline_check::opposite::survey::{Arena, Bounds, Opposed};
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Side;

fn profile(text: &str) -> Profile {
    text.parse().expect("a profile")
}

fn arena(calls: u8) -> Arena {
    Arena::explored(Bounds { calls, ..Bounds::default() }).expect("within bounds")
}

fn oppose(calls: u8, side: Side, ours: &str, peers: &str) -> Opposed {
    arena(calls).oppose(side, profile(ours), profile(peers)).expect("explored to the end")
}

fn found(opposed: &Opposed) -> Vec<Unexcused> {
    opposed.findings.keys().copied().collect()
}

const OURS_BROKEN: Unexcused = Unexcused::Harm(Whose::Ours, Severity::Broken);
const OURS_LOST: Unexcused = Unexcused::Harm(Whose::Ours, Severity::Lost);
const OURS_STUCK: Unexcused = Unexcused::Harm(Whose::Ours, Severity::Never);
const PEERS_BROKEN: Unexcused = Unexcused::Harm(Whose::Peers, Severity::Broken);

#[test]
fn nothing_is_found_opposite_what_ships() {
    for side in Side::ALL {
        assert_eq!(found(&oppose(2, side, "hyaline", "hyaline")), []);
    }
}

#[test]
fn a_peer_that_closes_at_once_harms_us_and_a_peer_that_gives_up_at_a_fin_is_harmed() {
    for side in Side::ALL {
        let at_once = oppose(2, side, "hyaline", "hyaline,closing=at-once");
        assert_eq!(found(&at_once), [OURS_BROKEN, OURS_LOST]);
        assert_eq!(found(&oppose(2, side, "hyaline", "hyaline,at-fin=give-up")), [PEERS_BROKEN]);
    }
}

#[test]
fn an_end_of_ours_that_closes_at_once_would_harm_its_peer() {
    let opposed = oppose(2, Side::Server, "hyaline,closing=at-once", "hyaline");
    assert!(found(&opposed).contains(&PEERS_BROKEN), "{:?}", opposed.findings);
}

#[test]
fn what_is_found_is_found_in_the_given_programs_that_stand_for_it() {
    let peers = profile("hyaline,closing=at-once");
    let opposed = oppose(2, Side::Server, "hyaline", "hyaline,closing=at-once");
    for (finding, instance) in opposed.findings {
        let case = Case { side: Side::Server, peers, finding, instance };
        let example = case.example().expect("within bounds").expect("an example");
        let given = Arena::of(&example).expect("within bounds");
        let again = given.oppose(Side::Server, Profile::HYALINE, peers).expect("explored");
        assert!(again.findings.contains_key(&finding), "{example}: {finding}");
    }
}

#[test]
fn a_policy_that_avoids_a_wait_in_short_programs_only_avoids_nothing() {
    let peers = profile("hyaline,closing=at-once,reply=queued");
    let (two, three) = (arena(2), arena(3));
    let opposed = two.oppose(Side::Server, Profile::HYALINE, peers).expect("explored");
    let instance = *opposed.findings.get(&OURS_STUCK).expect("a call that never returns");
    let case = Case { side: Side::Server, peers, finding: OURS_STUCK, instance };
    let in_short = case.evasions(&two, &two).expect("explored");
    assert_eq!(
        in_short,
        [profile("hyaline,tickets=after-first-data"), profile("hyaline,tickets=in-handshake")]
    );
    assert_eq!(case.evasions(&two, &three).expect("explored"), []);
}
