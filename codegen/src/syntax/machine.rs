//! `machine! { … }` as written.

use super::alphabet::section;
use super::{Mark, RowSyntax, block, docs, expect_word, items, name, row, whole, word};
use crate::errors::Errors;
use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Result, Token};

/// A state: `initial Open [Connected],`
#[derive(Clone, Debug)]
pub(crate) struct StateSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) initial: bool,
    pub(crate) last: bool,
    pub(crate) labels: Vec<Ident>,
}

/// One component of the measure that settle rows lower.
#[derive(Clone, Debug)]
pub(crate) enum SettleSyntax {
    State,
    Falling(Ident),
    Rising(Ident),
}

/// Everything that one `machine!` says.
#[derive(Clone, Debug)]
pub(crate) struct MachineSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) slot: Ident,
    pub(crate) states: Vec<StateSyntax>,
    pub(crate) settle: Option<Vec<SettleSyntax>>,
    pub(crate) rows: Vec<RowSyntax>,
    pub(crate) otherwise: Vec<RowSyntax>,
}

impl MachineSyntax {
    /// Reads as much as can be read; nothing only when not even the name can be.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> Option<MachineSyntax> {
        let mut machine = match header(input, errors) {
            Ok(machine) => machine,
            Err(error) => {
                errors.push(error);
                super::drain(input);
                return None;
            }
        };
        items(input, Mark::Braces, errors, |input, errors| machine.section(input, errors));
        Some(machine)
    }

    fn section(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        let section =
            section(input, &["states", "settle", "rows", "otherwise"], "machine", errors)?;
        match section.as_str() {
            "states" => block(input, Mark::Separator(','), errors, |input, _| {
                self.states.push(state(input)?);
                Ok(())
            }),
            "settle" => {
                expect_word(input, "lowers")?;
                let measure = self.settle.get_or_insert_default();
                block(input, Mark::Separator(','), errors, |input, _| {
                    measure.push(component(input)?);
                    Ok(())
                })
            }
            "rows" => block(input, Mark::Braces, errors, |input, errors| {
                self.rows.extend(row::row(input, errors)?);
                Ok(())
            }),
            "otherwise" => block(input, Mark::Braces, errors, |input, errors| {
                self.otherwise.extend(row::row(input, errors)?);
                Ok(())
            }),
            _ => Ok(()),
        }
    }
}

fn header(input: ParseStream<'_>, errors: &mut Errors) -> Result<MachineSyntax> {
    let docs = docs(input)?;
    let how = "a machine begins with `machine name: slot;`";
    expect_word(input, "machine").map_err(|error| syn::Error::new(error.span(), how))?;
    let name = name(input)?;
    let slot = |input: ParseStream<'_>| {
        input.parse::<Token![:]>()?;
        word(input)
    };
    let slot = slot(input).unwrap_or_else(|error| {
        errors.push(syn::Error::new(error.span(), how));
        name.clone()
    });
    errors.keep(input.parse::<Token![;]>());
    Ok(MachineSyntax {
        docs,
        name,
        slot,
        states: Vec::new(),
        settle: None,
        rows: Vec::new(),
        otherwise: Vec::new(),
    })
}

fn state(input: ParseStream<'_>) -> Result<StateSyntax> {
    let docs = docs(input)?;
    let (mut initial, mut last) = (false, false);
    let name = loop {
        match word(input)? {
            mark if mark == "initial" => initial = true,
            mark if mark == "final" => last = true,
            name => break name,
        }
    };
    let mut labels = Vec::new();
    if input.peek(syn::token::Bracket) {
        let content;
        syn::bracketed!(content in input);
        whole(content, |content| {
            while !content.is_empty() {
                labels.push(word(content)?);
                if !content.is_empty() {
                    content.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })?;
    }
    Ok(StateSyntax { docs, name, initial, last, labels })
}

fn component(input: ParseStream<'_>) -> Result<SettleSyntax> {
    let found = word(input)?;
    match found.to_string().as_str() {
        "state" => Ok(SettleSyntax::State),
        "falling" => Ok(SettleSyntax::Falling(word(input)?)),
        "rising" => Ok(SettleSyntax::Rising(word(input)?)),
        _ => Err(syn::Error::new(
            found.span(),
            "expected `state`, `falling field` or `rising field`",
        )),
    }
}
