//! A relay as a file or the lab has it: with the keys and words of `hyaline relay`.

use serde::Deserialize;

use crate::programs::Program;
use crate::relay::scenario::{RelayError, RelayScenario, Three};
use crate::relay::script::Copying;
use crate::runs::libraries::NamedProfile;
use crate::runs::written::{
    MOST, RESETS, WrittenError, WrittenQueues, at, choice, number, profile, program,
};
use crate::search::profile::Profile;
use crate::side::{Both, Side};

/// What is asked of a relay, as it is written. What is not written is as `hyaline relay` has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WrittenRelay {
    /// What the client calls.
    pub client_program: String,
    /// What the server calls.
    pub server_program: String,
    /// The client's profile.
    pub client: Option<String>,
    /// The relay's profile, on both of its connections.
    pub relay: Option<String>,
    /// The server's profile.
    pub server: Option<String>,
    /// `threads`, `task` or `turns`.
    pub copying: Option<String>,
    /// Capacities of all queues, by a name.
    pub buffers: Option<String>,
    /// Capacity of each send queue of both connections, in records.
    pub send_buffer: Option<u8>,
    /// Capacity of each receive queue of both connections, in records.
    pub receive_buffer: Option<u8>,
    /// Tickets that the relay sends to the client, and the server to the relay.
    pub tickets: Option<u8>,
    /// `keeps` or `discards`.
    pub reset: Option<String>,
}

/// What is asked of a relay, and is understood.
#[derive(Clone, Debug)]
pub struct AskedRelay {
    /// The programs, the relay between them, and their queues.
    pub scenario: RelayScenario,
    /// The profiles, by their names.
    pub profiles: Three<NamedProfile>,
}

impl AskedRelay {
    /// The policies of all ends.
    #[must_use]
    pub fn policies(&self) -> Three<Profile> {
        self.profiles.clone().map(|named| named.profile())
    }

    /// The profiles and the scenario, in words.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}: {}", self.profiles, self.scenario)
    }

    /// Reads what is asked.
    ///
    /// ```
    /// use hyaline_check::relay::written::{AskedRelay, WrittenRelay};
    ///
    /// let written = WrittenRelay {
    ///     client_program: "write read close".to_owned(),
    ///     server_program: "read write close".to_owned(),
    ///     copying: Some("turns".to_owned()),
    ///     ..WrittenRelay::default()
    /// };
    /// let title = AskedRelay::read(&written)?.title();
    /// assert!(title.contains("a relay of one thread in turns"));
    /// let unknown = WrittenRelay { copying: Some("by-hand".to_owned()), ..written };
    /// let error = AskedRelay::read(&unknown).err();
    /// assert_eq!(error.and_then(|error| error.key), Some("copying"));
    /// # Ok::<(), hyaline_check::runs::written::WrittenError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What is wrong, with the key at which it stands.
    pub fn read(written: &WrittenRelay) -> Result<Self, WrittenError> {
        let of_program = |side| program(written.program(side)).map_err(at(program_key(side)));
        let (client, server) = (of_program(Side::Client)?, of_program(Side::Server)?);
        let copying = Copying::ALL.map(|copying| (copying.word(), copying));
        let copying = choice("copying", written.copying.as_deref(), &copying)?;
        let otherwise = RelayScenario::new(Both { client, server }, copying);
        let queues = WrittenQueues {
            by_name: written.buffers.as_deref(),
            send: written.send_buffer,
            receive: written.receive_buffer,
        };
        let (send, receive) = queues.read((otherwise.send, otherwise.receive))?;
        let tickets = number("tickets", written.tickets, otherwise.tickets, 0, MOST)?;
        let reset_rule = choice("reset", written.reset.as_deref(), &RESETS)?;
        let scenario = RelayScenario { send, receive, tickets, reset_rule, ..otherwise };
        scenario.over_plain_tcp().map_err(|error| refused(&scenario, &error))?;
        let profiles = Three {
            client: profile("client", written.client.as_deref())?,
            relay: profile("relay", written.relay.as_deref())?,
            server: profile("server", written.server.as_deref())?,
        };
        Ok(Self { scenario, profiles })
    }
}

impl WrittenRelay {
    fn program(&self, side: Side) -> &str {
        match side {
            Side::Client => &self.client_program,
            Side::Server => &self.server_program,
        }
    }
}

const fn program_key(side: Side) -> &'static str {
    match side {
        Side::Client => "client-program",
        Side::Server => "server-program",
    }
}

/// Why a scenario cannot be explored, at the program that has a call without a meaning here.
fn refused(scenario: &RelayScenario, error: &RelayError) -> WrittenError {
    let RelayError::Call(call) = error else {
        return WrittenError { key: None, what: error.to_string() };
    };
    let has_call = |program: &Program| {
        program.calls.iter().flat_map(|calls| calls.iter()).any(|other| other == *call)
    };
    let side = Side::ALL.into_iter().find(|side| has_call(scenario.programs.of(*side)));
    WrittenError { key: side.map(program_key), what: error.to_string() }
}
