//! Traces as a sequence diagram of Mermaid, for documents that draw such diagrams themselves.

use std::fmt::Write;

use crate::answer::{EndAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict};

/// The first pair of programs that fails, or else one that has a trace, or a note that none has.
pub(super) fn mermaid(answer: &ProtocolAnswer) -> String {
    let [first, second] = answer.ends;
    let mut text = format!("sequenceDiagram\n    participant {first}\n    participant {second}\n");
    let traced = || answer.pairs.iter().filter(|pair| !pair.trace.is_empty());
    let fails = traced().find(|pair| pair.verdict == ProtocolVerdict::Fails);
    let pair = fails.or(traced().next());
    match (pair.or(answer.pairs.first()), &answer.every) {
        (Some(pair), _) => text.push_str(&of_pair(answer, pair)),
        (None, Some(every)) => text.push_str(&over_both(answer, &every.headline)),
        (None, None) => text.push_str(&over_both(answer, "no programs")),
    }
    text
}

fn over_both(answer: &ProtocolAnswer, words: &str) -> String {
    let [first, second] = answer.ends;
    format!("    Note over {first},{second}: {}\n", escaped(words))
}

fn of_pair(answer: &ProtocolAnswer, pair: &PairAnswer) -> String {
    let [first, second] = answer.ends;
    let mut text = over_both(answer, &pair.headline);
    for step in &pair.trace {
        let (own, peer) = if step.end == 0 { (first, second) } else { (second, first) };
        if let Some(message) = &step.arrives {
            let arrow = if step.is_lost { "-x" } else { "->>" };
            let _ = writeln!(text, "    {peer}{arrow}{own}: {}", escaped(message));
        }
        if !step.is_lost {
            let place = if step.end == 0 { "left" } else { "right" };
            let _ = writeln!(text, "    Note {place} of {own}: {}", escaped(&step.does));
        }
    }
    for EndAnswer { end, at, .. } in &pair.because {
        let place = if *end == first { "left" } else { "right" };
        let _ = writeln!(text, "    Note {place} of {end}: {}", escaped(at));
    }
    text
}

/// Words as Mermaid takes them: a `;` ends a statement there, and a `#` begins the name of a
/// character.
pub fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for next in words.chars() {
        match next {
            '#' => escaped.push_str("#35;"),
            ';' => escaped.push_str("#59;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_mermaid_would_take_for_its_own_is_escaped() {
        assert_eq!(escaped("a; b"), "a#59; b");
        assert_eq!(escaped("no #1"), "no #35;1");
    }
}
