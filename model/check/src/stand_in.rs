//! What stands for stateright where the checker is built without it: the two names by which world
//! *pair* says what it is and what is asked of it. `hyaline-search` explores by the same.

use std::fmt::Debug;

/// What can be explored.
pub trait Model: Sized {
    /// The state of a system at a moment.
    type State;
    /// What leads from one state to the next.
    type Action: Debug;

    /// Where it begins.
    fn init_states(&self) -> Vec<Self::State>;

    /// Adds what can happen in a state.
    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>);

    /// The state to which an action leads; nothing if the action is ignored.
    fn next_state(&self, state: &Self::State, action: Self::Action) -> Option<Self::State>;

    /// The action in words.
    fn format_action(&self, action: &Self::Action) -> String {
        format!("{action:?}")
    }

    /// The properties that the search asks of the model.
    fn properties(&self) -> Vec<Property<Self>>;
}

/// Whether a state is as it should be.
pub type Condition<M> = fn(&M, &<M as Model>::State) -> bool;

/// What has to hold in every state.
pub struct Property<M: Model> {
    /// Its name.
    pub name: &'static str,
    /// Whether it holds in a state.
    pub condition: Condition<M>,
}

impl<M: Model> Property<M> {
    /// A property that has to hold in every state.
    pub fn always(name: &'static str, condition: Condition<M>) -> Self {
        Self { name, condition }
    }
}
