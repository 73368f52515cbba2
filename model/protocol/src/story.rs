//! Steps and ends of runs in words.

use crate::answer::EndAnswer;
use crate::notation::{Notation, RowText};
use crate::protocol::{EventOf, Protocol};
use crate::search::{Taken, Wrong};
use crate::snapshot::ProtocolSnapshot;
use crate::world::{Beginning, World, of};

/// A step in words.
pub(crate) struct Told {
    pub(crate) does: String,
    pub(crate) arrives: Option<String>,
    pub(crate) is_lost: bool,
}

/// What a step did, given the snapshot before it.
pub(crate) fn step<P: Protocol>(
    world: &World<'_, P>,
    before: &ProtocolSnapshot<P::Table>,
    taken: &Taken<P>,
) -> Told {
    let call = world.next_call(before, taken.step.end).map_or("", |call| call.name);
    let (mut does, arrives, is_lost) = match taken.step.beginning {
        Beginning::Call(_) => (call.to_owned(), None, false),
        Beginning::Deliver(message) => (format!("takes {message}"), Some(message), false),
        Beginning::Repeat(message) => {
            (format!("takes {message}, which stays"), Some(message), false)
        }
        Beginning::Lose(message) => (format!("[{message} is lost]"), Some(message), true),
        Beginning::Letter(event) => (format!("{event} comes"), None, false),
        Beginning::Timer(event) => (format!("{event}"), None, false),
        Beginning::Settle => ("goes on".to_owned(), None, false),
    };
    for message in &taken.record.sent {
        does.push_str(&format!(", sends {message}"));
    }
    if taken.record.completed > 0 {
        does.push_str(&format!(", {call}: done"));
    }
    Told { does, arrives: arrives.map(|message| message.to_string()), is_lost }
}

/// A row, and where it comes from.
pub(crate) fn with_sources(row: &RowText) -> String {
    format!("`{}` ({})", row.text, row.sources.join(", "))
}

/// What is wrong, and whose fault it is, in one line.
pub(crate) fn headline(wrong: &Wrong, steps: usize, plain: Option<bool>) -> String {
    let (hang, after) = match wrong {
        Wrong::Invariant(name) => return format!("does not hold: {name}"),
        Wrong::Fault(fault) => return format!("a mistake of the table: {fault}"),
        Wrong::Deadlock => ("deadlock", steps),
        Wrong::Livelock { stuck_from, .. } => ("livelock", *stuck_from),
    };
    match plain {
        Some(true) => format!(
            "the protocol adds a {hang}, after {after} steps: on plain channels the same programs \
             finish"
        ),
        Some(false) => {
            format!("{hang} on plain channels too: this is the programs' own, not the protocol's")
        }
        None => format!(
            "{hang}, after {after} steps; not compared with plain channels, as a call does not say \
             what it comes to there"
        ),
    }
}

/// What each end is in, and where a run hangs, what it waits for.
pub(crate) fn because<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    wrong: &Wrong,
    snapshot: &ProtocolSnapshot<P::Table>,
) -> Vec<EndAnswer> {
    let hangs = matches!(wrong, Wrong::Deadlock | Wrong::Livelock { .. });
    let ends = P::ENDS.into_iter().map(|end| end.name).zip([0, 1]);
    let answer = |(name, end)| {
        let mut waits = Vec::new();
        if hangs {
            waits.extend(arrived(world, rows, snapshot, end));
            waits.extend(lacking(world, rows, snapshot, end));
            waits.extend(awaited(world, rows, snapshot, end));
        }
        EndAnswer { end: name, at: call(world, snapshot, end), waits }
    };
    ends.map(answer).collect()
}

/// The states of an end, and the call that it has come to.
fn call<P: Protocol>(
    world: &World<'_, P>,
    snapshot: &ProtocolSnapshot<P::Table>,
    end: usize,
) -> String {
    let own = of(&snapshot.ends, end);
    let mut at = own.states.state_names().join(", ");
    let remembered = P::Table::remembered(&own.memory);
    if !remembered.is_empty() {
        at.push_str(&format!(" ({})", remembered.join(", ")));
    }
    let (done, all) = (own.completed, of(&world.calls, end).len());
    match world.next_call(snapshot, end) {
        Some(call) if own.is_pending => {
            format!("call {} of {all}, `{}`, is pending in {at}", done + 1, call.name)
        }
        Some(call) => {
            format!("call {} of {all}, `{}`, cannot begin in {at}", done + 1, call.name)
        }
        None => format!("all calls are complete, in {at}"),
    }
}

