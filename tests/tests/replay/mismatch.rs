//! Where a walk ends that should not.

use std::fmt;

use hyaline_check::world::step::Step;

/// Where the real connections did something else than the model.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    /// The steps from the beginning; the last is the one that differs.
    pub(crate) steps: Vec<Step>,
    /// What differs.
    pub(crate) what: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.what)?;
        for step in &self.steps {
            writeln!(formatter, "  {step:?}")?;
        }
        Ok(())
    }
}
