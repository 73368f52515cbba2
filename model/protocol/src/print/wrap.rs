//! Text in lines of a given width. The reports of `hyaline-check` are broken by it too.

/// The text in lines of at most `width` columns, broken between words; a word that is longer than a
/// line is broken too. There is at least one line.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let columns = word.chars().count();
        if used > 0 && used + 1 + columns > width {
            lines.push(String::new());
            used = 0;
        } else if used > 0 {
            push(&mut lines, " ");
            used += 1;
        }
        for next in word.chars() {
            if used == width {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, next.encode_utf8(&mut [0; 4]));
            used += 1;
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

/// A paragraph: the first line begins with `first`, all others with as many blanks.
pub fn paragraph(first: &str, text: &str, width: usize) -> String {
    let indent = first.chars().count();
    let mut lines = String::new();
    for (number, line) in wrapped(text, width.saturating_sub(indent)).into_iter().enumerate() {
        let begin = if number == 0 { first.to_owned() } else { " ".repeat(indent) };
        lines.push_str(format!("{begin}{line}").trim_end());
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be_and_no_word_is_lost() {
        let text = "the quick brown fox jumps over the lazy dog, unextraordinarily";
        for width in 1..30 {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{lines:?}");
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&lines.concat()), letters(text));
        }
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn the_lines_of_a_paragraph_stand_below_its_first_word() {
        assert_eq!(paragraph("- ", "one two three", 9), "- one two\n  three\n");
    }
}
