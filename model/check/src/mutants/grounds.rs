//! Where mutants are tried.

use hyaline_model::table::{
    AtFin, Backlog, ClientAuthentication, Closing, Compatibility, Control, Duplex, FinLeaves,
    Policy, Reply, Requests, Role, Tickets,
};

use super::{Fate, JudgeError};
use crate::hostile::{Hostile, KnownSpace, MutantTold};
use crate::interpret::mutation::Mutation;
use crate::programs::{Manner, Programs};
use crate::runs::named::hazard_runs;
use crate::runs::run::{CheckRun, Expected, Purpose, RunError};
use crate::search::bounds::{ClientCertificate, Scenario};
use crate::search::in_order::in_order;
use crate::search::profile::Profile;
use crate::side::Both;

/// The shipped policy in both roles and every configuration.
#[must_use]
pub fn configurations() -> Vec<Policy> {
    let base = Policy::SHIPPED;
    let clients = Compatibility::ALL.iter().map(|compatibility| Policy {
        compatibility: *compatibility,
        role: Role::Client,
        ..base
    });
    let servers = ClientAuthentication::ALL.iter().map(|client_authentication| Policy {
        client_authentication: *client_authentication,
        role: Role::Server,
        ..base
    });
    clients.chain(servers).collect()
}

/// The shipped policy with each single switch flipped, and the naive one, in both roles.
#[must_use]
pub fn other_policies() -> Vec<Policy> {
    let base = Policy::SHIPPED;
    let flipped = [
        Policy { duplex: Duplex::Half, ..base },
        Policy { control: Control::Wait, ..base },
        Policy { closing: Closing::AtOnce, ..base },
        Policy { tickets: Tickets::AfterFirstData, ..base },
        Policy { tickets: Tickets::InHandshake, ..base },
        Policy { reply: Reply::Queued, ..base },
        Policy { reply: Reply::InReadPath, ..base },
        Policy { requests: Requests::Unlimited, ..base },
        Policy { backlog: Backlog::OneRecord, ..base },
        Policy { fin_leaves: FinLeaves::WithHalfClose, ..base },
        Policy { fin_leaves: FinLeaves::WithClose, ..base },
        Policy { at_fin: AtFin::GiveUp, ..base },
        Policy::NAIVE,
    ];
    let in_both = |policy| [Role::Client, Role::Server].map(|role| Policy { role, ..policy });
    flipped.into_iter().flat_map(in_both).collect()
}

/// What is explored of world *hostile*: every policy with one call at a time, and then with two at
/// once, by two threads, where that makes a difference.
#[must_use]
pub fn hostile_grounds() -> Vec<(Policy, Manner)> {
    let policies = || configurations().into_iter().chain(other_policies());
    let whole = policies().map(|policy| (policy, Manner::OneCall));
    let split = policies().filter(differs_with_two_callers);
    whole.chain(split.map(|policy| (policy, Manner::Threads))).collect()
}

/// Whether a policy has to be explored with two callers as well as with one. Two callers matter
/// only after the handshake, where both roles have the same rows, and only to these switches.
#[must_use]
pub fn differs_with_two_callers(policy: &Policy) -> bool {
    let base = Policy::SHIPPED;
    let flipped = [
        Policy { duplex: Duplex::Half, ..base },
        Policy { reply: Reply::InReadPath, ..base },
        Policy::NAIVE,
    ];
    let as_client = Policy { role: Role::Client, ..*policy };
    as_client == base || flipped.contains(policy)
}

/// What ships, in small scenarios of world *pair* that together use every handshake and both kinds
/// of programs, each with the profile of both ends.
///
/// # Errors
///
/// If there is no switch for compatibility mode.
pub(super) fn shipped_scenarios() -> Result<Vec<(Profile, Scenario)>, RunError> {
    let one = Scenario::new(Programs::up_to(1));
    let with = |client_certificate| Scenario { client_certificate, ..one };
    let early = Scenario { resumed: true, early_data: 2, ..one };
    let answers = Both { client: Manner::OneCall, server: Manner::Task };
    let incompatible = Profile::HYALINE.with("compatibility", "off")?;
    let shipped = [
        with(ClientCertificate::Good),
        with(ClientCertificate::Rejected),
        with(ClientCertificate::Declined),
        with(ClientCertificate::Missing),
        Scenario { retry: true, ..one },
        Scenario { resumed: true, ..one },
        Scenario { resumed: true, retry: true, ..with(ClientCertificate::Good) },
        early,
        Scenario { programs: Programs::Every(answers, 1), ..early },
        Scenario { early_data_accepted: false, ..early },
        Scenario { resumed: false, ..early },
        Scenario { retry: true, ..early },
        Scenario { tickets: 2, ..Scenario::new(Programs::up_to(2)) },
        Scenario { tickets: 2, ..Scenario::new(Programs::alike(Manner::Threads, 1)) },
        // Without a send queue, programs of few calls already need a pending write to receive.
        Scenario { send: 0, tickets: 2, ..Scenario::new(Programs::alike(Manner::Threads, 2)) },
    ];
    let shipped = shipped.map(|scenario| (Profile::HYALINE, scenario));
    let retried = Scenario { retry: true, ..one };
    Ok(shipped
        .into_iter()
        .chain([(incompatible, one), (incompatible, retried), (incompatible, early)])
        .collect())
}

