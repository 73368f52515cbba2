//! `hyaline proof`.

use clap::Args;
use hyaline_check::unbounded::plan::Extent;

/// What stands above the options.
pub(super) const PROOF: &str = "\
Explores all that the proof of what ships stands on, and writes docs/proof.json and the page
docs/proof.md.

Explored are what `hyaline check` and `hyaline unbounded` explore, and one end against any peer.
What became of mutants, and how much was replayed on real connections, is taken from what was
recorded, if that is about this table and this world. Nothing is written unless everything holds.";

/// `hyaline proof`.
#[derive(Debug, Args)]
pub(crate) struct ProofArguments {
    /// Explores all that there is without bounds, and not only what each change is checked by
    #[arg(long, conflicts_with = "recorded")]
    full: bool,
    /// Explores nothing, and prints the page from what was written
    #[arg(long)]
    pub(crate) recorded: bool,
    /// Threads that explore
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) threads: u16,
}

impl ProofArguments {
    /// How much is explored without bounds.
    pub(crate) fn extent(&self) -> Extent {
        if self.full { Extent::Whole } else { Extent::Part }
    }
}
