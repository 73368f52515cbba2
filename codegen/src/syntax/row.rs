//! Rows as written: `#[rfc("…")] From + Event(payload) if atoms under policies => To { … }`.

use super::{
    Attributes, ValueSyntax, alternatives, attributes, drain, peek_word, value, whole, word,
};
use crate::errors::{Errors, Extent};
use proc_macro2::{Ident, Span, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{LitInt, LitStr, Result, Token};

/// `#[rfc("4.7.3")]`, `#[cite("RFC 5321", "4.1")]` or `#[local("why")]`, or something else.
#[derive(Clone, Debug)]
pub(crate) struct CitationSyntax {
    pub(crate) kind: Ident,
    /// None where the arguments are no strings.
    pub(crate) texts: Vec<LitStr>,
}

/// What a row asks of the event's payload.
#[derive(Clone, Debug, Default)]
pub(crate) struct PayloadSyntax {
    pub(crate) binding: Option<Ident>,
    /// Empty: any payload.
    pub(crate) values: Vec<ValueSyntax>,
}

/// `KeyUpdate(UpdateRequested)`
#[derive(Clone, Debug)]
pub(crate) struct EventSyntax {
    pub(crate) name: Ident,
    pub(crate) payload: Option<PayloadSyntax>,
}

/// How an atom is written, which tells its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// `name(A | B)`
    Among,
    Equal,
    Differs,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// One condition of a guard.
#[derive(Clone, Debug)]
pub(crate) struct AtomSyntax {
    pub(crate) subject: Ident,
    pub(crate) relation: Relation,
    pub(crate) values: Vec<ValueSyntax>,
}

/// The argument of an action or a raised event.
#[derive(Clone, Debug)]
pub(crate) struct ArgumentSyntax {
    pub(crate) value: ValueSyntax,
}

/// One statement of a row's body.
#[derive(Clone, Debug)]
pub(crate) enum StatementSyntax {
    Assign { field: Ident, value: ValueSyntax },
    Decrement { field: Ident, amount: u64, span: Span },
    Perform { action: Ident, argument: Option<ArgumentSyntax> },
    Raise { post: bool, slot: Ident, event: Ident, argument: Option<ArgumentSyntax> },
}

/// A row, of `rows` or of `otherwise`.
#[derive(Clone, Debug)]
pub(crate) struct RowSyntax {
    pub(crate) docs: String,
    pub(crate) citations: Vec<CitationSyntax>,
    pub(crate) from: Vec<Ident>,
    pub(crate) events: Vec<EventSyntax>,
    pub(crate) guard: Vec<AtomSyntax>,
    pub(crate) policies: Vec<AtomSyntax>,
    pub(crate) to: Ident,
    pub(crate) body: Vec<StatementSyntax>,
    /// From the first state to the state behind the arrow.
    pub(crate) extent: Extent,
}

/// A row. Mistakes of its body are collected, and the row stands without them. Mistakes before the
/// body are collected too, one in each part of the row; then there is no row.
pub(super) fn row(input: ParseStream<'_>, errors: &mut Errors) -> Result<Option<RowSyntax>> {
    let Attributes { docs, others } = attributes(input)?;
    let citations = others
        .into_iter()
        .map(|attribute| CitationSyntax { texts: texts(&attribute), kind: attribute.name })
        .collect();
    let first = input.span();
    let trigger = part(input, errors, trigger);
    let guard = part(input, errors, |input| conditions(input, "if"));
    let policies = part(input, errors, |input| conditions(input, "under"));
    // A missing arrow is reported only where every part before it was read without a mistake, so
    // that one mistake is not reported twice.
    if !input.peek(Token![=>]) {
        let missed = input.error("expected `if`, `and`, `under` or `=>` here");
        return match trigger.is_some() && guard.is_some() && policies.is_some() {
            true => Err(missed),
            false => {
                if input.peek(syn::token::Brace) {
                    braced(input, errors)?;
                }
                Ok(None)
            }
        };
    }
    input.parse::<Token![=>]>()?;
    let to = word(input)?;
    let extent = Extent::new(first, to.span());
    if !input.peek(syn::token::Brace) {
        return Err(input.error("expected `{ … }`, with nothing in it if the row does nothing"));
    }
    let body = braced(input, errors)?;
    let (Some((from, events)), Some(guard), Some(policies)) = (trigger, guard, policies) else {
        return Ok(None);
    };
    Ok(Some(RowSyntax { docs, citations, from, events, guard, policies, to, body, extent }))
}

/// One part of a row before its body. A mistake in it is collected, and the rest of it is dropped:
/// up to `if`, `under`, `=>` or the body.
fn part<T>(
    input: ParseStream<'_>,
    errors: &mut Errors,
    parse: impl FnOnce(ParseStream<'_>) -> Result<T>,
) -> Option<T> {
    let found = errors.keep(parse(input));
    if found.is_none() {
        let begins = |input: ParseStream<'_>| {
            ["if", "under"].iter().any(|keyword| peek_word(input, keyword))
                || input.peek(Token![=>])
                || input.peek(syn::token::Brace)
        };
        while !input.is_empty() && !begins(input) && input.parse::<TokenTree>().is_ok() {}
    }
    found
}

/// `From | From + Event | Event`
fn trigger(input: ParseStream<'_>) -> Result<(Vec<Ident>, Vec<EventSyntax>)> {
    let from = alternatives(input, word)?;
    input.parse::<Token![+]>().map_err(|error| {
        syn::Error::new(
            error.span(),
            "expected `+` and an event: a row reads `From + Event if guard => To { … }`",
        )
    })?;
    Ok((from, alternatives(input, event)?))
}

fn texts(attribute: &super::AttributeSyntax) -> Vec<LitStr> {
    let parser = |input: ParseStream<'_>| {
        let content;
        syn::parenthesized!(content in input);
        whole(content, |content| {
            let mut texts = vec![content.parse::<LitStr>()?];
            while content.peek(Token![,]) {
                content.parse::<Token![,]>()?;
                texts.push(content.parse()?);
            }
            Ok(texts)
        })
    };
    parser.parse2(attribute.argument.clone()).unwrap_or_default()
}

