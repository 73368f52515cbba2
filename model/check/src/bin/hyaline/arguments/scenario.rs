//! The arguments of `hyaline scenario`, and those by which any command is given a scenario.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hyaline_check::programs::{Program, Programs};
use hyaline_check::runs::alternatives::{Alternatives, AlternativesError};
use hyaline_check::runs::buffers::NamedBuffers;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::runs::written::{buffers, program};
use hyaline_check::search::bounds::{EARLY_DATA_AT_MOST, Scenario};
use hyaline_check::search::explore::Effort;
use hyaline_check::side::Both;
use hyaline_model::table::INBOX_RECORDS;
use hyaline_protocol::print::suite::ToolFormat;

use super::compact::COMPACT;
use super::values::{CertificateArgument, ResetArgument, TimersArgument, VanishingArgument};
use super::{CALLS, CHOICES, CompactArguments, EffortArguments, LIBRARIES, PROFILES, STATUS};

pub(super) const SCENARIO: &str = "\
Explores two given programs, and answers whose fault it is: the first line says whether TLS adds
something that plain TCP does not have, or whether the programs go wrong over plain TCP too. Below
it stand who waits for whom, what would heal it, and the shortest trace as a sequence chart.";

/// What the names of buffers mean.
const BUFFERS: &str = "\
Buffers: what each queue holds, in records; the send queue first. By name:
  minimal        1/1  the least that Linux grants a socket (SO_SNDBUF 4608, SO_RCVBUF 2304 bytes),
                      and records of 1 to 2 KiB: one in each queue
  linux-default  8/8  SO_RCVBUF 131072 bytes hold 8 full records of 16 KiB; the send queue, which
                      grows to megabytes, holds more than the 8 that a queue of the model can
  pipe           0/0  a pipe without a queue, as Go's net.Pipe: a write waits for the peer's read";

/// What stands below the help.
pub(super) fn after_help() -> String {
    format!("{CALLS}\n{CHOICES}\n\n{BUFFERS}\n\n{COMPACT}\n\n{PROFILES}\n{LIBRARIES}\n\n{STATUS}")
}

/// `hyaline scenario`.
#[derive(Debug, Args)]
pub(crate) struct ScenarioArguments {
    /// Scenarios and relays of a file, and what is expected of each; `hyaline init` writes one.
    /// Then the exit status says whether all are as expected
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["client_program", "server_program"])]
    #[arg(conflicts_with_all = ["GivenEnds", "ScenarioOptions"])]
    pub(crate) file: Option<PathBuf>,
    /// What the client calls, such as "write*2 close"
    #[arg(long, value_name = "CALLS", required_unless_present = "file")]
    client_program: Option<Alternatives<Program>>,
    /// What the server calls, such as "read close"
    #[arg(long, value_name = "CALLS", required_unless_present = "file")]
    server_program: Option<Alternatives<Program>>,
    #[command(flatten)]
    ends: GivenEnds,
    #[command(flatten)]
    surroundings: ScenarioOptions,
    #[command(flatten)]
    effort: EffortArguments,
    #[command(flatten)]
    compact: CompactArguments,
    #[command(flatten)]
    pub(crate) shown: ShownArguments,
}

/// How the answer is shown.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ShownArguments {
    /// As what the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    format: AnswerFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Draws each step of the handshake
    #[arg(long)]
    pub(crate) handshake: bool,
    /// Prints the rows of the table that each step takes
    #[arg(long)]
    pub(crate) rows: bool,
    /// Does not look for what would heal a scenario that fails
    #[arg(long)]
    no_heals: bool,
}

impl ShownArguments {
    pub(crate) const fn looks_for_heals(&self) -> bool {
        !self.no_heals
    }

    pub(crate) const fn format(&self) -> AnswerFormat {
        if self.json { AnswerFormat::Json } else { self.format }
    }
}

/// As what an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For a terminal
    Text,
    /// For programs: docs/scenario.schema.json, of a relay docs/relay.schema.json, says what is in
    /// it
    Json,
    /// The trace as a picture
    Svg,
    /// A page that stands for itself, with the picture
    Html,
    /// The trace as a sequence diagram of Mermaid
    Mermaid,
    /// JUnit, with one test for each scenario
    Junit,
    /// SARIF, for code scanning: at the scenario of a file, or the row that a trace takes last
    Sarif,
    /// Markdown, for the comment on a pull request
    Markdown,
    /// Workflow commands of GitHub Actions, which annotate lines
    Github,
}

impl AnswerFormat {
    /// The form of a tool; nothing if it is none of these.
    pub(crate) const fn of_tool(self) -> Option<ToolFormat> {
        match self {
            Self::Text | Self::Json | Self::Svg | Self::Html | Self::Mermaid => None,
            Self::Junit => Some(ToolFormat::Junit),
            Self::Sarif => Some(ToolFormat::Sarif),
            Self::Markdown => Some(ToolFormat::Markdown),
            Self::Github => Some(ToolFormat::Github),
        }
    }
}

