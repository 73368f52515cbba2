//! The page in a real browser, opened as a file.
//!
//! Where Chromium, ChromeDriver or the target `wasm32-unknown-unknown` is missing, the feature
//! `browser` has to be left out: with it, these tests fail there.

#![cfg(feature = "browser")]
#![allow(clippy::expect_used, clippy::panic, reason = "all of this is tests")]

mod driver;

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use driver::{Browser, END, HOME, LEFT, RIGHT};

/// The most bytes that the page may have, all in all.
const PAGE_BYTES: u64 = 1_000_000;

/// The page, built once.
static PAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("lab.html");
    let built = Command::new(env!("CARGO_BIN_EXE_hyaline-lab")).arg(&file).status();
    assert!(built.expect("the command runs").success(), "the page was not built");
    file
});

/// The address of a part of the page.
fn address(hash: &str) -> String {
    format!("file://{}{hash}", PAGE.display())
}

/// A browser in which this part of the page is open.
fn opened(hash: &str) -> Browser {
    // The page is built before the browser starts, which waits only so long.
    let address = address(hash);
    let browser = Browser::start();
    browser.open(&address);
    browser
}

/// Waits until the trace is shown.
fn waits_for_trace(browser: &Browser) {
    browser.waits_for("document.querySelector('.laboratory .trace:not([hidden]) .steps li')");
}

fn place(browser: &Browser) -> usize {
    let place = browser.text("document.querySelector('.laboratory .slider').value");
    place.parse().expect("a number")
}

#[test]
fn the_page_is_one_small_file() {
    let bytes = std::fs::metadata(&*PAGE).expect("a file").len();
    assert!(bytes < PAGE_BYTES, "{bytes} bytes");
}

#[test]
fn a_hazard_is_checked_and_its_trace_is_stepped_through_by_keys_and_shared() {
    let browser = opened("#view=hazards");
    browser.click("#H02 .version a");
    browser.waits_for("document.querySelector('.laboratory .headline')");
    waits_for_trace(&browser);
    assert_eq!(browser.seen(".laboratory .headline"), "TLS adds a hang here");
    assert!(browser.seen(".laboratory .grounds").contains("waits for"));
    browser.waits_for("document.querySelector('.healing li')");
    assert!(browser.seen(".healing").contains("reply="), "{}", browser.seen(".healing"));
    // The trace begins where it hangs; keys move through it.
    let end = place(&browser);
    let said = || browser.seen(".laboratory .step-said");
    assert!(said().contains("never return"), "{}", said());
    browser.press(&[LEFT, LEFT]);
    assert_eq!(place(&browser), end - 2);
    browser.press(&[HOME]);
    assert!(said().contains("nothing has happened yet"), "{}", said());
    browser.press(&[RIGHT, RIGHT, RIGHT]);
    assert_eq!(place(&browser), 3);
    assert!(said().starts_with("Step 3 of "), "{}", said());
    // Behind the end of the trace, the run over plain TCP goes on alone.
    browser.press(&[END]);
    assert!(place(&browser) > end, "{} of {end}", place(&browser));
    let pending = "document.querySelectorAll('.stage:last-of-type .call.later').length";
    assert_eq!(browser.text(pending), "0");
    browser.press(&[HOME, RIGHT, RIGHT, RIGHT]);
    // The address says it all: another browser shows the same.
    browser.waits_for("location.hash.includes('&place=3')");
    let hash = browser.text("location.hash");
    let step = said();
    assert_eq!(browser.complaints(), Vec::<String>::new());
    drop(browser);
    let other = opened(&hash);
    waits_for_trace(&other);
    assert_eq!(other.seen(".laboratory .headline"), "TLS adds a hang here");
    assert_eq!((place(&other), other.seen(".laboratory .step-said")), (3, step));
    assert_eq!(other.complaints(), Vec::<String>::new());
}

