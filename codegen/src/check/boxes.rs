//! Guards as boxes: a set of values for the payload and for each subject. A guard is a conjunction,
//! so it is exactly one box; two guards overlap where all their sets do, and what rows leave open
//! is found by taking boxes away from the whole space, never by counting assignments.

use crate::machine::alphabet::low_byte;
use crate::machine::{Alphabet, Row, Subject, Trigger, Values};

/// A product of sets of values: the payload's first, then one for each subject.
pub(crate) type GuardBox = Vec<Values>;

/// The payload and the subjects that the rows of one (state, event) ask about.
pub(crate) struct Space<'a> {
    alphabet: &'a Alphabet,
    trigger: Trigger,
    pub(crate) subjects: Vec<Subject>,
}

impl<'a> Space<'a> {
    pub(crate) fn new(alphabet: &'a Alphabet, trigger: Trigger, rows: &[&Row]) -> Space<'a> {
        let mut subjects: Vec<Subject> =
            rows.iter().flat_map(|row| &row.guard).map(|atom| atom.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        Space { alphabet, trigger, subjects }
    }

    /// Everything.
    pub(crate) fn whole(&self) -> GuardBox {
        let subjects = self.subjects.iter().map(|subject| {
            subject.field(self.alphabet).map_or(1, |field| self.alphabet.all(field.domain))
        });
        [self.payloads()].into_iter().chain(subjects).collect()
    }

    fn payloads(&self) -> Values {
        let Trigger::Event(event) = self.trigger else { return 1 };
        let payload = self.alphabet.events.get(event).and_then(|event| event.payload);
        payload.map_or(1, |domain| self.alphabet.all(domain))
    }

    /// Where a row fires; nothing if it never does.
    pub(crate) fn of(&self, row: &Row) -> Option<GuardBox> {
        let mut guard_box = self.whole();
        let mut sets = guard_box.iter_mut();
        if let (Some(set), Some(payload)) = (sets.next(), row.payload) {
            *set &= payload;
        }
        for (set, subject) in sets.zip(&self.subjects) {
            for atom in row.guard.iter().filter(|atom| atom.subject == *subject) {
                *set &= atom.values;
            }
        }
        (!guard_box.contains(&0)).then_some(guard_box)
    }

    /// One assignment of a box: `on KeyUpdate(UpdateRequested) if outbox(Empty)`.
    pub(crate) fn example(&self, guard_box: &GuardBox) -> String {
        let mut indexes = guard_box.iter().map(|set| low_byte(set.trailing_zeros() as usize));
        let payload = indexes.next().unwrap_or(0);
        let (mut conditions, mut policies) = (Vec::new(), Vec::new());
        for (subject, index) in self.subjects.iter().zip(indexes) {
            let Some(field) = subject.field(self.alphabet) else { continue };
            let value = self.alphabet.value_name(field.domain, index);
            match subject {
                Subject::Memory(_) => conditions.push(format!("{} == {value}", field.name)),
                Subject::Fact(_) => conditions.push(format!("{}({value})", field.name)),
                Subject::Policy(_) => policies.push(format!("{}({value})", field.name)),
            }
        }
        let mut text = format!("`{}`", self.event_name(payload));
        for (keyword, atoms) in [("if", conditions), ("under", policies)] {
            if !atoms.is_empty() {
                text.push_str(&format!(" {keyword} `{}`", atoms.join(" and ")));
            }
        }
        text
    }

    fn event_name(&self, payload: u8) -> String {
        let Trigger::Event(event) = self.trigger else { return "settle".to_owned() };
        let Some(event) = self.alphabet.events.get(event) else { return String::new() };
        match event.payload {
            None => event.name.to_string(),
            Some(domain) => {
                format!("{}({})", event.name, self.alphabet.value_name(domain, payload))
            }
        }
    }
}

/// What two boxes share.
pub(crate) fn intersection(left: &GuardBox, right: &GuardBox) -> Option<GuardBox> {
    let shared: GuardBox = left.iter().zip(right).map(|(one, other)| one & other).collect();
    (!shared.contains(&0)).then_some(shared)
}

/// What is left of disjoint boxes once one is taken away: disjoint boxes again.
pub(crate) fn without(boxes: Vec<GuardBox>, taken: &GuardBox) -> Vec<GuardBox> {
    let mut left = Vec::new();
    for guard_box in boxes {
        if intersection(&guard_box, taken).is_none() {
            left.push(guard_box);
            continue;
        }
        let mut rest = guard_box.clone();
        for (place, (have, take)) in guard_box.iter().zip(taken).enumerate() {
            if have & !take != 0 {
                let mut piece = rest.clone();
                if let Some(set) = piece.get_mut(place) {
                    *set = have & !take;
                }
                left.push(piece);
            }
            if let Some(set) = rest.get_mut(place) {
                *set = have & take;
            }
        }
    }
    left
}

/// What the rows leave open.
pub(crate) fn uncovered(space: &Space<'_>, rows: &[&Row]) -> Vec<GuardBox> {
    rows.iter()
        .filter_map(|row| space.of(row))
        .fold(vec![space.whole()], |left, taken| without(left, &taken))
}
