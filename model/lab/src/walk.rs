//! A walk: a path of steps through a scenario, what there is to see at each of its places, and what
//! can happen at its end.

use hyaline_check::ends::plain_tcp::PlainTcp;
use hyaline_check::ends::tls::Tls;
use hyaline_check::programs::Caller;
use hyaline_check::report::sequence::{QueueContents, Sequence, SequenceStep};
use hyaline_check::side::{Both, Side};
use hyaline_check::world::pair::Pair;
use hyaline_check::world::snapshot::Snapshot;
use hyaline_check::world::step::{Step, Timers};
use serde::{Deserialize, Serialize};

use crate::beside::{Beside, beside};
use crate::machines::{EndpointShown, Shown};
use hyaline_check::runs::written::{AskedScenario, WrittenScenario};

/// The most steps of a path: longer than any run of programs that can be written.
pub const STEPS_AT_MOST: usize = 4096;

/// Over what a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathOver {
    /// Over TLS.
    Tls,
    /// Over plain TCP.
    Tcp,
}

/// A path from the first snapshot: at each place, the number of the step that is taken, from 0,
/// among those that can happen there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenPath {
    /// Over what it leads.
    pub over: PathOver,
    /// The steps.
    pub steps: Vec<u16>,
}

/// One value for each side, under its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sides<T> {
    /// The client's.
    pub client: T,
    /// The server's.
    pub server: T,
}

impl<T> Sides<T> {
    /// What a function has for each side.
    pub fn of(mut value: impl FnMut(Side) -> T) -> Self {
        Self { client: value(Side::Client), server: value(Side::Server) }
    }
}

/// A call, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallShown {
    /// The call.
    pub call: String,
    /// Its result; nothing while it is pending.
    pub result: Option<String>,
    /// Who makes it: nothing where one caller makes all calls, else `reader` or `writer`.
    pub caller: Option<&'static str>,
}

/// One end at one place of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndShown {
    /// Its calls, in order.
    pub calls: Vec<CallShown>,
    /// The endpoint that runs below the calls.
    #[serde(flatten)]
    pub endpoint: EndpointShown,
}

/// One place of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The step that leads to it; nothing at the first.
    pub step: Option<SequenceStep>,
    /// What the queues hold.
    pub queues: Sides<QueueContents>,
    /// Both ends.
    pub ends: Sides<EndShown>,
    /// What can happen here; nothing where the run is over.
    pub next: Vec<NextStep>,
}

/// A step that can happen, and what it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// What each end would do or notice. What the network does stands in brackets.
    pub ends: Sides<String>,
}

/// A walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Walk {
    /// Over what it leads.
    pub over: PathOver,
    /// Capacity of each send queue, in cells.
    pub send_capacity: u8,
    /// Capacity of each receive queue, in cells.
    pub receive_capacity: u8,
    /// The places: one more than steps were taken.
    pub frames: Vec<Frame>,
    /// The calls that never return, where the run is over.
    pub never_return: Sides<Vec<String>>,
    /// The same programs over the other transport, in step with this walk.
    pub beside: Beside,
}

/// Takes the steps of a path.
///
/// # Errors
///
/// If the scenario is not understood, or the path has a step that cannot happen.
pub fn walk(written: &WrittenScenario, path: &WrittenPath) -> Result<Walk, String> {
    let asked = AskedScenario::read(written).map_err(|error| error.to_string())?;
    match path.over {
        PathOver::Tls => walked(&tls(&asked)?, &tcp(&asked)?, path),
        PathOver::Tcp => walked(&tcp(&asked)?, &tls(&asked)?, path),
    }
}

/// The path of a trace; where there is none, of one run, in which the network moves first.
///
/// # Errors
///
/// If the trace is not one of the scenario.
pub fn path_of(
    asked: &AskedScenario,
    over: PathOver,
    trace: Option<&Sequence>,
) -> Result<WrittenPath, String> {
    let steps = match over {
        PathOver::Tls => choices(&tls(asked)?, trace)?,
        PathOver::Tcp => choices(&tcp(asked)?, trace)?,
    };
    Ok(WrittenPath { over, steps })
}

fn tls(asked: &AskedScenario) -> Result<Pair<Tls>, String> {
    let scenario = &asked.scenario;
    let tcp = scenario.tcp().ok_or("a buffer is too long")?;
    Ok(Pair::new(asked.ends(), tcp, scenario.programs, scenario.timers))
}

fn tcp(asked: &AskedScenario) -> Result<Pair<PlainTcp>, String> {
    let scenario = &asked.scenario;
    let tcp = scenario.tcp().ok_or("a buffer is too long")?;
    let end = PlainTcp::new(scenario.record_cells);
    let ends = Both { client: end, server: end };
    Ok(Pair::new(ends, tcp, scenario.programs, Timers::Quiescent))
}

/// What can happen in a snapshot.
pub(crate) fn enabled<E: Shown>(pair: &Pair<E>, snapshot: &Snapshot<E>) -> Vec<Step> {
    let mut steps = Vec::new();
    pair.steps(snapshot, &mut steps);
    steps
}

fn choices<E: Shown>(pair: &Pair<E>, trace: Option<&Sequence>) -> Result<Vec<u16>, String> {
    let mut snapshot = pair.first();
    let mut taken = trace.map(|trace| trace.steps.iter().map(|step| step.taken));
    let mut path = Vec::new();
    while path.len() < STEPS_AT_MOST {
        let steps = enabled(pair, &snapshot);
        let step = match &mut taken {
            Some(taken) => taken.next(),
            // Steps of the network stand last in the list.
            None => steps.last().copied(),
        };
        let Some(step) = step else { break };
        let number = steps.iter().position(|one| *one == step).ok_or("no such step")?;
        path.push(u16::try_from(number).map_err(|error| error.to_string())?);
        pair.take(&mut snapshot, step, &mut Both { client: (), server: () });
    }
    Ok(path)
}

