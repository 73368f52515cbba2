//! What the search reads of a part, worked out once.

use crate::programs::calls::ProgramCall;
use crate::programs::{Caller, Programs};
use crate::side::Side;
use crate::unbounded::party::UnboundedParty;
use crate::unbounded::remembered::{CallReadiness, Remembered};
use crate::unbounded::wire::Wire;
use crate::world::cell::{CellContent, CellQueue};
use crate::world::contract::{PairEndpoint, PairInterest};
use crate::world::tcp::{Fin, Reset};

/// What the search reads of a side.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// What it waits for, if a call is pending.
    pub interest: PairInterest,
    /// The first record of its outbox, by its number.
    pub first: Option<u8>,
    /// That record is of application data.
    pub first_is_data: bool,
    /// Its call transmits what there is room for, and then returns.
    pub wants_blocked: bool,
    /// It waits no longer than a budget allows.
    pub waits_for_budget: bool,
    /// It transmits nothing more, since a transmitting call has failed.
    pub sending_has_failed: bool,
    /// Letters between its halves wait.
    pub has_mail: bool,
    /// Records that its application has not read.
    pub unread: u8,
    /// Its outbox holds data.
    pub holds_data: bool,
    /// Its outbox holds an alert, close_notify too.
    pub holds_alert: bool,
    /// What is remembered of its program.
    pub remembered: Remembered,
    /// The pending call that is not ready for its own direction, if one is not.
    pub dependent: Option<ProgramCall>,
    /// The calls that can begin, as bits.
    begins: u16,
}

impl View {
    /// What is to be known of a party of this side. Whoever numbers the records fills in `first`.
    pub fn of(party: &UnboundedParty, side: Side, programs: &Programs) -> Self {
        let UnboundedParty { endpoint, remembered } = party;
        let waits = remembered.is_waiting();
        let ready = CallReadiness {
            has_mail: endpoint.has_mail(),
            owes_mail: endpoint.owes_mail(),
            accepts_answer: endpoint.accepts_answer(),
        };
        let begins = Caller::ALL
            .into_iter()
            .flat_map(|caller| remembered.may_begin(programs, side, caller, ready))
            .fold(0, |bits, call| bits | bit_of(call));
        Self {
            interest: if waits { endpoint.interest() } else { PairInterest::default() },
            first: None,
            first_is_data: party.first_cell().is_some_and(|cell| cell.content == CellContent::Data),
            wants_blocked: waits && endpoint.wants_blocked(),
            waits_for_budget: waits && endpoint.waits_for_budget(),
            sending_has_failed: endpoint.sending_has_failed(),
            has_mail: ready.has_mail,
            unread: endpoint.unread(),
            holds_data: party.holds(|content| content == CellContent::Data),
            holds_alert: party.holds(|content| {
                matches!(content, CellContent::CloseNotify | CellContent::Alert(_))
            }),
            remembered: *remembered,
            dependent: party.dependent(),
            begins,
        }
    }

    /// The calls that can begin.
    pub fn begins(&self) -> impl Iterator<Item = ProgramCall> + use<> {
        let begins = self.begins;
        ProgramCall::ALL.into_iter().filter(move |call| begins & bit_of(*call) != 0)
    }

    /// Whether a call can begin.
    pub const fn can_begin(&self) -> bool {
        self.begins != 0
    }
}

fn bit_of(call: ProgramCall) -> u16 {
    let index = ProgramCall::ALL.iter().position(|other| *other == call);
    1 << index.unwrap_or_default()
}

/// What the search reads of the transport, as one side sends into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Direction {
    /// The side's send queue holds something.
    pub sending: bool,
    /// Its first letter is a run of data.
    pub sends_run: bool,
    /// Delivering one of that run, with others behind it, changes nothing.
    pub delivers_alike: bool,
    /// The peer's receive queue holds something.
    pub receiving: bool,
    /// Its first letter is a run of data.
    pub receives_run: bool,
    /// The FIN is behind what the send queue holds.
    pub fin_is_queued: bool,
    /// The FIN is behind what the receive queue holds.
    pub fin_has_arrived: bool,
    /// The side has closed its socket.
    pub closed: bool,
    /// There is data in the queues.
    pub has_data: bool,
    /// There is an alert in the queues, close_notify too.
    pub has_alert: bool,
    /// Records in the queues that are not data.
    pub control: u8,
    /// A RST is on its way to the side, whose host is there.
    pub reset: bool,
    /// The side's host has vanished.
    pub vanished: bool,
    /// The side's TCP has given up.
    pub gave_up: bool,
    /// A queue has overflowed.
    pub overflowed: bool,
}

impl Direction {
    /// The direction that leads away from a side.
    pub fn of(wire: &Wire, side: Side) -> Self {
        let (send, receive) = (wire.send_queue(side), wire.receive_queue(side.peer()));
        let letters = || send.letters().iter().chain(receive.letters());
        let first = send.letters().first();
        let is_alert =
            |content| matches!(content, CellContent::CloseNotify | CellContent::Alert(_));
        Self {
            sending: !send.is_empty(),
            sends_run: send.begins_with_run(),
            delivers_alike: send.begins_with_run() && first == receive.letters().last(),
            receiving: !receive.is_empty(),
            receives_run: receive.begins_with_run(),
            fin_is_queued: wire.fin(side) == Fin::Queued,
            fin_has_arrived: wire.fin(side) == Fin::Arrived,
            closed: wire.is_closed(side),
            has_data: letters().any(|letter| letter.content == CellContent::Data),
            has_alert: letters().any(|letter| is_alert(letter.content)),
            control: send.control_records().saturating_add(receive.control_records()),
            reset: wire.reset(side) == Reset::InFlight && !wire.is_vanished(side),
            vanished: wire.is_vanished(side),
            gave_up: matches!(wire.reset(side), Reset::Unreported | Reset::Reported),
            overflowed: send.has_overflowed() || receive.has_overflowed(),
        }
    }

    /// Whether nothing is in the queues.
    pub const fn is_empty(&self) -> bool {
        !self.sending && !self.receiving
    }
}
