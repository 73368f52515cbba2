//! `hyaline unbounded`.

use clap::Args;
use hyaline_check::programs::Manner;
use hyaline_check::search::bounds::EARLY_DATA_AT_MOST;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_check::unbounded::plan::{Extent, runs};
use hyaline_check::unbounded::run::UnboundedRun;
use hyaline_model::table::INBOX_RECORDS;

use super::values::{CertificateArgument, SidesArgument};

/// What stands above the options.
pub(super) const UNBOUNDED: &str = "\
Explores every program of any length over queues of any size.

Each side may make any call at any time. What it did before is remembered as far as it can still
matter; a run of data in a queue is one letter, of which taking a record may leave some or none; and
what is transmitted into a queue that holds something may go or wait. So one exploration stands for
all lengths and all sizes. It fails where a call is reset, truncated or refused, and where nothing
has to happen and a call waits that plain TCP would not let wait. What that means is in
docs/theorem.md.";

/// `hyaline unbounded`.
#[derive(Debug, Args)]
pub(crate) struct UnboundedArguments {
    /// Only what each change is checked by: one form of each thing
    #[arg(long, conflicts_with = "given")]
    part: bool,
    /// Records of application data that an endpoint of TLS may have opened and not given to its
    /// program
    #[arg(long, value_name = "N", default_value_t = INBOX_RECORDS)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=4))]
    pub(crate) inbox: u8,
    /// Asks of programs without end, too: no call waits for ever that over plain TCP would not, and
    /// there are finitely many steps between two calls
    #[arg(long)]
    pub(crate) endless: bool,
    /// Stops each exploration at its first violation
    #[arg(long)]
    pub(crate) first: bool,
    /// Explorations at once
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) threads: u16,
    /// Gives an exploration up at so many snapshots. The verdict is then `unfinished`, which is no
    /// pass
    #[arg(long, value_name = "N")]
    pub(crate) snapshots_at_most: Option<usize>,
    /// Instead, runs so many pairs of random programs of 6 to 12 calls through the bounded check,
    /// at random buffers
    #[arg(long, value_name = "N", conflicts_with_all = ["part", "endless", "first", "given"])]
    pub(crate) random: Option<usize>,
    /// Of what the random programs are made: the same ones for the same number
    #[arg(long, value_name = "N", default_value_t = 1, requires = "random")]
    pub(crate) seed: u64,
    /// Instead, takes each step of the bounded world, of all programs of up to so many calls and
    /// queues of 1/1 to 2/2, in the world without bounds too
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u8).range(1..=4))]
    #[arg(conflicts_with_all = ["part", "endless", "first", "given", "random"])]
    pub(crate) compare: Option<u8>,
    #[command(flatten)]
    given: GivenRun,
}

/// One exploration, instead of all of them.
#[derive(Debug, Args)]
#[group(id = "given", multiple = true)]
#[command(next_help_heading = "One exploration, instead of all of them")]
struct GivenRun {
    /// The client's profile [hyaline]
    #[arg(long, value_name = "PROFILE")]
    client: Option<Profile>,
    /// The server's profile [hyaline]
    #[arg(long, value_name = "PROFILE")]
    server: Option<Profile>,
    /// Two threads, one that reads and one that writes: on both sides, or on one
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "both")]
    split: Option<SidesArgument>,
    /// A task that polls a receiving and a sending call at once: on both sides, or on one
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "both")]
    task: Option<SidesArgument>,
    /// Tickets that the server sends [0]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=8))]
    tickets: Option<u8>,
    /// The client's certificate [none]
    #[arg(long, value_enum)]
    client_certificate: Option<CertificateArgument>,
    /// The server asks for another key share
    #[arg(long)]
    retry: bool,
    /// The handshake resumes an earlier session, by a pre-shared key
    #[arg(long)]
    resumed: bool,
    /// Records of early data that the client sends behind its first ClientHello [0]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=i64::from(EARLY_DATA_AT_MOST)))]
    early_data: Option<u8>,
    /// The server rejects early data, which without --resumed or with --retry any server does
    #[arg(long, requires = "early_data")]
    early_data_rejected: bool,
    /// One of the two hosts may vanish, once the handshake is complete
    #[arg(long)]
    vanishing: bool,
}

impl UnboundedArguments {
    /// What is to be explored.
    pub(crate) fn runs(&self) -> Vec<UnboundedRun> {
        let extent = if self.part { Extent::Part } else { Extent::Whole };
        let runs = self.given.run().map_or_else(|| runs(extent), |run| vec![run]);
        runs.into_iter().map(|run| UnboundedRun { inbox: self.inbox, ..run }).collect()
    }
}

impl GivenRun {
    fn run(&self) -> Option<UnboundedRun> {
        let any = self.client.is_some()
            || self.server.is_some()
            || self.split.is_some()
            || self.task.is_some()
            || self.tickets.is_some()
            || self.client_certificate.is_some()
            || self.retry
            || self.resumed
            || self.early_data.is_some()
            || self.vanishing;
        let manner = |own: SidesArgument| {
            let on = |sides: Option<SidesArgument>| sides.is_some_and(|sides| sides.covers(own));
            match (on(self.split), on(self.task)) {
                (true, _) => Manner::Threads,
                (false, true) => Manner::Task,
                (false, false) => Manner::OneCall,
            }
        };
        let plain = UnboundedRun::PLAIN;
        let run = UnboundedRun {
            profiles: Both {
                client: self.client.unwrap_or(plain.profiles.client),
                server: self.server.unwrap_or(plain.profiles.server),
            },
            manners: Both {
                client: manner(SidesArgument::Client),
                server: manner(SidesArgument::Server),
            },
            tickets: self.tickets.unwrap_or(plain.tickets),
            client_certificate: self
                .client_certificate
                .map_or(plain.client_certificate, Into::into),
            retry: self.retry,
            resumed: self.resumed,
            early_data: self.early_data.unwrap_or_default(),
            early_data_accepted: !self.early_data_rejected,
            vanishing: self.vanishing,
            inbox: plain.inbox,
        };
        any.then_some(run)
    }
}
