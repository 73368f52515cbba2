//! TCP: four bounded queues, FIN, RST and the operations of a socket.
//!
//! The facts were measured on Linux 6.18; the tests say them one by one. RFC 9293's words are used
//! throughout.

mod config;
mod progress;

pub use self::config::{ResetRule, TcpConfig, Vanishing};
use crate::side::{Both, Side};
use crate::world::cell::{Cell, CellQueue, Queue};
use crate::world::contract::{Completion, PairOperation};

/// How far the FIN of one direction has come. It is behind all data, and needs no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fin {
    /// Not asked for, or lost with a reset connection.
    Nowhere,
    /// Behind the data of the send queue.
    Queued,
    /// Behind the data of the receive queue.
    Arrived,
}

/// How far a RST *towards* a socket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reset {
    /// None was sent.
    Nowhere,
    /// Sent, not arrived. It overtakes all data that its sender had not delivered, since that data
    /// is dropped.
    InFlight,
    /// Arrived, or given up by this end's own TCP, since nothing is acknowledged; the error has
    /// yet to be reported, once, to whichever call comes first.
    Unreported,
    /// Arrived, and nothing is left to be reported: transmitting fails (EPIPE), and receiving
    /// gives what is readable, and then an end that looks like a FIN.
    Reported,
}

/// One end's socket: what it sends and has received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Socket<Q> {
    /// Accepted from this end and not yet delivered.
    send: Q,
    /// Delivered to this end and not yet received.
    receive: Q,
    /// The FIN that this end sends.
    fin: Fin,
    /// The RST that is sent to this end.
    reset: Reset,
    /// Whether this end has called `close`.
    closed: bool,
    /// Whether this end's host has vanished.
    vanished: bool,
}

impl<Q: CellQueue> Socket<Q> {
    const NEW: Self = Self {
        send: Q::EMPTY,
        receive: Q::EMPTY,
        fin: Fin::Nowhere,
        reset: Reset::Nowhere,
        closed: false,
        vanished: false,
    };

    /// Whether a RST has arrived here.
    const fn is_reset(&self) -> bool {
        matches!(self.reset, Reset::Unreported | Reset::Reported)
    }

    /// Drops what this end has sent and the other has not got, its FIN included.
    fn drop_unsent(&mut self) {
        self.send = Q::EMPTY;
        if matches!(self.fin, Fin::Queued) {
            self.fin = Fin::Nowhere;
        }
    }
}

/// A TCP connection, established, over one or another kind of queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tcp<Q = Queue> {
    sockets: Both<Socket<Q>>,
}

impl<Q: CellQueue> Default for Tcp<Q> {
    fn default() -> Self {
        Self { sockets: Both { client: Socket::NEW, server: Socket::NEW } }
    }
}

impl<Q: CellQueue> Tcp<Q> {
    /// What is in a side's send queue.
    pub fn send_queue(&self, side: Side) -> &Q {
        &self.sockets.of(side).send
    }

    /// What is in a side's receive queue.
    pub fn receive_queue(&self, side: Side) -> &Q {
        &self.sockets.of(side).receive
    }

    /// Changes what is in a side's send queue.
    pub fn change_send_queue(&mut self, side: Side, change: impl FnOnce(&mut Q)) {
        change(&mut self.sockets.of_mut(side).send);
    }

    /// Changes what is in a side's receive queue.
    pub fn change_receive_queue(&mut self, side: Side, change: impl FnOnce(&mut Q)) {
        change(&mut self.sockets.of_mut(side).receive);
    }

    /// The same connection over another kind of queue.
    pub fn map<R>(self, mut queue: impl FnMut(Q) -> R) -> Tcp<R> {
        let sockets = self.sockets.map(|Socket { send, receive, fin, reset, closed, vanished }| {
            Socket { send: queue(send), receive: queue(receive), fin, reset, closed, vanished }
        });
        Tcp { sockets }
    }

    /// How far a side's FIN has come.
    pub const fn fin(&self, side: Side) -> Fin {
        self.sockets.of(side).fin
    }

    /// How far a RST towards a side has come.
    pub const fn reset(&self, side: Side) -> Reset {
        self.sockets.of(side).reset
    }

    /// Whether a side has closed its socket.
    pub const fn is_closed(&self, side: Side) -> bool {
        self.sockets.of(side).closed
    }

    /// Whether a side's host has vanished.
    pub const fn is_vanished(&self, side: Side) -> bool {
        self.sockets.of(side).vanished
    }

