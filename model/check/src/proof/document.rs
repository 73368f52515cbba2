//! The page that is made from the report.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::explored::{BoundedPart, HostilePart, UnboundedLine, UnboundedPart};
use super::{MutantPart, Proof, ReplayPart};
use crate::unbounded::plan::Extent;

const HEADING: &str = "\
<!-- Printed by `hyaline proof --recorded` from docs/proof.json, which `hyaline proof` writes. -->

# What is known of this table

This page says of which table, policy and world verdicts hold, and how much stands behind them. One
command makes every exploration that it tells of, and writes it:

```sh
cargo run --release -- proof
```

No number on it is typed, and no time is on it: times are another machine's.

## What it is about

";

const SUBJECT: &str = "\
A fingerprint is a hash. That of the *table* is of its rows, its alphabet and the policy that ships;
a program finds it in its library as `hyaline::TABLE_FINGERPRINT`. That of the *world* is of the
sources that decide a verdict beside the table: `model/src/turn.rs`, which fires rows, and in
`model/check/src/` the programs, the transport, the endpoints and the judgement. A test fails where
this page is about another table, policy or world, or about other versions, than the library and the
checker beside it: `cargo test -p hyaline-tests --test generated`.

";

const BOUNDED: &str = "\
`cargo run --release -- check` explores every pair of programs up to a length, over queues up to a
size, in every interleaving. A *state* is a snapshot of both ends, both programs and the transport,
each counted once; an *edge* is a step out of one. An exploration is complete, or it is no pass. The
counts of each are in `model/check/pinned/small.json`.

";

const PROPERTIES: &str = "\
A property *holds in* an exploration if no snapshot of it is a counterexample. The
[glossary](glossary.md) says what each is.

";

const HAZARDS: &str = "\
That the check can fail is shown by hazards: with one switch of the policy flipped it has to find
the harm, and with the switch flipped back to find nothing ([hazards](hazards.md)).

";

const UNBOUNDED: &str = "\
`cargo run --release -- unbounded` explores every program of any length over queues of any size:
what the past can no longer decide is forgotten, and a run of data in a queue is one letter. Its
verdict is what [the theorem](theorem.md) needs, which also says what is assumed. *Quiet* snapshots
are those in which nothing has to happen: there each call that still waits is compared with TCP.
*Without end* is the verdict on runs that never end, which `--endless` asks for: there each fair
cycle is.

";

const HOSTILE: &str = "\
World *hostile* is one endpoint, and a peer that may send anything at any time, under the policy
that ships, in every configuration, and with each switch flipped. It is explored for safety and for
coverage, not compared with TCP: `cargo test -p hyaline-check --test hostile`. A row has *fired* if
some exploration took it; an `otherwise` is no row here. A row that never fires would be one of
which no verdict speaks.

";

const MUTANTS: &str = "\
Would a mistake in the table be noticed? A mutant is the table with one switch flipped or one row
masked, at both ends. [The list](mutants.md) says what caught each. Mutants are tried by
`cargo run --release -- mutants --record`, which is not a part of the command above: this is its
record.

";

const REPLAY: &str = "\
The checker moves cells, and the library bytes. In the replay two real connections, with keys,
records and a handshake, take every edge of world *pair* at the bounds, and after each step rows,
states, memory, queues, results and alerts are compared. `cargo test -p hyaline-tests --test replay`
does it and fails where the counts are others than these.

";

const NOT_REPLAYED: &str = "\
An edge of the world without bounds is covered by the replay if it is the counterpart of one that
was replayed; that each bounded edge has its counterpart there is what
`cargo test -p hyaline-check --test unbounded` shows. These are not covered:

- *Longer pasts.* What is reached only by programs longer than the bounds': more than three calls of
  a side at queues of one record each, more than two at longer queues or for each of two callers,
  more than one with HelloRetryRequest and with a certificate that is declined or missing. Keys of
  later generations are among it. Here the past is forgotten and generations are renumbered. A real
  connection has a past, and numbers that it cannot forget.
