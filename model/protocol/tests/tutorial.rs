//! The tutorial is current: the code that it quotes stands in the examples, and the commands print
//! what stands below them.
#![allow(clippy::expect_used, clippy::panic)]

use hyaline_protocol::run;

mod shown;

use shown::{alternating_bit, credit, smtp_pipelining};

const PAGE: &str = "docs/your-own-protocol.md";

/// What stands before each command of the page.
const COMMAND: &str = "$ cargo run -p hyaline-protocol --example ";

/// A file of the repository; none outside of it.
fn read(path: &str) -> Option<String> {
    let package = env!("CARGO_MANIFEST_DIR");
    std::fs::read_to_string(format!("{package}/../../{path}")).ok()
}

/// The fenced blocks of this kind.
fn blocks<'t>(text: &'t str, kind: &str) -> Vec<&'t str> {
    let opening = format!("\n```{kind}\n");
    text.split(&opening).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// The text with every run of white space as one space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the command in this line prints.
fn printed(line: &str) -> String {
    let words = line.strip_prefix(COMMAND).expect("the command of an example");
    let mut words = words.split_whitespace();
    let example = words.next().unwrap_or_default();
    assert_eq!(words.next(), Some("--"), "{line}");
    let arguments = ["protocol"].into_iter().chain(words);
    let output = match example {
        "alternating_bit" => run(&alternating_bit::AlternatingBit, arguments),
        "credit" => run(&credit::Credit, arguments),
        "smtp_pipelining" => run(&smtp_pipelining::SmtpPipelining, arguments),
        other => panic!("no example {other}"),
    };
    assert_eq!(output.complaint, "", "{line}");
    output.output
}

#[test]
fn every_piece_of_code_that_the_tutorial_quotes_stands_in_an_example() {
    let page = read(PAGE).expect("the tutorial");
    let examples = ["alternating_bit", "credit", "smtp_pipelining"]
        .map(|name| read(&format!("model/protocol/examples/{name}.rs")).expect("an example"));
    let quotes = blocks(&page, "rust");
    assert!(!quotes.is_empty());
    for quote in quotes {
        let stands = examples.iter().any(|text| squeezed(text).contains(&squeezed(quote)));
        assert!(stands, "{PAGE} quotes what no example has:\n{quote}");
    }
}

#[test]
fn every_command_of_the_tutorial_prints_what_stands_below_it() {
    let page = read(PAGE).expect("the tutorial");
    let commands = blocks(&page, "console");
    assert!(!commands.is_empty());
    for block in commands {
        let (line, expected) = block.split_once('\n').unwrap_or((block, ""));
        assert_eq!(expected.trim_end(), printed(line).trim_end(), "{PAGE}: {line}");
    }
}
