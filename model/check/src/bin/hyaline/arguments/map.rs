//! What can be asked of the map.

use clap::{Args, ValueEnum};
use hyaline_check::map::bounds::MapBounds;
use hyaline_check::runs::libraries::NamedProfile;

use super::EffortArguments;
use super::values::queues;

pub(super) const MAP: &str = "\
Each client opposite each server, over the profiles of known libraries and what ships: what TLS adds
there that plain TCP does not have, by the side that suffers it.

With --client and --server one cell is opened: what each side suffers, the shortest programs that
show it with the command that explores them, and the shortest trace.";

pub(super) const EXAMPLES: &str = "\
Examples:
  hyaline map                                   the whole map
  hyaline map --client openssl --server go      one cell, opened
  hyaline map --profile go --profile go,closing=drain
  hyaline map --format html > map.html          each cell leads to its traces

Exit status: 0 if all of it was explored, whatever was found; 1 if not; 2 if the command was not
understood.";

/// `hyaline map`.
#[derive(Debug, Args)]
pub(crate) struct MapArguments {
    /// Opens a cell: its client. `hyaline profiles` lists the names
    #[arg(long, value_name = "PROFILE", requires = "server")]
    pub(crate) client: Option<NamedProfile>,
    /// Opens a cell: its server
    #[arg(long, value_name = "PROFILE", requires = "client")]
    pub(crate) server: Option<NamedProfile>,
    /// Only this profile, and the others that are named so; each may have switches flipped
    #[arg(long, value_name = "PROFILE", conflicts_with_all = ["client", "server"])]
    pub(crate) profile: Vec<NamedProfile>,
    #[command(flatten)]
    bounds: MapBoundsArguments,
    /// As what it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: MapFormat,
    #[command(flatten)]
    pub(crate) effort: EffortArguments,
}

/// In what each pair of policies is explored.
#[derive(Debug, Args)]
pub(crate) struct MapBoundsArguments {
    /// Programs of up to so many calls plus close
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=4))]
    calls: u8,
    /// The queues, in records: of sending and of receiving
    #[arg(long, value_name = "SEND/RECEIVE", value_delimiter = ',', value_parser = queues)]
    #[arg(default_value = "0/1,1/1,2/2")]
    buffers: Vec<(u8, u8)>,
    /// Tickets that the server sends
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "0,1")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    tickets: Vec<u8>,
}

impl MapBoundsArguments {
    pub(crate) fn bounds(&self) -> MapBounds {
        MapBounds {
            calls: self.calls,
            buffers: self.buffers.clone(),
            tickets: self.tickets.clone(),
        }
    }
}

impl MapArguments {
    pub(crate) fn bounds(&self) -> MapBounds {
        self.bounds.bounds()
    }
}

/// As what the map is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MapFormat {
    /// For a terminal
    Text,
    /// For programs: docs/map.schema.json says what is in it
    Json,
    /// For documents
    Markdown,
    /// As a picture; of one cell, its traces are in the page
    Svg,
    /// A page that stands for itself, with the trace of each harm
    Html,
}
