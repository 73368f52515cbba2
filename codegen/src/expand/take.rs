//! The generated `take`: a row is found and done in one step, without a look at it as data.

use super::states::{Place, at, place};
use super::step::{self, guard, pattern};
use crate::machine::{
    Alphabet, Argument, Change, Effect, EffectKind, Machine, Row, Signal, Table, Trigger, Update,
    pascal,
};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// The trait through which the generated `take` asks for facts and carries out what a row says.
pub(super) fn stage() -> TokenStream {
    quote! {
        /// Where rows are taken: guards ask it, and it does what rows say.
        pub trait Stage {
            /// What guards may ask. A guard asks each fact anew, so this has no effect.
            fn facts(&self) -> Facts;

            /// Is told which row is taken, before that row has any effect.
            fn fired(&mut self, row: &'static Row, memory: &Memory);

            /// Performs an action.
            fn perform(&mut self, action: Action);

            /// Keeps an event that was raised, to be worked off in the same turn.
            fn raise(&mut self, event: Event);

            /// Keeps an event that was posted, to come in a later turn.
            fn post(&mut self, event: Event);
        }
    }
}

/// The names of a machine's functions: on an event, and on `settle`.
pub(super) fn names(machine: &Machine) -> [Ident; 2] {
    [format_ident!("take_{}", machine.name), format_ident!("settle_{}", machine.name)]
}

/// A machine's functions, with an arm for each of its rows.
pub(super) fn functions(table: &Table, machine: &Machine, rows: &[Row]) -> TokenStream {
    let [take, settle] = names(machine);
    let module = &machine.name;
    let arms = |settles: bool| {
        let rows = rows.iter().enumerate();
        rows.filter(move |(_, row)| (row.trigger == Trigger::Settle) == settles).map(
            move |(position, row)| {
                let pattern = pattern(&table.alphabet, machine, row, hands_on(row));
                let guard = guard(&table.alphabet, row, &quote!(stage.facts()));
                let done = done(table, machine, row, position);
                quote!(#pattern #guard => { #done })
            },
        )
    };
    let (on_event, on_settle) = (arms(false), arms(true));
    quote! {
        #[allow(clippy::all, unreachable_patterns, unused_variables, unused_parens)]
        fn #take<S: Stage>(
            &mut self,
            state: #module::State,
            memory: &mut Memory,
            event: Event,
            policy: &Policy,
            stage: &mut S,
        ) -> ::core::option::Option<&'static Row> {
            match (state, event) {
                #( #on_event, )*
                _ => ::core::option::Option::None,
            }
        }

        #[allow(clippy::all, unreachable_patterns, unused_variables, unused_parens)]
        #[inline(always)]
        fn #settle<S: Stage>(
            &mut self,
            state: #module::State,
            memory: &mut Memory,
            policy: &Policy,
            stage: &mut S,
        ) -> ::core::option::Option<&'static Row> {
            match (state, Event::Settle) {
                #( #on_settle, )*
                _ => ::core::option::Option::None,
            }
        }
    }
}

/// `settle_in`: the machines of a half in the order of their slots; nothing without halves.
pub(super) fn settling(table: &Table) -> Option<TokenStream> {
    let halves = table.halves();
    if halves.is_empty() {
        return None;
    }
    let arms = halves.into_iter().map(|half| {
        let slots = table.slots.iter().filter(|slot| slot.half.as_ref() == Some(half));
        let settled = slots.map(|slot| {
            at(table, slot, |machine| {
                let [_, settle] = names(machine);
                quote!(self.#settle(state, memory, policy, stage))
            })
        });
        let half = pascal(half);
        quote! {
            Half::#half => {
                #(
                    let row = #settled;
                    if row.is_some() {
                        return row;
                    }
                )*
                ::core::option::Option::None
            }
        }
    });
    Some(quote! {
        /// Takes the first row on `Event::Settle` that a machine of this half has, if one has.
        #[inline(always)]
        pub fn settle_in<S: Stage>(
            &mut self,
            half: Half,
            memory: &mut Memory,
            policy: &Policy,
            stage: &mut S,
        ) -> ::core::option::Option<&'static Row> {
            match half { #( #arms )* }
        }
    })
}

/// Whether an update or an effect of the row is made of what its event carries.
fn hands_on(row: &Row) -> bool {
    let outcome = &row.outcome;
    outcome.updates.iter().any(|update| update.change == Change::FromPayload)
        || outcome.effects.iter().any(|effect| effect.argument == Some(Argument::FromPayload))
}

/// What an arm does: in the order in which `turn` would, with the row as data.
fn done(table: &Table, machine: &Machine, row: &Row, position: usize) -> TokenStream {
    let alphabet = &table.alphabet;
    let (array, position) = (step::array(machine), Literal::usize_unsuffixed(position));
    let enter = row.outcome.to.as_ref().map(|(_, state)| entered(table, machine, state));
    let updates = row.outcome.updates.iter().filter_map(|one| update(alphabet, one));
    let effects = row.outcome.effects.iter().filter_map(|one| effect(alphabet, one));
    quote! {
        let row: &'static Row = &#array[#position];
        stage.fired(row, memory);
        #enter
        #( #updates )*
        #( #effects )*
        ::core::option::Option::Some(row)
    }
}

fn entered(table: &Table, machine: &Machine, state: &Ident) -> Option<TokenStream> {
    let slot = table.slots.get(machine.slot)?;
    let (field, module) = (&slot.name, &machine.name);
    Some(match place(table, slot) {
        Place::One(_) => quote!(self.#field = #module::State::#state;),
        Place::Alternatives(name, _) => {
            let variant = pascal(&machine.name);
            quote!(self.#field = #name::#variant(#module::State::#state);)
        }
    })
}

fn update(alphabet: &Alphabet, update: &Update) -> Option<TokenStream> {
    let field = alphabet.memory.get(update.field)?;
    let name = &field.name;
    Some(match update.change {
        Change::Set(index) => {
            let value = alphabet.value_tokens(field.domain, index);
            quote!(memory.#name = #value;)
        }
        Change::FromPayload => quote!(memory.#name = payload;),
        Change::Decrement => {
            let low = alphabet.value_tokens(field.domain, 0);
            quote!(if memory.#name > #low { memory.#name -= 1; })
        }
    })
}

fn effect(alphabet: &Alphabet, effect: &Effect) -> Option<TokenStream> {
    let (method, target, signal): (_, _, &Signal) = match effect.kind {
        EffectKind::Perform(action) => ("perform", "Action", alphabet.actions.get(action)?),
        EffectKind::Raise(event) => ("raise", "Event", alphabet.events.get(event)?),
        EffectKind::Post(event) => ("post", "Event", alphabet.events.get(event)?),
    };
    let (method, target) = (format_ident!("{method}"), format_ident!("{target}"));
    let name = &effect.name;
    let argument = match effect.argument {
        None => None,
        Some(Argument::Value(index)) => {
            let value = alphabet.value_tokens(signal.payload?, index);
            Some(quote!((#value)))
        }
        Some(Argument::FromPayload) => Some(quote!((payload))),
    };
    Some(quote!(stage.#method(#target::#name #argument);))
}
