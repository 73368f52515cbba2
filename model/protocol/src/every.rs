//! Every pair of programs up to a length.

use crate::answer::{EveryAnswer, PairAnswer, ProtocolVerdict};
use crate::ask::{Asked, Watch, pair};
use crate::error::AskError;
use crate::notation::Notation;
use crate::plain;
use crate::protocol::Protocol;
use crate::search::{Hangs, explore};
use crate::story::is_for;
use crate::world::{World, of};

/// The most pairs that are explored: as many small searches as take minutes, and not days.
const PAIRS_AT_MOST: usize = 250_000;

/// How many pairs that do not hold are told of, the least ones.
const PAIRS_TOLD: usize = 10;

/// What a pair is sorted by that does not hold: one that fails comes before one that is
/// unfinished, and then the shorter programs, the shorter trace, and the place among all pairs.
type Badness = (bool, usize, usize, usize);

/// Explores every pair of programs of at most so many calls. The pairs that do not hold are told
/// of, the least first, and all are counted.
pub(crate) fn every<P: Protocol>(
    asked: &mut Asked<'_, P>,
    calls: u8,
    watch: &mut dyn Watch,
) -> Result<(Vec<PairAnswer>, EveryAnswer), AskError> {
    let offered = [0, 1].map(|end| offered(asked, end));
    let pairs = pairs(&offered, calls)?;
    watch.begins(pairs.len());
    let mut bad: Vec<(Badness, PairAnswer)> = Vec::new();
    let mut answer = EveryAnswer::of(calls, pairs.len(), offered);
    for (place, (length, texts)) in pairs.iter().enumerate() {
        let texts = texts.each_ref().map(String::as_str);
        let world = World::new(asked.protocol, asked.channel, asked.policy, texts)?;
        let plain = plain::finishes(&world);
        let effort = asked.effort(if plain == Some(false) { Hangs::Count } else { Hangs::Seek });
        let explored = explore(&world, effort, &mut |progress| watch.explores(progress));
        watch.ends();
        asked.take(&explored.taken);
        answer.states += explored.states;
        answer.edges += explored.edges;
        let pair = pair(&world, texts, &asked.rows, explored, plain);
        match pair.verdict {
            ProtocolVerdict::Holds => answer.hold += 1,
            ProtocolVerdict::HangsOnPlainChannels => answer.hang_on_plain_channels += 1,
            ProtocolVerdict::Fails => answer.fail += 1,
            ProtocolVerdict::Unfinished => answer.unfinished += 1,
        }
        let is_unfinished = pair.verdict == ProtocolVerdict::Unfinished;
        if is_unfinished || pair.verdict == ProtocolVerdict::Fails {
            bad.push(((is_unfinished, *length, pair.trace.len(), place), pair));
            bad.sort_by_key(|(badness, _)| *badness);
            bad.truncate(PAIRS_TOLD);
        }
    }
    answer.conclude();
    Ok((bad.into_iter().map(|(_, pair)| pair).collect(), answer))
}

