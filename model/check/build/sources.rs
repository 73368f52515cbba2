//! The fingerprint of the world: a hash of the sources that a verdict depends on beside the table.
//! Whatever changes a token of their code changes the fingerprint; comments, white space and tests
//! do not.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use hmac_sha256::Hash;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What is hashed, from the root of the package: how rows run, the programs, the transport, the
/// endpoints, the judgement, the question that a scenario asks, and the world without bounds. How
/// a bounded world is searched, and what is printed of it, does not count.
pub(crate) const WORLD: [&str; 13] = [
    "../src/turn",
    "../src/turn.rs",
    "src/ends",
    "src/interpret",
    "src/judgement",
    "src/programs",
    "src/search/bounds.rs",
    "src/search/endpoints.rs",
    "src/search/profile.rs",
    "src/search/scenario.rs",
    "src/side.rs",
    "src/unbounded",
    "src/world",
];

/// What stands for the fingerprint where a source is missing.
pub(crate) const UNKNOWN: &str = "unknown outside of the repository";

/// How many bytes of the digest are kept: as many as of the table's.
const KEPT: usize = 16;

/// Whether all sources are there.
pub(crate) fn is_whole(package: &Path) -> bool {
    WORLD.iter().all(|path| package.join(path).exists())
}

/// Hexadecimal digits of SHA-256 over the sources of the world.
///
/// # Errors
///
/// If a source cannot be read, or is no Rust.
pub(crate) fn fingerprint(package: &Path) -> Result<String, Box<dyn Error>> {
    let mut hash = Hash::new();
    for path in files(package)? {
        let below = path.strip_prefix(package)?.to_string_lossy().replace('\\', "/");
        let code =
            code(&fs::read_to_string(&path)?).map_err(|error| format!("{below}: {error}"))?;
        // Without the length, two lists of files whose texts are the same when joined would have
        // one hash.
        hash.update(format!("{below} {}\n", code.len()));
        hash.update(code);
    }
    let mut digits = String::new();
    for byte in hash.finalize().iter().take(KEPT) {
        write!(digits, "{byte:02x}")?;
    }
    Ok(digits)
}

/// The sources of the world, sorted by path, without those that hold tests alone.
fn files(package: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut todo: Vec<PathBuf> = WORLD.iter().map(|path| package.join(path)).collect();
    let mut files = Vec::new();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                todo.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_stem().is_some_and(|name| name != "tests")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The tokens of a source, one a line, without comments and tests.
///
/// # Errors
///
/// If the text is no Rust.
pub(crate) fn code(text: &str) -> Result<String, proc_macro2::LexError> {
    let mut lines = String::new();
    add(text.parse()?, &mut lines);
    Ok(lines)
}

fn add(tokens: TokenStream, lines: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_punctuation(&token, '#') {
            let inner = tokens.next_if(|next| is_punctuation(next, '!')).is_some();
            let attribute = tokens.peek().map(ToString::to_string).unwrap_or_default();
            let attribute: String = attribute.split_whitespace().collect();
            // A doc comment reaches the tokens as an attribute.
            if attribute.starts_with("[doc=") {
                tokens.next();
                continue;
            }
            if attribute == "[cfg(test)]" {
                // The attribute, and the item behind it: up to its end or its body.
                let ends = |next: &TokenTree| {
                    is_punctuation(next, ';')
                        || matches!(next, TokenTree::Group(group)
                            if group.delimiter() == Delimiter::Brace)
                };
                tokens.find(ends);
                continue;
            }
            lines.push_str(if inner { "#!\n" } else { "#\n" });
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(\n", ")\n"),
                    Delimiter::Brace => ("{\n", "}\n"),
                    Delimiter::Bracket => ("[\n", "]\n"),
                    Delimiter::None => ("", ""),
                };
                lines.push_str(open);
                add(group.stream(), lines);
                lines.push_str(close);
            }
            other => {
                lines.push_str(&other.to_string());
                lines.push('\n');
            }
        }
    }
}

fn is_punctuation(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}
