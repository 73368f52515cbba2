//! The trace of a case: through one connection, or through both of a relay.

use hyaline_check::relay::chart::{RelaySequence, draw as draw_relay};
use hyaline_check::report::chart::{ChartStyle, draw};
use hyaline_check::report::sequence::{Sequence, SequenceStep};
use hyaline_check::side::{Both, Side};

/// The trace of a case.
pub(crate) enum CaseTrace {
    /// Between two ends.
    Pair(Sequence),
    /// Between two ends with a relay in the middle.
    Relay(RelaySequence),
}

/// A step of a trace, and who has the ends between which it is taken.
pub(crate) struct CaseStep<'t> {
    pub(crate) step: &'t SequenceStep,
    pub(crate) names: Both<&'static str>,
}

impl CaseTrace {
    /// The trace as a chart.
    pub(crate) fn chart(&self, style: ChartStyle) -> String {
        match self {
            Self::Pair(sequence) => draw(sequence, style),
            Self::Relay(sequence) => draw_relay(sequence, style),
        }
    }

    /// The steps, in order.
    pub(crate) fn steps(&self) -> Vec<CaseStep<'_>> {
        match self {
            Self::Pair(sequence) => {
                let names = Both { client: "client", server: "server" };
                sequence.steps.iter().map(|step| CaseStep { step, names }).collect()
            }
            Self::Relay(sequence) => sequence
                .steps
                .iter()
                .map(|step| {
                    let [client, server] = Side::ALL.map(|side| step.link.name(side));
                    CaseStep { step: &step.step, names: Both { client, server } }
                })
                .collect(),
        }
    }
}

impl<'t> CaseStep<'t> {
    /// The rows that the step takes, the last first.
    pub(crate) fn rows_from_the_last(&self) -> Vec<&'t str> {
        let step = self.step;
        let rows = Side::ALL.into_iter().flat_map(|side| step.rows.of(side).iter().rev());
        rows.map(String::as_str).collect()
    }
}
