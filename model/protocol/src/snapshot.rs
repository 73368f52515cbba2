//! A snapshot of two ends and the channels between them.

use crate::notation::Notation;
use crate::protocol::{BoundedChannel, Protocol};

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProtocolSnapshot<N: Notation> {
    /// The two ends.
    pub ends: [EndSnapshot<N>; 2],
    /// What is on its way from each end to the other, the next one to be delivered first.
    pub channels: [Vec<N::Event>; 2],
}

/// One end at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EndSnapshot<N: Notation> {
    /// The states of its machines.
    pub states: N,
    /// What its rows remember.
    pub memory: N::Memory,
    /// What its rows have posted, the next one to come first.
    pub letters: Vec<N::Event>,
    /// How many calls of its program are complete.
    pub completed: usize,
    /// Whether the next call has begun.
    pub is_pending: bool,
}

impl<N: Notation> ProtocolSnapshot<N> {
    /// Where everything begins.
    pub(crate) fn first<P: Protocol<Table = N>>() -> Self {
        let ends = P::ENDS.map(|end| EndSnapshot {
            states: end.states,
            memory: end.memory,
            letters: Vec::new(),
            completed: 0,
            is_pending: false,
        });
        Self { ends, channels: [Vec::new(), Vec::new()] }
    }

    /// What one end can see of it.
    pub(crate) const fn view(&self, end: usize, channel: BoundedChannel) -> EndView<'_, N> {
        EndView { snapshot: self, end, channel }
    }
}

/// What an end can see: itself, and its own sides of the two channels.
#[derive(Clone, Copy, Debug)]
pub struct EndView<'a, N: Notation> {
    snapshot: &'a ProtocolSnapshot<N>,
    end: usize,
    channel: BoundedChannel,
}

impl<N: Notation> EndView<'_, N> {
    /// How many messages the channel to the other end still takes.
    pub fn room(&self) -> usize {
        let taken = self.snapshot.channels.get(self.end).map_or(0, Vec::len);
        usize::from(self.channel.capacity).saturating_sub(taken)
    }

    /// How many messages have arrived and are not taken.
    pub fn arrived(&self) -> usize {
        self.snapshot.channels.get(1 - self.end).map_or(0, Vec::len)
    }

    /// Which end this is: 0 or 1, as [`Protocol::ENDS`] lists them.
    pub const fn end(&self) -> usize {
        self.end
    }

    /// The end itself.
    pub fn own(&self) -> &EndSnapshot<N> {
        let [first, second] = &self.snapshot.ends;
        if self.end == 0 { first } else { second }
    }
}