fn is_binding(name: &Ident) -> bool {
    let name = name.to_string();
    name.starts_with(char::is_lowercase) && name != "true" && name != "false"
}

fn event(input: ParseStream<'_>) -> Result<EventSyntax> {
    let name = word(input)?;
    let mut payload = None;
    if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        payload = Some(whole(content, event_payload)?);
    }
    Ok(EventSyntax { name, payload })
}

fn event_payload(input: ParseStream<'_>) -> Result<PayloadSyntax> {
    if peek_word(input, "_") {
        word(input)?;
        return Ok(PayloadSyntax::default());
    }
    let mut binding = None;
    if input.cursor().ident().is_some_and(|(name, _)| is_binding(&name)) {
        binding = Some(word(input)?);
        if input.is_empty() {
            return Ok(PayloadSyntax { binding, values: Vec::new() });
        }
        input.parse::<Token![@]>()?;
    }
    Ok(PayloadSyntax { binding, values: alternatives(input, value)? })
}

fn conditions(input: ParseStream<'_>, keyword: &str) -> Result<Vec<AtomSyntax>> {
    if !peek_word(input, keyword) {
        return Ok(Vec::new());
    }
    word(input)?;
    let mut atoms = vec![atom(input)?];
    loop {
        if peek_word(input, "and") {
            word(input)?;
            atoms.push(atom(input)?);
        } else if input.peek(Token![&&]) {
            return Err(input.error("conditions are joined by `and`"));
        } else if input.peek(Token![||]) || peek_word(input, "or") {
            return Err(input.error(
                "a guard has no `or`: write `name(A | B)` for several values of one name, \
                 and two rows for anything else",
            ));
        } else {
            return Ok(atoms);
        }
    }
}

fn atom(input: ParseStream<'_>) -> Result<AtomSyntax> {
    if input.peek(Token![!]) || peek_word(input, "not") {
        return Err(input
            .error("a guard has no `not`: write `field != A`, `field == false` or `fact(false)`"));
    }
    let subject = word(input)?;
    if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        let values = whole(content, |content| alternatives(content, value))?;
        return Ok(AtomSyntax { subject, relation: Relation::Among, values });
    }
    let relation = relation(input, &subject)?;
    let values = alternatives(input, value)?;
    Ok(AtomSyntax { subject, relation, values })
}

fn relation(input: ParseStream<'_>, subject: &Ident) -> Result<Relation> {
    if input.peek(Token![==]) {
        input.parse::<Token![==]>().map(|_| Relation::Equal)
    } else if input.peek(Token![!=]) {
        input.parse::<Token![!=]>().map(|_| Relation::Differs)
    } else if input.peek(Token![<=]) {
        input.parse::<Token![<=]>().map(|_| Relation::AtMost)
    } else if input.peek(Token![>=]) {
        input.parse::<Token![>=]>().map(|_| Relation::AtLeast)
    } else if input.peek(Token![<]) {
        input.parse::<Token![<]>().map(|_| Relation::Less)
    } else if input.peek(Token![>]) {
        input.parse::<Token![>]>().map(|_| Relation::Greater)
    } else {
        Err(syn::Error::new(
            subject.span(),
            format!(
                "`{subject}` alone is no condition: write `{subject} == value` for memory, \
                 `{subject}(value)` for a fact or, after `under`, a policy"
            ),
        ))
    }
}

fn braced(input: ParseStream<'_>, errors: &mut Errors) -> Result<Vec<StatementSyntax>> {
    let content;
    syn::braced!(content in input);
    let mut found = Vec::new();
    super::items(&content, super::Mark::Separator(';'), errors, |input, _| {
        found.push(statement(input)?);
        Ok(())
    });
    drain(&content);
    Ok(found)
}

fn statement(input: ParseStream<'_>) -> Result<StatementSyntax> {
    let first = word(input)?;
    if (first == "raise" || first == "post") && input.cursor().ident().is_some() {
        let slot = word(input)?;
        input.parse::<Token![.]>().map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("write `{first} slot.Event`: the slot is the event's home"),
            )
        })?;
        let event = word(input)?;
        let argument = argument(input)?;
        return Ok(StatementSyntax::Raise { post: first == "post", slot, event, argument });
    }
    if input.peek(Token![-=]) {
        input.parse::<Token![-=]>()?;
        let amount: LitInt = input.parse()?;
        let span = amount.span();
        let amount = amount.base10_parse()?;
        return Ok(StatementSyntax::Decrement { field: first, amount, span });
    }
    if input.peek(Token![+=]) {
        return Err(input.error("memory counts down only: set it to a value, or write `-= 1`"));
    }
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        return Ok(StatementSyntax::Assign { field: first, value: value(input)? });
    }
    Ok(StatementSyntax::Perform { action: first, argument: argument(input)? })
}

fn argument(input: ParseStream<'_>) -> Result<Option<ArgumentSyntax>> {
    if !input.peek(syn::token::Paren) {
        return Ok(None);
    }
    let content;
    syn::parenthesized!(content in input);
    let value = whole(content, |content| {
        let argument = value(content)?;
        if content.peek(Token![,]) {
            return Err(content.error("at most one argument"));
        }
        Ok(argument)
    })?;
    Ok(Some(ArgumentSyntax { value }))
}
