//! `hyaline relay`.

pub(crate) mod cases;
mod every;
mod words;

use std::time::{Duration, Instant};

use hyaline_check::relay::answer::RelayAnswer;
use hyaline_check::relay::assessment::{RelayAssessment, assess, one_run};
use hyaline_check::relay::page::page;
use hyaline_check::relay::scenario::RelayError;
use hyaline_check::relay::written::AskedRelay;
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::report::mermaid::mermaid;
use hyaline_check::report::picture::picture;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::scenario::ScenarioError;

use crate::CommandStatus;
use crate::arguments::{AnswerFormat, RelayArguments, ShownArguments};
use crate::progress::Bar;
use crate::screen::{CommandError, write};

pub(crate) use self::words::words;

pub(crate) fn run(arguments: &RelayArguments) -> Result<CommandStatus, CommandError> {
    // The command line has both programs, or how long all of them may be.
    let Some(asked) = arguments.asked() else { return every::run(arguments) };
    let (effort, shown) = (arguments.effort(), &arguments.shown);
    let answered = AnsweredRelay::of(asked, &effort, shown.looks_for_heals())?;
    write(&answered.shown(shown)?)?;
    Ok(if answered.is_good() { CommandStatus::Holds } else { CommandStatus::Fails })
}

fn refused(error: RelayError) -> CommandError {
    match error {
        RelayError::BaselineUnfinished => ScenarioError::BaselineUnfinished.into(),
        error => CommandError::Usage(error.to_string()),
    }
}

/// What is asked of a relay, and the answer.
pub(crate) struct AnsweredRelay {
    asked: AskedRelay,
    pub(crate) title: String,
    pub(crate) assessment: RelayAssessment,
    /// How long it took.
    elapsed: Duration,
}

impl AnsweredRelay {
    /// Explores what is asked.
    pub(crate) fn of(
        asked: AskedRelay,
        effort: &Effort,
        with_heals: bool,
    ) -> Result<Self, CommandError> {
        let (bar, begin) = (Bar::new(1), Instant::now());
        let mut show = |progress| bar.show(&progress);
        let found = assess(&asked.scenario, &asked.policies(), effort, with_heals, &mut show);
        bar.clear();
        let assessment = found.map_err(refused)?;
        Ok(Self { title: asked.title(), asked, assessment, elapsed: begin.elapsed() })
    }

    /// Whether TLS adds nothing.
    fn is_good(&self) -> bool {
        matches!(self.assessment.conclusion, Conclusion::Holds | Conclusion::HangsOverTcp)
    }

    /// The answer as data.
    pub(crate) fn answer(&self) -> RelayAnswer<'_> {
        RelayAnswer::of(&self.title, &self.assessment)
    }

    /// The answer in the form that is asked for.
    fn shown(&self, shown: &ShownArguments) -> Result<String, CommandError> {
        if let Some(format) = shown.format().of_tool() {
            return Ok(self.suite().in_form(format)?);
        }
        let assessment = &self.assessment;
        let drawn = || match &assessment.trace {
            Some(trace) => Ok(trace.clone()),
            // Nothing fails, and so any run shows what happens.
            None => one_run(&self.asked.scenario, &self.asked.policies()).map_err(refused),
        };
        let headline = assessment.headline.as_str();
        Ok(match shown.format() {
            // What a tool reads has been answered above.
            AnswerFormat::Text
            | AnswerFormat::Junit
            | AnswerFormat::Sarif
            | AnswerFormat::Markdown
            | AnswerFormat::Github => words(&self.title, assessment, shown),
            AnswerFormat::Json => serde_json::to_string_pretty(&self.answer())? + "\n",
            AnswerFormat::Svg => {
                picture(&drawn()?, Some(headline), shown.handshake).to_string() + "\n"
            }
            AnswerFormat::Html => {
                let picture = picture(&drawn()?, None, shown.handshake).to_string();
                page(&self.answer(), &picture)
            }
            AnswerFormat::Mermaid => mermaid(&drawn()?, headline, shown.handshake),
        })
    }
}
