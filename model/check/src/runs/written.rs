//! A scenario as a file or the lab has it: with the keys and words of the command line.

use std::collections::BTreeMap;
use std::fmt;

use hyaline_model::table::ROWS;
use serde::{Deserialize, Serialize};

use crate::ends::tls::Tls;
use crate::interpret::mutation::Mutation;
use crate::programs::{Program, Programs};
use crate::runs::alternatives::Alternatives;
use crate::runs::buffers::{NAMED_BUFFERS, NamedBuffers};
use crate::runs::libraries::NamedProfile;
use crate::search::bounds::{ClientCertificate, EARLY_DATA_AT_MOST, Scenario};
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::ScenarioError;
use crate::side::{Both, Side};
use crate::world::step::Timers;
use crate::world::tcp::{ResetRule, Vanishing};

/// The most records that an inbox holds, and the most tickets that a server sends.
pub(crate) const MOST: u8 = 8;

/// A scenario as it is written. What is not written is as `hyaline scenario` has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WrittenScenario {
    /// What the client calls.
    pub client_program: String,
    /// What the server calls.
    pub server_program: String,
    /// The client's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The server's profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Capacities of all queues, by a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffers: Option<String>,
    /// Capacity of each send queue, in records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_buffer: Option<u8>,
    /// Capacity of each receive queue, in records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receive_buffer: Option<u8>,
    /// Tickets that the server sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tickets: Option<u8>,
    /// Cells of a record: 1 or 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_cells: Option<u8>,
    /// Records that an endpoint may have opened and not given to its program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox: Option<u8>,
    /// `none`, `good`, `rejected`, `declined` or `missing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
    /// `keeps` or `discards`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// `never`, `unprobed` or `probed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vanishing: Option<String>,
    /// Whether the server asks for another key share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<bool>,
    /// Whether the handshake resumes an earlier session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<bool>,
    /// Records of early data that the client sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_data: Option<u8>,
    /// Whether the server rejects them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_data_rejected: Option<bool>,
    /// `quiescent` or `any`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timers: Option<String>,
    /// The row that the client's table lacks, as a trace names it. Files have no such key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_lacks: Option<String>,
    /// The same at the server's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_lacks: Option<String>,
}

/// A scenario that is understood.
#[derive(Clone, Debug)]
pub struct AskedScenario {
    /// The scenario that is explored.
    pub scenario: Scenario,
    /// Both ends' profiles, by their names.
    pub profiles: Both<NamedProfile>,
    /// The row that an end lacks.
    pub lacks: Both<Option<Mutation>>,
}

impl WrittenScenario {
    /// What stands behind `#` in the address of the lab that opens this scenario.
    ///
    /// ```
    /// use hyaline_check::runs::written::WrittenScenario;
    ///
    /// let written = WrittenScenario {
    ///     client_program: "write close".to_owned(),
    ///     server_program: "read close".to_owned(),
    ///     tickets: Some(2),
    ///     ..WrittenScenario::default()
    /// };
    /// let address = "client-program=write+close&server-program=read+close&tickets=2";
    /// assert_eq!(written.address()?, address);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a key cannot be written, which none of these is.
    pub fn address(&self) -> Result<String, serde_json::Error> {
        // Sorted: in which order an object has its keys depends on features of serde_json.
        let keys: BTreeMap<String, serde_json::Value> =
            serde_json::from_value(serde_json::to_value(self)?)?;
        let mut address = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &keys {
            match value {
                serde_json::Value::String(words) => address.append_pair(key, words),
                other => address.append_pair(key, &other.to_string()),
            };
        }
        Ok(address.finish())
    }
}

impl AskedScenario {
    /// Both ends' policies.
    #[must_use]
    pub fn policies(&self) -> Both<Profile> {
        self.profiles.clone().map(|named| named.profile())
    }

