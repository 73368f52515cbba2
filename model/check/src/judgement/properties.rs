//! The properties of world *pair*, as stateright checks them.

use stateright::Property;

use crate::judgement::system::{Judgement, System};
use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::side::Side;
use crate::world::contract::{Completion, PairEndpoint};
use crate::world::snapshot::Snapshot;

/// Every run is excused by one of plain TCP.
pub const TRANSPARENT: &str = "transparent";
/// The same for every result, not only for the first bad one of each side.
pub const TRANSPARENT_THROUGHOUT: &str = "transparent throughout";
/// Where plain TCP can end with every call ok, TLS can too. Not a property of single snapshots.
pub const GOOD_RUNS_SURVIVE: &str = "good runs survive";
/// Where a host vanishes, no call of the other waits longer than plain TCP's.
pub const WAITS_NO_LONGER: &str = "waits no longer";
/// The rule for a rejected certificate.
pub const REJECTION_IS_TOLD: &str = "rejection is told";
/// A stream ends cleanly only after close_notify and everything that the peer's writes accepted.
pub const HONEST_END: &str = "honest end";
/// Once a read has found the end of the stream, or an error instead, every later read finds the
/// same.
pub const END_STAYS: &str = "end stays";
/// Records never interleave; they are sent in the order of sealing and of key generations.
pub const IN_ORDER: &str = "in order";
/// Queued control data and unread plaintext stay under stated constants.
pub const BOUNDED: &str = "bounded";
/// A read never waits for our own output, nor a write for a read of the application.
pub const INDEPENDENT: &str = "independent";
/// Every step that can run is covered by the declared interest, and a call that waits has
/// something that can end its wait.
pub const AWAKE: &str = "awake";
/// A call that returns leaves nothing unsent for which there is room: every call but a read, which
/// returns as soon as it has its data or the end, and transmits only while it waits.
pub const PROMPT: &str = "prompt";
/// Every close learns that its peer has ended: none ends because its budget runs out.
pub const CONFIRMED: &str = "confirmed";
/// Every step raises the measure of progress: no cycle, no self-loop.
pub const ACYCLIC: &str = "acyclic";
/// No endpoint reports a fault, but for those faults that have a property of their own.
pub const SOUND: &str = "sound";
/// A program's close closes its socket.
pub const CLOSE_CLOSES: &str = "close closes";
/// A run ends somewhere. Not a property of single snapshots.
pub const ENDS: &str = "ends";
/// Holds always. stateright stops when every property has a discovery; this one never has.
pub const EXPLORED: &str = "explored to the end";

/// What a property looks at, so that a search need not ask for it in each snapshot anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reads {
    /// At each side by itself: the property holds where it holds of both.
    Side,
    /// At what the steps depend on, the sockets that are closed, and the marks.
    Moves,
    /// At the histories, who has vanished, and who rests while something of its is unsent, where no
    /// step is enabled. Elsewhere it holds.
    End,
    /// At nothing.
    Nothing,
    /// At anything.
    Snapshot,
}

/// What a property looks at. A property that is not named here is asked for in each snapshot, which
/// takes longer and loses nothing.
pub fn reads(property: &str) -> Reads {
    match property {
        INDEPENDENT | IN_ORDER | BOUNDED | SOUND | HONEST_END | END_STAYS => Reads::Side,
        ACYCLIC | AWAKE | CLOSE_CLOSES | PROMPT | CONFIRMED => Reads::Moves,
        TRANSPARENT | TRANSPARENT_THROUGHOUT | WAITS_NO_LONGER | REJECTION_IS_TOLD => Reads::End,
        EXPLORED => Reads::Nothing,
        _ => Reads::Snapshot,
    }
}

