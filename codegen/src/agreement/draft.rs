//! Small random tables as plain data: how they are written, and what they mean. The meaning is read
//! straight from the data, value by value, without any code of the macro.

use proptest::collection::vec;
use proptest::prelude::*;
use std::fmt::Write;

/// What a field or a payload ranges over. Values are counted from 0; a range has an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    /// `Small`, `Medium` or `Large`, with 1, 3 or 4 variants.
    Enum(u8),
    Range {
        low: u8,
        size: u8,
    },
}

const ENUMS: [(&str, u8); 3] = [("Small", 1), ("Medium", 3), ("Large", 4)];

impl Kind {
    pub(super) fn size(self) -> u8 {
        match self {
            Kind::Bool => 2,
            Kind::Enum(index) => ENUMS[usize::from(index)].1,
            Kind::Range { size, .. } => size,
        }
    }

    pub(super) fn value(self, value: u8) -> String {
        match self {
            Kind::Bool => (value == 1).to_string(),
            Kind::Enum(index) => format!("{}{value}", ENUMS[usize::from(index)].0),
            Kind::Range { low, .. } => (low + value).to_string(),
        }
    }

    fn name(self) -> String {
        match self {
            Kind::Bool => "bool".to_owned(),
            Kind::Enum(index) => ENUMS[usize::from(index)].0.to_owned(),
            Kind::Range { low, size } => format!("{low}..={}", low + size - 1),
        }
    }
}

/// Where a subject lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Memory,
    Fact,
    Policy,
}

/// Something that guards ask about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) family: Family,
    pub(super) kind: Kind,
}

/// How a condition compares its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Among,
    Differs,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// One condition of a guard.
#[derive(Clone, Debug)]
struct Condition {
    subject: usize,
    form: Form,
    /// An ordering compares with the first of these.
    values: Vec<u8>,
}

/// A row. Event 0 is `settle`.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) from: Vec<usize>,
    pub(super) event: usize,
    payload: Option<Vec<u8>>,
    conditions: Vec<Condition>,
    to: Option<usize>,
}

/// A row of `otherwise`. `None` stands for all states, or all events.
#[derive(Clone, Debug)]
pub(super) struct Otherwise {
    pub(super) states: Option<Vec<usize>>,
    pub(super) events: Option<Vec<usize>>,
}

/// A table of one machine.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) states: usize,
    /// The payloads of all events but `settle`.
    payloads: Vec<Option<Kind>>,
    pub(super) subjects: Vec<Subject>,
    pub(super) rows: Vec<Row>,
    pub(super) otherwise: Vec<Otherwise>,
}

/// What happens in one moment: an event, and a value for each subject.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) state: usize,
    pub(super) event: usize,
    pub(super) payload: u8,
    pub(super) values: Vec<u8>,
}

impl Draft {
    pub(super) fn payload(&self, event: usize) -> Option<Kind> {
        event.checked_sub(1).and_then(|event| self.payloads[event])
    }

    pub(super) fn events(&self) -> usize {
        self.payloads.len() + 1
    }

    /// Whether a row fires.
    pub(super) fn fires(&self, row: &Row, moment: &Moment) -> bool {
        row.from.contains(&moment.state)
            && row.event == moment.event
            && row.payload.as_ref().is_none_or(|values| values.contains(&moment.payload))
            && row.conditions.iter().all(|condition| condition.holds(&moment.values))
    }

    /// Whether some row waits for an event: then the machine is its home.
    pub(super) fn at_home(&self, event: usize) -> bool {
        self.rows.iter().any(|row| row.event == event)
    }

    /// All moments of a state and an event.
    pub(super) fn moments(&self, state: usize, event: usize) -> Vec<Moment> {
        let mut assignments = vec![Vec::new()];
        for subject in &self.subjects {
            let extended = assignments.iter().flat_map(|values| {
                (0..subject.kind.size()).map(move |value| [values.as_slice(), &[value]].concat())
            });
            assignments = extended.collect();
        }
        let payloads = self.payload(event).map_or(1, Kind::size);
        let moments = assignments.into_iter().flat_map(|values| {
            (0..payloads).map(move |payload| {
                let values = values.clone();
                Moment { state, event, payload, values }
            })
        });
        moments.collect()
    }

