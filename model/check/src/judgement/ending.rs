//! What is looked at where a run has ended.

use crate::judgement::outcome::{Harm, Harms, Outcome, SideOutcome};
use crate::judgement::transparency::Run;
use crate::side::{Both, Side};
use crate::world::snapshot::{Party, Snapshot};

impl<E> Snapshot<E> {
    /// The outcome, if no step is left.
    pub fn outcome(&self) -> Outcome {
        Both {
            client: SideOutcome::of(&self.parties.client.histories),
            server: SideOutcome::of(&self.parties.server.histories),
        }
    }

    /// What transparency looks at, if no step is left.
    pub fn run(&self) -> Run {
        let Both { client, server } = &self.parties;
        let calls = |party: &Party<E>| party.histories.map(|history| history.calls());
        let harms = |party: &Party<E>| party.histories.map(|history| Harms::of(&history));
        Run {
            calls: Both { client: calls(client), server: calls(server) },
            harms: Both { client: harms(client), server: harms(server) },
        }
    }

    /// What is worst in the first bad results of both sides.
    pub fn harm(&self) -> Option<Harm> {
        let histories = Side::ALL.iter().flat_map(|side| self.parties.of(*side).histories.iter());
        histories.filter_map(Harm::of).min()
    }
}
