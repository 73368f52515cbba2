//! The notation of Hyaline's transition table: what it looks like, what it rejects, and what it
//! becomes.
//!
//! It knows nothing of TLS. A table is an extended finite-state machine, or several side by side in
//! *slots*, over one alphabet:
//!
//! - [`alphabet!`] declares what the rows speak of, and emits it as plain enums and structs;
//! - [`machine!`] holds one machine, its states and its rows, in a file of its own;
//! - [`table!`] joins the machines, checks everything at once, and emits `States` with its `step`
//!   and all rows as `'static` data.
//!
//! ```
//! #[macro_use]
//! mod alphabet {
//!     hyaline_codegen::alphabet! {
//!         enums {
//!             /// How hot it is.
//!             pub enum Level { Low, High }
//!         }
//!         labels { Warm }
//!         events { Press, Turn(Level) }
//!         actions { Glow(Level), Click }
//!         memory { level: Level = Low by heater }
//!         facts { power: bool }
//!         policy { eager: bool }
//!         profiles { CAREFUL { eager: false } EAGER { eager: true } }
//!     }
//! }
//! pub use alphabet::*;
//!
//! #[macro_use]
//! pub mod heater {
//!     hyaline_codegen::machine! {
//!         /// Keeps a room warm.
//!         machine heater: heater;
//!         states { initial Cold, final Hot [Warm] }
//!         rows {
//!             #[rfc("2.1")]
//!             Cold + Press if power(true) => Hot { Glow(Low); }
//!             #[rfc("2.2")]
//!             Hot + Turn(wanted) => same { level = wanted; Glow(wanted); }
//!             #[local("it may be too hot")]
//!             Hot + Press if level == High under eager(false) => Cold { level = Low; Click; }
//!         }
//!         otherwise {
//!             #[rfc("2.3")]
//!             _ + _ => same {}
//!         }
//!     }
//! }
//!
//! hyaline_codegen::table! { heater }
//!
//! fn main() {
//!     let mut states = States::initial();
//!     let mut memory = Memory::INITIAL;
//!     let facts = Facts { power: true };
//!     for event in [Event::Press, Event::Turn(Level::High)] {
//!         let row = states.step(Slot::Heater, &memory, event, &facts, &Policy::SHIPPED).unwrap();
//!         memory.update(row, event);
//!         states.enter(row);
//!     }
//!     assert!(states.has(Slot::Heater, Label::Warm));
//!     assert_eq!(memory.level, Level::High);
//!     assert_eq!(ROWS[0].text, "Cold + Press if power(true) => Hot { Glow(Low); }");
//! }
//! ```
//!
//! # Why it looks like this
//!
//! A row reads as the RFC's appendix A draws it: *from + event if guard => to { what is done }*.
//! rustfmt leaves the body of a macro call in braces alone, so that rows keep their lines; a table
//! in the shape of a `match` would be wrapped row by row. The three kinds of conditions look
//! different because they are: `field == Value` is memory, which rows set; `fact(Value)` is asked
//! of the world; what stands after `under` is policy, and fixed. There is no `or` and no `not`, so
//! that every guard is a product of sets of values: overlaps and gaps are then found exactly, and
//! without trying assignments one by one.
//!
//! # How it works
//!
//! A procedural macro cannot see what another one was given. So `alphabet!` and `machine!` each
//! leave a `macro_rules!` behind that hands their tokens on, and `table!` calls them in a chain
//! that ends in a hidden macro with all tokens in its hands:
//!
//! ```text
//! syntax  as written, with spans  ──▶  machine  as meant  ──▶  check  everything that is wrong
//!                                                                 │
//!              fallback  the same items with nothing in them  ◀───┴───▶  expand  only `quote!`
//! ```
//!
//! All mistakes of a table are reported in one compile, each where it stands. A wrong table still
//! emits every item, so that nothing else in the crate turns red.

use proc_macro2::TokenStream;

#[cfg(test)]
mod agreement;
mod check;
mod errors;
mod expand;
mod fallback;
mod front;
mod machine;
mod syntax;

