//! The straight line: the rows that fire where nothing goes wrong.

use hyaline_model::table::{Machine, Policy, Row};

use crate::ends::tls::TakenRow;
use crate::programs::calls::ProgramError;
use crate::programs::{Program, Programs};
use crate::search::bounds::Scenario;
use crate::search::endpoints::endpoints;
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

/// What the client calls, after the handshake.
pub const CLIENT_PROGRAM: &str = "write read close";

/// What the server calls, after the handshake.
pub const SERVER_PROGRAM: &str = "read write close";

/// How many tickets the server sends.
pub const TICKETS: u8 = 1;

/// The caption above the line.
#[must_use]
pub fn caption() -> String {
    format!(
        "The straight line: the rows that fire where nothing goes wrong, with `{CLIENT_PROGRAM}` \
         at the client, `{SERVER_PROGRAM}` at the server and {TICKETS} ticket."
    )
}

/// The machine, and whose it is where both sides have it.
#[must_use]
pub fn title(machine: Machine, side: Side) -> String {
    let name = machine.name();
    if side.to_string() == name { name.to_owned() } else { format!("{name}, of the {side}") }
}

/// The rows that both endpoints took, in order.
#[derive(Debug)]
pub struct StraightLine {
    rows: Both<Vec<&'static Row>>,
    /// Whether every call of both sides returned `ok`.
    pub is_good: bool,
}

impl StraightLine {
    /// Walks the straight line: at each point the first enabled step is taken, and no call gives up
    /// waiting.
    ///
    /// # Errors
    ///
    /// If [`CLIENT_PROGRAM`] or [`SERVER_PROGRAM`] is no program.
    pub fn walk() -> Result<Self, ProgramError> {
        let programs = Both { client: CLIENT_PROGRAM.parse()?, server: SERVER_PROGRAM.parse()? };
        let (rows, is_good) = rows_of(programs);
        Ok(Self { rows, is_good })
    }

    /// The line of one machine: its rows that change or do something, in order. Where both
    /// endpoints have the machine, the longer of their two lines is taken; of two equally long ones
    /// the client's.
    pub fn of(&self, machine: Machine) -> (Side, Vec<&'static Row>) {
        let is_of_it = |row: &&'static Row| row.machine == machine;
        let of_side = |side| -> Vec<&'static Row> {
            let rows = self.rows.of(side).iter().copied();
            rows.filter(|row| is_of_it(row) && does_something(row)).collect()
        };
        let (client, server) = (of_side(Side::Client), of_side(Side::Server));
        if server.len() > client.len() { (Side::Server, server) } else { (Side::Client, client) }
    }
}

/// The rows that fire with these programs, and whether every call returned `ok`.
fn rows_of(programs: Both<Program>) -> (Both<Vec<&'static Row>>, bool) {
    let programs = Programs::Fixed(programs);
    let scenario = Scenario { tickets: TICKETS, ..Scenario::new(programs) };
    let ends = endpoints(&scenario, &Policy::SHIPPED, &Policy::SHIPPED);
    let mut logs: Both<Vec<TakenRow>> = Both::default();
    let mut is_good = false;
    if let Some(tcp) = scenario.tcp() {
        let pair = Pair::new(ends, tcp, programs, scenario.timers);
        let mut snapshot = pair.first();
        let mut steps = Vec::new();
        while let Some(step) = first_step(&pair, &snapshot, &mut steps) {
            pair.take(&mut snapshot, step, &mut logs);
        }
        is_good = snapshot.run().is_good();
    }
    (logs.map(|log| log.into_iter().map(|TakenRow(row)| row).collect()), is_good)
}

fn first_step<E: PairEndpoint>(
    pair: &Pair<E>,
    snapshot: &Snapshot<E>,
    steps: &mut Vec<Step>,
) -> Option<Step> {
    steps.clear();
    pair.steps(snapshot, steps);
    let gives_up = |step: &&Step| {
        matches!(
            step,
            Step::Block(_)
                | Step::ExpireBudget(_)
                | Step::PassDeadline(_)
                | Step::PassReadDeadline(_)
        )
    };
    steps.iter().find(|step| !gives_up(step)).copied()
}

fn does_something(row: &Row) -> bool {
    let moves = row.to.is_some_and(|to| row.from != [to]);
    moves || !row.updates.is_empty() || !row.effects.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_straight_line_returns_ok() {
        assert!(StraightLine::walk().expect("programs").is_good);
    }

    #[test]
    fn every_machine_has_a_line_from_its_first_state_to_a_final_one() {
        let line = StraightLine::walk().expect("programs");
        for machine in Machine::ALL {
            let (_, rows) = line.of(*machine);
            let first = rows.first().expect("rows");
            assert!(first.from.contains(&machine.initial_state()), "{}", machine.name());
            let last = rows.iter().filter_map(|row| row.to).next_back().expect("a state");
            assert!(machine.is_final(last), "{}", machine.name());
        }
    }

    #[test]
    fn each_row_of_a_line_leads_to_where_the_next_begins() {
        let line = StraightLine::walk().expect("programs");
        for machine in Machine::ALL {
            let mut state = machine.initial_state();
            for row in line.of(*machine).1 {
                assert!(row.from.contains(&state), "{}: {}", machine.name(), row.text);
                state = row.to.unwrap_or(state);
            }
        }
    }
}
