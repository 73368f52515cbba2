//! Rows as data.

use super::{byte, indexes, step};
use crate::machine::{
    Alphabet, Argument, Atom, Change, Citation, Effect, EffectKind, Machine, Row, Signal, Subject,
    Table, Trigger, Update, pascal,
};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// A machine's rows, numbered on from `first`.
pub(super) fn array(table: &Table, machine: &Machine, rows: &[Row], first: usize) -> TokenStream {
    let (name, count) = (step::array(machine), Literal::usize_unsuffixed(rows.len()));
    let rows = rows
        .iter()
        .enumerate()
        .map(|(position, written)| row(table, machine, written, first + position));
    quote! {
        #[allow(clippy::all)]
        static #name: [Row; #count] = [ #( #rows, )* ];
    }
}

fn row(table: &Table, machine: &Machine, row: &Row, number: usize) -> TokenStream {
    let alphabet = &table.alphabet;
    let (name, event) = (pascal(&machine.name), &row.event);
    let number = Literal::u16_unsuffixed(u16::try_from(number).unwrap_or(u16::MAX));
    let from = row.from.iter().map(|(state, _)| byte(*state));
    let payload = optional(row.payload.map(|values| {
        let values = indexes(values).map(|index| byte(index.into()));
        quote!(&[ #( #values, )* ])
    }));
    let guard = row.guard.iter().map(atom);
    let outcome = &row.outcome;
    let module = &machine.name;
    let to = optional(outcome.to.as_ref().map(|(_, state)| quote!(#module::State::#state.index())));
    let updates = outcome.updates.iter().map(update);
    let effects = outcome.effects.iter().map(|one| effect(alphabet, row, one));
    let citations = outcome.citations.iter().map(|citation| match citation {
        Citation::Rfc(section) => quote!(Citation::Rfc(#section)),
        Citation::Section(document, section) => {
            quote!(Citation::Section { document: #document, section: #section })
        }
        Citation::Local(why) => quote!(Citation::Local(#why)),
    });
    let (binding, otherwise, text, docs) = (row.binding, row.otherwise, &row.text, &outcome.docs);
    quote! {
        Row {
            machine: Machine::#name,
            number: #number,
            from: &[ #( #from, )* ],
            event: EventKind::#event,
            payload: #payload,
            binding: #binding,
            guard: &[ #( #guard, )* ],
            to: #to,
            updates: &[ #( #updates, )* ],
            effects: &[ #( #effects, )* ],
            citations: &[ #( #citations, )* ],
            otherwise: #otherwise,
            text: #text,
            docs: #docs,
        }
    }
}

fn optional(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn atom(atom: &Atom) -> TokenStream {
    let name = pascal(&atom.name);
    let subject = match atom.subject {
        Subject::Memory(_) => quote!(Memory(MemoryField::#name)),
        Subject::Fact(_) => quote!(Fact(FactName::#name)),
        Subject::Policy(_) => quote!(Policy(PolicyName::#name)),
    };
    let values = indexes(atom.values).map(|index| byte(index.into()));
    let text = &atom.text;
    quote! {
        Atom { subject: Subject::#subject, allowed: &[ #( #values, )* ], text: #text }
    }
}

fn update(update: &Update) -> TokenStream {
    let field = pascal(&update.name);
    let change = match update.change {
        Change::Set(index) => {
            let index = byte(index.into());
            quote!(Change::Set(#index))
        }
        Change::FromPayload => quote!(Change::SetFromPayload),
        Change::Decrement => quote!(Change::Decrement),
    };
    let text = &update.text;
    quote!(Update { field: MemoryField::#field, change: #change, text: #text })
}

fn effect(alphabet: &Alphabet, row: &Row, effect: &Effect) -> Option<TokenStream> {
    let (kind, target, signal) = match effect.kind {
        EffectKind::Perform(action) => ("Perform", "Action", alphabet.actions.get(action)?),
        EffectKind::Raise(event) => ("Raise", "Event", alphabet.events.get(event)?),
        EffectKind::Post(event) => ("Post", "Event", alphabet.events.get(event)?),
    };
    let (kind, target, name) = (format_ident!("{kind}"), format_ident!("{target}"), &effect.name);
    let made = match effect.argument {
        None => quote!(|_| #target::#name),
        Some(Argument::Value(index)) => {
            let value = alphabet.value_tokens(signal.payload?, index);
            quote!(|_| #target::#name(#value))
        }
        Some(Argument::FromPayload) => {
            // A row is only taken on its own event. The second arm makes the function total.
            let any = alphabet.value_tokens(signal.payload?, 0);
            let event = triggered(alphabet, row)?;
            let event = &event.name;
            quote! {
                |event| match event {
                    Event::#event(payload) => #target::#name(payload),
                    _ => #target::#name(#any),
                }
            }
        }
    };
    let text = &effect.text;
    Some(quote!(Effect { kind: EffectKind::#kind(#made), text: #text }))
}

fn triggered<'a>(alphabet: &'a Alphabet, row: &Row) -> Option<&'a Signal> {
    match row.trigger {
        Trigger::Settle => None,
        Trigger::Event(event) => alphabet.events.get(event),
    }
}
