//! `alphabet! { … }` as written.

use super::{
    Mark, ValueSyntax, alternatives, block, docs, expect_word, items, name, peek_word, value,
    whole, word,
};
use crate::errors::{Errors, nearest, proposal};
use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{LitInt, LitStr, Result, Token};

/// A name with its documentation.
#[derive(Clone, Debug)]
pub(crate) struct NamedSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
}

/// `pub enum Duplex { Full, Half }`, or `pub enum Reason => alert: Alert { TooLong => Overflow }`
#[derive(Clone, Debug)]
pub(crate) struct EnumSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) mapping: Option<MappingSyntax>,
    pub(crate) variants: Vec<NamedSyntax>,
    /// The values behind the variants, each with the variant's name.
    pub(crate) values: Vec<(Ident, ValueSyntax)>,
}

/// `=> alert: Alert`: what the variants map to.
#[derive(Clone, Debug)]
pub(crate) struct MappingSyntax {
    pub(crate) name: Ident,
    pub(crate) domain: Ident,
}

/// An event or an action: `KeyUpdate(KeyUpdateRequest)`
#[derive(Clone, Debug)]
pub(crate) struct SignalSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) payload: Option<Ident>,
}

/// `HandshakeMessage = ClientHello | ServerHello;`
#[derive(Clone, Debug)]
pub(crate) struct GroupSyntax {
    pub(crate) name: Ident,
    pub(crate) events: Vec<Ident>,
}

/// The type of a field.
#[derive(Clone, Debug)]
pub(crate) enum TypeSyntax {
    Named(Ident),
    Range { low: u64, high: u64, span: Span },
}

/// A field of the memory, a fact or a policy. Only memory has a start value and a writer; only
/// facts may have a half that answers them.
#[derive(Clone, Debug)]
pub(crate) struct FieldSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) domain: TypeSyntax,
    pub(crate) initial: Option<ValueSyntax>,
    pub(crate) writer: Option<Ident>,
    pub(crate) half: Option<Ident>,
}

/// `HYALINE { duplex: Full }`
#[derive(Clone, Debug)]
pub(crate) struct ProfileSyntax {
    pub(crate) docs: String,
    pub(crate) name: Ident,
    pub(crate) values: Vec<(Ident, ValueSyntax)>,
}

/// `"RFC 5321" ["4.1", "4.2"]`: a document that rows cite, and its sections.
#[derive(Clone, Debug)]
pub(crate) struct DocumentSyntax {
    pub(crate) name: LitStr,
    pub(crate) sections: Vec<LitStr>,
}

/// Everything that `alphabet!` declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlphabetSyntax {
    pub(crate) documents: Vec<DocumentSyntax>,
    pub(crate) enums: Vec<EnumSyntax>,
    pub(crate) labels: Vec<NamedSyntax>,
    pub(crate) events: Vec<SignalSyntax>,
    pub(crate) groups: Vec<GroupSyntax>,
    pub(crate) actions: Vec<SignalSyntax>,
    pub(crate) memory: Vec<FieldSyntax>,
    pub(crate) facts: Vec<FieldSyntax>,
    pub(crate) policy: Vec<FieldSyntax>,
    pub(crate) profiles: Vec<ProfileSyntax>,
}

const SECTIONS: [&str; 10] = [
    "documents",
    "enums",
    "labels",
    "events",
    "groups",
    "actions",
    "memory",
    "facts",
    "policy",
    "profiles",
];

impl AlphabetSyntax {
    /// Reads as much as can be read.
    pub(crate) fn parse(input: ParseStream<'_>, errors: &mut Errors) -> AlphabetSyntax {
        let mut alphabet = AlphabetSyntax::default();
        items(input, Mark::Braces, errors, |input, errors| alphabet.section(input, errors));
        alphabet
    }

