//! What is asked of a relay.

use std::fmt;

use crate::ends::plain_tcp::PlainTcp;
use crate::ends::tls::Tls;
use crate::programs::calls::{CALLS_OF_CALLER_AT_MOST, ProgramCall};
use crate::programs::{Program, Programs, SideCalls};
use crate::relay::link::{Link, Links};
use crate::relay::script::Copying;
use crate::relay::world::RelayWorld;
use crate::search::bounds::Scenario;
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::ScenarioError;
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::step::{Beginnings, Timers};
use crate::world::tcp::ResetRule;

/// The profiles of a client, a relay and a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Three<T> {
    /// The client's.
    pub client: T,
    /// The relay's, on both of its connections.
    pub relay: T,
    /// The server's.
    pub server: T,
}

impl<T> Three<T> {
    /// Applies a function to all values.
    pub fn map<U>(self, mut function: impl FnMut(T) -> U) -> Three<U> {
        let Self { client, relay, server } = self;
        Three { client: function(client), relay: function(relay), server: function(server) }
    }
}

impl<T: fmt::Display> fmt::Display for Three<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, relay, server } = self;
        write!(formatter, "{client} × {relay} × {server}")
    }
}

impl Three<Profile> {
    /// The name of each end, and its profile.
    const fn named(&self) -> [(&'static str, Profile); 3] {
        [("client", self.client), ("relay", self.relay), ("server", self.server)]
    }

    /// Every set of ends whose profile is another than what ships, by names, the smaller sets
    /// first. The empty set is none of them.
    pub fn others_than_ours(&self) -> Vec<Vec<&'static str>> {
        let others = self.named().into_iter().filter(|(_, profile)| !profile.is_shipped());
        let mut sets = others.fold(vec![Vec::new()], |sets, (name, _)| {
            let with = sets.iter().map(|set| [set.as_slice(), &[name]].concat());
            let with: Vec<Vec<&str>> = with.collect();
            [sets, with].concat()
        });
        sets.sort_by_key(Vec::len);
        sets.into_iter().filter(|set| !set.is_empty()).collect()
    }

    /// The same with what ships at these ends.
    #[must_use]
    pub fn with_ours(&self, ends: &[&str]) -> Self {
        let [client, relay, server] = self
            .named()
            .map(|(name, profile)| if ends.contains(&name) { Profile::HYALINE } else { profile });
        Self { client, relay, server }
    }
}

/// Two programs, and the relay between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayScenario {
    /// What the client and the server call.
    pub programs: Both<Program>,
    /// How the relay copies.
    pub copying: Copying,
    /// Capacity of each send queue of both connections, in records.
    pub send: u8,
    /// Capacity of each receive queue of both connections, in records.
    pub receive: u8,
    /// Tickets that the relay sends to the client, and the server to the relay.
    pub tickets: u8,
    /// What an arriving RST does to unread data.
    pub reset_rule: ResetRule,
}

/// Why two programs with a relay between them cannot be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayError {
    /// The queues cannot be so long.
    Scenario(ScenarioError),
    /// This call of a program has no meaning here.
    Call(ProgramCall),
    /// The relay would make more calls than are kept of one caller.
    TooManyRecords {
        /// How many it would make.
        calls: usize,
        /// How many are kept.
        most: u8,
    },
    /// Plain TCP was not explored to the end, so that nothing can be compared with it.
    BaselineUnfinished,
}

impl fmt::Display for RelayError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(error) => error.fmt(formatter),
            Self::Call(call) => write!(
                formatter,
                "`{call}`: with a relay, programs have no deadlines and no phase in plaintext"
            ),
            Self::TooManyRecords { calls, most } => write!(
                formatter,
                "between the handshake and the close, the relay would make {calls} calls on one \
                 connection to copy all records, and at most {most} are kept: let the programs \
                 write less"
            ),
            Self::BaselineUnfinished => {
                write!(formatter, "plain TCP was not explored to the end: allow more states")
            }
        }
    }
}

impl std::error::Error for RelayError {}

impl RelayScenario {
    /// One record in each queue, no tickets; the receive queue survives a RST.
    pub const fn new(programs: Both<Program>, copying: Copying) -> Self {
        let reset_rule = ResetRule::Keeps;
        Self { programs, copying, send: 1, receive: 1, tickets: 0, reset_rule }
    }

