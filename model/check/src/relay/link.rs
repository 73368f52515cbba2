//! The two connections of a relay.

use serde::Serialize;

use crate::side::Side;

/// One of the two connections of a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Link {
    /// Between the client and the relay, which is the server there.
    Downstream,
    /// Between the relay, which is the client there, and the server.
    Upstream,
}

impl Link {
    /// Both, in the order in which the relay's handshakes are.
    pub const ALL: [Self; 2] = [Self::Downstream, Self::Upstream];

    /// Its place among both, counted from the client.
    pub const fn place(self) -> usize {
        match self {
            Self::Downstream => 0,
            Self::Upstream => 1,
        }
    }

    /// The other connection.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Downstream => Self::Upstream,
            Self::Upstream => Self::Downstream,
        }
    }

    /// The side on which the client or the server of the whole is.
    pub const fn outer_side(self) -> Side {
        match self {
            Self::Downstream => Side::Client,
            Self::Upstream => Side::Server,
        }
    }

    /// The side on which the relay is.
    pub const fn relays_side(self) -> Side {
        self.outer_side().peer()
    }

    /// Who is on a side.
    pub fn name(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Downstream, Side::Client) => "client",
            (Self::Upstream, Side::Server) => "server",
            (Self::Downstream, Side::Server) | (Self::Upstream, Side::Client) => "relay",
        }
    }
}

/// One value for each connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Links<T> {
    /// That of the client's connection.
    pub downstream: T,
    /// That of the server's connection.
    pub upstream: T,
}

impl<T> Links<T> {
    /// The value of one connection.
    pub const fn of(&self, link: Link) -> &T {
        match link {
            Link::Downstream => &self.downstream,
            Link::Upstream => &self.upstream,
        }
    }

    /// The value of one connection, to change it.
    pub const fn of_mut(&mut self, link: Link) -> &mut T {
        match link {
            Link::Downstream => &mut self.downstream,
            Link::Upstream => &mut self.upstream,
        }
    }

    /// A value of each connection.
    pub fn from_links(mut value: impl FnMut(Link) -> T) -> Self {
        Self { downstream: value(Link::Downstream), upstream: value(Link::Upstream) }
    }
}

/// One value for each end of both connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AtEnds<T> {
    /// The client's.
    pub client: T,
    /// The relay's, towards the client.
    pub relay_to_client: T,
    /// The relay's, towards the server.
    pub relay_to_server: T,
    /// The server's.
    pub server: T,
}

impl<T> AtEnds<T> {
    /// A value of each end.
    pub fn from_ends(mut value: impl FnMut(Link, Side) -> T) -> Self {
        Self {
            client: value(Link::Downstream, Side::Client),
            relay_to_client: value(Link::Downstream, Side::Server),
            relay_to_server: value(Link::Upstream, Side::Client),
            server: value(Link::Upstream, Side::Server),
        }
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        [&self.client, &self.relay_to_client, &self.relay_to_server, &self.server].into_iter()
    }
}
