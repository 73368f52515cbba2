//! `table! { handshake: client | server, read, write }` as written, or the same in halves:
//! `table! { half receiving { read, receiver } half sending { write, sender } }`.
//!
//! A crate that hands the macros on puts `#![by(path)]` before that: the path under which its users
//! find them.

use super::{Mark, alternatives, block, expect_word, items, name, peek_word, whole};
use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Result, Token};

/// A slot and the machines that can stand in it.
#[derive(Clone, Debug)]
pub(crate) struct SlotSyntax {
    pub(crate) name: Ident,
    pub(crate) machines: Vec<Ident>,
    /// The half that it belongs to; nothing where the table has no halves.
    pub(crate) half: Option<Ident>,
}

/// The slots, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableSyntax {
    pub(crate) slots: Vec<SlotSyntax>,
    /// Where the macros are found, if not in `hyaline_codegen`.
    pub(crate) path: Option<TokenStream>,
}

impl TableSyntax {
    /// Reads as much as can be read.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> TableSyntax {
        let path = errors.keep(path(input)).flatten();
        let mut slots = Vec::new();
        let mut halves = Vec::new();
        let comma = Mark::Separator(',');
        match peek_word(input, "half") {
            true => items(input, Mark::Braces, errors, |input, errors| {
                expect_word(input, "half")?;
                let half = name(input)?;
                if halves.contains(&half) {
                    errors.at(&half, format!("half `{half}` is declared twice"));
                }
                halves.push(half.clone());
                block(input, comma, errors, |input, _| {
                    slots.push(slot(input, Some(&half))?);
                    Ok(())
                })
            }),
            false => items(input, comma, errors, |input, _| {
                slots.push(slot(input, None)?);
                Ok(())
            }),
        }
        TableSyntax { slots, path }
    }
}

/// `#![by(path)]`, if it is there.
fn path(input: ParseStream<'_>) -> Result<Option<TokenStream>> {
    if !input.peek(Token![#]) {
        return Ok(None);
    }
    input.parse::<Token![#]>()?;
    input.parse::<Token![!]>()?;
    let content;
    syn::bracketed!(content in input);
    whole(content, |content| {
        expect_word(content, "by")?;
        let path;
        syn::parenthesized!(path in content);
        path.parse().map(Some)
    })
}

fn slot(input: ParseStream<'_>, half: Option<&Ident>) -> Result<SlotSyntax> {
    let name = name(input)?;
    let machines = match input.peek(Token![:]) {
        true => {
            input.parse::<Token![:]>()?;
            alternatives(input, super::name)?
        }
        false => vec![name.clone()],
    };
    Ok(SlotSyntax { name, machines, half: half.cloned() })
}
