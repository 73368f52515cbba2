//! Mistakes, collected so that one compile reports all of them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

/// A stretch of the user's source, from the first to the last of its tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    first: Span,
    last: Span,
}

impl Extent {
    pub(crate) fn new(first: Span, last: Span) -> Extent {
        Extent { first, last }
    }

    /// Its first token's place.
    pub(crate) fn first(&self) -> Span {
        self.first
    }
}

impl From<Span> for Extent {
    fn from(span: Span) -> Extent {
        Extent { first: span, last: span }
    }
}

impl From<&Ident> for Extent {
    fn from(name: &Ident) -> Extent {
        name.span().into()
    }
}

impl From<&Extent> for Extent {
    fn from(extent: &Extent) -> Extent {
        *extent
    }
}

impl ToTokens for Extent {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Ident::new("first", self.first).to_tokens(tokens);
        Ident::new("last", self.last).to_tokens(tokens);
    }
}

/// All mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    pub(crate) fn new() -> Errors {
        Errors::default()
    }

    /// Reports `message` at a place in the user's source.
    pub(crate) fn at(&mut self, place: impl Into<Extent>, message: impl std::fmt::Display) {
        self.found.push(syn::Error::new_spanned(place.into(), message));
    }

    pub(crate) fn append(&mut self, mut others: Errors) {
        self.found.append(&mut others.found);
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// Keeps the value of a result; a failure is collected.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(error);
                None
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// What is said of each mistake.
    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<String> {
        self.found.iter().map(ToString::to_string).collect()
    }

    /// One `compile_error!` for each mistake.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }
}

/// The mistake "no such name", with the nearest declared name as a proposal.
pub(crate) fn unknown<'a>(
    what: &str,
    name: &Ident,
    declared: impl IntoIterator<Item = &'a Ident>,
) -> syn::Error {
    let declared: Vec<String> = declared.into_iter().map(ToString::to_string).collect();
    let beginning = format!("no {what} `{name}`");
    syn::Error::new(name.span(), proposal(&beginning, &name.to_string(), &declared))
}

/// A mistake about a name, ending in what may be meant instead.
pub(crate) fn proposal(beginning: &str, name: &str, declared: &[String]) -> String {
    match nearest(name, declared) {
        Some(near) => format!("{beginning}; did you mean `{near}`?"),
        None if declared.is_empty() => format!("{beginning}: none is declared"),
        None if declared.len() <= 12 => format!("{beginning}; known: {}", list(declared)),
        None => format!("{beginning} is declared"),
    }
}

/// The declared name that a misspelt one most likely stands for.
pub(crate) fn nearest<'a>(name: &str, declared: &'a [String]) -> Option<&'a String> {
    let limit = (name.chars().count() / 3).max(1);
    declared
        .iter()
        .map(|candidate| (distance(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` `A`, `B` and `C` ``
pub(crate) fn list<T: std::fmt::Display>(names: &[T]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// How many letters are left out, added, replaced or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    let at = |rows: &[Vec<usize>], row: usize, column: usize| -> usize {
        rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(usize::MAX / 2)
    };
    for (row, one) in left.iter().enumerate() {
        rows.push(vec![row + 1]);
        for (column, other) in right.iter().enumerate() {
            let replaced = at(&rows, row, column) + usize::from(one != other);
            let changed = (at(&rows, row, column + 1) + 1).min(at(&rows, row + 1, column) + 1);
            let before = |letters: &[char], place: usize| {
                place.checked_sub(1).and_then(|place| letters.get(place).copied())
            };
            let swapped =
                before(&left, row) == Some(*other) && before(&right, column) == Some(*one);
            let swap = match swapped {
                true => at(&rows, row - 1, column - 1) + 1,
                false => usize::MAX,
            };
            if let Some(current) = rows.last_mut() {
                current.push(replaced.min(changed).min(swap));
            }
        }
    }
    at(&rows, left.len(), right.len())
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn distance_counts_changed_and_swapped_letters() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("level", "level"), 0);
        assert_eq!(distance("level", "levle"), 1);
        assert_eq!(distance("rfc", "rcf"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn nothing_is_near_to_another_word() {
        let declared = ["Low".to_owned(), "High".to_owned()];
        assert_eq!(nearest("Hihg", &declared), declared.last());
        assert_eq!(nearest("Empty", &declared), None);
    }
}
