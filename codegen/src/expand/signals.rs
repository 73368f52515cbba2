//! Events and actions: names that may carry one value.

use super::{Variant, byte, docs_or, plain_enum};
use crate::machine::{Alphabet, Domain, Signal};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(super) fn events(alphabet: &Alphabet) -> TokenStream {
    let settle = Signal {
        name: Ident::new("Settle", Span::call_site()),
        docs: "Comes after every input, until no row fires on it.".to_owned(),
        payload: None,
    };
    let events: Vec<&Signal> = [&settle].into_iter().chain(&alphabet.events).collect();
    expand(alphabet, &events, "Event", "An input of the table.", "The events without payloads.")
}

pub(super) fn actions(alphabet: &Alphabet) -> TokenStream {
    let actions: Vec<&Signal> = alphabet.actions.iter().collect();
    expand(alphabet, &actions, "Action", "An effect of a row.", "The actions without payloads.")
}

fn expand(
    alphabet: &Alphabet,
    signals: &[&Signal],
    name: &str,
    docs: &str,
    kind_docs: &str,
) -> TokenStream {
    let what = name.to_lowercase();
    let kind = Ident::new(&format!("{name}Kind"), Span::call_site());
    let name = Ident::new(name, Span::call_site());
    let variants: Vec<Variant> = signals
        .iter()
        .map(|signal| Variant {
            name: signal.name.clone(),
            docs: docs_or(&signal.docs, || format!("The {what} `{}`.", signal.name)),
            text: signal.name.to_string(),
        })
        .collect();
    let declared = signals.iter().zip(&variants).map(|(signal, variant)| {
        let (variant, docs) = (&variant.name, &variant.docs);
        let payload = signal.payload.map(|domain| {
            let domain = alphabet.type_tokens(domain);
            quote!((#domain))
        });
        quote!(#[doc = #docs] #variant #payload)
    });
    let kinds = plain_enum(&kind, kind_docs, &variants);
    let methods = methods(alphabet, signals, &name, &kind);
    let kind_methods = kind_methods(alphabet, signals, &name, &kind);
    quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name { #( #declared, )* }
        #methods
        #kinds
        #kind_methods
    }
}

/// `(_)` where there is a payload.
fn any(signal: &Signal) -> Option<TokenStream> {
    signal.payload.map(|_| quote!((_)))
}

fn methods(alphabet: &Alphabet, signals: &[&Signal], name: &Ident, kind: &Ident) -> TokenStream {
    let kinds = signals.iter().map(|signal| {
        let (variant, any) = (&signal.name, any(signal));
        quote!(#name::#variant #any => #kind::#variant)
    });
    let payloads = signals.iter().map(|signal| {
        let variant = &signal.name;
        match signal.payload {
            None => quote!(#name::#variant => ::core::option::Option::None),
            Some(Domain::Bool) => {
                quote!(#name::#variant(payload) => ::core::option::Option::Some(payload as u8))
            }
            Some(_) => {
                quote!(#name::#variant(payload) => ::core::option::Option::Some(payload.index()))
            }
        }
    });
    let displayed = signals.iter().map(|signal| {
        let (variant, text) = (&signal.name, signal.name.to_string());
        match signal.payload {
            None => quote!(#name::#variant => formatter.write_str(#text)),
            Some(domain) => {
                let format = format!("{text}({{}})");
                let payload = match domain {
                    Domain::Enum(_) if alphabet.size(domain) > 0 => quote!(payload.name()),
                    _ => quote!(payload),
                };
                quote!(#name::#variant(payload) => ::core::write!(formatter, #format, #payload))
            }
        }
    });
    quote! {
        impl #name {
            /// The name without the payload.
            pub const fn name(self) -> &'static str { self.kind().name() }

            /// Which one it is, whatever it carries.
            #[inline]
            pub const fn kind(self) -> #kind {
                match self { #( #kinds, )* }
            }

            /// The index of what it carries.
            pub const fn payload_index(self) -> ::core::option::Option<u8> {
                match self { #( #payloads, )* }
            }
        }

        /// Prints as in the table: the name, and the payload in parentheses.
        impl ::core::fmt::Display for #name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let _ = &formatter;
                match *self { #( #displayed, )* }
            }
        }
    }
}

fn kind_methods(
    alphabet: &Alphabet,
    signals: &[&Signal],
    name: &Ident,
    kind: &Ident,
) -> TokenStream {
    let counts = signals.iter().map(|signal| {
        let variant = &signal.name;
        let count = byte(signal.payload.map_or(0, |domain| alphabet.size(domain)));
        quote!(#kind::#variant => #count)
    });
    let made = signals.iter().map(|signal| with_arm(alphabet, signal, name, kind));
    quote! {
        impl #kind {
            /// How many different payloads it can carry; 0 if none.
            pub const fn payloads(self) -> u8 {
                match self { #( #counts, )* }
            }

            /// The value with this payload: `None` for what carries nothing, the payload's index
            /// otherwise. The result is `None` if there is no such value.
            pub const fn with(
                self,
                payload: ::core::option::Option<u8>,
            ) -> ::core::option::Option<#name> {
                match (self, payload) {
                    #( #made )*
                    _ => ::core::option::Option::None,
                }
            }

            /// All values of this kind, one for each payload.
            pub fn values(self) -> impl ::core::iter::Iterator<Item = #name> {
                let payloads = self.payloads();
                (0..::core::cmp::Ord::max(payloads, 1)).filter_map(move |index| {
                    self.with((payloads > 0).then_some(index))
                })
            }
        }
    }
}

fn with_arm(alphabet: &Alphabet, signal: &Signal, name: &Ident, kind: &Ident) -> TokenStream {
    let variant = &signal.name;
    let some = quote!(::core::option::Option::Some);
    match signal.payload {
        None => quote! {
            (#kind::#variant, ::core::option::Option::None) => #some(#name::#variant),
        },
        Some(domain @ Domain::Enum(_)) => {
            let payload = alphabet.type_tokens(domain);
            quote! {
                (#kind::#variant, #some(index)) => match #payload::from_index(index) {
                    #some(payload) => #some(#name::#variant(payload)),
                    ::core::option::Option::None => ::core::option::Option::None,
                },
            }
        }
        Some(_) => quote! {
            (#kind::#variant, #some(0)) => #some(#name::#variant(false)),
            (#kind::#variant, #some(1)) => #some(#name::#variant(true)),
        },
    }
}
