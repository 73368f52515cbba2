//! A system as stateright's Explorer shows it: each snapshot in a few lines of words, and the way
//! to it as a picture.

use std::fmt;

use hyaline_model::table::Slot;
use stateright::{Model, Path, Property};

use crate::ends::tls::Tls;
use crate::judgement::system::System;
use crate::programs::Caller;
use crate::programs::history::History;
use crate::report::because::{Explained, because, listed};
use crate::report::picture::picture;
use crate::report::sequence::{QueueContents, Sequence, SequenceStep};
use crate::side::{Both, Side};
use crate::world::snapshot::{Party, Snapshot};
use crate::world::step::Step;

/// A system of two ends of ours that can be read in stateright's Explorer. It has the steps and the
/// properties of the system; only the way in which a snapshot is shown is different.
///
/// ```
/// use hyaline_check::programs::Programs;
/// use hyaline_check::report::explored::ReadableSystem;
/// use hyaline_check::search::bounds::Scenario;
/// use hyaline_check::search::explore::Effort;
/// use hyaline_check::search::profile::{Profile, endpoints_of};
/// use hyaline_check::search::scenario::{Baselines, system};
/// use hyaline_check::side::Both;
/// use stateright::Model;
///
/// let programs = Both { client: "write close".parse()?, server: "read close".parse()? };
/// let scenario = Scenario::new(Programs::Fixed(programs));
/// let baseline = Baselines::default().of(&scenario, &Effort::default(), &mut |_| ())?;
/// let both = Both { client: Profile::HYALINE, server: Profile::HYALINE };
/// let readable =
///     ReadableSystem::new(system(&scenario, endpoints_of(&scenario, &both), &baseline)?);
/// let first = &readable.init_states()[0];
/// assert!(format!("{first:?}").starts_with("client: no call so far"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ReadableSystem {
    system: System<Tls>,
    /// The properties of the system. A condition finds its property by its place here.
    properties: Vec<Property<System<Tls>>>,
}

/// A snapshot that says in words what it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReadableSnapshot {
    snapshot: Snapshot<Tls>,
    /// Capacity of each send queue and of each receive queue, in cells.
    capacities: (u8, u8),
    /// Why nothing more happens; nothing where something can.
    end: Option<Vec<String>>,
}

/// Whether a property of the wrapped system holds.
type ReadableCondition = fn(&ReadableSystem, &ReadableSnapshot) -> bool;

/// The conditions of the system's properties, by their places: a condition is a plain function, and
/// cannot carry the place with it.
const CONDITIONS: [ReadableCondition; 16] = [
    holds::<0>,
    holds::<1>,
    holds::<2>,
    holds::<3>,
    holds::<4>,
    holds::<5>,
    holds::<6>,
    holds::<7>,
    holds::<8>,
    holds::<9>,
    holds::<10>,
    holds::<11>,
    holds::<12>,
    holds::<13>,
    holds::<14>,
    holds::<15>,
];

fn holds<const PLACE: usize>(readable: &ReadableSystem, at: &ReadableSnapshot) -> bool {
    let property = readable.properties.get(PLACE);
    property.is_none_or(|property| (property.condition)(&readable.system, &at.snapshot))
}

impl ReadableSystem {
    /// The system, to be read.
    #[must_use]
    pub fn new(system: System<Tls>) -> Self {
        let properties = system.properties();
        Self { system, properties }
    }

    fn readable(&self, snapshot: Snapshot<Tls>) -> ReadableSnapshot {
        let pair = &self.system.pair;
        let ended = pair.is_terminal(&snapshot);
        ReadableSnapshot {
            snapshot,
            capacities: (pair.tcp.send, pair.tcp.receive),
            end: ended.then(|| because(pair, &vec![(snapshot, None)])),
        }
    }
}

impl Model for ReadableSystem {
    type State = ReadableSnapshot;
    type Action = Step;

    fn init_states(&self) -> Vec<ReadableSnapshot> {
        let first = self.system.init_states();
        first.into_iter().map(|snapshot| self.readable(snapshot)).collect()
    }

