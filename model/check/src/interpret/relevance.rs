//! Which memory can still matter: a field that no row asks for, from where the machines stand on, makes
//! no difference any more.

use std::sync::OnceLock;

use hyaline_model::table::{Machine, Memory, MemoryField, Row, Slot, States, Subject};

/// A set of memory fields, a bit for each by its index.
type Fields = u64;

/// For each machine and each of its states, what rows ask for from there on, whatever happens.
fn asked_from(machine: Machine, state: u8) -> Fields {
    static ASKED: OnceLock<Vec<Vec<Fields>>> = OnceLock::new();
    let asked = ASKED.get_or_init(|| Machine::ALL.iter().map(|one| closure(*one)).collect());
    let of_machine = asked.get(usize::from(machine.index()));
    let of_state = of_machine.and_then(|states| states.get(usize::from(state)));
    of_state.copied().unwrap_or(Fields::MAX)
}

/// What each state's rows ask for, and those of every state that they lead to.
fn closure(machine: Machine) -> Vec<Fields> {
    let mut asked = vec![0; usize::from(machine.state_count())];
    loop {
        let before = asked.clone();
        for row in machine.rows() {
            let ahead = row.to.and_then(|to| before.get(usize::from(to))).copied().unwrap_or(0);
            for from in row.from {
                if let Some(fields) = asked.get_mut(usize::from(*from)) {
                    *fields |= asked_by(row) | ahead;
                }
            }
        }
        if asked == before {
            return asked;
        }
    }
}

fn asked_by(row: &Row) -> Fields {
    let bit = |field: MemoryField| 1 << field.index();
    row.guard.iter().fold(0, |fields, atom| match atom.subject {
        Subject::Memory(field) => fields | bit(field),
        Subject::Fact(_) | Subject::Policy(_) => fields,
    })
}

/// The same memory, with its beginning in every field that cannot matter any more. Two endpoints
/// that differ in nothing else go on alike.
#[must_use]
pub fn what_matters(states: &States, memory: &Memory) -> Memory {
    let asked = Slot::ALL
        .iter()
        .fold(0, |fields, slot| fields | asked_from(states.machine(*slot), states.index(*slot)));
    let mut kept = *memory;
    for field in MemoryField::ALL {
        if asked & 1 << field.index() == 0 {
            kept.set(*field, Memory::INITIAL.get(*field));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyaline_model::table::{HandshakeState, client, read};

    #[test]
    fn what_only_the_handshake_asks_for_is_forgotten_behind_it() {
        let mut states = States::initial_client();
        let memory = Memory { retried: true, connected: true, ..Memory::INITIAL };
        assert!(what_matters(&states, &memory).retried);
        states.handshake = HandshakeState::Client(client::State::Connected);
        states.read = read::State::Open;
        let kept = what_matters(&states, &memory);
        assert!(!kept.retried && kept.connected, "a read still asks whether it is connected");
    }
}
