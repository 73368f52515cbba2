//! The command `hyaline`: checks the table, explores scenarios, prints what the table says.

mod arguments;
mod begin;
mod check;
mod compared;
mod deletion;
mod explore;
mod export;
mod formats;
mod hazards;
mod manual;
mod map;
mod mutants;
mod needs;
mod new;
mod opposite;
mod profiles;
mod progress;
mod proof;
mod random;
mod relay;
mod scenario;
mod screen;
mod synthesize;
mod table;
mod unbounded;
mod validate;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

/// What the command's exit status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommandStatus {
    /// Everything that has to hold holds, and all of it was explored.
    Holds,
    /// Something fails, or was not explored to the end.
    Fails,
    /// The command was not understood, or asks for what cannot be explored.
    Usage,
}

impl From<CommandStatus> for ExitCode {
    fn from(status: CommandStatus) -> Self {
        Self::from(match status {
            CommandStatus::Holds => 0,
            CommandStatus::Fails => 1,
            CommandStatus::Usage => 2,
        })
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // If the terminal cannot be written to, there is no other place to report to.
            let _ = error.print();
            let status =
                if error.use_stderr() { CommandStatus::Usage } else { CommandStatus::Holds };
            return status.into();
        }
    };
    let status = match arguments.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Unbounded(arguments) => unbounded::run(&arguments),
        Command::Scenario(arguments) => scenario::run(&arguments),
        Command::Relay(arguments) => relay::run(&arguments),
        Command::Table(arguments) => table::run(&arguments),
        Command::Export(command) => export::run(&command),
        Command::Explore(arguments) => explore::run(&arguments),
        Command::Mutants(arguments) => mutants::run(&arguments),
        Command::Begin(arguments) => begin::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Profiles => profiles::run(),
        Command::Needs => needs::run(),
        Command::Completions(arguments) => manual::completions(&arguments),
        Command::Manual(arguments) => manual::run(&arguments),
        Command::Hazards(arguments) => hazards::run(&arguments),
        Command::Opposite(arguments) => opposite::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Synthesize(arguments) => synthesize::run(&arguments),
        Command::Proof(arguments) => proof::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
    };
    match status {
        Ok(status) => status.into(),
        Err(error) => {
            screen::complain(&error);
            error.status().into()
        }
    }
}
