//! Transparency: what TLS runs may do, given what plain TCP runs do.
//!
//! *Transparent*: for every TLS run there is one plain TCP run of the same programs, with the same
//! queues, such that on each side on which the TLS run's first bad result is r at call n, the TCP
//! run's first bad result is at a call ≤ n with severity ≥ r. It has to be one run: two harms that
//! TCP has only in different runs do not excuse one TLS run. Where two threads call on a side, each
//! has a list of results of its own, and each list has to be matched.
//!
//! *Transparent throughout*: the same, and for each severity, TCP has a result at least so bad, and
//! no later. (The first bad result of a stream that ends well is its end, behind which the
//! definition does not look.)
//!
//! *Good runs survive*: where TCP can end with every call ok, TLS can too.
//!
//! *Waits no longer*: for every TLS run in which a host vanishes there is one plain TCP run of the
//! same programs in which the same host vanishes, such that wherever the other side's call never
//! returns, its call at that place or an earlier one never returns over TCP. A TLS write may say
//! sooner that the peer is gone, since tickets before its data take the room that plain TCP has
//! left for it; what such a write sent is lost over TCP alike, where a later call says so, or none
//! does.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use crate::judgement::outcome::{Harms, Outcome};
use crate::programs::{Callers, Programs, SideCalls};
use crate::side::{Both, Side};

/// How closely the results of a TLS run are compared with those of a TCP run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Closeness {
    /// By the first bad result of each side: the definition of *transparent*.
    FirstBad,
    /// By the first result of each severity: *transparent throughout*.
    Throughout,
    /// By the first call that never returns: *waits no longer*.
    Waits,
}

impl Closeness {
    /// Whether one TCP run excuses one TLS run.
    fn excuses(self, tcp: &Both<SideHarms>, tls: &Both<SideHarms>) -> bool {
        Side::ALL.into_iter().all(|side| {
            let lists = tcp.of(side).iter().zip(tls.of(side).iter());
            lists.into_iter().all(|(tcp, tls)| match self {
                Self::FirstBad => tcp.excuse(tls),
                Self::Throughout => tcp.excuse_throughout(tls),
                Self::Waits => tcp.excuse_waits(tls),
            })
        })
    }
}

/// The host that has vanished, if one has, and the calls that were begun on both sides.
type Beginning = (Option<Side>, Both<SideCalls>);

/// Every outcome that plain TCP has, for the programs and queues of a scenario.
#[derive(Debug)]
pub struct Baseline {
    programs: Programs,
    /// What went wrong in the runs, by the host that has vanished, and the calls that were begun on
    /// both sides. Where a side is stuck its calls are only the beginning of a program, and the run
    /// is one of every program that begins so.
    harms: BTreeMap<Beginning, BTreeSet<Both<SideHarms>>>,
    outcomes: BTreeSet<Outcome>,
    /// Questions that were answered before.
    answers: RwLock<HashMap<(Run, Closeness), bool>>,
}

impl Baseline {
    /// The baseline from the outcomes of all runs over plain TCP.
    pub fn new(programs: Programs, outcomes: BTreeSet<Outcome>, runs: &BTreeSet<Run>) -> Self {
        let mut by_calls: BTreeMap<Beginning, BTreeSet<Both<SideHarms>>> = BTreeMap::new();
        for run in runs {
            by_calls.entry((run.vanished, run.calls)).or_default().insert(run.harms);
        }
        Self { programs, harms: by_calls, outcomes, answers: RwLock::default() }
    }

    /// The joint outcomes over plain TCP, if they were recorded.
    pub const fn outcomes(&self) -> &BTreeSet<Outcome> {
        &self.outcomes
    }

    /// Whether a TLS run is excused: for all programs that it can be a run of, there is a TCP run.
    pub fn excuses(&self, run: &Run, closeness: Closeness) -> bool {
        if run.harms == Both::default() {
            return true;
        }
        let question = (*run, closeness);
        let known = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&question) {
            return *answer;
        }
        drop(known);
        let answer = self.decide(run, closeness);
        let mut known = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(question, answer);
        answer
    }

    fn decide(&self, run: &Run, closeness: Closeness) -> bool {
        // A TCP run that went no further than these calls is a run of every such program.
        if self.has_excuse(run, run.calls, closeness) {
            return true;
        }
        let servers = self.programs.completions(Side::Server, run.calls.server);
        let clients = self.programs.completions(Side::Client, run.calls.client);
        clients.into_iter().all(|client| {
            servers
                .iter()
                .all(|server| self.has_excuse(run, Both { client, server: *server }, closeness))
        })
    }

    /// Whether a TCP run of these calls, or of beginnings of them, excuses the harms.
    fn has_excuse(&self, run: &Run, calls: Both<SideCalls>, closeness: Closeness) -> bool {
        calls.client.beginnings().any(|client| {
            calls.server.beginnings().any(|server| {
                let runs = self.harms.get(&(run.vanished, Both { client, server }));
                runs.is_some_and(|runs| runs.iter().any(|tcp| closeness.excuses(tcp, &run.harms)))
            })
        })
    }

    /// The programs with which TCP can end with every call ok.
    pub fn good_programs(&self) -> impl Iterator<Item = Both<SideCalls>> {
        let good = |harms: &BTreeSet<Both<SideHarms>>| harms.contains(&Both::default());
        let runs = self.harms.iter().filter(move |(_, harms)| good(harms));
        runs.filter(|((vanished, _), _)| vanished.is_none()).map(|((_, calls), _)| *calls)
    }
}