- *Longer queues, and none.* A letter of data that stands for three records or more, and everything
  that passes a queue without room for one record. A letter of some records or other has no bytes,
  and a step in which a record is sent and received at once is three operations of a connection.
- *Other mixtures.* One ticket; a task opposite two threads; two callers with certificates. Each is
  explored, and each of their parts is replayed, but not these together.
- *Calls that begin late.* In the replay a call begins as soon as it may, unless something has
  arrived. `cargo test -p hyaline-check --test beginnings` compares both ways.

What carries over to all of these: a turn of an endpoint is a function of its states, its memory and
the facts that its guards ask for, model and library call the same function for it, and the rows of
every turn that ships are taken by real connections in the replay or, opposite a peer that holds the
keys, in `cargo test -p hyaline-tests --test forged`.

";

const NOT_COVERED: &str = "\
## What none of this covers

- What the model leaves out of TLS and TCP, and why nobody can tell, or what is assumed:
  [a page of its own](what-the-model-leaves-out.md).
- What the theorem assumes, and what it does not show: programs go on, something that can happen
  happens, a key is not used up ([the theorem](theorem.md)).
- One end of ours opposite another library: there is no comparison with TCP in world *hostile*.
- Cryptography: that bytes cannot be forged or read is what the AEAD is for, and keys are numbers in
  the model.
- The compiler, the operating system, and the checker itself.
";

/// The page, in Markdown.
#[must_use]
pub fn markdown(proof: &Proof) -> String {
    let mut text = HEADING.to_owned();
    text.push_str(&subject(proof));
    text.push_str(&bounded(&proof.bounded));
    text.push_str(&unbounded(&proof.unbounded));
    text.push_str(&hostile(&proof.hostile));
    text.push_str(&mutants(&proof.mutants));
    text.push_str(&replay(&proof.replay, &proof.hostile));
    text.push_str(NOT_COVERED);
    text
}

fn subject(proof: &Proof) -> String {
    let subject = &proof.subject;
    let mut text = SUBJECT.to_owned();
    let _ = writeln!(text, "| | fingerprint |\n|---|---|");
    let _ = writeln!(text, "| table | `{}` |\n| world | `{}` |\n", subject.table, subject.world);
    let switches = subject.policy.iter().map(|(switch, value)| format!("- `{switch}={value}`\n"));
    let _ = writeln!(text, "The policy that ships:\n\n{}", switches.collect::<String>());
    let _ = writeln!(text, "{}", pairs(["package", "version"], &subject.versions));
    text
}

fn pairs(heading: [&str; 2], map: &BTreeMap<String, String>) -> String {
    let [name, value] = heading;
    let rows = map.iter().map(|(name, value)| format!("| {name} | {value} |\n"));
    format!("| {name} | {value} |\n|---|---|\n{}", rows.collect::<String>())
}

fn bounded(part: &BoundedPart) -> String {
    let mut text = format!("## Two ends of ours, within bounds\n\n{BOUNDED}");
    let _ = writeln!(
        text,
        "At the bounds `{}`, with what these lack and the hazards, {} explorations have {} states\n\
         and {} edges; in {} states nothing can happen any more. {} of {} came to what has to\n\
         come of them.\n",
        part.bounds,
        part.explorations,
        count(part.states),
        count(part.edges),
        grouped(part.terminals),
        part.as_expected,
        part.explorations,
    );
    text.push_str(PROPERTIES);
    text.push_str("| property | holds in |\n|---|---|\n");
    for property in &part.properties {
        let _ = writeln!(text, "| {} | {} of {} |", property.property, property.holds, property.of);
    }
    let _ = writeln!(text, "\n{HAZARDS}| hazard | switch | end | flipped | flipped back |");
    text.push_str("|---|---|---|---|---|---|\n");
    for hazard in &part.hazards {
        let found = if hazard.found { "found" } else { "NOT FOUND" };
        let gone = if hazard.gone { "gone" } else { "NOT GONE" };
        let _ = writeln!(
            text,
            "| {}: {} | `{}` | {} | {found} | {gone} |",
            hazard.name, hazard.title, hazard.switch, hazard.end
        );
    }
    text + "\n"
}

