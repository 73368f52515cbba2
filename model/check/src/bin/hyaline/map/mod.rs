//! `hyaline map`.

mod words;

use std::time::Instant;

use hyaline_check::map::document::markdown;
use hyaline_check::map::page::page;
use hyaline_check::map::picture::picture;
use hyaline_check::map::profiles::MapProfile;
use hyaline_check::map::report::MapReport;
use hyaline_check::map::survey::{LibraryMap, MapEntry, MapPlan};
use hyaline_check::opposite::survey::{Arena, OpposeError};
use hyaline_check::search::explore::{Effort, ExplorationProgress};
use hyaline_check::search::in_order::in_order;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;

use crate::CommandStatus;
use crate::arguments::{MapArguments, MapFormat};
use crate::progress::Bar;
use crate::screen::{CommandError, write};

/// Explores each client opposite each server, and prints what TLS adds.
pub(crate) fn run(arguments: &MapArguments) -> Result<CommandStatus, CommandError> {
    let map = explored(plan(arguments)?, &arguments.effort.effort())?;
    let is_opened = arguments.client.is_some();
    write(&match arguments.format {
        MapFormat::Text if is_opened => words::opened(&map),
        MapFormat::Text => words::whole(&map),
        MapFormat::Json => serde_json::to_string_pretty(&MapReport::of(&map, is_opened))? + "\n",
        MapFormat::Markdown => markdown(&map),
        MapFormat::Svg => picture(&map).to_string() + "\n",
        MapFormat::Html => page(&map),
    })?;
    Ok(if map.is_complete() { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// The profiles that the arguments name, and the bounds.
fn plan(arguments: &MapArguments) -> Result<MapPlan, CommandError> {
    let bounds = arguments.bounds();
    if let (Some(client), Some(server)) = (&arguments.client, &arguments.server) {
        let one = |named| vec![MapProfile::of(named)];
        return Ok(MapPlan { bounds, clients: one(client), servers: one(server) });
    }
    let profiles: Vec<MapProfile> = match &arguments.profile[..] {
        [] => MapProfile::known()?,
        named => named.iter().map(MapProfile::of).collect(),
    };
    Ok(MapPlan { bounds, clients: profiles.clone(), servers: profiles })
}

/// Explores every pair of policies, several at a time.
fn explored(plan: MapPlan, effort: &Effort) -> Result<LibraryMap, CommandError> {
    let arena = Arena::over(&plan.bounds.scenarios())?;
    let pairs = plan.pairs();
    let (bar, begun) = (Bar::new(pairs.len()), Instant::now());
    let explore = |pair: &Both<Profile>| (*pair, MapEntry::explored(&arena, pair, effort));
    let mut entries = Vec::new();
    let mut states = 0;
    in_order(&pairs, effort.threads, explore, |(pair, entry)| {
        let entry = entry?;
        states += entry.cell.states;
        bar.show(&ExplorationProgress { states, depth: 0, elapsed: begun.elapsed() });
        bar.advance();
        entries.push((pair, entry));
        Ok::<_, OpposeError>(())
    })?;
    bar.clear();
    Ok(LibraryMap::new(plan, entries))
}
