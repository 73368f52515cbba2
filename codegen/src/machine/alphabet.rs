//! From the alphabet as written to the alphabet as meant.

use super::{
    Alphabet, Domain, Field, Group, MOST_VALUES, Named, Profile, Signal, ValueEnum, Values,
    documents,
};
use crate::errors::{Errors, list, nearest, proposal, unknown};
use crate::syntax::{
    AlphabetSyntax, EnumSyntax, FieldSyntax, GroupSyntax, NamedSyntax, ProfileSyntax, SignalSyntax,
    TypeSyntax, ValueSyntax,
};
use proc_macro2::Ident;

/// Names that the macros give to what they emit.
const RESERVED: [&str; 26] = [
    "Action",
    "ActionKind",
    "Atom",
    "Change",
    "Citation",
    "Effect",
    "EffectKind",
    "Event",
    "EventKind",
    "FactName",
    "Facts",
    "Half",
    "Label",
    "Machine",
    "Memory",
    "MemoryField",
    "Policy",
    "PolicyName",
    "Row",
    "Slot",
    "State",
    "States",
    "Subject",
    "Update",
    "Option",
    "Settle",
];

impl Alphabet {
    /// Resolves all names; what is wrong is reported and left out. If some declaration was not
    /// `readable`, unknown names are left out without a report: that declaration may hold them.
    pub(crate) fn resolve(
        syntax: &AlphabetSyntax,
        readable: bool,
        errors: &mut Errors,
    ) -> Alphabet {
        let mut alphabet = Alphabet { readable, known: readable, ..Alphabet::default() };
        alphabet.documents = documents::resolve(&syntax.documents, errors);
        for written in distinct("enum", &syntax.enums, |one| &one.name, errors) {
            alphabet.add_enum(written, errors);
        }
        for written in &syntax.enums {
            alphabet.add_mapping(written, errors);
        }
        alphabet.labels = named("label", &syntax.labels, errors);
        for written in distinct("event", &syntax.events, |one| &one.name, errors) {
            if written.name == "Settle" {
                errors.at(&written.name, "`Settle` is built in: rows wait for it as `settle`");
                alphabet.known = false;
                continue;
            }
            let event = alphabet.signal(written, errors);
            alphabet.known &= event.payload.is_some() == written.payload.is_some();
            alphabet.events.push(event);
        }
        for written in distinct("group", &syntax.groups, |one| &one.name, errors) {
            alphabet.add_group(written, errors);
        }
        for written in distinct("action", &syntax.actions, |one| &one.name, errors) {
            let action = alphabet.signal(written, errors);
            alphabet.known &= action.payload.is_some() == written.payload.is_some();
            alphabet.actions.push(action);
        }
        for written in distinct("memory field", &syntax.memory, |one| &one.name, errors) {
            let field = alphabet.memory_field(written, errors);
            alphabet.known &= field.is_some();
            alphabet.memory.extend(field);
        }
        for written in distinct("fact", &syntax.facts, |one| &one.name, errors) {
            let field = alphabet.named_field(written, "fact", errors);
            alphabet.known &= field.is_some();
            alphabet.facts.extend(field);
        }
        for written in distinct("policy", &syntax.policy, |one| &one.name, errors) {
            let field = alphabet.named_field(written, "policy", errors);
            alphabet.known &= field.is_some();
            alphabet.policy.extend(field);
        }
        for written in distinct("profile", &syntax.profiles, |one| &one.name, errors) {
            alphabet.add_profile(written, errors);
        }
        if let (Some(policy), true) = (syntax.policy.first(), syntax.profiles.is_empty()) {
            errors.at(
                &policy.name,
                "policies need a profile: add `profiles { NAME { policy: value, … } }`, \
                 the first of which is the one that ships",
            );
        }
        alphabet
    }

    fn add_enum(&mut self, written: &EnumSyntax, errors: &mut Errors) {
        if RESERVED.iter().any(|reserved| written.name == reserved) {
            errors.at(
                &written.name,
                format!("`{}` is the name of an item that the macros emit", written.name),
            );
            self.known = false;
            return;
        }
        let variants = named("variant", &written.variants, errors);
        if variants.is_empty() || variants.len() > MOST_VALUES {
            errors.at(
                &written.name,
                format!("an enum has from 1 to {MOST_VALUES} variants, not {}", variants.len()),
            );
        }
        let docs = written.docs.clone();
        let variants = variants.into_iter().take(MOST_VALUES).collect();
        self.enums.push(ValueEnum { name: written.name.clone(), docs, variants, mapping: None });
    }

