//! A queue of events without allocation.

use crate::table::Event;

/// A first-in-first-out queue of at most `N` events, without allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Queue<const N: usize> {
    events: [Event; N],
    pub(super) length: u8,
}

impl<const N: usize> Queue<N> {
    pub(super) const fn new() -> Self {
        Self { events: [Event::Settle; N], length: 0 }
    }

    /// False if the queue is full.
    #[inline]
    pub(super) fn push(&mut self, event: Event) -> bool {
        match self.events.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = event;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Event> {
        if self.length == 0 {
            return None;
        }
        let first = self.events.first().copied();
        self.events.copy_within(1.., 0);
        self.length -= 1;
        // Emptied places look alike, so that equal queues are equal values.
        if let Some(place) = self.events.last_mut() {
            *place = Event::Settle;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_that_hold_the_same_are_equal_whatever_went_through_them() {
        let mut used = Queue::<3>::new();
        assert!(used.push(Event::Begin) && used.push(Event::Abandon));
        assert_eq!(
            (used.pop(), used.pop(), used.pop()),
            (Some(Event::Begin), Some(Event::Abandon), None)
        );
        assert_eq!(used, Queue::new());
        assert!(used.push(Event::Discarded));
        let mut fresh = Queue::<3>::new();
        assert!(fresh.push(Event::Discarded));
        assert_eq!(used, fresh);
    }
}
