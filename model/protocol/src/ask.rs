//! What is asked of a protocol, and how the answers come about.

use crate::answer::{
    EveryAnswer, PairAnswer, ProtocolAnswer, ProtocolVerdict, RowsAnswer, SCHEMA, StepRow,
    TraceStep,
};
use crate::error::AskError;
use crate::every::every;
use crate::notation::{Notation, RowText};
use crate::plain;
use crate::progress::ExplorationProgress;
use crate::protocol::{BoundedChannel, Delivery, Protocol};
use crate::search::{Explored, Hangs, SearchEffort, Taken, Wrong, explore};
use crate::story;
use crate::world::World;

/// The conditions under which programs are explored.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// The name of a profile of the table; none for the one that ships.
    pub profile: Option<&'a str>,
    /// The channels; none for the protocol's own.
    pub channel: Option<BoundedChannel>,
    /// The search of two programs gives up at about so many snapshots.
    pub states_at_most: usize,
}

impl Default for Conditions<'_> {
    /// The profile that ships, the protocol's own channels, and a million snapshots.
    fn default() -> Self {
        Self { profile: None, channel: None, states_at_most: 1_000_000 }
    }
}

/// Whoever is told how explorations go on.
pub(crate) trait Watch {
    /// So many explorations are to be made.
    fn begins(&mut self, explorations: usize);

    /// One of them goes on.
    fn explores(&mut self, progress: ExplorationProgress);

    /// One of them has ended.
    fn ends(&mut self);

    /// All have ended, or no more are made.
    fn is_over(&mut self);
}

/// Nobody.
impl Watch for () {
    fn begins(&mut self, _: usize) {}

    fn explores(&mut self, _: ExplorationProgress) {}

    fn ends(&mut self) {}

    fn is_over(&mut self) {}
}

/// Which programs are explored.
#[derive(Clone, Copy)]
pub(crate) enum Question<'q> {
    /// The protocol's own.
    Own,
    /// These two.
    Two([&'q str; 2]),
    /// Every pair of at most so many calls.
    Every(u8),
}

/// Explores all programs of a protocol, and says which rows they took.
///
/// # Errors
///
/// If a program is not understood, or there is no such profile or channel.
pub fn check<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
) -> Result<ProtocolAnswer, AskError> {
    ask(protocol, conditions, Question::Own, &mut ())
}

/// Explores every pair of programs of at most so many calls, in place of the protocol's own
/// programs. Those of an end are made of the calls for which it has a row.
///
/// # Errors
///
/// If there are too many pairs, or there is no such profile or channel.
pub fn check_every<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
    calls: u8,
) -> Result<ProtocolAnswer, AskError> {
    ask(protocol, conditions, Question::Every(calls), &mut ())
}

/// Explores two given programs.
///
/// # Errors
///
/// If a program is not understood, or there is no such profile or channel.
pub fn scenario<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
    programs: [&str; 2],
) -> Result<ProtocolAnswer, AskError> {
    ask(protocol, conditions, Question::Two(programs), &mut ())
}

/// What is asked, read and looked up.
pub(crate) struct Asked<'p, P: Protocol> {
    pub(crate) protocol: &'p P,
    pub(crate) channel: BoundedChannel,
    pub(crate) policy: <P::Table as Notation>::Policy,
    states_at_most: usize,
    pub(crate) rows: Vec<RowText>,
    /// For each row, whether some run took it.
    taken: Vec<bool>,
}

impl<P: Protocol> Asked<'_, P> {
    pub(crate) const fn effort(&self, hangs: Hangs) -> SearchEffort {
        SearchEffort { states_at_most: self.states_at_most, hangs }
    }

    /// Remembers the rows that a run took.
    pub(crate) fn take(&mut self, rows: &[bool]) {
        for (taken, here) in self.taken.iter_mut().zip(rows) {
            *taken |= here;
        }
    }
}

