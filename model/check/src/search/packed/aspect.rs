//! What the steps of a snapshot, and most properties, depend on: much less than its parts.
//!
//! [`Pair::steps`](crate::world::pair::Pair::steps), the witnesses and the properties that read
//! [`Moves`](crate::judgement::properties::Reads::Moves) are asked of one snapshot for each
//! combination of aspects. So whatever they ask of a snapshot has to stand here. A test compares
//! what comes of it with what stateright finds, which asks every snapshot.

use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::programs::{Caller, Callers, Programs};
use crate::side::{Both, Side};
use crate::world::cell::{Cell, Part};
use crate::world::contract::{Completion, PairEndpoint, PairInterest};
use crate::world::snapshot::Party;
use crate::world::tcp::{Tcp, TcpConfig};

/// What is asked of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PartyAspect {
    pending: Callers<Option<ProgramCall>>,
    may_begin: Callers<bool>,
    /// The calls that each caller may begin, as bits.
    begins: Callers<u16>,
    is_connected: bool,
    has_ended: bool,
    has_mail: bool,
    owes_mail: bool,
    interest: PairInterest,
    holds_cell: bool,
    wants_blocked: bool,
    waits_for_budget: bool,
    accepts: [bool; 6],
    /// The two fields of [`Witnesses`](crate::world::contract::Witnesses).
    shows: [bool; 2],
    /// A stream ended in order; an alert was received.
    was_told: [bool; 2],
}

impl PartyAspect {
    /// What is asked of a party of this side.
    pub(super) fn of<E: PairEndpoint>(party: &Party<E>, side: Side, programs: &Programs) -> Self {
        let Party { endpoint, histories } = party;
        let manner = programs.manner(side);
        let begins = |caller| {
            let calls = histories.of(caller).calls();
            (0..)
                .zip(ProgramCall::ALL)
                .filter(|(_, call)| programs.allow(side, caller, calls, *call))
                .filter(|(_, call)| party.may_make(caller, *call))
                .fold(0, |bits, (index, _)| bits | 1 << index)
        };
        let of_callers =
            Callers { whole: Caller::Whole, reader: Caller::Reader, writer: Caller::Writer };
        let may_begin = of_callers.map(|caller| party.may_begin(manner, caller));
        let has_result = |is_asked: fn(ProgramResult) -> bool| party.results().any(is_asked);
        let shown = endpoint.witnesses();
        let completions = [
            Completion::Received(Cell::plain(Part::Whole)),
            Completion::ReceivedFin,
            Completion::ReceivedReset,
            Completion::Transmitted,
            Completion::DeadlinePassed,
            Completion::ReadDeadlinePassed,
        ];
        Self {
            pending: histories.map(|history| history.pending()),
            may_begin,
            begins: of_callers.map(|caller| match may_begin.of(caller) {
                true => begins(caller),
                false => 0,
            }),
            is_connected: party.is_connected(),
            has_ended: party.has_ended(),
            has_mail: endpoint.has_mail(),
            owes_mail: endpoint.owes_mail(),
            interest: endpoint.interest(),
            holds_cell: endpoint.first_cell().is_some(),
            wants_blocked: endpoint.wants_blocked(),
            waits_for_budget: endpoint.waits_for_budget(),
            accepts: completions.map(|completion| endpoint.accepts(completion)),
            shows: [shown.keys_were_updated, shown.control_is_queued],
            was_told: [
                has_result(|result| result == ProgramResult::EndOfStream),
                has_result(|result| matches!(result, ProgramResult::Alert(_))),
            ],
        }
    }
}

/// What is asked of one side's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct SocketAspect {
    can_transmit: bool,
    can_block: bool,
    can_exchange: bool,
    can_receive: bool,
    can_deliver: bool,
    can_deliver_reset: bool,
    can_vanish: bool,
    can_give_up: bool,
    is_closed: bool,
    is_vanished: bool,
    holds_input: bool,
    receives: Option<ReceivedKind>,
}

/// What a receiving call would return. An endpoint that accepts one cell accepts each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ReceivedKind {
    Cell,
    Fin,
    Reset,
}

/// What is asked of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TransportAspect {
    sockets: Both<SocketAspect>,
}

impl TransportAspect {
    /// What is asked of a transport that is configured so.
    pub(super) fn of(tcp: &Tcp, config: &TcpConfig) -> Self {
        let of = |side| SocketAspect {
            can_transmit: tcp.can_transmit(config, side),
            can_block: tcp.can_block(config, side),
            can_exchange: tcp.can_exchange(config, side),
            can_receive: tcp.can_receive(config, side),
            can_deliver: tcp.can_deliver(config, side),
            can_deliver_reset: tcp.can_deliver_reset(side),
            can_vanish: tcp.can_vanish(config, side),
            can_give_up: tcp.can_give_up(config, side),
            is_closed: tcp.is_closed(side),
            is_vanished: tcp.is_vanished(side),
            holds_input: !tcp.receive_queue(side).is_empty(),
            receives: { *tcp }.receive(config, side).map(|completion| match completion {
                Completion::ReceivedFin => ReceivedKind::Fin,
                Completion::ReceivedReset => ReceivedKind::Reset,
                _ => ReceivedKind::Cell,
            }),
        };
        Self { sockets: Both { client: of(Side::Client), server: of(Side::Server) } }
    }
}
