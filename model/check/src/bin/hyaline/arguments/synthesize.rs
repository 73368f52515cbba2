//! What can be asked of the synthesis.

use clap::{Args, ValueEnum};
use hyaline_check::map::bounds::MapBounds;
use hyaline_check::runs::libraries::NamedProfile;

use super::EffortArguments;
use super::values::queues;

pub(super) const SYNTHESIZE: &str = "\
Looks for policies from what is asked of them. Every policy that the switches can express is
explored with itself at both ends: which keep what, and which of them keep the most.

With --from NAME it looks for the fewest switches of a profile that have to be set for TLS to add
nothing, opposite itself and opposite each known profile. With --opposite the policies that keep the
most are explored opposite each known library too, which tells them apart.";

pub(super) const EXAMPLES: &str = "\
Examples:
  hyaline synthesize                            which policies keep what
  hyaline synthesize --from openssl             what OpenSSL would have to change
  hyaline synthesize --all --format markdown > docs/synthesis.md

Exit status: 0 if all of it was explored, whatever was found; 1 if not; 2 if the command was not
understood.";

/// `hyaline synthesize`.
#[derive(Debug, Args)]
pub(crate) struct SynthesizeArguments {
    /// The fewest changes of this profile that suffice, instead
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["opposite", "all"])]
    pub(crate) from: Option<NamedProfile>,
    /// Explores the policies that keep the most opposite each known library too
    #[arg(long)]
    pub(crate) opposite: bool,
    /// Everything: --opposite, and --from each known library
    #[arg(long)]
    pub(crate) all: bool,
    /// Programs of up to so many calls plus close
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=4))]
    calls: u8,
    /// The queues, in records: of sending and of receiving
    #[arg(long, value_name = "SEND/RECEIVE", value_delimiter = ',', value_parser = queues)]
    #[arg(default_value = "0/1,1/1")]
    buffers: Vec<(u8, u8)>,
    /// Tickets that the server sends
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "2")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    tickets: Vec<u8>,
    /// As what it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: SynthesisFormat,
    #[command(flatten)]
    pub(crate) effort: EffortArguments,
}

impl SynthesizeArguments {
    pub(crate) fn bounds(&self) -> MapBounds {
        let Self { calls, buffers, tickets, .. } = self;
        MapBounds { calls: *calls, buffers: buffers.clone(), tickets: tickets.clone() }
    }
}

/// As what the synthesis is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SynthesisFormat {
    /// For a terminal
    Text,
    /// For programs: docs/synthesis.schema.json says what is in it
    Json,
    /// For documents
    Markdown,
}
