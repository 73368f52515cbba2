//! What `hyaline opposite` may be asked.

use clap::Args;
use hyaline_check::opposite::survey::CALLS_AT_MOST;
use hyaline_model::table::INBOX_RECORDS;

pub(super) const OPPOSITE: &str = "\
Explores one end that is as it ships opposite every policy that the switches can express, as a
client and as a server, and prints what plain TCP does not excuse: to whom it happens, with which
policies of the peer's, and whether another policy of ours would avoid it.

The page is docs/opposite.md. It takes some minutes.";

/// `hyaline opposite`.
#[derive(Debug, Args)]
pub(crate) struct OppositeArguments {
    /// Programs of up to so many calls plus close; three take ten times as long as two. What a
    /// policy of ours avoids it has to avoid in programs of one call more, too
    #[arg(long, value_name = "N", default_value_t = CALLS_AT_MOST)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=5))]
    pub(crate) calls: u8,
    /// Records of application data that an endpoint may have opened and not given to its program
    #[arg(long, value_name = "N", default_value_t = INBOX_RECORDS)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    pub(crate) inbox: u8,
    /// Threads that explore
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: u16,
}
