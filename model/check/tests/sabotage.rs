//! Every property of world *pair* can fail: endpoints that break one each, and are found.
#![allow(clippy::expect_used)]

use hyaline_check::ends::plain_tcp::PlainTcp;
use hyaline_check::interpret::mutation::Mutation;
use hyaline_check::judgement::outcome::Harm;
use hyaline_check::judgement::properties;
use hyaline_check::programs::Programs;
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::programs::result::ProgramResult;
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::endpoints::endpoints as endpoints_of_table;
use hyaline_check::search::explore::{Effort, Verdict};
use hyaline_check::search::scenario::{Baselines, Checked, check, shortest};
use hyaline_check::side::Both;
use hyaline_check::world::cell::Cell;
use hyaline_check::world::contract::{
    Completion, Log, PairEndpoint, PairInterest, PairOperation, Witnesses,
};
use hyaline_model::table::{Half, Machine, Policy, ROWS};

/// What is wrong with an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sabotage {
    Nothing,
    /// A write never transmits.
    HoldsWrites,
    /// A write returns before its record is transmitted.
    ReturnsEarly,
    /// A read is not interested in what it could receive.
    SleepsThroughInput,
    /// The same, and it claims to have no row for that either.
    SleepsSoundly,
    /// A read that receives data says that the stream has ended.
    EndsEarly,
    /// A half-close says that the connection was reset.
    CriesReset,
    /// A read after the end of the stream says that the connection was reset.
    ResetsAfterTheEnd,
    /// The socket is left open.
    LeavesOpen,
    /// The time of a call expires, and nothing changes.
    Ticks,
    /// It reports a fault.
    Reports(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Sabotaged {
    inner: PlainTcp,
    sabotage: Sabotage,
    pending: Option<ProgramCall>,
    ended: bool,
    result: Option<ProgramResult>,
}

impl Sabotaged {
    fn has(&self, sabotage: Sabotage) -> bool {
        self.sabotage == sabotage
    }

    fn settle(&mut self) {
        let inner = &mut self.inner;
        let result =
            inner.take_result(Half::Receiving).or_else(|| inner.take_result(Half::Sending));
        if self.pending.is_none() {
            return;
        }
        self.result = result.map(|result| match (self.pending, result) {
            (Some(ProgramCall::Read), ProgramResult::Ok) if self.has(Sabotage::EndsEarly) => {
                ProgramResult::EndOfStream
            }
            (Some(ProgramCall::HalfClose), _) if self.has(Sabotage::CriesReset) => {
                ProgramResult::Reset
            }
            (Some(ProgramCall::Read), ProgramResult::EndOfStream)
                if self.ended && self.has(Sabotage::ResetsAfterTheEnd) =>
            {
                ProgramResult::Reset
            }
            (_, result) => result,
        });
        self.ended |= result == Some(ProgramResult::EndOfStream);
        if result.is_some() {
            self.pending = None;
        }
    }
}

impl PairEndpoint for Sabotaged {
    type Row = &'static str;

    // Its programs make one call at a time.
    fn divide(&mut self) {}

    fn unite(&mut self) {}

    fn has_mail(&self) -> bool {
        false
    }

    fn owes_mail(&self) -> bool {
        false
    }

    fn accepts_answer(&self) -> bool {
        self.inner.accepts_answer()
    }

    fn deliver_mail(&mut self, _log: &mut impl Log<Self::Row>) {}

    fn start(&mut self, call: ProgramCall, log: &mut impl Log<Self::Row>) {
        self.pending = Some(call);
        self.inner.start(call, log);
        if call == ProgramCall::Write && self.has(Sabotage::ReturnsEarly) {
            (self.result, self.pending) = (Some(ProgramResult::Ok), None);
        }
        self.settle();
    }

    fn finish(&mut self, completion: Completion, log: &mut impl Log<Self::Row>) {
        self.inner.finish(completion, log);
        self.settle();
    }

    fn take_result(&mut self, _place: Half) -> Option<ProgramResult> {
        self.result.take()
    }

    fn take_operation(&mut self) -> Option<PairOperation> {
        let operation = self.inner.take_operation();
        let leaves = operation == Some(PairOperation::Close) && self.has(Sabotage::LeavesOpen);
        operation.filter(|_| !leaves)
    }

    fn interest(&self) -> PairInterest {
        let interest = self.inner.interest();
        PairInterest {
            receive: interest.receive
                && !self.has(Sabotage::SleepsThroughInput)
                && !self.has(Sabotage::SleepsSoundly),
            transmit: interest.transmit && !self.has(Sabotage::HoldsWrites),
        }
    }

    fn accepts(&self, completion: Completion) -> bool {
        self.inner.accepts(completion) && !self.has(Sabotage::SleepsSoundly)
    }

    fn first_cell(&self) -> Option<Cell> {
        self.inner.first_cell()
    }

    fn wants_blocked(&self) -> bool {
        false
    }

    fn waits_for_budget(&self) -> bool {
        self.has(Sabotage::Ticks) && self.pending.is_some()
    }

    fn potential(&self) -> u32 {
        self.inner.potential()
    }

    fn fault(&self) -> Option<&'static str> {
        match self.sabotage {
            Sabotage::Reports(name) => Some(name),
            _ => None,
        }
    }

    fn witnesses(&self) -> Witnesses {
        self.inner.witnesses()
    }
}