fn unbounded(part: &UnboundedPart) -> String {
    let mut text = format!("## Two ends of ours, without bounds\n\n{UNBOUNDED}");
    text.push_str(match part.extent {
        Extent::Part => {
            "This is the part that each change is checked by, one form of each thing (`--part`).\n\
             With `--full` this page is about all of it.\n\n"
        }
        Extent::Whole => "This is all of it.\n\n",
    });
    text.push_str(
        "| what calls, over what | verdict | without end | snapshots | edges | quiet |\n",
    );
    text.push_str("|---|---|---|---|---|\n");
    for line in &part.explorations {
        let (snapshots, edges, quiet) =
            (count(line.snapshots), count(line.edges), count(line.quiet));
        let UnboundedLine { run, verdict, endless, .. } = line;
        let _ =
            writeln!(text, "| {run} | {verdict} | {endless} | {snapshots} | {edges} | {quiet} |");
    }
    let snapshots = part.explorations.iter().map(|line| line.snapshots).sum();
    let edges = part.explorations.iter().map(|line| line.edges).sum();
    let quiet = part.explorations.iter().map(|line| line.quiet).sum();
    let (snapshots, edges, quiet) = (count(snapshots), count(edges), count(quiet));
    let _ = writeln!(text, "| all | | | {snapshots} | {edges} | {quiet} |\n");
    text
}

fn hostile(part: &HostilePart) -> String {
    let [fired, of] = part.fired();
    let mut text = format!("## One end, and any peer\n\n{HOSTILE}");
    let _ = writeln!(
        text,
        "{} explorations have {} snapshots, and no rule is broken in any. {fired} of {of} rows\n\
         fired, and {} values that a guard asks for were never seen.\n",
        part.explorations,
        count(part.snapshots),
        part.unseen_values.len(),
    );
    text.push_str("| machine | rows that fired |\n|---|---|\n");
    for row in &part.rows {
        let _ = writeln!(text, "| {} | {} of {} |", row.machine, row.fired, row.of);
    }
    text + "\n"
}

fn mutants(part: &MutantPart) -> String {
    let [switches, all_switches] = part.share(|count| count.switches);
    let [rows, all_rows] = part.share(|count| count.rows);
    let mut text = format!("## Mistakes in the table\n\n{MUTANTS}");
    let _ = writeln!(
        text,
        "Of table `{}`, {switches} of {all_switches} flipped switches are caught, and {rows} of\n\
         {all_rows} masked rows. Why nothing has caught the other {} is said of each.\n",
        part.table,
        part.survivors.len(),
    );
    text.push_str("| | switches flipped | rows masked |\n|---|---|---|\n");
    for each in &part.ends {
        let _ = writeln!(text, "| {} | {} | {} |", each.end.title(), each.switches, each.rows);
    }
    text + "\n"
}

fn replay(part: &ReplayPart, hostile: &HostilePart) -> String {
    let [_, rows] = hostile.fired();
    let mut text = format!("## On bytes\n\n{REPLAY}");
    let _ = writeln!(
        text,
        "Replayed were {} scenarios with {} states and {} edges, in which {} of {rows} rows fire;\n\
         of table `{}`,\nin world `{}`.\n",
        part.scenarios,
        count(part.states),
        count(part.edges),
        part.fired,
        part.table,
        part.world,
    );
    text.push_str("### What of the world without bounds is not replayed\n\n");
    text.push_str(NOT_REPLAYED);
    text
}

fn count(number: usize) -> String {
    grouped(u64::try_from(number).unwrap_or(u64::MAX))
}

/// The number with a comma behind each group of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
