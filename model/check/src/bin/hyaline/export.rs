//! `hyaline export`.

use hyaline_check::print::tla;

use crate::CommandStatus;
use crate::arguments::ExportCommand;
use crate::screen::{CommandError, write};

pub(crate) fn run(command: &ExportCommand) -> Result<CommandStatus, CommandError> {
    let text = match command {
        ExportCommand::Tla => tla::table(),
        ExportCommand::TlaScenario(arguments) => {
            let (scenario, named) = (arguments.scenario(), arguments.profiles());
            let profiles = named.map(|named| named.profile());
            tla::scenario(&scenario, &profiles)?
        }
    };
    write(&text)?;
    Ok(CommandStatus::Holds)
}