fn endpoints(sabotage: Sabotage) -> Both<Sabotaged> {
    let inner = PlainTcp::new(1);
    let endpoint =
        |sabotage| Sabotaged { inner, sabotage, pending: None, ended: false, result: None };
    Both { client: endpoint(sabotage), server: endpoint(Sabotage::Nothing) }
}

fn scenario() -> Scenario {
    Scenario::new(Programs::up_to(2))
}

fn checked(scenario: &Scenario, sabotage: Sabotage) -> Checked<Sabotaged> {
    let effort = Effort::default();
    check(scenario, endpoints(sabotage), &mut Baselines::default(), &effort, &mut |_| ())
        .expect("a scenario within bounds")
}

fn failures(sabotage: Sabotage) -> Vec<&'static str> {
    let checked = checked(&scenario(), sabotage);
    assert!(checked.exploration.complete);
    let fails =
        |(name, verdict): &(&'static str, Verdict)| (*verdict == Verdict::Fails).then_some(*name);
    checked.verdicts.iter().filter_map(fails).collect()
}

#[test]
fn plain_tcp_is_transparent() {
    assert_eq!(failures(Sabotage::Nothing), [""; 0]);
}

#[test]
fn a_write_that_is_held_is_found() {
    let failures = failures(Sabotage::HoldsWrites);
    for property in [
        properties::TRANSPARENT,
        properties::GOOD_RUNS_SURVIVE,
        properties::INDEPENDENT,
        properties::AWAKE,
    ] {
        assert!(failures.contains(&property), "{property} is not among {failures:?}");
    }
}

#[test]
fn a_call_that_returns_before_it_transmits_is_found() {
    assert!(failures(Sabotage::ReturnsEarly).contains(&properties::PROMPT));
}

#[test]
fn a_close_that_ends_by_its_budget_is_found() {
    assert!(failures(Sabotage::Ticks).contains(&properties::CONFIRMED));
}

#[test]
fn input_that_is_slept_through_is_found() {
    assert!(failures(Sabotage::SleepsThroughInput).contains(&properties::AWAKE));
}

#[test]
fn a_read_that_nothing_can_wake_is_found_where_rows_and_interest_sleep_alike() {
    assert!(failures(Sabotage::SleepsSoundly).contains(&properties::AWAKE));
}

/// In the endpoint that ships the interest is derived from the rows: only a row that is missing
/// makes it sleep.
#[test]
fn a_table_without_the_row_by_which_a_read_receives_is_found_asleep() {
    for program in ["read close", "read &", "read |"] {
        let row = ROWS.iter().find(|row| {
            row.machine == Machine::Receiver && row.text.starts_with("Reading + Received")
        });
        let masked = Mutation::Masked(row.expect("the row").number);
        let client = program.parse().expect("a program");
        let server = "write close".parse().expect("a program");
        let scenario = Scenario::new(Programs::Fixed(Both { client, server }));
        let shipped = endpoints_of_table(&scenario, &Policy::SHIPPED, &Policy::SHIPPED);
        let awake = |ends| {
            let effort = Effort::default();
            let checked = check(&scenario, ends, &mut Baselines::default(), &effort, &mut |_| ());
            checked.expect("a scenario within bounds").verdict(properties::AWAKE)
        };
        assert_eq!(awake(shipped), Verdict::Holds);
        assert_eq!(awake(shipped.map(|end| end.with_mutation(masked))), Verdict::Fails);
    }
}

/// Of two callers neither may leave receiving to the other alone: while nobody reads, tickets take
/// the room that plain TCP leaves free.
#[test]
fn a_table_without_the_row_by_which_a_pending_write_receives_is_found_stuck() {
    let row = ROWS.iter().find(|row| {
        row.machine == Machine::Receiver && row.text.starts_with("Idle | Concluding + Received")
    });
    let masked = Mutation::Masked(row.expect("the row").number);
    let client = "| write write write write".parse().expect("a program");
    let server = "write write read read read read close".parse().expect("a program");
    let programs = Programs::Fixed(Both { client, server });
    let scenario = Scenario { tickets: 2, ..Scenario::new(programs) };
    let shipped = endpoints_of_table(&scenario, &Policy::SHIPPED, &Policy::SHIPPED);
    let checked = |ends| {
        let effort = Effort::default();
        check(&scenario, ends, &mut Baselines::default(), &effort, &mut |_| ())
            .expect("a scenario within bounds")
    };
    assert!(checked(shipped).holds());
    let found = checked(shipped.map(|end| end.with_mutation(masked)));
    assert_eq!(found.verdict(properties::TRANSPARENT), Verdict::Fails);
    assert!(found.harms().iter().any(|(harm, _)| *harm == Harm::Stuck));
}