    fn actions(&self, state: &ReadableSnapshot, steps: &mut Vec<Step>) {
        self.system.actions(&state.snapshot, steps);
    }

    fn next_state(&self, state: &ReadableSnapshot, step: Step) -> Option<ReadableSnapshot> {
        let next = self.system.next_state(&state.snapshot, step)?;
        Some(self.readable(next))
    }

    fn format_action(&self, step: &Step) -> String {
        self.system.format_action(step)
    }

    /// What each end does or notices in the step, and the rows of the table that it takes.
    fn format_step(&self, state: &ReadableSnapshot, step: Step) -> Option<String> {
        let mut snapshot = state.snapshot;
        let taken = SequenceStep::taken_in(&self.system.pair, &mut snapshot, step, 0);
        let mut words = String::new();
        for side in Side::ALL {
            let does = taken.ends.of(side);
            if !does.is_empty() {
                words += &format!("{side}: {does}\n");
            }
            for row in taken.rows.of(side) {
                words += &format!("  {row}\n");
            }
        }
        Some(format!("{words}\n{:?}", self.readable(snapshot)))
    }

    fn as_svg(&self, path: Path<ReadableSnapshot, Step>) -> Option<String> {
        let steps = path.into_vec().into_iter();
        let trace = steps.map(|(state, step)| (state.snapshot, step)).collect();
        let sequence = Sequence::of(&self.system.pair, &trace);
        Some(picture(&sequence, None, false).to_string())
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let known = self.properties.iter().zip(CONDITIONS);
        known.map(|(property, condition)| Property::always(property.name, condition)).collect()
    }
}

/// The snapshot in words. The Explorer prints this form.
impl fmt::Debug for ReadableSnapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = Both { client: Side::Client, server: Side::Server };
        let queues = sides.map(|side| QueueContents::of(&self.snapshot.tcp, side));
        for side in Side::ALL {
            formatter.write_str(&end(side, self.snapshot.parties.of(side)))?;
        }
        for side in Side::ALL {
            let (from, to) = (queues.of(side), queues.of(side.peer()));
            let (send, receive) = self.capacities;
            writeln!(
                formatter,
                "{side} to {}: {} in the send queue ({} of {send}), {} in the receive queue \
                 ({} of {receive}){}",
                side.peer(),
                listed(&from.send),
                from.send.len(),
                listed(&to.receive),
                to.receive.len(),
                marks(from, to),
            )?;
        }
        match &self.end {
            None => Ok(()),
            Some(why) if why.is_empty() => formatter.write_str("The run has ended.\n"),
            Some(why) => writeln!(formatter, "The run has ended. {}", why.join(" ")),
        }
    }
}

/// What stands behind the data of a direction.
fn marks(from: &QueueContents, to: &QueueContents) -> String {
    let marks = [
        (from.fin_queued, "a FIN is sent behind them"),
        (to.fin_arrived, "a FIN has arrived behind them"),
        (to.reset_coming, "a RST is on its way"),
    ];
    marks.iter().filter(|(is_there, _)| *is_there).map(|(_, words)| format!("; {words}")).collect()
}

/// One end: its calls, what it holds back, and the states of its machines.
fn end(side: Side, party: &Party<Tls>) -> String {
    let endpoint = &party.endpoint;
    let callers = [
        (Caller::Whole, ""),
        (Caller::Reader, "; the reader: "),
        (Caller::Writer, "; the writer: "),
    ];
    let calls = callers.map(|(caller, name)| {
        let calls = calls(party.histories.of(caller));
        if calls.is_empty() { String::new() } else { format!("{name}{calls}") }
    });
    let calls = calls.concat();
    let calls = if calls.is_empty() { "no call so far".to_owned() } else { calls };
    let mut words = format!("{side}: {calls}\n");
    let sealed = endpoint.sealed();
    if !sealed.is_empty() {
        words += &format!("  sealed, and not transmitted: {}\n", listed(&sealed));
    }
    match endpoint.unread_records() {
        0 => {}
        1 => words += "  opened, and not read by the program: 1 record\n",
        more => words += &format!("  opened, and not read by the program: {more} records\n"),
    }
    let states = &endpoint.machines().states;
    let machines = Slot::ALL.iter().map(|slot| {
        let machine = states.machine(*slot);
        format!("{} {}", machine.name(), machine.state_name(states.index(*slot)))
    });
    words + &format!("  machines: {}\n", machines.collect::<Vec<_>>().join(", "))
}

