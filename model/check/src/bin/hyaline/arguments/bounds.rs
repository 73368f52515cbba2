//! Bounds without a name.

use clap::Args;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::{EARLY_DATA_AT_MOST, Scenario};
use hyaline_check::world::step::Timers;

use super::values::{CertificateArgument, ResetArgument, SidesArgument, VanishingArgument};

/// Bounds without a name: every combination of what is given, instead of `--bounds`.
#[derive(Debug, Default, Args)]
#[group(id = "other", multiple = true, conflicts_with = "bounds")]
#[command(next_help_heading = "Other bounds, every combination of them, instead of --bounds")]
pub(crate) struct OtherBounds {
    /// Programs of up to so many calls plus close [2]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=6))]
    pub(crate) calls: Option<u8>,
    /// Programs of two threads, one that reads and one that writes, of so many calls each: on both
    /// sides, or on one
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "both")]
    pub(crate) split: Option<SidesArgument>,
    /// Programs of a task that polls a receiving and a sending call at once, of so many calls each:
    /// on both sides, or on one
    #[arg(long, value_enum, num_args = 0..=1, default_missing_value = "both")]
    #[arg(conflicts_with = "split")]
    pub(crate) task: Option<SidesArgument>,
    /// Capacities of each send queue, in records [1]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub(crate) send_buffer: Vec<u8>,
    /// Capacities of each receive queue, in records [1]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub(crate) receive_buffer: Vec<u8>,
    /// Tickets that the server sends [0]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    pub(crate) tickets: Vec<u8>,
    /// Cells of a record [1]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) record_cells: Vec<u8>,
    /// Records of application data that an endpoint of TLS may have opened and not given to its
    /// program [2]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=8))]
    pub(crate) inbox: Vec<u8>,
    /// The client's certificate [none]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) client_certificate: Vec<CertificateArgument>,
    /// What an arriving RST does to unread data [keeps]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) reset: Vec<ResetArgument>,
    /// Whether one of the two hosts may vanish, once the handshake is complete [never]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) vanishing: Vec<VanishingArgument>,
    /// The server asks for another key share
    #[arg(long)]
    pub(crate) retry: bool,
    /// The handshake resumes an earlier session, by a pre-shared key
    #[arg(long)]
    pub(crate) resumed: bool,
    /// Records of early data that the client sends behind its first ClientHello [0]
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(0..=i64::from(EARLY_DATA_AT_MOST)))]
    pub(crate) early_data: Option<u8>,
    /// The server rejects early data, which without --resumed or with --retry any server does
    #[arg(long, requires = "early_data")]
    pub(crate) early_data_rejected: bool,
}

impl OtherBounds {
    /// The scenarios, if any bound is given.
    pub(crate) fn scenarios(&self, timers: Timers) -> Option<Vec<Scenario>> {
        let any = self.calls.is_some()
            || !self.send_buffer.is_empty()
            || !self.receive_buffer.is_empty()
            || !self.tickets.is_empty()
            || !self.record_cells.is_empty()
            || !self.inbox.is_empty()
            || !self.client_certificate.is_empty()
            || !self.reset.is_empty()
            || !self.vanishing.is_empty()
            || self.retry
            || self.resumed
            || self.early_data.is_some()
            || self.split.is_some()
            || self.task.is_some();
        let calls = self.calls.unwrap_or(2);
        let two = |sides: SidesArgument, manner| sides.programs(manner, calls);
        let programs = match (self.split, self.task) {
            (Some(sides), _) => two(sides, Manner::Threads),
            (_, Some(sides)) => two(sides, Manner::Task),
            _ => Programs::up_to(calls),
        };
        let base = Scenario {
            timers,
            retry: self.retry,
            resumed: self.resumed,
            early_data: self.early_data.unwrap_or_default(),
            early_data_accepted: !self.early_data_rejected,
            ..Scenario::new(programs)
        };
        let scenarios = vec![base];
        let scenarios = each(scenarios, &self.send_buffer, |one, send| one.send = send);
        let scenarios = each(scenarios, &self.receive_buffer, |one, value| one.receive = value);
        let scenarios = each(scenarios, &self.record_cells, |one, value| one.record_cells = value);
        let scenarios = each(scenarios, &self.inbox, |one, value| one.inbox = value);
        let scenarios = each(scenarios, &self.client_certificate, |one, value| {
            one.client_certificate = value.into();
        });
        let scenarios = each(scenarios, &self.tickets, |one, value| one.tickets = value);
        let scenarios = each(scenarios, &self.reset, |one, value| one.reset_rule = value.into());
        let scenarios = each(scenarios, &self.vanishing, |one, value| one.vanishing = value.into());
        any.then_some(scenarios)
    }
}

/// Every scenario with every value; all as they are if there is none.
fn each<T: Copy>(
    scenarios: Vec<Scenario>,
    values: &[T],
    set: impl Fn(&mut Scenario, T),
) -> Vec<Scenario> {
    if values.is_empty() {
        return scenarios;
    }
    let with = |mut scenario: Scenario, value: T| {
        set(&mut scenario, value);
        scenario
    };
    scenarios
        .into_iter()
        .flat_map(|scenario| values.iter().map(move |value| (scenario, *value)))
        .map(|(scenario, value)| with(scenario, value))
        .collect()
}
