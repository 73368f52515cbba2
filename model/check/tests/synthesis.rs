//! `hyaline synthesize`: which policies keep what, and the least changes that suffice.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use hyaline_check::map::cell::MapCell;
use hyaline_check::map::harm::HarmKind;
use hyaline_check::map::profiles::MapProfile;
use hyaline_check::opposite::survey::Arena;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_check::synthesis::change::{ChangeQuestion, ChangeTarget};
use hyaline_check::synthesis::demand::{PolicyDemand, broken, demands};
use hyaline_check::synthesis::lattice::{bounds, changes};

mod running;

use running::{json, run, schema_errors};

fn arena() -> Arena {
    Arena::over(&bounds().scenarios()).expect("within bounds")
}

fn profile(text: &str) -> MapProfile {
    MapProfile::of(&text.parse::<NamedProfile>().expect("a profile"))
}

fn cell(policy: &str, arena: &Arena) -> MapCell {
    let policy = profile(policy).profile;
    let pair = Both { client: policy, server: policy };
    MapCell::explored(arena, &pair, &Effort::default()).expect("within bounds")
}

#[test]
fn what_ships_breaks_nothing_and_naive_breaks_most() {
    let arena = arena();
    let ours = cell("hyaline", &arena);
    assert_eq!(broken(&ours).len(), 0);
    assert!(demands(&ours).len() > HarmKind::ALL.len());
    let naive = broken(&cell("naive", &arena));
    assert!(naive.contains(&PolicyDemand::Spares(HarmKind::Hang)), "{naive:?}");
    assert!(naive.iter().any(|demand| matches!(demand, PolicyDemand::Keeps(_))), "{naive:?}");
}

#[test]
fn one_flipped_switch_is_flipped_back_by_the_least_change() {
    let from = profile("hyaline,closing=at-once");
    let question = ChangeQuestion { from: from.clone(), target: ChangeTarget::Itself };
    let answer = question.answer(&arena()).expect("within bounds");
    let back = changes(&from.profile, &Profile::HYALINE);
    assert!(answer.least.contains(&back), "{answer:?}");
    assert!(answer.least.iter().all(|set| set.len() == 1), "{answer:?}");
    assert!(answer.explored < answer.tried, "given programs refute some");
}

#[test]
fn nothing_has_to_be_changed_of_what_ships_and_nothing_suffices_opposite_what_closes_at_once() {
    let ours = profile("hyaline");
    let target = ChangeTarget::Itself;
    let same = ChangeQuestion { from: ours.clone(), target }.answer(&arena()).expect("explored");
    assert_eq!((same.least.len(), same.tried), (1, 1));
    assert!(same.least[0].is_empty());
    let target = ChangeTarget::Other(profile("hyaline,closing=at-once"));
    let none = ChangeQuestion { from: ours, target }.answer(&arena()).expect("explored");
    assert!(none.least.is_empty() && none.tried > 1000, "{none:?}");
    let refuted: usize = none.refuted_by.iter().map(|(_, policies)| policies).sum();
    assert_eq!(refuted, none.tried);
    let (command, _) = none.refuted_by.first().expect("a refutation");
    assert_eq!(run(&format!("{command} --json")).status, Some(1), "{command}");
}

#[test]
fn json_of_a_synthesis_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/synthesis.schema.json");
    let bounds = "--calls 0 --buffers 1/1 --tickets 0";
    for line in
        [format!("synthesize {bounds} --opposite"), format!("synthesize {bounds} --from openssl")]
    {
        let answer = run(&format!("{line} --format json"));
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        let report = json(&answer);
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let has_changes = !report["changes"].as_array().expect("changes").is_empty();
        assert_ne!(has_changes, report["lattice"].is_object() && report["opposite"].is_array());
        let known = if has_changes { "\"tried\"" } else { "\"own_kinds\"" };
        let surplus = answer.output.replacen(known, "\"surplus\"", 1);
        assert!(!schema_errors(schema, &surplus).is_empty());
    }
}

#[test]
fn the_front_is_printed_with_what_ships_on_it() {
    let bounds = "--calls 0 --buffers 1/1 --tickets 0";
    let text = run(&format!("synthesize {bounds}")).output;
    assert!(text.contains("what ships among them"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let page = run(&format!("synthesize {bounds} --format markdown")).output;
    assert!(page.contains("\n## The front\n") && page.contains("what ships among them"), "{page}");
}

#[test]
fn an_unknown_profile_is_told_which_there_are() {
    let answer = run("synthesize --from schannel");
    assert_eq!(answer.status, Some(2));
    assert!(answer.complaint.contains("openssl"), "{}", answer.complaint);
}
