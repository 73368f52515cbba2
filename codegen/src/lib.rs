//! The notation of Hyaline's transition table.

use proc_macro2::TokenStream;

mod check;
mod errors;
mod expand;
mod fallback;
mod front;
mod machine;
mod syntax;

/// Declares what a table speaks of.
#[proc_macro]
pub fn alphabet(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::alphabet(&TokenStream::from(input)).into()
}

/// Declares a machine: its states and its rows.
#[proc_macro]
pub fn machine(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::machine(&TokenStream::from(input)).into()
}

/// Joins the machines to a table, checks it and expands it.
#[proc_macro]
pub fn table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::table(&TokenStream::from(input)).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    front::joined(TokenStream::from(input)).into()
}
