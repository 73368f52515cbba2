//! What `hyaline export` prints.

use clap::Subcommand;

use super::{CALLS, GivenScenario, PROFILES};

/// `hyaline export`.
#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// Prints the table as the module `Table` of TLA+
    #[command(long_about = TABLE)]
    Tla,
    /// Prints a scenario as the module `Scenario` of TLA+
    #[command(long_about = SCENARIO)]
    #[command(after_long_help = format!("{CALLS}\n\n{PROFILES}"))]
    TlaScenario(Box<GivenScenario>),
}

const TABLE: &str = "\
Prints the table as the module `Table` of TLA+: its words, its profiles, and its rows as data.

What rows mean, and the world around them, is written by hand beside it, in model/check/tla/. TLC
explores that module `Pair`, for the scenario of the module `Scenario`.";

const SCENARIO: &str = "\
Prints a scenario as the module `Scenario` of TLA+, which `Pair` of model/check/tla/ is about: put
it there, or into a copy of that directory, and let TLC explore `Pair`.";
