//! What can be asked of the command.

mod bounds;
mod check;
mod compact;
mod export;
mod hazards;
mod manual;
mod map;
mod opposite;
mod proof;
mod relay;
mod scenario;
mod synthesize;
mod unbounded;
mod validate;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use hyaline_check::programs::{Program, Programs};
use hyaline_check::runs::written::program;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_model::table::Machine;

pub(crate) use check::{CheckArguments, CheckFormat, NamedBounds};
use compact::CompactArguments;
pub(crate) use export::ExportCommand;
pub(crate) use hazards::{HazardFormat, HazardsArguments};
pub(crate) use manual::{CompletionsArguments, ManualArguments};
pub(crate) use map::{MapArguments, MapFormat};
pub(crate) use opposite::OppositeArguments;
pub(crate) use proof::ProofArguments;
pub(crate) use relay::RelayArguments;
pub(crate) use scenario::{
    AnswerFormat, GivenScenario, ScenarioArguments, ScenarioOptions, ShownArguments,
};
pub(crate) use synthesize::{SynthesisFormat, SynthesizeArguments};
pub(crate) use unbounded::UnboundedArguments;
pub(crate) use validate::{ValidateArguments, ValidationFormat};
pub(crate) use values::Format;

const ABOUT: &str = "\
TLS 1.3 over TCP as one transition table, and the model checker that explores it.

Two endpoints run two programs over TCP, in every interleaving. What comes of it is compared with
the same programs over plain TCP: TLS is to add no deadlock, no reset, no truncation.";

const STATUS: &str = "\
Exit status: 0 if everything that has to hold holds and all of it was explored; 1 if something
fails or was not explored to the end; 2 if the command was not understood.";

const PROFILES: &str = "\
Profiles: `hyaline` is what ships, `naive` what a straightforward blocking library does. Single
switches are flipped behind a comma: `hyaline,closing=at-once`. The switches are
  duplex=full|half              do blocking calls move both directions?
  control=queue|wait            what does a call without data do where there is no room?
  closing=drain|at-once         half-close, drain and close, or close?
  tickets=before-first-data|after-first-data|in-handshake
  reply=deferred|queued|in-read-path  how is a KeyUpdate answered?
  requests=one-outstanding|unlimited
  backlog=ordered|one-record    is there room for a close_notify behind a pending write?
  fin-leaves=with-half-close|with-peers-end|with-close
  at-fin=go-on|give-up          is the peer's FIN taken for the end of both directions?
  compatibility=on|off          middlebox compatibility mode; give it to both ends";

const LIBRARIES: &str = "\
Known libraries are profiles too (openssl, go, java and others; `hyaline profiles` lists what each
is known by), and are flipped alike: `openssl,closing=drain`.";

const CALLS: &str = "\
Programs: calls among read, write, half-close, update-key, and close at the end. Each read or
write moves one record. A try-write may find no room by its deadline, and be given up; a try-read
may find that nothing has come by its own. What is repeated is written once, with a number, a call
or several: \"write*4 read close\", \"(write*2 read)*3 close\".
The handshake before them is implied, and the close is the last, or a rest, which keeps the
connection; besides the two stand at most 12 calls. What is said in plaintext before the handshake,
as with STARTTLS, is plain-read and plain-write: \"plain-write plain-read write read close\".
With a | they are those of a reading and of a writing thread: \"read read | write half-close\".
With an & they are those of one task, which polls both: \"read read & write half-close\". There
the close, after both have ended, is implied too; each has at most 13 calls.";

