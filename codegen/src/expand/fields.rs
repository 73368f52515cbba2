//! Memory, facts and policy: structs of small values, with access by index.

use super::{Variant, byte, docs_or, plain_enum};
use crate::machine::{Alphabet, Domain, Field, pascal};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

pub(super) fn expand(alphabet: &Alphabet) -> TokenStream {
    let memory = Family {
        alphabet,
        fields: &alphabet.memory,
        name: Ident::new("Memory", Span::call_site()),
        key: Ident::new("MemoryField", Span::call_site()),
        docs: "What rows remember: finite values that only they set.",
        key_docs: "The fields of [`Memory`].",
        what: "memory field",
    };
    let facts = Family {
        alphabet,
        fields: &alphabet.facts,
        name: Ident::new("Facts", Span::call_site()),
        key: Ident::new("FactName", Span::call_site()),
        docs: "What guards ask the world, as it was before the step.",
        key_docs: "The fields of [`Facts`].",
        what: "fact",
    };
    let policy = Family {
        alphabet,
        fields: &alphabet.policy,
        name: Ident::new("Policy", Span::call_site()),
        key: Ident::new("PolicyName", Span::call_site()),
        docs: "What is fixed for the life of an endpoint.",
        key_docs: "The fields of [`Policy`].",
        what: "policy",
    };
    let initial = memory.literal(&alphabet.memory.iter().map(|f| f.initial).collect::<Vec<_>>());
    let profiles = profiles(alphabet, &policy);
    let first = [&facts, &policy].map(|family| {
        let name = &family.name;
        let literal = family.literal(&vec![0; family.fields.len()]);
        quote! {
            impl #name {
                /// Each field has the first value of its type.
                pub const FIRST: #name = #literal;
            }
        }
    });
    let of_halves = facts_of_halves(alphabet);
    let (memory, facts, policy) = (memory.expand(), facts.expand(), policy.expand());
    let [first_facts, first_policy] = first;
    quote! {
        #memory #facts #of_halves #policy #first_facts #first_policy #profiles
        impl Memory {
            /// The memory of a new endpoint.
            pub const INITIAL: Memory = #initial;
        }
        impl ::core::default::Default for Memory {
            fn default() -> Memory { Memory::INITIAL }
        }
    }
}

/// For each half a struct of the facts that it answers, so that it cannot be asked for others.
fn facts_of_halves(alphabet: &Alphabet) -> TokenStream {
    let mut halves: Vec<&Ident> = Vec::new();
    for half in alphabet.facts.iter().filter_map(|fact| fact.half.as_ref()) {
        if !halves.contains(&half) {
            halves.push(half);
        }
    }
    let structs = halves.iter().map(|half| {
        let name = format_ident!("{}Facts", pascal(half));
        let docs = format!("The facts that the half `{half}` answers.");
        let facts: Vec<&Field> =
            alphabet.facts.iter().filter(|fact| fact.half.as_ref() == Some(*half)).collect();
        let names: Vec<&Ident> = facts.iter().map(|fact| &fact.name).collect();
        let docs_of =
            facts.iter().map(|fact| docs_or(&fact.docs, || format!("The fact `{}`.", fact.name)));
        let domains = facts.iter().map(|fact| alphabet.type_tokens(fact.domain));
        quote! {
            #[doc = #docs]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name { #( #[doc = #docs_of] pub #names: #domains, )* }

            #[allow(clippy::all)]
            impl Facts {
                /// These facts, with what one half answers now.
                #[must_use]
                pub const fn #half(self, answered: #name) -> Facts {
                    Facts { #( #names: answered.#names, )* ..self }
                }
            }

            #[allow(clippy::all)]
            impl ::core::convert::From<#name> for Facts {
                fn from(answered: #name) -> Facts { Facts::FIRST.#half(answered) }
            }

            #[allow(clippy::all)]
            impl ::core::convert::From<Facts> for #name {
                fn from(facts: Facts) -> #name { #name { #( #names: facts.#names, )* } }
            }
        }
    });
    quote!(#( #structs )*)
}

fn profiles(alphabet: &Alphabet, policy: &Family<'_>) -> TokenStream {
    let constants = alphabet.profiles.iter().map(|profile| {
        let docs = docs_or(&profile.docs, || format!("The profile `{}`.", profile.name));
        let (name, literal) = (&profile.name, policy.literal(&profile.values));
        quote!(#[doc = #docs] pub const #name: Policy = #literal;)
    });
    let names: Vec<&Ident> = alphabet.profiles.iter().map(|profile| &profile.name).collect();
    let texts = names.iter().map(|name| name.to_string().to_lowercase().replace('_', "-"));
    let shipped = match names.first() {
        Some(name) => quote!(Policy::#name),
        None => quote!(Policy::FIRST),
    };
    quote! {
        impl Policy {
            #( #constants )*
            /// All profiles with their names, the shipped one first.
            pub const PROFILES: &'static [(&'static str, Policy)] =
                &[ #( (#texts, Policy::#names), )* ];
            /// The profile that ships.
            pub const SHIPPED: Policy = #shipped;
        }
    }
}

/// One of the three families of fields: memory, facts or policy.
struct Family<'a> {
    alphabet: &'a Alphabet,
    fields: &'a [Field],
    name: Ident,
    key: Ident,
    docs: &'a str,
    key_docs: &'a str,
    what: &'a str,
}

