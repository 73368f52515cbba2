//! The commands of a protocol's own program.

mod arguments;
mod cases;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anstream::adapter::strip_str;
use clap::{CommandFactory, Parser};
use clap_mangen::Man;

use self::arguments::{AnswerForm, AskedArguments, CommandLine, ProtocolCommand};
use crate::answer::ProtocolAnswer;
use crate::ask::{Question, Watch, ask};
use crate::print::mark::{Mark, coloured};
use crate::print::markdown;
use crate::progress::{ExplorationBar, ExplorationProgress};
use crate::protocol::Protocol;

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
///
/// On a terminal the answer has colours, unless `NO_COLOR` is set; elsewhere it has none. A search
/// that takes long says on standard error how far it is.
pub fn main<P: Protocol>(protocol: P) -> ExitCode {
    let mut watch = BehindBar(None);
    let answered = answered(&protocol, std::env::args_os(), &mut watch);
    let CommandOutput { output, complaint, status } = answered;
    // Standard error is the last place to report to: if that fails too, the report is dropped.
    let _ = anstream::stderr().lock().write_all(complaint.as_bytes());
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(output.as_bytes()).and_then(|()| stdout.flush()) {
        // The reader of the output went away: there is nobody to tell.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "error: the answer cannot be written: {error}");
            ExitCode::from(status.max(1))
        }
        _ => ExitCode::from(status),
    }
}

/// The same with given arguments, the name of the program first, without colours, and without
/// writing anything.
pub fn run<P: Protocol>(
    protocol: &P,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> CommandOutput {
    let CommandOutput { output, complaint, status } = answered(protocol, arguments, &mut ());
    let [output, complaint] = [output, complaint].map(|text| strip_str(&text).to_string());
    CommandOutput { output, complaint, status }
}

/// What a run of the command writes, in colours.
fn answered<P: Protocol>(
    protocol: &P,
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    watch: &mut dyn Watch,
) -> CommandOutput {
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let name = arguments.first().and_then(|path| Path::new(path).file_stem());
    let name = name.map_or("protocol".into(), |name| name.to_string_lossy());
    let command = match CommandLine::try_parse_from(&arguments) {
        Ok(CommandLine { command }) => command,
        Err(error) => {
            let text = error.render().ansi().to_string();
            let (output, complaint, status) = match error.use_stderr() {
                true => (String::new(), text, 2),
                false => (text, String::new(), 0),
            };
            return CommandOutput { output, complaint, status };
        }
    };
    match answer(protocol, &command, &name, watch) {
        Ok((output, holds)) => {
            CommandOutput { output, complaint: String::new(), status: u8::from(!holds) }
        }
        Err(Problem { words, status }) => {
            let complaint = format!("{}: {words}\n", coloured(Mark::Bad, "error"));
            CommandOutput { output: String::new(), complaint, status }
        }
    }
}

/// The bar behind which explorations go on; none before they begin.
struct BehindBar(Option<ExplorationBar>);

impl Watch for BehindBar {
    fn begins(&mut self, explorations: usize) {
        self.0 = Some(ExplorationBar::new(explorations));
    }

    fn explores(&mut self, progress: ExplorationProgress) {
        if let Some(bar) = &self.0 {
            bar.show(&progress);
        }
    }

    fn ends(&mut self) {
        if let Some(bar) = &self.0 {
            bar.advance();
        }
    }

    fn is_over(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.clear();
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

/// The text that the command of this name writes, and whether everything holds.
fn answer<P: Protocol>(
    protocol: &P,
    command: &ProtocolCommand,
    name: &str,
    watch: &mut dyn Watch,
) -> Result<(String, bool), Problem> {
    let (title, asked, answer) = match command {
        ProtocolCommand::Table => return Ok((markdown::table::<P>(), true)),
        ProtocolCommand::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut CommandLine::command(), name, &mut script);
            return Ok((String::from_utf8_lossy(&script).into_owned(), true));
        }
        ProtocolCommand::Manual => {
            let command = CommandLine::command().bin_name(name).display_name(name);
            let mut page = Vec::new();
            Man::new(command).render(&mut page).map_err(Problem::output)?;
            return Ok((String::from_utf8_lossy(&page).into_owned(), true));
        }
        ProtocolCommand::Check { calls, asked } => {
            let question = calls.map_or(Question::Own, Question::Every);
            ("check", asked, ask(protocol, &asked.conditions::<P>(), question, watch))
        }
        ProtocolCommand::Scenario { first, second, asked } => {
            let question = Question::Two([first.as_str(), second.as_str()]);
            ("scenario", asked, ask(protocol, &asked.conditions::<P>(), question, watch))
        }
    };
    let answer = answer.map_err(Problem::usage)?;
    Ok((in_form::<P>(&answer, title, asked)?, answer.holds()))
}

fn in_form<P: Protocol>(
    answer: &ProtocolAnswer,
    title: &str,
    asked: &AskedArguments,
) -> Result<String, Problem> {
    if let Some(format) = asked.format.of_tool() {
        return cases::suite::<P>(answer, title).in_form(format).map_err(Problem::output);
    }
    Ok(match asked.format {
        AnswerForm::Json => answer.json().map_err(Problem::output)? + "\n",
        AnswerForm::Mermaid => answer.mermaid(),
        // What a tool reads has been answered above.
        AnswerForm::Text
        | AnswerForm::Junit
        | AnswerForm::Sarif
        | AnswerForm::Markdown
        | AnswerForm::Github => answer.painted_words(asked.rows, &coloured),
    })
}
