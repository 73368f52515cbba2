//! The scenarios that a check runs.

use std::fmt;

use hyaline_model::table::INBOX_RECORDS;

use crate::programs::{Manner, Programs};
use crate::side::{Both, Side};
use crate::world::step::Timers;
use crate::world::tcp::{ResetRule, TcpConfig, Vanishing};

/// Whether the server asks for a certificate, and what the client answers (RFC 9846 sections 4.4.2
/// and 4.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientCertificate {
    /// The server does not ask.
    None,
    /// The server asks and accepts the certificate.
    Good,
    /// The server asks and rejects the certificate.
    Rejected,
    /// The server asks, the client has none, and may go on without.
    Declined,
    /// The server asks, the client has none, and may not go on without.
    Missing,
}

impl ClientCertificate {
    /// The side that rejects a certificate, or the want of one.
    pub const fn rejecting_side(self) -> Option<Side> {
        match self {
            Self::None | Self::Good | Self::Declined => None,
            Self::Rejected | Self::Missing => Some(Side::Server),
        }
    }

    /// The word of the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Good => "good",
            Self::Rejected => "rejected",
            Self::Declined => "declined",
            Self::Missing => "missing",
        }
    }
}

/// Everything that bounds one exploration but the profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scenario {
    /// The programs of both sides.
    pub programs: Programs,
    /// Capacity of each send queue, in records.
    pub send: u8,
    /// Capacity of each receive queue, in records.
    pub receive: u8,
    /// Cells of a record: 1, or 2, so that half a record can be on its way.
    pub record_cells: u8,
    /// Records of application data that an endpoint of TLS may have opened and not given to its
    /// program.
    pub inbox: u8,
    /// By how many records the send queues are longer than those of the plain TCP with which TLS is
    /// compared. Where a side rests, records that are not data keep the room that they take.
    pub ahead: u8,
    /// Tickets that the server sends.
    pub tickets: u8,
    /// Whether the server has to ask for another key share, by a HelloRetryRequest
    /// (RFC 9846 section 4.2.4).
    pub retry: bool,
    /// Whether the handshake resumes an earlier session, by a pre-shared key (RFC 9846 section
    /// 2.2).
    pub resumed: bool,
    /// Records of early data that the client sends behind its first ClientHello (RFC 9846 section
    /// 2.3).
    pub early_data: u8,
    /// Whether the server accepts early data where it may: where it resumes the session, and asks
    /// for no other key share.
    pub early_data_accepted: bool,
    /// What an arriving RST does to unread data.
    pub reset_rule: ResetRule,
    /// Whether one of the two hosts may vanish, once the handshake is complete.
    pub vanishing: Vanishing,
    /// The client's certificate.
    pub client_certificate: ClientCertificate,
    /// When timers may expire.
    pub timers: Timers,
}

impl Scenario {
    /// One record in each queue, no tickets, no certificate; the receive queue survives a RST.
    pub const fn new(programs: Programs) -> Self {
        Self {
            programs,
            send: 1,
            receive: 1,
            record_cells: 1,
            inbox: INBOX_RECORDS,
            ahead: 0,
            tickets: 0,
            retry: false,
            resumed: false,
            early_data: 0,
            early_data_accepted: true,
            reset_rule: ResetRule::Keeps,
            vanishing: Vanishing::Never,
            client_certificate: ClientCertificate::None,
            timers: Timers::Quiescent,
        }
    }

    /// The same over plain TCP, whose send queues may be shorter; nothing if they cannot be so
    /// short.
    pub fn over_plain_tcp(&self) -> Option<Self> {
        Some(Self { send: self.send.checked_sub(self.ahead)?, ahead: 0, ..*self })
    }

    /// The transport's configuration; nothing if a queue cannot be so long.
    pub fn tcp(&self) -> Option<TcpConfig> {
        let Self { reset_rule, vanishing, .. } = *self;
        let tcp = TcpConfig::of_records(self.send, self.receive, self.record_cells)?;
        Some(TcpConfig { reset_rule, vanishing, ..tcp })
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.programs {
            Programs::EveryAtRest(Both { client, .. }, most) => {
                write!(formatter, "{} of up to {most} calls that close or rest", client.words())?;
            }
            Programs::Every(Both { client, server }, most) if client == server => {
                write!(formatter, "{} of up to {most} calls", client.words())?;
                if client.has_two_callers() {
                    write!(formatter, " each")?;
                }
            }
            Programs::Every(Both { client, server }, most) => {
                write!(formatter, "client {}, server {}, ", client.words(), server.words())?;
                write!(formatter, "of up to {most} calls each")?;
            }
            Programs::Fixed(Both { client, server }) => {
                write!(formatter, "client `{client}`, server `{server}`")?;
            }
        }
        write!(formatter, ", buffers {}/{}", self.send, self.receive)?;
        if self.record_cells != 1 {
            write!(formatter, ", {} cells a record", self.record_cells)?;
        }
        if self.inbox != INBOX_RECORDS {
            write!(formatter, ", inbox {}", self.inbox)?;
        }
        if self.ahead != 0 {
            write!(formatter, " (plain TCP {}/{})", self.send - self.ahead, self.receive)?;
        }
        write!(formatter, ", {} tickets", self.tickets)?;
        if self.retry {
            write!(formatter, ", HelloRetryRequest")?;
        }
        if self.resumed {
            write!(formatter, ", resumed")?;
        }
        let accepted = self.early_data_accepted && self.resumed && !self.retry;
        formatter.write_str(&early_data_words(self.early_data, accepted))?;
        match self.client_certificate {
            ClientCertificate::None => {}
            other => write!(formatter, ", {} client certificate", other.word())?,
        }
        match self.reset_rule {
            ResetRule::Keeps => write!(formatter, ", reset keeps")?,
            ResetRule::Discards => write!(formatter, ", reset discards")?,
        }
        match self.vanishing {
            Vanishing::Never => {}
            Vanishing::Unprobed => write!(formatter, ", a host may vanish")?,
            Vanishing::Probed => write!(formatter, ", a host may vanish, keep-alives")?,
        }
        match self.timers {
            Timers::Quiescent => Ok(()),
            Timers::Any => write!(formatter, ", timers at any time"),
        }
    }
}

