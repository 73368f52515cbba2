//! Diagrams for Graphviz.

use std::fmt::Write;

use crate::print::diagram::Diagram;

/// Diagrams as one graph: a cluster for each machine.
#[must_use]
pub fn dot(diagrams: &[Diagram]) -> String {
    let mut text =
        "digraph table {\n  rankdir=TB;\n  node [shape=box, style=rounded];\n".to_owned();
    for diagram in diagrams {
        let machine = diagram.machine.name();
        let _ = writeln!(text, "  subgraph cluster_{machine} {{\n    label=\"{machine}\";");
        for state in diagram.states() {
            let name = diagram.name(state);
            let rim = if diagram.machine.is_final(state) { ", peripheries=2" } else { "" };
            let is_straight = diagram.line.contains(&state);
            let weight = if is_straight { ", penwidth=2" } else { "" };
            let _ = writeln!(text, "    {machine}_{name} [label=\"{name}\"{rim}{weight}];");
        }
        for edge in &diagram.edges {
            let (from, to) = (diagram.name(edge.from), diagram.name(edge.to));
            let label = escaped(&edge.events.join("\n"));
            // The straight line decides which state stands above which.
            let kind = if edge.is_straight { "weight=9, penwidth=2" } else { "weight=1" };
            let _ = writeln!(
                text,
                "    {machine}_{from} -> {machine}_{to} [label=\"{label}\", {kind}];"
            );
        }
        if let Some(folded) = &diagram.folded {
            let (name, words) = (diagram.name(folded.state), folded.words());
            let _ = writeln!(text, "    {machine}_any [label=\"{words}\", shape=plaintext];");
            let _ = writeln!(text, "    {machine}_any -> {machine}_{name} [style=dashed];");
        }
        text.push_str("  }\n");
    }
    text + "}\n"
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
