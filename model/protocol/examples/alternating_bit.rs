//! Messages over channels that lose some: the alternating bit. These are its notes:
//!
//! - *message*: one message at a time, with a bit that tells it from the one before it. The sender
//!   waits for the acknowledgement with the same bit, and the receiver acknowledges what it takes.
//! - *loss*: what is not acknowledged may be lost. The sender sends it again when a timer expires.
//! - *again*: what the receiver has taken already comes again because its acknowledgement was lost.
//!   The receiver acknowledges it again. An earlier acknowledgement is dropped.
//!
//! The first draft has no timer, and waits for what is lost. `--profile retransmitting` has one,
//! and goes round for ever after an acknowledgement is lost. `--profile repaired` comes to its end.
//!
//! `cargo run -p hyaline-protocol --example alternating_bit -- check`

use std::process::ExitCode;

use hyaline_protocol::{BoundedChannel, Consequence, EndView, OfferedCall, Protocol, ProtocolEnd};

hyaline_protocol::alphabet! {
    documents { "notes" ["message", "loss", "again"] }
    enums {
        pub enum Bit { Zero, One } pub enum Timer { Off, On } pub enum Again { Never, Always }
    }
    events { Send, Receive, Data(Bit), Acknowledgement(Bit), Timeout }
    actions { SendData, Acknowledge(Bit), Done }
    memory { bit: Bit = Zero by end } facts { room: bool } policy { timer: Timer, again: Again }
    profiles {
        DRAFT { timer: Off, again: Never } RETRANSMITTING { timer: On, again: Never }
        REPAIRED { timer: On, again: Always }
    }
}

#[macro_use]
mod sender {
    hyaline_protocol::machine! {
        machine sender: end;
        states { Sending, Waiting, initial final Idle } settle lowers { state }
        rows {
            #[cite("notes", "message")] Idle + Send => Sending {}
            #[cite("notes", "message")]
            Sending + settle if room(true) => Waiting { SendData; }
            #[cite("notes", "message")]
            Sending | Waiting + Acknowledgement(Zero) if bit == Zero => Idle { bit = One; Done; }
            #[cite("notes", "message")]
            Sending | Waiting + Acknowledgement(One) if bit == One => Idle { bit = Zero; Done; }
            #[cite("notes", "loss")] Waiting + Timeout under timer(On) => Sending {}
            #[cite("notes", "again")] _ + Acknowledgement(Zero) if bit == One => same {}
            #[cite("notes", "again")] _ + Acknowledgement(One) if bit == Zero => same {}
        }
        otherwise { #[local("what no row waits for stays in its channel")] _ + _ => same {} }
    }
}

#[macro_use]
mod receiver {
    hyaline_protocol::machine! {
        machine receiver: end;
        states { initial final Idle, Listening }
        rows {
            #[cite("notes", "message")] Idle + Receive => Listening {}
            #[cite("notes", "message")] Listening + Data(Zero) if bit == Zero and room(true)
                => Idle { bit = One; Acknowledge(Zero); Done; }
            #[cite("notes", "message")] Listening + Data(One) if bit == One and room(true)
                => Idle { bit = Zero; Acknowledge(One); Done; }
            #[cite("notes", "again")] _ + Data(Zero) if bit == One and room(true)
                under again(Always) => same { Acknowledge(Zero); }
            #[cite("notes", "again")] _ + Data(One) if bit == Zero and room(true)
                under again(Always) => same { Acknowledge(One); }
        }
        otherwise { #[local("what no row waits for stays in its channel")] _ + _ => same {} }
    }
}

hyaline_protocol::table! { end: sender | receiver }

/// The protocol.
pub(crate) struct AlternatingBit;

impl Protocol for AlternatingBit {
    type Table = States;
    const NAME: &str = "alternating bit";
    const ENDS: [ProtocolEnd<States>; 2] = [
        ProtocolEnd::new("sender", States::initial_sender()),
        ProtocolEnd::new("receiver", States::initial_receiver()),
    ];
    const CHANNEL: BoundedChannel = BoundedChannel::lossy(1);
    const CALLS: &[OfferedCall<Event>] = &[
        OfferedCall::new("send", Event::Send).plain("send receive"),
        OfferedCall::new("receive", Event::Receive).plain("receive send"),
    ];
    const PROGRAMS: &[[&str; 2]] = &[["send*3", "receive*3"]];
    const TIMERS: &[Event] = &[Event::Timeout];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Facts { room: view.room() > 0 }
    }
    fn perform(&self, action: Action, view: &EndView<'_, States>) -> Consequence<Event> {
        match action {
            Action::SendData => Consequence::Send(Event::Data(view.own().memory.bit)),
            Action::Acknowledge(bit) => Consequence::Send(Event::Acknowledgement(bit)),
            Action::Done => Consequence::Complete,
        }
    }
}

fn main() -> ExitCode {
    hyaline_protocol::main(AlternatingBit)
}
