//! How scenarios are written in a file: TOML, with the keys that the command line has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use hyaline_check::judgement::properties::names;
use hyaline_check::judgement::system::Judgement;
use hyaline_check::judgement::transparency::Baseline;
use hyaline_check::report::assessment::Conclusion;
use hyaline_check::runs::written::{AskedScenario, WrittenScenario};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::world::tcp::Vanishing;
use serde::Deserialize;
use toml::Spanned;

use super::super::Asked;

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
    scenario: Vec<FileScenario>,
}

/// A scenario as it is written, with the places of what is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileScenario {
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
    early_data: Option<Spanned<u8>>,
    early_data_rejected: Option<bool>,
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

    fn entry(&self, of_file: &FileScenario) -> Result<Entry, String> {
        let place = of_file.name.span();
        let (written, places) = of_file.written();
        let asked = AskedScenario::read_each(&written).map_err(|error| {
            let key = error.key.unwrap_or("name");
            self.wrong(key, places.get(key).unwrap_or(&place), error.what)
        })?;
        // All alternatives have the same properties.
        let AskedScenario { scenario, profiles, .. } = asked.first().clone();
        let expected = self.of_words("expect", &of_file.expect, expected)?;
        let property = of_file.property.as_ref();
        let property = property.map(|name| {
            if expected != Conclusion::Fails {
                let words = "a property is named where `fails` is expected";
                return Err(self.wrong("property", &name.span(), words));
            }
            self.of_words("property", name, |text| known_property(&scenario, text))
        });
        Ok(Entry {
            name: of_file.name.get_ref().clone(),
            line: self.line(&place),
            asked: Asked { scenarios: asked.map(|one| one.scenario), profiles },
            expected,
            property: property.transpose()?,
        })
    }
}

/// Where the value of each key stands.
type Places = BTreeMap<&'static str, Range<usize>>;

impl FileScenario {
    /// The scenario without the places, and the places.
    fn written(&self) -> (WrittenScenario, Places) {
        let mut places = Places::new();
        let at = &mut places;
        let written = WrittenScenario {
            client_program: needed(at, "client-program", &self.client_program),
            server_program: needed(at, "server-program", &self.server_program),
            client: value(at, "client", &self.client),
            server: value(at, "server", &self.server),
            buffers: value(at, "buffers", &self.buffers),
            send_buffer: value(at, "send-buffer", &self.send_buffer),
            receive_buffer: value(at, "receive-buffer", &self.receive_buffer),
            tickets: value(at, "tickets", &self.tickets),
            record_cells: value(at, "record-cells", &self.record_cells),
            inbox: value(at, "inbox", &self.inbox),
            client_certificate: value(at, "client-certificate", &self.client_certificate),
            reset: value(at, "reset", &self.reset),
            vanishing: value(at, "vanishing", &self.vanishing),
            retry: self.retry,
            resumed: self.resumed,
            early_data: value(at, "early-data", &self.early_data),
            early_data_rejected: self.early_data_rejected,
            timers: value(at, "timers", &self.timers),
            ..WrittenScenario::default()
        };
        (written, places)
    }
}

/// A value without its place, which is noted.
fn needed<T: Clone>(places: &mut Places, key: &'static str, written: &Spanned<T>) -> T {
    places.insert(key, written.span());
    written.get_ref().clone()
}

/// The same of a value that may be left out.
fn value<T: Clone>(
    places: &mut Places,
    key: &'static str,
    written: &Option<Spanned<T>>,
) -> Option<T> {
    written.as_ref().map(|written| needed(places, key, written))
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
            // The properties do not depend on what plain TCP does.
            baseline: Arc::new(Baseline::new(scenario.programs, BTreeSet::new(), &BTreeSet::new())),
            vanishing: scenario.vanishing != Vanishing::Never,
        },
    })
}
