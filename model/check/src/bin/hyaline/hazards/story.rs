//! One hazard, told: what happens, what makes it, its shortest trace, and what ships instead.

use hyaline_check::report::answer::{HealsFound, ScenarioAnswer};
use hyaline_check::report::assessment::{Assessment, assess, assess_ends, one_run};
use hyaline_check::report::because::rule;
use hyaline_check::report::mermaid::mermaid;
use hyaline_check::report::page::page_of_hazard;
use hyaline_check::report::picture::picture;
use hyaline_check::report::sequence::Sequence;
use hyaline_check::report::subject;
use hyaline_check::runs::hazards::demonstration::{Demonstration, HazardCause, Version};
use hyaline_check::runs::hazards::entry::HazardEntry;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::scenario::Baselines;
use hyaline_check::side::Both;
use hyaline_model::table::FINGERPRINT;
use hyaline_protocol::print::wrap::paragraph;
use serde::Serialize;

use super::COLUMNS;
use crate::CommandStatus;
use crate::arguments::HazardFormat;
use crate::progress::Bar;
use crate::scenario::words::{chart, heading, healing};
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// A hazard and what came of it, for programs.
#[derive(Serialize)]
struct StoryOfHazard<'a> {
    #[serde(flatten)]
    entry: &'static HazardEntry,
    links: Vec<String>,
    /// Null, like all that follows, where the model does not show it.
    cause: Option<String>,
    found: Option<bool>,
    gone: Option<bool>,
    answer: Option<ScenarioAnswer<'a>>,
}

/// A hazard as the model shows it.
struct Staged {
    entry: &'static HazardEntry,
    demonstration: Demonstration,
    /// The names of both ends.
    names: Both<String>,
    assessment: Assessment,
    found: bool,
    gone: bool,
    /// Snapshots without the cause.
    states: usize,
}

