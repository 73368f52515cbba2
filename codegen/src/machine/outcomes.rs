//! From the part of a row behind the arrow to what the row does.

use super::rows::{Payload, Resolver};
use super::{Argument, Change, Citation, Domain, Effect, EffectKind, Outcome, Update, text};
use crate::errors::{Extent, unknown};
use crate::syntax::{ArgumentSyntax, RowSyntax, StatementSyntax, ValueSyntax};
use proc_macro2::Ident;

impl Resolver<'_> {
    pub(super) fn outcome(
        &mut self,
        written: &RowSyntax,
        payload: &Payload<'_>,
        citations: &[Citation],
    ) -> Outcome {
        let to = match self.states.iter().position(|state| state.name == written.to) {
            Some(position) => Some((position, written.to.clone())),
            None => {
                if written.to != "same" {
                    self.no_state(&written.to);
                }
                None
            }
        };
        let (mut updates, mut effects) = (Vec::<Update>::new(), Vec::<Effect>::new());
        for statement in &written.body {
            if let Some(update) = self.update(statement, payload) {
                if updates.iter().any(|other| other.field == update.field) {
                    self.errors.at(
                        update.extent,
                        "this row has updated the field already: \
                         all updates of a row happen at once",
                    );
                } else if !effects.is_empty() {
                    self.errors.at(
                        update.extent,
                        "updates stand before the actions, \
                         as they happen before them",
                    );
                }
                updates.push(update);
            }
            effects.extend(self.effect(statement, payload));
        }
        let (text, docs) = (text::outcome(&written.to, &written.body), written.docs.clone());
        let citations = citations.to_vec();
        Outcome { to, updates, effects, citations, docs, text }
    }

    fn update(&mut self, statement: &StatementSyntax, payload: &Payload<'_>) -> Option<Update> {
        let (name, last) = match statement {
            StatementSyntax::Assign { field, value } => (field, value.span()),
            StatementSyntax::Decrement { field, span, .. } => (field, *span),
            _ => return None,
        };
        let memory = &self.alphabet.memory;
        let Some(field) = memory.iter().position(|field| field.name == *name) else {
            let error = unknown("memory field", name, memory.iter().map(|field| &field.name));
            self.errors.push(error);
            return None;
        };
        let domain = memory.get(field)?.domain;
        let change = match statement {
            StatementSyntax::Assign { value, .. } => match self.argument(domain, value, payload)? {
                Argument::Value(index) => Change::Set(index),
                Argument::FromPayload => Change::FromPayload,
            },
            StatementSyntax::Decrement { amount, span, .. } => {
                if *amount != 1 || !matches!(domain, Domain::Range { .. }) {
                    self.errors.at(*span, "only a range counts down, and by `-= 1`");
                    return None;
                }
                Change::Decrement
            }
            _ => return None,
        };
        let extent = Extent::new(name.span(), last);
        let (name, text) = (name.clone(), text::statement(statement));
        Some(Update { field, name, change, text, extent })
    }

    /// A value of this type, or the row's binding if it has this type.
    fn argument(
        &mut self,
        domain: Domain,
        value: &ValueSyntax,
        payload: &Payload<'_>,
    ) -> Option<Argument> {
        if let (ValueSyntax::Name(name), Some(binding)) = (value, payload.binding)
            && name == binding
        {
            if payload.domain == Some(domain) {
                return Some(Argument::FromPayload);
            }
            let carried = payload.domain.map(|domain| self.alphabet.type_name(domain));
            self.errors.at(
                name,
                format!(
                    "`{name}` is of type `{}`, but `{}` is needed here",
                    carried.unwrap_or_default(),
                    self.alphabet.type_name(domain)
                ),
            );
            return None;
        }
        self.errors.keep(self.alphabet.value(domain, value)).map(Argument::Value)
    }

    fn effect(&mut self, statement: &StatementSyntax, payload: &Payload<'_>) -> Option<Effect> {
        let (name, argument, slot, kind, domain) = match statement {
            StatementSyntax::Perform { action, argument } => {
                let actions = &self.alphabet.actions;
                let Some(position) = actions.iter().position(|one| one.name == *action) else {
                    let error = unknown("action", action, actions.iter().map(|one| &one.name));
                    self.errors.push(error);
                    return None;
                };
                let domain = actions.get(position)?.payload;
                (action, argument, None, EffectKind::Perform(position), domain)
            }
            StatementSyntax::Raise { post, slot, event, argument } => {
                if event == "settle" || event == "Settle" {
                    self.errors.at(event, "`settle` is never raised: it comes after every input");
                    return None;
                }
                let events = &self.alphabet.events;
                let Some(position) = events.iter().position(|one| one.name == *event) else {
                    let error = unknown("event", event, events.iter().map(|one| &one.name));
                    self.errors.push(error);
                    return None;
                };
                let kind = match post {
                    true => EffectKind::Post(position),
                    false => EffectKind::Raise(position),
                };
                (event, argument, Some(slot.clone()), kind, events.get(position)?.payload)
            }
            _ => return None,
        };
        let argument = self.effect_argument(name, argument.as_ref(), domain, payload)?;
        let text = text::statement(statement);
        Some(Effect { kind, argument, slot, name: name.clone(), text })
    }

    /// The argument that an action or event needs; nothing when it is wrong.
    fn effect_argument(
        &mut self,
        name: &Ident,
        argument: Option<&ArgumentSyntax>,
        domain: Option<Domain>,
        payload: &Payload<'_>,
    ) -> Option<Option<Argument>> {
        match (domain, argument) {
            (None, None) => Some(None),
            (Some(domain), Some(argument)) => {
                self.argument(domain, &argument.value, payload).map(Some)
            }
            (None, Some(_)) => {
                self.errors.at(name, format!("`{name}` carries nothing: leave out the argument"));
                None
            }
            (Some(domain), None) => {
                let domain = self.alphabet.type_name(domain);
                self.errors.at(name, format!("`{name}` needs an argument of type `{domain}`"));
                None
            }
        }
    }
}
