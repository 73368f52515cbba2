//! World *hostile*, explored by our search and by stateright: what is found is the same. And what a
//! changed table does is the same, whether all of it is explored or only what the change has part
//! in.
#![allow(clippy::expect_used)]

mod traces;

use hyaline_check::hostile::{
    Coverage, Hostile, KnownSpace, explore, explore_by_stateright, shortest_trace,
};
use hyaline_check::interpret::mutation::{Mutated, Mutation};
use hyaline_check::mutants::sample;
use hyaline_check::programs::Manner;
use hyaline_model::table::{ClientAuthentication, Duplex, Policy, ROWS, Role, Row};
use stateright::{Checker, Model};
use traces::assert_that_a_trace_is_one;

/// Worlds that are small, and together use both roles, both manners and a naive policy.
fn worlds() -> [(Policy, Manner); 4] {
    let base = Policy::SHIPPED;
    let server = Policy { role: Role::Server, ..base };
    [
        (base, Manner::OneCall),
        (base, Manner::Threads),
        (Policy { duplex: Duplex::Half, ..base }, Manner::OneCall),
        (
            Policy { client_authentication: ClientAuthentication::Required, ..server },
            Manner::OneCall,
        ),
    ]
}

fn hostile((policy, manner): &(Policy, Manner), table: Mutated) -> Hostile {
    Hostile::new(*policy).with_manner(*manner).with_table(table)
}

/// The table without the row.
fn without(row: &Row) -> Mutation {
    Mutation::Masked(row.number)
}

/// The rows that fired.
fn fired(coverage: &Coverage) -> Vec<u16> {
    let fired = ROWS.iter().filter(|row| coverage.has_fired(row));
    fired.map(|row| row.number).collect()
}

/// Explores a world by both, and says which properties fail.
fn agreed(world: &(Policy, Manner), table: Mutated) -> Vec<&'static str> {
    let ours = explore(hostile(world, table));
    let theirs = explore_by_stateright(hostile(world, table), 2);
    assert_eq!(ours.stopped, None, "{world:?}");
    assert_eq!((ours.states, ours.edges), (theirs.states, theirs.edges), "{world:?}");
    let mut failures = ours.failures;
    failures.sort_unstable();
    assert_eq!(failures, theirs.failures, "{world:?}");
    assert_eq!(fired(&ours.coverage), fired(&theirs.coverage), "{world:?}");
    assert_eq!(ours.coverage.missing_values(), theirs.coverage.missing_values(), "{world:?}");
    failures
}

#[test]
fn both_find_the_same_of_the_table() {
    for world in worlds() {
        assert_eq!(agreed(&world, Mutated::default()), Vec::<&str>::new(), "{world:?}");
        let system = hostile(&world, Mutated::default());
        assert_eq!(shortest_trace(&system, "honest end"), None, "{world:?}");
    }
}

#[test]
fn both_find_the_same_of_tables_without_a_row_and_the_shortest_traces_are_as_short() {
    let world = (Policy::SHIPPED, Manner::OneCall);
    let mut traces = 0;
    for row in sample::rows() {
        let table = Mutated(Some(without(row)));
        for property in agreed(&world, table) {
            let system = hostile(&world, table);
            let trace = shortest_trace(&system, property).expect("a trace");
            assert_that_a_trace_is_one(&system, property, &trace);
            // The path that stateright reports need not be a shortest one: it goes on for a while,
            // and keeps the last that it finds. So it is asked whether there is a path of so many
            // snapshots.
            let is_within = |snapshots: usize| {
                let checker = hostile(&world, table).checker().target_max_depth(snapshots + 1);
                checker.spawn_bfs().join().discovery(property).is_some()
            };
            assert!(is_within(trace.len()), "{}: {property}", row.text);
            assert!(!is_within(trace.len() - 1), "{}: {property}", row.text);
            traces += 1;
        }
    }
    assert!(traces > 5, "{traces}");
}

#[test]
fn what_is_known_of_the_table_tells_of_a_change_what_exploring_all_of_it_tells() {
    let (mut failed, mut held, mut spared) = (0, 0, 0);
    for world in worlds() {
        let known = KnownSpace::explore(hostile(&world, Mutated::default())).expect("it holds");
        // Every so many rows of those that fire: exploring all of it takes its time. Without some
        // rows of the sample a property fails.
        let fire = |row: &&Row| !row.otherwise && known.coverage().has_fired(row);
        let spread = ROWS.iter().copied().filter(fire).step_by(80);
        for row in spread.chain(sample::rows().filter(fire).take(3)) {
            let told = known.with(hostile(&world, Mutated::default()), without(row));
            let told = told.expect("few enough snapshots");
            let all = explore(hostile(&world, Mutated(Some(without(row)))));
            let what = format!("{world:?} {}", row.text);
            assert_eq!(told.failure.is_some(), !all.failures.is_empty(), "{what}");
            match told.failure {
                Some(property) => {
                    let depth = |property: &str| {
                        let system = hostile(&world, Mutated(Some(without(row))));
                        shortest_trace(&system, property).expect("a trace").len()
                    };
                    let nearest = all.failures.iter().map(|other| depth(other)).min();
                    assert_eq!(Some(depth(property)), nearest, "{what}");
                    failed += 1;
                }
                None => {
                    assert_eq!(told.states, all.states, "{what}");
                    assert_eq!(fired(&told.coverage), fired(&all.coverage), "{what}");
                    held += 1;
                    spared += all.states - told.anew;
                }
            }
        }
    }
    assert!(failed > 0 && held > 0 && spared > 0, "{failed} {held} {spared}");
}
