//! Which logs are of the two ends of one connection.
//!
//! A log does not say to whom its connection was. Where there is one client and one server, they
//! are taken for the two ends; whoever runs the checker can name them; and of several, those are
//! recognised that go together as no others do: what one has received the other has sent, in that
//! order, and both go with nobody else.

use std::fmt;

use serde::Serialize;

use super::end::Followed;
use super::log::{ConnectionLog, LogError, NamedLog};
use super::pair::compare;
use crate::side::Side;

/// How many pairs of a client and a server are compared to recognise the ends of connections. Each
/// takes as long as the two logs are.
const COMPARED_AT_MOST: usize = 10_000;

/// How many ends are named in a note.
const NAMED_AT_MOST: usize = 5;

/// How it is known that two logs are of one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// Whoever asks says so.
    Name,
    /// There is one client and one server.
    Number,
    /// Of all logs, only these two go with each other.
    Content,
}

/// The places of two logs of one connection, the client's first.
pub(super) type Partners = ([usize; 2], KnownBy);

/// The ends of which a note tells.
struct Noted<'l>(Vec<&'l ConnectionLog>);

impl fmt::Display for Noted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, log) in self.0.iter().take(NAMED_AT_MOST).enumerate() {
            let ConnectionLog { file, connection, side, .. } = log;
            let comma = if place == 0 { "" } else { ", " };
            write!(formatter, "{comma}{side} {connection} ({file})")?;
        }
        match self.0.len().checked_sub(NAMED_AT_MOST) {
            Some(more) if more > 0 => write!(formatter, " and {more} more"),
            _ => Ok(()),
        }
    }
}

/// Which logs are of the two ends of one connection. Those are named, or known otherwise.
pub(super) fn partners(
    logs: &[ConnectionLog],
    followed: &[Followed],
    named: &[[NamedLog; 2]],
    notes: &mut Vec<String>,
) -> Result<Vec<Partners>, LogError> {
    if !named.is_empty() {
        let pairs = named.iter().map(|[client, server]| {
            let places =
                [place_of(logs, Side::Client, client)?, place_of(logs, Side::Server, server)?];
            Ok((places, KnownBy::Name))
        });
        return pairs.collect();
    }
    let of = |side: Side| -> Vec<usize> {
        let all = logs.iter().enumerate().filter(|(_, log)| log.side == side);
        all.map(|(place, _)| place).collect()
    };
    let [clients, servers] = Side::ALL.map(of);
    match (&clients[..], &servers[..]) {
        ([client], [server]) => Ok(vec![([*client, *server], KnownBy::Number)]),
        ([], _) | (_, []) => Ok(Vec::new()),
        _ if clients.len() * servers.len() > COMPARED_AT_MOST => {
            notes.push(format!(
                "The {} clients and {} servers are too many to recognise which of them talked to \
                 which. `--pair CLIENT:SERVER` says so, by the numbers of their connections.",
                clients.len(),
                servers.len(),
            ));
            Ok(Vec::new())
        }
        _ => Ok(recognised(logs, followed, [&clients, &servers], notes)),
    }
}

/// The place of the only log of an end that goes by this name.
fn place_of(logs: &[ConnectionLog], side: Side, named: &NamedLog) -> Result<usize, LogError> {
    let of_side = || logs.iter().enumerate().filter(|(_, log)| log.side == side);
    let is_meant = |log: &ConnectionLog| {
        log.connection == named.number && named.file.as_ref().is_none_or(|file| *file == log.file)
    };
    let found: Vec<_> = of_side().filter(|(_, log)| is_meant(log)).collect();
    match found[..] {
        [(place, _)] => Ok(place),
        [] => {
            let others = of_side().map(|(_, log)| log.connection).collect();
            Err(LogError::Nobody { side, named: named.clone(), others })
        }
        _ => {
            let files = found.iter().map(|(_, log)| log.file.clone()).collect();
            Err(LogError::Several { side, named: named.clone(), files })
        }
    }
}

/// The clients and servers that go with each other, and with nobody else.
fn recognised(
    logs: &[ConnectionLog],
    followed: &[Followed],
    [clients, servers]: [&[usize]; 2],
    notes: &mut Vec<String>,
) -> Vec<Partners> {
    // For each client, the servers that it goes with.
    let mut going: Vec<(usize, usize)> = Vec::new();
    for client in clients {
        for server in servers {
            if goes(followed, *client, *server) {
                going.push((*client, *server));
            }
        }
    }
    let partners_of = |place: usize| {
        going.iter().filter(|(client, server)| *client == place || *server == place).count()
    };
    let own = going
        .iter()
        .filter(|(client, server)| partners_of(*client) == 1 && partners_of(*server) == 1);
    let pairs: Vec<Partners> =
        own.map(|(client, server)| ([*client, *server], KnownBy::Content)).collect();
    let is_known = |place: &usize| pairs.iter().any(|(places, _)| places.contains(place));
    let ends = || clients.iter().chain(servers).filter(|place| !is_known(place));
    let noted = |is_of: &dyn Fn(usize) -> bool| {
        Noted(ends().filter(|place| is_of(**place)).filter_map(|place| logs.get(*place)).collect())
    };
    let (alone, unclear) =
        (noted(&|place| partners_of(place) == 0), noted(&|place| partners_of(place) > 0));
    if !alone.0.is_empty() {
        notes.push(format!(
            "With nobody here goes: {alone}. The log of the other end is missing, or nothing had \
             arrived, or one of the two logs is no behaviour of the model: `--pair CLIENT:SERVER` \
             says where."
        ));
    }
    if !unclear.0.is_empty() {
        notes.push(format!(
            "With several others alike, or with one that goes with several, goes: {unclear}. \
             `--pair CLIENT:SERVER` says which of them talked to which, by the numbers of their \
             connections."
        ));
    }
    pairs
}

/// Whether something has arrived between the two, and all that has was sent by the other.
fn goes(followed: &[Followed], client: usize, server: usize) -> bool {
    let (Some(client), Some(server)) = (followed.get(client), followed.get(server)) else {
        return false;
    };
    let compared = compare(client, server);
    compared.arrived > 0 && compared.departures.is_empty()
}