    fn section(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> Result<()> {
        let section = section(input, &SECTIONS, "alphabet", errors)?;
        let comma = Mark::Separator(',');
        match section.as_str() {
            "enums" => block(input, Mark::Braces, errors, |input, errors| {
                self.enums.push(value_enum(input, errors)?);
                Ok(())
            }),
            "labels" => block(input, comma, errors, |input, _| {
                self.labels.push(named(input)?);
                Ok(())
            }),
            "documents" => block(input, comma, errors, |input, _| {
                self.documents.push(document(input)?);
                Ok(())
            }),
            "events" => block(input, comma, errors, |input, _| {
                self.events.push(signal(input)?);
                Ok(())
            }),
            "groups" => block(input, Mark::Separator(';'), errors, |input, _| {
                self.groups.push(group(input)?);
                Ok(())
            }),
            "actions" => block(input, comma, errors, |input, _| {
                self.actions.push(signal(input)?);
                Ok(())
            }),
            "memory" => block(input, comma, errors, |input, _| {
                self.memory.push(memory_field(input)?);
                Ok(())
            }),
            "facts" => block(input, comma, errors, |input, _| {
                self.facts.push(fact(input)?);
                Ok(())
            }),
            "policy" => block(input, comma, errors, |input, _| {
                self.policy.push(field(input)?);
                Ok(())
            }),
            "profiles" => block(input, Mark::Braces, errors, |input, errors| {
                self.profiles.push(profile(input, errors)?);
                Ok(())
            }),
            _ => Ok(()),
        }
    }
}

/// The name of a section; for a misspelt one, which is reported, the name that is meant.
pub(super) fn section(
    input: ParseStream<'_>,
    known: &[&str],
    place: &str,
    errors: &mut Errors,
) -> Result<String> {
    let written = word(input)?;
    let name = written.to_string();
    if known.contains(&name.as_str()) {
        return Ok(name);
    }
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    let beginning = format!("no section `{name}` in `{place}!`");
    let mistake = syn::Error::new(written.span(), proposal(&beginning, &name, &known));
    match nearest(&name, &known) {
        Some(meant) => {
            errors.push(mistake);
            Ok(meant.clone())
        }
        None => Err(mistake),
    }
}

fn document(input: ParseStream<'_>) -> Result<DocumentSyntax> {
    let how = "write a document as `\"RFC 5321\" [\"4.1\", \"4.2\"]`";
    docs(input)?;
    let name = input.parse().map_err(|error| syn::Error::new(error.span(), how))?;
    if !input.peek(syn::token::Bracket) {
        return Err(input.error(how));
    }
    let content;
    syn::bracketed!(content in input);
    let sections = whole(content, |content| {
        let mut sections = Vec::new();
        while !content.is_empty() {
            sections.push(content.parse().map_err(|error| syn::Error::new(error.span(), how))?);
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(sections)
    })?;
    Ok(DocumentSyntax { name, sections })
}

fn named(input: ParseStream<'_>) -> Result<NamedSyntax> {
    Ok(NamedSyntax { docs: docs(input)?, name: name(input)? })
}

fn value_enum(input: ParseStream<'_>, errors: &mut Errors) -> Result<EnumSyntax> {
    let docs = docs(input)?;
    input.parse::<Token![pub]>().map_err(|error| {
        syn::Error::new(error.span(), "expected `pub enum`: the alphabet's enums are public")
    })?;
    input.parse::<Token![enum]>()?;
    let name = name(input)?;
    let mapping = mapping(input)?;
    let (mut variants, mut values) = (Vec::new(), Vec::new());
    block(input, Mark::Separator(','), errors, |input, _| {
        let variant = named(input)?;
        if input.peek(syn::token::Paren) || input.peek(syn::token::Brace) {
            return Err(input.error("a value carries nothing: write plain variants"));
        }
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
            values.push((variant.name.clone(), value(input)?));
        }
        variants.push(variant);
        Ok(())
    })?;
    Ok(EnumSyntax { docs, name, mapping, variants, values })
}

fn mapping(input: ParseStream<'_>) -> Result<Option<MappingSyntax>> {
    if !input.peek(Token![=>]) {
        return Ok(None);
    }
    input.parse::<Token![=>]>()?;
    let name = name(input)?;
    input.parse::<Token![:]>()?;
    Ok(Some(MappingSyntax { name, domain: word(input)? }))
}

fn signal(input: ParseStream<'_>) -> Result<SignalSyntax> {
    let docs = docs(input)?;
    let name = name(input)?;
    let mut payload = None;
    if input.peek(syn::token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        payload = Some(whole(content, |content| {
            let payload = word(content)?;
            if content.peek(Token![,]) {
                return Err(content.error("at most one payload: join the two in one enum"));
            }
            Ok(payload)
        })?);
    }
    Ok(SignalSyntax { docs, name, payload })
}

fn group(input: ParseStream<'_>) -> Result<GroupSyntax> {
    docs(input)?;
    let name = name(input)?;
    input.parse::<Token![=]>()?;
    Ok(GroupSyntax { name, events: alternatives(input, word)? })
}

fn field(input: ParseStream<'_>) -> Result<FieldSyntax> {
    let docs = docs(input)?;
    let name = name(input)?;
    input.parse::<Token![:]>()?;
    let domain = domain(input)?;
    Ok(FieldSyntax { docs, name, domain, initial: None, writer: None, half: None })
}

/// `outbox: Outbox by sending`; the half is left out where the table has none.
fn fact(input: ParseStream<'_>) -> Result<FieldSyntax> {
    let mut fact = field(input)?;
    if peek_word(input, "by") {
        word(input)?;
        fact.half = Some(word(input)?);
    }
    Ok(fact)
}

fn memory_field(input: ParseStream<'_>) -> Result<FieldSyntax> {
    let mut field = field(input)?;
    if !input.peek(Token![=]) {
        return Err(input.error(format!(
            "memory starts with a value: write `{}: type = value by slot`",
            field.name
        )));
    }
    input.parse::<Token![=]>()?;
    field.initial = Some(value(input)?);
    expect_word(input, "by").map_err(|error| {
        syn::Error::new(
            error.span(),
            format!("`{}` needs its one writer: write `by` and the slot's name", field.name),
        )
    })?;
    field.writer = Some(word(input)?);
    Ok(field)
}

fn domain(input: ParseStream<'_>) -> Result<TypeSyntax> {
    if !input.peek(LitInt) {
        return Ok(TypeSyntax::Named(word(input)?));
    }
    let low: LitInt = input.parse()?;
    input.parse::<Token![..=]>()?;
    let high: LitInt = input.parse()?;
    Ok(TypeSyntax::Range { low: low.base10_parse()?, high: high.base10_parse()?, span: low.span() })
}

fn profile(input: ParseStream<'_>, errors: &mut Errors) -> Result<ProfileSyntax> {
    let docs = docs(input)?;
    let name = name(input)?;
    let mut values = Vec::new();
    block(input, Mark::Separator(','), errors, |input, _| {
        let policy = word(input)?;
        input.parse::<Token![:]>()?;
        values.push((policy, value(input)?));
        Ok(())
    })?;
    Ok(ProfileSyntax { docs, name, values })
}
