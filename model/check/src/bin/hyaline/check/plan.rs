//! What a check runs.

use hyaline_check::runs::named::{bounds_runs, further_runs, hazard_runs, small_runs};
use hyaline_check::runs::run::CheckRun;
use hyaline_check::search::explore::Effort;
use hyaline_check::side::Both;
use hyaline_check::world::step::Timers;

use crate::arguments::{CheckArguments, NamedBounds};
use crate::screen::CommandError;

/// What is done with the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pins {
    /// They are compared with the recorded ones.
    Compared,
    /// They are recorded.
    Recorded,
    /// They are left alone: none are recorded for these bounds.
    Apart,
}

/// What a check runs.
pub(super) struct Plan {
    /// The runs, in the order in which they are printed.
    pub(super) runs: Vec<CheckRun>,
    pub(super) pins: Pins,
    /// Whether every witness has to be seen, and most mutants of the table have to be caught.
    pub(super) has_to_show_everything: bool,
    /// Whether programs of any length over queues of any size are explored too.
    pub(super) has_unbounded: bool,
}

impl Plan {
    pub(super) fn of(arguments: &CheckArguments) -> Result<Self, CommandError> {
        let profiles = Both { client: arguments.client, server: arguments.server };
        let is_shipped = profiles.client.is_shipped() && profiles.server.is_shipped();
        let timers: Timers = arguments.timers.into();
        let given = arguments.other.scenarios(timers);
        let is_named = given.is_none();
        let mut runs = match (given, arguments.bounds) {
            (Some(scenarios), _) => bounds_runs("given", scenarios, profiles),
            (None, NamedBounds::Small) => small_runs(profiles, timers),
        };
        if is_shipped {
            if is_named {
                runs.extend(further_runs(timers)?);
            }
            runs.extend(hazard_runs()?);
        }
        let is_whole = is_shipped && is_named;
        let Effort { states_at_most, hashing, .. } = arguments.effort();
        // Where hashes stand for snapshots, what was not seen may have been missed.
        let is_exact = hashing.is_none();
        let is_pinned =
            is_whole && timers == Timers::Quiescent && states_at_most.is_none() && is_exact;
        let pins = match (is_pinned, arguments.record) {
            (false, _) => Pins::Apart,
            (true, false) => Pins::Compared,
            (true, true) => Pins::Recorded,
        };
        let has_unbounded = is_whole && timers == Timers::Quiescent;
        Ok(Self { runs, pins, has_to_show_everything: is_whole && is_exact, has_unbounded })
    }
}
