//! The commands of a protocol's own program.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::answer::{Conditions, ProtocolAnswer, check, scenario};
use crate::print::markdown;
use crate::protocol::{BoundedChannel, Delivery, Protocol};

const ABOUT: &str = "\
A protocol as a transition table, and a model checker that explores it.

Two ends run two programs over two bounded channels, in every interleaving. Looked for are
deadlocks, runs that never end, what breaks an invariant, and rows that nothing takes. A hang is
compared with the same programs on plain channels, where the calls say what they come to there.";

const STATUS: &str = "\
Exit status: 0 if everything that has to hold holds and all of it was explored; 1 if something
fails or was not explored to the end; 2 if the command was not understood.";

#[derive(Debug, Parser)]
#[command(version, about = "Checks a protocol", long_about = ABOUT, after_help = STATUS)]
struct CommandLine {
    #[command(subcommand)]
    command: ProtocolCommand,
}

#[derive(Debug, Subcommand)]
enum ProtocolCommand {
    /// Explores the protocol's programs, and says which rows nothing takes
    #[command(after_help = STATUS)]
    Check(#[command(flatten)] AskedArguments),
    /// Explores two given programs
    #[command(after_help = STATUS)]
    Scenario {
        /// What the first end calls, such as "ask*2 close"
        #[arg(value_name = "PROGRAM")]
        first: String,
        /// What the second end calls; "" is a program without calls
        #[arg(value_name = "PROGRAM")]
        second: String,
        #[command(flatten)]
        asked: AskedArguments,
    },
    /// Prints the table as Markdown
    Table,
}

#[derive(Debug, Args)]
struct AskedArguments {
    /// A profile of the table; without it, the one that ships
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// How many messages each channel holds; without it, as the protocol says
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..))]
    capacity: Option<u8>,
    /// What the channels may do to messages; without it, as the protocol says
    #[arg(long, value_enum, value_name = "DELIVERY")]
    channel: Option<Delivery>,
    /// Gives up at about so many snapshots. The verdict is then `unfinished`, which is no pass
    #[arg(long, value_name = "N", default_value_t = Conditions::default().states_at_most)]
    states_at_most: usize,
    /// Shows the rows that each step takes, each with its citation
    #[arg(long)]
    rows: bool,
    /// As what the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    format: AnswerForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AnswerForm {
    /// Words and a chart, for a terminal
    Text,
    /// For a tool
    Json,
    /// A sequence diagram, for a document
    Mermaid,
}

/// What a run of the command writes, and its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandOutput {
    /// For standard output.
    pub output: String,
    /// For standard error.
    pub complaint: String,
    /// 0 if everything that has to hold holds and all of it was explored, 1 if something fails or
    /// was not explored to the end, and 2 if the arguments are not understood.
    pub status: u8,
}

/// Runs one of the commands `check`, `scenario` and `table` on a protocol, by the arguments of the
/// program, and says by the exit status what came of it: see [`CommandOutput::status`].
pub fn main<P: Protocol>(protocol: P) -> ExitCode {
    let CommandOutput { output, complaint, status } = run(&protocol, std::env::args_os());
    // Standard error is the last place to report to: if that fails too, the report is dropped.
    let _ = io::stderr().lock().write_all(complaint.as_bytes());
    let mut stdout = io::stdout().lock();
    match stdout.write_all(output.as_bytes()).and_then(|()| stdout.flush()) {
        // The reader of the output went away: there is nobody to tell.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "error: the answer cannot be written: {error}");
            ExitCode::from(status.max(1))
        }
        _ => ExitCode::from(status),
    }
}

/// The same with given arguments, the name of the program first, and without writing anything.
pub fn run<P: Protocol>(
    protocol: &P,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> CommandOutput {
    let arguments = match CommandLine::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = error.to_string();
            let (output, complaint, status) = match error.use_stderr() {
                true => (String::new(), text, 2),
                false => (text, String::new(), 0),
            };
            return CommandOutput { output, complaint, status };
        }
    };
    match answer(protocol, arguments.command) {
        Ok((output, holds)) => {
            CommandOutput { output, complaint: String::new(), status: u8::from(!holds) }
        }
        Err(Problem { words, status }) => {
            CommandOutput { output: String::new(), complaint: format!("error: {words}\n"), status }
        }
    }
}

/// Why a command could not answer, and the exit status that says so.
struct Problem {
    words: String,
    status: u8,
}

impl Problem {
    fn usage(error: impl ToString) -> Self {
        Self { words: error.to_string(), status: 2 }
    }

    fn output(error: impl ToString) -> Self {
        Self { words: error.to_string(), status: 1 }
    }
}

/// The text that the command writes, and whether everything holds.
fn answer<P: Protocol>(protocol: &P, command: ProtocolCommand) -> Result<(String, bool), Problem> {
    let (answer, asked) = match command {
        ProtocolCommand::Table => return Ok((markdown::table::<P>(), true)),
        ProtocolCommand::Check(asked) => {
            let answer = check(protocol, &conditions::<P>(&asked));
            (answer.map_err(Problem::usage)?, asked)
        }
        ProtocolCommand::Scenario { first, second, asked } => {
            let programs = [first.as_str(), second.as_str()];
            let answer = scenario(protocol, &conditions::<P>(&asked), programs);
            (answer.map_err(Problem::usage)?, asked)
        }
    };
    Ok((in_form(&answer, &asked)?, answer.holds()))
}

fn conditions<P: Protocol>(asked: &AskedArguments) -> Conditions<'_> {
    let own = P::CHANNEL;
    let channel = BoundedChannel {
        capacity: asked.capacity.unwrap_or(own.capacity),
        delivery: asked.channel.unwrap_or(own.delivery),
    };
    Conditions {
        profile: asked.profile.as_deref(),
        channel: Some(channel),
        states_at_most: asked.states_at_most,
    }
}

fn in_form(answer: &ProtocolAnswer, asked: &AskedArguments) -> Result<String, Problem> {
    Ok(match asked.format {
        AnswerForm::Text => answer.words(asked.rows),
        AnswerForm::Json => answer.json().map_err(Problem::output)? + "\n",
        AnswerForm::Mermaid => answer.mermaid(),
    })
}
