//! `hyaline scenario`.

pub(crate) mod cases;
mod file;
pub(crate) mod words;

use hyaline_check::report::alternatives::worst_of;
use hyaline_check::report::answer::ScenarioAnswer;
use hyaline_check::report::assessment::{Assessment, Conclusion, assess_ends, one_run};
use hyaline_check::report::mermaid::mermaid;
use hyaline_check::report::page::page;
use hyaline_check::report::picture::picture;
use hyaline_check::runs::alternatives::Alternatives;
use hyaline_check::runs::heals::heals;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::endpoints_of;
use hyaline_check::search::scenario::Baselines;
use hyaline_check::side::Both;
use hyaline_model::table::FINGERPRINT;

use crate::CommandStatus;
use crate::arguments::{AnswerFormat, ScenarioArguments, ShownArguments};
use crate::progress::Bar;
use crate::screen::{CommandError, write};

pub(crate) fn run(arguments: &ScenarioArguments) -> Result<CommandStatus, CommandError> {
    let effort = arguments.effort();
    if let Some(path) = &arguments.file {
        return file::run(path, &effort, &arguments.shown);
    }
    // The command line has both programs where it names no file.
    let Some(scenarios) = arguments.scenarios() else { return Ok(CommandStatus::Usage) };
    let scenarios = scenarios.map_err(|error| CommandError::Usage(error.to_string()))?;
    let asked = Asked { scenarios, profiles: arguments.profiles() };
    let assessment = asked.assess(&effort, arguments.shown.looks_for_heals())?;
    write(&asked.shown(&assessment, &arguments.shown)?)?;
    Ok(match assessment.conclusion {
        Conclusion::Holds | Conclusion::HangsOverTcp => CommandStatus::Holds,
        Conclusion::Fails | Conclusion::Unfinished => CommandStatus::Fails,
    })
}

/// A scenario, once for each alternative of its programs, and the profiles between which it is
/// asked for.
struct Asked {
    scenarios: Alternatives<Scenario>,
    profiles: Both<NamedProfile>,
}

impl Asked {
    /// The answer: where the programs choose, to the worst of the alternatives.
    fn assess(&self, effort: &Effort, with_heals: bool) -> Result<Assessment, CommandError> {
        let profiles = self.profiles.clone().map(|named| named.profile());
        let mut baselines = Baselines::default();
        let bar = Bar::new(self.scenarios.count());
        let found = worst_of(&self.scenarios, |scenario| {
            let ends = endpoints_of(scenario, &profiles);
            let mut show = |progress| bar.show(&progress);
            let found = assess_ends(scenario, ends, &mut baselines, effort, &mut show);
            bar.advance();
            found
        });
        bar.clear();
        let (_, mut assessment) = found?;
        if with_heals && assessment.conclusion == Conclusion::Fails {
            let found = heals(&assessment.checked, profiles, &mut baselines, effort)?;
            assessment.heals = Some(found);
        }
        Ok(assessment)
    }

    /// The names of both ends, and the scenario that the answer is about.
    fn title(&self, assessment: &Assessment) -> String {
        let Both { client, server } = &self.profiles;
        format!("{client} × {server}: {}", assessment.checked.scenario)
    }

    fn answer<'a>(&self, assessment: &'a Assessment) -> ScenarioAnswer<'a> {
        let Both { client, server } = &self.profiles;
        let (client, server) = (client.to_string(), server.to_string());
        ScenarioAnswer::of(assessment, &client, &server, FINGERPRINT)
    }

    /// The answer in the form that is asked for.
    fn shown(
        &self,
        assessment: &Assessment,
        shown: &ShownArguments,
    ) -> Result<String, CommandError> {
        if let Some(format) = shown.format().of_tool() {
            return Ok(self.suite(assessment).in_form(format)?);
        }
        let answer = self.answer(assessment);
        let profiles = self.profiles.clone().map(|named| named.profile());
        let drawn = match &assessment.trace {
            Some(trace) => trace.clone(),
            // No property fails, and so any run shows what happens.
            None => one_run(&assessment.checked.scenario, &profiles)?,
        };
        let picture = |headline| picture(&drawn, headline, shown.handshake).to_string();
        Ok(match shown.format() {
            // What a tool reads has been answered above.
            AnswerFormat::Text
            | AnswerFormat::Junit
            | AnswerFormat::Sarif
            | AnswerFormat::Markdown
            | AnswerFormat::Github => {
                words::whole(&self.title(assessment), assessment, &answer, shown)
            }
            AnswerFormat::Json => serde_json::to_string_pretty(&answer)? + "\n",
            AnswerFormat::Svg => picture(Some(&assessment.headline)) + "\n",
            AnswerFormat::Html => page(&answer, &self.title(assessment), &picture(None)),
            AnswerFormat::Mermaid => mermaid(&drawn, &assessment.headline, shown.handshake),
        })
    }
}
