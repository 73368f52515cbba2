//! What `machine!` becomes where it stands: its states.

use super::{Variant, docs_or, plain_enum};
use crate::errors::Errors;
use crate::machine::alphabet::distinct;
use crate::syntax::MachineSyntax;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The machine's `State`. A machine without states has one all the same, so that only the table
/// turns red.
pub(crate) fn expand(machine: &MachineSyntax) -> TokenStream {
    let state = Ident::new("State", Span::call_site());
    let states = distinct("state", &machine.states, |one| &one.name, &mut Errors::new());
    let states: Vec<_> =
        states.into_iter().filter(|one| one.name != "_" && one.name != "same").collect();
    let mut variants: Vec<Variant> = states
        .iter()
        .map(|one| Variant {
            name: one.name.clone(),
            docs: docs_or(&one.docs, || format!("The state `{}`.", one.name)),
            text: one.name.to_string(),
        })
        .collect();
    if variants.is_empty() {
        let name = Ident::new("None", Span::call_site());
        variants.push(Variant { name, docs: "No state.".to_owned(), text: String::new() });
    }
    let initial = states.iter().find(|one| one.initial).map(|one| &one.name);
    let initial = initial.or(variants.first().map(|one| &one.name));
    let last = states.iter().filter(|one| one.last).map(|one| &one.name);
    let last: Vec<_> = last.map(|name| quote!(State::#name)).collect();
    let is_final = match last.is_empty() {
        true => quote!(false),
        false => quote!(::core::matches!(self, #( #last )|*)),
    };
    let docs = docs_or(&machine.docs, || format!("The states of the machine `{}`.", machine.name));
    let state = plain_enum(&state, &docs, &variants);
    quote! {
        #state

        impl State {
            /// Where the machine begins.
            pub const INITIAL: State = State::#initial;

            /// Whether the machine may rest in this state for ever.
            pub const fn is_final(self) -> bool { #is_final }
        }
    }
}
