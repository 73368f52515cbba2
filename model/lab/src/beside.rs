//! The same programs over the other transport, in step with a walk: over plain TCP beside a walk
//! over TLS, and the other way round.
//!
//! Many runs of the other transport go beside one walk. This one does what the walk does, as far as
//! it can: it begins the calls that the walk has begun, moves what the walk moves, and goes on by
//! itself until as many calls have returned. Where the walk ends, it goes on to its own end.

use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::report::sequence::SequenceStep;
use hyaline_check::side::Side;
use hyaline_check::world::pair::Pair;
use hyaline_check::world::snapshot::Snapshot;
use hyaline_check::world::step::Step;
use serde::Serialize;

use crate::machines::Shown;
use crate::walk::{Frame, STEPS_AT_MOST, Sides, enabled, frame, never_return};

/// A run beside a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// Its places, to its own end where the walk has ended.
    pub frames: Vec<Frame>,
    /// For each place of the walk, the number of the place of this run.
    pub places: Vec<usize>,
    /// The calls that never return, where it has ended.
    pub never_return: Sides<Vec<String>>,
}

/// The run, and how far it is.
struct Follower<'p, E: Shown> {
    pair: &'p Pair<E>,
    snapshot: Snapshot<E>,
    frames: Vec<Frame>,
}

/// The run beside a walk of these steps, each with the snapshot behind it; to its own end where the
/// walk has ended.
pub fn beside<E: Shown, O: Shown>(
    way: &[(Step, Snapshot<E>)],
    other: &Pair<O>,
    has_ended: bool,
) -> Beside {
    let snapshot = other.first();
    let first = frame(other, &snapshot, None);
    let mut follower = Follower { pair: other, snapshot, frames: vec![first] };
    let mut places = vec![0];
    for (step, behind) in way {
        follower.follow(*step, behind);
        places.push(follower.frames.len() - 1);
    }
    while has_ended && follower.go_on(|_| true) {}
    let never_return = never_return(other, &follower.snapshot);
    Beside { frames: follower.frames, places, never_return }
}

/// How many calls of a side have begun, and how many have returned.
fn calls_of<E: Shown>(snapshot: &Snapshot<E>, side: Side) -> [u8; 2] {
    let histories = &snapshot.parties.of(side).histories;
    let begun = histories.iter().map(|history| history.calls().length()).sum();
    [begun, histories.iter().map(|history| history.returned()).sum()]
}

/// The rank of a step where a run goes on by itself: what is received comes first, time that runs
/// out last. By itself no host vanishes, no program rests, and no deadline passes.
fn rank(step: Step) -> Option<u8> {
    match step {
        Step::Begin(_, ProgramCall::Rest)
        | Step::Vanish(_)
        | Step::PassDeadline(_)
        | Step::PassReadDeadline(_) => None,
        Step::Receive(_) | Step::Exchange(_) | Step::DeliverMail(_) => Some(0),
        Step::Deliver(_) | Step::DeliverReset(_) => Some(1),
        Step::Transmit(_) => Some(2),
        Step::Begin(..) => Some(3),
        Step::Block(_) | Step::GiveUp(_) | Step::ExpireBudget(_) => Some(4),
    }
}

impl<E: Shown> Follower<'_, E> {
    fn take(&mut self, step: Step) {
        let number = self.frames.len();
        let shown = SequenceStep::taken_in(self.pair, &mut self.snapshot, step, number);
        self.frames.push(frame(self.pair, &self.snapshot, Some(shown)));
    }

    /// Does what the walk has done, and goes on until as many calls have returned, if they can.
    fn follow<O: Shown>(&mut self, step: Step, behind: &Snapshot<O>) {
        if enabled(self.pair, &self.snapshot).contains(&step) {
            self.take(step);
        }
        let goal = Sides::of(|side| calls_of(behind, side));
        let of = |side| match side {
            Side::Client => goal.client,
            Side::Server => goal.server,
        };
        let is_behind = |snapshot: &Snapshot<E>| {
            Side::ALL.into_iter().any(|side| {
                let ([begun, returned], [goal, wanted]) = (calls_of(snapshot, side), of(side));
                begun < goal || returned < wanted
            })
        };
        let mut goes_on = true;
        while goes_on && is_behind(&self.snapshot) {
            let counts = Sides::of(|side| calls_of(&self.snapshot, side));
            goes_on = self.go_on(|step| match step {
                Step::Begin(Side::Client, _) => counts.client[0] < goal.client[0],
                Step::Begin(Side::Server, _) => counts.server[0] < goal.server[0],
                Step::Block(_) | Step::ExpireBudget(_) => false,
                _ => true,
            });
            // Where a call begins at once, `enabled` lists nothing else, so the call begins first.
            goes_on = goes_on || self.go_on(|step| matches!(step, Step::Begin(..)));
        }
    }

    /// Takes the first of the steps that are allowed, by rank; false if there is none.
    fn go_on(&mut self, is_allowed: impl Fn(Step) -> bool) -> bool {
        let steps = enabled(self.pair, &self.snapshot).into_iter();
        let ranked = steps.filter(|step| is_allowed(*step));
        let ranked = ranked.filter_map(|step| Some((rank(step)?, step)));
        let first = ranked.min_by_key(|(rank, _)| *rank);
        match first {
            Some((_, step)) if self.frames.len() <= STEPS_AT_MOST => {
                self.take(step);
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::answer::answer;
    use crate::walk::{CallShown, PathOver, Sides, walk};
    use hyaline_check::runs::written::WrittenScenario;

    #[test]
    fn beside_a_hang_that_tls_adds_plain_tcp_goes_on_to_its_end() {
        let written = WrittenScenario {
            client_program: "write*4 close".to_owned(),
            server_program: "read*4 close".to_owned(),
            client: Some("openssl".to_owned()),
            server: Some("openssl".to_owned()),
            tickets: Some(3),
            ..WrittenScenario::default()
        };
        let answer = answer(&written, 100_000, false).expect("an answer");
        assert_eq!(answer.path.over, PathOver::Tls);
        let walk = walk(&written, &answer.path).expect("a walk");
        assert_ne!(walk.never_return, Sides::default());
        assert_eq!(walk.beside.never_return, Sides::default());
        // Whatever has returned over TLS has returned beside it, too.
        for (frame, place) in walk.frames.iter().zip(&walk.beside.places) {
            let ok =
                |calls: &[CallShown]| calls.iter().filter(|call| call.result.is_some()).count();
            let other = &walk.beside.frames[*place];
            assert!(ok(&other.ends.client.calls) >= ok(&frame.ends.client.calls), "{place}");
            assert!(ok(&other.ends.server.calls) >= ok(&frame.ends.server.calls), "{place}");
        }
        let last = walk.beside.frames.last().expect("a place");
        assert!(last.ends.client.calls.iter().all(|call| call.result.as_deref() == Some("ok")));
        assert!(walk.beside.places.is_sorted());
    }
}
