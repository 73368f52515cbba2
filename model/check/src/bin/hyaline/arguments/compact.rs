//! Hashes in the place of snapshots.

use clap::Args;
use hyaline_check::search::explore::Effort;
use hyaline_search::Hashing;

/// What is said below the help of a command that has these arguments.
pub(super) const COMPACT: &str = "\
With --compact, a snapshot over TLS that has the hash of another is taken for it, and so is all that
only it leads to. Nothing then holds for sure: the first line says with which probability a snapshot
was missed, at most, which is n(n+1)/2 · 2^-BITS for n snapshots that were found. What is found to
fail really fails: it is found once more with exact keys, and so is what heals it. Plain TCP is
always explored with exact keys. A second pass with another seed misses independently of the
first.";

/// Hashes in the place of snapshots.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct CompactArguments {
    /// Remembers snapshots over TLS by hashes of so many bits, 8 to 64, which take less memory.
    /// Some may be missed, with a probability that the answer says; what fails is confirmed with
    /// exact keys
    #[arg(long, value_name = "BITS", value_parser = bits)]
    compact: Option<u8>,
    /// Draws the hashes of --compact by this seed [0]. With another seed a second pass misses
    /// snapshots independently of the first
    #[arg(long, value_name = "N", requires = "compact")]
    seed: Option<u64>,
}

impl CompactArguments {
    /// The effort with these hashes, if there are any.
    pub(super) fn of(self, effort: Effort) -> Effort {
        let of = |bits| Hashing::new(bits, self.seed.unwrap_or_default()).ok();
        Effort { hashing: self.compact.and_then(of), ..effort }
    }
}

/// The bits of a hash.
fn bits(text: &str) -> Result<u8, String> {
    let bits = text.parse().map_err(|_| format!("`{text}` is no number of bits"))?;
    Hashing::new(bits, 0).map(Hashing::bits).map_err(|error| error.to_string())
}
