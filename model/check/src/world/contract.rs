//! What the world and an endpoint promise each other.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use hyaline_model::table::Half;

use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Manner};
use crate::world::cell::Cell;

/// What a pending call waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PairInterest {
    /// Something to receive: a cell, a FIN or a reset.
    pub receive: bool,
    /// Room to transmit the first cell of the outbox.
    pub transmit: bool,
}

/// What the transport did for an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Completion {
    /// The endpoint received the next cell.
    Received(Cell),
    /// The endpoint received the end of the peer's direction.
    ReceivedFin,
    /// The endpoint's receiving call failed, because the peer reset the connection.
    ReceivedReset,
    /// The endpoint transmitted the first cell of the outbox, which is to be removed there.
    Transmitted,
    /// The transport had no room just now.
    TransmitBlocked,
    /// The endpoint's transmitting call failed, because the peer reset the connection.
    TransmitFailed,
    /// The time and bytes that a call may wait or drain are used up.
    BudgetExpired,
    /// The deadline of a write has passed while there was no room.
    DeadlinePassed,
    /// The deadline of a read has passed while there was nothing to receive.
    ReadDeadlinePassed,
}

/// What an endpoint has the transport do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairOperation {
    /// `shutdown(WR)`: a FIN follows what is queued.
    ShutdownWrite,
    /// `close`.
    Close,
}

/// Where the rows go that an endpoint takes in a step. They are no part of the snapshot.
pub trait Log<Row> {
    /// One row was taken.
    fn row(&mut self, row: Row);
}

/// Forgets the rows: this is what exploring uses.
impl<Row> Log<Row> for () {
    fn row(&mut self, _row: Row) {}
}

/// Keeps the rows: this is what charts use.
impl<Row> Log<Row> for Vec<Row> {
    fn row(&mut self, row: Row) {
        self.push(row);
    }
}

/// One side's endpoint: TLS, or plain TCP.
///
/// A value: small, without heap, equal when nothing can tell two of them apart.
pub trait PairEndpoint: Clone + Eq + Hash + Debug + Send + Sync + 'static {
    /// What is logged of a row that is taken.
    type Row: Clone + Debug + Display + Send + Sync + 'static;

    /// Gives the halves to two owners. No call is pending.
    fn divide(&mut self);

    /// Gives the halves to one owner again. No call is pending, and no letter waits.
    fn unite(&mut self);

    /// Whether a letter waits, of either half.
    fn has_mail(&self) -> bool;

    /// Whether the receiving half owes the sending half a letter. Its owner does nothing else
    /// before that is delivered.
    fn owes_mail(&self) -> bool;

    /// Whether a write may begin while the handshake is pending, on an endpoint of one owner.
    fn accepts_answer(&self) -> bool;

    /// Delivers the letters of both halves.
    fn deliver_mail(&mut self, log: &mut impl Log<Self::Row>);

    /// Starts a call in its place. It may complete at once (see [`PairEndpoint::take_result`]).
    fn start(&mut self, call: ProgramCall, log: &mut impl Log<Self::Row>);

    /// Tells what the transport did for a pending call.
    fn finish(&mut self, completion: Completion, log: &mut impl Log<Self::Row>);

    /// The result of the call that was pending in this place, once.
    fn take_result(&mut self, place: Half) -> Option<ProgramResult>;

    /// The result of a caller's pending call, once. One caller that makes one call at a time has
    /// both places; a handshake and a close, which take both, end in the receiving one.
    fn take_result_of(&mut self, caller: Caller, manner: Manner) -> Option<ProgramResult> {
        match caller {
            Caller::Whole if manner.has_two_callers() => self.take_result(Half::Receiving),
            Caller::Whole => {
                self.take_result(Half::Receiving).or_else(|| self.take_result(Half::Sending))
            }
            Caller::Reader => self.take_result(Half::Receiving),
            Caller::Writer => self.take_result(Half::Sending),
        }
    }

    /// An operation to be carried out at once, each once, in order.
    fn take_operation(&mut self) -> Option<PairOperation>;

    /// What calls wait for, as long as one is pending. A pending call receives and transmits,
    /// whichever it is.
    fn interest(&self) -> PairInterest;

    /// Whether the row that this completion would take says something, that is, is not an
    /// `otherwise`. The property *awake* compares it with the interest, from which the world
    /// derives the steps. What a cell carries makes no difference: before it is received nobody
    /// knows.
    fn accepts(&self, completion: Completion) -> bool;

    /// The first cell of the outbox.
    fn first_cell(&self) -> Option<Cell>;

    /// Whether [`Completion::TransmitBlocked`] is of interest: a call that transmits what there is
    /// room for, and then returns.
    fn wants_blocked(&self) -> bool;

    /// Whether [`Completion::BudgetExpired`] is of interest.
    fn waits_for_budget(&self) -> bool;

    /// A measure of the endpoint's progress, computed from its value alone.
    ///
    /// The world adds its own measure, and the sum must rise on every step. For that, one turn
    /// must raise this measure
    /// - at `Transmitted` by at least 5 (the cell now weighs upon the send queue);
    /// - at `TransmitBlocked`, `BudgetExpired`, `DeadlinePassed`, `ReceivedFin` by at least 1,
    ///   unless the call ends;
    /// - when mail is delivered by at least 1;
    /// - else by 0 or more, or by −1 where a cell or a reset is received;
    ///
    /// except that it may fall by up to
    /// [`CALL_WEIGHT`](crate::world::snapshot::CALL_WEIGHT) − 1 where a call starts, and again
    /// where one ends. `6 × cells sealed so far − 5 × cells in the outbox`, plus flags that only
    /// ever rise, is such a measure.
    fn potential(&self) -> u32;

    /// The name of a safety property that the endpoint itself has violated (`in order`, `bounded`).
    fn fault(&self) -> Option<&'static str>;

    /// What this endpoint's value shows of the things that have to happen for the faults above to
    /// mean something.
    fn witnesses(&self) -> Witnesses;
}

/// Things of which each has to happen in some run. A property whose witness never happens would
/// hold without having been tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// Data was received that was sealed under updated keys (*in order*).
    pub keys_were_updated: bool,
    /// An obligation waits for its room (*bounded*).
    pub control_is_queued: bool,
}
