//! Random programs that are longer than those of which every one is explored.

use crate::programs::calls::{Calls, ProgramCall};
use crate::programs::{Manner, Program, Programs, SideCalls};
use crate::search::bounds::Scenario;
use crate::side::Both;
use crate::world::tcp::ResetRule;

/// The fewest and the most calls of a random program, without the close.
pub const LENGTHS: (u8, u8) = (6, 12);

/// Scenarios of random programs at random buffers, the same ones for the same seed.
#[derive(Clone, Copy, Debug)]
pub struct RandomScenarios {
    state: u64,
}

impl RandomScenarios {
    /// The scenarios that follow from a seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below a bound: SplitMix64, as its authors give it.
    fn below(&mut self, bound: u8) -> u8 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = (mixed ^ mixed >> 31) % u64::from(bound.max(1));
        u8::try_from(number).unwrap_or_default()
    }

    fn chosen<T: Copy>(&mut self, from: &[T], otherwise: T) -> T {
        let bound = u8::try_from(from.len()).unwrap_or(u8::MAX);
        from.get(usize::from(self.below(bound))).copied().unwrap_or(otherwise)
    }

    /// A list of calls, one at a time, without an end.
    fn calls(&mut self, mut calls: Calls, among: &[ProgramCall], length: u8) -> Calls {
        for _ in 0..length {
            let call = self.chosen(among, ProgramCall::Read);
            // A call that may not come here, such as a write after a half-close, is left out.
            if calls.allows(call) {
                calls = calls.with(call).unwrap_or(calls);
            }
        }
        calls
    }

    fn program(&mut self) -> Program {
        use ProgramCall::{HalfClose, Read, UpdateKey, Write};
        let manner =
            self.chosen(&[Manner::OneCall, Manner::Task, Manner::Threads], Manner::OneCall);
        let (fewest, most) = LENGTHS;
        let length = fewest + self.below(most - fewest + 1);
        let with = |calls: Calls, end| calls.with(end).unwrap_or(calls);
        let handshake = with(Calls::NONE, ProgramCall::Handshake);
        if manner.has_two_callers() {
            // Each of two callers makes half of the calls.
            let writes = [Write, Write, Write, UpdateKey, UpdateKey, HalfClose];
            let reader = self.calls(Calls::NONE, &[Read], length / 2);
            let writer = self.calls(Calls::NONE, &writes, length.div_ceil(2));
            let calls = SideCalls {
                whole: with(handshake, ProgramCall::Close),
                reader: with(reader, ProgramCall::EndReading),
                writer: with(writer, ProgramCall::EndWriting),
            };
            return Program { manner, calls };
        }
        // Half of the programs never end their direction before they close.
        let last = self.chosen(&[HalfClose, Read], Read);
        let among = [Read, Read, Write, Write, Write, Write, UpdateKey, UpdateKey, last];
        let whole = with(self.calls(handshake, &among, length), ProgramCall::Close);
        Program { manner, calls: SideCalls { whole, ..SideCalls::NONE } }
    }
}

impl Iterator for RandomScenarios {
    type Item = Scenario;

    fn next(&mut self) -> Option<Scenario> {
        let programs = Programs::Fixed(Both { client: self.program(), server: self.program() });
        let rules = [ResetRule::Keeps, ResetRule::Discards];
        Some(Scenario {
            send: self.below(3),
            receive: self.below(3),
            tickets: self.below(3),
            reset_rule: self.chosen(&rules, ResetRule::Keeps),
            ..Scenario::new(programs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::side::Side;

    #[test]
    fn the_same_seed_gives_the_same_scenarios_and_another_others() {
        let of = |seed| RandomScenarios::new(seed).take(5).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn every_random_program_can_be_run_and_most_are_long() {
        let scenarios: Vec<Scenario> = RandomScenarios::new(3).take(200).collect();
        let mut long = 0;
        for scenario in &scenarios {
            let Programs::Fixed(programs) = scenario.programs else { panic!("fixed programs") };
            for side in Side::ALL {
                let program = programs.of(side);
                assert_eq!(program.to_string().parse::<Program>().as_ref(), Ok(program));
                let calls = program.calls;
                let all = [calls.whole, calls.reader, calls.writer];
                long += usize::from(all.iter().map(|calls| calls.length()).sum::<u8>() >= 8);
            }
        }
        assert!(long > scenarios.len(), "{long} of {}", 2 * scenarios.len());
    }
}
