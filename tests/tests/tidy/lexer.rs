//! Tells code from prose in Rust source text: enough of a lexer for the rules here.

/// Splits `text` into its code and its prose.
///
/// Both have a byte for each byte of `text`, so that offsets agree: what belongs to the other is
/// spaces, line ends stay. Prose is what stands in comments and between the quotes of
/// string literals; the quotes themselves and character literals are code.
pub(crate) fn separate(text: &str) -> (String, String) {
    let mut lexer = Lexer {
        rest: text.chars().collect(),
        at: 0,
        code: String::with_capacity(text.len()),
        prose: String::with_capacity(text.len()),
    };
    lexer.run();
    (lexer.code, lexer.prose)
}

struct Lexer {
    rest: Vec<char>,
    at: usize,
    code: String,
    prose: String,
}

impl Lexer {
    fn run(&mut self) {
        while let Some(next) = self.peek(0) {
            match next {
                '/' if self.peek(1) == Some('/') => self.line_comment(),
                '/' if self.peek(1) == Some('*') => self.block_comment(),
                '"' => self.string(),
                '\'' => self.character_or_lifetime(),
                'r' if !self.after_word() && self.raw_hashes(1).is_some() => self.raw_string(1),
                'b' | 'c' if !self.after_word() && self.peek(1) == Some('r') => {
                    if self.raw_hashes(2).is_some() {
                        self.raw_string(2);
                    } else {
                        self.code(1);
                    }
                }
                _ => self.code(1),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    /// Is the character before this one part of an identifier?
    fn after_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.rest.get(before));
        before.is_some_and(|before| before.is_alphanumeric() || *before == '_')
    }

    fn code(&mut self, count: usize) {
        self.take(count, true);
    }

    fn prose(&mut self, count: usize) {
        self.take(count, false);
    }

    fn take(&mut self, count: usize, is_code: bool) {
        for _ in 0..count {
            let Some(next) = self.peek(0) else { return };
            let (kept, blanked) = if is_code {
                (&mut self.code, &mut self.prose)
            } else {
                (&mut self.prose, &mut self.code)
            };
            kept.push(next);
            let blank = if next == '\n' { "\n" } else { " " };
            blanked.push_str(&blank.repeat(next.len_utf8()));
            self.at += 1;
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|next| next != '\n') {
            self.prose(1);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_u32;
        while let Some(next) = self.peek(0) {
            match (next, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.prose(2);
                }
                ('*', Some('/')) => {
                    depth = depth.saturating_sub(1);
                    self.prose(2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.prose(1),
            }
        }
    }

    fn string(&mut self) {
        self.code(1);
        while let Some(next) = self.peek(0) {
            match next {
                '\\' => self.prose(2),
                '"' => return self.code(1),
                _ => self.prose(1),
            }
        }
    }

    /// How many `#` stand between `r` and the quote, if this begins a raw string.
    fn raw_hashes(&self, prefix: usize) -> Option<usize> {
        let hashes = (0..).take_while(|ahead| self.peek(prefix + ahead) == Some('#')).count();
        (self.peek(prefix + hashes) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self, prefix: usize) {
        let hashes = self.raw_hashes(prefix).unwrap_or(0);
        self.code(prefix + hashes + 1);
        while let Some(next) = self.peek(0) {
            let ends = next == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if ends {
                return self.code(1 + hashes);
            }
            self.prose(1);
        }
    }

    fn character_or_lifetime(&mut self) {
        match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                self.code(3);
                while self.peek(0).is_some_and(|next| next != '\'' && next != '\n') {
                    self.code(1);
                }
                self.code(1);
            }
            (Some(_), Some('\'')) => self.code(3),
            _ => self.code(1),
        }
    }
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
    let text = "let a = \"b // c\"; // d 'é\nf('\"', '\\'', &'g h) /* i /* j */ k */ l";
    let (code, prose) = separate(text);
    let words = |text| identifiers(text).into_iter().map(|(_, word)| word).collect::<Vec<&str>>();
    assert_eq!(words(code.as_str()), ["let", "a", "f", "g", "h", "l"]);
    assert_eq!(words(prose.as_str()), ["b", "c", "d", "é", "i", "j", "k"]);
    assert_eq!((code.len(), prose.len()), (text.len(), text.len()));
}

#[test]
fn raw_strings_end_at_their_own_quote() {
    let (code, prose) = separate(r###"a(r#"b " c"#, br"d\", e"f\"g", for_r"h")"###);
    assert_eq!(
        prose.split_whitespace().collect::<Vec<_>>(),
        ["b", "\"", "c", "d\\", "f\\\"g", "h"]
    );
    assert!(code.contains("a(r#\"") && code.contains("for_r\""));
}