/// The calls of a caller, each with its result; one that has none is pending.
fn calls(history: &History) -> String {
    let mut results = history.results();
    let calls =
        history.calls().iter().filter(|call| !call.is_end()).map(|call| match results.next() {
            Some(result) => format!("{call}: {result}"),
            None => format!("{call} is pending"),
        });
    calls.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::Programs;
    use crate::search::bounds::{ClientCertificate, Scenario};
    use crate::search::explore::Effort;
    use crate::search::profile::{Profile, endpoints_of};
    use crate::search::scenario::{Baselines, system};
    use crate::world::tcp::Vanishing;

    fn readable(scenario: &Scenario) -> ReadableSystem {
        let both = Both { client: Profile::HYALINE, server: Profile::HYALINE };
        let baseline = Baselines::default().of(scenario, &Effort::default(), &mut |_| ());
        let endpoints = endpoints_of(scenario, &both);
        ReadableSystem::new(system(scenario, endpoints, &baseline.expect("runs")).expect("bounds"))
    }

    fn scenario() -> Scenario {
        let programs = Both { client: "write close".parse(), server: "read close".parse() };
        Scenario::new(Programs::Fixed(programs.map(|program| program.expect("a program"))))
    }

    #[test]
    fn it_asks_for_every_property_of_its_system() {
        let vanishing = Scenario { vanishing: Vanishing::Probed, ..scenario() };
        let rejected = Scenario { client_certificate: ClientCertificate::Rejected, ..scenario() };
        for scenario in [scenario(), vanishing, rejected] {
            let readable = readable(&scenario);
            let names: Vec<_> = readable.properties().iter().map(|one| one.name).collect();
            let own: Vec<_> = readable.system.properties().iter().map(|one| one.name).collect();
            assert_eq!(names, own);
        }
    }

    #[test]
    fn it_fails_where_its_system_does() {
        let mut readable = readable(&scenario());
        let mut broken = readable.init_states()[0].clone();
        let failing = |readable: &ReadableSystem, at: &ReadableSnapshot| {
            let properties = readable.properties();
            let failing = properties.iter().filter(|one| !(one.condition)(readable, at));
            failing.map(|one| one.name).collect::<Vec<_>>()
        };
        assert!(failing(&readable, &broken).is_empty());
        broken.snapshot.marks.dallied = true;
        assert_eq!(failing(&readable, &broken), [crate::judgement::properties::PROMPT]);
        readable.properties.clear();
        assert!(failing(&readable, &broken).is_empty());
    }

    #[test]
    fn every_snapshot_of_a_run_is_a_few_lines_and_its_way_a_picture() {
        let readable = readable(&scenario());
        let mut state = readable.init_states()[0].clone();
        let mut path = Vec::new();
        loop {
            let words = format!("{state:#?}");
            assert!(words.lines().count() <= 12 && words.contains("machines: "), "{words}");
            let mut steps = Vec::new();
            readable.actions(&state, &mut steps);
            let Some(step) = steps.last().copied() else { break };
            let told = readable.format_step(&state, step).expect("words");
            state = readable.next_state(&state, step).expect("a snapshot");
            assert!(told.ends_with(&format!("{state:?}")), "{told}");
            path.push(step);
        }
        let words = format!("{state:?}");
        assert!(words.contains("write: ok, close: ok") && words.contains("has ended"), "{words}");
        let first = readable.init_states()[0].clone();
        let path = Path::from_actions(&readable, first, &path).expect("a path");
        let svg = readable.as_svg(path).expect("a picture");
        assert!(svg.starts_with("<svg") && svg.contains("the handshake"), "{svg}");
    }
}
