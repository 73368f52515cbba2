//! What would heal a scenario that fails: each small change of it, explored again, with the
//! programs untouched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::ends::tls::Tls;
use crate::judgement::properties;
use crate::judgement::transparency::Baseline;
use crate::runs::small_change::SmallChange;
use crate::search::bounds::Scenario;
use crate::search::endpoints::settings;
use crate::search::explore::{Effort, Verdict};
use crate::search::profile::{Profile, flippable};
use crate::search::scenario::{Baselines, Checked, ScenarioError, check_against};
use crate::side::{Both, Side};

/// The most records that an inbox may have in a scenario.
const INBOX_AT_MOST: u8 = 8;

/// The switch that both ends of a scenario are configured by alike.
const OF_BOTH_ENDS: &str = "compatibility";

/// The fewest snapshots that each search is allowed, however small the scenario is that fails.
const SNAPSHOTS_AT_LEAST: usize = 20_000;

/// How many times the snapshots of the scenario that fails each search is allowed.
const TIMES_THE_SNAPSHOTS: usize = 4;

/// Pairs are tried where all of them together come to about so many snapshots at most: there are
/// hundreds of pairs.
const SNAPSHOTS_OF_PAIRS: usize = 2_000_000;

/// What programs notice. The other properties are about an endpoint's own conduct.
const NOTICED: [&str; 7] = [
    properties::TRANSPARENT,
    properties::TRANSPARENT_THROUGHOUT,
    properties::GOOD_RUNS_SURVIVE,
    properties::WAITS_NO_LONGER,
    properties::REJECTION_IS_TOLD,
    properties::HONEST_END,
    properties::END_STAYS,
];

/// Whether programs notice that a property fails.
pub fn is_noticed(property: &str) -> bool {
    NOTICED.contains(&property)
}

/// What was tried, and what of it heals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heals {
    /// How many changes were tried one by one.
    pub tried: usize,
    /// How many pairs of changes were tried, since none by itself heals; 0 where the scenario is
    /// too large for that.
    pub pairs_tried: usize,
    /// How many of all these searches did not end within their bounds. None of them counts as
    /// healed.
    pub unfinished: usize,
    /// The least changes that heal: single ones, or, where there are none, pairs.
    pub changes: Vec<Vec<SmallChange>>,
}

/// The scenario and all that may be changed of it.
#[derive(Clone, Copy, Debug)]
struct Variation {
    scenario: Scenario,
    profiles: Both<Profile>,
    inbox: Both<u8>,
}

impl Variation {
    const fn of(scenario: &Scenario, profiles: Both<Profile>) -> Self {
        let inbox = Both { client: scenario.inbox, server: scenario.inbox };
        Self { scenario: *scenario, profiles, inbox }
    }

    /// The variation with one more change; nothing if there is no such switch.
    fn with(mut self, change: &SmallChange) -> Option<Self> {
        match change {
            SmallChange::Switch { side, switch, value } => {
                for one in Side::ALL.into_iter().filter(|one| side.is_none_or(|side| side == *one))
                {
                    let profile = self.profiles.of_mut(one);
                    *profile = profile.with(switch, value).ok()?;
                }
            }
            SmallChange::SendBuffer(count) => self.scenario.send = *count,
            SmallChange::ReceiveBuffer(count) => self.scenario.receive = *count,
            SmallChange::Inbox(side, count) => *self.inbox.of_mut(*side) = *count,
            SmallChange::NoTickets => self.scenario.tickets = 0,
            SmallChange::NoEarlyData => self.scenario.early_data = 0,
        }
        Some(self)
    }

    fn endpoints(&self) -> Both<Tls> {
        let Both { client, server } = &self.profiles;
        let mut settings = settings(&self.scenario, client.policy(), server.policy());
        for side in Side::ALL {
            settings.of_mut(side).inbox = *self.inbox.of(side);
        }
        settings.map(Tls::new)
    }
}

