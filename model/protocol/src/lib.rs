//! A protocol of your own as a transition table, and the checker that finds its deadlocks.
//!
//! Whoever writes an alphabet, machines and a table, in the notation of Hyaline's own table, and
//! says what the actions put into a channel, gets a program with the commands `check`, `scenario`
//! and `table` from a `main` of one line:
//!
//! ```
//! use hyaline_protocol::{
//!     BoundedChannel, Conditions, Consequence, EndView, OfferedCall, Protocol, ProtocolEnd, check,
//! };
//!
//! hyaline_protocol::alphabet! {
//!     events { Ask, Serve, Question, Reply }
//!     actions { SendQuestion, SendReply, Done }
//!     facts { room: bool }
//! }
//!
//! #[macro_use]
//! mod client {
//!     hyaline_protocol::machine! {
//!         machine client: place;
//!         states { initial final Idle, Waiting }
//!         rows {
//!             #[local("one question at a time")]
//!             Idle + Ask if room(true) => Waiting { SendQuestion; }
//!             #[local("the reply completes the call")]
//!             Waiting + Reply => Idle { Done; }
//!         }
//!         otherwise { #[local("what no row waits for stays in its channel")] _ + _ => same {} }
//!     }
//! }
//!
//! #[macro_use]
//! mod server {
//!     hyaline_protocol::machine! {
//!         machine server: place;
//!         states { initial final Idle, Serving }
//!         rows {
//!             #[local("a question is taken when the application serves")]
//!             Idle + Serve => Serving {}
//!             #[local("each question has a reply")]
//!             Serving + Question if room(true) => Idle { SendReply; Done; }
//!         }
//!         otherwise { #[local("what no row waits for stays in its channel")] _ + _ => same {} }
//!     }
//! }
//!
//! hyaline_protocol::table! { place: client | server }
//!
//! struct Questions;
//!
//! impl Protocol for Questions {
//!     type Table = States;
//!     const NAME: &str = "questions";
//!     const ENDS: [ProtocolEnd<States>; 2] = [
//!         ProtocolEnd::new("client", States::initial_client()),
//!         ProtocolEnd::new("server", States::initial_server()),
//!     ];
//!     const CHANNEL: BoundedChannel = BoundedChannel::reliable(1);
//!     const CALLS: &[OfferedCall<Event>] = &[
//!         OfferedCall::new("ask", Event::Ask).plain("send receive"),
//!         OfferedCall::new("serve", Event::Serve).plain("receive send"),
//!     ];
//!     const PROGRAMS: &[[&str; 2]] = &[["ask*3", "serve*3"]];
//!
//!     fn facts(&self, view: &EndView<'_, States>) -> Facts {
//!         Facts { room: view.room() > 0 }
//!     }
//!     fn perform(&self, action: Action, _: &EndView<'_, States>) -> Consequence<Event> {
//!         match action {
//!             Action::SendQuestion => Consequence::Send(Event::Question),
//!             Action::SendReply => Consequence::Send(Event::Reply),
//!             Action::Done => Consequence::Complete,
//!         }
//!     }
//! }
//!
//! // A program of its own has `fn main() -> ExitCode { hyaline_protocol::main(Questions) }`.
//! fn main() -> Result<(), hyaline_protocol::AskError> {
//!     let answer = check(&Questions, &Conditions::default())?;
//!     assert!(answer.holds());
//!     Ok(())
//! }
//! ```
//!
//! # What is looked for
//!
//! Two ends, each with a program, and a bounded channel in each direction move one step after the
//! other, in every order. In each snapshot it is asked:
//!
//! - *Deadlock*: is no step left, while a call is not complete?
//! - *Livelock*: do steps go on, while no way of taking them completes all calls? A run that goes
//!   round for ever, and could still come to its end, is no livelock: nothing is said of how long a
//!   run takes.
//! - Does each [`Invariant`] hold?
//! - Does the table make a mistake: does a row send where there is no room, or complete a call that
//!   is not pending?
//!
//! The search is breadth-first, so that a trace is a shortest one. Where every call says what it
//! comes to on plain channels ([`OfferedCall::plain`]), a hang is compared with the same programs
//! there, on channels of the same capacity that lose nothing: if those hang too, the programs are
//! to blame, and not the protocol, and the search goes on for what else may be wrong. `check` also
//! lists the rows that no program took.
//!
//! [`check_every`], which is `check --calls N`, explores every pair of programs up to a length in
//! place of those that the protocol names.
//!
//! # One turn
//!
//! A step offers one event to one end. The row that takes it fires, then the rows of the events
//! that it raises, and then rows for `settle` until none is left: that is one atomic turn. What a
//! row posts waits in the end, and comes in a step of its own. When the facts change, because the
//! other end made room, a row for `settle` that can fire now makes a step of its own too.
//! [`Protocol`] says which events come at all.
//!
//! # What TLS has beside it
//!
//! Hyaline's own table is run by `hyaline_model::turn` and explored by `hyaline-check`, and not by
//! this crate. The notation and the search are the same, and so is the turn: an event, what it
//! raises, settling. TLS has *halves* beside it, which may be run by two threads, so that each fact
//! and each field of the memory belongs to one of them, and what goes between them is a letter; two
//! calls that are pending at once; a byte stream with its FIN and RST in place of messages; and a
//! judgement that compares the results of calls, and not only whether they end. A table with halves
//! runs here as one whole whose letters are steps of their own.
#![forbid(unsafe_code)]

mod answer;
mod ask;
#[cfg(feature = "command")]
mod command;
mod error;
mod every;
mod notation;
mod place;
mod plain;
pub mod print;
mod programs;
pub mod progress;
mod protocol;
mod search;
mod snapshot;
mod story;
mod world;

pub use self::answer::{
    EndAnswer, EveryAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict, RowsAnswer, StepRow,
    TraceStep,
};
pub use self::ask::{Conditions, check, check_every, scenario};
#[cfg(feature = "command")]
pub use self::command::{CommandOutput, main, run};
pub use self::error::AskError;
pub use self::notation::{MachineText, Notation, RowEffect, RowText};
pub use self::place::SourcePlace;
pub use self::programs::CallsError;
pub use self::protocol::{
    BoundedChannel, Consequence, Delivery, EventOf, Invariant, OfferedCall, Protocol, ProtocolEnd,
};
pub use self::snapshot::{EndSnapshot, EndView, ProtocolSnapshot};
pub use hyaline_codegen::{alphabet, machine};

/// The macros of the notation, where [`table!`] finds them.
#[doc(hidden)]
pub mod macros {
    pub use hyaline_codegen::{__table, table};
}
