//! From guards as written to sets of allowed values.

use super::rows::Resolver;
use super::{Alphabet, Atom, Domain, Field, Subject, Values, text};
use crate::errors::{Extent, unknown};
use crate::syntax::{AtomSyntax, Relation, RowSyntax, ValueSyntax};

impl Resolver<'_> {
    pub(super) fn guard(&mut self, written: &RowSyntax) -> Vec<Atom> {
        let mut guard = Vec::new();
        for atom in &written.guard {
            guard.extend(self.atom(atom, false));
        }
        for atom in &written.policies {
            guard.extend(self.atom(atom, true));
        }
        guard
    }

    fn atom(&mut self, written: &AtomSyntax, policy: bool) -> Option<Atom> {
        let subject = self.subject(written, policy)?;
        let domain = subject.field(self.alphabet)?.domain;
        let among = |resolver: &mut Self| resolver.values(domain, &written.values);
        let values = match written.relation {
            Relation::Among | Relation::Equal => among(self),
            Relation::Differs => self.alphabet.all(domain) & !among(self),
            order => self.compared(written, domain, order)?,
        };
        let last = written.values.last().map_or(written.subject.span(), ValueSyntax::span);
        let extent = Extent::new(written.subject.span(), last);
        let name = written.subject.clone();
        Some(Atom { subject, name, values, text: text::atom(written), extent })
    }

    fn compared(&mut self, atom: &AtomSyntax, domain: Domain, order: Relation) -> Option<Values> {
        let [limit] = atom.values.as_slice() else {
            self.errors.at(&atom.subject, "`<`, `<=`, `>` and `>=` take one number");
            return None;
        };
        if !matches!(domain, Domain::Range { .. }) {
            let message = format!("`{}` has no order: write `==` or `!=`", atom.subject);
            self.errors.at(&atom.subject, message);
            return None;
        }
        let limit = self.errors.keep(self.alphabet.value(domain, limit))?;
        let all = self.alphabet.all(domain);
        let below = (1 << limit) - 1;
        let at = 1 << limit;
        Some(match order {
            Relation::Less => below,
            Relation::AtMost => below | at,
            Relation::Greater => all & !(below | at),
            _ => all & !below,
        })
    }

    fn subject(&mut self, atom: &AtomSyntax, policy: bool) -> Option<Subject> {
        let name = &atom.subject;
        let find = |fields: &[Field]| fields.iter().position(|field| field.name == *name);
        let memory = find(&self.alphabet.memory).map(Subject::Memory);
        let fact = find(&self.alphabet.facts).map(Subject::Fact);
        let policy_found = find(&self.alphabet.policy).map(Subject::Policy);
        let (what, found, fields) = match (policy, atom.relation) {
            (true, Relation::Among) => ("policy", policy_found, &self.alphabet.policy),
            (true, _) => {
                self.errors.at(name, format!("a policy is written `{name}(value)`"));
                return None;
            }
            (false, Relation::Among) => ("fact", fact, &self.alphabet.facts),
            (false, _) => ("memory field", memory, &self.alphabet.memory),
        };
        if found.is_some() {
            return found;
        }
        let proposal = if memory.is_some() {
            format!("`{name}` is memory: write `{name} == value` after `if`")
        } else if fact.is_some() {
            format!("`{name}` is a fact: write `{name}(value)` after `if`")
        } else if policy_found.is_some() {
            format!("`{name}` is a policy: write `under {name}(value)` after the other conditions")
        } else {
            self.errors.push(unknown(what, name, fields.iter().map(|field| &field.name)));
            return None;
        };
        self.errors.at(name, proposal);
        None
    }
}

impl Subject {
    /// Its declaration.
    pub(crate) fn field(self, alphabet: &Alphabet) -> Option<&Field> {
        match self {
            Subject::Memory(index) => alphabet.memory.get(index),
            Subject::Fact(index) => alphabet.facts.get(index),
            Subject::Policy(index) => alphabet.policy.get(index),
        }
    }
}
