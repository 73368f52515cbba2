//! Reads an emitted `step` back and follows it, arm by arm.

use super::draft::{Draft, Moment};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ImplItem, Item, Pat, Stmt, Token};

/// An arm of the match. `None` stands for a pattern that matches anything.
#[derive(Debug)]
struct Arm {
    states: Option<Vec<String>>,
    event: String,
    payloads: Option<Vec<String>>,
    /// `memory.field` and the values with which the guard holds.
    guard: Vec<(String, Vec<String>)>,
    row: usize,
}

/// The arms of a machine's function.
#[derive(Debug)]
pub(super) struct Step {
    arms: Vec<Arm>,
}

impl Step {
    /// Finds the function in everything that `table!` emits.
    pub(super) fn read(items: TokenStream, function: &str) -> Step {
        let file: syn::File = syn::parse2(items).expect("emitted items are Rust");
        let methods = file.items.iter().filter_map(|item| match item {
            Item::Impl(item) => Some(item.items.iter()),
            _ => None,
        });
        let step = methods.flatten().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == function => Some(method),
            _ => None,
        });
        let block = &step.expect("the function is there").block;
        let [Stmt::Expr(Expr::Match(matched), None)] = block.stmts.as_slice() else {
            panic!("the function is one match");
        };
        let arms = matched.arms.iter().filter(|arm| !matches!(arm.pat, Pat::Wild(_)));
        Step { arms: arms.map(|one| arm(&one.pat, &one.body)).collect() }
    }

    /// The row of the first arm that matches.
    pub(super) fn take(&self, draft: &Draft, moment: &Moment) -> Option<usize> {
        let state = format!("State{}", moment.state);
        let event = match moment.event {
            0 => "Settle".to_owned(),
            event => format!("Event{event}"),
        };
        let payload = draft.payload(moment.event).map(|kind| kind.value(moment.payload));
        let among = |values: &Option<Vec<String>>, value: &String| {
            values.as_ref().is_none_or(|values| values.contains(value))
        };
        let holds = |subject: &str, values: &[String]| {
            let index: usize = subject.rsplit('_').next().and_then(|index| index.parse().ok())?;
            let value = draft.subjects[index].kind.value(moment.values[index]);
            Some(values.contains(&value))
        };
        let matching = self.arms.iter().find(|arm| {
            among(&arm.states, &state)
                && arm.event == event
                && payload.as_ref().is_none_or(|payload| among(&arm.payloads, payload))
                && arm.guard.iter().all(|(subject, values)| holds(subject, values) == Some(true))
        });
        matching.map(|arm| arm.row)
    }
}

fn arm(pattern: &Pat, body: &Expr) -> Arm {
    let (pattern, guard) = match pattern {
        Pat::Guard(guarded) => (&*guarded.pat, conjunction(&guarded.guard)),
        plain => (plain, Vec::new()),
    };
    let Pat::Tuple(pair) = pattern else { panic!("not a pair: {}", pattern.to_token_stream()) };
    let [states, event] = [&pair.elems[0], &pair.elems[1]];
    let (event, payloads) = match event {
        Pat::TupleStruct(variant) => {
            let name = variant.path.segments.last().expect("a variant").ident.to_string();
            (vec![name], names(&variant.elems[0]))
        }
        plain => (names(plain).expect("an event"), None),
    };
    // `Some(&ROWS[3])`
    let body = body.to_token_stream().to_string();
    let digits: String = body.rsplit('[').next().into_iter().collect();
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let row = digits.parse().expect("the row's place");
    Arm { states: names(states), event: event.concat(), payloads, guard, row }
}

/// The last words of a pattern's alternatives; nothing for `_`.
fn names(pattern: &Pat) -> Option<Vec<String>> {
    match pattern {
        Pat::Wild(_) => None,
        Pat::Paren(inner) => names(&inner.pat),
        Pat::Or(alternatives) => {
            Some(alternatives.cases.iter().filter_map(names).flatten().collect())
        }
        plain => {
            let text = plain.to_token_stream().to_string();
            let word = text.rsplit("::").next().unwrap_or_default().trim();
            Some(vec![word.trim_end_matches("u8").to_owned()])
        }
    }
}

/// `matches!(memory.a, X | Y) && …`
fn conjunction(guard: &Expr) -> Vec<(String, Vec<String>)> {
    match guard {
        Expr::Binary(both) => [conjunction(&both.left), conjunction(&both.right)].concat(),
        Expr::Macro(test) => {
            let parser = |input: ParseStream<'_>| {
                let subject: Expr = input.parse()?;
                input.parse::<Token![,]>()?;
                Ok((subject, Pat::parse_multi(input)?))
            };
            let (subject, pattern) =
                parser.parse2(test.mac.tokens.clone()).expect("`matches!` of a field");
            let subject = subject.to_token_stream().to_string();
            vec![(subject, names(&pattern).expect("values"))]
        }
        // A condition that no value satisfies is written `false`.
        Expr::Lit(_) => vec![("never".to_owned(), Vec::new())],
        other => panic!("not a test: {}", other.to_token_stream()),
    }
}