const CHOICES: &str = "\
A choice stands in square brackets, with commas: \"[write read, read write] close\"; an alternative
without a call is `nothing`. Each alternative of the client is explored with each of the server, at
most 64 together. The answer is that of the worst, and lists all.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "hyaline", version, about = "TLS 1.3 over TCP, checked", long_about = ABOUT)]
#[command(after_help = STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Explores every program up to a bound, and the named hazards
    #[command(long_about = check::CHECK, after_long_help = check::after_help())]
    Check(CheckArguments),
    /// Explores every program of any length, over queues of any size
    #[command(long_about = unbounded::UNBOUNDED)]
    #[command(after_long_help = format!("{PROFILES}\n\n{STATUS}"))]
    Unbounded(UnboundedArguments),
    /// Explores two given programs, and says whose fault it is that they hang or lose data
    #[command(long_about = scenario::SCENARIO)]
    #[command(after_long_help = scenario::after_help())]
    Scenario(ScenarioArguments),
    /// Explores two given programs with a relay between them that ends TLS on both connections
    #[command(long_about = relay::RELAY, after_long_help = relay::after_help())]
    Relay(RelayArguments),
    /// Prints the transition table, the straight line of the happy path first
    Table(TableArguments),
    /// Prints the table, or a scenario, for another checker
    #[command(subcommand)]
    Export(ExportCommand),
    /// Walks through the snapshots of a scenario, in the browser
    #[command(long_about = EXPLORE, after_long_help = format!("{CALLS}\n\n{PROFILES}"))]
    Explore(ExploreArguments),
    /// Tries mutants of the table and prints which the check catches
    #[command(long_about = MUTANTS)]
    Mutants(MutantsArguments),
    /// Writes a file of scenarios and relays to begin with, for `hyaline scenario --file`
    #[command(name = "init")]
    Begin(BeginArguments),
    /// Makes a crate with a protocol of your own, its checker, and a deadlock to begin with
    #[command(long_about = NEW)]
    New(NewArguments),
    /// Lists what goes wrong between TLS and TCP, and tells of each by its shortest trace
    #[command(long_about = hazards::HAZARDS, after_help = hazards::EXAMPLES)]
    Hazards(HazardsArguments),
    /// Prints the profiles of known libraries: each switch, how it is known, and what none says
    Profiles,
    /// Prints what each profile needs: the least inbox from which each property holds
    Needs,
    /// Prints what becomes of one end of ours opposite every policy that the switches can express
    #[command(long_about = opposite::OPPOSITE)]
    Opposite(OppositeArguments),
    /// Prints the map of libraries: what TLS adds between each client and each server, and to whom
    #[command(long_about = map::MAP, after_help = map::EXAMPLES)]
    Map(MapArguments),
    /// Looks for policies from what is asked of them: which keep the most, and the least changes
    #[command(long_about = synthesize::SYNTHESIZE, after_help = synthesize::EXAMPLES)]
    Synthesize(SynthesizeArguments),
    /// Explores all that the proof of what ships stands on, and writes it down
    #[command(long_about = proof::PROOF)]
    Proof(ProofArguments),
    /// Says whether logs of connections are behaviours of the model, and where they end
    #[command(long_about = validate::VALIDATE, after_help = validate::EXAMPLES)]
    Validate(ValidateArguments),
    /// Prints what a shell needs to complete this command
    #[command(after_help = manual::COMPLETIONS)]
    Completions(CompletionsArguments),
    /// Prints the page of the manual, or writes a page for each command
    #[command(name = "man", after_help = manual::MANUAL)]
    Manual(ManualArguments),
}

/// `hyaline init`.
#[derive(Debug, Args)]
pub(crate) struct BeginArguments {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE", default_value = "hang.toml")]
    pub(crate) file: PathBuf,
}

const NEW: &str = "\
Makes a crate with a small protocol as a transition table, and a program that explores it. It
compiles, and has a deadlock; the comments of its table say how to repair that.";

/// `hyaline new`.
#[derive(Debug, Args)]
pub(crate) struct NewArguments {
    /// The name of the crate, and of its folder, which must not be there yet
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A checkout of Hyaline, on whose packages the crate depends. Without it, the crate depends on
    /// the published packages of this version
    #[arg(long, value_name = "CHECKOUT")]
    pub(crate) path: Option<PathBuf>,
}

const MUTANTS: &str = "\
Tries mutants of the table and prints what the check makes of each.

A mutant is the shipped table with one switch flipped, one row masked, or one effect of one row left
out. Each is explored between two ends of its own and against any peer. All of them take many
minutes.";

