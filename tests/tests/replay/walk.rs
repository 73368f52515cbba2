//! The walk: the model's graph depth-first, with a live pair at every frame.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use hyaline_check::ends::tls::{KEYS_GONE, TakenRow, Tls};
use hyaline_check::programs::Caller;
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::side::{Both, Side};
use hyaline_check::world::cell::EARLY_KEYS;
use hyaline_check::world::contract::{PairEndpoint, PairInterest};
use hyaline_check::world::pair::Pair;
use hyaline_check::world::snapshot::{Party, Snapshot};
use hyaline_check::world::step::Step;
use hyaline_check::world::tcp::{Fin, Reset};
use hyaline_model::table;
use hyaline_model::turn::Owner;
use hyaline_replay::replay::Planted;

use super::end::{Aftermath, End};
use super::expected::{
    compare, compare_cause, compare_queue, kind_of, notices_of, of_result, of_table, plainly,
    sorted,
};
use super::mismatch::Mismatch;
use super::wire::{Queue, Record, early_data_length, shape_of, shapes};

/// How much was replayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replayed {
    /// Unique snapshots visited.
    pub(crate) states: usize,
    /// Unique pairs of a snapshot and a step, each taken by the real pair.
    pub(crate) edges: usize,
    /// The numbers of the rows that fired.
    pub(crate) rows: HashSet<u16>,
}

/// The real system: two connections, and the bytes between them. Forked at every branch; what a
/// step does not touch is shared.
#[derive(Clone)]
struct Real {
    ends: Both<Rc<End>>,
    /// What each side has sent and not delivered.
    send: Both<Queue>,
    /// What each side has been delivered and not received.
    receive: Both<Queue>,
    /// Records of early data that the client offers.
    early_data: u8,
}

/// Replays everything that is reachable in a scenario.
///
/// # Errors
/// The first difference.
pub(crate) fn replay(
    pair: &Pair<Tls>,
    scenario: &Scenario,
    planted: Option<Planted>,
) -> Result<Replayed, Mismatch> {
    let ends = End::both(scenario, planted).map(Rc::new);
    let real = Real {
        ends,
        send: Both { client: Queue::new(), server: Queue::new() },
        receive: Both { client: Queue::new(), server: Queue::new() },
        early_data: scenario.early_data,
    };
    let mut walk =
        Walk { pair, visited: HashSet::new(), replayed: Replayed::default(), steps: Vec::new() };
    let first = pair.first();
    walk.visited.insert(fingerprint(&first));
    walk.replayed.states = 1;
    walk.descend(&first, &real)?;
    Ok(walk.replayed)
}

struct Walk<'p> {
    pair: &'p Pair<Tls>,
    /// Hashes of the snapshots that were visited, of 64 bits each.
    visited: HashSet<u64>,
    replayed: Replayed,
    steps: Vec<Step>,
}

fn fingerprint(snapshot: &Snapshot<Tls>) -> u64 {
    let mut hasher = DefaultHasher::new();
    snapshot.hash(&mut hasher);
    hasher.finish()
}

impl Walk<'_> {
    fn descend(&mut self, snapshot: &Snapshot<Tls>, real: &Real) -> Result<(), Mismatch> {
        let mut steps = Vec::new();
        self.pair.steps(snapshot, &mut steps);
        for step in steps {
            self.steps.push(step);
            let mut next = *snapshot;
            let mut logs = Both { client: Vec::new(), server: Vec::new() };
            self.pair.take(&mut next, step, &mut logs);
            let mut forked = real.clone();
            self.replayed.edges += 1;
            let fired = Side::ALL.into_iter().flat_map(|side| logs.of(side));
            self.replayed.rows.extend(fired.map(|row| row.0.number));
            forked
                .take(snapshot, &next, step, &logs)
                .map_err(|what| Mismatch { steps: self.steps.clone(), what })?;
            if self.visited.insert(fingerprint(&next)) {
                self.replayed.states += 1;
                self.descend(&next, &forked)?;
            }
            self.steps.pop();
        }
        Ok(())
    }
}

