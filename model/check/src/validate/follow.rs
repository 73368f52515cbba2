//! The log of one end, followed row by row.
//!
//! Turns run where all turns run, in `hyaline_model::turn`. Here the world around them answers the
//! facts of which the log tells, and compares each row that fires with the next one of the log.

use hyaline_model::table::{Event, Half, Machine, Memory, Reason, home};
use hyaline_model::turn::{Receiving, Sending, Shipped, handle_in};

use super::departure::{Departure, Wrong, candidates, states_in_words, words};
use super::end::{Followed, Halves, machines};
use super::follower::{Follower, Found, TurnOfLog};
use super::log::{ConnectionLog, Entry};
use super::surroundings::{Surroundings, is_letter};
use super::written::Taken;

/// Follows a log to its end, or to the first step that is no step of the model.
pub(super) fn follow(log: &ConnectionLog) -> Followed {
    let halves = Halves::of(log);
    let followed = Followed {
        rows: 0,
        departure: None,
        moves: Vec::new(),
        halves,
        surroundings: Surroundings::new(),
        pending: [None, None],
    };
    let mut following = Following {
        log,
        followed,
        turns: [0; 2],
        last: [None; 2],
        owners: 1,
        is_joined: false,
        trusts: false,
    };
    following.follow();
    following.followed
}

/// A log that is being followed.
struct Following<'l> {
    log: &'l ConnectionLog,
    followed: Followed,
    /// The number of the last turn of each half.
    turns: [u64; 2],
    /// Where the last row of that turn stands among the entries.
    last: [Option<usize>; 2],
    owners: u8,
    /// Two owners have become one, and no event has come since: letters may still wait.
    is_joined: bool,
    /// Something at this end has failed, so that actions were left out. Then the facts of the log
    /// are believed.
    trusts: bool,
}

impl<'l> Following<'l> {
    fn follow(&mut self) {
        let entries = &self.log.entries;
        let mut done = vec![false; entries.len()];
        for (index, entry) in entries.iter().enumerate() {
            match entry {
                Entry::Owners(owners) => {
                    self.is_joined = *owners == 1;
                    self.owners = *owners;
                }
                Entry::Row(_) if done.get(index).copied().unwrap_or(true) => {}
                Entry::Row(first) => {
                    let turn = self.turn_of(index, first);
                    for place in &turn.places {
                        if let Some(done) = done.get_mut(*place) {
                            *done = true;
                        }
                    }
                    let began = self.last;
                    if let Some(last) = self.last.get_mut(usize::from(first.half.index())) {
                        *last = turn.places.last().copied();
                    }
                    let other = began.get(usize::from(first.half.other().index()));
                    let is_over = other.copied().flatten().is_none_or(|last| last < index);
                    self.turn(&turn, is_over);
                }
            }
            if self.followed.departure.is_some() {
                return;
            }
        }
        if let Some(gap) = self.log.gap.filter(|gap| !gap.is_told) {
            let wrong = Wrong::Missing(gap.count);
            self.followed.departure = Some(Departure {
                line: gap.line,
                microseconds: 0,
                row: String::new(),
                because: wrong.to_string(),
                states: Vec::new(),
                could_fire: Vec::new(),
            });
        }
    }

