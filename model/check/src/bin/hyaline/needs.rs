//! `hyaline needs`.

use std::time::Instant;

use hyaline_check::search::explore::{Effort, ExplorationProgress};
use hyaline_check::search::scenario::Baselines;
use hyaline_check::unbounded::needs::{
    CALLS_AT_MOST, INBOX_AT_MOST, LeastInbox, Needs, QUEUES, SNAPSHOTS_AT_MOST, TICKETS, profiles,
};
use hyaline_model::table::{FINGERPRINT, INBOX_RECORDS};

use indicatif::HumanCount;

use crate::CommandStatus;
use crate::progress::Bar;
use crate::screen::{CommandError, write};

/// Explores what each profile needs, and prints it as Markdown.
pub(crate) fn run() -> Result<CommandStatus, CommandError> {
    let (profiles, begun) = (profiles(), Instant::now());
    let bar = Bar::new(profiles.len());
    let mut baselines = Baselines::default();
    let mut text = heading();
    for profile in profiles {
        let states = baselines.states;
        bar.show(&ExplorationProgress { states, depth: 0, elapsed: begun.elapsed() });
        let needs = Needs::of(profile, &mut baselines, &Effort::default())?;
        text.push_str(&chapter(&needs));
        bar.advance();
    }
    bar.clear();
    write(&text)?;
    Ok(CommandStatus::Holds)
}

fn heading() -> String {
    let queues: Vec<String> =
        QUEUES.iter().map(|(send, receive)| format!("{send}/{receive}")).collect();
    format!(
        "# What each profile needs\n\n\
         Made by `cargo run --release -- needs > docs/needs.md`. Fingerprint `{FINGERPRINT}`.\n\n\
         For two ends of each profile, and each property, the least inbox (records of application \
         data that\nan endpoint may have opened and not given to its program) from which on \
         the property holds, up to\n{INBOX_AT_MOST}; a dash where it holds with none. What ships \
         has an inbox of {INBOX_RECORDS}.\n\n\
         Explored are all programs of up to {CALLS_AT_MOST} calls plus close, {TICKETS} tickets, \
         over queues of {} records (send/receive), to the end;\nand, in the last line of each \
         table, programs of any length over queues of any size\n([the theorem](theorem.md)), \
         where that ends below {} snapshots. Properties of which the line would be\nthe same \
         share one.\n",
        queues.join(", "),
        HumanCount(u64::try_from(SNAPSHOTS_AT_MOST).unwrap_or(u64::MAX)),
    )
}

fn cell(least: LeastInbox) -> String {
    least.map_or_else(|| "–".to_owned(), |least| least.to_string())
}

fn chapter(needs: &Needs) -> String {
    let mut text = format!("\n## `{}`\n\n| property |", needs.profile);
    for (send, receive) in QUEUES {
        text.push_str(&format!(" {send}/{receive} |"));
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(QUEUES.len()));
    text.push('\n');
    let mut rows: Vec<(Vec<&str>, [LeastInbox; QUEUES.len()])> = Vec::new();
    for (name, least) in &needs.properties {
        match rows.iter_mut().find(|(_, known)| known == least) {
            Some((names, _)) => names.push(name),
            None => rows.push((vec![name], *least)),
        }
    }
    for (names, least) in rows {
        let cells: Vec<String> = least.into_iter().map(cell).collect();
        text.push_str(&format!("| {} | {} |\n", names.join(", "), cells.join(" | ")));
    }
    let unbounded = vec![cell(needs.unbounded); QUEUES.len()].join(" | ");
    text.push_str(&format!("| *programs of any length, queues of any size* | {unbounded} |\n"));
    text
}