#[test]
fn an_end_before_everything_is_delivered_is_found() {
    assert!(failures(Sabotage::EndsEarly).contains(&properties::HONEST_END));
}

#[test]
fn an_added_reset_is_found_and_costs_the_good_runs() {
    let failures = failures(Sabotage::CriesReset);
    assert!(failures.contains(&properties::TRANSPARENT));
    assert!(failures.contains(&properties::GOOD_RUNS_SURVIVE));
}

#[test]
fn a_reset_behind_the_end_of_a_stream_is_found_where_the_first_bad_result_is_not_enough() {
    let failures = failures(Sabotage::ResetsAfterTheEnd);
    assert_eq!(failures, [properties::TRANSPARENT_THROUGHOUT, properties::END_STAYS]);
}

#[test]
fn a_socket_that_is_left_open_is_found() {
    assert!(failures(Sabotage::LeavesOpen).contains(&properties::CLOSE_CLOSES));
}

#[test]
fn a_self_loop_is_found_and_so_is_that_nothing_ends() {
    let failures = failures(Sabotage::Ticks);
    assert!(failures.contains(&properties::ACYCLIC));
}

#[test]
fn a_system_without_a_terminal_snapshot_is_found() {
    let read = "read close".parse().expect("a program");
    let scenario = Scenario::new(Programs::Fixed(Both { client: read, server: read }));
    let checked = checked(&scenario, Sabotage::Ticks);
    assert_eq!(checked.verdict(properties::ENDS), Verdict::Fails);
    assert_eq!(checked.verdict(properties::ACYCLIC), Verdict::Fails);
}

#[test]
fn what_an_endpoint_reports_is_found_under_its_name() {
    assert_eq!(failures(Sabotage::Reports("in order")), [properties::IN_ORDER]);
    assert_eq!(failures(Sabotage::Reports("bounded")), [properties::BOUNDED]);
    assert_eq!(failures(Sabotage::Reports("another")), [properties::SOUND]);
}

#[test]
fn a_rejection_that_nobody_is_told_is_found() {
    let rejected = Scenario { client_certificate: ClientCertificate::Rejected, ..scenario() };
    let checked = checked(&rejected, Sabotage::Nothing);
    assert_eq!(checked.verdict(properties::REJECTION_IS_TOLD), Verdict::Fails);
}

#[test]
fn what_is_cut_short_is_unfinished_and_no_pass() {
    let mut baselines = Baselines::default();
    let whole = Effort::default();
    let endpoints = || endpoints(Sabotage::Nothing);
    let scenario = Scenario::new(Programs::up_to(4));
    check(&scenario, endpoints(), &mut baselines, &whole, &mut |_| ()).expect("within bounds");
    let short = Effort { states_at_most: Some(2000), ..whole };
    let checked = check(&scenario, endpoints(), &mut baselines, &short, &mut |_| ())
        .expect("the baseline is known");
    assert!(!checked.exploration.complete && !checked.holds());
    // Plain TCP, which these endpoints are, reports a reset once, and an end to later reads.
    let mut others = checked.verdicts.iter().filter(|(name, _)| *name != properties::END_STAYS);
    assert!(others.all(|(_, verdict)| *verdict == Verdict::Unfinished));
}

#[test]
fn a_baseline_that_is_cut_short_is_none() {
    let short = Effort { states_at_most: Some(2000), ..Effort::default() };
    let scenario = Scenario::new(Programs::up_to(4));
    let mut baselines = Baselines::default();
    let endpoints = endpoints(Sabotage::Nothing);
    assert!(check(&scenario, endpoints, &mut baselines, &short, &mut |_| ()).is_err());
}

#[test]
fn a_property_that_fails_has_a_trace() {
    let found = checked(&scenario(), Sabotage::HoldsWrites);
    let endpoints = endpoints(Sabotage::HoldsWrites);
    let effort = Effort::default();
    let (property, trace) = shortest(&found, endpoints, &mut Baselines::default(), &effort)
        .expect("within bounds")
        .expect("a property fails");
    assert!(found.exploration.failures.contains(&property));
    assert!(trace.len() > 1);
    assert!(trace.last().is_some_and(|(_, step)| step.is_none()));
}
