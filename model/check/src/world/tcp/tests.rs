//! The facts about TCP, one test each.

use super::*;
use crate::side::Side::{Client, Server};
use crate::world::cell::Part;

const ONE: TcpConfig =
    TcpConfig { send: 1, receive: 1, reset_rule: ResetRule::Keeps, vanishing: Vanishing::Never };
const DISCARDS: TcpConfig = TcpConfig { reset_rule: ResetRule::Discards, ..ONE };

fn cell(generation: u8) -> Cell {
    Cell { generation, ..Cell::plain(Part::Whole) }
}

fn received(generation: u8) -> Option<Completion> {
    Some(Completion::Received(cell(generation)))
}

/// A connection on which the steps of a test are taken, each of which has to raise the potential.
struct Wire {
    tcp: Tcp,
    config: TcpConfig,
    generation: u8,
}

impl Wire {
    fn new(config: TcpConfig) -> Self {
        Self { tcp: Tcp::default(), config, generation: 0 }
    }

    /// Transmits a cell; they are numbered from 1.
    fn transmit(&mut self, side: Side) -> Completion {
        assert!(self.tcp.can_transmit(&self.config, side));
        self.generation += 1;
        self.tcp.transmit(&self.config, side, cell(self.generation))
    }

    fn deliver(&mut self, side: Side) {
        assert!(self.tcp.can_deliver(&self.config, side));
        let before = self.tcp.potential();
        self.tcp.deliver(&self.config, side);
        assert!(self.tcp.potential() > before);
    }

    /// Brings one cell all the way into the other side's receive queue.
    fn bring(&mut self, side: Side) {
        assert_eq!(self.transmit(side), Completion::Transmitted);
        self.deliver(side);
    }

    fn deliver_reset(&mut self, side: Side) {
        assert!(self.tcp.can_deliver_reset(side));
        let before = self.tcp.potential();
        self.tcp.deliver_reset(&self.config, side);
        assert!(self.tcp.potential() > before);
    }

    fn receive(&mut self, side: Side) -> Option<Completion> {
        let can = self.tcp.can_receive(&self.config, side);
        let received = self.tcp.receive(&self.config, side);
        assert_eq!(can, received.is_some());
        received
    }

    fn operate(&mut self, side: Side, operation: PairOperation) {
        let before = self.tcp.potential();
        self.tcp.operate(side, operation);
        assert!(self.tcp.potential() >= before);
    }

    fn close(&mut self, side: Side) {
        self.operate(side, PairOperation::Close);
    }

    fn shut_down_write(&mut self, side: Side) {
        self.operate(side, PairOperation::ShutdownWrite);
    }

    fn is_full(&self, side: Side) -> bool {
        !self.tcp.can_transmit(&self.config, side)
    }
}

#[test]
fn a_direction_holds_what_both_its_queues_hold_and_not_a_cell_more() {
    let mut wire = Wire::new(TcpConfig { send: 2, receive: 1, ..ONE });
    wire.bring(Client);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    assert!(wire.is_full(Client) && wire.tcp.can_block(&wire.config, Client));
    assert!(!wire.tcp.can_deliver(&wire.config, Client), "the receive queue is full");
    assert!(!wire.is_full(Server), "the other direction has queues of its own");
    assert_eq!(wire.receive(Server), received(1));
    wire.deliver(Client);
    assert!(!wire.is_full(Client) && !wire.tcp.can_block(&wire.config, Client));
    assert_eq!(wire.receive(Server), received(2));
    wire.deliver(Client);
    assert_eq!([wire.receive(Server), wire.receive(Server)], [received(3), None]);
}

#[test]
fn a_write_is_accepted_when_it_is_in_the_send_queue_which_says_nothing_about_delivery() {
    let mut wire = Wire::new(ONE);
    wire.bring(Server);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.close(Client);
    wire.deliver_reset(Server);
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedReset), "cell 2 is lost");
}

#[test]
fn a_fin_is_behind_the_data_and_needs_no_room() {
    let mut wire = Wire::new(ONE);
    wire.bring(Client);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.shut_down_write(Client);
    assert!(!wire.tcp.can_deliver(&wire.config, Client), "data is before it");
    assert_eq!(wire.receive(Server), received(1));
    wire.deliver(Client);
    wire.deliver(Client);
    assert_eq!(wire.tcp.fin(Client), Fin::Arrived, "though the receive queue is full");
    assert_eq!(wire.receive(Server), received(2));
    let fin = Some(Completion::ReceivedFin);
    assert_eq!([wire.receive(Server), wire.receive(Server)], [fin, fin], "the end stays");
}

