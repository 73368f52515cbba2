//! Whether what a library has logged is a behaviour of the model.
//!
//! A connection writes down each row that it takes (`RowLog` of the library `hyaline`). Here the
//! log is followed through the table (`follow.rs`): each row has to be the one that the table takes
//! there, by the facts of which the log tells, and each of those facts and events has to follow
//! from what the log tells before (`surroundings.rs`). Logs of both ends of a connection are held
//! against each other (`pair.rs`): what one end receives the other has sent.
//!
//! A log may end anywhere. Then [`position`] tells where each machine stands, and what pending
//! calls wait for: so a hang in production can be explained from its log.

pub mod departure;
mod end;
mod follow;
mod follower;
pub mod log;
mod pair;
pub mod position;
mod surroundings;
pub mod text;
mod written;

use serde::Serialize;

use self::departure::Departure;
use self::end::Followed;
use self::follow::follow;
use self::log::{ConnectionLog, LogError, Logs, Written};
use self::pair::{Compared, compare};
use self::position::{Position, position};
use crate::side::Side;

/// What came of judging logs.
#[derive(Debug, Serialize)]
pub struct Validation {
    /// One for each end of a connection, in the order of the files.
    pub ends: Vec<EndOfLog>,
    /// One for each connection of which both ends are known.
    pub pairs: Vec<PairOfLogs>,
    /// Notes about the judgement.
    pub notes: Vec<String>,
}

/// What came of the log of one end.
#[derive(Debug, Serialize)]
pub struct EndOfLog {
    /// The file.
    pub file: String,
    /// The connection's number in its process.
    pub connection: u64,
    /// The end: `client` or `server`.
    pub end: &'static str,
    /// How many rows were taken.
    pub rows: usize,
    /// Whether all of it is a behaviour of the model.
    pub is_behaviour: bool,
    /// The first step that is no step of the model.
    pub departure: Option<Departure>,
    /// Where it ends.
    pub position: Position,
}

/// What came of the logs of both ends of a connection.
#[derive(Debug, Serialize)]
pub struct PairOfLogs {
    /// The number of the client's log.
    pub client: u64,
    /// The number of the server's log.
    pub server: u64,
    /// How many messages, alerts and records have arrived, as far as the logs are behaviours.
    pub arrived: usize,
    /// Whether each end received what the other had sent before.
    pub is_behaviour: bool,
    /// The first steps that no order of steps allows, one at most for each end.
    pub departures: Vec<PairDeparture>,
    /// What was on its way between the ends where the logs stop.
    pub under_way: Vec<String>,
}

/// A step that does not go with the log of the other end.
#[derive(Debug, Serialize)]
pub struct PairDeparture {
    /// The end that took the step.
    pub end: &'static str,
    /// The step, and what is wrong with it.
    pub departure: Departure,
}

impl Validation {
    /// Whether all of it is a behaviour of the model.
    #[must_use]
    pub fn is_behaviour(&self) -> bool {
        self.ends.iter().all(|end| end.is_behaviour)
            && self.pairs.iter().all(|pair| pair.is_behaviour)
    }
}

/// Judges the logs in these texts, each with the name of its file. `named` are the connections of
/// which both ends are here, by their numbers: the client's, then the server's. Without any, the
/// only client and the only server are taken for the ends of one.
///
/// # Errors
/// A text is no log, or a log of another table.
pub fn validate(texts: &[Written<'_>], named: &[(u64, u64)]) -> Result<Validation, LogError> {
    let logs = Logs::read(texts)?;
    let mut notes = logs.notes();
    let followed: Vec<Followed> = logs.connections.iter().map(follow).collect();
    let ends = logs.connections.iter().zip(&followed).map(|(log, end)| EndOfLog {
        file: log.file.clone(),
        connection: log.connection,
        end: name(log.side),
        rows: end.rows,
        is_behaviour: end.departure.is_none(),
        departure: end.departure.clone(),
        position: position(log, end),
    });
    let ends = ends.collect();
    let mut pairs = Vec::new();
    for [client, server] in paired(&logs.connections, named, &mut notes)? {
        let (Some(of_client), Some(of_server)) = (followed.get(client), followed.get(server))
        else {
            continue;
        };
        let (Some(client), Some(server)) =
            (logs.connections.get(client), logs.connections.get(server))
        else {
            continue;
        };
        let Compared { arrived, departures, under_way } = compare(of_client, of_server);
        pairs.push(PairOfLogs {
            client: client.connection,
            server: server.connection,
            arrived,
            is_behaviour: departures.is_empty(),
            departures: departures
                .into_iter()
                .map(|(side, departure)| PairDeparture { end: name(side), departure })
                .collect(),
            under_way,
        });
    }
    Ok(Validation { ends, pairs, notes })
}

const fn name(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// Which logs are of the two ends of one connection, by their places.
fn paired(
    logs: &[ConnectionLog],
    named: &[(u64, u64)],
    notes: &mut Vec<String>,
) -> Result<Vec<[usize; 2]>, LogError> {
    let of = |side: Side| -> Vec<usize> {
        (0..logs.len())
            .filter(|place| logs.get(*place).is_some_and(|log| log.side == side))
            .collect()
    };
    let ends = Side::ALL.map(of);
    let numbered = |side: Side, number: u64| {
        let [clients, servers] = &ends;
        let places = if side == Side::Client { clients } else { servers };
        let known = |place: &&usize| logs.get(**place).is_some_and(|log| log.connection == number);
        match places.iter().filter(known).copied().collect::<Vec<_>>()[..] {
            [place] => Ok(place),
            ref places => Err(LogError::Pair { side, number, known: places.len() }),
        }
    };
    if !named.is_empty() {
        let pairs = named.iter().map(|(client, server)| {
            Ok([numbered(Side::Client, *client)?, numbered(Side::Server, *server)?])
        });
        return pairs.collect();
    }
    let [clients, servers] = &ends;
    match (&clients[..], &servers[..]) {
        ([client], [server]) => return Ok(vec![[*client, *server]]),
        ([], _) | (_, []) => {}
        (clients, servers) => notes.push(format!(
            "The {} clients and {} servers are not held against each other: the logs do not say \
             which of them talked to which. `--pair CLIENT:SERVER` says so, by the numbers of \
             their connections.",
            clients.len(),
            servers.len(),
        )),
    }
    Ok(Vec::new())
}
