//! What the properties read of a run that has ended.

use crate::judgement::outcome::{Harm, Harms, Outcome, SideOutcome};
use crate::judgement::transparency::{Run, SideHarms};
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
        // A host that has vanished has no program that could be harmed.
        let harms = |side| match self.tcp.is_vanished(side) {
            true => SideHarms::default(),
            false => self.parties.of(side).histories.map(|history| Harms::of(&history)),
        };
        Run {
            calls: Both { client: calls(client), server: calls(server) },
            harms: Both { client: harms(Side::Client), server: harms(Side::Server) },
            vanished: self.vanished(),
        }
    }

    /// The host that has vanished.
    fn vanished(&self) -> Option<Side> {
        Side::ALL.into_iter().find(|side| self.tcp.is_vanished(*side))
    }

    /// The worst of the first bad results of both sides.
    pub fn harm(&self) -> Option<Harm> {
        let there = Side::ALL.iter().filter(|side| !self.tcp.is_vanished(**side));
        let histories = there.flat_map(|side| self.parties.of(*side).histories.iter());
        histories.filter_map(Harm::of).min()
    }
}