impl Real {
    /// Takes the same step with real bytes and compares.
    fn take(
        &mut self,
        before: &Snapshot<Tls>,
        after: &Snapshot<Tls>,
        step: Step,
        logs: &Both<Vec<TakenRow>>,
    ) -> Result<(), String> {
        let moved = match step {
            Step::Begin(side, call) => {
                // A thread's end is nothing to an endpoint, and neither is a side's rest.
                if let Some(call) = of_table(call) {
                    self.end(side).start(call);
                }
                Some(side)
            }
            Step::Transmit(side) => {
                self.transmit(before, after, side)?;
                Some(side)
            }
            Step::Block(side) => {
                self.end(side).driven.block();
                Some(side)
            }
            Step::Receive(side) => {
                self.receive(before, side)?;
                Some(side)
            }
            Step::DeliverMail(side) => {
                self.end(side).driven.deliver_mail();
                Some(side)
            }
            Step::ExpireBudget(side) => {
                self.end(side).driven.expire_budget();
                Some(side)
            }
            Step::PassDeadline(side) => {
                self.end(side).driven.pass_deadline(table::Half::Sending);
                Some(side)
            }
            Step::PassReadDeadline(side) => {
                self.end(side).driven.pass_deadline(table::Half::Receiving);
                Some(side)
            }
            Step::Deliver(side) => {
                if let Some(record) = self.send.of_mut(side).pop_front() {
                    self.arrive(before, after, side.peer(), record);
                }
                None
            }
            Step::DeliverReset(_) | Step::Vanish(_) | Step::GiveUp(_) => None,
            Step::Exchange(_) => return Err("buffers of no capacity are not replayed".to_owned()),
        };
        if let Some(side) = moved {
            self.compare_end(before, after, side, logs.of(side))?;
        }
        for side in Side::ALL {
            compare_queue("send", after.tcp.send_queue(side), self.send.of_mut(side))?;
            compare_queue("receive", after.tcp.receive_queue(side), self.receive.of_mut(side))?;
        }
        Ok(())
    }

    fn end(&mut self, side: Side) -> &mut End {
        Rc::make_mut(self.ends.of_mut(side))
    }

    fn transmit(
        &mut self,
        before: &Snapshot<Tls>,
        after: &Snapshot<Tls>,
        side: Side,
    ) -> Result<(), String> {
        let is_reset = matches!(before.tcp.reset(side), Reset::Unreported | Reset::Reported);
        if is_reset || before.tcp.fin(side) != Fin::Nowhere {
            let kind = kind_of(before, side);
            self.end(side).driven.transmit_reset(kind);
            return Ok(());
        }
        let record = self.end(side).transmit().ok_or("the real outbox is empty")?;
        let grew =
            |queue: fn(&Snapshot<Tls>, Side) -> u8, side| queue(after, side) > queue(before, side);
        if grew(|snapshot, side| snapshot.tcp.send_queue(side).length(), side) {
            self.send.of_mut(side).push_back(record);
        } else {
            self.arrive(before, after, side.peer(), record);
        }
        Ok(())
    }

    /// A record arrives, unless the socket there is closed.
    fn arrive(
        &mut self,
        before: &Snapshot<Tls>,
        after: &Snapshot<Tls>,
        side: Side,
        record: Record,
    ) {
        if after.tcp.receive_queue(side).length() > before.tcp.receive_queue(side).length() {
            self.receive.of_mut(side).push_back(record);
        }
    }

    fn receive(&mut self, before: &Snapshot<Tls>, side: Side) -> Result<(), String> {
        if let Some(record) = self.receive.of_mut(side).pop_front() {
            self.end(side).receive(&record);
        } else if before.tcp.fin(side.peer()) == Fin::Arrived {
            self.end(side).driven.receive_fin();
        } else {
            match before.tcp.reset(side) {
                Reset::Unreported => {
                    let kind = kind_of(before, side);
                    self.end(side).driven.receive_reset(kind);
                }
                Reset::Reported => self.end(side).driven.receive_fin(),
                Reset::Nowhere | Reset::InFlight => {
                    return Err("nothing to receive on the real wire".to_owned());
                }
            }
        }
        Ok(())
    }

