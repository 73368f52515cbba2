//! `hyaline init`.

use std::fs::File;
use std::io::Write;

use crate::CommandStatus;
use crate::arguments::BeginArguments;
use crate::screen::{CommandError, write};

/// The file that is written: it runs, and every scenario in it is as expected.
const BEGINNING: &str = include_str!("hang.toml");

pub(crate) fn run(arguments: &BeginArguments) -> Result<CommandStatus, CommandError> {
    let name = arguments.file.display();
    let failed = |error| CommandError::File(format!("{name} cannot be written: {error}"));
    // A file that is there already is left as it is.
    let mut file = File::create_new(&arguments.file).map_err(failed)?;
    file.write_all(BEGINNING.as_bytes()).map_err(failed)?;
    write(&format!("{name} is written; run: hyaline scenario --file {name}\n"))?;
    Ok(CommandStatus::Holds)
}
