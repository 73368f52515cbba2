//! The generated `step` says what the rows say: on every state, every event, and every assignment
//! of the guards that the pair mentions.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use hyaline_check::interpret;
use hyaline_model::table::{
    self, Event, EventKind, Facts, HandshakeState, Machine, Memory, Policy, Row, States, Subject,
};

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
