//! Each hazard: found with its cause and gone without, by its shortest trace, as the command tells
//! it, and in its document.
#![allow(clippy::expect_used)]

use std::process::Command;

use hyaline_check::runs::hazards::demonstration::{Demonstration, Version};
use hyaline_check::runs::hazards::entry::catalogue;
use hyaline_check::runs::hazards::hazards;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::scenario::{Baselines, check};
use serde_json::Value;

/// What the command prints, its complaints, and its exit status: a part in quotes is one argument.
fn run(command: &str) -> (String, String, Option<i32>) {
    let parts = command.split('"').enumerate();
    let arguments = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let mut process = Command::new(env!("CARGO_BIN_EXE_hyaline"));
    let output = process.args(arguments).output().expect("the command runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn demonstrations() -> Vec<Demonstration> {
    let entries = catalogue().expect("the catalogue").iter();
    entries.filter_map(|entry| entry.demonstration().expect("a demonstration")).collect()
}

#[test]
fn each_is_found_with_its_cause_and_gone_without() {
    let demonstrations = demonstrations();
    assert!(demonstrations.len() >= 17, "{}", demonstrations.len());
    for shown in demonstrations {
        let versions = [Version::Endangered, Version::Shipped];
        let checked = versions.map(|version| {
            let (scenario, ends) = (shown.scenario(version), shown.ends(version).expect("ends"));
            let effort = Effort::default();
            check(&scenario, ends, &mut Baselines::default(), &effort, &mut |_| ())
                .expect("a scenario within bounds")
        });
        for (own, version) in versions.into_iter().enumerate() {
            for (of, checked) in checked.iter().enumerate() {
                let is_met = shown.expected(version).is_met(checked);
                assert_eq!(is_met, own == of, "{} {version:?}: {:?}", shown.name, checked.harms());
            }
        }
    }
}

#[test]
fn each_is_shown_by_its_shortest_trace() {
    for shown in demonstrations() {
        let Some(command) = shown.command().expect("a switch") else { continue };
        let (told, _, status) = run(&format!("{command} --handshake --rows --no-heals"));
        assert_eq!(status, Some(1), "{}", shown.name);
        let (_, told) = told.split_once("the shortest trace against ").expect("a trace");
        let (chart, verdicts) = told.split_once("\noutcomes over").expect("outcomes");
        let harm = shown.harm.expect("a harm").to_string();
        assert!(verdicts.contains(&harm), "{verdicts}");
        assert!(chart.starts_with(&format!("`{}`", shown.property)), "{}", shown.name);
        insta::assert_snapshot!(shown.name, chart);
    }
}

#[test]
fn the_list_has_a_line_of_each() {
    let (list, _, status) = run("hazards");
    assert_eq!(status, Some(0));
    insta::assert_snapshot!("list", list);
    insta::assert_snapshot!("help", run("hazards --help").0);
    let (json, _, _) = run("hazards --format json");
    let json: Vec<Value> = serde_json::from_str(&json).expect("JSON");
    for (listed, entry) in json.iter().zip(catalogue().expect("the catalogue")) {
        assert_eq!(listed["number"], entry.number);
        assert_eq!(listed["standing"], entry.standing().word());
        assert_eq!(listed["cause"].is_null(), entry.shown.is_none(), "{}", entry.number);
    }
    assert_eq!(json.len(), catalogue().expect("the catalogue").len());
}

#[test]
fn all_are_run_and_an_exploration_that_is_cut_short_is_no_pass() {
    let (lines, _, status) = run("hazards --all");
    assert_eq!(status, Some(0), "{lines}");
    let count = demonstrations().len();
    assert!(lines.contains(&format!("{count} of {count} are found")), "{lines}");
    let (lines, _, status) = run("hazards --all --states-at-most 5");
    assert_eq!(status, Some(1));
    assert!(lines.contains("NOT FOUND") && lines.contains("NOT GONE"), "{lines}");
    let (json, _, status) = run("hazards --all --format json --states-at-most 5");
    assert_eq!(status, Some(1));
    let json: Vec<Value> = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json.len(), count);
    assert!(json.iter().any(|run| run["found"] == false && run["gone"] == false));
}