impl Family<'_> {
    fn field_docs(&self, field: &Field) -> String {
        docs_or(&field.docs, || format!("The {} `{}`.", self.what, field.name))
    }

    /// The struct with these values.
    fn literal(&self, indexes: &[u8]) -> TokenStream {
        let name = &self.name;
        let values = self.fields.iter().zip(indexes).map(|(field, index)| {
            let (name, value) = (&field.name, self.alphabet.value_tokens(field.domain, *index));
            quote!(#name: #value)
        });
        quote!(#name { #( #values, )* })
    }

    fn expand(&self) -> TokenStream {
        let (name, key, docs) = (&self.name, &self.key, self.docs);
        let declared = self.fields.iter().map(|field| {
            let (name, docs) = (&field.name, self.field_docs(field));
            let domain = self.alphabet.type_tokens(field.domain);
            quote!(#[doc = #docs] pub #name: #domain)
        });
        let variants: Vec<Variant> = self
            .fields
            .iter()
            .map(|field| Variant {
                name: pascal(&field.name),
                docs: self.field_docs(field),
                text: field.name.to_string(),
            })
            .collect();
        let keys = plain_enum(key, self.key_docs, &variants);
        let keys_methods = self.key_methods();
        let get = self.fields.iter().map(|field| self.get_arm(field));
        let set = self.fields.iter().map(|field| self.set_arm(field));
        quote! {
            #[doc = #docs]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name { #( #declared, )* }

            #keys
            #keys_methods

            #[allow(clippy::all, unused_variables)]
            impl #name {
                /// The index of a field's value among the values of its type.
                pub const fn get(&self, field: #key) -> u8 {
                    match field { #( #get, )* }
                }

                /// Gives a field the value of this index; nothing happens if there is none.
                pub const fn set(&mut self, field: #key, index: u8) {
                    match field { #( #set, )* }
                }
            }
        }
    }

    fn key_methods(&self) -> TokenStream {
        let key = &self.key;
        let sizes = self.fields.iter().map(|field| {
            let (name, size) = (pascal(&field.name), byte(self.alphabet.size(field.domain)));
            quote!(#key::#name => #size)
        });
        let names = self.fields.iter().map(|field| {
            let name = pascal(&field.name);
            let values = (0..self.alphabet.size(field.domain)).map(|index| {
                let literal = byte(index);
                let index = crate::machine::alphabet::low_byte(index);
                let text = self.alphabet.value_name(field.domain, index);
                quote!(#literal => #text)
            });
            quote!(#key::#name => match index { #( #values, )* _ => "" })
        });
        quote! {
            #[allow(clippy::all, unused_variables)]
            impl #key {
                /// How many values its type has.
                pub const fn cardinality(self) -> u8 {
                    match self { #( #sizes, )* }
                }

                /// The name of the value of this index, empty if there is none.
                pub const fn value_name(self, index: u8) -> &'static str {
                    match self { #( #names, )* }
                }
            }
        }
    }

    fn get_arm(&self, field: &Field) -> TokenStream {
        let (key, variant, name) = (&self.key, pascal(&field.name), &field.name);
        let value = match field.domain {
            Domain::Bool => quote!(self.#name as u8),
            Domain::Range { low: 0, .. } => quote!(self.#name),
            Domain::Range { low, .. } => quote!(self.#name.saturating_sub(#low)),
            Domain::Enum(_) => quote!(self.#name.index()),
        };
        quote!(#key::#variant => #value)
    }

    fn set_arm(&self, field: &Field) -> TokenStream {
        let (key, variant, name) = (&self.key, pascal(&field.name), &field.name);
        let change = match field.domain {
            Domain::Bool => quote!(if index < 2 { self.#name = index == 1; }),
            Domain::Range { low, high } => {
                let last = high - low;
                quote!(if index <= #last { self.#name = #low + index; })
            }
            Domain::Enum(_) => {
                let domain = self.alphabet.type_tokens(field.domain);
                quote! {
                    if let ::core::option::Option::Some(value) = #domain::from_index(index) {
                        self.#name = value;
                    }
                }
            }
        };
        quote!(#key::#variant => { #change })
    }
}