/// `hyaline mutants`.
#[derive(Debug, Args)]
pub(crate) struct MutantsArguments {
    /// Leave out single effects of rows, instead; nothing is recorded of that
    #[arg(long, conflicts_with_all = ["record", "delete", "recorded", "as_built"])]
    pub(crate) effects: bool,
    /// Try each Nth mutant only
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) every: usize,
    /// Try those only in whose name this text stands: a switch and its value, or a part of a row.
    /// With --record they take the places of their like in the record, if that is of this table
    #[arg(long, value_name = "TEXT")]
    #[arg(conflicts_with_all = ["every", "delete", "recorded", "as_built"])]
    pub(crate) only: Option<String>,
    /// Mutants that are tried at once: each has a thread
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) threads: usize,
    /// Records what became of each in model/check/pinned/mutants.json; then --delete has to follow
    #[arg(long, conflicts_with_all = ["every", "delete"])]
    pub(crate) record: bool,
    /// Really deletes a sample of the rows, each in a copy of the sources, which is built; and adds
    /// what becomes of that to the record
    #[arg(long, conflicts_with = "every")]
    pub(crate) delete: bool,
    /// Tries nothing, and prints the document from what was recorded
    #[arg(long, conflicts_with_all = ["every", "record", "delete"])]
    pub(crate) recorded: bool,
    /// Changes nothing, and prints what the same explorations make of the table as it is
    #[arg(long, conflicts_with_all = ["every", "record", "delete", "recorded"])]
    pub(crate) as_built: bool,
}

/// How much work may go into one exploration.
#[derive(Debug, Args)]
pub(crate) struct EffortArguments {
    /// Explorations that go on at once, where there are several: each has a thread
    #[arg(long, value_name = "N", default_value_t = 2)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: u16,
    /// Gives up at about so many snapshots. The verdict is then `unfinished`, which is no pass
    #[arg(long, value_name = "N")]
    pub(crate) states_at_most: Option<usize>,
}

impl EffortArguments {
    pub(crate) fn effort(&self) -> Effort {
        let (threads, states_at_most) = (usize::from(self.threads), self.states_at_most);
        Effort { threads, states_at_most, ..Effort::default() }
    }
}

/// `hyaline table`.
#[derive(Debug, Args)]
pub(crate) struct TableArguments {
    /// Only this machine
    #[arg(long, value_name = "M", value_parser = values::machine)]
    pub(crate) machine: Option<Machine>,
    /// As what the table is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

const EXPLORE: &str = "\
Serves stateright's Explorer: a page on which one walks from snapshot to snapshot of a scenario,
choosing each step. What each snapshot is stands there in a few lines, and the way to it as the
picture that `hyaline scenario --format svg` draws. Prints the address and serves until it is
interrupted.";

/// `hyaline explore`.
#[derive(Debug, Args)]
pub(crate) struct ExploreArguments {
    /// Where to serve; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000")]
    pub(crate) address: SocketAddr,
    /// The client's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    client: Profile,
    /// The server's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    server: Profile,
    /// What the client calls
    #[arg(long, value_name = "CALLS", default_value = "write read close")]
    #[arg(value_parser = program)]
    client_program: Program,
    /// What the server calls
    #[arg(long, value_name = "CALLS", default_value = "read write close")]
    #[arg(value_parser = program)]
    server_program: Program,
    /// Capacity of each send queue, in records
    #[arg(long, value_name = "N", default_value_t = 1)]
    send_buffer: u8,
    /// Capacity of each receive queue, in records
    #[arg(long, value_name = "N", default_value_t = 1)]
    receive_buffer: u8,
    #[command(flatten)]
    surroundings: ScenarioOptions,
}

impl ExploreArguments {
    pub(crate) fn scenario(&self) -> Scenario {
        let programs =
            Programs::Fixed(Both { client: self.client_program, server: self.server_program });
        self.surroundings.scenario(programs, (self.send_buffer, self.receive_buffer))
    }

    pub(crate) fn profiles(&self) -> Both<Profile> {
        Both { client: self.client, server: self.server }
    }
}
