//! From a snapshot of the bounded world to the snapshot without bounds that stands for it.

use crate::ends::tls::{Tls, one_less};
use crate::side::{Both, Side};
use crate::unbounded::party::UnboundedParty;
use crate::unbounded::remembered::Remembered;
use crate::unbounded::runs::Runs;
use crate::unbounded::wire::Wire;
use crate::world::cell::Queue;
use crate::world::snapshot::Snapshot;

/// The parts of the snapshot that stands for this one: without what has no effect any more.
///
/// Forgotten are the calls that forbid no other, how many records were sealed, how many data
/// records a run has, and what generation of keys is the first.
pub fn parts_of(snapshot: &Snapshot<Tls>, rejects: bool) -> (Both<UnboundedParty>, Wire) {
    let mut parties = snapshot.parties.map(|party| UnboundedParty {
        endpoint: party.endpoint,
        remembered: Remembered::of(&party.histories, rejects),
    });
    let mut wire = snapshot.tcp.map(|queue: Queue| Runs::of(queue.cells()));
    for side in Side::ALL {
        parties.of_mut(side).endpoint.forget_past();
        while parties.of_mut(side).endpoint.renumber_receiving() {
            let peer = side.peer();
            parties.of_mut(peer).endpoint.renumber_sending();
            wire.change_send_queue(peer, |queue| queue.renumber(one_less));
            wire.change_receive_queue(side, |queue| queue.renumber(one_less));
        }
    }
    (parties, wire)
}