pub(super) fn run(
    entry: &'static HazardEntry,
    effort: &Effort,
    format: HazardFormat,
) -> Result<CommandStatus, CommandError> {
    let Some(demonstration) = entry.demonstration()? else {
        write(&untold(entry, format)?)?;
        return Ok(CommandStatus::Holds);
    };
    let bar = Bar::new(1);
    let staged = Staged::of(entry, demonstration, effort, &bar);
    bar.clear();
    let staged = staged?;
    write(&staged.shown(format)?)?;
    let is_as_expected = staged.found && staged.gone;
    Ok(if is_as_expected { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// A hazard that the model does not show.
fn untold(entry: &'static HazardEntry, format: HazardFormat) -> Result<String, CommandError> {
    let outside = entry.outside.as_deref().unwrap_or_default();
    Ok(match format {
        HazardFormat::Text | HazardFormat::Junit | HazardFormat::Sarif | HazardFormat::Github => {
            let mut text = begin(entry);
            text.push_str(&chapter("not in the model", &[outside.to_owned()]));
            text.push_str(&chapter("what ships instead", std::slice::from_ref(&entry.shipped)));
            text + &sources(entry)
        }
        HazardFormat::Json => {
            let links = entry.links().collect();
            let story =
                StoryOfHazard { entry, links, cause: None, found: None, gone: None, answer: None };
            serde_json::to_string_pretty(&story)? + "\n"
        }
        HazardFormat::Markdown => {
            let why = format!("Not in the model: {outside}");
            markdown(entry, &[entry.story.clone(), why, entry.shipped.clone()])
        }
        HazardFormat::Svg | HazardFormat::Html => {
            let number = &entry.number;
            return Err(CommandError::Usage(format!("{number} has no trace. {outside}")));
        }
    })
}

impl Staged {
    fn of(
        entry: &'static HazardEntry,
        demonstration: Demonstration,
        effort: &Effort,
        bar: &Bar,
    ) -> Result<Self, CommandError> {
        let scenario = demonstration.scenario(Version::Endangered);
        let profiles = demonstration.profiles(Version::Endangered)?;
        let mut show = |progress| bar.show(&progress);
        let assessment = match demonstration.cause {
            HazardCause::Row(_) => {
                let ends = demonstration.ends(Version::Endangered)?;
                assess_ends(&scenario, ends, &mut Baselines::default(), effort, &mut show)?
            }
            HazardCause::Switch(..) | HazardCause::Inbox(_) => {
                assess(&scenario, &profiles, effort, true, &mut show)?
            }
        };
        let found = demonstration.expected(Version::Endangered).is_met(&assessment.checked);
        let (gone, states) = demonstration.is_met(Version::Shipped, effort, &mut show)?;
        let mut names = profiles.map(|profile| profile.to_string());
        if matches!(demonstration.cause, HazardCause::Row(_)) {
            names.of_mut(demonstration.endangered).push_str(" without a row");
        }
        Ok(Self { entry, demonstration, names, assessment, found, gone, states })
    }

    fn title(&self) -> String {
        let Both { client, server } = &self.names;
        format!("{client} × {server}: {}", self.demonstration.scenario(Version::Endangered))
    }

    fn answer(&self) -> ScenarioAnswer<'_> {
        let Both { client, server } = &self.names;
        ScenarioAnswer::of(&self.assessment, client, server, FINGERPRINT)
    }

    /// What is drawn: the trace that fails; where nothing fails, against expectation, any run.
    fn drawn(&self) -> Result<Sequence, CommandError> {
        if let Some(trace) = &self.assessment.trace {
            return Ok(trace.clone());
        }
        let version = Version::Endangered;
        let profiles = self.demonstration.profiles(version)?;
        Ok(one_run(&self.demonstration.scenario(version), &profiles)?)
    }

    fn shown(&self, format: HazardFormat) -> Result<String, CommandError> {
        let drawn = self.drawn()?;
        let headline = &self.assessment.headline;
        Ok(match format {
            // The forms of tools are of all hazards together.
            HazardFormat::Text
            | HazardFormat::Junit
            | HazardFormat::Sarif
            | HazardFormat::Github => self.text(&drawn)?,
            HazardFormat::Json => {
                let story = StoryOfHazard {
                    entry: self.entry,
                    links: self.entry.links().collect(),
                    cause: Some(self.demonstration.cause_in_words()),
                    found: Some(self.found),
                    gone: Some(self.gone),
                    answer: Some(self.answer()),
                };
                serde_json::to_string_pretty(&story)? + "\n"
            }
            HazardFormat::Markdown => {
                let diagram = format!("```mermaid\n{}```", mermaid(&drawn, headline, false));
                let mut paragraphs = self.paragraphs()?;
                paragraphs.insert(3, diagram);
                markdown(self.entry, &paragraphs)
            }
            HazardFormat::Svg => picture(&drawn, Some(headline), false).to_string() + "\n",
            HazardFormat::Html => {
                let mut paragraphs = self.paragraphs()?;
                let links: Vec<String> = self.entry.links().collect();
                if !links.is_empty() {
                    paragraphs.push(format!("Reports: {}.", links.join(", ")));
                }
                let heading = format!("{}: {}", self.entry.number, self.entry.title);
                let picture = picture(&drawn, None, false).to_string();
                page_of_hazard(&heading, &paragraphs, &self.answer(), &self.title(), &picture)
            }
        })
    }

    /// The story for documents, and how it is run.
    fn paragraphs(&self) -> Result<Vec<String>, CommandError> {
        let demonstration = &self.demonstration;
        let mut paragraphs = vec![
            self.entry.story.clone(),
            format!("Caused by {}. {}", demonstration.cause_in_words(), self.breaks()),
            format!("Between {}.", self.title().replacen(':', ",", 1)),
            format!("What ships instead: {} {}.", self.entry.shipped, self.is_gone()),
        ];
        if let Some(command) = demonstration.command()? {
            paragraphs.push(format!("Run it: `hyaline {command}`."));
        }
        Ok(paragraphs)
    }

    /// The property that fails.
    fn breaks(&self) -> String {
        let property = self.demonstration.property;
        let verdict = if self.found { "It breaks" } else { "NOT FOUND: it has to break" };
        format!("{verdict} `{property}`: {}.", rule(property))
    }

    /// What came of the same scenario without the cause.
    fn is_gone(&self) -> String {
        let states = self.states;
        match self.gone {
            true => format!("Without the cause it is gone: every property holds ({states} states)"),
            false => format!("NOT GONE without the cause ({states} states)"),
        }
    }

    fn text(&self, drawn: &Sequence) -> Result<String, CommandError> {
        let assessment = &self.assessment;
        let mut text = begin(self.entry);
        text.push_str(&chapter("caused by", &[self.demonstration.cause_in_words()]));
        text.push_str(&paragraph("  ", &self.title(), COLUMNS));
        text.push_str(&heading("what comes of it"));
        let style = if self.found { BAD } else { HEADING };
        let headline = paragraph("  ", &assessment.headline, COLUMNS);
        text.extend(headline.lines().map(|line| styled(style, line) + "\n"));
        text.push_str(&paragraph("  ", &self.breaks(), COLUMNS));
        if !assessment.explanation.is_empty() {
            text.push_str(&chapter("because", &assessment.explanation));
        }
        if let Some(heals) = assessment.heals.as_ref().map(HealsFound::of) {
            text.push_str(&healing("what would heal it", &heals));
        }
        text.push_str(&trace(drawn, assessment));
        text.push_str(&chapter("what ships instead", std::slice::from_ref(&self.entry.shipped)));
        let style = if self.gone { GOOD } else { BAD };
        let gone = paragraph("  ", &self.is_gone(), COLUMNS);
        text.extend(gone.lines().map(|line| styled(style, line) + "\n"));
        text.push_str(&sources(self.entry));
        if let Some(command) = self.demonstration.command()? {
            text.push_str(&heading("run it"));
            // A command is not wrapped: it is to be copied.
            text.push_str(&format!("  hyaline {command}\n"));
        }
        Ok(text + &format!("\n{}\n", styled(FAINT, subject())))
    }
}

/// A heading, and paragraphs below.
fn chapter(title: &str, paragraphs: &[String]) -> String {
    let lines = paragraphs.iter().map(|text| paragraph("  ", text, COLUMNS));
    heading(title) + &lines.collect::<String>()
}

/// The title and the story.
fn begin(entry: &HazardEntry) -> String {
    let title = format!("{}: {}", entry.number, entry.title);
    let mut text = styled(HEADING, title) + "\n";
    text.push_str(&paragraph("  ", &entry.story, COLUMNS));
    text
}

/// The trace as a chart, on both sides of which stand the ends.
fn trace(drawn: &Sequence, assessment: &Assessment) -> String {
    let about = match assessment.property {
        Some(property) => format!("the shortest trace against `{property}`"),
        None => "one of its runs".to_owned(),
    };
    chart(drawn, &format!("{about}, {} steps", drawn.steps.len()), false, false)
}

/// Who is concerned, where that was reported, and which tests are about it.
fn sources(entry: &HazardEntry) -> String {
    let mut text = chapter("libraries", &entry.libraries);
    let links: Vec<String> = entry.links().collect();
    if !links.is_empty() {
        text.push_str(&chapter("reports", &links));
    }
    if let Some(path) = &entry.sockets {
        text.push_str(&chapter("another library on sockets", std::slice::from_ref(path)));
    }
    if !entry.tests.is_empty() {
        text.push_str(&chapter("this library", &entry.tests));
    }
    text
}

fn markdown(entry: &HazardEntry, paragraphs: &[String]) -> String {
    let mut text = format!("# {}: {}\n", entry.number, entry.title);
    for paragraph in paragraphs {
        text.push_str(&format!("\n{paragraph}\n"));
    }
    text.push_str(&format!("\nLibraries: {}.\n", entry.libraries.join(", ")));
    let reports = entry.reports.iter().zip(entry.links());
    let reports: Vec<String> =
        reports.map(|(report, link)| format!("[{report}]({link})")).collect();
    if !reports.is_empty() {
        text.push_str(&format!("\nReports: {}.\n", reports.join(", ")));
    }
    let tests: Vec<String> =
        entry.sockets.iter().chain(&entry.tests).map(|path| format!("`{path}`")).collect();
    if !tests.is_empty() {
        text.push_str(&format!("\nTests: {}.\n", tests.join(", ")));
    }
    text
}
