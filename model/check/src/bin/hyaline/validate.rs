//! `hyaline validate`.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use hyaline_check::validate::log::Written;
use hyaline_check::validate::text::text;
use hyaline_check::validate::validate;
use hyaline_protocol::print::mark::coloured;

use crate::CommandStatus;
use crate::arguments::{ValidateArguments, ValidationFormat};
use crate::screen::{CommandError, write};

/// What is said of a file whose bytes are no UTF-8.
const NO_TEXT: &str = "this is no text, and no log; one that was compressed is unpacked first, as \
                       by `zcat FILE | hyaline validate -`";

/// The bytes of a file, or of standard input in the place of a file named `-`.
fn read_all(path: &Path) -> io::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path)
}

pub(crate) fn run(arguments: &ValidateArguments) -> Result<CommandStatus, CommandError> {
    let mut read = Vec::new();
    for path in &arguments.files {
        let name = path.display().to_string();
        let wrong = |what: &str| CommandError::File(format!("{name}: {what}"));
        if read.iter().any(|(known, _)| *known == name) {
            return Err(wrong("a file is given once, even if it has both ends of a connection"));
        }
        let bytes = read_all(path).map_err(|error| wrong(&error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(NO_TEXT))?;
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
    let is_behaviour = validation.is_behaviour;
    Ok(if is_behaviour { CommandStatus::Holds } else { CommandStatus::Fails })
}
