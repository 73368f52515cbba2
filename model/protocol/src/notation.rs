//! What `table!` emits, as one trait: so that the same code runs, searches and prints every table.

use std::fmt::{Debug, Display};
use std::hash::Hash;

use crate::place::SourcePlace;

/// A table. [`table!`](crate::table) implements this for the `States` that it emits; nobody else
/// has to.
///
/// Rows are known by their place in `ROWS`, slots by their place in `Slot::ALL`.
pub trait Notation: Copy + Eq + Hash + Debug + 'static {
    /// The alphabet's events.
    type Event: Copy + Eq + Hash + Debug + Display + 'static;
    /// The alphabet's actions.
    type Action: Copy + Display;
    /// What the rows remember.
    type Memory: Copy + Eq + Hash + Debug + 'static;
    /// What the guards ask the world.
    type Facts: Copy;
    /// The policy of an end: what is fixed for it.
    type Policy: Copy + 'static;

    /// The memory of a new end.
    const INITIAL_MEMORY: Self::Memory;
    /// All profiles with their names, the one that ships first. A table without policies has none.
    const PROFILES: &'static [(&'static str, Self::Policy)];
    /// The policy of the profile that ships.
    const SHIPPED: Self::Policy;
    /// The event on which rows for `settle` fire.
    const SETTLE: Self::Event;
    /// How many slots an end has.
    const SLOTS: usize;
    /// A short name for what the table does.
    const FINGERPRINT: &'static str;

    /// The slot whose machine takes an event; none for `settle`, which comes to every slot.
    fn home(event: Self::Event) -> Option<usize>;

    /// The row that the machine in a slot takes on an event.
    fn row(
        &self,
        slot: usize,
        memory: &Self::Memory,
        event: Self::Event,
        facts: &Self::Facts,
        policy: &Self::Policy,
    ) -> Option<usize>;

    /// Takes a row: enters its state, updates the memory, and says what it does, in order.
    fn take(
        &mut self,
        memory: &mut Self::Memory,
        row: usize,
        event: Self::Event,
    ) -> Vec<RowEffect<Self::Event, Self::Action>>;

    /// The names of the machines of this end, one for each slot.
    fn machine_names(&self) -> Vec<&'static str>;

    /// The names of the states of this end, one for each slot.
    fn state_names(&self) -> Vec<&'static str>;

    /// What is remembered, as rows write it: `credit == 2`, one for each field.
    fn remembered(memory: &Self::Memory) -> Vec<String>;

    /// What a row of the present states lacks: the conditions that do not hold. None if the row is
    /// not of a present state, or of a policy that is not this one.
    fn lacks(
        &self,
        row: usize,
        memory: &Self::Memory,
        facts: &Self::Facts,
        policy: &Self::Policy,
    ) -> Option<Vec<&'static str>>;

    /// Whether the row can fire under a policy.
    fn is_under(row: usize, policy: &Self::Policy) -> bool;

    /// All machines, as they are written.
    fn machines() -> Vec<MachineText>;

    /// All rows, as they are written.
    fn rows() -> Vec<RowText>;
}

/// What a row does once it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowEffect<E, A> {
    /// An action is performed.
    Perform(A),
    /// An event is raised, to be worked off in the same turn.
    Raise(E),
    /// An event is posted, to come in a later turn.
    Post(E),
}

/// A machine as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineText {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// Its states, each with its marks: `initial`, `final`, and its labels.
    pub states: Vec<(&'static str, Vec<&'static str>)>,
}

/// A row as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowText {
    /// Its machine's name.
    pub machine: &'static str,
    /// Its event's name, without the payload.
    pub event: &'static str,
    /// The row on one line.
    pub text: &'static str,
    /// Memory and facts that must hold.
    pub guard: Vec<&'static str>,
    /// Policies that must hold.
    pub policy: Vec<&'static str>,
    /// The state that it enters; `same` where it stays.
    pub to: &'static str,
    /// Updates of the memory, and then effects.
    pub does: Vec<&'static str>,
    /// Where it comes from: sections of documents, or a reason of one's own.
    pub sources: Vec<String>,
    /// Whether it stands under `otherwise`.
    pub otherwise: bool,
    /// Its doc comment.
    pub docs: &'static str,
    /// Where it is written.
    pub place: SourcePlace,
}

impl RowText {
    /// The states that it leaves and its event with the payload, as they are written.
    pub fn begins(&self) -> (&'static str, &'static str) {
        let (from, rest) = self.text.split_once(" + ").unwrap_or((self.text, ""));
        let ends = [" if ", " under ", " => "];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        (from, rest.get(..end).unwrap_or_default())
    }

    /// The whole guard: memory and facts, then policies.
    pub fn condition(&self) -> String {
        let guard = self.guard.join(" and ");
        match self.policy.is_empty() {
            true => guard,
            false => format!("{guard} under {}", self.policy.join(" and ")).trim().to_owned(),
        }
    }
}

