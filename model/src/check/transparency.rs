//! Transparency: what TLS runs may do, given what plain TCP runs do.
//!
//! *Transparent*: for every TLS run there is one plain TCP run of the same programs, with the same
//! queues, such that on each side on which the TLS run's first bad result is r at call n, the TCP
//! run's first bad result is at a call ≤ n with severity ≥ r. It has to be one run: two harms that
//! TCP has only in different runs do not excuse one TLS run.
//!
//! *Good runs survive*: where TCP can end with every call ok, TLS can too.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use super::contract::{Both, Side};
use super::outcome::{FirstBad, Outcome};
use super::program::{Calls, Programs};

/// How a run went wrong, on each side: nothing where every call is ok.
pub type Harms = Both<Option<FirstBad>>;

/// Whether one TCP run excuses one TLS run.
fn excuses(tcp: &Harms, tls: &Harms) -> bool {
    Side::ALL.into_iter().all(|side| match (tcp.of(side), tls.of(side)) {
        (_, None) => true,
        (Some(tcp), Some(tls)) => tcp.excuses(*tls),
        (None, Some(_)) => false,
    })
}

/// Every outcome that plain TCP has, for the programs and queues of a scenario.
#[derive(Debug)]
pub struct Baseline {
    programs: Programs,
    /// By the calls that were begun on both sides. Where a side is stuck its calls are only the
    /// beginning of a program, and the run is one of every program that begins so.
    harms: BTreeMap<Both<Calls>, BTreeSet<Harms>>,
    outcomes: BTreeSet<Outcome>,
    /// Questions that were answered before.
    answers: RwLock<HashMap<(Both<Calls>, Harms), bool>>,
}

impl Baseline {
    /// From the outcomes of all runs of the identity.
    pub fn new(programs: Programs, outcomes: BTreeSet<Outcome>, harms: &BTreeSet<Run>) -> Self {
        let mut by_calls: BTreeMap<Both<Calls>, BTreeSet<Harms>> = BTreeMap::new();
        for run in harms {
            by_calls.entry(run.calls).or_default().insert(run.harms);
        }
        Self { programs, harms: by_calls, outcomes, answers: RwLock::default() }
    }

    /// The joint outcomes over plain TCP, if they were recorded.
    pub const fn outcomes(&self) -> &BTreeSet<Outcome> {
        &self.outcomes
    }

    /// Whether a TLS run is excused: for all programs that it can be a run of, there is a TCP run.
    pub fn excuses(&self, run: &Run) -> bool {
        if run.is_good() {
            return true;
        }
        let question = (run.calls, run.harms);
        let known = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&question) {
            return *answer;
        }
        drop(known);
        let answer = self.decide(run);
        let mut known = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(question, answer);
        answer
    }

    fn decide(&self, run: &Run) -> bool {
        // A TCP run that went no further than these calls is a run of every such program.
        if self.has_excuse(run.calls, &run.harms) {
            return true;
        }
        let servers = self.programs.completions(Side::Server, run.calls.server);
        let clients = self.programs.completions(Side::Client, run.calls.client);
        clients.into_iter().all(|client| {
            servers
                .iter()
                .all(|server| self.has_excuse(Both { client, server: *server }, &run.harms))
        })
    }

    /// Whether a TCP run of these calls, or of beginnings of them, excuses the harms.
    fn has_excuse(&self, calls: Both<Calls>, tls: &Harms) -> bool {
        beginnings(calls.client).any(|client| {
            beginnings(calls.server).any(|server| {
                let runs = self.harms.get(&Both { client, server });
                runs.is_some_and(|runs| runs.iter().any(|tcp| excuses(tcp, tls)))
            })
        })
    }

    /// The programs with which TCP can end with every call ok.
    pub fn good_programs(&self) -> impl Iterator<Item = Both<Calls>> {
        let good = |harms: &BTreeSet<Harms>| harms.contains(&Harms::default());
        self.harms.iter().filter(move |(_, harms)| good(harms)).map(|(calls, _)| *calls)
    }
}