/// The most records of early data that a scenario can have: there is a place in the outbox for
/// each.
pub const EARLY_DATA_AT_MOST: u8 = 4;

/// What is said of early data, behind a comma; nothing where there are none.
#[must_use]
pub fn early_data_words(records: u8, accepted: bool) -> String {
    let answer = if accepted { "accepted" } else { "rejected" };
    match records {
        0 => String::new(),
        1 => format!(", 1 record of early data {answer}"),
        _ => format!(", {records} records of early data {answer}"),
    }
}

/// The bounds `small`: programs of up to three calls at buffers 1/1, of up to two at buffers
/// {1, 2} × {1, 2}; 0 and 2 tickets; both rules for resets; no, a good and a rejected client
/// certificate. Programs of up to two calls at 1/1 are among those of up to three. And programs of
/// two callers on both sides, and on one side, of up to two calls each, at 1/1: two threads, and
/// tasks with two calls pending on one connection.
///
/// The other handshakes (HelloRetryRequest, a resumed session, early data, no certificate where one
/// is asked for) go with programs of one call: so short a program already outlasts what differs
/// between them. Early data go with a server of two callers as well, whose writes may begin before
/// its handshake is complete.
pub fn small(timers: Timers) -> Vec<Scenario> {
    use ClientCertificate::{Declined, Good, Missing, None, Rejected};
    let mut scenarios = Vec::new();
    let sizes = [(3, 1, 1), (2, 1, 2), (2, 2, 1), (2, 2, 2)];
    for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
        let common =
            |calls| Scenario { reset_rule, timers, ..Scenario::new(Programs::up_to(calls)) };
        for (calls, send, receive) in sizes {
            for client_certificate in [None, Good, Rejected] {
                for tickets in [0, 2] {
                    let sized = Scenario { send, receive, ..common(calls) };
                    scenarios.push(Scenario { tickets, client_certificate, ..sized });
                }
            }
        }
        for tickets in [0, 2] {
            for manners in two_callers() {
                let programs = Programs::Every(manners, 2);
                let sized = Scenario { reset_rule, timers, ..Scenario::new(programs) };
                scenarios.push(Scenario { tickets, ..sized });
            }
        }
        for client_certificate in [Declined, Missing] {
            scenarios.push(Scenario { client_certificate, tickets: 2, ..common(1) });
        }
        for client_certificate in [None, Good] {
            let retried = Scenario { retry: true, tickets: 2, ..common(1) };
            scenarios.push(Scenario { client_certificate, ..retried });
        }
        for retry in [false, true] {
            scenarios.push(Scenario { resumed: true, retry, tickets: 2, ..common(1) });
        }
        scenarios.extend(with_early_data(&common(1)));
    }
    scenarios
}

/// Early data that are accepted, by a server that makes one call at a time, and by one that may
/// answer them before its handshake is complete; and rejected: by a server that resumes the
/// session, by one that does not, and by a HelloRetryRequest.
fn with_early_data(base: &Scenario) -> [Scenario; 5] {
    let answers = Both { client: Manner::OneCall, server: Manner::Task };
    let resumed = Scenario { resumed: true, tickets: 2, early_data: 2, ..*base };
    [
        resumed,
        Scenario { programs: Programs::Every(answers, 1), ..resumed },
        Scenario { early_data_accepted: false, ..resumed },
        Scenario { resumed: false, ..resumed },
        Scenario { retry: true, ..resumed },
    ]
}

/// Two callers on both sides, and on either one: two threads, and a task.
fn two_callers() -> impl Iterator<Item = Both<Manner>> {
    [Manner::Threads, Manner::Task].into_iter().flat_map(|two| {
        let one = Manner::OneCall;
        [(two, two), (two, one), (one, two)].map(|(client, server)| Both { client, server })
    })
}
