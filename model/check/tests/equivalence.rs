//! The generated `step` says what the rows say: on every state, every event, and every assignment
//! of the guards that the pair mentions. `take`, which carries a row out at once, does what the row
//! says as data.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use std::collections::BTreeSet;

use hyaline_check::interpret;
use hyaline_model::table::{
    self, Action, Change, Event, EventKind, Facts, HandshakeState, Machine, Memory, Policy, ROWS,
    Row, Stage, States, Subject,
};
use hyaline_model::turn::{Shipped, Table, act};

/// All events of a kind: one per payload, or one.
fn events(kind: EventKind) -> Vec<Event> {
    match kind.payloads() {
        0 => kind.with(None).into_iter().collect(),
        payloads => (0..payloads).filter_map(|payload| kind.with(Some(payload))).collect(),
    }
}

/// The states with this machine in this state.
fn states_with(machine: Machine, state: u8) -> States {
    let mut states = match machine {
        Machine::Server => States::initial_server(),
        _ => States::initial_client(),
    };
    macro_rules! state_of {
        ($module:ident) => {
            table::$module::State::from_index(state).expect("a state of the machine")
        };
    }
    match machine {
        Machine::Client => states.handshake = HandshakeState::Client(state_of!(client)),
        Machine::Server => states.handshake = HandshakeState::Server(state_of!(server)),
        Machine::Read => states.read = state_of!(read),
        Machine::Receiver => states.receiver = state_of!(receiver),
        Machine::Write => states.write = state_of!(write),
        Machine::Report => states.report = state_of!(report),
        Machine::Sender => states.sender = state_of!(sender),
    }
    states
}

/// What the guards may ask, as one value that can be counted through.
#[derive(Clone, Copy)]
struct Assignment {
    memory: Memory,
    facts: Facts,
    policy: Policy,
}

impl Assignment {
    fn set(&mut self, subject: Subject, value: u8) {
        match subject {
            Subject::Memory(field) => self.memory.set(field, value),
            Subject::Fact(fact) => self.facts.set(fact, value),
            Subject::Policy(switch) => self.policy.set(switch, value),
        }
    }
}

fn cardinality(subject: Subject) -> u8 {
    match subject {
        Subject::Memory(field) => field.cardinality(),
        Subject::Fact(fact) => fact.cardinality(),
        Subject::Policy(switch) => switch.cardinality(),
    }
}

/// The subjects that the rows for a state and event mention.
fn subjects(machine: Machine, state: u8, event: Event) -> Vec<Subject> {
    let mut subjects: Vec<Subject> = Vec::new();
    for row in machine.rows().iter().filter(|row| interpret::is_for(row, state, event)) {
        for atom in row.guard {
            if !subjects.contains(&atom.subject) {
                subjects.push(atom.subject);
            }
        }
    }
    subjects
}

/// Calls `visit` with every assignment of `subjects`.
fn for_each_assignment(subjects: &[Subject], visit: &mut impl FnMut(&Assignment)) {
    fn descend(
        subjects: &[Subject],
        assignment: &mut Assignment,
        visit: &mut impl FnMut(&Assignment),
    ) {
        let Some((first, rest)) = subjects.split_first() else { return visit(assignment) };
        for value in 0..cardinality(*first) {
            assignment.set(*first, value);
            descend(rest, assignment, visit);
        }
    }
    let mut assignment =
        Assignment { memory: Memory::INITIAL, facts: Facts::FIRST, policy: Policy::SHIPPED };
    descend(subjects, &mut assignment, visit);
}

fn state_count(machine: Machine) -> u8 {
    (0..u8::MAX)
        .find(|state| machine.state_name(*state).is_empty())
        .expect("a machine has fewer than 255 states")
}

/// Visits every (state, event, assignment) of a machine.
fn for_everything(machine: Machine, mut visit: impl FnMut(u8, Event, &Assignment)) {
    for state in 0..state_count(machine) {
        for kind in EventKind::ALL {
            for event in events(*kind) {
                for_each_assignment(&subjects(machine, state, event), &mut |assignment| {
                    visit(state, event, assignment);
                });
            }
        }
    }
}

#[test]
fn the_generated_step_equals_the_interpreter_everywhere() {
    let mut compared = 0_u64;
    for machine in Machine::ALL {
        for_everything(*machine, |state, event, at| {
            if hyaline_model::table::home(event.kind()).is_some_and(|home| home != machine.slot()) {
                return;
            }
            let states = states_with(*machine, state);
            let generated = states.step(machine.slot(), &at.memory, event, &at.facts, &at.policy);
            let interpreted =
                interpret::step(*machine, state, event, &at.memory, &at.facts, &at.policy);
            assert_eq!(
                generated.map(|row| row.number),
                interpreted.map(|row| row.number),
                "{} in {} on {event}",
                machine.name(),
                machine.state_name(state),
            );
            compared += 1;
        });
    }
    println!("compared {compared} cases");
    assert!(compared > 1000, "the comparison must not be empty: {compared}");
}

