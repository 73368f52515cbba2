//! `hyaline map`: each client opposite each server, and a cell that is opened.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use hyaline_check::map::bounds::MapBounds;
use hyaline_check::map::cell::MapCell;
use hyaline_check::map::harm::{HarmKind, SideHarm};
use hyaline_check::map::opened::opened;
use hyaline_check::opposite::survey::Arena;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::{Both, Side};

mod running;

use running::{json, run, schema_errors};

/// A map that is quickly explored.
const SMALL: &str = "map --profile openssl --profile python --profile hyaline --calls 1 \
     --buffers 1/1";

fn pair(client: &str, server: &str) -> Both<Profile> {
    let profile = |text: &str| text.parse::<NamedProfile>().expect("a profile").profile();
    Both { client: profile(client), server: profile(server) }
}

fn explored(client: &str, server: &str, calls: u8) -> (Both<Profile>, MapCell) {
    let bounds = MapBounds { calls, ..MapBounds::default() };
    let arena = Arena::over(&bounds.scenarios()).expect("within bounds");
    let profiles = pair(client, server);
    let cell = MapCell::explored(&arena, &profiles, &Effort::default()).expect("within bounds");
    (profiles, cell)
}

#[test]
fn ours_suffers_nothing_from_itself_and_is_not_harmed_as_a_server_by_what_drains() {
    for (client, server) in [("hyaline", "hyaline"), ("gnutls", "hyaline")] {
        let (_, cell) = explored(client, server, 2);
        assert!(cell.is_transparent(), "{client} × {server}: {:?}", cell.harms);
        assert_eq!(Side::ALL.map(|side| cell.reach.percent(side)), [0, 0]);
    }
}

#[test]
fn a_peer_that_closes_at_once_harms_who_wrote_to_it_and_loses_the_alert() {
    let (_, cell) = explored("hyaline", "hyaline,closing=at-once", 2);
    let client: Vec<HarmKind> = cell.suffers(Side::Client).collect();
    assert_eq!(client, [HarmKind::Truncation, HarmKind::Reset, HarmKind::LostAlert]);
    assert_eq!(cell.suffers(Side::Server).count(), 0);
    assert!(cell.reach.percent(Side::Client) > 0 && cell.reach.percent(Side::Server) == 0);
}

#[test]
fn what_is_opened_shows_the_harm_that_it_is_for() {
    let (profiles, cell) = explored("openssl", "openssl", 2);
    let shown = opened(&cell, &profiles).expect("within bounds");
    let harms: Vec<SideHarm> = shown.iter().map(|opened| opened.harm).collect();
    assert!(harms.iter().eq(cell.harms.keys()), "{harms:?}");
    assert!(harms.iter().any(|harm| harm.kind == HarmKind::Hang));
    for opened in shown {
        let hangs = opened.trace.as_ref().map(|trace| trace.is_stuck());
        match opened.harm.kind {
            HarmKind::NoGoodRun => assert_eq!(hangs, None),
            HarmKind::Hang => assert_eq!(hangs, Some(true), "{}", opened.harm),
            _ => assert!(hangs.is_some(), "{}: {}", opened.harm, opened.scenario),
        }
    }
}

#[test]
fn the_commands_of_a_cell_find_what_it_says() {
    let report =
        json(&run("map --client openssl --server go --calls 1 --buffers 1/1 --format json"));
    let harms = report["cells"][0]["harms"].as_array().expect("harms");
    assert!(harms.len() > 2, "{report}");
    for harm in harms {
        let command = harm["command"].as_str().expect("a command");
        let answer = run(&format!("{command} --json"));
        assert_eq!(answer.status, Some(1), "{command}");
    }
}

#[test]
fn json_of_a_map_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/map.schema.json");
    let opened = "map --client openssl --server hyaline --calls 1 --buffers 1/1";
    for (line, cells) in [(SMALL, 9), (opened, 1)] {
        let answer = run(&format!("{line} --format json"));
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        let report = json(&answer);
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        assert_eq!(report["cells"].as_array().expect("cells").len(), cells);
        let surplus = answer.output.replacen("\"complete\"", "\"surplus\"", 1);
        assert!(!schema_errors(schema, &surplus).is_empty());
    }
}

#[test]
fn a_map_is_a_table_with_letters_in_each_form() {
    let text = run(SMALL).output;
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(!text.contains('\u{1b}'), "there is no terminal");
    assert!(text.contains(" 1 openssl, python") && text.contains(" 2 hyaline"), "{text}");
    let markdown = run(&format!("{SMALL} --format markdown")).output;
    assert!(markdown.contains("| client ↓ server → | openssl, python | hyaline |"), "{markdown}");
    let page = run(&format!("{SMALL} --format html")).output;
    assert!(page.contains("href=\"#cell-3\"") && page.contains("id=\"cell-3\""), "{page}");
    assert!(page.contains("<summary>the shortest trace, "), "{page}");
    assert!(run(&format!("{SMALL} --format svg")).output.starts_with("<svg "));
}

#[test]
fn a_cell_is_opened_with_its_commands_and_traces() {
    let line = "map --client openssl --server openssl --calls 1 --buffers 1/1";
    let answer = run(line);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    assert!(answer.output.contains("  hyaline scenario --client openssl --server openssl "));
    assert!(answer.output.contains("the shortest trace, ") && answer.output.contains("RST"));
    let nothing = run("map --client hyaline --server hyaline --calls 1 --buffers 1/1").output;
    assert!(nothing.contains("TLS adds nothing that programs notice"), "{nothing}");
}

#[test]
fn what_is_not_explored_to_the_end_is_no_pass_and_says_so() {
    let answer = run(&format!("{SMALL} --states-at-most 100"));
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    assert!(answer.output.contains("Not all of them were explored to the end"));
}

#[test]
fn what_is_not_understood_says_what_would_be() {
    for (line, words) in [
        ("map --client schannel --server go", "openssl"),
        ("map --client go", "--server"),
        ("map --buffers 1", "SEND/RECEIVE"),
        ("map --buffers 9/9", "at most 8"),
    ] {
        let answer = run(line);
        assert_eq!(answer.status, Some(2), "{line}: {}", answer.complaint);
        assert!(answer.complaint.contains(words), "{line}: {}", answer.complaint);
    }
}