    /// Compares everything about the side that moved.
    fn compare_end(
        &mut self,
        before: &Snapshot<Tls>,
        after: &Snapshot<Tls>,
        side: Side,
        log: &[TakenRow],
    ) -> Result<(), String> {
        let Aftermath { ended: results, rows, notices } = self.end(side).aftermath();
        let expected: Vec<u16> = log.iter().map(|taken| taken.0.number).collect();
        let found: Vec<u16> = rows.iter().map(|row| row.number).collect();
        if expected != found {
            let texts: Vec<&str> = rows.iter().map(|row| row.text).collect();
            return Err(format!("{side}: rows {log:?} in the model, {texts:?} in the library"));
        }
        compare("told", side, notices_of(log), sorted(notices))?;
        self.compare_tickets(side)?;
        for (result, error) in results.iter().flatten() {
            compare_cause(side, *result, error.as_ref(), after)?;
        }
        let Party { endpoint, histories } = after.parties.of(side);
        let is_alone = histories.writer.calls().length() == 0;
        for caller in Caller::ALL {
            let history = histories.of(caller);
            if history.calls().last().is_some_and(ProgramCall::is_end) {
                continue;
            }
            let known = before.parties.of(side).histories.of(caller).returned();
            let returned = known < history.returned();
            let modelled = returned.then(|| history.results().last()).flatten();
            let [received, sent] = &results;
            let found = match caller {
                Caller::Whole if is_alone => received.as_ref().or(sent.as_ref()),
                Caller::Whole => received.as_ref(),
                Caller::Reader => received.as_ref(),
                Caller::Writer => sent.as_ref(),
            };
            // A result is of a pending call: while two callers call, the third caller has none.
            let is_his = before.parties.of(side).histories.of(caller).pending().is_some()
                || history.pending().is_some()
                || returned;
            let found = found.filter(|_| is_his);
            let found = found.map(|(result, error)| of_result(*result, error));
            compare("result", side, modelled.map(plainly), found)?;
        }
        if endpoint.is_divided() && !before.parties.of(side).endpoint.is_divided() {
            self.end(side).driven.divided = true;
        }
        self.compare_state(after, side, endpoint)
    }

    /// No two tickets of a connection have the same nonce (RFC 9846 section 4.7.1).
    fn compare_tickets(&mut self, side: Side) -> Result<(), String> {
        let nonces = self.end(side).driven.connection.ticket_nonces();
        let different: HashSet<&[u8]> = nonces.iter().map(Vec::as_slice).collect();
        compare("number of nonces", side, nonces.len(), different.len())
    }

    fn compare_state(
        &mut self,
        after: &Snapshot<Tls>,
        side: Side,
        endpoint: &Tls,
    ) -> Result<(), String> {
        let offered = self.early_data;
        let end = self.end(side);
        let projection = end.project();
        let machines = endpoint.machines().owned_by(Owner::One);
        compare("machines", side, machines, projection.endpoint)?;
        compare("unread", side, usize::from(endpoint.unread()), projection.unread)?;
        let early_data = early_data_length(endpoint.early_data(), offered);
        compare("early data", side, early_data, projection.early_data)?;
        let generations = endpoint.generations().map(|generation| match generation {
            KEYS_GONE => None,
            EARLY_KEYS => Some(u64::MAX),
            other => Some(u64::from(other)),
        });
        compare("generation of keys", side, generations, projection.generations)?;
        compare("what the guards are told", side, endpoint.facts(), end.sample_facts())?;
        compare("payload", side, None, end.wrong_payload)?;
        let memory = &endpoint.machines().memory;
        if side == Side::Client && memory.connected && !memory.pre_shared_key {
            let shown = end.driven.connection.peer_certificates();
            compare("server's chain", side, 2, shown.len())?;
        }
        let (interest, budget) = end.interest();
        // The model's endpoint has no calls of its own: its world asks only while one is pending.
        let idle = end.is_idle();
        compare("call pending", side, after.parties.of(side).is_waiting(), !idle)?;
        let modelled = if idle { PairInterest::default() } else { endpoint.interest() };
        compare("interest", side, modelled, interest)?;
        compare("budget", side, endpoint.waits_for_budget(), budget)?;
        compare("close", side, after.tcp.is_closed(side), end.operations.close)?;
        let fin_sent = projection.endpoint.memory.fin == table::FinState::Sent;
        compare("shutdown", side, fin_sent, end.operations.shutdown_write)?;
        let found = shapes(end.driven.outbox.bytes());
        let waiting: Vec<_> = endpoint.waiting().collect();
        let alike = waiting.len() == found.len()
            && waiting.iter().zip(&found).all(|((content, generation), shape)| {
                shape_of(*content, *generation).allows(*shape)
            });
        if alike { Ok(()) } else { Err(format!("{side}: outbox {waiting:?}, in bytes {found:?}")) }
    }
}
