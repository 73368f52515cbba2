//! Which of the steps of the transport have to happen, whatever the size of the queues.

use crate::side::Side;
use crate::unbounded::step::{Force, UnboundedStep};
use crate::unbounded::view::{Direction, View};

/// Whether a record that waits to be transmitted has to go, whatever the size of the queues. Behind
/// a FIN it fails, and where TCP has given up. In an empty direction it goes if the peer receives,
/// for there is room in a queue, or the record goes straight into the receiving call; and always if
/// the peer's socket is closed.
pub const fn transmits(away: &Direction, towards: &Direction, peer: &View) -> Force {
    let fails = away.fin_is_queued || away.fin_has_arrived || away.gave_up;
    if fails || away.is_empty() && (peer.interest.receive || towards.closed) {
        Force::Has
    } else {
        Force::May
    }
}

/// Whether the first record of a send queue has to move on. Where the receive queue can hold
/// nothing, a receiving call takes it.
pub const fn delivers(away: &Direction, towards: &Direction, peer: &View) -> Force {
    if towards.closed || (!away.receiving && peer.interest.receive) {
        Force::Has
    } else {
        Force::May
    }
}

/// The steps of a host that vanishes.
pub fn vanishes(
    side: Side,
    views: (&View, &View),
    towards: &Direction,
) -> impl Iterator<Item = (UnboundedStep, Force)> {
    let (view, peer) = views;
    let connected = view.remembered.is_connected() && peer.remembered.is_connected();
    let may = connected && !towards.vanished && !towards.closed;
    may.then_some((UnboundedStep::Vanish(side), Force::May)).into_iter()
}

/// The steps of a side where the other's host has vanished, but for those of its endpoint.
///
/// TCP may give up at any time: by keep-alives, or because nothing acknowledges what it sends. It
/// has to where something is sent, or waits to be sent where no queue takes it.
pub fn survives(
    side: Side,
    view: &View,
    away: &Direction,
) -> impl Iterator<Item = (UnboundedStep, Force)> {
    let waits = view.interest.transmit && view.first.is_some();
    let force = if waits || away.sending || away.fin_is_queued { Force::Has } else { Force::May };
    let may_give_up = !away.closed && !away.gave_up;
    let give_up = may_give_up.then_some((UnboundedStep::GiveUp(side), force));
    let expire = view.waits_for_budget.then_some((UnboundedStep::ExpireBudget(side), Force::Has));
    [give_up, expire].into_iter().flatten()
}