/// The properties that are checked at each snapshot.
pub fn all<E: PairEndpoint>(judgement: &Judgement) -> Vec<Property<System<E>>> {
    let mut properties: Vec<Property<System<E>>> = vec![
        Property::always(ACYCLIC, |_, snapshot: &Snapshot<E>| !snapshot.marks.went_back),
        Property::always(PROMPT, |_, snapshot: &Snapshot<E>| !snapshot.marks.dallied),
        Property::always(CONFIRMED, |_, snapshot: &Snapshot<E>| !snapshot.marks.unconfirmed),
        Property::always(INDEPENDENT, |_, snapshot: &Snapshot<E>| is_independent(snapshot)),
        Property::always(AWAKE, is_awake),
        Property::always(IN_ORDER, |_, snapshot: &Snapshot<E>| !has_fault(snapshot, IN_ORDER)),
        Property::always(BOUNDED, |_, snapshot: &Snapshot<E>| !has_fault(snapshot, BOUNDED)),
        Property::always(SOUND, |_, snapshot: &Snapshot<E>| is_sound(snapshot)),
        Property::always(CLOSE_CLOSES, |_, snapshot: &Snapshot<E>| close_closes(snapshot)),
        Property::always(EXPLORED, |_, _| true),
    ];
    let well = |system: &System<E>, snapshot: &Snapshot<E>| {
        !system.pair.is_terminal(snapshot)
            || snapshot.rests_owing()
            || system.is_judged_well(snapshot)
    };
    match judgement {
        // Plain TCP may end a stream early, so *honest end* is not asked of it.
        Judgement::Record => {}
        Judgement::Transparent { vanishing, .. } => {
            if *vanishing {
                let waits = |system: &System<E>, snapshot: &Snapshot<E>| {
                    !system.pair.is_terminal(snapshot) || system.waits_no_longer(snapshot)
                };
                properties.push(Property::always(WAITS_NO_LONGER, waits));
            }
            properties.push(Property::always(TRANSPARENT, well));
            let throughout = |system: &System<E>, snapshot: &Snapshot<E>| {
                !system.pair.is_terminal(snapshot)
                    || snapshot.rests_owing()
                    || system.is_excused_throughout(snapshot)
            };
            properties.push(Property::always(TRANSPARENT_THROUGHOUT, throughout));
            properties.push(Property::always(HONEST_END, |_, snapshot: &Snapshot<E>| {
                is_honest(snapshot)
            }));
            properties
                .push(Property::always(END_STAYS, |_, snapshot: &Snapshot<E>| end_stays(snapshot)));
        }
        Judgement::Rejection(_) => {
            properties.push(Property::always(REJECTION_IS_TOLD, well));
            properties.push(Property::always(HONEST_END, |_, snapshot: &Snapshot<E>| {
                is_honest(snapshot)
            }));
            properties
                .push(Property::always(END_STAYS, |_, snapshot: &Snapshot<E>| end_stays(snapshot)));
        }
    }
    properties
}

/// The names of all properties that [`all`] and the exploration decide, in the order of reports.
pub fn names(judgement: &Judgement) -> Vec<&'static str> {
    let mut names = match judgement {
        Judgement::Record => vec![],
        Judgement::Transparent { vanishing, .. } => {
            let mut names = vec![TRANSPARENT, TRANSPARENT_THROUGHOUT, GOOD_RUNS_SURVIVE];
            if *vanishing {
                names.push(WAITS_NO_LONGER);
            }
            names.extend([HONEST_END, END_STAYS]);
            names
        }
        Judgement::Rejection(_) => vec![REJECTION_IS_TOLD, HONEST_END, END_STAYS],
    };
    names.extend([
        IN_ORDER,
        BOUNDED,
        INDEPENDENT,
        AWAKE,
        PROMPT,
        CONFIRMED,
        SOUND,
        CLOSE_CLOSES,
        ACYCLIC,
        ENDS,
    ]);
    names
}

fn has_fault<E: PairEndpoint>(snapshot: &Snapshot<E>, name: &str) -> bool {
    Side::ALL.iter().any(|side| snapshot.parties.of(*side).endpoint.fault() == Some(name))
}

