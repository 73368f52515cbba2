//! Two peers that ask each other questions. These are the notes of the protocol:
//!
//! - *credit*: a peer has credit for one question, and gets it back with the reply.
//! - *reply*: each question has a reply, which is sent when the question is taken.
//! - *debt*: a question is taken at once; the reply is owed until there is room for it. The credit
//!   bounds the debt: a peer never owes two replies.
//!
//! The first draft follows *reply*, and hangs over channels that hold one message;
//! `--profile repaired` follows *debt*, and does not.
//!
//! `cargo run -p hyaline-protocol --example credit -- check`

use std::process::ExitCode;

use hyaline_protocol::{
    BoundedChannel, Consequence, EndView, Invariant, OfferedCall, Protocol, ProtocolEnd,
};

hyaline_protocol::alphabet! {
    documents { "notes" ["credit", "reply", "debt"] }
    enums { /** When a question is taken. */ pub enum Taking { WithItsAnswer, AtOnce } }
    events { Ask, Question, Reply }
    actions { SendQuestion, SendReply, Done }
    memory { owed: bool = false by peer }
    facts { room: bool }
    policy { taking: Taking }
    profiles { DRAFT { taking: WithItsAnswer } REPAIRED { taking: AtOnce } }
}

#[macro_use]
mod peer {
    hyaline_protocol::machine! {
        /// Asks, one question at a time, and answers meanwhile.
        machine peer: peer;
        states { Wanting, Waiting, initial final Idle }
        settle lowers { falling owed, state }
        rows {
            #[cite("notes", "credit")]
            Idle + Ask => Wanting {}
            #[cite("notes", "credit")]
            Wanting + settle if room(true) and owed == false => Waiting { SendQuestion; }
            #[cite("notes", "credit")]
            Waiting + Reply => Idle { Done; }
            #[cite("notes", "reply")]
            _ + Question if room(true) under taking(WithItsAnswer) => same { SendReply; }
            #[cite("notes", "debt")]
            _ + Question if owed == false under taking(AtOnce) => same { owed = true; }
            #[cite("notes", "debt")]
            _ + settle if room(true) and owed == true under taking(AtOnce)
                => same { owed = false; SendReply; }
        }
        otherwise {
            #[local("what no row waits for stays in its channel")]
            _ + _ => same {}
        }
    }
}

hyaline_protocol::table! { peer }

/// The protocol.
pub(crate) struct Credit;

impl Protocol for Credit {
    type Table = States;
    const NAME: &str = "credit";
    const ENDS: [ProtocolEnd<States>; 2] =
        [ProtocolEnd::new("left", States::initial()), ProtocolEnd::new("right", States::initial())];
    const CHANNEL: BoundedChannel = BoundedChannel::reliable(1);
    const CALLS: &[OfferedCall<Event>] =
        &[OfferedCall::new("ask", Event::Ask).plain("send receive")];
    const PROGRAMS: &[[&str; 2]] = &[["ask*2", "ask*2"]];
    const INVARIANTS: &[Invariant<States>] = &[Invariant {
        name: "at most one question is on its way in each direction",
        holds: |snapshot| {
            let is_question = |message: &&Event| **message == Event::Question;
            let questions = |channel: &Vec<Event>| channel.iter().filter(is_question).count();
            snapshot.channels.iter().all(|channel| questions(channel) <= 1)
        },
    }];

    fn facts(&self, view: &EndView<'_, States>) -> Facts {
        Facts { room: view.room() > 0 }
    }
    fn perform(&self, action: Action, _: &EndView<'_, States>) -> Consequence<Event> {
        match action {
            Action::SendQuestion => Consequence::Send(Event::Question),
            Action::SendReply => Consequence::Send(Event::Reply),
            Action::Done => Consequence::Complete,
        }
    }
}

fn main() -> ExitCode {
    hyaline_protocol::main(Credit)
}
