//! `hyaline validate`.

use std::fs;

use hyaline_check::validate::log::Written;
use hyaline_check::validate::text::text;
use hyaline_check::validate::validate;
use hyaline_protocol::print::mark::coloured;

use crate::CommandStatus;
use crate::arguments::{ValidateArguments, ValidationFormat};
use crate::screen::{CommandError, write};

pub(crate) fn run(arguments: &ValidateArguments) -> Result<CommandStatus, CommandError> {
    let mut read = Vec::new();
    for path in &arguments.files {
        let name = path.display().to_string();
        let wrong = |what: String| CommandError::File(format!("{name}: {what}"));
        let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        read.push((name, text));
    }
    let written: Vec<Written<'_>> =
        read.iter().map(|(file, text)| Written { file, text }).collect();
    let validation = validate(&written, &arguments.pairs)
        .map_err(|error| CommandError::File(error.to_string()))?;
    write(&match arguments.format {
        ValidationFormat::Text => text(&validation, coloured),
        ValidationFormat::Json => serde_json::to_string_pretty(&validation)? + "\n",
    })?;
    let is_behaviour = validation.is_behaviour();
    Ok(if is_behaviour { CommandStatus::Holds } else { CommandStatus::Fails })
}
