//! Prints, as a document in Markdown, how states, time and memory of the search grow with the
//! bounds: `cargo bench -p hyaline-check --bench growth`.
#![allow(clippy::expect_used, reason = "a benchmark that cannot run is to say so")]

use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::{Effort, explore};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, system};
use hyaline_check::side::Both;
use hyaline_model::table::FINGERPRINT;

const HEADING: &str = "\
<!-- Printed by `cargo bench -p hyaline-check --bench growth`. -->

# Growth

How states, time and memory grow with the bounds, where what ships stands at both ends. Each line is
one exploration to the end, on one thread, without that of plain TCP before it. Memory is the most
that the search held at once, parts and keys together; *parts* are the endpoints with histories, of
both sides, of which the snapshots are made, and *turns* how often a turn of the table ran. Times
are those of one machine, which had other work beside this.

";

fn main() {
    let one = Scenario::new(Programs::up_to(2));
    let calls = (1..=4).map(|most| Scenario::new(Programs::up_to(most)));
    let queues = (2..=4).map(|size| Scenario { send: size, receive: size, ..one });
    let halves = [Scenario { record_cells: 2, ..one }];
    let threads = (1..=3).map(|most| Scenario::new(Programs::alike(Manner::Threads, most)));
    println!("{HEADING}The table is `{FINGERPRINT}`.\n");
    println!("| bounds | states | edges | seconds | megabytes | bytes a state | parts | turns |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    let shipped = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let effort = Effort::default();
    for scenario in calls.chain(queues).chain(halves).chain(threads) {
        let mut baselines = Baselines::default();
        let baseline = baselines.of(&scenario, &effort, &mut |_| ()).expect("a baseline");
        let endpoints = endpoints_of(&scenario, &shipped);
        let system = system(&scenario, endpoints, &baseline).expect("within bounds");
        let found = explore(system, &effort, &mut |_| ());
        assert!(found.complete && found.failures.is_empty(), "{scenario}");
        println!(
            "| {scenario} | {} | {} | {:.2} | {} | {} | {} | {} |",
            found.states,
            found.edges,
            found.elapsed.as_secs_f64(),
            found.bytes.div_ceil(1 << 20),
            found.bytes_of_state(),
            found.parts.parties,
            found.parts.turns,
        );
    }
}
