//! How the model shows a hazard: one scenario is explored with the hazard's cause, where the hazard
//! has to be found, and without it, where every property has to hold.

use std::fmt;

use hyaline_model::table::ROWS;
use serde::Deserialize;

use crate::ends::tls::Tls;
use crate::interpret::mutation::Mutation;
use crate::judgement::outcome::Harm;
use crate::judgement::properties;
use crate::judgement::system::Judgement;
use crate::programs::Programs;
use crate::runs::command::command_of;
use crate::runs::run::{Expected, RunError};
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::search::explore::{Effort, ExplorationProgress};
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::{Baselines, ScenarioError, check};
use crate::side::{Both, Side};

/// How the model shows a hazard, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WrittenDemonstration {
    /// Whether `hyaline check` runs it too.
    #[serde(default)]
    pub in_check: bool,
    /// The endangered end: `client` or `server`.
    at: String,
    /// The guilty switch of that end and its value, as `switch=value`.
    switch: Option<String>,
    /// The guilty inbox of both ends, in records.
    inbox: Option<u8>,
    /// How the one row of the table begins that is left out at that end, behind its machine.
    row: Option<String>,
    /// The other end's profile.
    #[serde(default = "shipped")]
    other: String,
    client: String,
    server: String,
    /// Capacity of each send queue, in records.
    #[serde(default = "one")]
    send: u8,
    /// Capacity of each receive queue, in records.
    #[serde(default = "one")]
    receive: u8,
    #[serde(default)]
    tickets: u8,
    /// Records of early data that the client sends, and the server accepts.
    #[serde(default)]
    early_data: u8,
    /// The client's certificate, by the word of the command line.
    certificate: Option<String>,
    /// What programs notice.
    harm: Option<String>,
    /// The property that fails, where it is not that of the comparison or of the rejection.
    property: Option<String>,
}

fn shipped() -> String {
    "hyaline".to_owned()
}

const fn one() -> u8 {
    1
}

/// What makes a hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HazardCause {
    /// A switch of the endangered end's policy has this value.
    Switch(&'static str, &'static str),
    /// The inbox of both ends holds so many records, and no more.
    Inbox(u8),
    /// The endangered end's table lacks a row.
    Row(Mutation),
}

/// Whether a scenario runs with the cause of its hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// With it: the hazard has to be found.
    Endangered,
    /// As this library ships: every property has to hold.
    Shipped,
}

/// How the model shows a hazard.
#[derive(Clone, Copy, Debug)]
pub struct Demonstration {
    /// The hazard's number.
    pub name: &'static str,
    /// What makes it.
    pub cause: HazardCause,
    /// The end that suffers from the cause, and ships without.
    pub endangered: Side,
    /// The other end's profile.
    pub other: Profile,
    /// The bounds, without the cause.
    pub scenario: Scenario,
    /// The property that fails with the cause.
    pub property: &'static str,
    /// What a call reports that it should not; nothing where no program notices.
    pub harm: Option<Harm>,
}

/// What came of both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundAndGone {
    /// With the cause the property fails, with the harm.
    pub found: bool,
    /// Without it every property holds.
    pub gone: bool,
    /// Snapshots of both explorations.
    pub states: usize,
}

impl FoundAndGone {
    /// Whether both are as they have to be.
    #[must_use]
    pub const fn is_as_expected(&self) -> bool {
        self.found && self.gone
    }
}

impl Demonstration {
    pub(super) fn of(
        name: &'static str,
        written: &'static WrittenDemonstration,
    ) -> Result<Self, RunError> {
        let wrong = |what: &str| RunError::Catalogue(format!("{name}: {what}"));
        let endangered = Side::ALL
            .into_iter()
            .find(|side| side.to_string() == written.at)
            .ok_or_else(|| wrong("`at` is client or server"))?;
        let programs = Both { client: written.client.parse()?, server: written.server.parse()? };
        let scenario = Scenario {
            send: written.send,
            receive: written.receive,
            tickets: written.tickets,
            resumed: written.early_data > 0,
            early_data: written.early_data,
            client_certificate: certificate(written.certificate.as_deref())
                .ok_or_else(|| wrong("no such certificate"))?,
            ..Scenario::new(Programs::Fixed(programs))
        };
        let harm = |word: &String| {
            let harm = Harm::ALL.into_iter().find(|harm| harm.to_string() == *word);
            harm.ok_or_else(|| wrong("no such harm"))
        };
        Ok(Self {
            name,
            cause: cause(written).ok_or_else(|| wrong("not one cause"))?,
            endangered,
            other: written.other.parse()?,
            scenario,
            property: property(&scenario, written.property.as_deref())
                .ok_or_else(|| wrong("no such property"))?,
            harm: written.harm.as_ref().map(harm).transpose()?,
        })
    }

    /// What makes the hazard, in words, and where.
    #[must_use]
    pub fn cause_in_words(&self) -> String {
        let at = self.endangered;
        match self.cause {
            HazardCause::Switch(switch, value) => format!("`{switch}={value}` at the {at}"),
            HazardCause::Inbox(1) => "an inbox of one record".to_owned(),
            HazardCause::Inbox(records) => format!("an inbox of {records} records"),
            HazardCause::Row(mutation) => {
                let row = mutation.to_string();
                let row = row.split(" => ").next().unwrap_or_default();
                format!("a row left out at the {at}: `{row}`")
            }
        }
    }

