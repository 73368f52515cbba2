//! The words of the command line that stand for values of the model.

use clap::ValueEnum;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::ClientCertificate;
use hyaline_check::side::Both;
use hyaline_check::world::step::Timers;
use hyaline_check::world::tcp::{ResetRule, Vanishing};
use hyaline_model::table::Machine;

/// Whether the server asks for a certificate, and what the client answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertificateArgument {
    /// The server does not ask
    None,
    /// The server asks, and accepts it
    Good,
    /// The server asks, and rejects it
    Rejected,
    /// The server asks, the client has none, and may go on without
    Declined,
    /// The server asks, the client has none, and may not go on without
    Missing,
}

impl From<CertificateArgument> for ClientCertificate {
    fn from(argument: CertificateArgument) -> Self {
        match argument {
            CertificateArgument::None => Self::None,
            CertificateArgument::Good => Self::Good,
            CertificateArgument::Rejected => Self::Rejected,
            CertificateArgument::Declined => Self::Declined,
            CertificateArgument::Missing => Self::Missing,
        }
    }
}

/// What an arriving RST does to unread data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResetArgument {
    /// It stays readable
    Keeps,
    /// It is lost
    Discards,
}

impl From<ResetArgument> for ResetRule {
    fn from(argument: ResetArgument) -> Self {
        match argument {
            ResetArgument::Keeps => Self::Keeps,
            ResetArgument::Discards => Self::Discards,
        }
    }
}

/// Whether one of the two hosts may vanish, once the handshake is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VanishingArgument {
    /// None does
    Never,
    /// One may; the other learns of it where something of its own stays unacknowledged
    Unprobed,
    /// One may; keep-alives tell the other
    Probed,
}

impl From<VanishingArgument> for Vanishing {
    fn from(argument: VanishingArgument) -> Self {
        match argument {
            VanishingArgument::Never => Self::Never,
            VanishingArgument::Unprobed => Self::Unprobed,
            VanishingArgument::Probed => Self::Probed,
        }
    }
}

/// On which sides a receiving and a sending call are made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SidesArgument {
    /// On both sides
    Both,
    /// On the client's side
    Client,
    /// On the server's side
    Server,
}

impl SidesArgument {
    /// Whether the other's sides are among these.
    pub(super) fn covers(self, other: Self) -> bool {
        self == Self::Both || self == other
    }

    /// Programs of up to so many calls of each caller, two at once on these sides.
    pub(crate) const fn programs(self, two: Manner, calls: u8) -> Programs {
        let one = Manner::OneCall;
        let (client, server) = match self {
            Self::Both => (two, two),
            Self::Client => (two, one),
            Self::Server => (one, two),
        };
        Programs::Every(Both { client, server }, calls)
    }
}

/// When timers may expire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimersArgument {
    /// When nothing else can happen
    Quiescent,
    /// At any moment
    Any,
}

impl From<TimersArgument> for Timers {
    fn from(argument: TimersArgument) -> Self {
        match argument {
            TimersArgument::Quiescent => Self::Quiescent,
            TimersArgument::Any => Self::Any,
        }
    }
}

/// As what the table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal
    Text,
    /// For `docs/table.md`
    Markdown,
    /// The states of each machine as a diagram of Mermaid
    Mermaid,
    /// The same for Graphviz
    Dot,
    /// The same as a picture
    Svg,
}

/// A machine by its name.
pub(super) fn machine(text: &str) -> Result<Machine, String> {
    let found = Machine::ALL.iter().find(|machine| machine.name() == text);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = Machine::ALL.iter().map(|machine| machine.name()).collect();
        format!("there is no machine `{text}`; there are {}", names.join(", "))
    })
}

/// The queues of both directions, as `send/receive`.
pub(super) fn queues(text: &str) -> Result<(u8, u8), String> {
    let parts = text.split_once('/');
    let read = parts.and_then(|(send, receive)| Some((send.parse().ok()?, receive.parse().ok()?)));
    read.ok_or_else(|| format!("`{text}` is not SEND/RECEIVE, in records, such as 1/1"))
}

#[cfg(test)]
mod tests {
    use hyaline_check::runs::written::{CERTIFICATES, RESETS, TIMERS, VANISHINGS};

    use super::*;

    /// The words of an argument, with what they mean.
    fn words<A: ValueEnum + Into<T>, T>() -> Vec<(String, T)> {
        let named =
            |argument: &A| argument.to_possible_value().map(|value| value.get_name().to_owned());
        let all = A::value_variants().iter();
        all.filter_map(|argument| Some((named(argument)?, argument.clone().into()))).collect()
    }

    fn known<T: Copy>(all: &[(&str, T)]) -> Vec<(String, T)> {
        all.iter().map(|(word, value)| ((*word).to_owned(), *value)).collect()
    }

    #[test]
    fn the_command_line_has_the_words_of_files() {
        assert_eq!(words::<ResetArgument, ResetRule>(), known(&RESETS));
        assert_eq!(words::<VanishingArgument, Vanishing>(), known(&VANISHINGS));
        assert_eq!(words::<TimersArgument, Timers>(), known(&TIMERS));
        let certificates = CERTIFICATES.map(|one| (one.word(), one));
        assert_eq!(words::<CertificateArgument, ClientCertificate>(), known(&certificates));
    }
}
