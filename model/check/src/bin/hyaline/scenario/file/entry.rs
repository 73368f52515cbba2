//! How scenarios and relays are written in a file: TOML, with the keys that the command line has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use hyaline_check::judgement::properties::names;
use hyaline_check::judgement::system::Judgement;
use hyaline_check::judgement::transparency::Baseline;
use hyaline_check::relay::written::AskedRelay;
use hyaline_check::report::assessment::Conclusion;
use hyaline_check::runs::written::{AskedScenario, WrittenError, WrittenScenario};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::world::tcp::Vanishing;
use serde::Deserialize;
use toml::Spanned;

use super::super::Asked;
use super::relay::FileRelay;

/// One scenario or relay of a file.
pub(super) struct Entry {
    pub(super) name: String,
    /// The line in which the name stands, from 1.
    pub(super) line: usize,
    pub(super) question: FileQuestion,
    pub(super) expected: Conclusion,
}

/// What an entry asks.
pub(super) enum FileQuestion {
    /// Two programs.
    Scenario {
        asked: Asked,
        /// The property that has to be among those that fail.
        property: Option<String>,
    },
    /// Two programs with a relay between them.
    Relay {
        asked: AskedRelay,
        /// Who has to notice what fails.
        at: Option<String>,
    },
}

impl FileQuestion {
    /// What is expected beside whose fault it is, in words.
    pub(super) fn expected_besides(&self) -> Option<String> {
        match self {
            Self::Scenario { property, .. } => {
                property.as_ref().map(|property| format!("with `{property}`"))
            }
            Self::Relay { at, .. } => at.as_ref().map(|at| format!("at the {at}")),
        }
    }
}

/// A file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    #[serde(default)]
    scenario: Vec<FileScenario>,
    #[serde(default)]
    relay: Vec<FileRelay>,
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

/// Reads the scenarios and the relays of a file, in the order in which they stand there.
///
/// # Errors
///
/// What is wrong, with the file, the line and the key.
pub(super) fn read(text: &str, path: &str) -> Result<Vec<Entry>, String> {
    let written: WrittenFile = toml::from_str(text)
        .map_err(|error| format!("{path}: {}", error.to_string().trim_end()))?;
    if written.scenario.is_empty() && written.relay.is_empty() {
        return Err(format!("{path}: there is no [[scenario]] and no [[relay]] in it"));
    }
    let reader = Reader { text, path };
    let scenarios = written.scenario.iter().map(FileEntry::Scenario);
    let mut all: Vec<_> = scenarios.chain(written.relay.iter().map(FileEntry::Relay)).collect();
    all.sort_by_key(|entry| entry.name().span().start);
    let mut entries: Vec<Entry> = Vec::new();
    for written in all {
        let name = written.name();
        if entries.iter().any(|other| other.name == *name.get_ref()) {
            return Err(reader.wrong("name", &name.span(), "two scenarios have this name"));
        }
        entries.push(match written {
            FileEntry::Scenario(scenario) => reader.entry(scenario)?,
            FileEntry::Relay(relay) => relay.read(&reader)?,
        });
    }
    Ok(entries)
}

/// An entry as it is written.
enum FileEntry<'f> {
    Scenario(&'f FileScenario),
    Relay(&'f FileRelay),
}

impl<'f> FileEntry<'f> {
    const fn name(&self) -> &'f Spanned<String> {
        match self {
            Self::Scenario(scenario) => &scenario.name,
            Self::Relay(relay) => &relay.name,
        }
    }
}

/// What knows in which line a value stands.
pub(super) struct Reader<'a> {
    text: &'a str,
    path: &'a str,
}

impl Reader<'_> {
    /// The number of the line in which something stands, from 1.
    pub(super) fn line(&self, place: &Range<usize>) -> usize {
        let before = self.text.get(..place.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    pub(super) fn wrong(
        &self,
        key: &str,
        place: &Range<usize>,
        what: impl std::fmt::Display,
    ) -> String {
        let line = self.line(place);
        format!("{}, line {line}, key `{key}`: {what}", self.path)
    }

    /// What is wrong, at the value of its key, or at the name where it is no key's alone.
    pub(super) fn wrong_in(
        &self,
        error: &WrittenError,
        places: &Places,
        name: &Range<usize>,
    ) -> String {
        let key = error.key.unwrap_or("name");
        self.wrong(key, places.get(key).unwrap_or(name), &error.what)
    }

    /// What is expected.
    pub(super) fn expected(&self, word: &Spanned<String>) -> Result<Conclusion, String> {
        self.of_words("expect", word, expected)
    }

    /// Where an entry has to fail, which may be said only of one that has to fail.
    pub(super) fn where_it_fails(
        &self,
        key: &str,
        words: &Spanned<String>,
        expected: Conclusion,
        read: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<String, String> {
        if expected != Conclusion::Fails {
            let what = format!("`{key}` says where it fails, and `fails` is not expected");
            return Err(self.wrong(key, &words.span(), what));
        }
        self.of_words(key, words, read)
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
        let asked = AskedScenario::read_each(&written)
            .map_err(|error| self.wrong_in(&error, &places, &place))?;
        // All alternatives have the same properties.
        let AskedScenario { scenario, profiles, .. } = asked.first().clone();
        let expected = self.expected(&of_file.expect)?;
        let property = of_file.property.as_ref().map(|name| {
            let known = |text: &str| known_property(&scenario, text);
            self.where_it_fails("property", name, expected, known)
        });
        let asked = Asked { scenarios: asked.map(|one| one.scenario), profiles };
        Ok(Entry {
            name: of_file.name.get_ref().clone(),
            line: self.line(&place),
            question: FileQuestion::Scenario { asked, property: property.transpose()? },
            expected,
        })
    }
}

/// Where the value of each key stands.
pub(super) type Places = BTreeMap<&'static str, Range<usize>>;

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
pub(super) fn needed<T: Clone>(places: &mut Places, key: &'static str, written: &Spanned<T>) -> T {
    places.insert(key, written.span());
    written.get_ref().clone()
}

/// The same of a value that may be left out.
pub(super) fn value<T: Clone>(
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