    /// Whether a side's host may vanish now. One of the two does, if any, and only as long as the
    /// other could notice.
    pub fn can_vanish(&self, config: &TcpConfig, side: Side) -> bool {
        config.vanishing != Vanishing::Never
            && !Side::ALL.iter().any(|side| self.is_vanished(*side))
            && !self.is_closed(side.peer())
    }

    /// A side's host vanishes.
    pub fn vanish(&mut self, side: Side) {
        let socket = self.sockets.of_mut(side);
        socket.drop_unsent();
        socket.receive = Q::EMPTY;
        socket.vanished = true;
    }

    /// Whether this side's TCP may give up, since the other host has vanished.
    pub fn can_give_up(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        let unacknowledged =
            !socket.send.is_empty() || socket.fin == Fin::Queued || config.send == 0;
        self.is_vanished(side.peer())
            && !socket.closed
            && matches!(socket.reset, Reset::Nowhere | Reset::InFlight)
            && (unacknowledged || config.vanishing == Vanishing::Probed)
    }

    /// This side's TCP gives up: its calls fail from now on. What had arrived stays readable.
    pub fn give_up(&mut self, side: Side) {
        let fin_had_arrived = self.sockets.of(side.peer()).fin == Fin::Arrived;
        let socket = self.sockets.of_mut(side);
        socket.drop_unsent();
        socket.reset = if fin_had_arrived { Reset::Reported } else { Reset::Unreported };
    }

    /// Whether a transmitting call of this side would do something now: take a cell, or fail.
    ///
    /// With no queue at all a cell goes over only while the other side receives: see
    /// [`Tcp::can_exchange`].
    pub fn can_transmit(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        let peer = self.sockets.of(side.peer());
        if socket.is_reset() || socket.fin != Fin::Nowhere {
            true
        } else if config.send > 0 {
            socket.send.length() < config.send
        } else {
            !peer.vanished && (peer.closed || peer.receive.length() < config.receive)
        }
    }

    /// Transmits one cell, as the one step of a side for which [`Tcp::can_transmit`] holds.
    pub fn transmit(&mut self, config: &TcpConfig, side: Side, cell: Cell) -> Completion {
        let peer_closed = self.sockets.of(side.peer()).closed;
        let socket = self.sockets.of_mut(side);
        if socket.is_reset() {
            socket.reset = Reset::Reported;
            return Completion::TransmitFailed;
        }
        if socket.fin != Fin::Nowhere {
            return Completion::TransmitFailed;
        }
        let taken = if config.send > 0 {
            socket.send.push(cell, config.send)
        } else if peer_closed {
            self.arrive_at_closed(side.peer());
            true
        } else {
            self.sockets.of_mut(side.peer()).receive.push(cell, config.receive)
        };
        if taken { Completion::Transmitted } else { Completion::TransmitBlocked }
    }

    /// Whether a side has room for the next cell, for certain.
    pub fn has_room(&self, config: &TcpConfig, side: Side) -> bool {
        self.can_transmit(config, side) && !self.can_block(config, side)
    }

    /// Whether a transmitting call that must not wait can find no room now.
    ///
    /// Without a send queue there is room only while the receiver receives. The call may always
    /// come at another moment.
    pub fn can_block(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        if socket.is_reset() || socket.fin != Fin::Nowhere {
            false
        } else {
            config.send == 0 || socket.send.length() >= config.send
        }
    }

    /// Whether a cell can go straight from a transmitting call of this side to a receiving call of
    /// the other: there is no queue between (a rendezvous pipe).
    pub fn can_exchange(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        config.send == 0
            && config.receive == 0
            && !socket.is_reset()
            && socket.fin == Fin::Nowhere
            && !self.sockets.of(side.peer()).closed
            && !self.is_vanished(side.peer())
    }

    /// Whether a receiving call of this side would return something now.
    pub fn can_receive(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        let peer = self.sockets.of(side.peer());
        !socket.receive.is_empty()
            || (config.receive == 0 && !peer.send.is_empty())
            || peer.fin == Fin::Arrived
            || socket.is_reset()
    }

    /// Receives: the oldest cell, else the FIN, else the error, once. Nothing if nothing is there.
    ///
    /// Data goes before the error; a FIN that arrived before the RST hides it.
    pub fn receive(&mut self, config: &TcpConfig, side: Side) -> Option<Completion> {
        let peer_fin = self.sockets.of(side.peer()).fin;
        if let Some(cell) = self.sockets.of_mut(side).receive.pop() {
            return Some(Completion::Received(cell));
        }
        if config.receive == 0
            && let Some(cell) = self.sockets.of_mut(side.peer()).send.pop()
        {
            return Some(Completion::Received(cell));
        }
        if peer_fin == Fin::Arrived {
            return Some(Completion::ReceivedFin);
        }
        let socket = self.sockets.of_mut(side);
        match socket.reset {
            Reset::Unreported => {
                socket.reset = Reset::Reported;
                Some(Completion::ReceivedReset)
            }
            Reset::Reported => Some(Completion::ReceivedFin),
            Reset::Nowhere | Reset::InFlight => None,
        }
    }

