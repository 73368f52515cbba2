//! What a profile needs: for each property, the least inbox from which it holds, for queues of
//! several sizes, and for queues of any size.

use crate::programs::Programs;
use crate::search::bounds::Scenario;
use crate::search::explore::{Effort, Verdict};
use crate::search::profile::{Profile, endpoints_of, flippable};
use crate::search::scenario::{Baselines, ScenarioError, check};
use crate::side::Both;
use crate::unbounded::run::UnboundedRun;
use crate::unbounded::search::UnboundedEffort;

/// The queues, in records: send and receive, those with less room first.
pub const QUEUES: [(u8, u8); 5] = [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2)];

/// The largest inbox that is tried, in records.
pub const INBOX_AT_MOST: u8 = 4;

/// The most calls of a program but the close.
pub const CALLS_AT_MOST: u8 = 2;

/// Tickets that the server sends.
pub const TICKETS: u8 = 2;

/// The most snapshots of an exploration without bounds. A profile whose requests to update keys
/// are not limited has no end of them.
pub const SNAPSHOTS_AT_MOST: usize = 5_000_000;

/// The least inbox from which on something holds, up to [`INBOX_AT_MOST`]; nothing if there is
/// none.
pub type LeastInbox = Option<u8>;

/// What two ends of one profile need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The profile of both ends.
    pub profile: Profile,
    /// For each property, in the order of reports, the least inbox for each of [`QUEUES`].
    pub properties: Vec<(&'static str, [LeastInbox; QUEUES.len()])>,
    /// The least inbox for programs of any length over queues of any size.
    pub unbounded: LeastInbox,
}

/// What ships, what ships with one switch flipped, and the naive profile.
pub fn profiles() -> Vec<Profile> {
    let flipped = flippable().flat_map(|(switch, values)| {
        let with = move |value: String| Profile::HYALINE.with(&switch, &value).ok();
        values.into_iter().filter_map(with).filter(|profile| !profile.is_shipped())
    });
    [Profile::HYALINE, Profile::NAIVE].into_iter().chain(flipped).collect()
}

impl Needs {
    /// Explores what two ends of a profile need. What is the same for each profile, plain TCP, is
    /// kept in `baselines`.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds, which none of these is.
    pub fn of(
        profile: Profile,
        baselines: &mut Baselines,
        effort: &Effort,
    ) -> Result<Self, ScenarioError> {
        let mut properties: Vec<(&'static str, [LeastInbox; QUEUES.len()])> = Vec::new();
        for (place, (send, receive)) in QUEUES.into_iter().enumerate() {
            // From the largest down: what fails once is not asked of smaller ones.
            for inbox in (0..=INBOX_AT_MOST).rev() {
                let programs = Programs::up_to(CALLS_AT_MOST);
                let tickets = TICKETS;
                let scenario =
                    Scenario { send, receive, inbox, tickets, ..Scenario::new(programs) };
                let profiles = Both { client: profile, server: profile };
                let ends = endpoints_of(&scenario, &profiles);
                let checked = check(&scenario, ends, baselines, effort, &mut |_| ())?;
                for (name, verdict) in &checked.verdicts {
                    let least = row(&mut properties, name).get_mut(place);
                    let is_next = |least: LeastInbox| match least {
                        None => inbox == INBOX_AT_MOST,
                        Some(least) => least == inbox + 1,
                    };
                    if let Some(least) = least
                        && *verdict == Verdict::Holds
                        && is_next(*least)
                    {
                        *least = Some(inbox);
                    }
                }
            }
        }
        Ok(Self { profile, properties, unbounded: without_bounds(profile) })
    }
}

/// The row of a property, made if there is none.
fn row<'r>(
    rows: &'r mut Vec<(&'static str, [LeastInbox; QUEUES.len()])>,
    name: &'static str,
) -> &'r mut [LeastInbox; QUEUES.len()] {
    let place = rows.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
        rows.push((name, [None; QUEUES.len()]));
        rows.len() - 1
    });
    &mut rows[place].1
}

/// The least inbox from which on programs of any length do well over queues of any size.
fn without_bounds(profile: Profile) -> LeastInbox {
    let effort =
        UnboundedEffort { stops_at_first: true, snapshots_at_most: Some(SNAPSHOTS_AT_MOST) };
    let profiles = Both { client: profile, server: profile };
    let holds = |inbox: &u8| {
        let run = UnboundedRun { profiles, tickets: TICKETS, inbox: *inbox, ..UnboundedRun::PLAIN };
        let (_, search) = run.explore(&effort, &mut |_| ());
        search.complete && search.findings.is_empty()
    };
    (0..=INBOX_AT_MOST).rev().take_while(holds).last()
}
