//! What broke a connection off, and what the programs got of that.

use crate::judgement::outcome::Severity;
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::report::because::waits::listed;
use crate::report::because::{EndsTold, Explained};
use crate::search::explore::Trace;
use crate::side::Side;
use crate::world::cell::{CellContent, Queue};
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;
use crate::world::tcp::Reset;

/// Each reset of a trace: what drew it, and what it dropped.
pub(super) fn resets<E: Explained>(trace: &Trace<E>, ends: &EndsTold) -> Vec<String> {
    let mut lines = Vec::new();
    for pair in trace.windows(2) {
        let [(before, step), (after, _)] = pair else { continue };
        for side in Side::ALL {
            let begins =
                before.tcp.reset(side) == Reset::Nowhere && after.tcp.reset(side) != Reset::Nowhere;
            if begins && let Some(step) = step {
                lines.push(reset(before, after, *step, side.peer(), ends));
            }
        }
    }
    lines
}

/// Why `sender` sends a RST in this step, and what of its own that drops.
fn reset<E: Explained>(
    before: &Snapshot<E>,
    after: &Snapshot<E>,
    step: Step,
    sender: Side,
    ends: &EndsTold,
) -> String {
    let (who, peer) = (ends.name(sender), ends.name(sender.peer()));
    let cells =
        |queue: &Queue| -> Vec<String> { queue.cells().iter().map(ToString::to_string).collect() };
    let dropped = cells(before.tcp.send_queue(sender));
    let is_dropped = !dropped.is_empty() && after.tcp.send_queue(sender).is_empty();
    let drops = match is_dropped {
        true => format!(", which drops what the {who} had sent and not delivered ({})", {
            listed(&dropped)
        }),
        false => String::new(),
    };
    if after.tcp.is_closed(sender) && !before.tcp.is_closed(sender) {
        let unread = listed(&cells(before.tcp.receive_queue(sender)));
        return format!(
            "The {who} closes its socket while {unread} lies unread in its receive queue. TCP \
             then resets the connection at once{drops}."
        );
    }
    let what = match step {
        Step::Deliver(side) => before.tcp.send_queue(side).first().map(|cell| cell.to_string()),
        Step::Transmit(side) => {
            before.parties.of(side).endpoint.first_cell().map(|cell| cell.to_string())
        }
        _ => None,
    };
    match what {
        Some(what) => format!(
            "{what} of the {peer} arrives at the {who}'s socket, which is closed: that draws a \
             RST{drops}."
        ),
        None => format!("The {peer}'s TCP gives the connection up."),
    }
}

/// Where a side upgraded at another place of the stream than its peer: the record that it took for
/// something else.
pub(super) fn misread<E: Explained>(trace: &Trace<E>) -> Vec<String> {
    let told = |(before, step): &(Snapshot<E>, Option<Step>)| {
        let Some(Step::Receive(side)) = *step else { return None };
        let first = before.tcp.receive_queue(side).first().filter(|cell| cell.part.is_last())?;
        let waits = |call| before.parties.of(side).pending().any(|pending| pending == call);
        match first.content {
            CellContent::Plaintext if waits(ProgramCall::Handshake) => Some(format!(
                "The {side}'s `finish-handshake` receives plaintext: before the upgrade it read \
                 less than the {} wrote.",
                side.peer()
            )),
            // Over plain TCP everything is data.
            CellContent::Plaintext | CellContent::Data => None,
            record if waits(ProgramCall::PlainRead) => Some(format!(
                "The {side}'s `plain-read` takes {record} for plaintext: it reads past the \
                 upgrade, and the handshake lacks what it took."
            )),
            _ => None,
        }
    };
    trace.iter().filter_map(told).collect()
}

/// What each side got that was bad, and what it lost.
pub(super) fn results<E: Explained>(last: &Snapshot<E>, ends: &EndsTold) -> Vec<String> {
    let mut lines = Vec::new();
    for side in Side::ALL {
        let histories = &last.parties.of(side).histories;
        for history in histories.iter() {
            let mut results = history.calls().iter().zip(history.results());
            // A good stream ends with an end of stream, which therefore does not count as bad.
            let bad = results.find(|(_, result)| result.severity() > Severity::End);
            if let Some((call, result)) = bad {
                lines.push(bad_result(ends, side, call, result));
            }
        }
        if let Some(lost) = lost(last, side, ends) {
            lines.push(lost);
        }
    }
    lines
}

fn bad_result(ends: &EndsTold, side: Side, call: ProgramCall, result: ProgramResult) -> String {
    let (side, peer) = (ends.name(side), ends.name(side.peer()));
    match result {
        ProgramResult::Reset => {
            format!("The {side}'s `{call}` says that the connection is reset.")
        }
        ProgramResult::Truncated => format!(
            "The {side}'s `{call}` says truncated: a FIN comes, and before it no close_notify of \
             the {peer}."
        ),
        ProgramResult::EarlyEnd => format!(
            "The {side}'s `{call}` says that the stream has ended, before everything that the \
             {peer} wrote came."
        ),
        ProgramResult::Alert(alert) => {
            format!("The {side}'s `{call}` says that the {peer} sent the alert {alert:?}.")
        }
        ProgramResult::Error(Some(alert)) => {
            format!("The {side}'s `{call}` finds an error, for which it sends the alert {alert:?}.")
        }
        _ => format!("The {side}'s `{call}` says {result}."),
    }
}

/// What the peer's writes accepted, and what of it a side that ended its reading got.
fn lost<E: Explained>(last: &Snapshot<E>, side: Side, ends: &EndsTold) -> Option<String> {
    let peer = side.peer();
    let written = last.parties.of(peer).histories.accepted();
    let read = last.parties.of(side).histories.delivered();
    let broke_off = last.parties.of(side).results().any(|result| {
        matches!(result, ProgramResult::Reset | ProgramResult::Truncated | ProgramResult::EarlyEnd)
    });
    let asked = last.parties.of(side).histories.iter().any(|history| {
        let mut calls = history.calls().iter().zip(history.results());
        let has_data = |result| matches!(result, ProgramResult::Ok | ProgramResult::GivenUp);
        calls.any(|(call, result)| call.is_read() && !has_data(result))
    });
    let records = if written == 1 { "record" } else { "records" };
    let (side, peer) = (ends.name(side), ends.name(peer));
    (broke_off && asked && read < written).then(|| {
        format!("The {peer}'s writes returned ok for {written} {records}; the {side} got {read}.")
    })
}
