//! What the model says, in the words of the library, and how the two are compared.

use std::fmt;
use std::io::ErrorKind;

use hyaline_check::ends::tls::{TakenRow, Tls};
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::programs::result::ProgramResult;
use hyaline_check::side::Side;
use hyaline_check::world::cell::Queue as Cells;
use hyaline_check::world::snapshot::Snapshot;
use hyaline_model::table::{Action, EffectKind, Event, Notice, ReceivingCall, SendingCall};
use hyaline_replay::{CallResult, Error};

use super::wire::{Queue, shape_of};

/// How a failed call of this side's transport reports it.
pub(crate) fn kind_of(snapshot: &Snapshot<Tls>, side: Side) -> ErrorKind {
    match snapshot.tcp.is_vanished(side.peer()) {
        true => ErrorKind::TimedOut,
        false => ErrorKind::ConnectionReset,
    }
}

/// Compares why a call has failed with how its transport did. What was found before may be the
/// reason, too, but never the other way in which a transport fails.
pub(crate) fn compare_cause(
    side: Side,
    result: CallResult,
    error: Option<&Error>,
    snapshot: &Snapshot<Tls>,
) -> Result<(), String> {
    let other = match snapshot.tcp.is_vanished(side.peer()) {
        true => Error::Reset,
        false => Error::PeerVanished,
    };
    let is_wrong = error.is_none_or(|error| *error == other);
    match result == CallResult::Reset && is_wrong {
        true => Err(format!("{side}: the cause in the library is {error:?}")),
        false => Ok(()),
    }
}

/// What these rows tell the application.
pub(crate) fn notices_of(log: &[TakenRow]) -> Vec<Notice> {
    let told = log.iter().flat_map(|taken| taken.0.effects).filter_map(|effect| {
        // No payload decides what is told.
        let EffectKind::Perform(action) = effect.kind else { return None };
        match action(Event::Received) {
            Action::Notify(notice) => Some(notice),
            _ => None,
        }
    });
    sorted(told.collect())
}

/// In a fixed order: what both halves tell in one step has none.
pub(crate) fn sorted(mut notices: Vec<Notice>) -> Vec<Notice> {
    notices.sort_unstable();
    notices
}

/// The queues' bytes must look like the model's cells; a queue that the model has dropped is
/// dropped here.
pub(crate) fn compare_queue(name: &str, cells: &Cells, records: &mut Queue) -> Result<(), String> {
    if cells.is_empty() {
        records.clear();
    }
    let alike = cells.cells().len() == records.len()
        && cells
            .cells()
            .iter()
            .zip(records.iter())
            .all(|(cell, record)| shape_of(cell.content, cell.generation).allows(record.shape));
    if alike {
        return Ok(());
    }
    let found: Vec<_> = records.iter().map(|record| record.shape).collect();
    Err(format!("{name} queue {:?}, in bytes {found:?}", cells.cells()))
}

pub(crate) fn compare<T: PartialEq + fmt::Debug>(
    what: &str,
    side: Side,
    modelled: T,
    found: T,
) -> Result<(), String> {
    if modelled == found {
        Ok(())
    } else {
        Err(format!("{side}: {what} is {modelled:?} in the model, {found:?} in the library"))
    }
}

/// The world's early end is an end of stream for the call that met it.
pub(crate) fn plainly(result: ProgramResult) -> ProgramResult {
    match result {
        ProgramResult::EarlyEnd => ProgramResult::EndOfStream,
        result => result,
    }
}

/// The real result, with the alert that the real connection names.
pub(crate) fn of_result(result: CallResult, error: &Option<Error>) -> ProgramResult {
    match result {
        // Over plain TCP a close does not learn of the peer's end.
        CallResult::Ok | CallResult::Unconfirmed => ProgramResult::Ok,
        CallResult::EndOfStream => ProgramResult::EndOfStream,
        CallResult::Truncated => ProgramResult::Truncated,
        CallResult::Reset => ProgramResult::Reset,
        CallResult::Alert => match error {
            Some(Error::PeerAlert(description)) => {
                description.known().map_or(ProgramResult::Error(None), ProgramResult::Alert)
            }
            _ => ProgramResult::Error(None),
        },
        // What a write accepted stays accepted.
        CallResult::TimedOut if error.is_none() => ProgramResult::Ok,
        CallResult::Error | CallResult::TimedOut => {
            ProgramResult::Error(error.as_ref().and_then(Error::alert))
        }
    }
}

pub(crate) const fn of_table(call: ProgramCall) -> Option<Event> {
    Some(match call {
        ProgramCall::Handshake => Event::StartReceiving(ReceivingCall::Handshake),
        ProgramCall::Read | ProgramCall::TryRead => Event::StartReceiving(ReceivingCall::Read),
        ProgramCall::Write | ProgramCall::TryWrite => Event::StartSending(SendingCall::Write),
        ProgramCall::HalfClose => Event::StartSending(SendingCall::HalfClose),
        ProgramCall::UpdateKey => Event::StartSending(SendingCall::UpdateKey),
        ProgramCall::Close => Event::StartReceiving(ReceivingCall::Close),
        // Calls that no endpoint sees, and calls in plaintext, of which the library knows nothing.
        _ => return None,
    })
}