/// The rows of the present states, but for `otherwise`, each with the conditions that it lacks.
fn present<'r, P: Protocol>(
    world: &World<'_, P>,
    rows: &'r [RowText],
    snapshot: &ProtocolSnapshot<P::Table>,
    end: usize,
) -> Vec<(&'r RowText, Vec<&'static str>)> {
    let own = of(&snapshot.ends, end);
    let facts = world.protocol.facts(&snapshot.view(end, world.channel));
    let rows = rows.iter().enumerate().filter(|(_, row)| !row.otherwise);
    let lacks = |number| own.states.lacks(number, &own.memory, &facts, &world.policy);
    rows.filter_map(|(number, row)| Some((row, lacks(number)?))).collect()
}

/// Why the message that stands first in its channel is not taken.
fn arrived<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    snapshot: &ProtocolSnapshot<P::Table>,
    end: usize,
) -> Option<String> {
    let message = of(&snapshot.channels, 1 - end).first()?;
    let present = present(world, rows, snapshot, end);
    let mut of_it = present.iter().filter(|(row, _)| is_for::<P>(row, *message));
    let first = of_it.next();
    Some(match first {
        None => format!("{message} has arrived, and no row of this state takes it"),
        Some((row, lacks)) if !lacks.is_empty() => format!(
            "{message} has arrived, and its row lacks `{}`: {}",
            lacks.join(" and "),
            with_sources(row)
        ),
        Some(_) => format!("{message} has arrived"),
    })
}

/// The rows for `settle` that lack something.
fn lacking<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    snapshot: &ProtocolSnapshot<P::Table>,
    end: usize,
) -> Option<String> {
    let present = present(world, rows, snapshot, end);
    // A row waits for what only a fact can change: rows of this end alone change the memory.
    let mut waiting = present.iter().filter(|(row, lacks)| {
        row.event == "Settle" && !lacks.is_empty() && lacks.iter().all(|atom| !is_of_memory(atom))
    });
    let (row, lacks) = waiting.next()?;
    Some(format!("waits for `{}`: {}", lacks.join(" and "), with_sources(row)))
}

/// Conditions on memory are comparisons; those on facts are written as `fact(value)`.
fn is_of_memory(atom: &str) -> bool {
    !atom.ends_with(')')
}

/// The events that rows of the present states wait for, beside what has arrived.
fn awaited<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    snapshot: &ProtocolSnapshot<P::Table>,
    end: usize,
) -> Option<String> {
    let calls: Vec<String> = P::CALLS.iter().map(|call| call.event.to_string()).collect();
    let mut events: Vec<&str> = Vec::new();
    for (row, lacks) in present(world, rows, snapshot, end) {
        let event = row.begins().1;
        let is_call = calls.iter().any(|call| call == event);
        let head = of(&snapshot.channels, 1 - end).first();
        let has_arrived = head.is_some_and(|message| is_for::<P>(row, *message));
        if row.event != "Settle" && !is_call && !has_arrived && lacks.is_empty() {
            events.push(event);
        }
    }
    events.dedup();
    let quoted: Vec<String> = events.iter().map(|event| format!("`{event}`")).collect();
    (!quoted.is_empty()).then(|| format!("waits for {}", quoted.join(" or ")))
}

/// Whether a row is for an event with this payload, by how the two are written.
pub(crate) fn is_for<P: Protocol>(row: &RowText, event: EventOf<P>) -> bool {
    let event = event.to_string();
    let (name, payload) = parts(&event);
    let (wanted, values) = parts(row.begins().1);
    let values = values.rsplit(" @ ").next().unwrap_or_default();
    let takes_any = values.is_empty()
        || values == "_"
        || (values.starts_with(char::is_lowercase) && !["true", "false"].contains(&values));
    name == wanted && (takes_any || values.split(" | ").any(|value| value == payload))
}

/// The name and the payload of an event as it is written.
fn parts(event: &str) -> (&str, &str) {
    match event.split_once('(') {
        Some((name, payload)) => (name, payload.trim_end_matches(')')),
        None => (event, ""),
    }
}
