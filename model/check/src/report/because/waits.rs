//! Who waits for whom, where nothing can happen any more.

use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::report::because::{EndsTold, Explained};
use crate::side::Side;
use crate::world::pair::Pair;
use crate::world::snapshot::{Party, Snapshot};

/// What a pending call waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Need {
    /// Room for this record.
    Room(String),
    /// Data of the peer.
    Data,
    /// The next message of the handshake.
    Message,
    /// The end of the peer's direction.
    PeersEnd,
}

/// Who waits for whom: two sentences for each call that never returns.
pub(super) fn waits<E: Explained>(
    pair: &Pair<E>,
    last: &Snapshot<E>,
    ends: &EndsTold,
) -> Vec<String> {
    let mut lines = Vec::new();
    for side in Side::ALL {
        for history in last.parties.of(side).histories.iter() {
            let Some(call) = history.pending() else { continue };
            let need = need(last.parties.of(side), call);
            let waits = waits_for(pair, last, side, &need, ends);
            let instead = instead(last, side.peer(), &need, ends);
            let name = ends.name(side);
            lines.push(format!("The {name}'s {} {waits} {instead}", which(history, call)));
        }
    }
    lines
}

/// The call by its name, and its place among the calls of its kind where there are several.
fn which(history: &History, call: ProgramCall) -> String {
    let begun = history.calls().iter().filter(|other| *other == call).count();
    match begun {
        0 | 1 => format!("`{call}`"),
        2 => format!("2nd `{call}`"),
        3 => format!("3rd `{call}`"),
        more => format!("{more}th `{call}`"),
    }
}

/// What the call waits for, from what its endpoint would do next.
fn need<E: Explained>(party: &Party<E>, call: ProgramCall) -> Need {
    let interest = party.endpoint.interest();
    let unsent = party.endpoint.sealed();
    let unsent = (interest.transmit && !unsent.is_empty()).then(|| listed(&unsent));
    match (call, unsent) {
        // A read that also transmits waits for data; one that only transmits waits for room.
        (call, _) if call.is_read() && interest.receive => Need::Data,
        (_, Some(records)) => Need::Room(records),
        (ProgramCall::Handshake, None) => Need::Message,
        (ProgramCall::Close, None) => Need::PeersEnd,
        (_, None) => Need::Data,
    }
}

fn waits_for<E: Explained>(
    pair: &Pair<E>,
    last: &Snapshot<E>,
    side: Side,
    need: &Need,
    ends: &EndsTold,
) -> String {
    let peer = ends.name(side.peer());
    match need {
        Need::Data => format!("waits for data; only the {peer} can send it."),
        Need::Message => {
            format!("waits for the next message of the handshake; only the {peer} can send it.")
        }
        Need::PeersEnd => format!("waits for the {peer}'s end; only the {peer}'s close brings it."),
        Need::Room(records) => {
            let (send, receive) = (pair.tcp.send, pair.tcp.receive);
            let full = match (send, receive) {
                (0, 0) => "no queue stands between the two".to_owned(),
                (0, _) => format!("the {peer}'s receive queue is full ({receive} of {receive})"),
                (_, 0) => format!("its send queue is full ({send} of {send})"),
                _ => format!(
                    "its send queue ({} of {send}) and the {peer}'s receive queue ({} of \
                     {receive}) are full",
                    last.tcp.send_queue(side).length(),
                    last.tcp.receive_queue(side.peer()).length(),
                ),
            };
            format!(
                "waits for room to send {records}: {full}, and only the {peer} makes room, by \
                 receiving."
            )
        }
    }
}

/// The calls of a side that are pending, in words; empty if none is.
pub fn pending_calls<E>(party: &Party<E>) -> String {
    let histories = party.histories.iter();
    let pending = histories.filter_map(|history| Some(which(history, history.pending()?)));
    pending.map(|call| format!("its {call}")).collect::<Vec<_>>().join(" and ")
}

/// What the side that could help does instead.
fn instead<E: Explained>(last: &Snapshot<E>, side: Side, need: &Need, ends: &EndsTold) -> String {
    let (party, peer) = (last.parties.of(side), ends.name(side));
    if last.tcp.is_vanished(side) {
        return format!("But the {peer}'s host has vanished.");
    }
    if party.has_ended() {
        return format!("But the {peer} has closed, and makes no more calls.");
    }
    let calls = pending_calls(party);
    if calls.is_empty() {
        return match ends.elsewhere.of(side) {
            None => format!("But the {peer} rests: no call of its program is pending."),
            Some(calls) => format!(
                "But the {peer} makes no call on this connection meanwhile; on its other one it \
                 is in {calls}."
            ),
        };
    }
    let endpoint = &party.endpoint;
    let interest = endpoint.interest();
    match need {
        Need::Room(_) if !interest.receive => {
            let unread = endpoint.unread_records();
            let sealed = endpoint.sealed();
            if endpoint.has_full_inbox() {
                let records = if unread == 1 { "record" } else { "records" };
                format!(
                    "But the {peer} is in {calls}, and receives no more: {unread} {records} of \
                     data that its program has not read fill its inbox."
                )
            } else if sealed.is_empty() {
                format!("But the {peer} is in {calls}, which does not receive.")
            } else {
                let first = listed(&sealed);
                format!(
                    "But the {peer} is in {calls}, and receives nothing as long as it has {first} \
                     to send."
                )
            }
        }
        Need::Room(_) => format!("But the {peer} is in {calls}."),
        Need::Data => format!("But the {peer} is in {calls}, and writes nothing meanwhile."),
        Need::Message => format!("But the {peer} is in {calls}, and sends none meanwhile."),
        Need::PeersEnd => format!("But the {peer} is in {calls}, and does not close meanwhile."),
    }
}

/// Names in a row: `data, data and KeyUpdate`; equal neighbours are counted.
pub(in crate::report) fn listed(names: &[String]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match counted.last_mut() {
            Some((last, count)) if last == name => *count += 1,
            _ => counted.push((name, 1)),
        }
    }
    let words: Vec<String> = counted
        .into_iter()
        .map(|(name, count)| if count == 1 { name.to_owned() } else { format!("{count} × {name}") })
        .collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_in_a_row_are_counted() {
        let listed = |names: &[&str]| {
            listed(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(listed(&[]), "nothing");
        assert_eq!(listed(&["data"]), "data");
        assert_eq!(listed(&["data", "data", "KeyUpdate"]), "2 × data and KeyUpdate");
        assert_eq!(listed(&["a", "b", "a"]), "a, b and a");
    }
}