/// Joins the machines to a table, as `hyaline_codegen::table!` does, and makes of it what
/// [`Protocol::Table`](crate::Protocol::Table) wants: `table! { place: client | server }`.
///
/// The alphabet's items and the machines' modules are in scope where it stands. Beside `States`,
/// `Row` and the others it emits `impl Notation for States`.
#[macro_export]
macro_rules! table {
    ($($table:tt)*) => {
        $crate::macros::table! { #![by($crate::macros)] $($table)* }

        impl $crate::Notation for States {
            type Event = Event;
            type Action = Action;
            type Memory = Memory;
            type Facts = Facts;
            type Policy = Policy;

            const INITIAL_MEMORY: Memory = Memory::INITIAL;
            const PROFILES: &'static [(&'static str, Policy)] = Policy::PROFILES;
            const SHIPPED: Policy = Policy::SHIPPED;
            const SETTLE: Event = Event::Settle;
            const SLOTS: usize = Slot::ALL.len();
            const FINGERPRINT: &'static str = FINGERPRINT;

            fn home(event: Event) -> Option<usize> {
                home(event.kind()).map(|slot| usize::from(slot.index()))
            }

            fn row(
                &self,
                slot: usize,
                memory: &Memory,
                event: Event,
                facts: &Facts,
                policy: &Policy,
            ) -> Option<usize> {
                let slot = *Slot::ALL.get(slot)?;
                let row = self.step(slot, memory, event, facts, policy)?;
                Some(usize::from(row.number))
            }

            fn take(
                &mut self,
                memory: &mut Memory,
                row: usize,
                event: Event,
            ) -> Vec<$crate::RowEffect<Event, Action>> {
                let Some(row) = ROWS.get(row) else { return Vec::new() };
                self.enter(row);
                memory.update(row, event);
                let effects = row.effects.iter().map(|effect| match effect.kind {
                    EffectKind::Perform(action) => $crate::RowEffect::Perform(action(event)),
                    EffectKind::Raise(raised) => $crate::RowEffect::Raise(raised(event)),
                    EffectKind::Post(posted) => $crate::RowEffect::Post(posted(event)),
                });
                effects.collect()
            }

            fn machine_names(&self) -> Vec<&'static str> {
                Slot::ALL.iter().map(|slot| self.machine(*slot).name()).collect()
            }

            fn state_names(&self) -> Vec<&'static str> {
                let slots = Slot::ALL.iter();
                slots.map(|slot| self.machine(*slot).state_name(self.index(*slot))).collect()
            }

            fn remembered(memory: &Memory) -> Vec<String> {
                let fields = MemoryField::ALL.iter();
                let value = |field: &MemoryField| field.value_name(memory.get(*field));
                fields.map(|field| format!("{} == {}", field.name(), value(field))).collect()
            }

            fn lacks(
                &self,
                row: usize,
                memory: &Memory,
                facts: &Facts,
                policy: &Policy,
            ) -> Option<Vec<&'static str>> {
                let written = ROWS.get(row)?;
                let slot = written.machine.slot();
                let is_present = self.machine(slot) == written.machine
                    && written.from.contains(&self.index(slot));
                if !is_present || !Self::is_under(row, policy) {
                    return None;
                }
                let lacking = written.guard.iter().filter(|atom| {
                    let value = match atom.subject {
                        Subject::Memory(field) => memory.get(field),
                        Subject::Fact(fact) => facts.get(fact),
                        Subject::Policy(name) => policy.get(name),
                    };
                    !atom.allowed.contains(&value)
                });
                Some(lacking.map(|atom| atom.text).collect())
            }

            fn is_under(row: usize, policy: &Policy) -> bool {
                let atoms = ROWS.get(row).map_or(&[] as &[Atom], |row| row.guard);
                atoms.iter().all(|atom| match atom.subject {
                    Subject::Policy(name) => atom.allowed.contains(&policy.get(name)),
                    _ => true,
                })
            }

            fn machines() -> Vec<$crate::MachineText> {
                let state = |machine: Machine, index: u8| {
                    let mut marks = Vec::new();
                    if index == machine.initial_state() {
                        marks.push("initial");
                    }
                    if machine.is_final(index) {
                        marks.push("final");
                    }
                    let labels = Label::ALL.iter().filter(|label| machine.has(index, **label));
                    marks.extend(labels.map(|label| label.name()));
                    (machine.state_name(index), marks)
                };
                let machines = Machine::ALL.iter().map(|machine| $crate::MachineText {
                    name: machine.name(),
                    docs: machine.docs(),
                    states: (0..machine.state_count())
                        .map(|index| state(*machine, index))
                        .collect(),
                });
                machines.collect()
            }

            fn rows() -> Vec<$crate::RowText> {
                let atoms = |row: &Row, of_policy: bool| {
                    let atoms = row.guard.iter().filter(|atom| {
                        ::core::matches!(atom.subject, Subject::Policy(_)) == of_policy
                    });
                    atoms.map(|atom| atom.text).collect()
                };
                let source = |citation: &Citation| match citation {
                    Citation::Rfc(section) => format!("RFC § {section}"),
                    Citation::Section { document, section } => format!("{document} § {section}"),
                    Citation::Local(reason) => (*reason).to_owned(),
                };
                let rows = ROWS.iter().zip(ROW_PLACES);
                let rows = rows.map(|(row, (file, line))| $crate::RowText {
                    machine: row.machine.name(),
                    event: row.event.name(),
                    text: row.text,
                    guard: atoms(row, false),
                    policy: atoms(row, true),
                    to: row.to.map_or("same", |to| row.machine.state_name(to)),
                    does: row
                        .updates
                        .iter()
                        .map(|update| update.text)
                        .chain(row.effects.iter().map(|effect| effect.text))
                        .collect(),
                    sources: row.citations.iter().map(source).collect(),
                    otherwise: row.otherwise,
                    docs: row.docs,
                    place: $crate::SourcePlace::of_compiler(file, *line),
                });
                rows.collect()
            }
        }
    };
}
