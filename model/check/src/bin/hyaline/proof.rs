//! `hyaline proof`.

use std::path::{Path, PathBuf};

use hyaline_check::mutants::survey::Survey;
use hyaline_check::proof::explored::{BoundedPart, HostilePart, UnboundedLine, UnboundedPart};
use hyaline_check::proof::replayed::{COMMAND, ReplayRecord};
use hyaline_check::proof::{
    MutantPart, PAGE, PATH, Proof, ProofSubject, ReplayPart, SCHEMA, document,
};
use hyaline_check::search::explore::Verdict;
use hyaline_check::unbounded::plan::{Extent, runs};
use hyaline_check::unbounded::search::UnboundedEffort;
use hyaline_model::table::INBOX_RECORDS;

use crate::CommandStatus;
use crate::arguments::ProofArguments;
use crate::screen::{CommandError, GOOD, HEADING, styled, write};
use crate::unbounded::Asked;
use crate::{check, unbounded};

pub(crate) fn run(arguments: &ProofArguments) -> Result<CommandStatus, CommandError> {
    if arguments.recorded {
        let proof = Proof::read(&std::fs::read_to_string(in_repository(PATH))?)?;
        write(&document::markdown(&proof))?;
        return Ok(CommandStatus::Holds);
    }
    let subject = ProofSubject::built(&std::fs::read_to_string(in_repository("Cargo.lock"))?)?;
    let (survey, record) = (Survey::recorded()?, ReplayRecord::recorded()?);
    refuse_what_is_stale(&survey, &record)?;
    let bounded = bounded(arguments.threads)?;
    let unbounded = unbounded(arguments.extent(), arguments.threads)?;
    let hostile = hostile(arguments.threads)?;
    let (mutants, replay) = (MutantPart::of(&survey), ReplayPart::of(&record));
    let proof = Proof { schema: SCHEMA, subject, bounded, unbounded, hostile, mutants, replay };
    refuse(proof.complaints())?;
    std::fs::write(in_repository(PATH), proof.json()?)?;
    std::fs::write(in_repository(PAGE), document::markdown(&proof))?;
    write(&format!("\n{}: {PATH}, {PAGE}\n", styled(GOOD, "everything holds, and is written")))?;
    Ok(CommandStatus::Holds)
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn refuse(complaints: Vec<String>) -> Result<(), CommandError> {
    if complaints.is_empty() { Ok(()) } else { Err(CommandError::NoProof(complaints)) }
}

/// Refuses to explore for minutes if what was recorded is about another table or world.
fn refuse_what_is_stale(survey: &Survey, record: &ReplayRecord) -> Result<(), CommandError> {
    let of_mutants = survey.complaints();
    let of_replay = record.complaints();
    let mutants = (!of_mutants.is_empty())
        .then(|| "run `hyaline mutants --record`, then `hyaline mutants --delete`".to_owned());
    let replay = (!of_replay.is_empty()).then(|| format!("run `{COMMAND}`"));
    refuse(of_mutants.into_iter().chain(mutants).chain(of_replay).chain(replay).collect())
}

fn bounded(threads: u16) -> Result<BoundedPart, CommandError> {
    let results = check::small(threads)?;
    if !results.is_pass() {
        refuse(vec!["`hyaline check` does not pass".to_owned()])?;
    }
    let outcomes: Vec<_> = results.outcomes.iter().map(|each| (&each.run, &each.checked)).collect();
    Ok(BoundedPart::of("small", &outcomes)?)
}

fn unbounded(extent: Extent, threads: u16) -> Result<UnboundedPart, CommandError> {
    write(&format!("\n{}", unbounded::heading(INBOX_RECORDS)))?;
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: None };
    let asked = Asked { effort, endless: true };
    let runs = runs(extent);
    let lines = unbounded::explore(&runs, &asked, usize::from(threads), true)?;
    let explorations = runs.iter().zip(&lines).map(|(run, line)| {
        let verdicts = [line.verdict, line.endless.unwrap_or(Verdict::Unfinished)];
        UnboundedLine::new(run, verdicts, [line.snapshots, line.edges, line.quiet])
    });
    Ok(UnboundedPart { extent, explorations: explorations.collect() })
}

fn hostile(threads: u16) -> Result<HostilePart, CommandError> {
    let part = HostilePart::explore(usize::from(threads))?;
    let [fired, of] = part.fired();
    let heading = styled(HEADING, "one end, and any peer");
    let (explorations, snapshots) = (part.explorations, part.snapshots);
    let size = format!("{explorations} explorations, {snapshots} snapshots");
    write(&format!("\n{heading}\n{size}, {fired} of {of} rows fire\n"))?;
    Ok(part)
}
