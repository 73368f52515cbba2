//! Strongly connected components: whether a run can go round, and where.

use alloc::vec::Vec;

use crate::graph::Graph;

/// Finds strongly connected components of parts of a graph, with Tarjan's algorithm. It keeps its
/// memory from one search to the next: 4 bytes for each state of the graph.
#[derive(Clone, Debug)]
pub struct Components {
    /// For each state: 0 if it was not visited, [`DONE`] if its component is known, else one more
    /// than the lowest place on the stack that can be reached from it.
    lowest: Vec<u32>,
    visited: Vec<u32>,
}

/// The component of a state is known.
const DONE: u32 = u32::MAX;

/// A state whose steps are being followed: its place on the stack, the next of its steps and the
/// end of these, and whether one leads back to itself.
struct Frame {
    state: u32,
    place: u32,
    next: u32,
    end: u32,
    leads_to_itself: bool,
}

impl Components {
    /// Finds components of a graph of so many states.
    #[must_use]
    pub fn new(states: usize) -> Self {
        Self { lowest: alloc::vec![0; states], visited: Vec::new() }
    }

    /// Finds the components of what can be reached from these states by these steps: from a state,
    /// by a label, to a state. Those in which a run can go round are told, with their states.
    pub fn search(
        &mut self,
        graph: &Graph,
        from: impl IntoIterator<Item = u32>,
        has_step: impl Fn(u32, u8, u32) -> bool,
        mut tell: impl FnMut(&[u32]),
    ) {
        let mut stack: Vec<u32> = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        for first in from {
            if self.lowest_of(first) == 0 {
                frames.push(self.enter(graph, first, &mut stack));
            }
            while let Some(frame) = frames.last_mut() {
                let state = frame.state;
                if frame.next < frame.end {
                    let step = graph.step(frame.next);
                    frame.next += 1;
                    let Some((to, label)) = step else { continue };
                    if !has_step(state, label, to) {
                        continue;
                    }
                    frame.leads_to_itself |= to == state;
                    match self.lowest_of(to) {
                        0 => frames.push(self.enter(graph, to, &mut stack)),
                        DONE => {}
                        lowest => self.lower(state, lowest),
                    }
                    continue;
                }
                let (lowest, place) = (self.lowest_of(state), frame.place);
                let goes_round = frame.leads_to_itself;
                frames.pop();
                if lowest == place + 1 {
                    let begin = usize::try_from(place).unwrap_or(usize::MAX).min(stack.len());
                    let component = stack.split_off(begin);
                    component.iter().for_each(|state| self.set(*state, DONE));
                    if goes_round || component.len() > 1 {
                        tell(&component);
                    }
                }
                if let Some(parent) = frames.last().filter(|_| lowest < place + 1) {
                    self.lower(parent.state, lowest);
                }
            }
        }
        for state in core::mem::take(&mut self.visited) {
            self.set(state, 0);
        }
    }

    fn enter(&mut self, graph: &Graph, state: u32, stack: &mut Vec<u32>) -> Frame {
        let place = u32::try_from(stack.len()).unwrap_or(DONE - 2);
        stack.push(state);
        self.visited.push(state);
        self.set(state, place + 1);
        let steps = graph.steps(state);
        Frame { state, place, next: steps.start, end: steps.end, leads_to_itself: false }
    }

    fn lowest_of(&self, state: u32) -> u32 {
        let at = usize::try_from(state).ok();
        at.and_then(|at| self.lowest.get(at)).copied().unwrap_or(DONE)
    }

    fn set(&mut self, state: u32, lowest: u32) {
        let at = usize::try_from(state).ok();
        if let Some(place) = at.and_then(|at| self.lowest.get_mut(at)) {
            *place = lowest;
        }
    }

