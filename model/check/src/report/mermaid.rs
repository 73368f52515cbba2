//! A trace as a sequence diagram of Mermaid, for documents that draw such diagrams themselves.

use std::fmt::Write;

use hyaline_protocol::print::mermaid::escaped;

use crate::report::lanes::{InLanes, LaneEvent, Lanes};
use crate::report::sequence::{SequenceStep, Way};
use crate::side::Side;

/// Draws a trace, below a headline: an arrow for what arrives, a note for what an end does. The
/// steps of handshakes are folded to notes, unless they are to be shown.
pub fn mermaid(trace: &impl InLanes, headline: &str, shows_handshake: bool) -> String {
    let lanes = trace.lanes(shows_handshake);
    let mut text = "sequenceDiagram\n".to_owned();
    for name in &lanes.names {
        let _ = writeln!(text, "    participant {name}");
    }
    over_all(&mut text, &lanes, headline);
    for line in &lanes.lines {
        match line.event {
            LaneEvent::Handshake(first, last) => {
                over_all(&mut text, &lanes, &lanes.handshake_in_words(first, last));
            }
            LaneEvent::Taken(connection, step) => {
                text.push_str(&of_step(&lanes, connection, step));
            }
        }
    }
    for (lane, words) in lanes.last_words().iter().enumerate() {
        note(&mut text, &lanes, lane, words);
    }
    text
}

fn of_step(lanes: &Lanes<'_>, connection: usize, step: &SequenceStep) -> String {
    let mut text = String::new();
    let name = |side| lanes.names.get(Lanes::lane(connection, side)).copied().unwrap_or_default();
    if let Some(passage) = &step.passage {
        let (own, peer) = (name(passage.side), name(passage.side.peer()));
        let arrow = match passage.way {
            Way::Deliver | Way::Exchange => Some("->>"),
            Way::Reset => Some("-x"),
            Way::Transmit | Way::Receive => None,
        };
        if let Some(arrow) = arrow {
            let _ = writeln!(text, "    {own}{arrow}{peer}: {}", escaped(&passage.what));
        }
    }
    for side in Side::ALL {
        let words = step.ends.of(side);
        // What arrives has its arrow.
        if !words.starts_with('[') || step.passage.is_none() {
            let words = lanes.marked(connection, side, words);
            note(&mut text, lanes, Lanes::lane(connection, side), &words);
        }
    }
    text
}

fn over_all(text: &mut String, lanes: &Lanes<'_>, words: &str) {
    if let (Some(first), Some(last)) = (lanes.names.first(), lanes.names.last()) {
        let _ = writeln!(text, "    Note over {first},{last}: {}", escaped(words));
    }
}

fn note(text: &mut String, lanes: &Lanes<'_>, lane: usize, words: &str) {
    let place = match lane {
        0 => "left of",
        _ if lanes.is_between(lane) => "over",
        _ => "right of",
    };
    let name = lanes.names.get(lane).copied().unwrap_or_default();
    if !words.is_empty() {
        let _ = writeln!(text, "    Note {place} {name}: {}", escaped(words));
    }
}