    /// Whether both ends have the whole table.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.lacks.client.is_none() && self.lacks.server.is_none()
    }

    /// Both ends, before their first call.
    #[must_use]
    pub fn ends(&self) -> Both<Tls> {
        let mut ends = endpoints_of(&self.scenario, &self.policies());
        for side in Side::ALL {
            if let Some(mutation) = self.lacks.of(side) {
                let end = ends.of_mut(side);
                *end = end.with_mutation(*mutation);
            }
        }
        ends
    }

    /// Reads a scenario whose programs choose nothing.
    ///
    /// # Errors
    ///
    /// What is wrong, with the key at which it stands.
    pub fn read(written: &WrittenScenario) -> Result<Self, WrittenError> {
        let of_program = |key, text: &str| program(text).map_err(at(key));
        let programs = Both {
            client: of_program("client-program", &written.client_program)?,
            server: of_program("server-program", &written.server_program)?,
        };
        Self::of_programs(written, programs)
    }

    /// Reads a scenario: one for each alternative of its programs.
    ///
    /// # Errors
    ///
    /// What is wrong, with the key at which it stands.
    pub fn read_each(written: &WrittenScenario) -> Result<Alternatives<Self>, WrittenError> {
        let client = written.client_program.parse().map_err(at("client-program"))?;
        let server = written.server_program.parse().map_err(at("server-program"))?;
        let pairs = Alternatives::of_sides(&client, &server)
            .map_err(|error| WrittenError { key: None, what: error.to_string() })?;
        let first = Self::of_programs(written, *pairs.first())?;
        Ok(pairs.map(|programs| {
            let scenario = Scenario { programs: Programs::Fixed(*programs), ..first.scenario };
            Self { scenario, ..first.clone() }
        }))
    }

    fn of_programs(
        written: &WrittenScenario,
        programs: Both<Program>,
    ) -> Result<Self, WrittenError> {
        let otherwise = Scenario::new(Programs::Fixed(programs));
        let (send, receive) = WrittenQueues {
            by_name: written.buffers.as_deref(),
            send: written.send_buffer,
            receive: written.receive_buffer,
        }
        .read((otherwise.send, otherwise.receive))?;
        let cells = number("record-cells", written.record_cells, otherwise.record_cells, 1, 2)?;
        let scenario = Scenario {
            send,
            receive,
            record_cells: cells,
            inbox: number("inbox", written.inbox, otherwise.inbox, 0, MOST)?,
            tickets: number("tickets", written.tickets, otherwise.tickets, 0, MOST)?,
            retry: written.retry.unwrap_or(otherwise.retry),
            resumed: written.resumed.unwrap_or(otherwise.resumed),
            early_data: number("early-data", written.early_data, 0, 0, EARLY_DATA_AT_MOST)?,
            early_data_accepted: !written.early_data_rejected.unwrap_or_default(),
            reset_rule: choice("reset", written.reset.as_deref(), &RESETS)?,
            vanishing: choice("vanishing", written.vanishing.as_deref(), &VANISHINGS)?,
            client_certificate: choice(
                "client-certificate",
                written.client_certificate.as_deref(),
                &CERTIFICATES.map(|one| (one.word(), one)),
            )?,
            timers: choice("timers", written.timers.as_deref(), &TIMERS)?,
            ..otherwise
        };
        if scenario.tcp().is_none() {
            let what = ScenarioError::QueueTooLong.to_string();
            return Err(WrittenError { key: None, what });
        }
        Ok(Self {
            scenario,
            profiles: Both {
                client: profile("client", written.client.as_deref())?,
                server: profile("server", written.server.as_deref())?,
            },
            lacks: Both {
                client: lacks("client-lacks", written.client_lacks.as_deref())?,
                server: lacks("server-lacks", written.server_lacks.as_deref())?,
            },
        })
    }
}

/// What is wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenError {
    /// The key at which it stands; none where several keys make it together.
    pub key: Option<&'static str>,
    /// What is wrong, and what can be written instead.
    pub what: String,
}

impl fmt::Display for WrittenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            Some(key) => write!(formatter, "{key}: {}", self.what),
            None => write!(formatter, "{}", self.what),
        }
    }
}

impl std::error::Error for WrittenError {}

/// What a client may answer to a server that asks for its certificate.
pub const CERTIFICATES: [ClientCertificate; 5] = [
    ClientCertificate::None,
    ClientCertificate::Good,
    ClientCertificate::Rejected,
    ClientCertificate::Declined,
    ClientCertificate::Missing,
];

/// What an arriving RST does to unread data.
pub const RESETS: [(&str, ResetRule); 2] =
    [("keeps", ResetRule::Keeps), ("discards", ResetRule::Discards)];