/// Every single change of a scenario and its profiles.
pub fn changes(scenario: &Scenario, profiles: &Both<Profile>) -> Vec<SmallChange> {
    let mut changes = Vec::new();
    for side in Side::ALL {
        let now: Vec<(String, String)> = profiles.of(side).settings().collect();
        for (switch, values) in flippable() {
            let is_both = switch == OF_BOTH_ENDS;
            if is_both && side == Side::Server {
                continue;
            }
            let is_new = |value: &String| !now.contains(&(switch.clone(), value.clone()));
            changes.extend(values.into_iter().filter(is_new).map(|value| SmallChange::Switch {
                side: (!is_both).then_some(side),
                switch: switch.clone(),
                value,
            }));
        }
    }
    let larger = |send, receive| Scenario {
        send: scenario.send.saturating_add(send),
        receive: scenario.receive.saturating_add(receive),
        ..*scenario
    };
    if larger(1, 0).tcp().is_some() {
        changes.push(SmallChange::SendBuffer(scenario.send + 1));
    }
    if larger(0, 1).tcp().is_some() {
        changes.push(SmallChange::ReceiveBuffer(scenario.receive + 1));
    }
    if scenario.inbox < INBOX_AT_MOST {
        changes.extend(Side::ALL.map(|side| SmallChange::Inbox(side, scenario.inbox + 1)));
    }
    if scenario.tickets > 0 {
        changes.push(SmallChange::NoTickets);
    }
    if scenario.early_data > 0 {
        changes.push(SmallChange::NoEarlyData);
    }
    changes
}

/// What a search with changes came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trial {
    Healed,
    Fails,
    Unfinished,
}

impl Trial {
    /// A scenario is healed where nothing that programs notice fails any more, and nothing fails
    /// that did not fail before; all of it was explored. Where programs notice nothing in the first
    /// place, everything has to hold.
    fn of(given: &Checked<Tls>, changed: &Checked<Tls>) -> Self {
        if !changed.exploration.complete {
            return Self::Unfinished;
        }
        let failed = |name: &str| given.verdict(name) == Verdict::Fails;
        let some_noticed = NOTICED.iter().any(|name| failed(name));
        let is_well = changed.verdicts.iter().all(|(name, verdict)| {
            *verdict == Verdict::Holds || (some_noticed && !is_noticed(name) && failed(name))
        });
        if is_well { Self::Healed } else { Self::Fails }
    }
}

/// Tries every single change of a scenario that fails; and every pair, where no single one heals
/// and the scenario is small.
///
/// # Errors
///
/// If plain TCP cannot be explored with larger queues.
pub fn heals(
    given: &Checked<Tls>,
    profiles: Both<Profile>,
    baselines: &mut Baselines,
    effort: &Effort,
) -> Result<Heals, ScenarioError> {
    let least =
        SNAPSHOTS_AT_LEAST.max(given.exploration.states.saturating_mul(TIMES_THE_SNAPSHOTS));
    let states_at_most = Some(effort.states_at_most.map_or(least, |most| most.min(least)));
    // That a change heals is said without a probability, so the keys are exact.
    let limited = Effort { states_at_most, ..effort.exact() };
    let singles = changes(&given.scenario, &profiles);
    let whole = Variation::of(&given.scenario, profiles);
    let single_sets: Vec<Vec<SmallChange>> =
        singles.iter().map(|change| vec![change.clone()]).collect();
    let mut found = Heals { tried: single_sets.len(), ..Heals::default() };
    try_all(given, &whole, single_sets, baselines, &limited, &mut found)?;
    if found.changes.is_empty() {
        let mut pairs = Vec::new();
        for (number, first) in singles.iter().enumerate() {
            let others = singles.iter().skip(number + 1).filter(|second| !first.excludes(second));
            pairs.extend(others.map(|second| vec![first.clone(), second.clone()]));
        }
        let snapshots = given.exploration.states.saturating_mul(pairs.len());
        if snapshots <= SNAPSHOTS_OF_PAIRS {
            found.pairs_tried = pairs.len();
            try_all(given, &whole, pairs, baselines, &limited, &mut found)?;
        }
    }
    Ok(found)
}

/// Tries each of these sets of changes, and adds what comes of them, in their order.
fn try_all(
    given: &Checked<Tls>,
    whole: &Variation,
    sets: Vec<Vec<SmallChange>>,
    baselines: &mut Baselines,
    effort: &Effort,
    found: &mut Heals,
) -> Result<(), ScenarioError> {
    let complete = Effort { states_at_most: None, ..*effort };
    let mut trials: Vec<(Variation, Arc<Baseline>)> = Vec::new();
    let mut kept = Vec::new();
    for set in sets {
        let changed = set.iter().try_fold(*whole, |whole, change| whole.with(change));
        if let Some(variation) = changed {
            trials.push((variation, baselines.of(&variation.scenario, &complete, &mut |_| ())?));
            kept.push(set);
        }
    }
    for (set, trial) in kept.into_iter().zip(in_parallel(given, &trials, effort)?) {
        match trial {
            Trial::Healed => found.changes.push(set),
            Trial::Unfinished => found.unfinished += 1,
            Trial::Fails => {}
        }
    }
    Ok(())
}