#[test]
fn after_shutdown_reading_continues() {
    let mut wire = Wire::new(ONE);
    wire.shut_down_write(Client);
    wire.deliver(Client);
    wire.bring(Server);
    assert_eq!(wire.receive(Client), received(1));
    assert_eq!(wire.transmit(Client), Completion::TransmitFailed, "nothing follows a FIN");
}

#[test]
fn close_with_nothing_unread_sends_what_is_queued_and_a_fin() {
    let mut wire = Wire::new(ONE);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.close(Client);
    wire.deliver(Client);
    wire.deliver(Client);
    assert_eq!(wire.receive(Server), received(1));
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedFin));
    assert!(!wire.tcp.can_deliver_reset(Server));
}

#[test]
fn close_with_unread_input_sends_a_reset_at_once_and_drops_its_own_queue() {
    let mut wire = Wire::new(ONE);
    wire.bring(Server);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.shut_down_write(Client);
    wire.close(Client);
    assert!(wire.tcp.send_queue(Client).is_empty());
    assert_eq!(wire.tcp.fin(Client), Fin::Nowhere);
    assert!(!wire.tcp.can_deliver(&wire.config, Client), "neither data nor FIN are left");
    assert!(wire.tcp.can_deliver_reset(Server));
}

#[test]
fn a_fin_alone_is_no_unread_input() {
    let mut wire = Wire::new(ONE);
    wire.shut_down_write(Server);
    wire.deliver(Server);
    wire.close(Client);
    assert!(!wire.tcp.can_deliver_reset(Server));
    assert_eq!(wire.tcp.fin(Client), Fin::Queued);
}

#[test]
fn a_reset_after_shutdown_cannot_hurt_what_was_delivered() {
    let mut wire = Wire::new(ONE);
    wire.bring(Server);
    wire.bring(Client);
    wire.shut_down_write(Client);
    wire.deliver(Client);
    wire.close(Client);
    wire.deliver_reset(Server);
    assert_eq!(wire.receive(Server), received(2));
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedFin));
}

#[test]
fn a_connection_that_has_ended_in_both_directions_is_not_reset_any_more() {
    let mut wire = Wire::new(DISCARDS);
    wire.bring(Client);
    wire.bring(Server);
    for side in Side::ALL {
        wire.shut_down_write(side);
        wire.deliver(side);
    }
    wire.close(Client);
    assert!(!wire.tcp.can_deliver_reset(Server), "its state is TIME-WAIT or CLOSED");
    assert_eq!(wire.receive(Server), received(1));
}

#[test]
fn data_that_arrives_for_a_closed_socket_draws_a_reset_and_what_is_left_to_send_is_dropped() {
    let mut wire = Wire::new(ONE);
    wire.bring(Client);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.close(Client);
    assert_eq!(wire.tcp.send_queue(Client).length(), 1, "an orphan goes on sending");
    wire.bring(Server);
    assert!(wire.tcp.send_queue(Client).is_empty());
    assert_eq!(wire.tcp.reset(Server), Reset::InFlight);
    wire.bring(Server);
    assert_eq!(wire.tcp.reset(Server), Reset::InFlight, "until it arrives, more is dropped");
    wire.deliver_reset(Server);
    assert_eq!(wire.receive(Server), received(1));
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedReset));
}

#[test]
fn a_full_receive_queue_does_not_keep_data_from_a_closed_socket() {
    let mut wire = Wire::new(ONE);
    wire.close(Client);
    for _ in 0..3 {
        wire.bring(Server);
    }
    assert_eq!(wire.tcp.reset(Server), Reset::InFlight);
}

#[test]
fn an_arriving_reset_drops_the_receivers_own_queue() {
    let mut wire = Wire::new(ONE);
    wire.bring(Server);
    assert_eq!(wire.transmit(Server), Completion::Transmitted);
    wire.shut_down_write(Server);
    wire.close(Client);
    wire.deliver_reset(Server);
    assert!(wire.tcp.send_queue(Server).is_empty());
    assert!(!wire.tcp.can_deliver(&wire.config, Server));
}

#[test]
fn after_a_reset_receiving_gives_data_then_the_error_once_then_an_end() {
    let mut wire = Wire::new(ONE);
    wire.bring(Client);
    wire.bring(Server);
    wire.close(Client);
    wire.deliver_reset(Server);
    let results = [0; 4].map(|_| wire.receive(Server));
    let end = Some(Completion::ReceivedFin);
    assert_eq!(results, [received(1), Some(Completion::ReceivedReset), end, end]);
    assert_eq!(wire.transmit(Server), Completion::TransmitFailed);
}

