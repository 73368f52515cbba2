//! Which offers of early data a server has accepted (RFC 9846 section 8.2).

use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::UnixTime;

/// How many offers of early data are remembered when nothing else is configured: some thousands a
/// second.
pub(crate) const DEFAULT_STRIKES: usize = 1 << 16;

/// Accepts each offer of early data once (RFC 9846 section 8.2). Whoever records what a client
/// sends can send it again, and without such a register the server would act on it again.
///
/// [`StrikeMemory`] keeps the offers of one process, and the tickets of this library have one each
/// ([`SessionTickets::strike_register`](crate::SessionTickets::strike_register)). Where several
/// servers know each other's tickets, this trait is for a register that they share, which each of
/// them has to ask: one that asks another accepts the same early data once more. What is refused
/// here is no error: the handshake goes on, and the client is told that its early data are
/// rejected.
///
/// ```
/// use std::ops::RangeInclusive;
///
/// use hyaline::StrikeRegister;
/// use hyaline::pki_types::UnixTime;
///
/// /// Accepts no early data at all: for a server that is one of several, none of which it knows.
/// #[derive(Debug)]
/// struct Nothing;
///
/// impl StrikeRegister for Nothing {
///     fn strike(&self, _: UnixTime, _: &[u8], _: &RangeInclusive<UnixTime>) -> bool {
///         false
///     }
/// }
/// ```
pub trait StrikeRegister: fmt::Debug + Send + Sync + 'static {
    /// Whether this offer is the first of its kind, and is remembered from now on. In doubt it is
    /// not: the store cannot be reached, is full, or may have forgotten.
    ///
    /// `offer` is the binder of the ClientHello, which no other ClientHello has, and is proved to
    /// be its client's. `fresh` is when the offer may be accepted: it was struck in that time or
    /// never, and has to be remembered to its end.
    fn strike(&self, now: UnixTime, offer: &[u8], fresh: &RangeInclusive<UnixTime>) -> bool;
}

/// The offers of early data that this process has accepted, a bounded number of them.
///
/// Each is remembered for as long as it is fresh, twenty seconds at most. Where the register is
/// full it refuses: the rate of accepted offers is bounded by that.
///
/// ```
/// use std::time::Duration;
///
/// use hyaline::pki_types::UnixTime;
/// use hyaline::{StrikeMemory, StrikeRegister};
///
/// let at = |seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds));
/// let register = StrikeMemory::new(1024, at(1000));
/// let fresh = at(1090)..=at(1110);
/// assert!(register.strike(at(1100), b"a binder", &fresh));
/// assert!(!register.strike(at(1101), b"a binder", &fresh), "somebody sends it again");
/// assert!(register.strike(at(1101), b"another binder", &fresh));
/// ```
pub struct StrikeMemory {
    most: usize,
    /// None: there was nothing to be accepted before.
    begun: Option<UnixTime>,
    struck: Mutex<Struck>,
}

#[derive(Default)]
struct Struck {
    /// The offers, each with the end of its freshness in front, by which they are sorted. The same
    /// offer always has the same end, whenever it comes.
    offers: BTreeSet<(UnixTime, Box<[u8]>)>,
    /// The latest end of freshness of those that are forgotten.
    forgotten: Option<UnixTime>,
}

impl StrikeMemory {
    /// Room for so many offers. They are remembered from now on; what may have been accepted up to
    /// then, by a process that has ended, is refused (RFC 9846 section 8.2). That is the offers of
    /// tickets from before `now`, for the first ten seconds or so.
    #[must_use]
    pub const fn new(most: usize, now: UnixTime) -> Self {
        Self::since(most, Some(now))
    }

    /// Room for so many offers of tickets that are all issued from now on.
    pub(crate) const fn of_new_tickets(most: usize) -> Self {
        Self::since(most, None)
    }

    const fn since(most: usize, begun: Option<UnixTime>) -> Self {
        let struck = Struck { offers: BTreeSet::new(), forgotten: None };
        Self { most, begun, struck: Mutex::new(struck) }
    }

