//! Each named hazard by its shortest trace, as the command shows it, and in its document.
#![allow(clippy::expect_used)]

use std::process::Command;

use hyaline_check::runs::hazards::{Hazard, hazards};

/// What the command prints, with every step and row: a part in quotes is one argument.
fn shown(hazard: &Hazard) -> String {
    let command = hazard.command().expect("a switch");
    let parts = command.split('"').enumerate();
    let arguments = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect(),
        _ => vec![part],
    });
    let mut process = Command::new(env!("CARGO_BIN_EXE_hyaline"));
    let whole = ["--handshake", "--rows"];
    let output = process.args(arguments).args(whole).output().expect("the command runs");
    assert_eq!(output.status.code(), Some(1), "{}", hazard.name);
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn each_hazard_is_shown_by_its_shortest_trace() {
    for hazard in hazards().expect("hazards") {
        let shown = shown(&hazard);
        let (_, shown) = shown.split_once("the shortest trace against ").expect("a trace");
        let (chart, verdicts) = shown.split_once("\noutcomes over").expect("outcomes");
        assert!(verdicts.contains(&hazard.harm.to_string()), "{verdicts}");
        assert!(chart.starts_with(&format!("`{}`", hazard.property())), "{}", hazard.name);
        insta::assert_snapshot!(hazard.name, chart);
    }
}

#[test]
fn the_document_has_a_chapter_and_the_command_for_each_hazard() {
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
