//! Which mutants of the shipped table the check catches.

use std::fmt;

use stateright::{Checker, Model};

use super::bounds::{ClientCertificate, Scenario};
use super::contract::Both;
use super::endpoints::endpoints;
use super::explore::{Effort, Verdict};
use super::hostile::{Coverage, Hostile};
use super::mutation::Mutation;
use super::programs::Programs;
use super::scenario::{Baselines, ScenarioError, check};
use super::tls::Tls;
use crate::table::{ClientAuthentication, Compatibility, Machine, Policy, Role, Row};

/// What becomes of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A property of world *pair* does not hold.
    CaughtInPair {
        /// The scenario.
        scenario: Scenario,
        /// The property.
        property: &'static str,
    },
    /// A property of world *hostile* does not hold.
    CaughtByPeer {
        /// The property.
        property: &'static str,
    },
    /// Rows fire no longer that fire in the table.
    CaughtByCoverage {
        /// One of them, that is not the mutant's own.
        row: u16,
    },
    /// Nothing tells it from the table here.
    Survives,
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CaughtInPair { scenario, property } => {
                write!(formatter, "`{property}` fails: {scenario}")
            }
            Self::CaughtByPeer { property } => {
                write!(formatter, "`{property}` fails against a hostile peer")
            }
            Self::CaughtByCoverage { row } => {
                let text = crate::table::ROWS.get(usize::from(*row)).map_or("", |row| row.text);
                write!(formatter, "this row fires no longer: {text}")
            }
            Self::Survives => formatter.write_str("SURVIVES"),
        }
    }
}

/// Judges mutants: what the table itself does is explored once.
#[derive(Debug)]
pub struct Judge {
    baselines: Baselines,
    effort: Effort,
    /// Rows that fire against the hostile peer, per configuration.
    seen: Vec<(Policy, Coverage)>,
}

impl Judge {
    /// Explores the table itself.
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let seen = configurations()
            .into_iter()
            .map(|policy| {
                let checker = Hostile::new(policy).checker().threads(threads).spawn_dfs().join();
                let coverage = Coverage::default();
                coverage.add(&checker.model().coverage);
                (policy, coverage)
            })
            .collect();
        let effort = Effort { threads, states_at_most: None };
        Self { baselines: Baselines::default(), effort, seen }
    }

    /// What becomes of a mutant that both ends have.
    ///
    /// # Errors
    ///
    /// If plain TCP was not explored to the end.
    pub fn fate(&mut self, mutation: Mutation) -> Result<Fate, ScenarioError> {
        for scenario in scenarios() {
            if let Some(property) = self.fails_in_pair(&scenario, mutation)? {
                return Ok(Fate::CaughtInPair { scenario, property });
            }
        }
        for (policy, seen) in &self.seen {
            if !concerns(mutation, policy.role) {
                continue;
            }
            let system = Hostile { mutation: Some(mutation), ..Hostile::new(*policy) };
            let checker = system.checker().threads(self.effort.threads).spawn_dfs().join();
            if let Some(property) = checker.discoveries().keys().next() {
                return Ok(Fate::CaughtByPeer { property });
            }
            let mut lost = seen.lost_in(&checker.model().coverage);
            if let Some(row) = lost.find(|row| Some(*row) != mutation.row()) {
                return Ok(Fate::CaughtByCoverage { row: row.number });
            }
        }
        Ok(Fate::Survives)
    }

    fn fails_in_pair(
        &mut self,
        scenario: &Scenario,
        mutation: Mutation,
    ) -> Result<Option<&'static str>, ScenarioError> {
        let ends: Both<Tls> = endpoints(scenario, &Policy::SHIPPED, &Policy::SHIPPED);
        let ends = ends.map(|end| end.with_mutation(mutation));
        let checked = check(scenario, ends, &mut self.baselines, &self.effort, &mut |_| ())?;
        let failed = checked.verdicts.iter().find(|(_, verdict)| *verdict != Verdict::Holds);
        Ok(failed.map(|(property, _)| *property))
    }
}

/// Small scenarios that together use every handshake, and one of two threads. Without a send queue
/// these need, in few calls, that a pending write receives.
fn scenarios() -> Vec<Scenario> {
    let one = Scenario::new(Programs::UpTo(1));
    let with = |client_certificate| Scenario { client_certificate, ..one };
    vec![
        with(ClientCertificate::Good),
        with(ClientCertificate::Rejected),
        with(ClientCertificate::Declined),
        with(ClientCertificate::Missing),
        Scenario { retry: true, ..one },
        Scenario { tickets: 2, ..Scenario::new(Programs::UpTo(2)) },
        Scenario { send: 0, tickets: 2, ..Scenario::new(Programs::Threads(2)) },
    ]
}

/// The shipped policy in both roles and every configuration.
fn configurations() -> Vec<Policy> {
    let base = Policy::SHIPPED;
    let mut policies = Vec::new();
    for compatibility in Compatibility::ALL {
        let compatibility = *compatibility;
        policies.push(Policy { role: Role::Client, compatibility, ..base });
    }
    for client_authentication in ClientAuthentication::ALL {
        let client_authentication = *client_authentication;
        policies.push(Policy { role: Role::Server, client_authentication, ..base });
    }
    policies
}

/// A row of the client's handshake is nothing to a server.
fn concerns(mutation: Mutation, role: Role) -> bool {
    match mutation.row().map(|row: &Row| row.machine) {
        Some(Machine::Client) => role == Role::Client,
        Some(Machine::Server) => role == Role::Server,
        _ => true,
    }
}

/// Whether the row is for other policies than the shipped ones only.
#[must_use]
pub fn ships(mutation: Mutation) -> bool {
    let Some(row) = mutation.row() else { return false };
    configurations().iter().any(|policy| {
        row.guard.iter().all(|atom| match atom.subject {
            crate::table::Subject::Policy(switch) => atom.allowed.contains(&policy.get(switch)),
            _ => true,
        })
    })
}
