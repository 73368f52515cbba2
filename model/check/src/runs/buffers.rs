//! Buffers with a name: how many records each queue holds.

/// Sizes of the queues of both directions, by a name that people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedBuffers {
    /// The name.
    pub name: &'static str,
    /// Capacity of each send queue, in records.
    pub send: u8,
    /// Capacity of each receive queue, in records.
    pub receive: u8,
    /// What it stands for.
    pub meaning: &'static str,
}

/// The most records that a queue of the model holds, where a record is one cell.
const MOST: u8 = 8;

/// All of them.
pub const NAMED_BUFFERS: [NamedBuffers; 3] = [
    NamedBuffers {
        name: "minimal",
        send: 1,
        receive: 1,
        meaning: "the least that Linux grants a socket (SO_SNDBUF 4608, SO_RCVBUF 2304 bytes), and \
                  records of 1 to 2 KiB: one in each queue",
    },
    NamedBuffers {
        name: "linux-default",
        send: MOST,
        receive: MOST,
        meaning: "SO_RCVBUF 131072 bytes hold 8 full records of 16 KiB; the send queue, which \
                  grows to megabytes, holds more than the 8 that a queue of the model can",
    },
    NamedBuffers {
        name: "pipe",
        send: 0,
        receive: 0,
        meaning: "a pipe without a queue, as Go's net.Pipe: a write waits for the peer's read",
    },
];

impl NamedBuffers {
    /// The buffers of this name.
    pub fn of(name: &str) -> Option<&'static Self> {
        NAMED_BUFFERS.iter().find(|buffers| buffers.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::cell::QUEUE_CELLS;

    #[test]
    fn the_largest_buffers_are_as_long_as_a_queue_can_be() {
        assert_eq!(usize::from(MOST), QUEUE_CELLS);
        let largest = NamedBuffers::of("linux-default").expect("buffers");
        assert_eq!((largest.send, largest.receive), (MOST, MOST));
        assert_eq!(NamedBuffers::of("huge"), None);
    }
}