/// The calls for which an end has a row, in the order of the protocol.
fn offered<P: Protocol>(asked: &Asked<'_, P>, end: usize) -> Vec<&'static str> {
    let machines = of(&P::ENDS, end).states.machine_names();
    let calls = P::CALLS.iter().filter(|call| {
        asked.rows.iter().enumerate().any(|(number, row)| {
            let is_own = !row.otherwise && machines.contains(&row.machine);
            is_own && P::Table::is_under(number, &asked.policy) && is_for::<P>(row, call.event)
        })
    });
    calls.map(|call| call.name).collect()
}

/// All pairs of programs of these calls, each with the calls of both together, the shorter first.
fn pairs(
    offered: &[Vec<&'static str>; 2],
    calls: u8,
) -> Result<Vec<(usize, [String; 2])>, AskError> {
    let are_few = |calls: u8| count(offered, calls).is_some_and(|count| count <= PAIRS_AT_MOST);
    if !are_few(calls) {
        let fitting = (0..calls).rev().find(|calls| are_few(*calls)).unwrap_or_default();
        return Err(AskError::TooManyPairs { calls, most: PAIRS_AT_MOST, fitting });
    }
    let [firsts, seconds] = offered.each_ref().map(|names| programs(names, calls));
    let mut pairs = Vec::new();
    for (first_calls, first) in &firsts {
        for (second_calls, second) in &seconds {
            pairs.push((first_calls + second_calls, [first.clone(), second.clone()]));
        }
    }
    pairs.sort_by_key(|(calls, _)| *calls);
    Ok(pairs)
}

/// How many pairs there are; none if that is no number of this machine.
fn count(offered: &[Vec<&'static str>; 2], calls: u8) -> Option<usize> {
    let [first, second] = offered.each_ref().map(|names| {
        let of_length = |length: u8| names.len().checked_pow(u32::from(length));
        (0..=calls).try_fold(0_usize, |sum, length| sum.checked_add(of_length(length)?))
    });
    first?.checked_mul(second?)
}

/// All programs of at most so many of these calls, each with its number of calls.
fn programs(names: &[&'static str], calls: u8) -> Vec<(usize, String)> {
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    let mut longest = all.clone();
    for _ in 0..calls {
        let with = |program: &Vec<&'static str>| {
            let longer = |name: &&'static str| [program.as_slice(), &[*name]].concat();
            names.iter().map(longer).collect::<Vec<_>>()
        };
        longest = longest.iter().flat_map(with).collect();
        all.extend(longest.iter().cloned());
    }
    all.iter().map(|program| (program.len(), written(program))).collect()
}

/// The calls as a program is written: what is repeated, with a number.
fn written(program: &[&str]) -> String {
    let words = program.chunk_by(|one, next| one == next).map(|same| match same {
        [only] => (*only).to_owned(),
        [first, ..] => format!("{first}*{}", same.len()),
        [] => String::new(),
    });
    words.collect::<Vec<_>>().join(" ")
}

impl EveryAnswer {
    fn of(calls: u8, pairs: usize, offered: [Vec<&'static str>; 2]) -> Self {
        Self {
            calls,
            offered,
            verdict: ProtocolVerdict::Holds,
            headline: String::new(),
            pairs,
            hold: 0,
            hang_on_plain_channels: 0,
            fail: 0,
            unfinished: 0,
            states: 0,
            edges: 0,
        }
    }

    /// How long programs are at most, in words.
    pub(crate) fn length(&self) -> String {
        match self.calls {
            1 => "up to 1 call".to_owned(),
            calls => format!("up to {calls} calls"),
        }
    }

    /// The verdict, once all pairs are counted.
    fn conclude(&mut self) {
        let Self { pairs, fail, unfinished, hang_on_plain_channels: hang, .. } = *self;
        let noun = if pairs == 1 { "pair" } else { "pairs" };
        let family = format!("{pairs} {noun} of programs of {}", self.length());
        let hanging = match hang {
            0 => "none of them hangs on plain channels".to_owned(),
            1 => "1 of them hangs on plain channels too".to_owned(),
            _ => format!("{hang} of them hang on plain channels too"),
        };
        let cut_short = format!("{unfinished} of {family} were not explored to the end");
        let fails = if fail == 1 { "fails" } else { "fail" };
        (self.verdict, self.headline) = match (fail, unfinished) {
            (0, 0) => (ProtocolVerdict::Holds, format!("holds, in all of {family}; {hanging}")),
            (0, _) => {
                let rest =
                    "and nothing is wrong in what was found; `--states-at-most` asks for more";
                (ProtocolVerdict::Unfinished, format!("unfinished: {cut_short}, {rest}"))
            }
            (_, 0) => (ProtocolVerdict::Fails, format!("{fail} of {family} {fails}")),
            (_, _) => {
                let rest = format!("and {unfinished} were not explored to the end");
                (ProtocolVerdict::Fails, format!("{fail} of {family} {fails}, {rest}"))
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_listed_with_the_shorter_first_and_what_is_repeated_has_a_number() {
        let texts = |names: &[&'static str], calls| {
            let all = programs(names, calls).into_iter();
            all.map(|(_, text)| text).collect::<Vec<_>>()
        };
        let two = ["", "ask", "say", "ask*2", "ask say", "say ask", "say*2"];
        assert_eq!(texts(&["ask", "say"], 2), two);
        assert_eq!(texts(&[], 3), [""]);
        assert_eq!(written(&["ask", "ask", "say", "ask"]), "ask*2 say ask");
    }

    #[test]
    fn pairs_are_counted_before_they_are_made() {
        let offered = [vec!["ask", "say"], vec!["serve"]];
        for calls in 0..5 {
            let pairs = pairs(&offered, calls).expect("few pairs");
            assert_eq!(Some(pairs.len()), count(&offered, calls));
            assert!(pairs.is_sorted_by_key(|(calls, _)| *calls));
        }
        let offered = [0, 1].map(|_| vec!["one", "two", "three", "four", "five"]);
        let many = pairs(&offered, 6);
        assert_eq!(many, Err(AskError::TooManyPairs { calls: 6, most: PAIRS_AT_MOST, fitting: 3 }));
    }
}
