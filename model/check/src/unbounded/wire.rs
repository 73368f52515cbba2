//! The transport between the sides, over queues of any size.

use crate::side::Side;
use crate::unbounded::runs::Runs;
use crate::world::cell::Cell;
use crate::world::contract::{Completion, PairOperation};
use crate::world::tcp::{ResetRule, Tcp, TcpConfig, Vanishing};

/// TCP over queues that have no bound.
pub type Wire = Tcp<Runs>;

/// Whether the run of a record that is taken from a queue of any size goes on behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rest {
    /// The run goes on: others like it are behind.
    Some,
    /// It was the last of its run, or no data.
    None,
}

/// What can happen to the transport: with a record, or with what stands for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Movement<L = Cell> {
    /// This side transmits a record into its send queue.
    Transmit(Side, L),
    /// The first record of this side's send queue, or the FIN behind it, arrives.
    Deliver(Side, Rest),
    /// This side receives.
    Receive(Side, Rest),
    /// This side's endpoint asks for this.
    Operate(Side, PairOperation),
    /// This side's host vanishes.
    Vanish(Side),
    /// This side's TCP gives up.
    GiveUp(Side),
    /// This side's sending key, as the other side knows it, counts from one later.
    Renumber(Side),
}

impl<L> Movement<L> {
    /// The same movement, with the record that its own stands for.
    pub fn with_record<M>(self, record: impl FnOnce(L) -> Option<M>) -> Option<Movement<M>> {
        Some(match self {
            Self::Transmit(side, letter) => Movement::Transmit(side, record(letter)?),
            Self::Deliver(side, rest) => Movement::Deliver(side, rest),
            Self::Receive(side, rest) => Movement::Receive(side, rest),
            Self::Operate(side, operation) => Movement::Operate(side, operation),
            Self::Vanish(side) => Movement::Vanish(side),
            Self::GiveUp(side) => Movement::GiveUp(side),
            Self::Renumber(side) => Movement::Renumber(side),
        })
    }
}

/// Queues whose bound is never reached. The exploration stops at a reset, so the rule for what a
/// reset does makes no difference here. Whether a host may vanish, and when the other's TCP gives
/// up, the world decides.
const UNBOUNDED: TcpConfig = TcpConfig {
    send: u8::MAX,
    receive: u8::MAX,
    reset_rule: ResetRule::Keeps,
    vanishing: Vanishing::Never,
};

/// What comes of a movement: the transport afterwards, and what it did for the endpoint.
pub fn moved(mut wire: Wire, movement: Movement) -> (Wire, Option<Completion>) {
    let completion = match movement {
        Movement::Transmit(side, cell) => Some(wire.transmit(&UNBOUNDED, side, cell)),
        Movement::Deliver(side, rest) => {
            if rest == Rest::Some {
                wire.change_send_queue(side, Runs::set_first_apart);
            }
            wire.deliver(&UNBOUNDED, side);
            None
        }
        Movement::Receive(side, rest) => {
            if rest == Rest::Some {
                wire.change_receive_queue(side, Runs::set_first_apart);
            }
            wire.receive(&UNBOUNDED, side)
        }
        Movement::Operate(side, operation) => {
            wire.operate(side, operation);
            None
        }
        Movement::Vanish(side) => {
            wire.vanish(side);
            None
        }
        Movement::GiveUp(side) => {
            wire.give_up(side);
            None
        }
        Movement::Renumber(side) => {
            let renumber = |queue: &mut Runs| queue.renumber(crate::ends::tls::one_less);
            wire.change_send_queue(side, renumber);
            wire.change_receive_queue(side.peer(), renumber);
            None
        }
    };
    (wire, completion)
}