    /// Whether the first cell of this side's send queue, or the FIN behind it, can move on.
    pub fn can_deliver(&self, config: &TcpConfig, side: Side) -> bool {
        let socket = self.sockets.of(side);
        let peer = self.sockets.of(side.peer());
        if peer.vanished {
            false
        } else if socket.send.is_empty() {
            // Nobody can tell whether a FIN has arrived at a closed socket.
            socket.fin == Fin::Queued && !peer.closed
        } else {
            peer.closed || peer.receive.length() < config.receive
        }
    }

    /// Delivers the first cell of this side's send queue, or the FIN behind it.
    pub fn deliver(&mut self, config: &TcpConfig, side: Side) {
        let peer_closed = self.sockets.of(side.peer()).closed;
        let socket = self.sockets.of_mut(side);
        match socket.send.pop() {
            None => socket.fin = Fin::Arrived,
            Some(_) if peer_closed => self.arrive_at_closed(side.peer()),
            Some(cell) => {
                let _ = self.sockets.of_mut(side.peer()).receive.push(cell, config.receive);
            }
        }
    }

    /// Whether a RST is on its way to this side.
    pub fn can_deliver_reset(&self, side: Side) -> bool {
        self.sockets.of(side).reset == Reset::InFlight
    }

    /// Delivers the RST that is on its way to this side.
    pub fn deliver_reset(&mut self, config: &TcpConfig, side: Side) {
        let fin_had_arrived = self.sockets.of(side.peer()).fin == Fin::Arrived;
        let socket = self.sockets.of_mut(side);
        socket.drop_unsent();
        if config.reset_rule == ResetRule::Discards {
            socket.receive = Q::EMPTY;
        }
        socket.reset = if fin_had_arrived { Reset::Reported } else { Reset::Unreported };
    }

    /// Carries out an operation. Both always succeed.
    pub fn operate(&mut self, side: Side, operation: PairOperation) {
        match operation {
            PairOperation::ShutdownWrite => self.shut_down_write(side),
            PairOperation::Close => self.close(side),
        }
    }

    /// `shutdown(WR)`: the FIN follows what is queued.
    fn shut_down_write(&mut self, side: Side) {
        let socket = self.sockets.of_mut(side);
        if socket.fin == Fin::Nowhere && !socket.is_reset() && !socket.closed {
            socket.fin = Fin::Queued;
        }
    }

    /// `close`: with unread input a RST at once, else a FIN behind what is queued.
    fn close(&mut self, side: Side) {
        let peer = self.sockets.of(side.peer());
        if peer.closed {
            // Nothing that still moves between two closed sockets can be observed.
            for socket in [&mut self.sockets.client, &mut self.sockets.server] {
                *socket = Socket { closed: true, vanished: socket.vanished, ..Socket::NEW };
            }
            return;
        }
        let both_ended = peer.fin == Fin::Arrived && self.sockets.of(side).fin == Fin::Arrived;
        let socket = self.sockets.of_mut(side);
        socket.closed = true;
        let unread = !socket.receive.is_empty();
        socket.receive = Q::EMPTY;
        if unread && !both_ended {
            self.send_reset(side);
        } else if socket.fin == Fin::Nowhere {
            socket.fin = Fin::Queued;
        }
    }

    /// Data arrives at a closed socket: it is dropped, and draws a RST.
    fn arrive_at_closed(&mut self, closed: Side) {
        self.send_reset(closed);
    }

    /// A side resets the connection: what it has not delivered is dropped.
    fn send_reset(&mut self, side: Side) {
        self.sockets.of_mut(side).drop_unsent();
        let peer = self.sockets.of_mut(side.peer());
        if peer.reset == Reset::Nowhere {
            peer.reset = Reset::InFlight;
        }
    }

    /// A measure that every step of the network raises, computed from the value alone: cells are
    /// worth more the further they are, and most when they are gone.
    pub fn potential(&self) -> u32 {
        Side::ALL.iter().map(|side| self.sockets.of(*side).potential()).sum()
    }
}

#[cfg(test)]
mod tests;