    fn lower(&mut self, state: u32, lowest: u32) {
        if lowest < self.lowest_of(state) {
            self.set(state, lowest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breadth_first::Stop;
    use crate::graph::LabelledSpace;

    /// The numbers below a bound, with the steps that a function gives.
    struct Numbers<F>(F);

    impl<F: FnMut(u64) -> Vec<(u64, u8)>> LabelledSpace for Numbers<F> {
        fn first(&mut self) -> Result<u64, Stop> {
            Ok(0)
        }

        fn expand(&mut self, key: u64, successors: &mut Vec<(u64, u8)>) -> Result<(), Stop> {
            successors.extend((self.0)(key));
            Ok(())
        }
    }

    fn graph(steps: impl FnMut(u64) -> Vec<(u64, u8)>) -> Graph {
        Graph::of(&mut Numbers(steps), usize::MAX).expect("a small graph")
    }

    /// The components, as sorted keys.
    fn components(graph: &Graph, has_step: impl Fn(u32, u8, u32) -> bool) -> Vec<Vec<u64>> {
        let mut found = Vec::new();
        let states = 0..u32::try_from(graph.states()).expect("a small graph");
        Components::new(graph.states()).search(graph, states, has_step, |component| {
            let keys = component.iter().filter_map(|state| graph.key(*state));
            let mut keys: Vec<u64> = keys.collect();
            keys.sort_unstable();
            found.push(keys);
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn a_ring_is_one_component_and_a_line_is_none() {
        let ring = graph(|key| alloc::vec![((key + 1) % 1000, 0)]);
        assert_eq!(components(&ring, |_, _, _| true), [(0..1000).collect::<Vec<u64>>()]);
        let line = graph(|key| alloc::vec![((key + 1).min(999), 0)]);
        assert_eq!(components(&line, |_, _, _| true), [[999]], "the last leads to itself");
        assert!(components(&line, |from, _, to| from != to).is_empty());
    }

    #[test]
    fn steps_and_states_can_be_left_out() {
        // Two rings of three that share number 0, one by each label.
        let rings = graph(|key| match key {
            0 => alloc::vec![(1, 1), (11, 2)],
            1 => alloc::vec![(2, 1)],
            11 => alloc::vec![(12, 2)],
            2 => alloc::vec![(0, 1)],
            _ => alloc::vec![(0, 2)],
        });
        assert_eq!(components(&rings, |_, _, _| true), [alloc::vec![0, 1, 2, 11, 12]]);
        assert_eq!(components(&rings, |_, label, _| label == 2), [[0, 11, 12]]);
        assert!(components(&rings, |from, _, to| from != 0 && to != 0).is_empty());
    }

    #[test]
    fn a_search_leaves_nothing_behind_for_the_next() {
        let ring = graph(|key| alloc::vec![((key + 1) % 10, u8::from(key == 3))]);
        let mut search = Components::new(ring.states());
        for expected in [1, 0, 1] {
            let mut found = 0;
            search.search(&ring, 0..10, |_, label, _| expected == 1 || label == 0, |_| found += 1);
            assert_eq!(found, expected);
        }
    }

    /// Each pair of states, asked the slow way, agrees with the components.
    #[test]
    fn two_states_are_in_one_component_if_each_can_be_reached_from_the_other() {
        let next = |key: u64| (key * key + 7 * key + 3) % 61;
        let other = |key: u64| (key * 5 + key / 7) % 61;
        let graph = graph(|key| alloc::vec![(next(key), 0), (other(key), 1)]);
        let reaches = |from: u64, to: u64| {
            let mut known = alloc::vec![next(from), other(from)];
            let mut at = 0;
            while let Some(key) = known.get(at).copied() {
                at += 1;
                for key in [next(key), other(key)] {
                    if !known.contains(&key) {
                        known.push(key);
                    }
                }
            }
            known.contains(&to)
        };
        let found = components(&graph, |_, _, _| true);
        let states = 0..u32::try_from(graph.states()).expect("a small graph");
        let keys: Vec<u64> = states.filter_map(|state| graph.key(state)).collect();
        for one in &keys {
            for two in &keys {
                let together = found.iter().any(|part| part.contains(one) && part.contains(two));
                assert_eq!(together, reaches(*one, *two) && reaches(*two, *one), "{one} {two}");
            }
        }
    }
}
