//! How scenarios are written in a file: TOML, with the keys that the command line has.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use clap::ValueEnum;
use hyaline_check::judgement::properties::names;
use hyaline_check::judgement::system::Judgement;
use hyaline_check::judgement::transparency::Baseline;
use hyaline_check::programs::{Program, Programs};
use hyaline_check::report::assessment::Conclusion;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::scenario::ScenarioError;
use hyaline_check::side::Both;
use hyaline_check::world::tcp::Vanishing;
use serde::Deserialize;
use toml::Spanned;

use super::super::Asked;
use crate::arguments::{
    CertificateArgument, ResetArgument, TimersArgument, VanishingArgument, buffers, program,
};

/// One scenario of a file.
pub(super) struct Entry {
    pub(super) name: String,
    /// The line in which the name stands, from 1.
    pub(super) line: usize,
    pub(super) asked: Asked,
    pub(super) expected: Conclusion,
    /// The property that has to be among those that fail.
    pub(super) property: Option<String>,
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    scenario: Vec<WrittenScenario>,
}

/// A scenario as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenScenario {
    name: Spanned<String>,
    expect: Spanned<String>,
    property: Option<Spanned<String>>,
    client_program: Spanned<String>,
    server_program: Spanned<String>,
    client: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    buffers: Option<Spanned<String>>,
    send_buffer: Option<Spanned<u8>>,
    receive_buffer: Option<Spanned<u8>>,
    tickets: Option<Spanned<u8>>,
    record_cells: Option<Spanned<u8>>,
    inbox: Option<Spanned<u8>>,
    client_certificate: Option<Spanned<String>>,
    reset: Option<Spanned<String>>,
    vanishing: Option<Spanned<String>>,
    retry: Option<bool>,
    resumed: Option<bool>,
    timers: Option<Spanned<String>>,
}

/// Reads the scenarios of a file.
///
/// # Errors
///
/// What is wrong, with the file, the line and the key.
pub(super) fn read(text: &str, path: &str) -> Result<Vec<Entry>, String> {
    let written: WrittenFile = toml::from_str(text)
        .map_err(|error| format!("{path}: {}", error.to_string().trim_end()))?;
    if written.scenario.is_empty() {
        return Err(format!("{path}: there is no [[scenario]] in it"));
    }
    let reader = Reader { text, path };
    let mut entries: Vec<Entry> = Vec::new();
    for scenario in &written.scenario {
        let name = &scenario.name;
        if entries.iter().any(|other| other.name == *name.get_ref()) {
            return Err(reader.wrong("name", &name.span(), "two scenarios have this name"));
        }
        entries.push(reader.entry(scenario)?);
    }
    Ok(entries)
}

/// What knows in which line a value stands.
struct Reader<'a> {
    text: &'a str,
    path: &'a str,
}

