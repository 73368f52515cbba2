//! `--compact`, run as a user runs it: no answer by hashes is taken for an exact one.
#![allow(clippy::expect_used)]

use serde_json::Value;

mod running;

use running::{json, run, schema_errors};

const BY_48: &str = "with hashes of 48 bits; a state may have been missed with probability at most";

const HOLDS: &str = "--client-program \"write read close\" --server-program \"read write close\"";

/// Fails in some runs, and others survive.
const FAILS: &str = "--client naive --server naive \
     --client-program \"update-key write close\" --server-program \"read read close\" --no-heals";

/// Fails in all runs.
const NEVER_ENDS: &str = "--client openssl --server openssl --tickets 3 \
     --client-program \"write*4 close\" --server-program \"read*4 close\" --no-heals";

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The text as one line, wherever it was wrapped.
fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The probability behind the words.
fn probability(text: &str) -> f64 {
    let (_, rest) = text.split_once("with probability at most ").expect("a bound");
    let number = rest.split([' ', ')', '\n']).next().unwrap_or_default();
    number.trim_end_matches([';', ',']).parse().expect("a number")
}

#[test]
fn a_check_by_hashes_says_so_first_and_last_and_holds_nothing_completely() {
    let answer = run("check --calls 1 --compact 48");
    assert_eq!(answer.status, Some(0), "{} {}", answer.output, answer.complaint);
    assert!(first_line(&answer.output).starts_with(BY_48), "{}", answer.output);
    let verdict = answer.output.lines().find(|line| line.starts_with("everything is"));
    let expected = format!("everything is as it has to be, {BY_48} ");
    assert!(verdict.is_some_and(|line| line.starts_with(&expected)), "{}", answer.output);
    assert!(answer.output.contains("holds (hashes of 48 bits; missed at most "));
    // What has to be found is looked for with exact keys.
    assert!(answer.output.contains("found, as it must be"), "{}", answer.output);
    assert!(!answer.output.contains("(complete)"), "{}", answer.output);
    let bound = probability(&answer.output);
    assert!(bound > 0.0 && bound < 1e-3, "{bound}");
    let verbose = run("check --calls 1 --compact 48 --seed 7 --verbose");
    let first = first_line(&verbose.output);
    assert!(first.starts_with("with hashes of 48 bits by seed 7; "), "{first}");
    assert!(!verbose.output.contains("holds (complete)"), "{}", verbose.output);
}

#[test]
fn fewer_bits_miss_more_probably_and_8_bits_surely_say_nothing() {
    let bound = |bits| probability(&run(&format!("check --calls 1 --compact {bits}")).output);
    assert!(bound(64) < bound(40) && bound(40) < bound(28));
    let relay = run(&format!("relay {HOLDS} --compact 8"));
    assert_eq!(probability(&unwrapped(&relay.output)), 1.0, "{}", relay.output);
}

#[test]
fn the_json_of_a_check_by_hashes_has_another_word_for_what_holds() {
    let answer = run("check --calls 1 --compact 48 --seed 3 --json");
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let schema = include_str!("../../../docs/check.schema.json");
    assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new());
    let report = json(&answer);
    let hashes = &report["hashes"];
    assert_eq!((&hashes["bits"], &hashes["seed"]), (&48.into(), &3.into()));
    assert!(hashes["words"].as_str().is_some_and(|words| words.starts_with(BY_48)));
    let probability = |hashes: &Value| hashes["missed_at_most"].as_f64().expect("a number");
    let lines = report["results"].as_array().expect("results");
    let mut parts = 0.0;
    let mut before = &Value::Null;
    for line in lines {
        let by_hashes = line.get("hashes").is_some();
        assert!(!by_hashes || line["complete"] == false, "{line}");
        assert!(!by_hashes || line["verdict"] != "holds", "{line}");
        if by_hashes && line["scenario"] != *before {
            parts += probability(&line["hashes"]);
        }
        before = &line["scenario"];
    }
    assert!(lines.iter().any(|line| line["verdict"] == "holds-unless-missed"));
    assert!(probability(hashes) > 0.0 && parts > 0.0);
    // Exact keys have no such field.
    let exact = json(&run("check --calls 1 --json"));
    assert!(exact.get("hashes").is_none() && exact["results"][0].get("hashes").is_none());
}

#[test]
fn the_forms_for_tools_say_that_hashes_stood_for_snapshots() {
    for format in ["junit", "sarif", "markdown", "github"] {
        let answer = run(&format!("check --calls 1 --compact 48 --format {format}"));
        assert_eq!(answer.status, Some(0), "{format}: {}", answer.complaint);
        assert!(answer.output.contains("hashes of 48 bits"), "{format}: {}", answer.output);
    }
}

#[test]
fn a_check_by_hashes_is_neither_recorded_nor_compared_nor_part_of_a_proof() {
    for line in [
        "check --compact 48 --record",
        "check --calls 1 --compact 48 --against nowhere.json",
        "proof --compact 48",
        "check --compact 7",
        "check --compact 65",
        "check --seed 1",
    ] {
        let answer = run(line);
        assert_eq!(answer.status, Some(2), "{line}: {}", answer.output);
    }
    let complaint = run("check --compact 65").complaint;
    assert!(complaint.contains("a hash has 8 to 64 bits"), "{complaint}");
}