    fn signal(&self, written: &SignalSyntax, errors: &mut Errors) -> Signal {
        let payload = written.payload.as_ref().and_then(|name| self.named_type(name, errors));
        Signal { name: written.name.clone(), docs: written.docs.clone(), payload }
    }

    /// `bool` or an enum; for a misspelt one the enum that is meant, so that no other mistake
    /// follows from it.
    pub(super) fn named_type(&self, name: &Ident, errors: &mut Errors) -> Option<Domain> {
        if name == "bool" {
            return Some(Domain::Bool);
        }
        let mut names: Vec<String> = self.enums.iter().map(|one| one.name.to_string()).collect();
        names.push("bool".to_owned());
        let written = name.to_string();
        if !names.contains(&written) && self.readable {
            let message = proposal(&format!("no type `{name}`"), &written, &names);
            errors.at(name, format!("{message}\nhelp: a type is `bool` or one of `enums {{ … }}`"));
        }
        let meant = nearest(&written, &names)?;
        match self.enums.iter().position(|one| one.name == *meant) {
            Some(position) => Some(Domain::Enum(position)),
            None => Some(Domain::Bool),
        }
    }

    fn add_group(&mut self, written: &GroupSyntax, errors: &mut Errors) {
        if self.events.iter().any(|event| event.name == written.name) {
            errors.at(
                &written.name,
                format!("`{}` is an event; give the group another name", written.name),
            );
            return;
        }
        let mut events = Vec::new();
        for name in &written.events {
            let found = self.events_named(name);
            if found.is_err() && !self.readable {
                continue;
            }
            match errors.keep(found) {
                Some(found) if found.iter().all(|event| !events.contains(event)) => {
                    events.extend(found);
                }
                Some(_) => errors.at(name, format!("`{name}` is in this group already")),
                None => {}
            }
        }
        self.groups.push(Group { name: written.name.clone(), events });
    }

    /// The event of this name, or the events of the group of this name.
    pub(crate) fn events_named(&self, name: &Ident) -> syn::Result<Vec<usize>> {
        if let Some(event) = self.events.iter().position(|event| event.name == *name) {
            return Ok(vec![event]);
        }
        if let Some(group) = self.groups.iter().find(|group| group.name == *name) {
            return Ok(group.events.clone());
        }
        let declared = self.events.iter().map(|event| &event.name);
        Err(unknown("event", name, declared.chain(self.groups.iter().map(|group| &group.name))))
    }

    fn memory_field(&self, written: &FieldSyntax, errors: &mut Errors) -> Option<Field> {
        let domain = match &written.domain {
            TypeSyntax::Named(name) => self.named_type(name, errors)?,
            TypeSyntax::Range { low, high, span } => {
                match (u8::try_from(*low), u8::try_from(*high)) {
                    (Ok(low), Ok(high)) if low < high && usize::from(high - low) < MOST_VALUES => {
                        Domain::Range { low, high }
                    }
                    _ => {
                        errors.at(
                            *span,
                            format!(
                                "a range rises, ends below 256 and has at most {MOST_VALUES} values"
                            ),
                        );
                        return None;
                    }
                }
            }
        };
        let initial = match &written.initial {
            Some(value) => errors.keep(self.value(domain, value)).unwrap_or(0),
            None => 0,
        };
        Some(Field {
            name: written.name.clone(),
            docs: written.docs.clone(),
            domain,
            initial,
            writer: written.writer.clone(),
            half: None,
        })
    }

    fn named_field(&self, written: &FieldSyntax, what: &str, errors: &mut Errors) -> Option<Field> {
        let domain = match &written.domain {
            TypeSyntax::Named(name) => self.named_type(name, errors)?,
            TypeSyntax::Range { span, .. } => {
                errors.at(
                    *span,
                    format!(
                        "a {what} is a bool or an enum: name what the numbers mean to the rows"
                    ),
                );
                return None;
            }
        };
        let (name, docs) = (written.name.clone(), written.docs.clone());
        let half = written.half.clone();
        Some(Field { name, docs, domain, initial: 0, writer: None, half })
    }