/// Programs that show what a switch is for where shorter ones do not. One record may be unread in
/// them: with more, longer programs would be needed.
fn occasions() -> Result<Vec<CheckRun>, RunError> {
    let run = |name: &str, server, tickets, [client_program, server_program]: [&str; 2]| {
        let programs = Both { client: client_program.parse()?, server: server_program.parse()? };
        let programs = Programs::Fixed(programs);
        Ok::<CheckRun, RunError>(CheckRun {
            purpose: Purpose::Bounds,
            name: name.to_owned(),
            profiles: Both { client: Profile::HYALINE, server },
            scenario: Scenario { tickets, inbox: 1, ..Scenario::new(programs) },
            expected: Expected::Holds,
        })
    };
    Ok(vec![
        run(
            "a half-close without room",
            Profile::NAIVE,
            0,
            [
                "write write half-close read read read close",
                "write write write write read read close",
            ],
        )?,
        run(
            "two requests",
            Profile::HYALINE,
            0,
            ["write update-key update-key write close", "write write write write close"],
        )?,
        run(
            "an update before tickets",
            Profile::HYALINE,
            2,
            ["write write write close", "update-key write write close"],
        )?,
    ])
}

/// Runs of world *pair*: what ships, and every hazard, flipped and flipped back.
///
/// # Errors
///
/// If a hazard cannot be read.
pub(super) fn runs() -> Result<Vec<CheckRun>, RunError> {
    let run = |(profile, scenario): (Profile, Scenario)| CheckRun {
        purpose: Purpose::Bounds,
        name: "mutants".to_owned(),
        profiles: Both { client: profile, server: profile },
        scenario,
        expected: Expected::Holds,
    };
    let shipped = shipped_scenarios()?.into_iter().map(run);
    Ok(shipped.chain(occasions()?).chain(hazard_runs()?).collect())
}

/// An endpoint of world *hostile*, and what the unchanged table does there.
#[derive(Debug)]
pub(super) struct Victim {
    policy: Policy,
    manner: Manner,
    known: KnownSpace,
}

impl Victim {
    fn new(policy: Policy, manner: Manner) -> Result<Self, JudgeError> {
        // A property that fails in the table itself says nothing about a mutant.
        let known = KnownSpace::explore(Hostile::new(policy).with_manner(manner))?;
        Ok(Self { policy, manner, known })
    }

    /// All victims, explored by so many threads. Those with one call at a time come first, because
    /// they are explored faster.
    ///
    /// # Errors
    ///
    /// If a property fails in the table itself.
    pub(super) fn all(threads: usize) -> Result<Vec<Self>, JudgeError> {
        let mut victims = Vec::new();
        let explore = |(policy, manner): &(Policy, Manner)| Self::new(*policy, *manner);
        in_order(&hostile_grounds(), threads, explore, |victim| {
            victims.push(victim?);
            Ok::<(), JudgeError>(())
        })?;
        Ok(victims)
    }

    /// What becomes of a mutant here; nothing if it cannot be told from the table.
    ///
    /// # Errors
    ///
    /// If the search gives up.
    pub(super) fn fate(&self, mutation: Mutation) -> Result<Option<Fate>, JudgeError> {
        let known = self.known.coverage();
        // Where its row does not fire, a mutant is the table itself.
        let Some(row) = mutation.row().filter(|row| known.has_fired(row)) else { return Ok(None) };
        let system = Hostile::new(self.policy).with_manner(self.manner);
        let MutantTold { failure, coverage, .. } = self.known.with(system, mutation)?;
        if let Some(property) = failure {
            return Ok(Some(Fate::CaughtByPeer { property }));
        }
        let lost = known.lost_in(&coverage).find(|lost| *lost != row);
        Ok(lost.map(|lost| Fate::CaughtByCoverage { row: lost.number }))
    }
}
