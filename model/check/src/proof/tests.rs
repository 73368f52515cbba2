use super::explored::{HazardSeen, PropertyCount, RowCount, UnboundedLine};
use super::*;
use crate::unbounded::plan::Extent;

const LOCK: &str = "[[package]]\nname = \"hyaline\"\nversion = \"1.0.0\"\n\
    [[package]]\nname = \"ring\"\nversion = \"1.0.0\"\n\
    [[package]]\nname = \"stateright\"\nversion = \"1.0.0\"\n";

/// A report that is as it has to be.
pub(super) fn proof() -> Proof {
    let subject = ProofSubject::built(LOCK).expect("a lock file");
    let (table, world) = (subject.table.clone(), subject.world.clone());
    let property = PropertyCount { property: "transparent".to_owned(), holds: 7, of: 7 };
    let hazard = HazardSeen {
        name: "H99".to_owned(),
        title: "a test is read".to_owned(),
        switch: "reading=on".to_owned(),
        end: "client".to_owned(),
        found: true,
        gone: true,
    };
    let line = UnboundedLine {
        run: "one call at a time, 0 tickets".to_owned(),
        verdict: "holds".to_owned(),
        endless: "holds".to_owned(),
        snapshots: 1_234_567,
        edges: 2_345_678,
        quiet: 12,
    };
    let survivor = Survivor { mutant: "a row".to_owned(), why: Some("it is a test".to_owned()) };
    Proof {
        schema: SCHEMA,
        subject,
        bounded: BoundedPart {
            bounds: "small".to_owned(),
            explorations: 9,
            as_expected: 9,
            states: 1000,
            edges: 2000,
            terminals: 30,
            properties: vec![property],
            hazards: vec![hazard],
        },
        unbounded: UnboundedPart { extent: Extent::Part, explorations: vec![line] },
        hostile: HostilePart {
            explorations: 3,
            snapshots: 5000,
            rows: vec![RowCount { machine: "read".to_owned(), fired: 4, of: 4 }],
            silent: Vec::new(),
            unseen_values: Vec::new(),
        },
        mutants: MutantPart {
            table: table.clone(),
            ends: vec![MutantCount { end: MutantEnd::Pair, switches: 2, rows: 3 }],
            survivors: vec![survivor],
        },
        replay: ReplayPart { table, world, scenarios: 5, states: 100, edges: 200, fired: 3 },
    }
}

#[test]
fn a_report_is_read_as_it_was_written_with_its_subject_on_top() {
    let proof = proof();
    let text = proof.json().expect("text");
    assert_eq!(Proof::read(&text).expect("a report"), proof);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["table"], FINGERPRINT);
    assert_eq!(json["world"], WORLD_FINGERPRINT);
    assert_eq!(json["policy"]["duplex"], "full");
    assert_eq!(json["versions"]["ring"], "1.0.0");
}

#[test]
fn a_report_is_about_one_table_one_policy_one_world_and_these_versions() {
    let now = ProofSubject::built(LOCK).expect("a lock file");
    let other = || "other".to_owned();
    let changes: [fn(&mut Proof, String); 5] = [
        |proof, other| proof.subject.table = other,
        |proof, other| proof.subject.world = other,
        |proof, other| drop(proof.subject.policy.insert("duplex".to_owned(), other)),
        |proof, other| drop(proof.subject.versions.insert("ring".to_owned(), other)),
        |proof, _| proof.schema += 1,
    ];
    assert!(proof().differences(&now).is_empty());
    for change in changes {
        let mut changed = proof();
        change(&mut changed, other());
        assert_eq!(changed.differences(&now).len(), 1, "{:?}", changed.differences(&now));
    }
}

#[test]
fn what_is_not_as_it_has_to_be_is_told() {
    assert!(proof().complaints().is_empty(), "{:?}", proof().complaints());
    let changes: [fn(&mut Proof); 11] = [
        |proof| proof.bounded.as_expected -= 1,
        |proof| proof.bounded.properties.iter_mut().for_each(|count| count.holds -= 1),
        |proof| proof.bounded.hazards.iter_mut().for_each(|hazard| hazard.found = false),
        |proof| proof.bounded.hazards.iter_mut().for_each(|hazard| hazard.gone = false),
        |proof| proof.unbounded.explorations.clear(),
        |proof| {
            let lines = &mut proof.unbounded.explorations;
            lines.iter_mut().for_each(|line| line.verdict = "unfinished".to_owned());
        },
        |proof| proof.hostile.silent.push("a row".to_owned()),
        |proof| proof.mutants.table = "other".to_owned(),
        |proof| proof.replay.table = "other".to_owned(),
        |proof| proof.replay.world = "other".to_owned(),
        |proof| proof.mutants.survivors.iter_mut().for_each(|survivor| survivor.why = None),
    ];
    for change in changes {
        let mut changed = proof();
        change(&mut changed);
        assert_eq!(changed.complaints().len(), 1, "{:?}", changed.complaints());
    }
}

#[test]
fn the_page_has_every_number_of_the_report_and_names_its_subject() {
    let page = document::markdown(&proof());
    for text in [
        FINGERPRINT,
        WORLD_FINGERPRINT,
        "`duplex=full`",
        "| transparent | 7 of 7 |",
        "H99",
        "1,234,567",
        "| hyaline | 1.0.0 |",
        "2 of 2",
        "5 scenarios",
    ] {
        assert!(page.contains(text), "{text} is not in\n{page}");
    }
    assert!(page.lines().all(|line| line.starts_with('|') || line.chars().count() <= 100));
}

#[test]
fn the_page_says_whether_all_was_explored_without_bounds_or_a_part() {
    let part = proof();
    let mut whole = proof();
    whole.unbounded.extent = Extent::Whole;
    assert_ne!(document::markdown(&part), document::markdown(&whole));
}