    fn add_profile(&mut self, written: &ProfileSyntax, errors: &mut Errors) {
        let mut values: Vec<Option<u8>> = vec![None; self.policy.len()];
        for (name, value) in &written.values {
            let Some(position) = self.policy.iter().position(|policy| policy.name == *name) else {
                if self.readable {
                    errors.push(unknown("policy", name, self.policy.iter().map(|one| &one.name)));
                }
                continue;
            };
            let Some(policy) = self.policy.get(position) else { continue };
            let resolved = errors.keep(self.value(policy.domain, value)).unwrap_or(0);
            match values.get_mut(position) {
                Some(place @ None) => *place = Some(resolved),
                _ => errors.at(name, format!("`{name}` is given twice in this profile")),
            }
        }
        let missing: Vec<&Ident> = self
            .policy
            .iter()
            .zip(&values)
            .filter(|(_, value)| value.is_none())
            .map(|(policy, _)| &policy.name)
            .collect();
        if !missing.is_empty() {
            errors.at(
                &written.name,
                format!("profile `{}` gives no value to {}", written.name, list(&missing)),
            );
        }
        self.profiles.push(Profile {
            name: written.name.clone(),
            docs: written.docs.clone(),
            values: values.into_iter().map(|value| value.unwrap_or(0)).collect(),
        });
    }

    /// How many values a type has.
    pub(crate) fn size(&self, domain: Domain) -> usize {
        match domain {
            Domain::Bool => 2,
            Domain::Range { low, high } => usize::from(high - low) + 1,
            Domain::Enum(position) => self.enums.get(position).map_or(1, |one| one.variants.len()),
        }
    }

    /// All values of a type.
    pub(crate) fn all(&self, domain: Domain) -> Values {
        (0..self.size(domain)).fold(0, |values, index| values | 1 << index)
    }

    /// A value as it is written.
    pub(crate) fn value_name(&self, domain: Domain, index: u8) -> String {
        match domain {
            Domain::Bool => (index == 1).to_string(),
            Domain::Range { low, .. } => low.saturating_add(index).to_string(),
            Domain::Enum(position) => self
                .enums
                .get(position)
                .and_then(|one| one.variants.get(usize::from(index)))
                .map_or_else(String::new, |variant| variant.name.to_string()),
        }
    }

    /// How messages call a type.
    pub(crate) fn type_name(&self, domain: Domain) -> String {
        match domain {
            Domain::Bool => "bool".to_owned(),
            Domain::Range { low, high } => format!("{low}..={high}"),
            Domain::Enum(position) => {
                self.enums.get(position).map_or_else(String::new, |one| one.name.to_string())
            }
        }
    }

    /// The index of a value as written.
    pub(crate) fn value(&self, domain: Domain, value: &ValueSyntax) -> syn::Result<u8> {
        let text = value.to_string();
        let names: Vec<String> =
            (0..self.size(domain)).map(|index| self.value_name(domain, low_byte(index))).collect();
        match names.iter().position(|name| *name == text) {
            Some(position) => Ok(low_byte(position)),
            None => {
                let type_name = self.type_name(domain);
                let message = match domain {
                    Domain::Enum(_) => {
                        proposal(&format!("`{text}` is no value of `{type_name}`"), &text, &names)
                    }
                    Domain::Bool => format!("`{text}` is no bool: write `true` or `false`"),
                    Domain::Range { low, high } => {
                        format!(
                            "`{text}` is outside of the range: write a number from {low} to {high}"
                        )
                    }
                };
                Err(syn::Error::new(value.span(), message))
            }
        }
    }
}

/// An index below [`MOST_VALUES`].
pub(crate) fn low_byte(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

/// The items whose name was not there before; a second one of the same name is reported.
pub(crate) fn distinct<'a, T>(
    what: &str,
    items: &'a [T],
    name: impl Fn(&T) -> &Ident,
    errors: &mut Errors,
) -> Vec<&'a T> {
    let mut kept: Vec<&T> = Vec::new();
    for item in items {
        if kept.iter().any(|other| name(other) == name(item)) {
            errors.at(name(item), format!("{what} `{}` is declared twice", name(item)));
        } else {
            kept.push(item);
        }
    }
    kept
}

fn named(what: &str, written: &[NamedSyntax], errors: &mut Errors) -> Vec<Named> {
    distinct(what, written, |one| &one.name, errors)
        .into_iter()
        .map(|one| Named { name: one.name.clone(), docs: one.docs.clone() })
        .collect()
}
