//! From the machines as written to the table as meant.

use super::alphabet::distinct;
use super::rows::Resolver;
use super::{Alphabet, Component, Machine, Otherwise, Row, Slot, State, Table};
use crate::check::citations;
use crate::errors::{Errors, list, unknown};
use crate::syntax::{AlphabetSyntax, MachineSyntax, SettleSyntax, TableSyntax};

/// What the three macros said, and whether it could be read without a mistake.
pub(crate) struct Written {
    pub(crate) alphabet: AlphabetSyntax,
    pub(crate) alphabet_sound: bool,
    pub(crate) machines: Vec<(MachineSyntax, bool)>,
    pub(crate) table: TableSyntax,
}

impl Table {
    /// Resolves all names. What is wrong is reported and left out; mistakes of the alphabet itself
    /// are not, as `alphabet!` reports them where it stands.
    pub(crate) fn resolve(written: &Written, errors: &mut Errors) -> Table {
        let mut elsewhere = Errors::new();
        let alphabet = Alphabet::resolve(&written.alphabet, written.alphabet_sound, &mut elsewhere);
        let mut table = Table {
            sound: written.alphabet_sound && alphabet.known,
            alphabet,
            slots: Vec::new(),
            machines: Vec::new(),
            flawless: written.alphabet_sound && elsewhere.is_empty(),
            has_documents: written.table.path.is_some() || !written.alphabet.documents.is_empty(),
            has_places: written.table.path.is_some(),
        };
        for slot in distinct("slot", &written.table.slots, |slot| &slot.name, errors) {
            let index = table.slots.len();
            let mut machines = Vec::new();
            for name in &slot.machines {
                if table.machines.iter().any(|machine| machine.name == *name) {
                    errors.at(name, format!("machine `{name}` stands in the table twice"));
                    continue;
                }
                let found = written.machines.iter().find(|(machine, _)| machine.name == *name);
                let Some((machine, sound)) = found else { continue };
                if machine.slot != slot.name {
                    errors.at(
                        &machine.slot,
                        format!(
                            "`table!` puts machine `{name}` into slot `{}`, not `{}`",
                            slot.name, machine.slot
                        ),
                    );
                }
                machines.push(table.machines.len());
                let resolved = table.machine(machine, index, *sound, errors);
                table.machines.push(resolved);
            }
            let half = slot.half.clone();
            table.slots.push(Slot { name: slot.name.clone(), machines, half });
        }
        table.check_writers(errors);
        table
    }

    fn machine(
        &self,
        written: &MachineSyntax,
        slot: usize,
        readable: bool,
        errors: &mut Errors,
    ) -> Machine {
        let before = errors.count();
        // Of a machine that was read without a single state, every further report would only repeat
        // that its states are missing.
        let mut ignored = Errors::new();
        let errors = match readable || !written.states.is_empty() {
            true => errors,
            false => &mut ignored,
        };
        let (states, initial) = self.states(written, errors);
        let measure = self.measure(written, errors);
        let named = errors.count() == before;
        let (rows, otherwise, understood) = self.rows(written, &states, errors);
        let sound = readable && self.sound && named && understood;
        Machine {
            name: written.name.clone(),
            docs: written.docs.clone(),
            slot,
            states,
            initial,
            measure,
            rows,
            otherwise,
            sound,
        }
    }

    /// The rows that were understood, and whether all were.
    fn rows(
        &self,
        written: &MachineSyntax,
        states: &[State],
        errors: &mut Errors,
    ) -> (Vec<Row>, Vec<Otherwise>, bool) {
        let mut of_names = Errors::new();
        let mut own = Errors::new();
        let (mut rows, mut otherwise, mut understood) = (Vec::new(), Vec::new(), true);
        let all = written.rows.iter().map(|row| (row, false));
        let all = all.chain(written.otherwise.iter().map(|row| (row, true)));
        for (source, (row, is_otherwise)) in all.enumerate() {
            let citations = citations::resolve(row, &self.alphabet, errors);
            let before = of_names.count() + own.count();
            let mut resolver = Resolver {
                alphabet: &self.alphabet,
                states,
                errors: &mut of_names,
                own_errors: &mut own,
            };
            let (mut found, mut other) = (Vec::new(), None);
            match is_otherwise {
                false => found = resolver.row(row, &citations, source),
                true => other = Some(resolver.otherwise(row, &citations, source)),
            }
            if of_names.count() + own.count() == before {
                rows.extend(found);
                otherwise.extend(other);
            } else {
                understood = false;
            }
        }
        errors.append(own);
        if self.sound {
            // Where the alphabet is wrong, these mistakes may only follow from the alphabet's.
            errors.append(of_names);
        }
        (rows, otherwise, understood)
    }

    fn states(&self, written: &MachineSyntax, errors: &mut Errors) -> (Vec<State>, usize) {
        let (mut states, mut initial) = (Vec::new(), Vec::new());
        for state in distinct("state", &written.states, |state| &state.name, errors) {
            if state.name == "same" || state.name == "_" {
                errors.at(&state.name, format!("`{}` has a meaning of its own", state.name));
                continue;
            }
            if state.initial {
                initial.push((states.len(), &state.name));
            }
            let mut labels = Vec::new();
            for label in &state.labels {
                match self.alphabet.labels.iter().position(|one| one.name == *label) {
                    Some(position) => labels.push(position),
                    None if self.sound => errors.push(unknown(
                        "label",
                        label,
                        self.alphabet.labels.iter().map(|one| &one.name),
                    )),
                    None => {}
                }
            }
            states.push(State { name: state.name.clone(), labels, last: state.last });
        }
        let names: Vec<_> = initial.iter().map(|(_, name)| name).collect();
        match names.as_slice() {
            [_] => {}
            [] => errors.at(
                &written.name,
                format!("machine `{}` has no initial state: mark one `initial`", written.name),
            ),
            [.., last] => {
                errors.at(**last, format!("one initial state only, not {}", list(&names)));
            }
        }
        if states.len() > usize::from(u8::MAX) {
            errors.at(&written.name, "at most 255 states");
            states.truncate(usize::from(u8::MAX));
        }
        (states, initial.first().map_or(0, |(position, _)| *position))
    }

    fn measure(&self, written: &MachineSyntax, errors: &mut Errors) -> Option<Vec<Component>> {
        let (mut measure, mut understood) = (Vec::new(), true);
        for component in written.settle.iter().flatten() {
            let (name, direction): (_, fn(usize) -> Component) = match component {
                SettleSyntax::State => {
                    measure.push(Component::State);
                    continue;
                }
                SettleSyntax::Falling(name) => (name, Component::Falling),
                SettleSyntax::Rising(name) => (name, Component::Rising),
            };
            let memory = &self.alphabet.memory;
            match memory.iter().position(|field| field.name == *name) {
                Some(position) => measure.push(direction(position)),
                None if self.sound => {
                    understood = false;
                    let declared = memory.iter().map(|field| &field.name);
                    errors.push(unknown("memory field", name, declared));
                }
                None => understood = false,
            }
        }
        understood.then_some(measure)
    }

    fn check_writers(&self, errors: &mut Errors) {
        if !self.sound {
            return;
        }
        for field in &self.alphabet.memory {
            if let Some(writer) = &field.writer
                && self.slots.iter().all(|slot| slot.name != *writer)
            {
                errors.push(unknown("slot", writer, self.slots.iter().map(|slot| &slot.name)));
            }
        }
    }
}
