//! Where nothing has to happen, which calls may wait?

use crate::programs::Caller;
use crate::programs::calls::ProgramCall;
use crate::side::Side;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::violation::{OnItsWay, UnboundedViolation};
use crate::unbounded::world::UnboundedWorld;

/// What is wrong with a snapshot in which nothing has to happen: a call waits that over plain TCP,
/// with the same data in the same places, would not.
///
/// A read may wait if nothing is on its way to it. A write may wait if as many records are unread
/// before it as the peer's inbox takes (`inbox`), and no more than these are in the queues that
/// plain TCP would not have there: then TCP's queues, with the unread records in them, are full.
/// No other call may wait.
pub fn judge(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
    inbox: u8,
) -> Option<UnboundedViolation> {
    if world.rejection().is_some() {
        return judge_rejection(world, snapshot);
    }
    Side::ALL.into_iter().find_map(|side| {
        Caller::ALL.into_iter().find_map(|caller| {
            let call = world.view(snapshot, side)?.remembered.pending(caller)?;
            match call {
                _ if is_alone(world, snapshot, side) => judge_alone(world, snapshot, side, call),
                ProgramCall::Read => judge_read(world, snapshot, side),
                ProgramCall::Write => judge_write(world, snapshot, side, inbox),
                other => Some(UnboundedViolation::CallWaits(other)),
            }
        })
    })
}

/// Whether the other side's host has vanished.
fn is_alone(world: &UnboundedWorld, snapshot: UnboundedSnapshot, side: Side) -> bool {
    let directions = world.directions(snapshot);
    directions.is_some_and(|directions| directions.of(side.peer()).vanished)
}

/// The rule where the other side's host has vanished: only a read may wait, as long as nothing has
/// arrived for it and TCP has not given up.
fn judge_alone(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
    side: Side,
    call: ProgramCall,
) -> Option<UnboundedViolation> {
    let directions = world.directions(snapshot)?;
    let towards = directions.of(side.peer());
    if call != ProgramCall::Read || directions.of(side).gave_up {
        return Some(UnboundedViolation::CallWaits(call));
    }
    let has_arrived = if world.view(snapshot, side)?.unread > 0 || towards.has_data {
        OnItsWay::Data
    } else if towards.has_alert || towards.fin_has_arrived {
        OnItsWay::End
    } else if towards.control > 0 {
        OnItsWay::Control
    } else {
        return None;
    };
    Some(UnboundedViolation::ReadWaits(has_arrived))
}

fn judge_read(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
    side: Side,
) -> Option<UnboundedViolation> {
    let (own, peer) = (world.view(snapshot, side)?, world.view(snapshot, side.peer())?);
    let towards = world.directions(snapshot)?.of(side.peer());
    let on_its_way = if own.unread > 0 || towards.has_data || peer.holds_data {
        OnItsWay::Data
    } else if towards.has_alert
        || peer.holds_alert
        || towards.fin_is_queued
        || towards.fin_has_arrived
        || towards.closed
    {
        OnItsWay::End
    } else if towards.control > 0 {
        OnItsWay::Control
    } else {
        return None;
    };
    Some(UnboundedViolation::ReadWaits(on_its_way))
}

fn judge_write(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
    side: Side,
    inbox: u8,
) -> Option<UnboundedViolation> {
    let unread = world.view(snapshot, side.peer())?.unread;
    let directions = world.directions(snapshot)?;
    if directions.of(side.peer()).closed || !world.view(snapshot, side)?.holds_data {
        return Some(UnboundedViolation::CallWaits(ProgramCall::Write));
    }
    let control = directions.of(side).control;
    let excused = unread >= inbox && control <= inbox;
    (!excused).then_some(UnboundedViolation::WriteWaits { unread, control })
}

/// Whether a pending call may wait although something that it waits for is on its way. If a read or
/// a close does so in one snapshot, it does so as long as it is pending, since what is on its way
/// to it stays there. A close whose peer goes on for ever waits no longer than its budget.
pub fn may_miss_something(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
    side: Side,
    call: ProgramCall,
) -> bool {
    if is_alone(world, snapshot, side) {
        return judge_alone(world, snapshot, side, call).is_some();
    }
    let coming = match judge_read(world, snapshot, side) {
        Some(UnboundedViolation::ReadWaits(coming)) => coming,
        _ => OnItsWay::Control,
    };
    match call {
        _ if world.rejection().is_some() => true,
        ProgramCall::Read => coming != OnItsWay::Control,
        ProgramCall::Close => coming == OnItsWay::End,
        _ => true,
    }
}

/// What is wrong with a call that is pending in each of these snapshots, through which a run goes
/// round and round: the rule of [`judge`], for a run that has no end.
pub fn starves(
    world: &UnboundedWorld,
    mut snapshots: impl Iterator<Item = UnboundedSnapshot>,
    side: Side,
    call: ProgramCall,
    inbox: u8,
) -> Option<UnboundedViolation> {
    match call {
        _ if world.rejection().is_some() => Some(UnboundedViolation::CallWaits(call)),
        ProgramCall::Read => {
            let snapshot = snapshots.next()?;
            match is_alone(world, snapshot, side) {
                true => judge_alone(world, snapshot, side, call),
                false => judge_read(world, snapshot, side),
            }
        }
        ProgramCall::Write => {
            snapshots.find_map(|snapshot| judge_write(world, snapshot, side, inbox))
        }
        other => Some(UnboundedViolation::CallWaits(other)),
    }
}

/// Where a certificate is rejected, everything ends, and both sides are told.
fn judge_rejection(
    world: &UnboundedWorld,
    snapshot: UnboundedSnapshot,
) -> Option<UnboundedViolation> {
    Side::ALL.into_iter().find_map(|side| {
        let remembered = world.view(snapshot, side)?.remembered;
        let pending = Caller::ALL.into_iter().find_map(|caller| remembered.pending(caller));
        let told = Caller::ALL.into_iter().any(|caller| remembered.was_told(caller));
        match pending {
            Some(call) => Some(UnboundedViolation::CallWaits(call)),
            None => (!told).then_some(UnboundedViolation::NobodyTold),
        }
    })
}
