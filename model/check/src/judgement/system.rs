//! World *pair* with what its runs are judged by: the system that is explored.

use std::sync::Arc;

use crate::judgement::observe::Observations;
use crate::judgement::rejection::rejection_is_told;
use crate::judgement::transparency::{Baseline, Closeness};
use crate::side::Side;
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;

/// What a run's outcome is judged by.
#[derive(Clone, Debug)]
pub enum Judgement {
    /// By nothing: it is recorded.
    Record,
    /// By what plain TCP does.
    Transparent {
        /// The runs of plain TCP.
        baseline: Arc<Baseline>,
        /// A host may vanish.
        vanishing: bool,
    },
    /// By the rule for a certificate that this side rejects.
    Rejection(Side),
}

/// The system that is explored.
#[derive(Debug)]
pub struct System<E> {
    /// The endpoints, the transport and the programs.
    pub pair: Pair<E>,
    /// What outcomes are judged by.
    pub judgement: Judgement,
    /// If set, only this property is looked at: so a search for its shortest trace stops there.
    pub only: Option<&'static str>,
    /// The observations of the search so far.
    pub observations: Arc<Observations>,
}

impl<E: PairEndpoint> System<E> {
    /// A system with nothing seen yet.
    pub fn new(pair: Pair<E>, judgement: Judgement) -> Self {
        Self { pair, judgement, only: None, observations: Arc::default() }
    }

    /// Whether a terminal snapshot is excused in all its results, not only in the first bad ones.
    pub fn is_excused_throughout(&self, snapshot: &Snapshot<E>) -> bool {
        match &self.judgement {
            Judgement::Record | Judgement::Rejection(_) => true,
            Judgement::Transparent { baseline, .. } => {
                let run = snapshot.run();
                run.vanished.is_some() || baseline.excuses(&run, Closeness::Throughout)
            }
        }
    }

    /// Whether no call waits longer than plain TCP's in a terminal snapshot of a run in which a
    /// host has vanished.
    pub fn waits_no_longer(&self, snapshot: &Snapshot<E>) -> bool {
        match &self.judgement {
            Judgement::Record | Judgement::Rejection(_) => true,
            Judgement::Transparent { baseline, .. } => {
                let run = snapshot.run();
                run.vanished.is_none() || baseline.excuses(&run, Closeness::Waits)
            }
        }
    }

    /// Whether a terminal snapshot's outcome is as it should be.
    pub fn is_judged_well(&self, snapshot: &Snapshot<E>) -> bool {
        match &self.judgement {
            Judgement::Record => true,
            Judgement::Transparent { baseline, .. } => {
                let run = snapshot.run();
                run.vanished.is_some() || baseline.excuses(&run, Closeness::FirstBad)
            }
            Judgement::Rejection(side) => rejection_is_told(
                &snapshot.parties.of(*side).histories,
                &snapshot.parties.of(side.peer()).histories,
            ),
        }
    }
}
