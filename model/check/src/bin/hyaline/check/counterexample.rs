//! Why an exploration is not as expected.

use hyaline_check::report::sequence::Sequence;
use hyaline_check::runs::run::CheckRun;
use hyaline_check::search::explore::{Effort, calls_of};
use hyaline_check::search::profile::endpoints_of;
use hyaline_check::search::scenario::{Baselines, shortest, system};
use hyaline_check::side::Both;

use super::CheckedTls;
use crate::screen::CommandError;

/// A shortest trace to what must not be.
pub(crate) struct Counterexample {
    /// The property that it is against.
    pub(super) property: &'static str,
    /// The programs that show it.
    pub(super) programs: Both<String>,
    /// The trace.
    pub(super) sequence: Sequence,
}

impl Counterexample {
    /// The shortest trace to the first property that fails; nothing if none has a trace.
    pub(super) fn find(
        run: &CheckRun,
        checked: &CheckedTls,
        baselines: &mut Baselines,
        effort: &Effort,
    ) -> Result<Option<Self>, CommandError> {
        let endpoints = endpoints_of(&run.scenario, &run.profiles);
        let Some((property, trace)) = shortest(checked, endpoints, baselines, effort)? else {
            return Ok(None);
        };
        let programs = run.scenario.programs.of_calls(calls_of(&trace));
        let baseline = baselines.of(&run.scenario, effort, &mut |_| ())?;
        let pair = system(&run.scenario, endpoints, &baseline)?.pair;
        let programs = programs.map(|program| program.to_string());
        Ok(Some(Self { property, programs, sequence: Sequence::of(&pair, &trace) }))
    }

    /// The programs, in words.
    pub(super) fn programs_in_words(&self) -> String {
        let Both { client, server } = &self.programs;
        format!("client `{client}`, server `{server}`")
    }
}
