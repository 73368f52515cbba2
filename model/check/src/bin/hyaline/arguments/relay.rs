//! The arguments of `hyaline relay`.

use clap::{Args, ValueEnum};
use hyaline_check::programs::{Manner, Program, SideCalls};
use hyaline_check::relay::scenario::{RelayScenario, Three};
use hyaline_check::relay::script::Copying;
use hyaline_check::relay::written::AskedRelay;
use hyaline_check::runs::buffers::NamedBuffers;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::runs::written::{buffers, program};
use hyaline_check::search::explore::Effort;
use hyaline_check::side::Both;

use super::compact::COMPACT;
use super::values::ResetArgument;
use super::{
    CALLS, CompactArguments, EffortArguments, LIBRARIES, PROFILES, STATUS, ShownArguments,
};

pub(super) const RELAY: &str = "\
Explores two given programs with a relay between them, which ends TLS on both connections, and
copies record by record. What comes of it is compared with the same over plain TCP on both. The
first line says whether TLS adds something, and where; below it stand who waits for whom, whose
library would have to be another, and the shortest way there.

A relay makes the client's handshake first, then the server's. It passes on the end of each
direction by a half-close, however that end came; where it cannot write, the direction ends and
nobody is told. It closes both connections when both directions have ended, or when both handshakes
have returned and one of them has failed.

`hyaline scenario --file` reads relays from a file, with what is expected of each.";

/// What stands below the help.
pub(super) fn after_help() -> String {
    format!(
        "{CALLS}\nWith a relay there are no calls with a deadline, none in plaintext, and no \
         choices.\n\n\
         {COMPACT}\n\n{PROFILES}\n{LIBRARIES}\n\n{STATUS}"
    )
}

/// `hyaline relay`.
#[derive(Debug, Args)]
pub(crate) struct RelayArguments {
    /// What the client calls, such as "write*2 close"
    #[arg(long, value_name = "CALLS", value_parser = program, required_unless_present = "calls")]
    client_program: Option<Program>,
    /// What the server calls, such as "read close"
    #[arg(long, value_name = "CALLS", value_parser = program, required_unless_present = "calls")]
    server_program: Option<Program>,
    /// Every pair of programs of at most so many calls, in place of one pair
    #[arg(long, value_name = "N", conflicts_with_all = ["client_program", "server_program"])]
    #[arg(conflicts_with_all = ["handshake", "rows", "no_heals"])]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=4))]
    calls: Option<u8>,
    /// The client's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    client: NamedProfile,
    /// The relay's profile, on both of its connections
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    relay: NamedProfile,
    /// The server's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    server: NamedProfile,
    /// How the relay copies
    #[arg(long, value_enum, default_value = "threads")]
    copying: CopyingArgument,
    /// Capacities of all queues, by a name
    #[arg(long, value_name = "NAME", value_parser = buffers)]
    #[arg(conflicts_with_all = ["send_buffer", "receive_buffer"])]
    buffers: Option<NamedBuffers>,
    /// Capacity of each send queue of both connections, in records
    #[arg(long, value_name = "N", default_value_t = 1)]
    send_buffer: u8,
    /// Capacity of each receive queue of both connections, in records
    #[arg(long, value_name = "N", default_value_t = 1)]
    receive_buffer: u8,
    /// Tickets that the relay sends to the client, and the server to the relay
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    tickets: u8,
    /// What an arriving RST does to unread data
    #[arg(long, value_enum, default_value = "keeps")]
    reset: ResetArgument,
    #[command(flatten)]
    effort: EffortArguments,
    #[command(flatten)]
    compact: CompactArguments,
    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// How the relay copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CopyingArgument {
    /// Two threads, one for each direction
    Threads,
    /// One task that polls both directions
    Task,
    /// One thread, in turns: what the client sends, then what the server answers
    Turns,
}

impl RelayArguments {
    pub(crate) const fn threads(&self) -> u16 {
        self.effort.threads
    }

    pub(crate) fn effort(&self) -> Effort {
        self.compact.of(self.effort.effort())
    }

    /// What is asked of the programs that are given; nothing where all are asked for.
    pub(crate) fn asked(&self) -> Option<AskedRelay> {
        let (client, server) = (self.client_program?, self.server_program?);
        let scenario = self.between(Both { client, server });
        Some(AskedRelay { scenario, profiles: self.profiles() })
    }

    /// The scenarios of all programs that are asked for.
    pub(crate) fn every_scenario(&self) -> Vec<RelayScenario> {
        let none = Program { manner: Manner::OneCall, calls: SideCalls::NONE };
        let any = self.between(Both { client: none, server: none });
        any.with_every_program(self.calls.unwrap_or_default())
    }

    /// What all of them have in common.
    pub(crate) fn family_in_words(&self) -> String {
        let (calls, copying) = (self.calls.unwrap_or_default(), self.copying());
        let ((send, receive), tickets) = (self.queues(), self.tickets);
        format!(
            "programs of up to {calls} calls, a relay of {copying}, buffers {send}/{receive}, \
             {tickets} tickets"
        )
    }

    fn copying(&self) -> Copying {
        match self.copying {
            CopyingArgument::Threads => Copying::Threads,
            CopyingArgument::Task => Copying::Task,
            CopyingArgument::Turns => Copying::Turns,
        }
    }

    fn queues(&self) -> (u8, u8) {
        let by_name = self.buffers.map(|buffers| (buffers.send, buffers.receive));
        by_name.unwrap_or((self.send_buffer, self.receive_buffer))
    }

    fn between(&self, programs: Both<Program>) -> RelayScenario {
        let (send, receive) = self.queues();
        let (tickets, reset_rule) = (self.tickets, self.reset.into());
        let scenario = RelayScenario::new(programs, self.copying());
        RelayScenario { send, receive, tickets, reset_rule, ..scenario }
    }

    pub(crate) fn profiles(&self) -> Three<NamedProfile> {
        let Self { client, relay, server, .. } = self;
        Three { client: client.clone(), relay: relay.clone(), server: server.clone() }
    }
}
