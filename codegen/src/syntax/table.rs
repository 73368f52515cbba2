//! `table! { handshake: client | server, read, write }` as written.

use super::{Mark, alternatives, items, name};
use crate::errors::Errors;
use proc_macro2::Ident;
use syn::Token;
use syn::parse::ParseStream;

/// A slot and the machines that can stand in it.
#[derive(Clone, Debug)]
pub(crate) struct SlotSyntax {
    pub(crate) name: Ident,
    pub(crate) machines: Vec<Ident>,
}

/// The slots, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableSyntax {
    pub(crate) slots: Vec<SlotSyntax>,
}

impl TableSyntax {
    /// Reads as much as can be read.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> TableSyntax {
        let mut slots = Vec::new();
        items(input, Mark::Separator(','), errors, |input, _| {
            let name = name(input)?;
            let machines = match input.peek(Token![:]) {
                true => {
                    input.parse::<Token![:]>()?;
                    alternatives(input, super::name)?
                }
                false => vec![name.clone()],
            };
            slots.push(SlotSyntax { name, machines });
            Ok(())
        });
        TableSyntax { slots }
    }
}