#[test]
fn the_error_is_reported_once_to_whichever_call_comes_first() {
    let mut wire = Wire::new(ONE);
    wire.bring(Client);
    wire.bring(Server);
    wire.close(Client);
    wire.deliver_reset(Server);
    assert_eq!(wire.transmit(Server), Completion::TransmitFailed);
    assert_eq!(wire.transmit(Server), Completion::TransmitFailed, "and for ever");
    let results = [0; 3].map(|_| wire.receive(Server));
    let end = Some(Completion::ReceivedFin);
    assert_eq!(results, [received(1), end, end], "it looks like a clean FIN");
}

#[test]
fn a_fin_that_arrived_before_the_reset_hides_it_from_the_reader() {
    let mut wire = Wire::new(ONE);
    wire.bring(Client);
    wire.close(Client);
    wire.deliver(Client);
    assert_eq!(wire.transmit(Server), Completion::Transmitted, "the first write succeeds");
    wire.deliver(Server);
    wire.deliver_reset(Server);
    assert_eq!(wire.transmit(Server), Completion::TransmitFailed, "the second does not");
    let results = [0; 2].map(|_| wire.receive(Server));
    assert_eq!(results, [received(1), Some(Completion::ReceivedFin)]);
}

#[test]
fn a_reset_purges_unread_data_where_the_rule_says_so() {
    let mut wire = Wire::new(DISCARDS);
    wire.bring(Client);
    wire.bring(Server);
    wire.close(Client);
    wire.deliver_reset(Server);
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedReset), "cell 1 is lost");
}

#[test]
fn shutdown_of_a_reset_connection_does_nothing() {
    let mut wire = Wire::new(ONE);
    wire.bring(Server);
    wire.close(Client);
    wire.deliver_reset(Server);
    wire.shut_down_write(Server);
    assert_eq!(wire.tcp.fin(Server), Fin::Nowhere);
}

#[test]
fn nothing_moves_between_two_closed_sockets() {
    let mut wire = Wire::new(ONE);
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    assert_eq!(wire.transmit(Server), Completion::Transmitted);
    wire.close(Client);
    wire.close(Server);
    for side in Side::ALL {
        assert!(wire.tcp.is_closed(side));
        assert!(!wire.tcp.can_deliver(&wire.config, side));
        assert!(!wire.tcp.can_deliver_reset(side));
    }
}

#[test]
fn without_a_send_queue_a_cell_goes_straight_to_the_receive_queue() {
    let mut wire = Wire::new(TcpConfig { send: 0, ..ONE });
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    assert_eq!(wire.tcp.receive_queue(Server).length(), 1);
    assert!(wire.is_full(Client));
    wire.close(Server);
    wire.deliver_reset(Client);
    let mut wire = Wire::new(TcpConfig { send: 0, ..ONE });
    wire.close(Server);
    assert_eq!(wire.transmit(Client), Completion::Transmitted, "dropped at the closed socket");
    assert_eq!(wire.tcp.reset(Client), Reset::InFlight);
}

#[test]
fn without_a_receive_queue_the_receiver_takes_from_the_send_queue() {
    let mut wire = Wire::new(TcpConfig { receive: 0, ..ONE });
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    assert!(!wire.tcp.can_deliver(&wire.config, Client));
    assert_eq!(wire.receive(Server), received(1));
    wire.shut_down_write(Client);
    wire.deliver(Client);
    assert_eq!(wire.receive(Server), Some(Completion::ReceivedFin));
    let mut wire = Wire::new(TcpConfig { receive: 0, ..ONE });
    assert_eq!(wire.transmit(Client), Completion::Transmitted);
    wire.close(Server);
    assert_eq!(wire.tcp.reset(Client), Reset::Nowhere, "what has not arrived is not unread");
    wire.deliver(Client);
    assert_eq!(wire.tcp.reset(Client), Reset::InFlight);
}

#[test]
fn without_any_queue_both_calls_have_to_meet() {
    let config = TcpConfig { send: 0, receive: 0, ..ONE };
    let mut wire = Wire::new(config);
    assert!(wire.is_full(Client) && wire.tcp.can_exchange(&config, Client));
    assert_eq!(wire.receive(Server), None);
    wire.close(Server);
    assert!(!wire.tcp.can_exchange(&config, Client));
    assert_eq!(wire.transmit(Client), Completion::Transmitted, "dropped at the closed socket");
    wire.deliver_reset(Client);
}
