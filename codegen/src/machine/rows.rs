//! From rows as written to rows as meant.

use super::{Alphabet, Citation, Domain, Otherwise, Row, State, Trigger, Values, text};
use crate::errors::{Errors, unknown};
use crate::syntax::{EventSyntax, PayloadSyntax, RowSyntax, ValueSyntax};
use proc_macro2::Ident;

/// Resolves the rows of one machine.
pub(crate) struct Resolver<'a> {
    pub(crate) alphabet: &'a Alphabet,
    pub(crate) states: &'a [State],
    /// Mistakes that may follow from a mistake in the alphabet. They are reported only if the
    /// alphabet is right.
    pub(crate) errors: &'a mut Errors,
    /// Mistakes of the row itself. They are always reported.
    pub(crate) own_errors: &'a mut Errors,
}

/// The payload of the event that a row waits for: its type and the name it is bound to.
pub(super) struct Payload<'a> {
    pub(super) domain: Option<Domain>,
    pub(super) binding: Option<&'a Ident>,
}

impl Resolver<'_> {
    /// A written row, once for each of its events.
    pub(crate) fn row(
        &mut self,
        written: &RowSyntax,
        citations: &[Citation],
        source: usize,
    ) -> Vec<Row> {
        let from = self.from(&written.from);
        let guard = self.guard(written);
        let mut rows = Vec::new();
        for event in &written.events {
            for trigger in self.triggers(event) {
                let domain = self.payload_of(trigger);
                let values = self.payload_values(event, domain);
                let payload = Payload { domain, binding: binding(event) };
                let outcome = self.outcome(written, &payload, citations);
                let states = from.iter().map(|(_, name)| name).collect::<Vec<_>>();
                rows.push(Row {
                    trigger,
                    event: self.event_name(trigger, &event.name),
                    payload: values,
                    binding: payload.binding.is_some(),
                    text: format!(
                        "{} + {}{} => {}",
                        text::alternatives(&states),
                        text::event(&self.named(event, trigger)),
                        text::guard(&written.guard, &written.policies),
                        outcome.text
                    ),
                    guard: guard.clone(),
                    from: from.clone(),
                    outcome,
                    otherwise: false,
                    extent: written.extent,
                    source,
                });
            }
        }
        rows
    }

    /// A written row of `otherwise`.
    pub(crate) fn otherwise(
        &mut self,
        written: &RowSyntax,
        citations: &[Citation],
        source: usize,
    ) -> Otherwise {
        if let Some(atom) = written.guard.first().or(written.policies.first()) {
            self.own_errors.at(
                &atom.subject,
                "a row of `otherwise` has no guard: it takes what no row takes; \
                 write this one in `rows`",
            );
        }
        let everywhere = written.from.iter().any(|name| name == "_");
        let states = (!everywhere).then(|| self.from(&written.from));
        let always = written.events.iter().any(|event| event.name == "_");
        let mut events = Vec::new();
        let mut payload = Payload { domain: None, binding: None };
        for event in written.events.iter().filter(|_| !always) {
            for trigger in self.triggers(event) {
                let Trigger::Event(position) = trigger else {
                    self.own_errors.at(
                        &event.name,
                        "`settle` needs no `otherwise`: without a row \
                         that fires, the machine stays as it is",
                    );
                    continue;
                };
                payload = Payload { domain: self.payload_of(trigger), binding: binding(event) };
                if event.payload.as_ref().is_some_and(|payload| !payload.values.is_empty()) {
                    self.own_errors.at(
                        &event.name,
                        "a row of `otherwise` takes the event with any \
                         payload; write this one in `rows`",
                    );
                }
                events.push((position, self.event_name(trigger, &event.name)));
            }
        }
        if let (Some(binding), true) = (payload.binding, events.len() > 1) {
            self.own_errors.at(
                binding,
                "a payload is bound where one event is named: \
                 write a row of its own for each event",
            );
        }
        Otherwise {
            states,
            events: (!always).then_some(events),
            binding: payload.binding.cloned(),
            outcome: self.outcome(written, &payload, citations),
            extent: written.extent,
            source,
        }
    }

    fn from(&mut self, names: &[Ident]) -> Vec<(usize, Ident)> {
        let mut found: Vec<(usize, Ident)> = Vec::new();
        for name in names {
            if name == "_" {
                let all = self.states.iter().enumerate();
                return all
                    .map(|(position, state)| {
                        (position, Ident::new(&state.name.to_string(), name.span()))
                    })
                    .collect();
            }
            match self.states.iter().position(|state| state.name == *name) {
                Some(position) if found.iter().any(|(other, _)| *other == position) => {
                    self.own_errors.at(name, format!("state `{name}` stands here twice"));
                }
                Some(position) => found.push((position, name.clone())),
                None => self.no_state(name),
            }
        }
        found
    }

    pub(super) fn no_state(&mut self, name: &Ident) {
        self.own_errors.push(unknown("state", name, self.states.iter().map(|state| &state.name)));
    }

    fn triggers(&mut self, event: &EventSyntax) -> Vec<Trigger> {
        if event.name == "settle" {
            return vec![Trigger::Settle];
        }
        if event.name == "_" {
            self.own_errors.at(&event.name, "a row names its events; only `otherwise` knows `_`");
            return Vec::new();
        }
        let found = self.errors.keep(self.alphabet.events_named(&event.name));
        found.into_iter().flatten().map(Trigger::Event).collect()
    }

    fn payload_of(&self, trigger: Trigger) -> Option<Domain> {
        match trigger {
            Trigger::Settle => None,
            Trigger::Event(event) => self.alphabet.events.get(event)?.payload,
        }
    }

    /// The event's name with the span of the word that stands for it in the row.
    fn event_name(&self, trigger: Trigger, written: &Ident) -> Ident {
        let name = match trigger {
            Trigger::Settle => "Settle".to_owned(),
            Trigger::Event(event) => self
                .alphabet
                .events
                .get(event)
                .map_or_else(|| written.to_string(), |event| event.name.to_string()),
        };
        Ident::new(&name, written.span())
    }

    /// The written event under the name of one member of the group that it may be.
    fn named(&self, event: &EventSyntax, trigger: Trigger) -> EventSyntax {
        let name = match trigger {
            Trigger::Settle => event.name.clone(),
            Trigger::Event(_) => self.event_name(trigger, &event.name),
        };
        EventSyntax { name, payload: event.payload.clone() }
    }

    fn payload_values(&mut self, event: &EventSyntax, domain: Option<Domain>) -> Option<Values> {
        let payload: &PayloadSyntax = event.payload.as_ref()?;
        let Some(domain) = domain else {
            self.errors.at(
                &event.name,
                format!("`{}` carries nothing: leave out the parentheses", event.name),
            );
            return None;
        };
        if payload.values.is_empty() {
            return None;
        }
        Some(self.values(domain, &payload.values))
    }

    pub(super) fn values(&mut self, domain: Domain, written: &[ValueSyntax]) -> Values {
        let mut values = 0;
        for value in written {
            if let Some(index) = self.errors.keep(self.alphabet.value(domain, value)) {
                if values & 1 << index != 0 {
                    self.errors.at(value.span(), format!("`{value}` stands here twice"));
                }
                values |= 1 << index;
            }
        }
        values
    }
}

fn binding(event: &EventSyntax) -> Option<&Ident> {
    event.payload.as_ref()?.binding.as_ref()
}