    pub(super) fn alphabet(&self) -> String {
        let mut text = "enums {".to_owned();
        for (index, (name, size)) in (0..).zip(ENUMS) {
            let values: Vec<String> =
                (0..size).map(|value| Kind::Enum(index).value(value)).collect();
            let _ = write!(text, "pub enum {name} {{ {} }}", values.join(", "));
        }
        text.push_str("} events {");
        for (event, payload) in (1..).zip(&self.payloads) {
            let payload = payload.map_or_else(String::new, |kind| format!("({})", kind.name()));
            let _ = write!(text, "Event{event}{payload},");
        }
        text.push('}');
        for (section, family) in
            [("memory", Family::Memory), ("facts", Family::Fact), ("policy", Family::Policy)]
        {
            let _ = write!(text, "{section} {{");
            for (index, subject) in self.subjects.iter().enumerate() {
                let (kind, first) = (subject.kind.name(), subject.kind.value(0));
                if subject.family == family {
                    let _ = match family {
                        Family::Memory => write!(text, "s_{index}: {kind} = {first} by m,"),
                        _ => write!(text, "s_{index}: {kind},"),
                    };
                }
            }
            text.push('}');
        }
        text.push_str("profiles { ONE {");
        for (index, subject) in self.subjects.iter().enumerate() {
            if subject.family == Family::Policy {
                let _ = write!(text, "s_{index}: {},", subject.kind.value(0));
            }
        }
        text.push_str("} }");
        text
    }

    pub(super) fn machine(&self) -> String {
        let mut text = "machine m: m; states { initial".to_owned();
        for state in 0..self.states {
            let _ = write!(text, " State{state},");
        }
        text.push_str("} rows {");
        for row in &self.rows {
            let _ = write!(text, "#[rfc(\"1\")] {} + {}", states(&row.from), self.event(row));
            text.push_str(&self.guard(row));
            let to = row.to.map_or_else(|| "same".to_owned(), |to| format!("State{to}"));
            let _ = write!(text, " => {to} {{}}");
        }
        text.push_str("} otherwise {");
        for row in &self.otherwise {
            let from = row.states.as_ref().map_or_else(|| "_".to_owned(), |from| states(from));
            let events = row.events.as_ref().map_or_else(
                || "_".to_owned(),
                |events| joined(events.iter().map(|event| format!("Event{event}"))),
            );
            let _ = write!(text, "#[local(\"why\")] {from} + {events} => same {{}}");
        }
        text.push('}');
        text
    }

    fn event(&self, row: &Row) -> String {
        let kind = match (row.event, self.payload(row.event)) {
            (0, _) => return "settle".to_owned(),
            (event, None) => return format!("Event{event}"),
            (_, Some(kind)) => kind,
        };
        let values = match &row.payload {
            None => "payload".to_owned(),
            Some(values) => joined(values.iter().map(|value| kind.value(*value))),
        };
        format!("Event{}({values})", row.event)
    }

    fn guard(&self, row: &Row) -> String {
        let (mut conditions, mut policies) = (Vec::new(), Vec::new());
        for condition in &row.conditions {
            let subject = self.subjects[condition.subject];
            let text = condition.text(subject);
            match subject.family {
                Family::Policy => policies.push(text),
                _ => conditions.push(text),
            }
        }
        let mut text = String::new();
        for (keyword, atoms) in [("if", conditions), ("under", policies)] {
            if !atoms.is_empty() {
                let _ = write!(text, " {keyword} {}", atoms.join(" and "));
            }
        }
        text
    }
}

impl Condition {
    fn holds(&self, values: &[u8]) -> bool {
        let value = values[self.subject];
        let limit = self.values[0];
        match self.form {
            Form::Among => self.values.contains(&value),
            Form::Differs => !self.values.contains(&value),
            Form::Less => value < limit,
            Form::AtMost => value <= limit,
            Form::Greater => value > limit,
            Form::AtLeast => value >= limit,
        }
    }