/// What went wrong on one side, for each caller.
pub type SideHarms = Callers<Harms>;

/// What transparency looks at in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The calls that were begun.
    pub calls: Both<SideCalls>,
    /// What went wrong on each side; nothing on one whose host has vanished.
    pub harms: Both<SideHarms>,
    /// The host that has vanished.
    pub vanished: Option<Side>,
}

impl Run {
    /// Whether every call of both sides returned `ok`, and no host has vanished.
    pub fn is_good(&self) -> bool {
        self.vanished.is_none() && self.harms == Both::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::outcome::Severity;
    use crate::programs::Program;

    fn program(text: &str) -> SideCalls {
        text.parse::<Program>().expect("a program").calls
    }

    /// The program without its close.
    fn begun(text: &str) -> SideCalls {
        let calls = program(text);
        SideCalls { whole: calls.whole.shorter(), ..calls }
    }

    const NONE: Harms = Harms::NONE;

    fn bad(call: u8, severity: Severity) -> Harms {
        Harms::at(call, severity)
    }

    fn excuses(baseline: &Baseline, run: &Run) -> bool {
        let first_bad = baseline.excuses(run, Closeness::FirstBad);
        assert_eq!(first_bad, baseline.excuses(run, Closeness::Throughout));
        first_bad
    }

    fn run(client: SideCalls, server: SideCalls, harms: (Harms, Harms)) -> Run {
        let whole = |whole| SideHarms { whole, ..SideHarms::default() };
        let harms = Both { client: whole(harms.0), server: whole(harms.1) };
        Run { calls: Both { client, server }, harms, vanished: None }
    }

    fn baseline(runs: &[Run]) -> Baseline {
        let runs = runs.iter().copied().collect();
        Baseline::new(Programs::up_to(1), BTreeSet::new(), &runs)
    }

    use Severity::{Broken, Never};

    #[test]
    fn two_harms_of_different_tcp_runs_do_not_excuse_one_tls_run() {
        let (client, server) = (program("write close"), program("read close"));
        let only_client = run(client, server, (bad(1, Broken), NONE));
        let only_server = run(client, server, (NONE, bad(1, Broken)));
        let both = run(client, server, (bad(1, Broken), bad(1, Broken)));
        assert!(!excuses(&baseline(&[only_client, only_server]), &both));
        assert!(excuses(&baseline(&[only_client, only_server]), &only_server));
        assert!(excuses(&baseline(&[both]), &both) && excuses(&baseline(&[both]), &only_client));
    }

    #[test]
    fn a_run_of_other_programs_excuses_nothing() {
        let harms = (NONE, bad(1, Broken));
        let write = run(program("write close"), program("read close"), harms);
        let read = run(program("read close"), program("read close"), harms);
        assert!(!excuses(&baseline(&[write]), &read));
    }

    #[test]
    fn a_stuck_tcp_run_excuses_every_program_that_begins_like_it() {
        let stuck = begun("read close");
        let tcp = run(stuck, stuck, (bad(1, Never), bad(1, Never)));
        let later =
            run(program("read close"), program("read close"), (bad(1, Never), bad(2, Broken)));
        assert!(excuses(&baseline(&[tcp]), &later));
    }

    #[test]
    fn a_stuck_tls_run_needs_an_excuse_for_each_program_that_begins_like_it() {
        // The server is stuck in its handshake: it can be running any of five programs.
        let handshake = begun("close");
        let tls = run(program("close"), handshake, (bad(1, Broken), bad(0, Never)));
        let tcp = |server: &str| {
            let end = (bad(1, Broken), bad(0, Never));
            run(program("close"), program(server), end)
        };
        let all = ["close", "read close", "write close", "half-close close", "update-key close"];
        let every: Vec<Run> = all.map(tcp).to_vec();
        assert!(excuses(&baseline(&every), &tls));
        assert!(!excuses(&baseline(every.get(1..).expect("four")), &tls));
    }

    #[test]
    fn where_a_host_vanishes_a_call_may_fail_sooner_but_waits_no_longer() {
        let (client, server) = (program("write read close"), program("read close"));
        let vanished = |client_harms| Run {
            vanished: Some(Side::Server),
            ..run(client, server, (client_harms, NONE))
        };
        let baseline = baseline(&[vanished(bad(2, Never)), vanished(bad(2, Broken))]);
        let waits = |run: Run| baseline.excuses(&run, Closeness::Waits);
        assert!(waits(vanished(bad(1, Broken))), "sooner");
        assert!(waits(vanished(bad(2, Never))), "as long");
        assert!(!waits(vanished(bad(1, Never))), "an earlier call waits for ever");
        assert!(!waits(run(client, server, (bad(2, Never), NONE))), "no host has vanished");
    }

    #[test]
    fn good_programs_are_those_that_have_a_run_without_harm() {
        let good = run(program("close"), program("close"), (NONE, NONE));
        let poor = run(program("read close"), program("close"), (bad(1, Broken), NONE));
        let baseline = baseline(&[good, poor]);
        assert_eq!(baseline.good_programs().collect::<Vec<_>>(), [good.calls]);
    }
}