pub(crate) fn ask<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
    question: Question<'_>,
    watch: &mut dyn Watch,
) -> Result<ProtocolAnswer, AskError> {
    if let Some((call, word)) = plain::misunderstood::<P>() {
        return Err(AskError::PlainWord(call, word));
    }
    let (profile, policy) = profile::<P>(conditions.profile)?;
    let channel = conditions.channel.unwrap_or(P::CHANNEL);
    if channel.capacity == 0 {
        return Err(AskError::NoCapacity);
    }
    let rows = P::Table::rows();
    let (taken, states_at_most) = (vec![false; rows.len()], conditions.states_at_most);
    let mut asked = Asked { protocol, channel, policy, states_at_most, rows, taken };
    let answered = answered(&mut asked, question, watch);
    watch.is_over();
    let (pairs, every) = answered?;
    let rows = match question {
        Question::Own => Some(rows_answer(&asked, is_whole(&pairs))),
        // Longer programs may take more.
        Question::Every(_) => Some(rows_answer(&asked, false)),
        Question::Two(_) => None,
    };
    Ok(ProtocolAnswer {
        schema: SCHEMA,
        protocol: P::NAME,
        table: P::Table::FINGERPRINT,
        profile,
        capacity: channel.capacity,
        delivery: match channel.delivery {
            Delivery::Reliable => "reliable",
            Delivery::Lossy => "lossy",
            Delivery::Duplicating => "duplicating",
        },
        ends: P::ENDS.map(|end| end.name),
        pairs,
        every,
        rows,
    })
}

/// What came of the pairs that are told of, and of every pair up to a length.
fn answered<P: Protocol>(
    asked: &mut Asked<'_, P>,
    question: Question<'_>,
    watch: &mut dyn Watch,
) -> Result<(Vec<PairAnswer>, Option<EveryAnswer>), AskError> {
    Ok(match question {
        Question::Own => (given(asked, P::PROGRAMS, watch)?, None),
        Question::Two(programs) => (given(asked, &[programs], watch)?, None),
        Question::Every(calls) => {
            let (pairs, every) = every(asked, calls, watch)?;
            (pairs, Some(every))
        }
    })
}

/// Explores programs that are given.
fn given<P: Protocol>(
    asked: &mut Asked<'_, P>,
    programs: &[[&str; 2]],
    watch: &mut dyn Watch,
) -> Result<Vec<PairAnswer>, AskError> {
    watch.begins(programs.len());
    let mut pairs = Vec::new();
    for texts in programs {
        let world = World::new(asked.protocol, asked.channel, asked.policy, *texts)?;
        let plain = plain::finishes(&world);
        let effort = asked.effort(if plain == Some(false) { Hangs::Excuse } else { Hangs::Seek });
        let explored = explore(&world, effort, &mut |progress| watch.explores(progress));
        watch.ends();
        asked.take(&explored.taken);
        pairs.push(pair(&world, *texts, &asked.rows, explored, plain));
    }
    Ok(pairs)
}

/// The policy of a profile, with the profile's name.
fn profile<P: Protocol>(
    wanted: Option<&str>,
) -> Result<(String, <P::Table as Notation>::Policy), AskError> {
    let profiles = P::Table::PROFILES;
    let shipped = profiles.first().map_or("shipped", |(name, _)| name);
    let Some(wanted) = wanted else { return Ok((shipped.to_owned(), P::Table::SHIPPED)) };
    match profiles.iter().find(|(name, _)| *name == wanted) {
        Some((name, policy)) => Ok(((*name).to_owned(), *policy)),
        None => {
            let known = profiles.iter().map(|(name, _)| *name).collect();
            Err(AskError::Profile(wanted.to_owned(), known))
        }
    }
}

