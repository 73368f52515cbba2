//! What shells complete, and the manual: both from the description of the arguments.

use std::io::Write;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::CommandStatus;
use crate::arguments::{Arguments, CompletionsArguments, ManualArguments};
use crate::screen::{CommandError, write};

/// `hyaline completions`.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Result<CommandStatus, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "hyaline", &mut script);
    write(&String::from_utf8_lossy(&script))?;
    Ok(CommandStatus::Holds)
}

/// `hyaline man`.
pub(crate) fn run(arguments: &ManualArguments) -> Result<CommandStatus, CommandError> {
    let command = Arguments::command();
    match &arguments.directory {
        Some(directory) => {
            let there = |error| CommandError::File(format!("{}: {error}", directory.display()));
            clap_mangen::generate_to(command, directory).map_err(there)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(command).render(&mut page)?;
            page.flush()?;
            write(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(CommandStatus::Holds)
}
