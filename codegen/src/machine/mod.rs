//! The table as meant: every name resolved to an index into its list.

pub(crate) mod alphabet;
pub(crate) mod documents;
mod guards;
mod mapping;
mod outcomes;
pub(crate) mod rows;
pub(crate) mod table;
pub(crate) mod text;

use crate::errors::Extent;
use proc_macro2::Ident;

/// A set of values of one subject, a bit for each value index.
pub(crate) type Values = u64;

/// The most values that a type of the alphabet may have, as [`Values`] has this many bits.
pub(crate) const MOST_VALUES: usize = 64;

/// What a field, a fact, a policy or a payload ranges over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    Bool,
    Range {
        low: u8,
        high: u8,
    },
    /// An index into [`Alphabet::enums`].
    Enum(usize),
}

/// A document that rows cite.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) sections: Vec<String>,
}

/// A name with its documentation.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) name: Ident,
    pub(crate) docs: String,
}

/// An enum of the alphabet.
#[derive(Clone, Debug)]
pub(crate) struct ValueEnum {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    pub(crate) variants: Vec<Named>,
    pub(crate) mapping: Option<Mapping>,
}

/// What the variants of an enum map to.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) name: Ident,
    pub(crate) domain: Domain,
    /// A value index for each variant, in order.
    pub(crate) values: Vec<u8>,
}

/// An event or an action.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    pub(crate) payload: Option<Domain>,
}

/// A named set of events.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: Ident,
    pub(crate) events: Vec<usize>,
}

/// A memory field, a fact or a policy.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    pub(crate) domain: Domain,
    /// Value index at the start; memory only.
    pub(crate) initial: u8,
    /// The slot whose machines update it; memory only.
    pub(crate) writer: Option<Ident>,
    /// The half that answers it; facts only, and only where the table has halves.
    pub(crate) half: Option<Ident>,
}

/// A policy vector.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    /// A value index for each policy, in order.
    pub(crate) values: Vec<u8>,
}

/// Everything that `alphabet!` declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alphabet {
    pub(crate) documents: Vec<Document>,
    pub(crate) enums: Vec<ValueEnum>,
    pub(crate) labels: Vec<Named>,
    pub(crate) events: Vec<Signal>,
    pub(crate) groups: Vec<Group>,
    pub(crate) actions: Vec<Signal>,
    pub(crate) memory: Vec<Field>,
    pub(crate) facts: Vec<Field>,
    pub(crate) policy: Vec<Field>,
    pub(crate) profiles: Vec<Profile>,
    /// All that was written could be read.
    pub(crate) readable: bool,
    /// Every name that is declared is known here, whatever else is wrong.
    pub(crate) known: bool,
}

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Trigger {
    Settle,
    /// An index into [`Alphabet::events`].
    Event(usize),
}

/// What an atom asks about: an index into the alphabet's memory, facts or policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    Memory(usize),
    Fact(usize),
    Policy(usize),
}

/// A condition: the subject's value is one of these.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) subject: Subject,
    /// The subject's name where it is written, so that an editor finds its declaration.
    pub(crate) name: Ident,
    pub(crate) values: Values,
    pub(crate) text: String,
    pub(crate) extent: Extent,
}

/// What an update does to its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Set(u8),
    FromPayload,
    Decrement,
}

/// An update of a memory field.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    pub(crate) field: usize,
    /// The field's name where it is written.
    pub(crate) name: Ident,
    pub(crate) change: Change,
    pub(crate) text: String,
    pub(crate) extent: Extent,
}

/// What is handed to an action or to a raised event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    Value(u8),
    FromPayload,
}

/// What an effect does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EffectKind {
    Perform(usize),
    Raise(usize),
    Post(usize),
}

/// An effect of a row.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub(crate) kind: EffectKind,
    pub(crate) argument: Option<Argument>,
    /// The slot named before a raised event.
    pub(crate) slot: Option<Ident>,
    pub(crate) name: Ident,
    pub(crate) text: String,
}

/// Where a row comes from.
#[derive(Clone, Debug)]
pub(crate) enum Citation {
    Rfc(String),
    /// The document and its section.
    Section(String, String),
    Local(String),
}

/// What a row does once it has been taken, and what is said about it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// `None` is `same`: the state stays.
    pub(crate) to: Option<(usize, Ident)>,
    pub(crate) updates: Vec<Update>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) citations: Vec<Citation>,
    pub(crate) docs: String,
    /// The part behind the arrow, as a person would write it.
    pub(crate) text: String,
}

