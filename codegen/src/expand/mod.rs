//! What a table becomes. Nothing is decided here.

pub(crate) mod alphabet;
mod fields;
mod fingerprint;
mod rows;
mod signals;
pub(crate) mod state;
mod states;
mod step;
pub(crate) mod table;
mod take;
mod types;

use crate::machine::{Alphabet, Domain, Values};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

/// A variant of an enum without payloads.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    pub(crate) docs: String,
    /// What `name()` answers.
    pub(crate) text: String,
}

/// A public enum without payloads, with what every such enum of the expansion offers.
pub(crate) fn plain_enum(name: &Ident, docs: &str, variants: &[Variant]) -> TokenStream {
    let names: Vec<&Ident> = variants.iter().map(|variant| &variant.name).collect();
    let docs_of: Vec<&String> = variants.iter().map(|variant| &variant.docs).collect();
    let texts: Vec<&String> = variants.iter().map(|variant| &variant.text).collect();
    let indexes: Vec<Literal> = (0..variants.len()).map(byte).collect();
    let representation = (!variants.is_empty()).then(|| quote!(#[repr(u8)]));
    let index = match variants.is_empty() {
        true => quote!(match self {}),
        false => quote!(self as u8),
    };
    quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #representation
        pub enum #name { #( #[doc = #docs_of] #names, )* }

        impl #name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [#name] = &[ #( #name::#names, )* ];

            /// The position in `ALL`.
            pub const fn index(self) -> u8 { #index }

            /// The one at this position in `ALL`.
            pub const fn from_index(index: u8) -> ::core::option::Option<#name> {
                match index {
                    #( #indexes => ::core::option::Option::Some(#name::#names), )*
                    _ => ::core::option::Option::None,
                }
            }

            /// The name, as it is written in the table.
            pub const fn name(self) -> &'static str {
                match self { #( #name::#names => #texts, )* }
            }
        }
    }
}

/// The macro that hands on the tokens of `alphabet!` or `machine!`: it takes what was collected so
/// far and the macros still to come, adds its own tokens, and calls the next.
pub(crate) fn carrier(name: &Ident, tokens: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros)]
        macro_rules! #name {
            ({ $($done:tt)* } [ $($next:tt)* ] $($rest:tt)*) => {
                $($next)* ! { { $($done)* { #tokens } } $($rest)* }
            };
        }
    }
}

/// The name of the macro that hands on the alphabet.
pub(crate) fn alphabet_carrier(span: Span) -> Ident {
    Ident::new("__hyaline_alphabet", span)
}

/// The name of the macro that hands on a machine.
pub(crate) fn machine_carrier(machine: &Ident, span: Span) -> Ident {
    Ident::new(&format!("__hyaline_machine_{machine}"), span)
}

/// A number that is a `u8` wherever it stands.
pub(crate) fn byte(value: usize) -> Literal {
    Literal::u8_suffixed(crate::machine::alphabet::low_byte(value))
}

/// The user's documentation, or a generated line where there is none.
pub(crate) fn docs_or(docs: &str, otherwise: impl FnOnce() -> String) -> String {
    if docs.is_empty() { otherwise() } else { docs.to_owned() }
}

/// The indexes of a set of values.
pub(crate) fn indexes(values: Values) -> impl Iterator<Item = u8> {
    (0..Values::BITS)
        .filter(move |index| values & 1 << index != 0)
        .map(|index| u8::try_from(index).unwrap_or(u8::MAX))
}

impl Alphabet {
    /// The Rust type of a domain.
    pub(crate) fn type_tokens(&self, domain: Domain) -> TokenStream {
        match domain {
            Domain::Bool => quote!(bool),
            Domain::Range { .. } => quote!(u8),
            Domain::Enum(position) => match self.enums.get(position) {
                Some(one) => {
                    let name = &one.name;
                    quote!(#name)
                }
                None => quote!(bool),
            },
        }
    }

    /// A value as an expression, which is also its pattern.
    pub(crate) fn value_tokens(&self, domain: Domain, index: u8) -> TokenStream {
        match domain {
            Domain::Bool => match index {
                0 => quote!(false),
                _ => quote!(true),
            },
            Domain::Range { low, .. } => {
                let value = byte(usize::from(low) + usize::from(index));
                quote!(#value)
            }
            Domain::Enum(_) => {
                let name = self.type_tokens(domain);
                let variant = self.value_name(domain, index);
                let variant = format_ident!("{variant}");
                quote!(#name::#variant)
            }
        }
    }

    /// A set of values as a pattern; nothing if it is all of them.
    pub(crate) fn pattern(&self, domain: Domain, values: Values) -> Option<TokenStream> {
        let all = self.all(domain);
        if values & all == all {
            return None;
        }
        let values = indexes(values & all).map(|index| self.value_tokens(domain, index));
        Some(quote!( #( #values )|* ))
    }
}
