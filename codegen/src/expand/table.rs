//! What `table!` becomes.

use super::fingerprint::fingerprint;
use super::{Variant, plain_enum, rows, states, step, types};
use crate::machine::{Field, Machine, Row, Slot, Table, pascal};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// All items. `all_rows` holds each machine's rows, those of `otherwise` included.
pub(crate) fn expand(table: &Table, all_rows: &[Vec<Row>]) -> TokenStream {
    let slots = slots(table);
    let halves = halves(table);
    let machines = machines(table);
    let states = states::expand(table, all_rows);
    let data = types::row_types(table.has_documents);
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
    let places = table.has_places.then(|| places(all_rows));
    let fingerprint = fingerprint(table, all_rows);
    let home = home(table);
    let joined = joined(table);
    quote! {
        #slots #halves #machines #states #data #( #arrays )* #home #joined

        /// All rows, by number.
        #[allow(clippy::all)]
        pub static ROWS: &[&Row] = &[ #( #references, )* ];

        #places

        /// Names this alphabet, these rows and the shipped policy: the first half of their SHA-256.
        pub const FINGERPRINT: &str = #fingerprint;
    }
}

/// Where each row is written. The compiler itself puts file and line in the place of the two
/// macros, by the first token of the row.
fn places(all_rows: &[Vec<Row>]) -> TokenStream {
    let places = all_rows.iter().flatten().map(|row| {
        let span = row.extent.first();
        quote_spanned!(span=> (::core::file!(), ::core::line!()))
    });
    quote! {
        /// Where each row is written, in the order of [`ROWS`]: its file, by the path that the
        /// compiler was told, and the line in which it begins, from 1. Rows that are written as
        /// one, for several events, have the same place.
        pub const ROW_PLACES: &[(&str, u32)] = &[ #( #places, )* ];
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

/// `Half`, and which slots are of which; nothing where the table has no halves.
fn halves(table: &Table) -> Option<TokenStream> {
    let halves = table.halves();
    let variants: Vec<Variant> = halves
        .iter()
        .map(|half| Variant {
            name: pascal(half),
            docs: format!("The half `{half}`."),
            text: half.to_string(),
        })
        .collect();
    if variants.is_empty() {
        return None;
    }
    let name = Ident::new("Half", Span::call_site());
    let docs = "The halves of an endpoint. Each has its own facts, memory and turns.";
    let declared = plain_enum(&name, docs, &variants);
    let of_slots = table.slots.iter().filter_map(|slot| {
        let (slot, half) = (pascal(&slot.name), pascal(slot.half.as_ref()?));
        Some(quote!(Slot::#slot => Half::#half))
    });
    let slots_of = halves.iter().map(|half| {
        let slots = table.slots.iter().filter(|slot| slot.half.as_ref() == Some(*half));
        let (half, slots) = (pascal(half), slots.map(|slot| pascal(&slot.name)));
        quote!(Half::#half => &[ #( Slot::#slots, )* ])
    });
    Some(quote! {
        #declared

        impl Slot {
            /// The half that it belongs to.
            #[inline]
            pub const fn half(self) -> Half {
                match self { #( #of_slots, )* }
            }
        }

        impl Half {
            /// The slots that belong to it, in the order of the table.
            pub const fn slots(self) -> &'static [Slot] {
                match self { #( #slots_of, )* }
            }
        }
    })
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

/// For each half a method of `Memory`: each field has one writer, so that two memories that have
/// gone separate ways can be put together again.
fn joined(table: &Table) -> TokenStream {
    let methods = table.halves().into_iter().map(|half| {
        let of_half = |field: &&Field| {
            let slot = field.writer.as_ref();
            slot.and_then(|slot| table.half_of(slot)) == Some(half)
        };
        let fields: Vec<&Ident> =
            table.alphabet.memory.iter().filter(of_half).map(|field| &field.name).collect();
        let docs = format!("This memory, with what the half `{half}` writes as `writer` has it.");
        quote! {
            #[doc = #docs]
            #[must_use]
            pub const fn #half(self, writer: &Memory) -> Memory {
                Memory { #( #fields: writer.#fields, )* ..self }
            }
        }
    });
    quote!(#[allow(clippy::all)] impl Memory { #( #methods )* })
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
        #[inline]
        pub const fn home(event: EventKind) -> ::core::option::Option<Slot> {
            match event {
                #( #arms, )*
                _ => ::core::option::Option::None,
            }
        }
    }
}