/// Declares what a table speaks of. All sections may be left out.
///
/// | section | for example | becomes |
/// |---|---|---|
/// | `documents` | `"RFC 5321" ["4.1", "4.2"]` | nothing: what rows cite, and its sections |
/// | `enums` | `pub enum Level { Low, High }` | the enum, with `ALL`, `index`, `name` and more |
/// | | `pub enum Level => hot: bool { Low => false, High => true }` | and with a method `hot` |
/// | `labels` | `Warm` | `Label`: what a state can be asked about |
/// | `events` | `Press, Turn(Level)` | `Event`, `EventKind`; `Settle` is built in |
/// | `groups` | `Touch = Press \| Turn;` | nothing: a name for several events |
/// | `actions` | `Glow(Level), Click` | `Action`, `ActionKind` |
/// | `memory` | `turns: 0..=3 = 3 by heater` | `Memory`, `MemoryField`; `by` names the one writer |
/// | `facts` | `power: bool` | `Facts`, `FactName`; `by` names the half that answers, if any |
/// | `policy` | `eager: bool` | `Policy`, `PolicyName` |
/// | `profiles` | `CAREFUL { eager: false }` | constants of `Policy`; the first one ships |
///
/// A payload or a fact is a `bool` or one of the `enums`; memory may also be a small range. Each
/// has at most 64 values. The items stand where the macro is called; the [crate] has an example.
#[proc_macro]
pub fn alphabet(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::alphabet(&TokenStream::from(input)).into()
}

/// Declares a machine: `machine name: slot;`, then its states and its rows.
///
/// It stands in a module of the machine's name, declared with `#[macro_use]`, and emits `State`
/// there.
///
/// - `states { initial Open [Connected], final Closed }`: labels stand in brackets.
/// - `settle lowers { falling turns, state }`: what rows for `settle` lower, the first component
///   that changes counting most. `state` falls along the declared order of the states.
/// - `rows { … }`: each with `#[rfc("section")]` or `#[cite("document", "section")]` of a document
///   that the alphabet declares, once or more, or with `#[local("why")]`, and then
///   `From | From + Event(payload) if condition and condition under policy(Value) => To { … }`.
///   From may be `_`. A payload is `Value | Value`, `binding`, `binding @ Value`, or `_`. To may be
///   `same`. A condition is `field == A | B`, `!=`, or with a range `<`, `<=`, `>`, `>=`, or
///   `fact(A | B)`.
///   The body has updates first, `field = Value;`, `field = binding;`, `field -= 1;`, which happen
///   at once; then, in their order, actions, `raise slot.Event(…);`, which is worked off in the
///   same turn, and `post slot.Event(…);`, which comes in a later one.
/// - `otherwise { … }`: rows without guards for what no row takes. The first that applies is taken.
///   `_` means all states, or all events of the slot.
///
/// An event is at home in the slot whose machines have `rows` for it.
#[proc_macro]
pub fn machine(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::machine(&TokenStream::from(input)).into()
}

/// Joins the machines to a table, checks it and expands it, as in
/// `table! { door: opener | closer, bell }`.
///
/// Each slot holds one machine, its alternatives joined by `|`; a slot may be named like its
/// machine. The macro stands after the alphabet and the machines, where the alphabet's items and
/// the machines' modules are in scope.
///
/// A table may have two halves, `table! { half left { door } half right { bell } }`, which may run
/// apart from each other. Then each fact says which half answers it (`by left`); a row asks for the
/// facts and the memory of its own half only, raises events there, and posts events to the other
/// half, where they come in a turn of their own. Besides `Half` and `Slot::half` a struct is
/// emitted for the facts of each half, `LeftFacts` and `RightFacts`.
///
/// A crate that hands these macros on puts `#![by(path)]` before the slots: the path by which its
/// users reach them. Then, and where the alphabet declares documents, `Citation` has a variant for
/// sections of documents. Then alone `ROW_PLACES` says where each row is written.
///
/// It emits `Slot`, `Machine`, `States` with `step`, `Row` and what a row is made of, `ROWS`,
/// `home`, `Memory::update`, and `FINGERPRINT`. `States::take` finds a row as `step` does, and does
/// at once what the row says, on a `Stage` that answers facts and performs actions.
#[proc_macro]
pub fn table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::table(&TokenStream::from(input)).into()
}

/// The end of the chain that `table!` begins.
#[doc(hidden)]
#[proc_macro]
pub fn __table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::joined(TokenStream::from(input)).into()
}
