//! The page about relays, as a run gives it.

use super::chain::{Chain, Make};
use super::cost::{Cost, IDLE, MOVED};
use super::endings::{Ending, Seen};

/// How often each ending is tried. An ending that a relay passes on only sometimes is not passed
/// on.
pub const TRIES: usize = 3;

/// What a make shows of an ending, each result once; nothing where the ending needs TLS and the
/// chain has none.
#[must_use]
pub fn results(make: Make, ending: Ending) -> Vec<Seen> {
    let mut seen: Vec<_> = (0..TRIES).filter_map(|_| ending.try_on(&Chain::start(make))).collect();
    seen.sort();
    seen.dedup();
    seen
}

/// The table of the endings.
#[must_use]
pub fn endings() -> String {
    let mut table = String::from("| what one end does |");
    for make in Make::ALL {
        table += &format!(" {} |", make.name());
    }
    table += "\n|---|---|---|---|---|\n";
    for ending in Ending::ALL {
        table += &format!("| {} |", ending.name());
        for make in Make::ALL {
            let results: Vec<_> = results(make, ending).iter().map(ToString::to_string).collect();
            let results = if results.is_empty() { "–".to_owned() } else { results.join(" or ") };
            table += &format!(" {results} |");
        }
        table.push('\n');
    }
    table
}

/// The table of the costs, as far as a later run can give other numbers.
#[must_use]
pub fn costs() -> String {
    let costs = Make::RELAYS.map(|make| (make, Cost::of(make)));
    let own = costs[0].1.time.as_secs_f64();
    let mut table = format!(
        "| relays | of {} MiB arrived | processor time | threads | descriptors |\n\
         |---|---|---|---|---|\n",
        MOVED >> 20
    );
    for (make, cost) in costs {
        table += &format!(
            "| {} | {} MiB | {:.2} s, {:.1} times ours | {} | {} |\n",
            make.name(),
            cost.arrived >> 20,
            cost.time.as_secs_f64(),
            cost.time.as_secs_f64() / own,
            cost.threads,
            cost.descriptors
        );
    }
    table
}

/// The page.
#[must_use]
pub fn page() -> String {
    let (endings, costs) = (endings(), costs());
    format!(
        "# Relays: what TLS in the middle keeps of TCP\n\n\
         Printed by `tests/examples/relays.rs`; a test compares the first table with a new run,\n\
         and holds the claim about threads and descriptors in the second.\n\n\
         A client and a server talk over TCP; between them stand nobody, or two relays that talk\n\
         TLS 1.3 to each other: our example `runtime/examples/relay.rs`, stunnel, or socat, each\n\
         with no option but those that it needs. One end does what the first column says. The\n\
         others say what the other end receives, and how its stream ends, in {TRIES} tries. What\n\
         is to be kept is the column TCP; where it has nothing to keep, a reset: a FIN would say\n\
         that everything has arrived. *A part, end* is data lost without a word.\n\n\
         {endings}\n\
         ## What it costs\n\n\
         Both relays together, for one connection that moves {} MiB, and for {IDLE} idle ones.\n\n\
         {costs}",
        MOVED >> 20
    )
}
