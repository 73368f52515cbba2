//! `hyaline hazards`.

mod cases;
mod list;
mod runs;
mod story;

use hyaline_check::runs::hazards::entry::catalogue;

use crate::CommandStatus;
use crate::arguments::{HazardFormat, HazardsArguments};
use crate::screen::{CommandError, write};

/// The columns of everything that is printed.
const COLUMNS: usize = 100;

pub(crate) fn run(arguments: &HazardsArguments) -> Result<CommandStatus, CommandError> {
    let effort = arguments.effort.effort();
    let format = arguments.format;
    if !arguments.all
        && matches!(format, HazardFormat::Junit | HazardFormat::Sarif | HazardFormat::Github)
    {
        return Err(CommandError::Usage(
            "junit, sarif and github are of all hazards together: `hyaline hazards --all --format \
             junit`"
                .to_owned(),
        ));
    }
    if let Some(entry) = arguments.number {
        return story::run(entry, &effort, arguments.format);
    }
    let entries = catalogue()?;
    match arguments.format {
        HazardFormat::Svg | HazardFormat::Html => Err(CommandError::Usage(
            "a picture or a page is of one hazard: name it, as in `hyaline hazards H02 --format \
             html`"
                .to_owned(),
        )),
        format if arguments.all => runs::run(entries, &effort, format),
        format => {
            write(&list::shown(entries, format)?)?;
            Ok(CommandStatus::Holds)
        }
    }
}