fn is_sound<E: PairEndpoint>(snapshot: &Snapshot<E>) -> bool {
    Side::ALL.iter().all(|side| match snapshot.parties.of(*side).endpoint.fault() {
        None => true,
        Some(name) => name == IN_ORDER || name == BOUNDED,
    })
}

fn close_closes<E: PairEndpoint>(snapshot: &Snapshot<E>) -> bool {
    Side::ALL
        .iter()
        .all(|side| snapshot.parties.of(*side).has_ended() == snapshot.tcp.is_closed(*side))
}

/// No stream ends early: before everything that the peer's writes accepted was delivered. Over TLS
/// a clean end is what close_notify says (RFC 9846 section 6.1).
fn is_honest<E: PairEndpoint>(snapshot: &Snapshot<E>) -> bool {
    Side::ALL.iter().all(|side| {
        let mut results = snapshot.parties.of(*side).results();
        results.all(|result| result != ProgramResult::EarlyEnd)
    })
}

/// The first read that neither gives data nor gives up decides: every read after it has the same
/// result. Before the stream's end a read may give up, which says nothing of the stream; behind it
/// no read may.
fn end_stays<E: PairEndpoint>(snapshot: &Snapshot<E>) -> bool {
    let stays = |history: &History| {
        let reads = history.calls().iter().zip(history.results());
        let mut ends = reads
            .filter(|(call, _)| call.is_read())
            .map(|(_, result)| result)
            .skip_while(|result| matches!(result, ProgramResult::Ok | ProgramResult::GivenUp));
        let first = ends.next();
        ends.all(|result| Some(result) == first)
    };
    Side::ALL.iter().all(|side| snapshot.parties.of(*side).histories.iter().all(stays))
}

/// A pending read is ready to receive, whatever is unsent; a pending write is ready to transmit,
/// whatever is unread.
fn is_independent<E: PairEndpoint>(snapshot: &Snapshot<E>) -> bool {
    Side::ALL.iter().all(|side| {
        let party = snapshot.parties.of(*side);
        let interest = party.endpoint.interest();
        party.pending().all(|call| match call {
            // A letter is delivered without waiting. A read that fails does not wait either: its
            // alert is transmitted as far as there is room.
            ProgramCall::Read | ProgramCall::TryRead => {
                interest.receive || party.endpoint.owes_mail() || party.endpoint.wants_blocked()
            }
            ProgramCall::Write | ProgramCall::TryWrite => {
                interest.transmit || party.endpoint.first_cell().is_none()
            }
            _ => true,
        })
    })
}

/// The interest of an endpoint covers everything that the transport could do for a pending call now
/// and that the endpoint has a row for. And a side whose call can do nothing now waits for
/// something: for input, for room, or for the end of a budget. The second half finds an endpoint
/// that lacks the row and the interest alike.
fn is_awake<E: PairEndpoint>(System { pair, .. }: &System<E>, snapshot: &Snapshot<E>) -> bool {
    Side::ALL.into_iter().all(|side| {
        let party = snapshot.parties.of(side);
        if !party.is_waiting() || snapshot.tcp.is_vanished(side) {
            return true;
        }
        let endpoint = &party.endpoint;
        let interest = endpoint.interest();
        let receives = || {
            let completion = { snapshot.tcp }.receive(&pair.tcp, side);
            completion.is_some_and(|completion| endpoint.accepts(completion))
        };
        let transmits = || {
            endpoint.first_cell().is_some()
                && snapshot.tcp.can_transmit(&pair.tcp, side)
                && endpoint.accepts(Completion::Transmitted)
        };
        let can_be_woken = interest.receive
            || (interest.transmit && endpoint.first_cell().is_some())
            || endpoint.waits_for_budget();
        (interest.receive || !receives())
            && (interest.transmit || !transmits())
            && (can_be_woken || !pair.waits(snapshot, side))
    })
}
