//! Each machine as a diagram of its states: the straight line first, and what most states lead to
//! folded to one note. [`dot`], [`mermaid`] and [`drawn`] are its forms.

pub mod dot;
pub mod drawn;
mod labels;
pub mod mermaid;

use std::collections::BTreeSet;

use hyaline_model::table::{Machine, Row};

use crate::print::line::StraightLine;
use crate::print::row::Parts;

/// A machine, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// The machine.
    pub machine: Machine,
    /// The states of the straight line, in the order in which they are first entered.
    pub line: Vec<u8>,
    /// The other states, each with the place in the line behind which it is first reached.
    pub others: Vec<(u8, usize)>,
    /// What leads from one state to another.
    pub edges: Vec<DiagramEdge>,
    /// The state to which most others lead, where there is one: it has no edges.
    pub folded: Option<FoldedState>,
}

/// What leads from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramEdge {
    /// The state that is left.
    pub from: u8,
    /// The state that is entered.
    pub to: u8,
    /// The events, each once, in the order of their rows.
    pub events: Vec<String>,
    /// Whether the straight line leads here.
    pub is_straight: bool,
}

/// A state to which most others lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedState {
    /// The state.
    pub state: u8,
    /// From how many others.
    pub from: usize,
    /// The events, each once.
    pub events: Vec<String>,
}

impl FoldedState {
    /// What leads there, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let (from, events) = (self.from, self.events.len());
        format!("from {from} states, by {events} events")
    }
}

impl Diagram {
    /// The diagram of a machine.
    #[must_use]
    pub fn of(machine: Machine, straight: &StraightLine) -> Self {
        let (_, rows) = straight.of(machine);
        let (line, steps) = way(machine, &rows);
        let mut edges = edges(machine, &steps);
        let folded = folded(machine, &line, &edges);
        if let Some(folded) = &folded {
            edges.retain(|edge| edge.to != folded.state);
        }
        let is_other = |state: &u8| {
            !line.contains(state) && folded.as_ref().is_none_or(|folded| folded.state != *state)
        };
        let place = |state: u8| {
            let mut before = edges.iter().filter(|edge| edge.to == state);
            let found = before.find_map(|edge| line.iter().position(|one| *one == edge.from));
            found.unwrap_or(line.len().saturating_sub(1))
        };
        let mut others: Vec<(u8, usize)> = (0..machine.state_count())
            .filter(is_other)
            .map(|state| (state, place(state)))
            .collect();
        // A state that is reached from the one before it in the list stands behind that one.
        for index in 1..others.len() {
            let earlier = others.get(index - 1).copied();
            let Some((state, place)) = others.get_mut(index) else { continue };
            let is_from = |(before, _): &(u8, usize)| {
                edges.iter().any(|edge| edge.from == *before && edge.to == *state)
            };
            if let Some((_, before)) = earlier.filter(is_from) {
                *place = before + 1;
            }
        }
        others.sort_by_key(|(_, place)| *place);
        Self { machine, line, others, edges, folded }
    }

    /// The state to which the machine comes back from several others, so that what leads there is
    /// better told than drawn: the first, if it is one.
    #[must_use]
    pub fn hub(&self) -> Option<u8> {
        let first = self.machine.initial_state();
        let leading = self.edges.iter().filter(|edge| edge.to == first);
        (leading.count() > 1).then_some(first)
    }

    /// The name of a state.
    #[must_use]
    pub fn name(&self, state: u8) -> &'static str {
        self.machine.state_name(state)
    }

    /// All states that are drawn, those of the line first; what is folded is the last.
    pub fn states(&self) -> impl Iterator<Item = u8> {
        let others = self.others.iter().map(|(state, _)| *state);
        let folded = self.folded.iter().map(|folded| folded.state);
        self.line.iter().copied().chain(others).chain(folded)
    }
}

/// The states of the straight line as they are first entered, and each step from one to another.
fn way(machine: Machine, rows: &[&'static Row]) -> (Vec<u8>, BTreeSet<(u8, u8)>) {
    let mut at = machine.initial_state();
    let (mut line, mut steps) = (vec![at], BTreeSet::new());
    for to in rows.iter().filter_map(|row| row.to) {
        if to != at {
            steps.insert((at, to));
        }
        if !line.contains(&to) {
            line.push(to);
        }
        at = to;
    }
    (line, steps)
}

/// What leads from each state to another, in the order of the rows.
fn edges(machine: Machine, steps: &BTreeSet<(u8, u8)>) -> Vec<DiagramEdge> {
    let mut edges: Vec<DiagramEdge> = Vec::new();
    for row in machine.rows() {
        let Some(to) = row.to else { continue };
        let event = Parts::of(row).event;
        for from in row.from.iter().copied().filter(|from| *from != to) {
            match edges.iter_mut().find(|edge| (edge.from, edge.to) == (from, to)) {
                Some(edge) if edge.events.contains(&event) => {}
                Some(edge) => edge.events.push(event.clone()),
                None => edges.push(DiagramEdge {
                    from,
                    to,
                    events: vec![event.clone()],
                    is_straight: steps.contains(&(from, to)),
                }),
            }
        }
    }
    edges
}

/// The state off the line in which the machine may end, where more than half of the others lead to
/// it.
fn folded(machine: Machine, line: &[u8], edges: &[DiagramEdge]) -> Option<FoldedState> {
    let others = usize::from(machine.state_count()).saturating_sub(1);
    let is_end = |state: &u8| machine.is_final(*state) && !line.contains(state);
    let mut states = (0..machine.state_count()).filter(is_end);
    states.find_map(|state| {
        let leading: Vec<&DiagramEdge> = edges.iter().filter(|edge| edge.to == state).collect();
        let mut events: Vec<String> = Vec::new();
        for event in leading.iter().flat_map(|edge| &edge.events) {
            if !events.contains(event) {
                events.push(event.clone());
            }
        }
        let from = leading.len();
        (from * 2 > others).then_some(FoldedState { state, from, events })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_drawn_once_and_every_row_that_leads_on_has_its_edge() {
        let line = StraightLine::walk().expect("programs");
        for machine in Machine::ALL {
            let diagram = Diagram::of(*machine, &line);
            let mut states: Vec<u8> = diagram.states().collect();
            states.sort_unstable();
            let all: Vec<u8> = (0..machine.state_count()).collect();
            assert_eq!(states, all, "{}", machine.name());
            for row in machine.rows() {
                let Some(to) = row.to else { continue };
                let is_folded = diagram.folded.as_ref().is_some_and(|one| one.state == to);
                let event = Parts::of(row).event;
                for from in row.from.iter().filter(|from| **from != to && !is_folded) {
                    let is_it = |edge: &&DiagramEdge| (edge.from, edge.to) == (*from, to);
                    let edge = diagram.edges.iter().find(is_it).expect("an edge");
                    assert!(edge.events.contains(&event), "{}", row.text);
                }
            }
        }
    }

    #[test]
    fn failure_is_folded_where_nearly_every_state_leads_to_it() {
        let line = StraightLine::walk().expect("programs");
        let folded = |machine: &Machine| {
            let folded = Diagram::of(*machine, &line).folded?;
            Some(machine.state_name(folded.state))
        };
        let named = |name: &str| Machine::ALL.iter().find(|one| one.name() == name);
        for name in ["client", "server"] {
            assert_eq!(folded(named(name).expect("a machine")), Some("Failed"));
        }
    }
}
