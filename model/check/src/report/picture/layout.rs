//! Where the ends and the queues of a picture stand, in its own units.

use crate::report::lanes::Lanes;
use crate::side::Side;

/// The width of a tube for one cell, where there is room for that.
const CELL: f64 = 14.0;
/// The most that a tube is wide.
const TUBE: f64 = 40.0;

/// Where everything stands, from left to right. Each connection has a line for each of its ends,
/// so that who has two connections has two lines, and its words between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct PictureLayout {
    connections: usize,
    /// From an edge of the picture to the line next to it: the words of an outer end.
    beside: f64,
    /// Between the two lines of a connection.
    across: f64,
    /// Between the two lines of one who has two connections.
    between: f64,
    /// Between an end and a tube, and between tubes.
    gap: f64,
    /// Columns of what an end does.
    pub(super) columns: usize,
    /// Columns of the headline.
    pub(super) headline_columns: usize,
    send_capacity: u8,
    receive_capacity: u8,
}

/// One of the two queues of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Send,
    Receive,
}

impl PictureLayout {
    /// The places of these lanes: narrower ones, where there are more than two.
    pub(super) fn of(lanes: &Lanes<'_>) -> Self {
        let connections = lanes.connections().len();
        let wide = Self {
            connections,
            beside: 285.0,
            across: 530.0,
            between: 0.0,
            gap: 36.0,
            columns: 38,
            headline_columns: 84,
            send_capacity: lanes.send_capacity,
            receive_capacity: lanes.receive_capacity,
        };
        if connections == 1 {
            return wide;
        }
        Self {
            beside: 232.0,
            across: 440.0,
            between: 230.0,
            gap: 34.0,
            columns: 27,
            headline_columns: 112,
            ..wide
        }
    }

    /// The width of the picture.
    pub(super) fn width(&self) -> f64 {
        self.line_of(self.connections.saturating_sub(1), Side::Server) + self.beside
    }

    /// Where the line of an end of a connection stands.
    pub(super) fn line_of(&self, connection: usize, side: Side) -> f64 {
        let number = f64::from(u32::try_from(connection).unwrap_or(0));
        let client = self.beside + (self.across + self.between) * number;
        match side {
            Side::Client => client,
            Side::Server => client + self.across,
        }
    }

    /// The middle of a connection.
    pub(super) fn middle_of(&self, connection: usize) -> f64 {
        let [client, server] = Side::ALL.map(|side| self.line_of(connection, side));
        f64::midpoint(client, server)
    }

    /// Where the name of a lane stands: at its line, or between its two.
    pub(super) fn name_of(&self, lane: usize) -> f64 {
        let left = lane.checked_sub(1).map(|left| self.line_of(left, Side::Server));
        let right = (lane < self.connections).then(|| self.line_of(lane, Side::Client));
        match (left, right) {
            (Some(left), Some(right)) => f64::midpoint(left, right),
            (line, other) => line.or(other).unwrap_or_default(),
        }
    }

    pub(super) const fn capacity(&self, which: Which) -> u8 {
        match which {
            Which::Send => self.send_capacity,
            Which::Receive => self.receive_capacity,
        }
    }

    /// The width of a tube.
    fn tube_width(&self, which: Which) -> f64 {
        (CELL * f64::from(self.capacity(which))).min(TUBE)
    }

    /// Where a tube begins and ends. Next to each end stands its receive queue, then its send
    /// queue.
    pub(super) fn tube(&self, connection: usize, side: Side, which: Which) -> (f64, f64) {
        let line = self.line_of(connection, side);
        let away = match which {
            Which::Receive => self.gap,
            Which::Send => self.gap + self.tube_width(Which::Receive) + self.gap,
        };
        let width = self.tube_width(which);
        match side {
            Side::Client => (line + away, line + away + width),
            Side::Server => (line - away - width, line - away),
        }
    }

    /// The edge of a tube that looks to its own end, or away from it.
    pub(super) fn edge(&self, connection: usize, side: Side, which: Which, home: bool) -> f64 {
        let (left, right) = self.tube(connection, side, which);
        if home == (side == Side::Client) { left } else { right }
    }
}
