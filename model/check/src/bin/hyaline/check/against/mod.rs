//! A check held against the report of an earlier one.

mod comparison;
mod earlier;
mod words;

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::CommandStatus;
use crate::arguments::CheckFormat;
use crate::screen::CommandError;
use comparison::Comparison;
use earlier::ComparedReport;

/// What changed since an earlier report.
#[derive(Debug, Serialize)]
pub(super) struct Against {
    /// The file of the earlier report, as it was named.
    report: String,
    /// Whether some verdict got worse: then the exit status is 1.
    worse: bool,
    #[serde(flatten)]
    comparison: Comparison,
}

/// The earlier report of a file, before anything is explored.
pub(super) struct Earlier {
    name: String,
    report: ComparedReport,
}

impl Earlier {
    /// Reads the earlier report, if one is named. Refuses the forms that do not show a comparison.
    pub(super) fn read(
        path: Option<&Path>,
        format: CheckFormat,
    ) -> Result<Option<Self>, CommandError> {
        let Some(path) = path else { return Ok(None) };
        if matches!(format, CheckFormat::Junit | CheckFormat::Sarif) {
            return Err(CommandError::Usage(
                "--against goes with the formats text, json, markdown and github".to_owned(),
            ));
        }
        let name = path.display().to_string();
        let failed = |what: String| CommandError::File(format!("{name}: {what}"));
        let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        let report = ComparedReport::read(&text).map_err(failed)?;
        Ok(Some(Self { name, report }))
    }

    /// What changed since, in the report of this check.
    pub(super) fn compared(&self, now: &impl Serialize) -> Result<Against, CommandError> {
        let now = serde_json::to_string(now)?;
        let now = ComparedReport::read(&now).map_err(CommandError::File)?;
        let comparison = Comparison::of(&self.report, &now);
        if comparison.explorations == 0 {
            let name = &self.name;
            return Err(CommandError::Usage(format!(
                "nothing of {name} can be compared: no exploration of it is among those of this \
                 check. Ask for the bounds and profiles that it was made with."
            )));
        }
        Ok(Against { report: self.name.clone(), worse: comparison.is_worse(), comparison })
    }
}

impl Against {
    /// What the exit status says: whether some verdict got worse.
    pub(super) fn status(&self) -> CommandStatus {
        if self.worse { CommandStatus::Fails } else { CommandStatus::Holds }
    }

    /// What changed, for a terminal.
    pub(super) fn text(&self) -> String {
        words::text(self)
    }

    /// What changed, for a comment on a pull request.
    pub(super) fn markdown(&self) -> String {
        words::markdown(self)
    }

    /// What changed, as workflow commands of GitHub Actions.
    pub(super) fn github(&self) -> String {
        words::github(self)
    }
}