#[test]
fn every_scene_of_the_gallery_is_found_with_its_cause_and_gone_without() {
    let browser = opened("#view=hazards");
    browser.waits_for("document.querySelector('.summary.good, .summary.bad')");
    let scenes = browser.run(
        "return [...document.querySelectorAll('.card')].map((card) => [card.id,
           ...[...card.querySelectorAll('.found')].map((found) => found.innerText)])",
    );
    let scenes = scenes.as_array().expect("a list");
    assert!(scenes.len() > 10, "{}", scenes.len());
    for scene in scenes {
        println!("{scene}");
        let is_good =
            |line: &serde_json::Value| line.as_str().is_some_and(|line| line.starts_with("✓ "));
        let versions = scene.as_array().and_then(|scene| scene.get(1..)).expect("two versions");
        assert!(versions.len() == 2 && versions.iter().all(is_good), "{scene}");
    }
    let all = scenes.len();
    assert!(browser.seen(".summary").starts_with(&format!("{all} of {all} ")));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_program_is_edited_by_its_calls_and_a_trace_is_left_by_another_step() {
    let browser = opened("");
    waits_for_trace(&browser);
    assert_eq!(browser.seen(".laboratory .headline"), "TLS adds a hang here");
    // Another step than the trace's is chosen at its fourth place.
    browser.press(&[HOME, RIGHT, RIGHT, RIGHT, RIGHT]);
    let before = browser.seen(".laboratory .step-said");
    let others = "document.querySelectorAll('.laboratory .choice:not(.taken)').length";
    browser.run(
        "const place = document.querySelector('.laboratory .slider');
         while (!document.querySelector('.laboratory .choice:not(.taken)')) {
           place.value = Number(place.value) + 1;
           place.dispatchEvent(new Event('input'));
         }",
    );
    assert_ne!(browser.text(others), "0", "{before}");
    let left = place(&browser);
    browser.click(".laboratory .choice:not(.taken)");
    browser.waits_for("document.querySelector('.laboratory .trace h3').innerText.includes('own')");
    assert_eq!(place(&browser), left + 1);
    browser.waits_for("location.hash.includes('path=tls.')");
    browser.click(".laboratory .trace .quiet");
    browser.waits_for("!document.querySelector('.laboratory .trace h3').innerText.includes('own')");
    // There is one read more than writes: over plain TCP, the end of the stream answers it.
    browser.click(".end-server .adder");
    let program = browser.text("document.querySelectorAll('.program-text')[1].value");
    assert_eq!(program, "read*5 close");
    assert_eq!(browser.text("document.querySelector('.laboratory').classList"), {
        "view laboratory stale"
    });
    // A switch heals it: tickets before the first data.
    browser.click(".laboratory .check");
    browser.waits_for("document.querySelector('.healing li button')");
    browser.click(".healing li button");
    browser.waits_for("document.querySelector('.verdict.holds')");
    assert!(browser.seen(".laboratory .headline").starts_with("Holds: "));
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn an_exercise_is_solved_by_the_right_repair_and_by_no_other() {
    let browser = opened("#view=exercises&exercise=1");
    let trace = "document.querySelector('.exercises .trace:not([hidden]) .steps li')";
    let repaired = |value: &str, words: &str| {
        browser.run(&format!("document.querySelector('[name=repair]').value = {value:?}"));
        browser.click(".repair .check");
        let seen = "document.querySelector('.result-of-repair .headline')?.innerText";
        browser.waits_for(&format!("{seen}?.startsWith({words:?})"));
    };
    browser.waits_for(trace);
    repaired("closing=drain", "Not yet: TLS adds a hang here");
    repaired("tickets=before-first-data", "Solved: holds");
    assert!(browser.seen(".exercise-list li").contains("solved"));
    // The last exercise is solved by a row.
    browser.click(".exercise-list li:last-child button");
    browser.waits_for(&format!("document.querySelector('.repair') && {trace}"));
    repaired("receiver: Reading + Received", "Not yet: ");
    repaired("receiver: Reading + settle if inbox(Unread)", "Solved: holds");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_search_that_gives_up_says_so_and_is_no_pass() {
    let programs = "client-program=write*2+close&server-program=read*2+close";
    let browser = opened(&format!("#{programs}&states=5"));
    browser.waits_for("document.querySelector('.verdict .headline')");
    let said = browser.seen(".verdict .headline");
    assert!(said.starts_with("unfinished: plain TCP was not explored to the end"), "{said}");
    browser.open(&address(&format!("#{programs}&states=50")));
    waits_for_trace(&browser);
    let said = browser.seen(".verdict");
    assert!(said.contains("Unfinished: no pass") && said.contains("gives up at 50"), "{said}");
    // With more snapshots allowed, the search comes to its end.
    browser.click(".verdict .grounds button");
    browser.waits_for("document.querySelector('.verdict.holds')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_row_is_left_out_and_put_back() {
    let browser = opened("#client-program=write+close&server-program=read+close");
    browser.waits_for("document.querySelector('.verdict.holds')");
    waits_for_trace(&browser);
    browser.run(
        "const place = document.querySelector('.laboratory .slider');
         const row = '[aria-label*=\"at the server: receiver: Reading + Received if\"]';
         for (place.value = 0; !document.querySelector(row); ) {
           place.value = Number(place.value) + 1;
           place.dispatchEvent(new Event('input'));
         }
         document.querySelector(row).click();",
    );
    browser.waits_for("document.querySelector('.verdict.fails')");
    assert_eq!(browser.seen(".verdict .headline"), "TLS adds a hang here");
    assert!(browser.seen(".end-server .lacks").contains("receiver: Reading + Received"));
    browser.click(".end-server .lacks button");
    browser.click(".laboratory .check");
    browser.waits_for("document.querySelector('.verdict.holds')");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn a_relay_is_checked_drawn_and_healed_and_its_address_says_it_all() {
    let browser = opened("#view=relay");
    browser.waits_for("document.querySelector('.relays .healing li')");
    let headline = || browser.seen(".relays .headline");
    assert_eq!(headline(), "TLS adds a hang here: at the client");
    assert!(browser.seen(".relays .grounds").contains("waits for"));
    assert_eq!(browser.seen(".relays .healing li"), "hyaline at the relay");
    // The picture is one, with its three lanes; its steps stand in words too.
    browser.waits_for("document.querySelector('.relays img').naturalWidth > 1000");
    browser.click(".relays details summary");
    assert!(browser.seen(".relays details ol").contains("relay, towards the server: "));
    // What heals it is chosen.
    browser.run(
        "const relay = document.querySelector('.relays [name=relay]');
         relay.value = 'hyaline';
         relay.dispatchEvent(new Event('change'));",
    );
    browser.click(".relays .check");
    browser.waits_for("document.querySelector('.relays .verdict.holds')");
    let is_ours = "!location.hash.includes('&relay=openssl')";
    browser.waits_for(&format!("location.hash.startsWith('#view=relay&') && {is_ours}"));
    let hash = browser.text("location.hash");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    drop(browser);
    let other = opened(&hash);
    other.waits_for("document.querySelector('.relays .verdict.holds')");
    // A program that has no meaning here is refused with its key.
    other.open(&address("#view=relay&client-program=try-read+close&server-program=close"));
    other.waits_for("document.querySelector('.relays .verdict.unfinished .headline')");
    let said = other.seen(".relays .headline");
    assert!(said.starts_with("client-program: ") && said.contains("deadlines"), "{said}");
    assert_eq!(other.complaints(), Vec::<String>::new());
}

#[test]
fn what_is_not_understood_is_said_with_its_key() {
    let browser = opened("#client-program=jump&server-program=close");
    browser.waits_for("document.querySelector('.verdict .headline')");
    let said = browser.seen(".verdict .headline");
    assert!(said.starts_with("client-program: ") && said.contains("jump"), "{said}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
