//! The whole map: which pairs are explored, and what came of them.

use crate::map::bounds::MapBounds;
use crate::map::cell::MapCell;
use crate::map::harm::HarmKind;
use crate::map::opened::{OpenedHarm, opened};
use crate::map::profiles::{MapProfile, ProfileGroup};
use crate::opposite::survey::{Arena, OpposeError};
use crate::search::explore::Effort;
use crate::search::profile::Profile;
use crate::side::{Both, Side};

/// What came of two policies, and what shows each harm.
#[derive(Clone, Debug)]
pub struct MapEntry {
    /// What came of them.
    pub cell: MapCell,
    /// What shows each harm.
    pub opened: Vec<OpenedHarm>,
}

impl MapEntry {
    /// Explores two policies, and opens what was found.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds.
    pub fn explored(
        arena: &Arena,
        profiles: &Both<Profile>,
        effort: &Effort,
    ) -> Result<Self, OpposeError> {
        let cell = MapCell::explored(arena, profiles, effort)?;
        let opened = opened(&cell, profiles)?;
        Ok(Self { cell, opened })
    }
}

/// What is explored for a map.
#[derive(Clone, Debug)]
pub struct MapPlan {
    /// The bounds in which each pair is explored.
    pub bounds: MapBounds,
    /// The clients, a row each.
    pub clients: Vec<MapProfile>,
    /// The servers, a column each.
    pub servers: Vec<MapProfile>,
}

impl MapPlan {
    /// The pairs of policies, each once however many names it has.
    pub fn pairs(&self) -> Vec<Both<Profile>> {
        let mut pairs: Vec<Both<Profile>> = Vec::new();
        for client in &self.clients {
            for server in &self.servers {
                let pair = Both { client: client.profile, server: server.profile };
                if !pairs.iter().any(|known| is_same(known, &pair)) {
                    pairs.push(pair);
                }
            }
        }
        pairs
    }
}

/// Whether two pairs are of the same policies, by whichever names.
fn is_same(one: &Both<Profile>, other: &Both<Profile>) -> bool {
    let same = |side: Side| one.of(side).policy() == other.of(side).policy();
    Side::ALL.into_iter().all(same)
}

/// Every client opposite every server.
#[derive(Clone, Debug)]
pub struct LibraryMap {
    /// The plan by which it was explored.
    pub plan: MapPlan,
    /// What came of each pair of [`MapPlan::pairs`].
    entries: Vec<(Both<Profile>, MapEntry)>,
}

/// A client and a server of a map, and what came of them.
#[derive(Clone, Copy, Debug)]
pub struct MapPlace<'a> {
    /// The client.
    pub client: &'a MapProfile,
    /// The server.
    pub server: &'a MapProfile,
    /// What came of them.
    pub entry: &'a MapEntry,
}

impl MapPlace<'_> {
    /// What a side suffers, in letters.
    pub fn letters(&self, side: Side) -> String {
        self.entry.cell.suffers(side).map(HarmKind::letter).collect()
    }

    /// What a side suffers, and in how many of a hundred pairs of programs; nothing if it suffers
    /// nothing. What a rejected certificate comes to has no share.
    pub fn words(&self, side: Side) -> Option<String> {
        let letters = self.letters(side);
        let percent = self.entry.cell.reach.percent(side);
        match (letters.is_empty(), percent) {
            (true, _) => None,
            (false, 0) => Some(letters),
            (false, percent) => Some(format!("{letters} {percent}%")),
        }
    }

    /// The names of both.
    pub fn names(&self) -> Both<&str> {
        Both { client: &self.client.name, server: &self.server.name }
    }
}

impl LibraryMap {
    /// The map from what came of each pair of a plan.
    pub const fn new(plan: MapPlan, entries: Vec<(Both<Profile>, MapEntry)>) -> Self {
        Self { plan, entries }
    }

    /// What came of a client and a server; nothing if they were not explored.
    pub fn place<'a>(
        &'a self,
        client: &'a MapProfile,
        server: &'a MapProfile,
    ) -> Option<MapPlace<'a>> {
        let pair = Both { client: client.profile, server: server.profile };
        let found = self.entries.iter().find(|(known, _)| is_same(known, &pair));
        found.map(|(_, entry)| MapPlace { client, server, entry })
    }

    /// Each client opposite each server, row by row.
    pub fn places(&self) -> impl Iterator<Item = MapPlace<'_>> {
        self.plan.clients.iter().flat_map(move |client| {
            self.plan.servers.iter().filter_map(move |server| self.place(client, server))
        })
    }

    /// The clients, and the servers, of different policies: the rows and columns of what is shown.
    pub fn groups(&self) -> Both<Vec<ProfileGroup<'_>>> {
        Both {
            client: ProfileGroup::all(&self.plan.clients),
            server: ProfileGroup::all(&self.plan.servers),
        }
    }

    /// In how many places a side suffers this.
    pub fn count(&self, kind: HarmKind, side: Side) -> usize {
        let suffers =
            |place: &MapPlace<'_>| place.entry.cell.suffers(side).any(|known| known == kind);
        self.places().filter(suffers).count()
    }

    /// In how many places TLS adds nothing.
    pub fn transparent(&self) -> usize {
        self.places().filter(|place| place.entry.cell.is_transparent()).count()
    }

    /// How many explorations there were, and how many snapshots they have.
    pub fn size(&self) -> (usize, usize) {
        let states = self.entries.iter().map(|(_, entry)| entry.cell.states).sum();
        (self.entries.len() * self.plan.bounds.scenarios().len(), states)
    }

    /// How many pairs of policies were explored.
    pub fn pairs(&self) -> usize {
        self.entries.len()
    }

    /// Whether everything was explored.
    pub fn is_complete(&self) -> bool {
        self.entries.iter().all(|(_, entry)| entry.cell.complete)
    }

    /// The profiles, each once.
    pub fn profiles(&self) -> Vec<&MapProfile> {
        let mut profiles: Vec<&MapProfile> = Vec::new();
        for profile in self.plan.clients.iter().chain(&self.plan.servers) {
            if !profiles.contains(&profile) {
                profiles.push(profile);
            }
        }
        profiles
    }
}