#[test]
fn an_exact_check_is_not_compared_with_one_by_hashes() {
    let report = std::env::temp_dir().join(format!("hyaline-compact-{}", std::process::id()));
    let by_hashes = run("check --calls 1 --compact 48 --json").output;
    std::fs::write(&report, by_hashes).expect("a file");
    let answer = run(&format!("check --calls 1 --against {}", report.display()));
    std::fs::remove_file(&report).expect("a file");
    assert_eq!(answer.status, Some(2), "{}", answer.output);
    let expected = "a report with hashes of 48 bits";
    assert!(answer.complaint.contains(expected), "{}", answer.complaint);
}

#[test]
fn a_scenario_by_hashes_says_so_in_its_first_line_and_in_its_json() {
    let schema = include_str!("../../../docs/scenario.schema.json");
    for (line, outcome, status) in [(HOLDS, "holds-unless-missed", 0), (FAILS, "fails", 1)] {
        let line = format!("scenario {line} --compact 48");
        let answer = run(&line);
        assert_eq!(answer.status, Some(status), "{}", answer.complaint);
        let whole = unwrapped(&answer.output);
        assert!(whole.contains(&format!("({BY_48} ")), "{whole}");
        assert!(whole.contains("hashes of 48 bits by seed 0"), "{whole}");
        assert!(!answer.output.contains("(complete)"), "{}", answer.output);
        let answer = run(&format!("{line} --format json"));
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let value = json(&answer);
        assert_eq!((&value["outcome"], &value["hashes"]["bits"]), (&outcome.into(), &48.into()));
        assert!(
            value["results"]
                .as_array()
                .expect("lines")
                .iter()
                .all(|line| { line["complete"] == false && line["verdict"] != "holds" })
        );
    }
}

#[test]
fn that_no_run_survives_is_told_of_exact_keys() {
    let answer = run(&format!("scenario {NEVER_ENDS} --compact 48 --format json"));
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let value = json(&answer);
    assert_eq!((&value["outcome"], &value["hashes"]), (&"fails".into(), &serde_json::Value::Null));
}

#[test]
fn alternatives_by_hashes_have_a_bound_each_and_one_together() {
    let answer = run(
        "scenario --client-program \"[write, nothing] close\" --server-program \"read close\" \
         --compact 48 --format json",
    );
    let value = json(&answer);
    let headline = value["answer"].as_str().expect("words");
    assert!(headline.contains("in all 2 alternatives"), "{headline}");
    let each = value["alternatives"].as_array().expect("alternatives");
    let bounds = each.iter().map(|one| probability(one["answer"].as_str().expect("words")));
    let (most, sum) = bounds.fold((0.0_f64, 0.0), |(most, sum), one| (most.max(one), sum + one));
    let together = value["hashes"]["missed_at_most"].as_f64().expect("a number");
    assert!(together > most / 1.1 && together <= sum, "{together} {most} {sum}");
    assert!(each.iter().all(|one| one["outcome"] == "holds-unless-missed"), "{each:?}");
}

#[test]
fn a_file_by_hashes_says_so_in_its_last_line() {
    let file = std::env::temp_dir().join(format!("hyaline-compact-{}.toml", std::process::id()));
    let text = "[[scenario]]\nname = \"one\"\nexpect = \"holds\"\n\
         client-program = \"write close\"\nserver-program = \"read close\"\n";
    std::fs::write(&file, text).expect("a file");
    let answer = run(&format!("scenario --file {} --compact 48", file.display()));
    let data = run(&format!("scenario --file {} --compact 48 --json", file.display()));
    std::fs::remove_file(&file).expect("a file");
    assert_eq!(answer.status, Some(0), "{} {}", answer.output, answer.complaint);
    let last = answer.output.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("all 1 as expected, {BY_48} ")), "{last}");
    assert_eq!(json(&data)["hashes"]["bits"], 48);
}

#[test]
fn a_relay_by_hashes_says_so_for_one_pair_and_for_all() {
    let schema = include_str!("../../../docs/relay.schema.json");
    let answer = run(&format!("relay {HOLDS} --compact 48"));
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let first = unwrapped(&answer.output);
    assert!(first.starts_with("holds: "), "{first}");
    assert!(first.contains(&format!("({BY_48} ")), "{}", answer.output);
    assert!(first.contains("hashes of 48 bits by seed 0"), "{first}");
    let answer = run(&format!("relay {HOLDS} --compact 48 --format json"));
    assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new());
    let value = json(&answer);
    assert_eq!(value["outcome"], "holds-unless-missed");
    assert_eq!((&value["complete"], &value["hashes"]["bits"]), (&false.into(), &48.into()));
    let all = run("relay --calls 0 --compact 48");
    assert_eq!(all.status, Some(0), "{}", all.complaint);
    assert!(all.output.contains(&format!("pairs of programs ({BY_48} ")), "{}", all.output);
    assert!(!all.output.contains("(complete)"), "{}", all.output);
}
