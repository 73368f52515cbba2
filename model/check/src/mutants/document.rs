//! The document that is printed from a recorded survey.

use std::fmt::Write;

use super::Kind;
use super::survey::{Deleted, Judged, MutantEnd, Survey};
use super::survivors::EXPLAINED;

const HEADING: &str = "\
<!-- Printed by `hyaline mutants --recorded`; `--record` and then `--delete` try all anew. -->

# Mutants of the table

Would the check notice if the table were wrong? Each mutant is the shipped table with one small
change, at both ends: a switch of the policy flipped, or a row masked. A row is masked in the
interpreter of the emitted rows; its events then fall to what else takes them. What is explored with
each: small scenarios of world *pair* that use every handshake and programs of one and of two
threads, every hazard, and world *hostile* under every configuration and every flipped switch under
which the row fires. In world *hostile* calls are made one at a time first, and then two at once, by
two threads, where the policy makes that a difference.

`hyaline mutants --effects` leaves out single effects of rows. Nothing is recorded of that: much of
it is about keys, transcripts and notices, of which the model knows little, and the replay and the
peers more.

A mutant is caught where a property fails, a hazard is found no longer, or other rows than the
masked one fire no longer. The masked row can never fire, so its own silence is not counted.

";

const DELETED: &str = "
## Rows really deleted

A row of each machine is deleted from a copy of the sources, the copy is built, and what is built
explores the same scenarios of world *pair*. What fails first is what fails with the row masked,
after as many snapshots. (Most rows cannot be deleted: the macro refuses a table in which a state,
a value or a word is left over. That counts as caught nowhere above.)

";

/// The document, in Markdown.
#[must_use]
pub fn markdown(survey: &Survey) -> String {
    let mut text = HEADING.to_owned();
    let _ = writeln!(text, "The table is `{}`.\n", survey.fingerprint);
    text.push_str(&counts(survey));
    text.push_str("\n## Survivors, and why\n");
    for (part, reason) in EXPLAINED {
        let survivors = || survey.with(MutantEnd::Survives).filter(|one| one.mutant.contains(part));
        let _ = writeln!(text, "\n{reason}.\n");
        text.push_str(&survivors().map(item).collect::<String>());
    }
    for (end, title) in [
        (MutantEnd::Equivalent, "Rows that an `otherwise` repeats"),
        (MutantEnd::Refused, "Rows without which there is no table"),
    ] {
        let _ = writeln!(text, "\n## {title}\n");
        text.push_str(&survey.with(end).map(item).collect::<String>());
    }
    text.push_str(DELETED);
    for Deleted { row, deleted, .. } in &survey.deleted {
        let _ = writeln!(text, "- `{row}`\n  {deleted}");
    }
    for kind in Kind::RECORDED {
        let _ = writeln!(text, "\n## Caught: {}\n", kind.title());
        let caught = survey.mutants.iter().filter(|one| one.kind == kind && one.end.is_caught());
        for judged in caught {
            let _ = writeln!(text, "- `{}`\n  {}", judged.mutant, judged.why);
        }
    }
    text
}

fn item(judged: &Judged) -> String {
    format!("- `{}`\n", judged.mutant)
}

fn counts(survey: &Survey) -> String {
    let titles = Kind::RECORDED.map(|kind| format!(" {} |", kind.title())).concat();
    let mut text = format!("| |{titles}\n|---|{}\n", "---|".repeat(Kind::RECORDED.len()));
    let mut row = |title: &str, numbers: [usize; Kind::RECORDED.len()]| {
        let numbers = numbers.map(|number| format!(" {number} |")).concat();
        let _ = writeln!(text, "| {title} |{numbers}");
    };
    for end in MutantEnd::ALL {
        let count = |kind| survey.counts(kind).get(&end).copied().unwrap_or(0);
        row(end.title(), Kind::RECORDED.map(count));
    }
    row("all", Kind::RECORDED.map(|kind| survey.counts(kind).values().sum()));
    text
}
