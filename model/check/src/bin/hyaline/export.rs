//! `hyaline export`.

use hyaline_check::print::tla;
use hyaline_check::search::scenario::ScenarioError;

use crate::CommandStatus;
use crate::arguments::ExportCommand;
use crate::screen::{CommandError, write};

pub(crate) fn run(command: &ExportCommand) -> Result<CommandStatus, CommandError> {
    let text = match command {
        ExportCommand::Tla => tla::table(),
        ExportCommand::TlaScenario(arguments) => {
            let (scenario, profiles) = (arguments.scenario(), arguments.profiles());
            tla::scenario(&scenario, &profiles).ok_or(ScenarioError::QueueTooLong)?
        }
    };
    write(&text)?;
    Ok(CommandStatus::Holds)
}