/// A row for one event. One written with `A | B` events stands here once for each.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) from: Vec<(usize, Ident)>,
    pub(crate) trigger: Trigger,
    pub(crate) event: Ident,
    /// `None` stands for any payload.
    pub(crate) payload: Option<Values>,
    pub(crate) binding: bool,
    pub(crate) guard: Vec<Atom>,
    pub(crate) outcome: Outcome,
    pub(crate) otherwise: bool,
    /// One line, as a person would write it.
    pub(crate) text: String,
    pub(crate) extent: Extent,
    /// The written row this one comes from, counted in its machine.
    pub(crate) source: usize,
}

/// A row of `otherwise`, before it is known which pairs it serves.
#[derive(Clone, Debug)]
pub(crate) struct Otherwise {
    /// `None` stands for all states.
    pub(crate) states: Option<Vec<(usize, Ident)>>,
    /// `None` stands for all events of the slot.
    pub(crate) events: Option<Vec<(usize, Ident)>>,
    pub(crate) binding: Option<Ident>,
    pub(crate) outcome: Outcome,
    pub(crate) extent: Extent,
    pub(crate) source: usize,
}

/// A state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) name: Ident,
    pub(crate) labels: Vec<usize>,
    pub(crate) last: bool,
}

/// One component of the measure that settle rows lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    State,
    Falling(usize),
    Rising(usize),
}

/// A machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    pub(crate) slot: usize,
    pub(crate) states: Vec<State>,
    pub(crate) initial: usize,
    /// Empty where no measure is declared; `None` where the declaration was not understood.
    pub(crate) measure: Option<Vec<Component>>,
    pub(crate) rows: Vec<Row>,
    pub(crate) otherwise: Vec<Otherwise>,
    /// Every row was understood, so that what is missing is really missing.
    pub(crate) sound: bool,
}

/// A slot and the machines that can stand in it.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) name: Ident,
    pub(crate) machines: Vec<usize>,
    /// The half that it belongs to; nothing where the table has no halves.
    pub(crate) half: Option<Ident>,
}

/// The whole table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) alphabet: Alphabet,
    pub(crate) slots: Vec<Slot>,
    pub(crate) machines: Vec<Machine>,
    /// Every name of the alphabet is known, so that an unknown one is a mistake of its row.
    pub(crate) sound: bool,
    /// Nothing is wrong with the alphabet.
    pub(crate) flawless: bool,
    /// Rows may cite documents, so that `Citation` can say so.
    pub(crate) has_documents: bool,
    /// The items say where each row is written, for reports that name the line.
    pub(crate) has_places: bool,
}

impl Table {
    /// The name of a slot.
    pub(crate) fn slot_name(&self, slot: usize) -> String {
        self.slots.get(slot).map_or_else(String::new, |slot| slot.name.to_string())
    }

    /// The halves, in order, each where it is first named; none where the table has no halves.
    pub(crate) fn halves(&self) -> Vec<&Ident> {
        let mut halves: Vec<&Ident> = Vec::new();
        for half in self.slots.iter().filter_map(|slot| slot.half.as_ref()) {
            if !halves.contains(&half) {
                halves.push(half);
            }
        }
        halves
    }

    /// The half that a slot of this name belongs to.
    pub(crate) fn half_of(&self, slot: &Ident) -> Option<&Ident> {
        self.slots.iter().find(|one| one.name == *slot)?.half.as_ref()
    }

    /// The slots that mention an event in their rows, each with the first such row.
    pub(crate) fn homes(&self, event: usize) -> Vec<(usize, &Row)> {
        let mut homes: Vec<(usize, &Row)> = Vec::new();
        for machine in &self.machines {
            let row = machine.rows.iter().find(|row| row.trigger == Trigger::Event(event));
            if let Some(row) = row
                && homes.iter().all(|(slot, _)| *slot != machine.slot)
            {
                homes.push((machine.slot, row));
            }
        }
        homes
    }

    /// The slot that takes this event.
    pub(crate) fn home(&self, event: usize) -> Option<usize> {
        self.homes(event).first().map(|(slot, _)| *slot)
    }

    /// The events whose home is this slot.
    pub(crate) fn events_of(&self, slot: usize) -> Vec<usize> {
        (0..self.alphabet.events.len()).filter(|event| self.home(*event) == Some(slot)).collect()
    }
}

/// `key_update_owed` becomes `KeyUpdateOwed`, with the same span.
pub(crate) fn pascal(name: &Ident) -> Ident {
    let text: String = name
        .to_string()
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        })
        .collect();
    Ident::new(&text, name.span())
}
