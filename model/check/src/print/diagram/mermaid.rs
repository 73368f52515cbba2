//! Diagrams for Mermaid.

use std::fmt::Write;

use crate::print::diagram::Diagram;

/// Diagrams as one: where there are several, each machine is a state that holds its own.
#[must_use]
pub fn mermaid(diagrams: &[Diagram]) -> String {
    let mut text = "stateDiagram-v2\n".to_owned();
    for diagram in diagrams {
        let machine = diagram.machine.name();
        // States of two machines may have one name, so each has that of its machine before it.
        let identifier = |state| format!("{machine}_{}", diagram.name(state));
        let _ = writeln!(text, "    state {machine} {{");
        for state in diagram.states() {
            let name = diagram.name(state);
            let _ = writeln!(text, "        state \"{name}\" as {}", identifier(state));
        }
        let _ = writeln!(text, "        [*] --> {}", identifier(diagram.machine.initial_state()));
        for edge in &diagram.edges {
            let (from, to) = (identifier(edge.from), identifier(edge.to));
            let label = edge.events.join("<br>");
            let _ = writeln!(text, "        {from} --> {to}: {label}");
        }
        if let Some(folded) = &diagram.folded {
            let (name, words) = (identifier(folded.state), folded.words());
            let _ = writeln!(text, "        note right of {name}: {words}");
        }
        for state in diagram.states().filter(|state| diagram.machine.is_final(*state)) {
            let _ = writeln!(text, "        {} --> [*]", identifier(state));
        }
        text.push_str("    }\n");
    }
    text
}
