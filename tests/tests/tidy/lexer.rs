//! Tells code from prose in Rust source text.

use std::ops::Range;

use proc_macro2::{LexError, TokenStream, TokenTree};

/// Splits `text` into its code and its prose.
///
/// Both have a byte for each byte of `text`, so that offsets agree: what belongs to the other is
/// spaces, line ends stay. Prose is what stands in comments and between the quotes of
/// string literals; the quotes themselves and character literals are code.
///
/// # Errors
///
/// The text does not consist of Rust's tokens.
pub(crate) fn separate(text: &str) -> Result<(String, String), LexError> {
    let mut code = Vec::new();
    code_of(text.parse()?, text, &mut code);
    // What no token covers is a comment, or white space.
    let mut prose = Vec::new();
    let mut end = 0;
    for range in &code {
        prose.push(end..range.start);
        end = range.end;
    }
    prose.push(end..text.len());
    // Every span of this text has been read.
    proc_macro2::extra::invalidate_current_thread_spans();
    Ok((blanked_but(text, &code), blanked_but(text, &prose)))
}

/// The places of the code among these tokens, in order.
fn code_of(tokens: TokenStream, text: &str, places: &mut Vec<Range<usize>>) {
    for token in tokens {
        let place = token.span().byte_range();
        let written = text.get(place.clone()).unwrap_or_default();
        // The tokens of the attribute that a documentation comment becomes.
        if written.starts_with("//") || written.starts_with("/*") {
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                places.push(group.span_open().byte_range());
                code_of(group.stream(), text, places);
                places.push(group.span_close().byte_range());
            }
            TokenTree::Literal(_) if !written.trim_start_matches('b').starts_with('\'') => {
                // Between the quotes of a string is prose; a number has none.
                let opening = written.find('"').map_or(written.len(), |quote| quote + 1);
                let closing = written.rfind('"').unwrap_or(written.len());
                places.push(place.start..place.start + opening);
                places.push(place.start + closing..place.end);
            }
            _ => places.push(place),
        }
    }
}

/// The text with everything but line ends and what stands in these places as spaces.
fn blanked_but(text: &str, places: &[Range<usize>]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut places = places.iter().peekable();
    for (offset, next) in text.char_indices() {
        while places.next_if(|place| place.end <= offset).is_some() {}
        if next == '\n' || places.peek().is_some_and(|place| place.contains(&offset)) {
            blanked.push(next);
        } else {
            blanked.push_str(&" ".repeat(next.len_utf8()));
        }
    }
    blanked
}

/// The words of code that can be identifiers or keywords, each with the offset of its first byte.
pub(crate) fn identifiers(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (offset, next) in code.char_indices().chain([(code.len(), ' ')]) {
        let continues = next.is_alphanumeric() || next == '_';
        match (start, continues) {
            (None, true) => start = Some(offset),
            (Some(begin), false) => {
                let word = code.get(begin..offset).unwrap_or_default();
                if !word.starts_with(|first: char| first.is_ascii_digit()) {
                    found.push((begin, word));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn comments_and_strings_are_prose_and_the_rest_is_code() {
    let text = "let a = \"b // c\"; // d 'é\nf('\"', b'\"', '\\'', &'g h) /* i /* j */ k */ l\n\
                //! m\n/// n\"\n#[o = \"p\"] /** q */ r(1.5e3, \"é'\\\"'\")";
    let (code, prose) = separate(text).unwrap();
    let words = |text| identifiers(text).into_iter().map(|(_, word)| word).collect::<Vec<&str>>();
    assert_eq!(words(code.as_str()), ["let", "a", "f", "b", "g", "h", "l", "o", "r"]);
    assert_eq!(words(prose.as_str()), ["b", "c", "d", "é", "i", "j", "k", "m", "n", "p", "q", "é"]);
    assert_eq!((code.len(), prose.len()), (text.len(), text.len()));
}

#[test]
fn raw_strings_end_at_their_own_quote() {
    let text = r###"a(r#"b " c"#, br"d\", e, "f\"g", for_r, "h")"###;
    let (code, prose) = separate(text).unwrap();
    assert_eq!(
        prose.split_whitespace().collect::<Vec<_>>(),
        ["b", "\"", "c", "d\\", "f\\\"g", "h"]
    );
    assert!(code.contains("a(r#\"") && code.contains("for_r"));
}

#[test]
fn what_is_no_rust_is_an_error() {
    assert!(separate("fn f() { \"open").is_err());
    assert!(separate("fn f( }").is_err());
}
