//! `States`: what an endpoint is in, and how it steps.

use super::{step, take};
use crate::machine::{Machine, Row, Slot, Table, pascal};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The field that stands for a slot in `States`.
pub(super) enum Place<'a> {
    /// One machine: its state.
    One(&'a Machine),
    /// An enum over the alternatives.
    Alternatives(Ident, Vec<&'a Machine>),
}

pub(super) fn place<'a>(table: &'a Table, slot: &Slot) -> Place<'a> {
    let machines: Vec<&Machine> =
        slot.machines.iter().filter_map(|machine| table.machines.get(*machine)).collect();
    match machines.as_slice() {
        [machine] => Place::One(machine),
        _ => Place::Alternatives(format_ident!("{}State", pascal(&slot.name)), machines),
    }
}

/// Code that takes the state of the machine in a slot and binds it to `state`, for the code that
/// `made` gives for that machine.
pub(super) fn at(
    table: &Table,
    slot: &Slot,
    made: impl Fn(&Machine) -> TokenStream,
) -> TokenStream {
    let field = &slot.name;
    match place(table, slot) {
        Place::One(machine) => {
            let made = made(machine);
            quote!({ let state = self.#field; #made })
        }
        Place::Alternatives(name, machines) => {
            let inner = machines.iter().map(|machine| {
                let (variant, made) = (pascal(&machine.name), made(machine));
                quote!(#name::#variant(state) => #made)
            });
            quote!(match self.#field { #( #inner, )* })
        }
    }
}

/// For each slot an arm `Slot::Name => …`, with the code that `made` gives for its machine, in
/// which `state` is the machine's state.
fn by_slot(table: &Table, made: impl Fn(&Machine) -> TokenStream) -> Vec<TokenStream> {
    let arms = table.slots.iter().map(|slot| {
        let (variant, made) = (pascal(&slot.name), at(table, slot, &made));
        quote!(Slot::#variant => #made)
    });
    arms.collect()
}

pub(super) fn expand(table: &Table, all_rows: &[Vec<Row>]) -> TokenStream {
    let alternatives = table.slots.iter().filter_map(|slot| match place(table, slot) {
        Place::One(_) => None,
        Place::Alternatives(name, machines) => Some(alternatives(slot, &name, &machines)),
    });
    let fields = table.slots.iter().map(|slot| {
        let (field, docs) = (&slot.name, format!("The state of the machine in `{}`.", slot.name));
        let domain = match place(table, slot) {
            Place::One(machine) => {
                let module = &machine.name;
                quote!(#module::State)
            }
            Place::Alternatives(name, _) => quote!(#name),
        };
        quote!(#[doc = #docs] pub #field: #domain)
    });
    let initials = initials(table);
    let functions =
        table.machines.iter().zip(all_rows).map(|(one, rows)| step::function(table, one, rows));
    let machine = by_slot(table, |machine| {
        let name = pascal(&machine.name);
        quote!({ let _ = state; Machine::#name })
    });
    let index = by_slot(table, |_| quote!(state.index()));
    let has = by_slot(table, |_| quote!(state.has(label)));
    let is_final = by_slot(table, |_| quote!(state.is_final()));
    let stepped = by_slot(table, |machine| {
        let function = step::name(machine);
        quote!(States::#function(state, memory, event, facts, policy))
    });
    let taken = by_slot(table, |machine| {
        let [take, _] = take::names(machine);
        quote!(self.#take(state, memory, event, policy, stage))
    });
    let settled = by_slot(table, |machine| {
        let [_, settle] = take::names(machine);
        quote!(self.#settle(state, memory, policy, stage))
    });
    let taking =
        table.machines.iter().zip(all_rows).map(|(one, rows)| take::functions(table, one, rows));
    let (stage, settling) = (take::stage(), take::settling(table));
    let entered = table.machines.iter().map(|machine| entered(table, machine));
    quote! {
        #( #alternatives )*

        #stage

        /// The state of every machine of an endpoint.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct States { #( #fields, )* }

        #[allow(clippy::all, unused_variables)]
        impl States {
            #( #initials )*

            /// The machine that stands in a slot.
            pub const fn machine(&self, slot: Slot) -> Machine {
                match slot { #( #machine, )* }
            }

            /// The index of the state of the machine in a slot.
            pub const fn index(&self, slot: Slot) -> u8 {
                match slot { #( #index, )* }
            }

            /// The row that the machine in a slot takes on an event: pure, total, free of
            /// allocation. `None` has two meanings: on `Event::Settle` the machine rests; any
            /// other event is at home in another slot.
            pub fn step(
                &self,
                slot: Slot,
                memory: &Memory,
                event: Event,
                facts: &Facts,
                policy: &Policy,
            ) -> ::core::option::Option<&'static Row> {
                self.step_asking(slot, memory, event, || *facts, policy)
            }

            /// The same, where `facts` is called anew for each fact, and only when a guard comes to
            /// that fact.
            pub fn step_asking<F: Fn() -> Facts>(
                &self,
                slot: Slot,
                memory: &Memory,
                event: Event,
                facts: F,
                policy: &Policy,
            ) -> ::core::option::Option<&'static Row> {
                match slot { #( #stepped, )* }
            }

            /// Takes the row that [`step`](Self::step) would find, and does at once all that it
            /// says: it is told to the stage, its state is entered, memory is updated, and its
            /// effects happen in their order.
            #[inline]
            pub fn take<S: Stage>(
                &mut self,
                slot: Slot,
                memory: &mut Memory,
                event: Event,
                policy: &Policy,
                stage: &mut S,
            ) -> ::core::option::Option<&'static Row> {
                match slot { #( #taken, )* }
            }

            /// The same on `Event::Settle`, for which few states have a row.
            #[inline]
            pub fn settle<S: Stage>(
                &mut self,
                slot: Slot,
                memory: &mut Memory,
                policy: &Policy,
                stage: &mut S,
            ) -> ::core::option::Option<&'static Row> {
                match slot { #( #settled, )* }
            }

            /// Enters the state that a row leads to. Nothing happens if the row belongs to a
            /// machine that does not stand here.
            pub fn enter(&mut self, row: &Row) {
                if let ::core::option::Option::Some(index) = row.to {
                    match row.machine { #( #entered, )* }
                }
            }

            /// Whether the state of the machine in a slot carries a label.
            pub const fn has(&self, slot: Slot, label: Label) -> bool {
                match slot { #( #has, )* }
            }

            /// Whether the machine in a slot may rest for ever.
            pub const fn is_final(&self, slot: Slot) -> bool {
                match slot { #( #is_final, )* }
            }

            #( #functions )*

            #( #taking )*

            #settling
        }
    }
}

fn alternatives(slot: &Slot, name: &Ident, machines: &[&Machine]) -> TokenStream {
    let docs = format!("The state of the machine that stands in `{}`.", slot.name);
    let variants: Vec<Ident> = machines.iter().map(|machine| pascal(&machine.name)).collect();
    let modules: Vec<&Ident> = machines.iter().map(|machine| &machine.name).collect();
    let docs_of = modules.iter().map(|module| format!("The machine `{module}` stands there."));
    quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name { #( #[doc = #docs_of] #variants(#modules::State), )* }
    }
}

/// One constructor for each choice among the alternatives.
fn initials(table: &Table) -> Vec<TokenStream> {
    let mut choices: Vec<(String, Vec<TokenStream>)> = vec![("initial".to_owned(), Vec::new())];
    for slot in &table.slots {
        let field = &slot.name;
        let place = place(table, slot);
        let options: Vec<(String, TokenStream)> = match &place {
            Place::One(machine) => {
                let module = &machine.name;
                vec![(String::new(), quote!(#field: #module::State::INITIAL))]
            }
            Place::Alternatives(name, machines) => machines
                .iter()
                .map(|machine| {
                    let (module, variant) = (&machine.name, pascal(&machine.name));
                    let value = quote!(#field: #name::#variant(#module::State::INITIAL));
                    (format!("_{module}"), value)
                })
                .collect(),
        };
        choices = choices
            .iter()
            .flat_map(|(name, values)| {
                options.iter().map(move |(suffix, value)| {
                    let mut values = values.clone();
                    values.push(value.clone());
                    (format!("{name}{suffix}"), values)
                })
            })
            .collect();
    }
    choices
        .into_iter()
        .map(|(name, values)| {
            let name = format_ident!("{name}");
            quote! {
                /// Every machine in its initial state.
                pub const fn #name() -> States { States { #( #values, )* } }
            }
        })
        .collect()
}

fn entered(table: &Table, machine: &Machine) -> TokenStream {
    let (variant, module) = (pascal(&machine.name), &machine.name);
    let Some(slot) = table.slots.get(machine.slot) else { return TokenStream::new() };
    let field = &slot.name;
    let enter = match place(table, slot) {
        Place::One(_) => quote!(self.#field = next;),
        Place::Alternatives(name, _) => quote! {
            if let #name::#variant(state) = &mut self.#field { *state = next; }
        },
    };
    quote! {
        Machine::#variant => {
            if let ::core::option::Option::Some(next) = #module::State::from_index(index) {
                #enter
            }
        }
    }
}
