//! The macros, on tokens that also exist outside of the compiler.

use crate::check;
use crate::errors::Errors;
use crate::expand;
use crate::fallback;
use crate::machine::table::Written;
use crate::machine::{Alphabet, Row, Table};
use crate::syntax::{AlphabetSyntax, MachineSyntax, TableSyntax, drain};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};

/// `alphabet!`: its items, and the macro that hands its tokens on.
pub(crate) fn alphabet(input: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let syntax = read(input.clone(), &mut errors, AlphabetSyntax::parse).unwrap_or_default();
    let readable = errors.is_empty();
    let alphabet = Alphabet::resolve(&syntax, readable, &mut errors);
    let items = alphabet.expand();
    let carrier = expand::carrier(&expand::alphabet_carrier(Span::call_site()), input);
    let errors = errors.to_tokens();
    quote!(#errors #items #carrier)
}

/// `machine!`: its states, and the macro that hands its tokens on.
pub(crate) fn machine(input: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let machine = read(input.clone(), &mut errors, MachineSyntax::parse).flatten();
    let items = machine.map(|machine| {
        let states = expand::state::expand(&machine);
        let name = expand::machine_carrier(&machine.name, Span::call_site());
        let carrier = expand::carrier(&name, input);
        quote!(#states #carrier)
    });
    let errors = errors.to_tokens();
    quote!(#errors #items)
}

/// `table!`: a chain through the macros that hand tokens on, to [`joined`].
pub(crate) fn table(input: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let table = read(input.clone(), &mut errors, TableSyntax::parse).unwrap_or_default();
    let machines = table.slots.iter().flat_map(|slot| &slot.machines);
    let machines: Vec<_> =
        machines.map(|machine| expand::machine_carrier(machine, machine.span())).collect();
    let alphabet = expand::alphabet_carrier(Span::call_site());
    let errors = errors.to_tokens();
    let path = table.path.unwrap_or_else(|| quote!(::hyaline_codegen));
    quote! {
        #errors
        #alphabet! { { { #input } } #( [#machines] )* [#path::__table] }
    }
}

/// `__table!`: everything at once.
pub(crate) fn joined(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let Some(written) = written(input) else { return TokenStream::new() };
    let table = Table::resolve(&written, &mut errors);
    let (table, rows) = match complete(&table, &mut errors) {
        Some(rows) => (table, rows),
        None => fallback::quiet(&table),
    };
    let items = expand::table::expand(&table, &rows);
    let errors = errors.to_tokens();
    quote!(#errors #items)
}

/// All rows of a table that is right.
pub(crate) fn complete(table: &Table, errors: &mut Errors) -> Option<Vec<Vec<Row>>> {
    if !table.sound {
        return None;
    }
    let served = check::check(table, errors);
    let sound =
        table.flawless && errors.is_empty() && table.machines.iter().all(|machine| machine.sound);
    sound.then(|| {
        let machines = table.machines.iter().zip(served);
        machines.map(|(machine, served)| [machine.rows.clone(), served].concat()).collect()
    })
}

/// What the three macros were called with. Mistakes of reading are dropped here: each macro has
/// reported its own where it stands.
fn written(input: TokenStream) -> Option<Written> {
    let group = input.into_iter().next().and_then(group)?;
    let mut groups = group.stream().into_iter().filter_map(group_of);
    let (table, alphabet) = (groups.next()?, groups.next()?);
    // What `table!` was called with comes straight from the user, at its end. What comes through a
    // `macro_rules!` is marked as such; with the mark taken off, errors point at the row alone
    // and do not tell of macros that nobody wrote.
    let root = table.clone().into_iter().last().map_or_else(Span::call_site, |one| one.span());
    let mut errors = Errors::new();
    let table = read(table, &mut errors, TableSyntax::parse)?;
    let alphabet = read(unmarked(alphabet, root), &mut errors, AlphabetSyntax::parse)?;
    let alphabet_sound = errors.is_empty();
    let machines = groups.filter_map(|tokens| {
        let mut errors = Errors::new();
        let machine = read(unmarked(tokens, root), &mut errors, MachineSyntax::parse).flatten()?;
        Some((machine, errors.is_empty()))
    });
    Some(Written { alphabet, alphabet_sound, machines: machines.collect(), table })
}

fn group(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

fn group_of(token: TokenTree) -> Option<TokenStream> {
    group(token).map(|group| group.stream())
}

fn unmarked(tokens: TokenStream, root: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            let inner = unmarked(group.stream(), root);
            let span = group.span();
            let mut group = Group::new(group.delimiter(), inner);
            group.set_span(span);
            token = TokenTree::Group(group);
        }
        token.set_span(token.span().resolved_at(root));
        token
    });
    tokens.collect()
}

/// Reads all tokens; the parser itself goes on after mistakes.
pub(crate) fn read<T>(
    tokens: TokenStream,
    errors: &mut Errors,
    parse: impl FnOnce(ParseStream<'_>, &mut Errors) -> T,
) -> Option<T> {
    let mut found = Errors::new();
    let parser = |input: ParseStream<'_>| {
        let read = parse(input, &mut found);
        drain(input);
        Ok(read)
    };
    let read = parser.parse2(tokens);
    errors.append(found);
    errors.keep(read)
}
