//! The walk: what can happen in world *hostile*, with a real connection beside it.

use std::collections::{BTreeSet, HashSet, VecDeque};

use hyaline_check::hostile::{Counted, Hostile, HostileSnapshot, HostileStep, Surroundings};
use hyaline_model::table::{Facts, FinState, Label, Policy, ROWS, Role, Slot};
use hyaline_model::turn::{Endpoint, Owner};
use hyaline_replay::replay::{Planted, Projection};

use crate::victim::{Plan, Victim};

/// Rows by their numbers.
pub(crate) type Rows = BTreeSet<u16>;

/// What a walk has seen.
#[derive(Default)]
pub(crate) struct Walked {
    /// The rows that fired on the real connection.
    pub(crate) rows: Rows,
    /// States, by the machines, the memory and the facts.
    pub(crate) states: usize,
    /// Steps that the real connection took.
    pub(crate) edges: usize,
}

/// What the model says may come of a step, and the rows that fire meanwhile.
type Outcome = (HostileSnapshot, Rows);

/// Walks through all states that a forging peer can bring a real connection to, and compares.
///
/// # Errors
/// The first difference.
///
/// Two snapshots are one state here when the table cannot tell them apart: the world's memory of
/// what it has judged does not count.
pub(crate) fn walk(plan: &Plan, planted: Option<Planted>) -> Result<Walked, String> {
    let system = Hostile::new(plan.policy).with_manner(plan.manner);
    let endpoint = match plan.policy.role {
        Role::Client => Endpoint::client(),
        Role::Server => Endpoint::server(TICKETS),
    };
    let first = HostileSnapshot { endpoint, surroundings: Surroundings::default() };
    let mut walked = Walked::default();
    // Whether a server passes over early data is known to its record layer. No guard asks for it
    // before a record comes, so it is not in the state, and stands beside it here.
    let mut known: HashSet<(State, bool)> = HashSet::new();
    known.insert((state_of(&first), false));
    let mut todo = VecDeque::from([(first, Victim::new(plan, planted))]);
    let mut steps = Vec::new();
    while let Some((snapshot, victim)) = todo.pop_front() {
        walked.states += 1;
        steps.clear();
        system.steps(&snapshot, &mut steps);
        for step in &steps {
            let after = victim.take(*step);
            if after.is_empty() {
                continue;
            }
            let mut outcomes = Vec::new();
            follow(&plan.policy, snapshot, *step, &Rows::new(), &mut outcomes);
            for mut next in after {
                let Some(outcome) = agree(*step, &outcomes, &mut next, &mut walked)? else {
                    continue;
                };
                let passes_over = next.driven.connection.passes_over_early_data();
                if !is_an_end(*step) && known.insert((state_of(&outcome), passes_over)) {
                    todo.push_back((outcome, next));
                }
            }
        }
    }
    Ok(walked)
}

/// How many tickets a server sends.
pub(crate) const TICKETS: u8 = 2;

/// Everything that may come of a step, with the work that it begins done at once, as the library
/// does it.
fn follow(
    policy: &Policy,
    mut snapshot: HostileSnapshot,
    step: HostileStep,
    before: &Rows,
    outcomes: &mut Vec<Outcome>,
) {
    let system = Hostile::new(*policy);
    system.take(&mut snapshot, step);
    let mut rows = before.clone();
    rows.extend(fired(&system));
    if snapshot.surroundings.work.is_none() {
        outcomes.push((snapshot, rows));
        return;
    }
    let mut steps = Vec::new();
    system.steps(&snapshot, &mut steps);
    let ends_work =
        |step: &HostileStep| matches!(step, HostileStep::EndWork(_) | HostileStep::OfferEarlyData);
    for step in steps.into_iter().filter(ends_work) {
        follow(policy, snapshot, step, &rows, outcomes);
    }
}

/// The rows that fired in this system so far.
fn fired(system: &Hostile) -> impl Iterator<Item = u16> {
    let missing: Rows = system.coverage.missing_rows().map(|row| row.number).collect();
    let all = ROWS.iter().filter(|row| !row.otherwise).map(|row| row.number);
    all.filter(move |number| !missing.contains(number))
}

/// The outcome that the real connection agrees with: rows, machines, memory, what the guards are
/// told, which keys are gone, and what the transport was told. Nothing if it could not take just
/// what the step says.
fn agree(
    step: HostileStep,
    outcomes: &[Outcome],
    victim: &mut Victim,
    walked: &mut Walked,
) -> Result<Option<HostileSnapshot>, String> {
    let rows: Rows =
        victim.take_rows().into_iter().filter(|row| !row.otherwise).map(|row| row.number).collect();
    let Projection { endpoint, generations, .. } = victim.project();
    let facts = victim.facts();
    let found = outcomes.iter().find(|(snapshot, expected)| {
        let told = asked_of(&snapshot.endpoint, snapshot.surroundings.facts());
        let fin = snapshot.endpoint.memory.fin;
        snapshot.endpoint.owned_by(Owner::One) == endpoint
            && *expected == rows
            && snapshot.surroundings.keys_gone() == generations.map(|keys| keys.is_none())
            && snapshot.surroundings.closed == victim.closed
            && (fin == FinState::Sent) == victim.shut
            && (is_an_end(step) || told == asked_of(&endpoint, facts))
    });
    let Some((snapshot, _)) = found else {
        if matches!(step, HostileStep::TransmitSome { .. }) {
            return Ok(None);
        }
        let expected: Vec<_> =
            outcomes.iter().map(|(snapshot, rows)| (state_of(snapshot), rows)).collect();
        return Err(format!(
            "{step:?}: rows {rows:?}, {endpoint:?}, {facts:?}; allowed: {expected:#?}"
        ));
    };
    walked.edges += 1;
    walked.rows.extend(rows);
    Ok(Some(*snapshot))
}

/// Machines, memory and letters, and facts.
type State = (Endpoint, Facts);

/// All that the table can tell snapshots apart by.
fn state_of(snapshot: &HostileSnapshot) -> State {
    let HostileSnapshot { endpoint, surroundings } = snapshot;
    (*endpoint, asked_of(endpoint, surroundings.facts()))
}

/// The facts that guards may still ask. No guard asks for what a ClientHello wanted that was
/// refused: the world notes it, the library does not. Whether a ClientHello offers early data is
/// asked once, before it is sent, and the library remembers it.
fn asked_of(endpoint: &Endpoint, facts: Facts) -> Facts {
    let facts = Facts { early_data_offered: false, ..facts };
    if endpoint.states.has(Slot::Handshake, Label::HasFailed) {
        Facts { tickets_wanted: false, compatibility_requested: false, ..facts }
    } else {
        facts
    }
}

/// Steps after which the walk does not go on. The real connection's counters, or what it holds of
/// the next message, are then not what the world goes on with; and a failure of our own leads to
/// as many states again, without a row that fires there alone.
fn is_an_end(step: HostileStep) -> bool {
    match step {
        HostileStep::Start(_, counted) => counted != Counted::FEW,
        HostileStep::Receive(record) => record.counted != Counted::FEW || !record.aligned,
        HostileStep::FailInternally(_) => true,
        _ => false,
    }
}
