//! `hyaline opposite`.

use std::time::Instant;

use hyaline_check::opposite::document::{CaseStudy, SideSurvey, chapter, heading, section};
use hyaline_check::opposite::evasion::Case;
use hyaline_check::opposite::lattice::policies;
use hyaline_check::opposite::survey::{Arena, Bounds, OpposeError};
use hyaline_check::search::explore::ExplorationProgress;
use hyaline_check::search::in_order::in_order;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Side;

use crate::CommandStatus;
use crate::arguments::OppositeArguments;
use crate::progress::Bar;
use crate::screen::{CommandError, write};

/// Explores one end of ours opposite every policy, and prints what is found as Markdown.
pub(crate) fn run(arguments: &OppositeArguments) -> Result<CommandStatus, CommandError> {
    let bounds = Bounds { calls: arguments.calls, inbox: arguments.inbox };
    let arena = Arena::explored(bounds)?;
    let longer = Arena::explored(Bounds { calls: bounds.calls + 1, ..bounds })?;
    let threads = usize::from(arguments.threads);
    let of = |side| survey(side, &arena, threads);
    let sides = [of(Side::Server)?, of(Side::Client)?];
    write(&heading(bounds, &sides))?;
    for shipped in &sides {
        write(&chapter(shipped))?;
        let cases = shipped.cases();
        let bar = Bar::new(cases.len());
        let answered = |case: &Case| answer(*case, &arena, &longer);
        in_order(&cases, threads, answered, |answer| {
            let answer = answer?;
            bar.advance();
            bar.suspend(|| write(&section(&answer)))
        })?;
        bar.clear();
    }
    Ok(CommandStatus::Holds)
}

/// What ships, on this side, opposite every policy.
fn survey(side: Side, arena: &Arena, threads: usize) -> Result<SideSurvey, CommandError> {
    let peers = policies();
    let (bar, begun) = (Bar::new(peers.len()), Instant::now());
    let mut opposed = Vec::new();
    let mut states = 0;
    let oppose = |peers: &Profile| (*peers, arena.oppose(side, Profile::HYALINE, *peers));
    in_order(&peers, threads, oppose, |(peers, found)| {
        let found = found?;
        states += found.states;
        bar.show(&ExplorationProgress { states, depth: 0, elapsed: begun.elapsed() });
        bar.advance();
        opposed.push((peers, found));
        Ok::<_, OpposeError>(())
    })?;
    bar.clear();
    Ok(SideSurvey { side, opposed })
}

fn answer(case: Case, arena: &Arena, longer: &Arena) -> Result<CaseStudy, OpposeError> {
    let evasions = case.evasions(arena, longer)?;
    Ok(CaseStudy { case, example: case.example()?, evasions })
}