    /// How many offers are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|struck| struck.offers.len())
    }

    /// Whether no offer is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is kept is whole, also where another thread has panicked.
    fn with<T>(&self, act: impl FnOnce(&mut Struck) -> T) -> T {
        act(&mut self.struck.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Struck {
    /// Drops the offers that are fresh no more.
    fn forget(&mut self, now: UnixTime) {
        while self.offers.first().is_some_and(|(end, _)| *end < now) {
            if let Some((end, _)) = self.offers.pop_first() {
                self.forgotten = self.forgotten.max(Some(end));
            }
        }
    }
}

impl StrikeRegister for StrikeMemory {
    fn strike(&self, now: UnixTime, offer: &[u8], fresh: &RangeInclusive<UnixTime>) -> bool {
        let end = *fresh.end();
        let may_be_older = self.begun.is_some_and(|begun| *fresh.start() <= begun);
        if may_be_older || !fresh.contains(&now) {
            return false;
        }
        self.with(|struck| {
            struck.forget(now);
            // Where the clock was put back, offers that are forgotten already seem fresh again.
            let may_be_forgotten = struck.forgotten.is_some_and(|forgotten| end <= forgotten);
            let has_room = struck.offers.len() < self.most;
            has_room && !may_be_forgotten && struck.offers.insert((end, offer.into()))
        })
    }
}

impl fmt::Debug for StrikeMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StrikeMemory")
            .field("most", &self.most)
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn time(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    /// The times at which an offer is fresh that is expected at this one.
    fn about(seconds: u64) -> RangeInclusive<UnixTime> {
        time(seconds - 10)..=time(seconds + 10)
    }

    #[test]
    fn an_offer_is_accepted_once_as_long_as_it_is_fresh() {
        let register = StrikeMemory::new(9, time(0));
        assert!(register.strike(time(100), b"one", &about(105)));
        for again in 100..=115 {
            assert!(!register.strike(time(again), b"one", &about(105)));
        }
        assert!(register.strike(time(115), b"two", &about(105)));
        assert_eq!(register.len(), 2);
    }

    #[test]
    fn what_comes_too_early_or_too_late_is_refused() {
        let register = StrikeMemory::new(9, time(0));
        assert!(!register.strike(time(94), b"early", &about(105)));
        assert!(!register.strike(time(116), b"late", &about(105)));
        assert!(register.is_empty());
        assert!(register.strike(time(95), b"early", &about(105)));
        assert!(register.strike(time(115), b"late", &about(105)));
    }

    #[test]
    fn a_full_register_refuses_until_an_offer_is_fresh_no_more() {
        let register = StrikeMemory::new(2, time(0));
        assert!(register.strike(time(100), b"one", &about(100)));
        assert!(register.strike(time(105), b"two", &about(105)));
        assert!(!register.strike(time(110), b"three", &about(110)));
        assert!(!register.strike(time(110), b"one", &about(100)));
        assert!(register.strike(time(111), b"three", &about(110)), "the first has gone");
        assert_eq!(register.len(), 2);
        assert!(!StrikeMemory::new(0, time(0)).strike(time(100), b"one", &about(100)));
    }

    #[test]
    fn a_restarted_register_refuses_what_may_have_been_accepted_before() {
        let before = StrikeMemory::new(9, time(0));
        assert!(before.strike(time(100), b"one", &about(110)));
        let restarted = StrikeMemory::new(9, time(100));
        assert!((100..=120).all(|at| !restarted.strike(time(at), b"one", &about(110))));
        assert!(restarted.strike(time(101), b"newer", &about(111)));
        // A ticket that has been issued since then was never offered before.
        assert!(restarted.strike(time(101), b"new ticket", &(time(101)..=time(111))));
        assert!(!restarted.strike(time(101), b"old ticket", &(time(100)..=time(111))));
    }

    #[test]
    fn what_is_forgotten_is_refused_when_the_clock_is_put_back() {
        let register = StrikeMemory::new(9, time(0));
        assert!(register.strike(time(100), b"one", &about(100)));
        assert!(register.strike(time(200), b"two", &about(200)), "the first is forgotten");
        assert!(!register.strike(time(100), b"one", &about(100)));
        assert!(register.strike(time(101), b"three", &about(101)));
    }

    #[test]
    fn of_many_threads_with_the_same_offer_one_has_it_accepted() {
        let register = StrikeMemory::new(9, time(0));
        let accepted: usize = std::thread::scope(|scope| {
            let strike = || usize::from(register.strike(time(100), b"one", &about(100)));
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(strike)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(accepted, 1);
    }
}
