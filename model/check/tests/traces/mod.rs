//! What a trace is, whichever world it is of.

use std::fmt::Debug;

use stateright::Model;

/// Whether each step of a trace is enabled and leads to what comes next, and the property holds
/// everywhere but at the end.
pub(crate) fn assert_that_a_trace_is_one<M>(
    model: &M,
    property: &str,
    trace: &[(M::State, Option<M::Action>)],
) where
    M: Model<State: Clone + Debug + PartialEq, Action: Copy + Debug + PartialEq>,
{
    let asked = model.properties();
    let asked = asked.iter().find(|asked| asked.name == property).expect("the property");
    let holds: Vec<bool> =
        trace.iter().map(|(snapshot, _)| (asked.condition)(model, snapshot)).collect();
    let (last, before) = holds.split_last().expect("a snapshot");
    assert!(!last && before.iter().all(|holds| *holds), "{property}: {holds:?}");
    assert_eq!(trace.first().map(|(first, _)| vec![first.clone()]), Some(model.init_states()));
    for pair in trace.windows(2) {
        let [(from, step), (to, _)] = pair else { continue };
        let step = step.expect("a step that leaves it");
        let mut steps = Vec::new();
        model.actions(from, &mut steps);
        assert!(steps.contains(&step), "{property}: {step:?}");
        assert_eq!(model.next_state(from, step).as_ref(), Some(to), "{property}: {step:?}");
    }
}
