//! A trace as a sequence diagram of Mermaid, for documents that draw such diagrams themselves.

use std::fmt::Write;

use hyaline_protocol::print::mermaid::escaped;

use crate::report::sequence::{Sequence, SequenceStep, Way};
use crate::side::Side;

/// Draws a sequence, below a headline: an arrow for what arrives, a note for what an end does. The
/// steps of the handshake are folded to one note, unless they are to be shown.
pub fn mermaid(sequence: &Sequence, headline: &str, shows_handshake: bool) -> String {
    let mut text = "sequenceDiagram\n    participant client\n    participant server\n".to_owned();
    let mut over_both = |words: &str| {
        let _ = writeln!(text, "    Note over client,server: {}", escaped(words));
    };
    over_both(headline);
    let folded = sequence.folded_steps(shows_handshake);
    if folded > 0 {
        over_both(&format!("steps 1 to {folded}: the handshake"));
    }
    for step in sequence.steps.iter().skip(folded) {
        text.push_str(&of_step(step));
    }
    for side in Side::ALL {
        note(&mut text, side, &sequence.last_words(side));
    }
    text
}

fn of_step(step: &SequenceStep) -> String {
    let mut text = String::new();
    if let Some(passage) = &step.passage {
        let (side, peer) = (passage.side, passage.side.peer());
        let arrow = match passage.way {
            Way::Deliver | Way::Exchange => Some("->>"),
            Way::Reset => Some("-x"),
            Way::Transmit | Way::Receive => None,
        };
        if let Some(arrow) = arrow {
            let _ = writeln!(text, "    {side}{arrow}{peer}: {}", escaped(&passage.what));
        }
    }
    for side in Side::ALL {
        let words = step.ends.of(side);
        // What arrives has its arrow.
        if !words.starts_with('[') || step.passage.is_none() {
            note(&mut text, side, words);
        }
    }
    text
}

fn note(text: &mut String, side: Side, words: &str) {
    let place = match side {
        Side::Client => "left of client",
        Side::Server => "right of server",
    };
    if !words.is_empty() {
        let _ = writeln!(text, "    Note {place}: {}", escaped(words));
    }
}