fn walked<E: Shown, O: Shown>(
    pair: &Pair<E>,
    other: &Pair<O>,
    path: &WrittenPath,
) -> Result<Walk, String> {
    if path.steps.len() > STEPS_AT_MOST {
        return Err(format!("a path has at most {STEPS_AT_MOST} steps"));
    }
    let mut snapshot = pair.first();
    let mut frames = vec![frame(pair, &snapshot, None)];
    let mut way = Vec::new();
    for (place, number) in path.steps.iter().enumerate() {
        let steps = enabled(pair, &snapshot);
        let step = steps.get(usize::from(*number)).copied();
        let step = step.ok_or_else(|| format!("step {}: there is no such choice", place + 1))?;
        let shown = SequenceStep::taken_in(pair, &mut snapshot, step, place + 1);
        frames.push(frame(pair, &snapshot, Some(shown)));
        way.push((step, snapshot.clone()));
    }
    let has_ended = enabled(pair, &snapshot).is_empty();
    Ok(Walk {
        over: path.over,
        send_capacity: pair.tcp.send,
        receive_capacity: pair.tcp.receive,
        frames,
        never_return: never_return(pair, &snapshot),
        beside: beside(&way, other, has_ended),
    })
}

fn next_step<E: Shown>(pair: &Pair<E>, snapshot: &Snapshot<E>, step: Step) -> NextStep {
    let shown = SequenceStep::taken_in(pair, &mut snapshot.clone(), step, 0);
    NextStep { ends: Sides { client: shown.ends.client, server: shown.ends.server } }
}

/// The calls that are pending where no step is left.
pub(crate) fn never_return<E: Shown>(pair: &Pair<E>, snapshot: &Snapshot<E>) -> Sides<Vec<String>> {
    let is_over = enabled(pair, snapshot).is_empty();
    Sides::of(|side| {
        let calls = snapshot.parties.of(side).pending().filter(|_| is_over);
        calls.map(|call| call.to_string()).collect()
    })
}

/// What there is to see.
pub(crate) fn frame<E: Shown>(
    pair: &Pair<E>,
    snapshot: &Snapshot<E>,
    step: Option<SequenceStep>,
) -> Frame {
    let steps = enabled(pair, snapshot);
    Frame {
        step,
        queues: Sides::of(|side| QueueContents::of(&snapshot.tcp, side)),
        ends: Sides::of(|side| EndShown {
            calls: calls(snapshot, side),
            endpoint: snapshot.parties.of(side).endpoint.shown(),
        }),
        next: steps.iter().map(|step| next_step(pair, snapshot, *step)).collect(),
    }
}

fn calls<E: Shown>(snapshot: &Snapshot<E>, side: Side) -> Vec<CallShown> {
    let histories = &snapshot.parties.of(side).histories;
    let mut calls = Vec::new();
    // The calls of the one caller, the handshake and the close, stand around those of the others.
    for (caller, name) in
        [(Caller::Whole, None), (Caller::Reader, Some("reader")), (Caller::Writer, Some("writer"))]
    {
        let history = histories.of(caller);
        let mut results = history.results();
        for call in history.calls().iter().filter(|call| !call.is_end()) {
            let result = results.next().map(|result| result.to_string());
            calls.push(CallShown { call: call.to_string(), result, caller: name });
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> WrittenScenario {
        WrittenScenario {
            client_program: "write close".to_owned(),
            server_program: "read close".to_owned(),
            ..WrittenScenario::default()
        }
    }

    fn one_run(over: PathOver) -> WrittenPath {
        let asked = AskedScenario::read(&written()).expect("a scenario");
        path_of(&asked, over, None).expect("a path")
    }

    #[test]
    fn a_run_is_walked_to_its_end_with_another_beside_it() {
        for over in [PathOver::Tls, PathOver::Tcp] {
            let path = one_run(over);
            let walk = walk(&written(), &path).expect("a walk");
            assert_eq!(walk.frames.len(), path.steps.len() + 1);
            assert_eq!(walk.never_return, Sides::default());
            let last = walk.frames.last().expect("a place");
            assert!(last.next.is_empty());
            let is_ok = |call: &CallShown| call.result.as_deref() == Some("ok");
            assert!(last.ends.client.calls.iter().all(is_ok), "{last:?}");
            assert_eq!(last.ends.client.calls.len(), 3);
            assert_eq!(walk.beside.places.len(), walk.frames.len());
        }
    }

    #[test]
    fn at_each_place_of_a_path_another_step_may_be_chosen() {
        let mut path = one_run(PathOver::Tls);
        let whole = path.steps.clone();
        path.steps.truncate(3);
        let short = walk(&written(), &path).expect("a walk");
        let next = &short.frames[3].next;
        assert!(!next.is_empty());
        for number in 0..u16::try_from(next.len()).expect("a few") {
            path.steps.truncate(3);
            path.steps.push(number);
            let longer = walk(&written(), &path).expect("a walk");
            assert_eq!(longer.frames[..4], short.frames[..4]);
        }
        assert!(whole.len() > 4);
    }

    #[test]
    fn a_step_that_cannot_happen_is_refused() {
        let steps = vec![0, 999];
        let error = walk(&written(), &WrittenPath { over: PathOver::Tls, steps });
        assert_eq!(error.expect_err("no walk"), "step 2: there is no such choice");
        let steps = vec![0; STEPS_AT_MOST + 1];
        let error = walk(&written(), &WrittenPath { over: PathOver::Tls, steps });
        assert!(error.expect_err("no walk").contains("at most"));
    }
}
