//! `hyaline table`.

use hyaline_check::print::diagram::Diagram;
use hyaline_check::print::diagram::dot::dot;
use hyaline_check::print::diagram::drawn::drawn;
use hyaline_check::print::diagram::mermaid::mermaid;
use hyaline_check::print::line::StraightLine;
use hyaline_check::print::{markdown, text};
use hyaline_model::table::Machine;

use crate::CommandStatus;
use crate::arguments::{Format, TableArguments};
use crate::screen::{CommandError, write};

pub(crate) fn run(arguments: &TableArguments) -> Result<CommandStatus, CommandError> {
    let line = StraightLine::walk().map_err(|error| CommandError::Run(error.into()))?;
    let machines = match arguments.machine {
        Some(machine) => vec![machine],
        None => Machine::ALL.to_vec(),
    };
    let diagrams = || -> Vec<Diagram> {
        machines.iter().map(|machine| Diagram::of(*machine, &line)).collect()
    };
    write(&match arguments.format {
        Format::Text => text::table(&machines, &line),
        Format::Markdown => markdown::table(&machines, &line),
        Format::Mermaid => mermaid(&diagrams()),
        Format::Dot => dot(&diagrams()),
        Format::Svg => format!("{}\n", drawn(&diagrams())),
    })?;
    Ok(CommandStatus::Holds)
}