/// What came of two programs that finish on plain channels, or do not, or of which that is not
/// known.
pub(crate) fn pair<P: Protocol>(
    world: &World<'_, P>,
    texts: [&str; 2],
    rows: &[RowText],
    explored: Explored<P>,
    plain: Option<bool>,
) -> PairAnswer {
    let Explored { states, edges, is_complete, wrong, .. } = explored;
    let mut answer = PairAnswer {
        programs: texts.map(str::to_owned),
        verdict: ProtocolVerdict::Holds,
        wrong: None,
        headline: format!("holds, in all of {states} snapshots"),
        because: Vec::new(),
        states,
        edges,
        trace: Vec::new(),
        round_from: None,
    };
    let unfinished = |nothing: &str| {
        format!(
            "unfinished: {nothing} wrong in the {states} snapshots that were found; \
             `--states-at-most` asks for more"
        )
    };
    let Some((wrong, trace)) = wrong else {
        if !is_complete {
            answer.verdict = ProtocolVerdict::Unfinished;
            answer.headline = unfinished("nothing is");
        }
        return answer;
    };
    let is_hang = matches!(wrong, Wrong::Deadlock | Wrong::Livelock { .. });
    let is_excused = is_hang && plain == Some(false);
    answer.headline = story::headline(&wrong, trace.len(), plain);
    answer.verdict = match (is_excused, is_complete) {
        (false, _) => ProtocolVerdict::Fails,
        (true, true) => ProtocolVerdict::HangsOnPlainChannels,
        (true, false) => {
            let nothing = "the programs hang on plain channels too, and nothing else is";
            answer.headline = unfinished(nothing);
            ProtocolVerdict::Unfinished
        }
    };
    if answer.verdict == ProtocolVerdict::Unfinished && trace.is_empty() {
        // The hang was counted only, so that nothing can be shown of it.
        return answer;
    }
    let last = trace.last().map_or_else(|| world.first(), |taken| taken.after.clone());
    answer.because = story::because(world, rows, &wrong, &last);
    answer.wrong = Some(match wrong {
        Wrong::Deadlock => "deadlock",
        Wrong::Livelock { .. } => "livelock",
        Wrong::Invariant(_) => "invariant",
        Wrong::Fault(_) => "mistake",
    });
    if let Wrong::Livelock { round_from, .. } = wrong {
        answer.round_from = Some(round_from);
    }
    answer.trace = steps(world, rows, &trace);
    answer
}

fn steps<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    trace: &[Taken<P>],
) -> Vec<TraceStep> {
    let mut before = world.first();
    let mut steps = Vec::new();
    for (number, taken) in (1..).zip(trace) {
        let told = story::step(world, &before, taken);
        let rows_taken = taken.record.rows.iter().filter_map(|row| rows.get(*row));
        steps.push(TraceStep {
            number,
            end: taken.step.end,
            does: told.does,
            arrives: told.arrives,
            is_lost: told.is_lost,
            rows: rows_taken.map(StepRow::of).collect(),
            channels: taken
                .after
                .channels
                .clone()
                .map(|channel| channel.iter().map(ToString::to_string).collect()),
        });
        before = taken.after.clone();
    }
    steps
}

/// Whether all searches came to their ends, so that what no row took is known. A search that ended
/// early says nothing of the rows that it did not come to.
fn is_whole(pairs: &[PairAnswer]) -> bool {
    pairs.iter().all(|pair| {
        matches!(pair.verdict, ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels)
    })
}

fn rows_answer<P: Protocol>(asked: &Asked<'_, P>, is_whole: bool) -> RowsAnswer {
    let counts = |(number, row): &(usize, &RowText)| {
        !row.otherwise && P::Table::is_under(*number, &asked.policy)
    };
    let counted: Vec<_> = asked.rows.iter().enumerate().filter(counts).collect();
    let never = counted.iter().filter(|(number, _)| asked.taken.get(*number) != Some(&true));
    let never_taken: Vec<StepRow> = never.map(|(_, row)| StepRow::of(row)).collect();
    let verdict = match (never_taken.is_empty(), is_whole) {
        (true, _) => ProtocolVerdict::Holds,
        (false, true) => ProtocolVerdict::Fails,
        (false, false) => ProtocolVerdict::Unfinished,
    };
    RowsAnswer { verdict, all: counted.len(), never_taken }
}
