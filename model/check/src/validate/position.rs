//! Where an end stands when its log ends, and what it waits for.

use hyaline_model::table::{
    Event, FactName, Facts, Half, Label, Policy, ReceivingFacts, Row, SendingFacts, Slot, home,
};
use hyaline_model::turn::{Endpoint, Fault, Listener, Receiving, Sending, Shipped, World};
use serde::Serialize;

use super::departure::states_in_words;
use super::end::{Followed, machines};
use super::log::ConnectionLog;

/// Where an end stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The state of each machine, behind its name.
    pub states: Vec<String>,
    /// The events from outside of which the table has something to say now.
    pub accepts: Vec<String>,
    /// What the pending calls wait for, and what else is to be done, in sentences.
    pub waits: Vec<String>,
}

/// What the facts are when nothing happens any more.
struct AtRest(Facts);

impl Listener for AtRest {
    fn fired(&mut self, _: &'static Row, _: &hyaline_model::table::Memory) {}

    fn fault(&mut self, _: Fault) {}
}

impl World<Receiving> for AtRest {
    fn facts(&self) -> ReceivingFacts {
        self.0.into()
    }

    fn perform(&mut self, _: hyaline_model::table::Action) {}
}

impl World<Sending> for AtRest {
    fn facts(&self) -> SendingFacts {
        self.0.into()
    }

    fn perform(&mut self, _: hyaline_model::table::Action) {}
}

/// What the transport may bring, and what it is called.
const FROM_THE_TRANSPORT: [(Event, &str); 3] = [
    (Event::Received, "a record of the peer"),
    (Event::Transmitted, "room to transmit what is sealed"),
    (Event::BudgetExpired, "the end of the time for draining"),
];

/// Where the end stands.
pub(super) fn position(log: &ConnectionLog, followed: &Followed) -> Position {
    let states = Half::ALL
        .iter()
        .flat_map(|half| states_in_words(machines(&followed.halves.of_half(*half).states, *half)));
    let accepted = accepted(followed, &log.policy);
    let accepts = accepted.iter().map(|(event, _)| event.to_string()).collect();
    let mut waits = Vec::new();
    if let Some(gap) = log.gap.filter(|gap| gap.is_told) {
        waits.push(format!(
            "The log is judged up to line {}, before which {} lines are lost.",
            gap.line, gap.count
        ));
    }
    for half in Half::ALL {
        let letters = followed.halves.letters_to(*half);
        if let Some(letter) = letters.first() {
            let name = half.name();
            waits.push(format!("The letter `{letter}` to the {name} half is not delivered yet."));
        }
    }
    if let Some(work) = followed.surroundings.work {
        waits.push(format!("The work `{}` has begun, and has not ended.", work.name()));
    }
    for (pending, half) in followed.pending.iter().zip(Half::ALL) {
        let Some(pending) = pending else { continue };
        // A sending call does not end by what is received. So that is told only where nothing else
        // can come.
        let own = accepted.iter().filter(|(event, _)| ends(*half, *event));
        let own: Vec<&str> = own.map(|(_, words)| *words).collect();
        let all = accepted.iter().map(|(_, words)| *words).collect();
        let wanted: Vec<&str> = if own.is_empty() { all } else { own };
        let wanted = match wanted.split_last() {
            None => "nothing of the transport".to_owned(),
            Some((only, [])) => (*only).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        };
        let side = log.side;
        let (call, line) = (&pending.call, pending.line);
        waits.push(format!("The {side}'s `{call}`, begun in line {line}, waits for {wanted}."));
    }
    if followed.pending.iter().all(Option::is_none) && !log.is_over {
        waits.push(format!("The {} rests: no call is pending.", log.side));
    }
    if log.is_over {
        waits.push(format!("The {}'s connection was dropped.", log.side));
    }
    Position { states: states.collect(), accepts, waits }
}

/// Whether a call in the place of this half may end by this event of the transport.
fn ends(half: Half, event: Event) -> bool {
    half == Half::Receiving || home(event.kind()).map(Slot::half) == Some(half)
}

/// The events of the transport that have a row now, and how they are called.
fn accepted(followed: &Followed, policy: &Policy) -> Vec<(Event, &'static str)> {
    let facts = followed.surroundings.facts;
    let holds = facts.get(FactName::Outbox) > 0;
    let idle = Half::ALL.iter().all(|half| {
        let endpoint = followed.halves.of_half(*half);
        half.slots().iter().all(|slot| {
            let is_place = matches!(slot, Slot::Receiver | Slot::Sender);
            !is_place || endpoint.states.has(*slot, Label::IsIdle)
        })
    });
    let is_accepted = |event: Event| {
        let half = home(event.kind()).map(Slot::half);
        let Some(half) = half.filter(|_| !idle) else { return false };
        let endpoint: &Endpoint = followed.halves.of_half(half);
        endpoint.accepts(&Shipped, policy, event, &AtRest(facts))
            && (event != Event::Transmitted || holds)
    };
    FROM_THE_TRANSPORT.into_iter().filter(|(event, _)| is_accepted(*event)).collect()
}