/// What a stage was told, in order.
#[derive(Debug, PartialEq)]
enum Told {
    Fired(u16, Memory),
    Performed(Action),
    Raised(Event),
    Posted(Event),
}

/// A stage that answers the same facts always, and keeps what it is told.
struct Minutes {
    facts: Facts,
    told: Vec<Told>,
}

impl Stage for Minutes {
    fn facts(&self) -> Facts {
        self.facts
    }

    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        self.told.push(Told::Fired(row.number, *memory));
    }

    fn perform(&mut self, action: Action) {
        self.told.push(Told::Performed(action));
    }

    fn raise(&mut self, event: Event) {
        self.told.push(Told::Raised(event));
    }

    fn post(&mut self, event: Event) {
        self.told.push(Told::Posted(event));
    }
}

/// The fields that a row which may be taken here counts down: what becomes of them depends on what
/// they were.
fn counted_down(machine: Machine, state: u8, event: Event) -> Vec<Subject> {
    let rows = machine.rows().iter().filter(|row| interpret::is_for(row, state, event));
    let updates = rows.flat_map(|row| row.updates);
    let counted = updates.filter(|update| update.change == Change::Decrement);
    counted.map(|update| Subject::Memory(update.field)).collect()
}

#[test]
fn a_row_that_is_taken_at_once_does_what_it_says_as_data() {
    let (mut taken, mut rested) = (0_u64, 0_u64);
    let mut seen = BTreeSet::new();
    for machine in Machine::ALL {
        for_everything(*machine, |state, event, at| {
            let counted = counted_down(*machine, state, event);
            for value in 0..counted.iter().map(|field| cardinality(*field)).max().unwrap_or(1) {
                let mut at = *at;
                counted.iter().for_each(|field| at.set(*field, value));
                let minutes = || Minutes { facts: at.facts, told: Vec::new() };
                let before = (states_with(*machine, state), at.memory);
                let ((mut states, mut memory), mut at_once) = (before, minutes());
                let ends = (&mut states, &mut memory);
                let row = Shipped.take(ends, machine.slot(), event, &at.policy, &mut at_once);
                let ((mut stepped, mut updated), mut as_data) = (before, minutes());
                let found = stepped.step(machine.slot(), &at.memory, event, &at.facts, &at.policy);
                if let Some(row) = found {
                    act((&mut stepped, &mut updated), row, event, |_| false, &mut as_data);
                    seen.insert(row.number);
                }
                let (machine, state) = (machine.name(), machine.state_name(state));
                assert_eq!(row, found, "{machine} in {state} on {event}");
                assert_eq!((states, memory), (stepped, updated), "{machine} in {state} on {event}");
                assert_eq!(at_once.told, as_data.told, "{machine} in {state} on {event}");
                *if found.is_some() { &mut taken } else { &mut rested } += 1;
            }
        });
    }
    println!("{taken} rows taken, {rested} times none");
    assert_eq!(seen.len(), ROWS.len(), "every row is taken");
    assert!(rested > 0, "a machine rests");
}

#[test]
fn a_half_settles_by_the_first_of_its_machines_that_has_a_row() {
    let mut settled = BTreeSet::new();
    for machine in Machine::ALL {
        for state in 0..state_count(*machine) {
            for_each_assignment(&subjects(*machine, state, Event::Settle), &mut |at| {
                let half = machine.slot().half();
                let before = (states_with(*machine, state), at.memory);
                let minutes = || Minutes { facts: at.facts, told: Vec::new() };
                let ((mut states, mut memory), mut whole) = (before, minutes());
                let row = states.settle_in(half, &mut memory, &at.policy, &mut whole);
                let ((mut apart, mut remembered), mut each) = (before, minutes());
                let first = half
                    .slots()
                    .iter()
                    .find_map(|slot| apart.settle(*slot, &mut remembered, &at.policy, &mut each));
                let what = format!("{} in {}", machine.name(), machine.state_name(state));
                assert_eq!(row, first, "{what}");
                assert_eq!((states, memory), (apart, remembered), "{what}");
                assert_eq!(whole.told, each.told, "{what}");
                settled.extend(row.map(|row| row.number));
            });
        }
    }
    let rows = ROWS.iter().filter(|row| row.event == EventKind::Settle).count();
    assert!(settled.len() > rows / 2, "{} of {rows}", settled.len());
}

#[test]
fn at_most_one_row_fires_and_every_event_has_one() {
    for machine in Machine::ALL {
        for_everything(*machine, |state, event, at| {
            let firing: Vec<&Row> = interpret::rows_that_fire(
                *machine, state, event, &at.memory, &at.facts, &at.policy,
            )
            .collect();
            let proper = firing.iter().filter(|row| !row.otherwise).count();
            assert!(proper <= 1, "{} rows fire on {event}", proper);
            let is_home = hyaline_model::table::home(event.kind()) == Some(machine.slot());
            assert!(!is_home || !firing.is_empty(), "no row for {event} in {state}");
        });
    }
}