impl ScenarioArguments {
    pub(crate) fn effort(&self) -> Effort {
        self.compact.of(self.effort.effort())
    }

    /// The scenarios of the command line, one for each alternative of the programs; nothing where
    /// they are a file's.
    pub(crate) fn scenarios(&self) -> Option<Result<Alternatives<Scenario>, AlternativesError>> {
        let (client, server) = (self.client_program.as_ref()?, self.server_program.as_ref()?);
        let scenario = |programs: &Both<Program>| {
            self.surroundings.scenario(Programs::Fixed(*programs), self.ends.queues())
        };
        Some(Alternatives::of_sides(client, server).map(|pairs| pairs.map(scenario)))
    }

    pub(crate) fn profiles(&self) -> Both<NamedProfile> {
        self.ends.profiles()
    }
}

/// Two ends, and the queues between them.
#[derive(Debug, Args)]
pub(crate) struct GivenEnds {
    /// The client's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    client: NamedProfile,
    /// The server's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    server: NamedProfile,
    /// Capacities of all queues, by a name
    #[arg(long, value_name = "NAME", value_parser = buffers)]
    #[arg(conflicts_with_all = ["send_buffer", "receive_buffer"])]
    buffers: Option<NamedBuffers>,
    /// Capacity of each send queue, in records; 0 is a queue that holds nothing
    #[arg(long, value_name = "N", default_value_t = 1)]
    send_buffer: u8,
    /// Capacity of each receive queue, in records; with 0/0 each end waits for the other
    #[arg(long, value_name = "N", default_value_t = 1)]
    receive_buffer: u8,
}

impl GivenEnds {
    fn queues(&self) -> (u8, u8) {
        let by_name = self.buffers.map(|buffers| (buffers.send, buffers.receive));
        by_name.unwrap_or((self.send_buffer, self.receive_buffer))
    }

    fn profiles(&self) -> Both<NamedProfile> {
        Both { client: self.client.clone(), server: self.server.clone() }
    }
}

/// A scenario of two programs that have to be given.
#[derive(Debug, Args)]
pub(crate) struct GivenScenario {
    /// What the client calls, such as "write*2 close"
    #[arg(long, value_name = "CALLS", value_parser = program)]
    client_program: Program,
    /// What the server calls, such as "read close"
    #[arg(long, value_name = "CALLS", value_parser = program)]
    server_program: Program,
    #[command(flatten)]
    ends: GivenEnds,
    #[command(flatten)]
    surroundings: ScenarioOptions,
}

impl GivenScenario {
    pub(crate) fn scenario(&self) -> Scenario {
        let programs = Both { client: self.client_program, server: self.server_program };
        self.surroundings.scenario(Programs::Fixed(programs), self.ends.queues())
    }

    pub(crate) fn profiles(&self) -> Both<NamedProfile> {
        self.ends.profiles()
    }
}

/// What a scenario may say beside programs and queues.
#[derive(Debug, Args)]
pub(crate) struct ScenarioOptions {
    /// Tickets that the server sends
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    tickets: u8,
    /// Cells of a record; with 2, half a record can be on its way
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
    record_cells: u8,
    /// Records of application data that an endpoint of TLS may have opened and not given to its
    /// program
    #[arg(long, value_name = "N", default_value_t = INBOX_RECORDS)]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    inbox: u8,
    /// Whether the server asks for a certificate, and what the client answers
    #[arg(long, value_enum, default_value = "none")]
    client_certificate: CertificateArgument,
    /// What an arriving RST does to unread data
    #[arg(long, value_enum, default_value = "keeps")]
    reset: ResetArgument,
    /// Whether one of the two hosts may vanish, once the handshake is complete
    #[arg(long, value_enum, default_value = "never")]
    vanishing: VanishingArgument,
    /// The server asks for another key share, by a HelloRetryRequest
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
    /// When the time of a close may run out
    #[arg(long, value_enum, default_value = "quiescent")]
    timers: TimersArgument,
}

impl ScenarioOptions {
    pub(super) fn scenario(&self, programs: Programs, (send, receive): (u8, u8)) -> Scenario {
        Scenario {
            send,
            receive,
            record_cells: self.record_cells,
            inbox: self.inbox,
            tickets: self.tickets,
            retry: self.retry,
            resumed: self.resumed,
            early_data: self.early_data.unwrap_or_default(),
            early_data_accepted: !self.early_data_rejected,
            reset_rule: self.reset.into(),
            vanishing: self.vanishing.into(),
            client_certificate: self.client_certificate.into(),
            timers: self.timers.into(),
            ..Scenario::new(programs)
        }
    }
}
