//! The map as data, for its JSON. `docs/map.schema.json` says what is in it.

use std::collections::BTreeMap;

use hyaline_model::table::{FINGERPRINT, INBOX_RECORDS};
use serde::Serialize;

use crate::WORLD_FINGERPRINT;
use crate::map::bounds::MapBounds;
use crate::map::opened::OpenedHarm;
use crate::map::profiles::MapProfile;
use crate::map::survey::{LibraryMap, MapPlace};
use crate::report::SCHEMA;
use crate::report::sequence::Sequence;
use crate::runs::command::command_of;

/// The map.
#[derive(Debug, Serialize)]
pub struct MapReport<'a> {
    /// The version of this form.
    schema: u32,
    /// The fingerprint of the table that ships.
    fingerprint: &'static str,
    /// The fingerprint of the world in which this is so.
    world: &'static str,
    bounds: BoundsShown<'a>,
    /// Explorations of a scenario between two policies.
    explorations: usize,
    /// Snapshots of all of them.
    states: usize,
    /// Whether everything was explored.
    complete: bool,
    profiles: Vec<ProfileShown<'a>>,
    cells: Vec<CellShown<'a>>,
}

#[derive(Debug, Serialize)]
struct BoundsShown<'a> {
    calls: u8,
    /// Send and receive.
    buffers: Vec<[u8; 2]>,
    tickets: &'a [u8],
    inbox: usize,
    words: String,
}

#[derive(Debug, Serialize)]
struct ProfileShown<'a> {
    name: &'a str,
    /// How each switch stands.
    switches: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct CellShown<'a> {
    client: &'a str,
    server: &'a str,
    states: usize,
    complete: bool,
    /// Pairs of programs, each counted in each scenario.
    pairs: usize,
    /// Whether TLS adds nothing that programs notice, and all of it was explored.
    transparent: bool,
    harms: Vec<HarmShown<'a>>,
    verdicts: BTreeMap<&'static str, &'static str>,
}

#[derive(Debug, Serialize)]
struct HarmShown<'a> {
    side: String,
    kind: &'static str,
    words: &'static str,
    scenario: String,
    command: Option<String>,
    /// In how many pairs of programs, each counted in each scenario; null of what a rejected
    /// certificate comes to.
    pairs: Option<usize>,
    /// Steps of the shortest trace; null where none shows it.
    steps: Option<usize>,
    /// The trace, where a cell is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a Sequence>,
}

impl<'a> MapReport<'a> {
    /// The report of a map, with the traces if they are wanted.
    pub fn of(map: &'a LibraryMap, with_traces: bool) -> Self {
        let (explorations, states) = map.size();
        Self {
            schema: SCHEMA,
            fingerprint: FINGERPRINT,
            world: WORLD_FINGERPRINT,
            bounds: BoundsShown::of(&map.plan.bounds),
            explorations,
            states,
            complete: map.is_complete(),
            profiles: map.profiles().into_iter().map(ProfileShown::of).collect(),
            cells: map.places().map(|place| CellShown::of(&place, with_traces)).collect(),
        }
    }
}

impl<'a> BoundsShown<'a> {
    fn of(bounds: &'a MapBounds) -> Self {
        Self {
            calls: bounds.calls,
            buffers: bounds.buffers.iter().map(|(send, receive)| [*send, *receive]).collect(),
            tickets: &bounds.tickets,
            inbox: INBOX_RECORDS.into(),
            words: bounds.words(),
        }
    }
}

impl<'a> ProfileShown<'a> {
    fn of(profile: &'a MapProfile) -> Self {
        Self { name: &profile.name, switches: profile.profile.settings().collect() }
    }
}

impl<'a> CellShown<'a> {
    fn of(place: &MapPlace<'a>, with_traces: bool) -> Self {
        let cell = &place.entry.cell;
        let harms = place.entry.opened.iter();
        Self {
            client: &place.client.name,
            server: &place.server.name,
            states: cell.states,
            complete: cell.complete,
            pairs: cell.reach.pairs,
            transparent: cell.is_transparent(),
            harms: harms.map(|opened| HarmShown::of(place, opened, with_traces)).collect(),
            verdicts: cell.verdicts.iter().map(|(name, verdict)| (*name, verdict.word())).collect(),
        }
    }
}

impl<'a> HarmShown<'a> {
    fn of(place: &MapPlace<'a>, opened: &'a OpenedHarm, with_traces: bool) -> Self {
        let OpenedHarm { harm, scenario, trace } = opened;
        Self {
            side: harm.side.to_string(),
            kind: harm.kind.word(),
            words: harm.kind.meaning(),
            scenario: scenario.to_string(),
            command: command_of(&place.names(), scenario),
            pairs: place.entry.cell.reach.by_harm.get(harm).copied(),
            steps: trace.as_ref().map(|trace| trace.steps.len()),
            trace: trace.as_ref().filter(|_| with_traces),
        }
    }
}
