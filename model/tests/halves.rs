//! The halves of a split endpoint need nothing of each other but mail: what the rows of one half's
//! machines ask for and raise is its own, or the handshake's, which is over.
#![allow(clippy::expect_used, reason = "what panics here is a test that fails")]

use std::collections::BTreeSet;

use hyaline_model::table::{
    EffectKind, Event, Machine, MemoryField, ROWS, Reason, Row, Slot, Subject, home, write,
};

/// The machines of the reading thread's half, and of the writing thread's.
const RECEIVING: &[Machine] = &[Machine::Client, Machine::Server, Machine::Read, Machine::Receiver];
const SENDING: &[Machine] = &[Machine::Write, Machine::Sender];

fn rows_of(machines: &'static [Machine]) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().copied().filter(|row| machines.contains(&row.machine))
}

fn written_by(machines: &'static [Machine]) -> BTreeSet<MemoryField> {
    rows_of(machines).flat_map(|row| row.updates).map(|update| update.field).collect()
}

fn asked_for_by(machines: &'static [Machine]) -> BTreeSet<MemoryField> {
    let asked = rows_of(machines).flat_map(|row| row.guard).filter_map(|atom| match atom.subject {
        Subject::Memory(field) => Some(field),
        Subject::Fact(_) | Subject::Policy(_) => None,
    });
    asked.collect()
}

#[test]
fn what_one_half_remembers_the_other_does_not_ask_for() {
    let of_the_handshake = written_by(&[Machine::Client, Machine::Server]);
    let of_the_writer = written_by(SENDING);
    let of_the_reader = &written_by(RECEIVING) - &of_the_handshake;
    assert!(of_the_reader.is_disjoint(&of_the_writer));
    let none = BTreeSet::new();
    assert_eq!(&asked_for_by(RECEIVING) & &of_the_writer, none);
    assert_eq!(&asked_for_by(SENDING) & &of_the_reader, none);
    // Not for want of questions.
    assert_ne!(&asked_for_by(RECEIVING) & &of_the_reader, none);
    assert_ne!(&asked_for_by(SENDING) & &of_the_writer, none);
}

/// A connection is split after its handshake.
#[test]
fn what_a_half_raises_after_the_handshake_is_at_home_there() {
    let handshaking = write::State::Handshaking.index();
    let homes = |machine: Machine| -> BTreeSet<Slot> {
        let rows = rows_of(Machine::ALL)
            .filter(|row| row.machine == machine)
            .filter(|row| machine != Machine::Write || row.from != [handshaking]);
        let raised = rows.flat_map(|row| row.effects).filter_map(|effect| match effect.kind {
            EffectKind::Raise(event) => Some(event(Event::AlertDue(Reason::OwnFailure))),
            _ => None,
        });
        raised.map(|event| home(event.kind()).expect("an event of one machine")).collect()
    };
    assert_eq!(homes(Machine::Receiver), BTreeSet::new());
    assert_eq!(homes(Machine::Read), BTreeSet::from([Slot::Handshake, Slot::Read]));
    assert_eq!(homes(Machine::Sender), BTreeSet::from([Slot::Write]));
    assert_eq!(homes(Machine::Write), BTreeSet::new());
}