    fn turn_of(&self, index: usize, first: &'l Taken) -> TurnOfLog<'l> {
        let mut turn =
            TurnOfLog { half: first.half, steps: Vec::new(), next: None, places: vec![] };
        for (place, entry) in self.log.entries.iter().enumerate().skip(index) {
            let Entry::Row(taken) = entry else { continue };
            if taken.half != first.half {
                continue;
            }
            if taken.turn != first.turn {
                turn.next = Some(taken);
                break;
            }
            turn.steps.push(taken);
            turn.places.push(place);
        }
        turn
    }

    /// Follows one turn. `other_is_over` says whether the last turn of the other half is over.
    fn turn(&mut self, turn: &TurnOfLog<'l>, other_is_over: bool) {
        let Some(first) = turn.steps.first().copied() else { return };
        if let Err(wrong) = self.begins(first, other_is_over) {
            let (endpoint, half) = (self.followed.halves.of_half(first.half), first.half);
            let machines = machines(&endpoint.states, half);
            self.followed.departure =
                Some(self.departure(first, &wrong, &machines, &endpoint.memory));
            return;
        }
        let event = first.event;
        let is_own = |next: &Taken| match next.event {
            Event::SealingFailed(_) => true,
            Event::Offence(reason) => reason == Reason::OwnFailure,
            _ => false,
        };
        self.trusts |= turn.next.is_some_and(is_own);
        let policy = &self.log.policy;
        let mut halves = self.followed.halves.clone();
        let mut follower = Follower::new(turn, self.trusts, &mut self.followed);
        match first.half {
            Half::Receiving => handle_in::<Receiving, _>(
                &mut halves.receiving,
                &Shipped,
                policy,
                event,
                &mut follower,
            ),
            Half::Sending => {
                handle_in::<Sending, _>(&mut halves.sending, &Shipped, policy, event, &mut follower)
            }
        };
        let Follower { position, found, .. } = follower;
        self.followed.halves = halves;
        // A log that is not over may end anywhere, inside a turn too.
        let is_cut = turn.next.is_none() && !self.log.is_over && position == turn.steps.len();
        let found = match (found, turn.steps.get(position)) {
            (Some(found), _) => (!is_cut).then_some(found),
            (None, Some(step)) => {
                let endpoint = self.followed.halves.of_half(first.half);
                let machines = machines(&endpoint.states, first.half);
                let (wrong, memory) = (Wrong::NothingFires, endpoint.memory);
                Some(Found { at: step, wrong, machines, memory, event: Event::Settle })
            }
            (None, None) => None,
        };
        if let Some(Found { at, wrong, machines, memory, event }) = found {
            let policy = &self.log.policy;
            let mut departure = self.departure(at, &wrong, &machines, &memory);
            let home = home(event.kind());
            departure.could_fire = candidates(&machines, event, home, &memory, policy);
            self.followed.departure = Some(departure);
        }
    }

    /// Checks that a turn may begin with this row.
    fn begins(&mut self, first: &Taken, other_is_over: bool) -> Result<(), Wrong> {
        let (half, event) = (first.half, first.event);
        // Two owners have turns at once, but a letter comes behind the turn that has posted it.
        if !other_is_over && (self.owners == 1 || is_letter(event.kind())) {
            return Err(Wrong::Interleaved(half.other()));
        }
        if let Some(number) = self.turns.get_mut(usize::from(half.index())) {
            *number += 1;
            if first.turn != *number {
                return Err(Wrong::OtherTurn(*number));
            }
        }
        let waiting = |to: Half| self.followed.halves.letters_to(to).first().copied();
        let to_other = waiting(half.other());
        let is_late = self.owners > 1 || std::mem::take(&mut self.is_joined);
        if is_letter(event.kind()) {
            // With one owner, letters to the receiving half come first.
            if let (Half::Sending, Some(other), false) = (half, to_other, is_late) {
                return Err(Wrong::LetterWaits(half.other(), other));
            }
            return match self.followed.halves.take_letter(half) {
                Some(letter) if letter == event => Ok(()),
                Some(letter) => Err(Wrong::OtherLetter(letter)),
                None => Err(Wrong::NotPosted),
            };
        }
        let to_own = waiting(half);
        let is_failure = matches!(event, Event::SealingFailed(_));
        if let (false, false, Some(letter)) = (is_late, is_failure, to_own.or(to_other)) {
            let to = if to_own.is_some() { half } else { half.other() };
            return Err(Wrong::LetterWaits(to, letter));
        }
        self.followed.surroundings.admits(event)
    }

    fn departure(
        &self,
        at: &Taken,
        wrong: &Wrong,
        machines: &[(Machine, u8)],
        memory: &Memory,
    ) -> Departure {
        let policy = &self.log.policy;
        let home = home(at.event.kind());
        Departure {
            line: at.line,
            microseconds: at.microseconds,
            row: words(at.row),
            because: wrong.to_string(),
            states: states_in_words(machines.iter().copied()),
            could_fire: candidates(machines, at.event, home, memory, policy),
        }
    }
}
