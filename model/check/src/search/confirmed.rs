//! Verdicts by hashes, of which those that a missed snapshot could have made are confirmed.

use std::sync::Arc;

use crate::judgement::transparency::Baseline;
use crate::search::bounds::Scenario;
use crate::search::explore::{Effort, ExplorationProgress, Verdict, has_traces};
use crate::search::scenario::{Checked, ScenarioError, check_against};
use crate::side::Both;
use crate::world::contract::PairEndpoint;

/// Checks a scenario against what plain TCP was found to do, so that whatever is found to fail
/// really fails. Where hashes stand for snapshots, a snapshot that violates a property is one that
/// can be reached all the same. But that no good run is left, or that no run ends, may seem so
/// since the snapshot that shows the contrary was missed: then everything is explored once more,
/// with exact keys, and that is what is told.
///
/// # Errors
///
/// If the scenario is out of bounds.
pub fn check_and_confirm<E: PairEndpoint>(
    scenario: &Scenario,
    endpoints: Both<E>,
    baseline: &Arc<Baseline>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<Checked<E>, ScenarioError> {
    let checked = check_against(scenario, endpoints.clone(), baseline, effort, progress)?;
    let rests_on_all =
        |(name, verdict): &(&str, Verdict)| *verdict == Verdict::Fails && !has_traces(name);
    if checked.exploration.missed.is_none() || !checked.verdicts.iter().any(rests_on_all) {
        return Ok(checked);
    }
    check_against(scenario, endpoints, baseline, &effort.exact(), progress)
}
