//! What `table!` becomes.

use super::fingerprint::fingerprint;
use super::{Variant, plain_enum, rows, states, step, types};
use crate::machine::{Machine, Row, Slot, Table, pascal};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// All items. `all_rows` holds each machine's rows, those of `otherwise` included.
pub(crate) fn expand(table: &Table, all_rows: &[Vec<Row>]) -> TokenStream {
    let slots = slots(table);
    let machines = machines(table);
    let states = states::expand(table, all_rows);
    let data = types::row_types();
    let mut first = 0;
    let mut arrays = Vec::new();
    for (machine, machine_rows) in table.machines.iter().zip(all_rows) {
        arrays.push(rows::array(table, machine, machine_rows, first));
        first += machine_rows.len();
    }
    let references = table.machines.iter().zip(all_rows).flat_map(|(machine, machine_rows)| {
        let array = step::array(machine);
        (0..machine_rows.len()).map(move |position| {
            let position = Literal::usize_unsuffixed(position);
            quote!(&#array[#position])
        })
    });
    let fingerprint = fingerprint(table, all_rows);
    let home = home(table);
    let joined = joined(table);
    quote! {
        #slots #machines #states #data #( #arrays )* #home #joined

        /// All rows, by number.
        #[allow(clippy::all)]
        pub static ROWS: &[&Row] = &[ #( #references, )* ];

        /// Names this alphabet, these rows and the shipped policy: the first half of their SHA-256.
        pub const FINGERPRINT: &str = #fingerprint;
    }
}

fn slots(table: &Table) -> TokenStream {
    let variants: Vec<Variant> = table
        .slots
        .iter()
        .map(|slot| Variant {
            name: pascal(&slot.name),
            docs: format!("The slot `{}`.", slot.name),
            text: slot.name.to_string(),
        })
        .collect();
    let name = Ident::new("Slot", Span::call_site());
    plain_enum(&name, "The places of an endpoint in each of which one machine runs.", &variants)
}

fn machines(table: &Table) -> TokenStream {
    let variants: Vec<Variant> = table
        .machines
        .iter()
        .map(|machine| Variant {
            name: pascal(&machine.name),
            docs: format!("The machine `{}`.", machine.name),
            text: machine.name.to_string(),
        })
        .collect();
    let name = Ident::new("Machine", Span::call_site());
    let declared = plain_enum(&name, "The machines of the table.", &variants);
    let names: Vec<Ident> = table.machines.iter().map(|one| pascal(&one.name)).collect();
    let modules: Vec<&Ident> = table.machines.iter().map(|one| &one.name).collect();
    let slots = table.machines.iter().map(|one| table.slots.get(one.slot)).map(slot_variant);
    let arrays = table.machines.iter().map(step::array);
    let docs = table.machines.iter().map(|machine| &machine.docs);
    let labels = table.machines.iter().map(|machine| has(table, machine));
    quote! {
        #declared

        #[allow(clippy::all)]
        impl Machine {
            /// The slot it stands in.
            pub const fn slot(self) -> Slot {
                match self { #( Machine::#names => #slots, )* }
            }

            /// The name of its state of this index, empty if there is none.
            pub const fn state_name(self, index: u8) -> &'static str {
                match self {
                    #( Machine::#names => match #modules::State::from_index(index) {
                        ::core::option::Option::Some(state) => state.name(),
                        ::core::option::Option::None => "",
                    }, )*
                }
            }

            /// How many states it has.
            pub const fn state_count(self) -> u8 {
                match self { #( Machine::#names => #modules::State::ALL.len() as u8, )* }
            }

            /// The index of the state it begins in.
            pub const fn initial_state(self) -> u8 {
                match self { #( Machine::#names => #modules::State::INITIAL.index(), )* }
            }

            /// Whether it may rest in the state of this index for ever.
            pub const fn is_final(self, index: u8) -> bool {
                match self {
                    #( Machine::#names => match #modules::State::from_index(index) {
                        ::core::option::Option::Some(state) => state.is_final(),
                        ::core::option::Option::None => false,
                    }, )*
                }
            }

            /// Whether its state of this index carries a label.
            pub const fn has(self, index: u8, label: Label) -> bool {
                match self {
                    #( Machine::#names => match #modules::State::from_index(index) {
                        ::core::option::Option::Some(state) => state.has(label),
                        ::core::option::Option::None => false,
                    }, )*
                }
            }

            /// Its rows in the order of the table, those of `otherwise` last.
            pub fn rows(self) -> &'static [Row] {
                match self { #( Machine::#names => &#arrays, )* }
            }

            /// Its documentation.
            pub const fn docs(self) -> &'static str {
                match self { #( Machine::#names => #docs, )* }
            }
        }

        #( #labels )*
    }
}

fn slot_variant(slot: Option<&Slot>) -> Option<TokenStream> {
    let name = pascal(&slot?.name);
    Some(quote!(Slot::#name))
}

/// `has` of a machine's `State`. It stands here, where the labels are known.
fn has(table: &Table, machine: &Machine) -> TokenStream {
    let module = &machine.name;
    let labelled = machine.states.iter().filter(|state| !state.labels.is_empty()).map(|state| {
        let name = &state.name;
        let labels = state.labels.iter().filter_map(|label| {
            let label = &table.alphabet.labels.get(*label)?.name;
            Some(quote!(Label::#label))
        });
        quote!(#module::State::#name => ::core::matches!(label, #( #labels )|*))
    });
    quote! {
        #[allow(clippy::all, unreachable_patterns, unused_variables)]
        impl #module::State {
            /// Whether this state carries a label.
            pub const fn has(self, label: Label) -> bool {
                match self {
                    #( #labelled, )*
                    _ => false,
                }
            }
        }
    }
}

/// `joined`: each field of the memory has one writer, so that two memories that have gone separate
/// ways can be put together again.
fn joined(table: &Table) -> TokenStream {
    let arms = table.slots.iter().map(|slot| {
        let variant = pascal(&slot.name);
        let written = table
            .alphabet
            .memory
            .iter()
            .filter(|field| field.writer.as_ref().is_some_and(|writer| *writer == slot.name));
        let fields: Vec<&Ident> = written.map(|field| &field.name).collect();
        quote!(Slot::#variant => Memory { #( #fields: writer.#fields, )* ..self })
    });
    quote! {
        #[allow(clippy::all)]
        impl Memory {
            /// This memory, with the fields that the machines of a slot write as `writer` has them.
            #[must_use]
            pub const fn joined(self, slot: Slot, writer: &Memory) -> Memory {
                match slot { #( #arms, )* }
            }
        }
    }
}

fn home(table: &Table) -> TokenStream {
    let arms = table.alphabet.events.iter().enumerate().filter_map(|(event, declared)| {
        let slot = slot_variant(table.slots.get(table.home(event)?))?;
        let name = &declared.name;
        Some(quote!(EventKind::#name => ::core::option::Option::Some(#slot)))
    });
    quote! {
        /// The slot whose machine takes an event; `Event::Settle` comes to every slot.
        #[allow(clippy::all, unreachable_patterns)]
        pub const fn home(event: EventKind) -> ::core::option::Option<Slot> {
            match event {
                #( #arms, )*
                _ => ::core::option::Option::None,
            }
        }
    }
}