    /// Both ends' profiles.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn profiles(&self, version: Version) -> Result<Both<Profile>, RunError> {
        let mut profiles = Both { client: self.other, server: self.other };
        *profiles.of_mut(self.endangered) = match (version, self.cause) {
            (Version::Endangered, HazardCause::Switch(switch, value)) => {
                Profile::HYALINE.with(switch, value)?
            }
            _ => Profile::HYALINE,
        };
        Ok(profiles)
    }

    /// The bounds.
    #[must_use]
    pub const fn scenario(&self, version: Version) -> Scenario {
        match (version, self.cause) {
            (Version::Endangered, HazardCause::Inbox(inbox)) => Scenario { inbox, ..self.scenario },
            _ => self.scenario,
        }
    }

    /// Both ends.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn ends(&self, version: Version) -> Result<Both<Tls>, RunError> {
        let mut ends = endpoints_of(&self.scenario(version), &self.profiles(version)?);
        if let (Version::Endangered, HazardCause::Row(mutation)) = (version, self.cause) {
            let end = ends.of_mut(self.endangered);
            *end = end.with_mutation(mutation);
        }
        Ok(ends)
    }

    /// What has to come of it.
    #[must_use]
    pub fn expected(&self, version: Version) -> Expected {
        match version {
            Version::Endangered => Expected::Caught {
                property: self.property,
                harms: self.harm.into_iter().collect(),
                lost_good_runs: false,
            },
            Version::Shipped => Expected::Holds,
        }
    }

    /// Whether what has to come of one version comes of it, and how many snapshots it has.
    ///
    /// # Errors
    ///
    /// If a profile cannot be read, or the scenario is out of bounds.
    pub fn is_met(
        &self,
        version: Version,
        effort: &Effort,
        progress: &mut dyn FnMut(ExplorationProgress),
    ) -> Result<(bool, usize), DemonstrationError> {
        let (scenario, ends) = (self.scenario(version), self.ends(version)?);
        let mut baselines = Baselines::default();
        // TLS is compared with all that plain TCP does, so plain TCP is always explored to the end.
        baselines.of(&scenario, &Effort { states_at_most: None, ..*effort }, progress)?;
        let checked = check(&scenario, ends, &mut baselines, effort, progress)?;
        Ok((self.expected(version).is_met(&checked), checked.exploration.states))
    }

    /// Explores both versions.
    ///
    /// # Errors
    ///
    /// If a profile cannot be read, or the scenario is out of bounds.
    pub fn explored(
        &self,
        effort: &Effort,
        progress: &mut dyn FnMut(ExplorationProgress),
    ) -> Result<FoundAndGone, DemonstrationError> {
        let (found, with) = self.is_met(Version::Endangered, effort, progress)?;
        let (gone, without) = self.is_met(Version::Shipped, effort, progress)?;
        Ok(FoundAndGone { found, gone, states: with + without })
    }

    /// The command that shows it, by its shortest trace: what stands behind `hyaline`. Nothing
    /// where the cause is a row, which no command leaves out.
    ///
    /// # Errors
    ///
    /// If there is no such switch.
    pub fn command(&self) -> Result<Option<String>, RunError> {
        if matches!(self.cause, HazardCause::Row(..)) {
            return Ok(None);
        }
        let profiles = self.profiles(Version::Endangered)?;
        Ok(command_of(&profiles, &self.scenario(Version::Endangered)))
    }
}

/// The one cause that is written; nothing if there is none, or another than one.
fn cause(written: &'static WrittenDemonstration) -> Option<HazardCause> {
    match (&written.switch, written.inbox, &written.row) {
        (Some(switch), None, None) => {
            let (switch, value) = switch.split_once('=')?;
            Some(HazardCause::Switch(switch, value))
        }
        (None, Some(records), None) => Some(HazardCause::Inbox(records)),
        (None, None, Some(begin)) => {
            let is_meant = |machine: &str, text: &str| {
                begin
                    .split_once(": ")
                    .is_some_and(|(own, rest)| own == machine && text.starts_with(rest))
            };
            let mut rows = ROWS.iter().filter(|row| is_meant(row.machine.name(), row.text));
            let row = rows.next()?;
            rows.next().is_none().then_some(HazardCause::Row(Mutation::Masked(row.number)))
        }
        _ => None,
    }
}

fn certificate(word: Option<&str>) -> Option<ClientCertificate> {
    use ClientCertificate::{Declined, Good, Missing, None, Rejected};
    let word = word.unwrap_or(None.word());
    [None, Good, Rejected, Declined, Missing].into_iter().find(|one| one.word() == word)
}

/// The property of this name; where none is named, that of the rejection or of the comparison.
fn property(scenario: &Scenario, name: Option<&str>) -> Option<&'static str> {
    let Some(name) = name else {
        return Some(match scenario.client_certificate.rejecting_side() {
            Some(_) => properties::REJECTION_IS_TOLD,
            None => properties::TRANSPARENT,
        });
    };
    properties::names(&Judgement::Record).into_iter().find(|known| *known == name)
}

/// Why a hazard cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemonstrationError {
    /// A program or profile cannot be read.
    Run(RunError),
    /// The scenario cannot be explored.
    Scenario(ScenarioError),
}

impl fmt::Display for DemonstrationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(formatter),
            Self::Scenario(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for DemonstrationError {}

impl From<RunError> for DemonstrationError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<ScenarioError> for DemonstrationError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}