/// The sequence, and every sequence that begins it.
fn beginnings(calls: Calls) -> impl Iterator<Item = Calls> {
    let mut next = Some(calls);
    std::iter::from_fn(move || {
        let current = next?;
        next = (current.length() > 0).then(|| current.shorter());
        Some(current)
    })
}

/// What transparency looks at in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// The calls that were begun.
    pub calls: Both<Calls>,
    /// The first bad results.
    pub harms: Harms,
}

impl Run {
    /// Whether every call of both sides returned `ok`.
    pub fn is_good(&self) -> bool {
        self.harms == Harms::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::Severity;
    use super::*;

    fn program(text: &str) -> Calls {
        text.parse().expect("a program")
    }

    fn bad(call: u8, severity: Severity) -> Option<FirstBad> {
        Some(FirstBad { call, severity })
    }

    fn run(client: Calls, server: Calls, harms: (Option<FirstBad>, Option<FirstBad>)) -> Run {
        Run { calls: Both { client, server }, harms: Both { client: harms.0, server: harms.1 } }
    }

    fn baseline(runs: &[Run]) -> Baseline {
        let runs = runs.iter().copied().collect();
        Baseline::new(Programs::UpTo(1), BTreeSet::new(), &runs)
    }

    use Severity::{Broken, Never};

    #[test]
    fn two_harms_of_different_tcp_runs_do_not_excuse_one_tls_run() {
        let (client, server) = (program("write close"), program("read close"));
        let only_client = run(client, server, (bad(1, Broken), None));
        let only_server = run(client, server, (None, bad(1, Broken)));
        let both = run(client, server, (bad(1, Broken), bad(1, Broken)));
        assert!(!baseline(&[only_client, only_server]).excuses(&both));
        assert!(baseline(&[only_client, only_server]).excuses(&only_server));
        assert!(baseline(&[both]).excuses(&both) && baseline(&[both]).excuses(&only_client));
    }

    #[test]
    fn a_run_of_other_programs_excuses_nothing() {
        let harms = (None, bad(1, Broken));
        let write = run(program("write close"), program("read close"), harms);
        let read = run(program("read close"), program("read close"), harms);
        assert!(!baseline(&[write]).excuses(&read));
    }

    #[test]
    fn a_stuck_tcp_run_excuses_every_program_that_begins_like_it() {
        let stuck = program("read close").shorter();
        let tcp = run(stuck, stuck, (bad(1, Never), bad(1, Never)));
        let later =
            run(program("read close"), program("read close"), (bad(1, Never), bad(2, Broken)));
        assert!(baseline(&[tcp]).excuses(&later));
    }

    #[test]
    fn a_stuck_tls_run_needs_an_excuse_for_each_program_that_begins_like_it() {
        // The server is stuck in its handshake: it can be running any of five programs.
        let handshake = program("close").shorter();
        let tls = run(program("close"), handshake, (bad(1, Broken), bad(0, Never)));
        let tcp = |server: &str| {
            let end = (bad(1, Broken), bad(0, Never));
            run(program("close"), program(server), end)
        };
        let all = ["close", "read close", "write close", "half-close close", "update-key close"];
        let every: Vec<Run> = all.map(tcp).to_vec();
        assert!(baseline(&every).excuses(&tls));
        assert!(!baseline(every.get(1..).expect("four")).excuses(&tls));
    }

    #[test]
    fn good_programs_are_those_that_have_a_run_without_harm() {
        let good = run(program("close"), program("close"), (None, None));
        let poor = run(program("read close"), program("close"), (bad(1, Broken), None));
        let baseline = baseline(&[good, poor]);
        assert_eq!(baseline.good_programs().collect::<Vec<_>>(), [good.calls]);
    }
}