    fn text(&self, subject: Subject) -> String {
        let values = joined(self.values.iter().map(|value| subject.kind.value(*value)));
        let limit = subject.kind.value(self.values[0]);
        let name = format!("s_{}", self.subject);
        match (subject.family, self.form) {
            (Family::Memory, Form::Among) => format!("{name} == {values}"),
            (_, Form::Among) => format!("{name}({values})"),
            (_, Form::Differs) => format!("{name} != {values}"),
            (_, Form::Less) => format!("{name} < {limit}"),
            (_, Form::AtMost) => format!("{name} <= {limit}"),
            (_, Form::Greater) => format!("{name} > {limit}"),
            (_, Form::AtLeast) => format!("{name} >= {limit}"),
        }
    }
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(" | ")
}

fn states(states: &[usize]) -> String {
    joined(states.iter().map(|state| format!("State{state}")))
}

/// Some of the numbers below a limit, at least one, in order.
fn some_below(limit: usize) -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..limit).collect::<Vec<_>>(), 1..=limit)
}

fn values(kind: Kind) -> impl Strategy<Value = Vec<u8>> {
    proptest::sample::subsequence(
        (0..kind.size()).collect::<Vec<_>>(),
        1..=usize::from(kind.size()),
    )
}

fn named_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Bool), (0u8..3).prop_map(Kind::Enum)]
}

fn subject() -> impl Strategy<Value = Subject> {
    let range = (0u8..3, 2u8..5).prop_map(|(low, size)| Kind::Range { low, size });
    let subject = |family, kind| Subject { family, kind };
    prop_oneof![
        prop_oneof![named_kind(), range].prop_map(move |kind| subject(Family::Memory, kind)),
        named_kind().prop_map(move |kind| subject(Family::Fact, kind)),
        named_kind().prop_map(move |kind| subject(Family::Policy, kind)),
    ]
}

fn condition(subjects: Vec<Subject>) -> impl Strategy<Value = Condition> {
    (0..subjects.len()).prop_flat_map(move |subject| {
        let Subject { family, kind } = subjects[subject];
        let forms = match (family, kind) {
            (Family::Memory, Kind::Range { .. }) => vec![
                Form::Among,
                Form::Differs,
                Form::Less,
                Form::AtMost,
                Form::Greater,
                Form::AtLeast,
            ],
            (Family::Memory, _) => vec![Form::Among, Form::Differs],
            _ => vec![Form::Among],
        };
        (proptest::sample::select(forms), values(kind)).prop_map(move |(form, mut values)| {
            if !matches!(form, Form::Among | Form::Differs) {
                values.truncate(1);
            }
            Condition { subject, form, values }
        })
    })
}

fn row(
    states: usize,
    payloads: Vec<Option<Kind>>,
    subjects: Vec<Subject>,
) -> impl Strategy<Value = Row> {
    (0..=payloads.len()).prop_flat_map(move |event| {
        let payload = match event.checked_sub(1).and_then(|event| payloads[event]) {
            None => Just(None).boxed(),
            Some(kind) => proptest::option::of(values(kind)).boxed(),
        };
        let conditions = vec(condition(subjects.clone()), 0..4);
        let to = proptest::option::of(0..states);
        (some_below(states), payload, conditions, to).prop_map(
            move |(from, payload, conditions, to)| Row { from, event, payload, conditions, to },
        )
    })
}

fn otherwise(states: usize, events: usize) -> impl Strategy<Value = Otherwise> {
    let events = some_below(events)
        .prop_map(|events| events.into_iter().map(|event| event + 1).collect::<Vec<_>>());
    (proptest::option::of(some_below(states)), proptest::option::of(events))
        .prop_map(|(states, events)| Otherwise { states, events })
}

pub(super) fn draft() -> impl Strategy<Value = Draft> {
    let payloads = vec(proptest::option::of(named_kind()), 1..4);
    (1usize..4, payloads, vec(subject(), 1..5)).prop_flat_map(|(states, payloads, subjects)| {
        let rows = vec(row(states, payloads.clone(), subjects.clone()), 1..8);
        let otherwise = vec(otherwise(states, payloads.len()), 0..3);
        (rows, otherwise).prop_map(move |(rows, otherwise)| Draft {
            states,
            payloads: payloads.clone(),
            subjects: subjects.clone(),
            rows,
            otherwise,
        })
    })
}