/// Explores each variation, several at once; what came of them in their order.
fn in_parallel(
    given: &Checked<Tls>,
    trials: &[(Variation, Arc<Baseline>)],
    effort: &Effort,
) -> Result<Vec<Trial>, ScenarioError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some((variation, baseline)) = trials.get(number) else { return done };
            let Variation { scenario, .. } = variation;
            let endpoints = variation.endpoints();
            let checked = check_against(scenario, endpoints, baseline, effort, &mut |_| ());
            done.push((number, checked.map(|checked| Trial::of(given, &checked))));
        }
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..effort.threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        // What a thread that panics has explored is lost, and counts as unfinished.
        all.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
        all
    });
    all.sort_by_key(|(number, _)| *number);
    let mut outcomes = vec![Trial::Unfinished; trials.len()];
    for (number, trial) in all {
        if let Some(place) = outcomes.get_mut(number) {
            *place = trial?;
        }
    }
    Ok(outcomes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Programs;
    use crate::search::profile::endpoints_of;
    use crate::search::scenario::check;

    /// Tickets in the handshake, to a client that only writes.
    fn hang() -> (Checked<Tls>, Both<Profile>, Baselines) {
        let program = |text: &str| text.parse().expect("a program");
        let programs = Programs::Fixed(Both {
            client: program("write write write write close"),
            server: program("read read read read close"),
        });
        let scenario = Scenario { tickets: 3, ..Scenario::new(programs) };
        let profiles = Both {
            client: Profile::NAIVE,
            server: Profile::HYALINE.with("tickets", "in-handshake").expect("a switch"),
        };
        let mut baselines = Baselines::default();
        let endpoints = endpoints_of(&scenario, &profiles);
        let effort = Effort::default();
        let checked = check(&scenario, endpoints, &mut baselines, &effort, &mut |_| ());
        (checked.expect("a scenario within bounds"), profiles, baselines)
    }

    #[test]
    fn the_guilty_switch_is_among_what_heals_whatever_the_number_of_threads() {
        let (checked, profiles, mut baselines) = hang();
        let found = [1, 2, 5].map(|threads| {
            let effort = Effort { threads, ..Effort::default() };
            heals(&checked, profiles, &mut baselines, &effort).expect("baselines")
        });
        let [first, others @ ..] = &found;
        assert!(others.iter().all(|other| other == first));
        assert_eq!((first.unfinished, first.pairs_tried), (0, 0));
        assert_eq!(first.tried, changes(&checked.scenario, &profiles).len());
        let guilty = SmallChange::Switch {
            side: Some(Side::Server),
            switch: "tickets".to_owned(),
            value: "before-first-data".to_owned(),
        };
        assert!(first.changes.contains(&vec![guilty]), "{first:?}");
        assert!(first.changes.contains(&vec![SmallChange::NoTickets]), "{first:?}");
        assert!(first.changes.len() < first.tried, "something does not heal");
    }

    #[test]
    fn a_search_that_does_not_end_is_not_counted_as_healed() {
        let (checked, profiles, mut baselines) = hang();
        let effort = Effort { states_at_most: Some(10), ..Effort::default() };
        let found = heals(&checked, profiles, &mut baselines, &effort).expect("baselines");
        assert!(found.changes.is_empty(), "{found:?}");
        assert_eq!(found.unfinished, found.tried + found.pairs_tried);
    }

    #[test]
    fn a_change_says_what_and_where() {
        let text = |change: SmallChange| change.to_string();
        assert_eq!(text(SmallChange::SendBuffer(1)), "send queues of 1 record");
        assert_eq!(
            text(SmallChange::Inbox(Side::Client, 3)),
            "an inbox of 3 records at the client"
        );
        let (switch, value) = ("duplex".to_owned(), "full".to_owned());
        let at = |side| SmallChange::Switch { side, switch: switch.clone(), value: value.clone() };
        assert_eq!(text(at(Some(Side::Server))), "`duplex=full` at the server");
        assert_eq!(text(at(None)), "`duplex=full` at both ends");
    }
}