    /// The same with each program of the client opposite each of the server: of one call at a time,
    /// of at most so many between the handshake and the close.
    pub fn with_every_program(&self, calls: u8) -> Vec<Self> {
        let every = Programs::up_to(calls);
        let of = |side| every.completions(side, SideCalls::NONE);
        let (clients, servers) = (of(Side::Client), of(Side::Server));
        let pairs = clients
            .into_iter()
            .flat_map(|client| servers.iter().map(move |server| Both { client, server: *server }));
        pairs.map(|calls| Self { programs: every.of_calls(calls), ..*self }).collect()
    }

    /// Both connections over TLS, and what moves.
    ///
    /// # Errors
    ///
    /// If it cannot be explored.
    pub fn over_tls(&self, profiles: &Three<Profile>) -> Result<RelayWorld<Tls>, RelayError> {
        let of = |link| {
            let ends = match link {
                Link::Downstream => Both { client: profiles.client, server: profiles.relay },
                Link::Upstream => Both { client: profiles.relay, server: profiles.server },
            };
            endpoints_of(&self.of_link(link), &ends)
        };
        self.between(Links::from_links(of))
    }

    /// Both connections over plain TCP, and what moves.
    ///
    /// # Errors
    ///
    /// If it cannot be explored.
    pub fn over_plain_tcp(&self) -> Result<RelayWorld<PlainTcp>, RelayError> {
        let end = PlainTcp::new(1);
        self.between(Links::from_links(|_| Both { client: end, server: end }))
    }

    fn between<E: PairEndpoint>(&self, ends: Links<Both<E>>) -> Result<RelayWorld<E>, RelayError> {
        self.check()?;
        let tcp = self.of_link(Link::Downstream).tcp();
        let tcp = tcp.ok_or(RelayError::Scenario(ScenarioError::QueueTooLong))?;
        let Links { downstream, upstream } = ends;
        let pair = |link, ends| Pair {
            // Which step is taken is decided for both connections together.
            beginnings: Beginnings::AnyTime,
            ..Pair::new(ends, tcp, self.of_link(link).programs, Timers::Any)
        };
        let pairs = Links {
            downstream: pair(Link::Downstream, downstream),
            upstream: pair(Link::Upstream, upstream),
        };
        Ok(RelayWorld::new(pairs, self.programs, self.copying))
    }

    /// One connection, on which every call may be made; the scripts and programs choose.
    fn of_link(&self, link: Link) -> Scenario {
        let outer = link.outer_side();
        let (manner, relays) = (self.programs.of(outer).manner, self.copying.manner());
        let manners = match outer {
            Side::Client => Both { client: manner, server: relays },
            Side::Server => Both { client: relays, server: manner },
        };
        let Self { send, receive, tickets, reset_rule, .. } = *self;
        let programs = Programs::EveryAtRest(manners, CALLS_OF_CALLER_AT_MOST);
        Scenario { send, receive, tickets, reset_rule, ..Scenario::new(programs) }
    }

    fn check(&self) -> Result<(), RelayError> {
        let calls = |side| self.programs.of(side).calls;
        let has_no_meaning = |call: &ProgramCall| {
            call.is_plain() || matches!(call, ProgramCall::TryRead | ProgramCall::TryWrite)
        };
        for side in Side::ALL {
            let found = calls(side).iter().flat_map(|calls| calls.iter()).find(has_no_meaning);
            if let Some(call) = found {
                return Err(RelayError::Call(call));
            }
        }
        let writes = |side| {
            let all = calls(side);
            let writes = all.iter().flat_map(|calls| calls.iter());
            writes.filter(|call| *call == ProgramCall::Write).count()
        };
        let calls = self.copying.calls_at_most(writes(Side::Client), writes(Side::Server));
        let most = self.copying.manner().calls_at_most();
        match calls > usize::from(most) {
            true => Err(RelayError::TooManyRecords { calls, most }),
            false => Ok(()),
        }
    }
}

impl fmt::Display for RelayScenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Both { client, server } = &self.programs;
        let Self { copying, send, receive, tickets, .. } = self;
        write!(formatter, "client `{client}`, a relay of {copying}, server `{server}`, ")?;
        write!(formatter, "buffers {send}/{receive}, {tickets} tickets")?;
        match self.reset_rule {
            ResetRule::Keeps => write!(formatter, ", reset keeps"),
            ResetRule::Discards => write!(formatter, ", reset discards"),
        }
    }
}