#[test]
fn one_is_told_in_each_format() {
    let (text, _, status) = run("hazards h02");
    assert_eq!(status, Some(0), "{text}");
    for part in [
        "H02: the reader answers",
        "caused by\n  `reply=in-read-path` at the server\n",
        "TLS adds a hang here",
        "It breaks `transparent`",
        "the shortest trace against `transparent`",
        "Without the cause it is gone: every property holds",
        "https://github.com/yandex/odyssey/issues/1459",
        "another library on sockets\n  tests/tests/hazards_on_sockets/h02_key_update_answered",
        "  hyaline scenario --client naive --server hyaline,reply=in-read-path",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let (json, _, _) = run("hazards H02 --format json");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["number"], &json["found"]), (&"H02".into(), &true.into()));
    assert_eq!((&json["gone"], &json["answer"]["outcome"]), (&true.into(), &"fails".into()));
    let (markdown, _, _) = run("hazards H02 --format markdown");
    assert!(markdown.starts_with("# H02: ") && markdown.contains("```mermaid\nsequenceDiagram"));
    assert!(markdown.contains("[yandex/odyssey#1459](https://github.com/yandex/odyssey/issues/"));
    assert!(run("hazards H02 --format svg").0.starts_with("<svg"));
    let (page, _, _) = run("hazards H02 --format html");
    assert!(page.contains("<h1>H02: ") && page.contains("<svg") && page.contains("<a href="));
}

#[test]
fn a_row_that_is_left_out_is_told_too_and_so_is_what_the_model_lacks() {
    let (text, _, status) = run("hazards H20");
    assert_eq!(status, Some(0), "{text}");
    assert!(text.contains("a row left out at the server: `receiver: Reading + Received"), "{text}");
    assert!(!text.contains("run it"), "no command leaves out a row");
    let (text, _, status) = run("hazards H08");
    assert_eq!(status, Some(0));
    assert!(text.contains("not in the model\n  Each row seals into one outbox"), "{text}");
    let (json, _, _) = run("hazards H08 --format json");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert!(json["found"].is_null() && json["outside"].is_string());
}

#[test]
fn what_does_not_go_together_is_said() {
    for (command, part) in [
        ("hazards H99", "there are H01 to H34"),
        ("hazards --format svg", "name it"),
        ("hazards H08 --format html", "H08 has no trace"),
        ("hazards H02 --all", "cannot be used with"),
    ] {
        let (_, complaint, status) = run(command);
        assert_eq!(status, Some(2), "{command}");
        assert!(complaint.contains(part), "{command}: {complaint}");
    }
}

#[test]
fn the_document_has_a_chapter_and_the_command_for_each_named_hazard() {
    let document = include_str!("../../../docs/hazards.md");
    let chapters: Vec<&str> = document.split("\n## ").skip(1).collect();
    for hazard in hazards().expect("hazards") {
        let name = hazard.name;
        let begins = |chapter: &&&str| chapter.starts_with(&format!("{name}: "));
        let chapter = chapters.iter().find(begins).expect(name);
        let command = hazard.command().expect("a switch");
        let line = format!("\n```sh\ncargo run --release -- {command}\n```\n");
        assert!(chapter.contains(&line), "{name} lacks{line}");
    }
}

#[test]
fn the_document_has_the_table_of_all_and_no_other_number() {
    let document = include_str!("../../../docs/hazards.md");
    let (table, _, status) = run("hazards --format markdown");
    assert_eq!(status, Some(0));
    assert!(document.contains(&table), "put this into docs/hazards.md:\n{table}");
    let numbers: Vec<&str> =
        catalogue().expect("the catalogue").iter().map(|entry| entry.number.as_str()).collect();
    let words = document.split(|next: char| !next.is_ascii_alphanumeric());
    let is_number = |word: &&str| {
        word.strip_prefix('H')
            .is_some_and(|rest| rest.len() == 2 && rest.chars().all(|digit| digit.is_ascii_digit()))
    };
    let named: Vec<&str> = words.filter(is_number).collect();
    for word in &named {
        assert!(numbers.contains(word), "{word} is in the document, and not in the catalogue");
    }
    for number in numbers {
        assert!(named.contains(&number), "{number} is in the catalogue, and not in the document");
    }
}
