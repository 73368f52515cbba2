//! The notation as written, with spans. Parsing goes on after a mistake, so that all of them are
//! reported and the rest of the table can still be expanded.

pub(crate) mod alphabet;
pub(crate) mod machine;
pub(crate) mod row;
pub(crate) mod table;

pub(crate) use alphabet::{
    AlphabetSyntax, DocumentSyntax, EnumSyntax, FieldSyntax, GroupSyntax, MappingSyntax,
    NamedSyntax, ProfileSyntax, SignalSyntax, TypeSyntax,
};
pub(crate) use machine::{MachineSyntax, SettleSyntax};
pub(crate) use row::{
    ArgumentSyntax, AtomSyntax, CitationSyntax, EventSyntax, PayloadSyntax, Relation, RowSyntax,
    StatementSyntax,
};
pub(crate) use table::TableSyntax;

use crate::errors::Errors;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{LitInt, LitStr, Result, Token};

/// A value as written: the variant of an enum, `true`, `false`, or a number.
#[derive(Clone, Debug)]
pub(crate) enum ValueSyntax {
    Name(Ident),
    Number(u64, Span),
}

impl ValueSyntax {
    pub(crate) fn span(&self) -> Span {
        match self {
            ValueSyntax::Name(name) => name.span(),
            ValueSyntax::Number(_, span) => *span,
        }
    }
}

impl std::fmt::Display for ValueSyntax {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ValueSyntax::Name(name) => write!(formatter, "{name}"),
            ValueSyntax::Number(number, _) => write!(formatter, "{number}"),
        }
    }
}

/// An attribute other than a doc comment.
#[derive(Clone, Debug)]
pub(crate) struct AttributeSyntax {
    pub(crate) name: Ident,
    pub(crate) argument: TokenStream,
}

/// What stands before a declaration or a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes {
    pub(crate) docs: String,
    pub(crate) others: Vec<AttributeSyntax>,
}

/// Any identifier, keywords included: the notation has `if`, `final`, `true`, `_` in its own sense.
pub(crate) fn word(input: ParseStream<'_>) -> Result<Ident> {
    input.call(Ident::parse_any)
}

/// A name that is not a keyword of Rust.
pub(crate) fn name(input: ParseStream<'_>) -> Result<Ident> {
    input.parse()
}

/// Whether the next token is this very word.
pub(crate) fn peek_word(input: ParseStream<'_>, expected: &str) -> bool {
    input.cursor().ident().is_some_and(|(found, _)| found == expected)
}

/// Consumes this very word.
pub(crate) fn expect_word(input: ParseStream<'_>, expected: &str) -> Result<Ident> {
    if peek_word(input, expected) {
        word(input)
    } else {
        Err(input.error(format!("expected `{expected}`")))
    }
}

/// `A | B | C`, each by `item`.
pub(crate) fn alternatives<T>(
    input: ParseStream<'_>,
    item: impl Fn(ParseStream<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut found = vec![item(input)?];
    while input.peek(Token![|]) && !input.peek(Token![||]) {
        input.parse::<Token![|]>()?;
        found.push(item(input)?);
    }
    Ok(found)
}

/// A value.
pub(crate) fn value(input: ParseStream<'_>) -> Result<ValueSyntax> {
    if input.peek(LitInt) {
        let number: LitInt = input.parse()?;
        return Ok(ValueSyntax::Number(number.base10_parse()?, number.span()));
    }
    if input.cursor().ident().is_none() {
        return Err(input.error("expected a value: a variant, `true`, `false` or a number"));
    }
    Ok(ValueSyntax::Name(word(input)?))
}

/// Doc comments and attributes.
pub(crate) fn attributes(input: ParseStream<'_>) -> Result<Attributes> {
    let mut attributes = Attributes::default();
    let mut lines = Vec::new();
    while input.peek(Token![#]) {
        input.parse::<Token![#]>()?;
        let content;
        syn::bracketed!(content in input);
        let attribute = whole(content, |content| {
            let name = word(content)?;
            let argument = content.parse::<TokenStream>()?;
            Ok(AttributeSyntax { name, argument })
        })?;
        if attribute.name == "doc" {
            let text = (|input: ParseStream<'_>| {
                input.parse::<Token![=]>()?;
                input.parse::<LitStr>()
            })
            .parse2(attribute.argument)?
            .value();
            lines.extend(text.lines().map(|line| line.trim().trim_start_matches("* ").to_owned()));
        } else {
            attributes.others.push(attribute);
        }
    }
    attributes.docs = lines.join("\n").trim().to_owned();
    Ok(attributes)
}

/// Doc comments only.
pub(crate) fn docs(input: ParseStream<'_>) -> Result<String> {
    let attributes = attributes(input)?;
    match attributes.others.first() {
        None => Ok(attributes.docs),
        Some(other) => Err(syn::Error::new(
            other.name.span(),
            format!(
                "`#[{}]` has no meaning here; only doc comments stand in this place",
                other.name
            ),
        )),
    }
}

/// Parses all of a group's content. After a mistake the rest of it is dropped, as syn would
/// otherwise report it a second time.
pub(crate) fn whole<T>(
    content: ParseBuffer<'_>,
    parse: impl FnOnce(ParseStream<'_>) -> Result<T>,
) -> Result<T> {
    let result = parse(&content).and_then(|value| match content.is_empty() {
        true => Ok(value),
        false => Err(content.error("did not expect this here")),
    });
    if result.is_err() {
        drain(&content);
    }
    result
}

/// Drops everything that is left.
pub(crate) fn drain(input: ParseStream<'_>) {
    while input.parse::<TokenTree>().is_ok() {}
}

/// Drops everything up to and including the next `mark`, a separator or a group in braces.
fn skip_past(input: ParseStream<'_>, mark: Mark) {
    while let Ok(token) = input.parse::<TokenTree>() {
        let found = match (&token, mark) {
            (TokenTree::Punct(punct), Mark::Separator(separator)) => punct.as_char() == separator,
            (TokenTree::Group(group), Mark::Braces) => {
                group.delimiter() == proc_macro2::Delimiter::Brace
            }
            _ => false,
        };
        if found {
            return;
        }
    }
}

/// What an item ends with.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    Separator(char),
    Braces,
}

/// Parses items until nothing is left; after a mistake it goes on with the next item.
pub(crate) fn items(
    input: ParseStream<'_>,
    mark: Mark,
    errors: &mut Errors,
    mut item: impl FnMut(ParseStream<'_>, &mut Errors) -> Result<()>,
) {
    while !input.is_empty() {
        let result = item(input, errors).and_then(|()| separator(input, mark));
        if let Err(error) = result {
            errors.push(error);
            skip_past(input, mark);
        }
    }
}

fn separator(input: ParseStream<'_>, mark: Mark) -> Result<()> {
    match mark {
        _ if input.is_empty() => Ok(()),
        Mark::Separator(',') => input.parse::<Token![,]>().map(drop),
        Mark::Separator(_) => input.parse::<Token![;]>().map(drop),
        Mark::Braces => Ok(()),
    }
}

/// Parses the `{ items }` of a block.
pub(crate) fn block(
    input: ParseStream<'_>,
    mark: Mark,
    errors: &mut Errors,
    item: impl FnMut(ParseStream<'_>, &mut Errors) -> Result<()>,
) -> Result<()> {
    let content;
    syn::braced!(content in input);
    items(&content, mark, errors, item);
    Ok(())
}