impl Reader<'_> {
    /// The number of the line in which something stands, from 1.
    fn line(&self, place: &Range<usize>) -> usize {
        let before = self.text.get(..place.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    fn wrong(&self, key: &str, place: &Range<usize>, what: impl std::fmt::Display) -> String {
        let line = self.line(place);
        format!("{}, line {line}, key `{key}`: {what}", self.path)
    }

    /// A value that is read from words.
    fn of_words<T, E: std::fmt::Display>(
        &self,
        key: &str,
        words: &Spanned<String>,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, String> {
        read(words.get_ref()).map_err(|error| self.wrong(key, &words.span(), error))
    }

    /// One of the values that the command line has too; the first of them where none is written.
    fn choice<T: ValueEnum>(
        &self,
        key: &str,
        word: Option<&Spanned<String>>,
        otherwise: T,
    ) -> Result<T, String> {
        let Some(word) = word else { return Ok(otherwise) };
        self.of_words(key, word, |text| {
            T::from_str(text, false).map_err(|_| {
                let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
                let names: Vec<String> = values.map(|one| one.get_name().to_owned()).collect();
                format!("`{text}` is none of {}", names.join(", "))
            })
        })
    }

    /// A number of a range; another one where none is written.
    fn number(
        &self,
        key: &str,
        number: Option<&Spanned<u8>>,
        range: RangeInclusive<u8>,
        otherwise: u8,
    ) -> Result<u8, String> {
        let Some(number) = number else { return Ok(otherwise) };
        let (least, most) = (*range.start(), *range.end());
        match range.contains(number.get_ref()) {
            true => Ok(*number.get_ref()),
            false => {
                Err(self.wrong(key, &number.span(), format!("a number from {least} to {most}")))
            }
        }
    }

    fn profile(&self, key: &str, name: Option<&Spanned<String>>) -> Result<NamedProfile, String> {
        match name {
            Some(name) => self.of_words(key, name, str::parse),
            None => "hyaline".parse().map_err(|error| format!("{}: {error}", self.path)),
        }
    }

    fn entry(&self, written: &WrittenScenario) -> Result<Entry, String> {
        let scenario = self.scenario(written)?;
        let place = written.name.span();
        // What the queues and programs of a scenario may be is known where it is explored.
        scenario.tcp().ok_or_else(|| self.wrong("name", &place, ScenarioError::QueueTooLong))?;
        let profiles = Both {
            client: self.profile("client", written.client.as_ref())?,
            server: self.profile("server", written.server.as_ref())?,
        };
        let expected = self.of_words("expect", &written.expect, expected)?;
        let property = written.property.as_ref();
        let property = property.map(|name| {
            if expected != Conclusion::Fails {
                let words = "a property is named where `fails` is expected";
                return Err(self.wrong("property", &name.span(), words));
            }
            self.of_words("property", name, |text| known_property(&scenario, text))
        });
        Ok(Entry {
            name: written.name.get_ref().clone(),
            line: self.line(&place),
            asked: Asked { scenario, profiles },
            expected,
            property: property.transpose()?,
        })
    }

    fn scenario(&self, written: &WrittenScenario) -> Result<Scenario, String> {
        let of_program = |key: &str, text: &Spanned<String>| -> Result<Program, String> {
            self.of_words(key, text, program)
        };
        let programs = Programs::Fixed(Both {
            client: of_program("client-program", &written.client_program)?,
            server: of_program("server-program", &written.server_program)?,
        });
        let otherwise = Scenario::new(programs);
        let (send, receive) = self.queues(written, &otherwise)?;
        let number = |key, number: &Option<Spanned<u8>>, range, otherwise| {
            self.number(key, number.as_ref(), range, otherwise)
        };
        let certificate = written.client_certificate.as_ref();
        let certificate =
            self.choice("client-certificate", certificate, CertificateArgument::None)?;
        let reset = self.choice("reset", written.reset.as_ref(), ResetArgument::Keeps)?;
        let vanishing = written.vanishing.as_ref();
        let vanishing = self.choice("vanishing", vanishing, VanishingArgument::Never)?;
        let timers = self.choice("timers", written.timers.as_ref(), TimersArgument::Quiescent)?;
        let cells = otherwise.record_cells;
        Ok(Scenario {
            send,
            receive,
            record_cells: number("record-cells", &written.record_cells, 1..=2, cells)?,
            inbox: number("inbox", &written.inbox, 0..=8, otherwise.inbox)?,
            tickets: number("tickets", &written.tickets, 0..=8, otherwise.tickets)?,
            retry: written.retry.unwrap_or(false),
            resumed: written.resumed.unwrap_or(false),
            reset_rule: reset.into(),
            vanishing: vanishing.into(),
            client_certificate: certificate.into(),
            timers: timers.into(),
            ..otherwise
        })
    }

    /// Capacities of the queues: by name, or one by one.
    fn queues(&self, written: &WrittenScenario, otherwise: &Scenario) -> Result<(u8, u8), String> {
        let (send, receive) = (written.send_buffer.as_ref(), written.receive_buffer.as_ref());
        let Some(name) = &written.buffers else {
            return Ok((
                self.number("send-buffer", send, 0..=8, otherwise.send)?,
                self.number("receive-buffer", receive, 0..=8, otherwise.receive)?,
            ));
        };
        if send.is_some() || receive.is_some() {
            let words = "buffers have a name, or send-buffer and receive-buffer, not both";
            return Err(self.wrong("buffers", &name.span(), words));
        }
        let named = self.of_words("buffers", name, buffers)?;
        Ok((named.send, named.receive))
    }
}

fn expected(word: &str) -> Result<Conclusion, String> {
    let all = [Conclusion::Holds, Conclusion::Fails, Conclusion::HangsOverTcp];
    all.into_iter().find(|one| one.word() == word).ok_or_else(|| {
        let names = all.map(Conclusion::word).join(", ");
        format!("`{word}` is none of {names}")
    })
}

/// The name of a property that such a scenario is asked for.
fn known_property(scenario: &Scenario, name: &str) -> Result<String, String> {
    let known = properties_of(scenario);
    match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("no property `{name}`; there are {}", known.join(", "))),
    }
}

fn properties_of(scenario: &Scenario) -> Vec<&'static str> {
    names(&match scenario.client_certificate.rejecting_side() {
        Some(side) => Judgement::Rejection(side),
        None => Judgement::Transparent {
            // Which properties there are does not depend on what plain TCP does.
            baseline: Arc::new(Baseline::new(scenario.programs, BTreeSet::new(), &BTreeSet::new())),
            vanishing: scenario.vanishing != Vanishing::Never,
        },
    })
}
