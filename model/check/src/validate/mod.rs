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
mod partners;
pub mod position;
mod surroundings;
pub mod text;
mod written;

use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use self::departure::Departure;
use self::end::Followed;
use self::follow::follow;
use self::log::{LogError, Logs, NamedLog, Written};
use self::pair::{Compared, compare};
pub use self::partners::KnownBy;
use self::partners::partners;
use self::position::{Position, position};
use crate::side::Side;

/// The version of the answer's form.
const SCHEMA: u32 = 1;

/// What came of judging logs. `docs/validation.schema.json` says what is in it.
#[derive(Debug, Serialize)]
pub struct Validation {
    /// The version of this form.
    pub schema: u32,
    /// The fingerprint of the table that was run.
    pub fingerprint: &'static str,
    /// Whether all of it is a behaviour of the model.
    pub is_behaviour: bool,
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
    /// The files of the two logs, the client's first.
    pub files: [String; 2],
    /// How it is known that they are of one connection.
    pub known_by: KnownBy,
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
        self.is_behaviour
    }
}

/// Judges the logs in these texts, each with the name of its file. `named` are the connections of
/// which both ends are here: the client's log, then the server's. Without any, the only client and
/// the only server are taken for the ends of one, and of several those that go together as no
/// others do.
///
/// # Errors
/// A text is no log, or a log of another table.
pub fn validate(texts: &[Written<'_>], named: &[[NamedLog; 2]]) -> Result<Validation, LogError> {
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
    let ends: Vec<EndOfLog> = ends.collect();
    let mut pairs = Vec::new();
    for ([client, server], known_by) in partners(&logs.connections, &followed, named, &mut notes)? {
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
            files: [client.file.clone(), server.file.clone()],
            known_by,
            arrived,
            is_behaviour: departures.is_empty(),
            departures: departures
                .into_iter()
                .map(|(side, departure)| PairDeparture { end: name(side), departure })
                .collect(),
            under_way,
        });
    }
    let is_behaviour =
        ends.iter().all(|end| end.is_behaviour) && pairs.iter().all(|pair| pair.is_behaviour);
    Ok(Validation { schema: SCHEMA, fingerprint: FINGERPRINT, is_behaviour, ends, pairs, notes })
}

const fn name(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}