/// Whether a host may vanish.
pub const VANISHINGS: [(&str, Vanishing); 3] =
    [("never", Vanishing::Never), ("unprobed", Vanishing::Unprobed), ("probed", Vanishing::Probed)];

/// When timers may expire.
pub const TIMERS: [(&str, Timers); 2] = [("quiescent", Timers::Quiescent), ("any", Timers::Any)];

/// One program, in which repetitions may stand, and no choice.
///
/// # Errors
///
/// What is wrong, in words.
pub fn program(text: &str) -> Result<Program, String> {
    let one = text.parse().and_then(|programs: Alternatives<Program>| programs.only());
    one.map_err(|error| error.to_string())
}

/// Buffers by their name.
///
/// # Errors
///
/// If there are none of this name: the names that there are.
pub fn buffers(name: &str) -> Result<NamedBuffers, String> {
    NamedBuffers::of(name).copied().ok_or_else(|| {
        let names = NAMED_BUFFERS.map(|buffers| buffers.name).join(", ");
        format!("there are no buffers `{name}`; there are {names}")
    })
}

/// Puts a key to what is wrong.
pub(crate) fn at<E: fmt::Display>(key: &'static str) -> impl FnOnce(E) -> WrittenError {
    move |error| WrittenError { key: Some(key), what: error.to_string() }
}

/// A profile; ours where none is written.
pub(crate) fn profile(key: &'static str, text: Option<&str>) -> Result<NamedProfile, WrittenError> {
    text.unwrap_or("hyaline").parse().map_err(at(key))
}

/// Capacities of the queues: by name, or one by one.
pub(crate) struct WrittenQueues<'w> {
    pub(crate) by_name: Option<&'w str>,
    pub(crate) send: Option<u8>,
    pub(crate) receive: Option<u8>,
}

impl WrittenQueues<'_> {
    /// The capacities of a send and of a receive queue; others where none are written.
    pub(crate) fn read(&self, otherwise: (u8, u8)) -> Result<(u8, u8), WrittenError> {
        let Some(name) = self.by_name else {
            return Ok((
                number("send-buffer", self.send, otherwise.0, 0, MOST)?,
                number("receive-buffer", self.receive, otherwise.1, 0, MOST)?,
            ));
        };
        if self.send.is_some() || self.receive.is_some() {
            let words = "buffers have a name, or send-buffer and receive-buffer, not both";
            return Err(at("buffers")(words));
        }
        let named = buffers(name).map_err(at("buffers"))?;
        Ok((named.send, named.receive))
    }
}

/// A number of a range; another one where none is written.
pub(crate) fn number(
    key: &'static str,
    number: Option<u8>,
    otherwise: u8,
    least: u8,
    most: u8,
) -> Result<u8, WrittenError> {
    match number.unwrap_or(otherwise) {
        number if (least..=most).contains(&number) => Ok(number),
        _ => Err(at(key)(format!("a number from {least} to {most}"))),
    }
}

/// One of a few words; the first of them where none is written.
pub(crate) fn choice<T: Copy>(
    key: &'static str,
    word: Option<&str>,
    all: &[(&str, T)],
) -> Result<T, WrittenError> {
    let found = all.iter().find(|(known, _)| word.is_none_or(|word| *known == word));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        at(key)(format!("`{}` is none of {}", word.unwrap_or_default(), words.join(", ")))
    })
}

/// A row that is left out, by its machine and how it begins; one row only may begin so.
fn lacks(key: &'static str, words: Option<&str>) -> Result<Option<Mutation>, WrittenError> {
    let Some(words) = words else { return Ok(None) };
    let is_meant = |machine: &str, text: &str| {
        words.split_once(": ").is_some_and(|(own, rest)| own == machine && text.starts_with(rest))
    };
    let mut rows = ROWS.iter().filter(|row| is_meant(row.machine.name(), row.text));
    let found = rows.next().ok_or_else(|| at(key)(format!("no row begins with `{words}`")))?;
    match rows.next() {
        None => Ok(Some(Mutation::Masked(found.number))),
        Some(_) => Err(at(key)(format!("several rows begin with `{words}`"))),
    }
}

#[cfg(test)]
mod tests;
