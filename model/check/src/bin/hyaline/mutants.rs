//! `hyaline mutants`.

use std::path::{Path, PathBuf};

use hyaline_check::interpret::mutation::Mutation;
use hyaline_check::mutants::survey::{Deleted, Judged, MutantEnd, PATH, Survey};
use hyaline_check::mutants::{Kind, Mutant, MutantJudge, PairJudge, document, sample};
use hyaline_check::search::in_order::in_order;

use crate::CommandStatus;
use crate::arguments::MutantsArguments;
use crate::deletion::Copy;
use crate::progress::Bar;
use crate::screen::{BAD, CommandError, FAINT, styled, write};

pub(crate) fn run(arguments: &MutantsArguments) -> Result<CommandStatus, CommandError> {
    if arguments.recorded {
        write(&document::markdown(&Survey::recorded()?))?;
        return Ok(CommandStatus::Holds);
    }
    if arguments.as_built {
        write(&format!("{}\n", PairJudge::new()?.as_built()?))?;
        return Ok(CommandStatus::Holds);
    }
    let survey = if arguments.delete {
        let recorded: Survey = serde_json::from_str(&std::fs::read_to_string(path())?)?;
        Survey { deleted: deleted()?, ..recorded }
    } else if arguments.only.is_some() && arguments.record {
        let recorded: Survey = serde_json::from_str(&std::fs::read_to_string(path())?)?;
        recorded.replaced(judged(arguments)?)
    } else {
        Survey::new(judged(arguments)?, Vec::new())
    };
    for kind in Kind::RECORDED.into_iter().chain([Kind::Effect]) {
        let [caught, all] = survey.share(kind);
        if all > 0 {
            write(&format!("{}: {caught} of {all} caught\n", kind.title()))?;
        }
    }
    if !arguments.record && !arguments.delete {
        return Ok(CommandStatus::Holds);
    }
    std::fs::write(path(), survey.json()?)?;
    write(&format!("recorded in {PATH}\n"))?;
    let complaints = survey.complaints();
    for complaint in &complaints {
        write(&format!("{complaint}\n"))?;
    }
    Ok(if complaints.is_empty() { CommandStatus::Holds } else { CommandStatus::Fails })
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pinned/mutants.json")
}

/// Tries every mutant, or those that are asked for.
fn judged(arguments: &MutantsArguments) -> Result<Vec<Judged>, CommandError> {
    let judge = MutantJudge::new(arguments.threads)?;
    let effects = arguments.effects.then(|| Mutant::of(Kind::Effect)).into_iter().flatten();
    let all = Mutant::recorded().filter(|_| !arguments.effects).chain(effects);
    let wanted = |mutant: &Mutant| {
        arguments.only.as_ref().is_none_or(|text| mutant.to_string().contains(text))
    };
    let mutants: Vec<Mutant> = all.filter(wanted).step_by(arguments.every.max(1)).collect();
    let bar = Bar::new(mutants.len());
    let judge = |mutant: &Mutant| match Judged::untried(mutant) {
        Some(judged) => Ok(judged),
        None => judge.fate(mutant).map(|fate| Judged::of(mutant, &fate)),
    };
    let mut all = Vec::new();
    in_order(&mutants, arguments.threads, judge, |judged| {
        let judged = judged?;
        let style = if judged.end == MutantEnd::Survives { BAD } else { FAINT };
        let why = styled(style, &judged.why);
        bar.suspend(|| write(&format!("{}\n    {why}\n", judged.mutant)))?;
        bar.advance();
        all.push(judged);
        Ok::<(), CommandError>(())
    })?;
    bar.clear();
    Ok(all)
}

/// Deletes the rows of the sample, one after the other, and masks them.
fn deleted() -> Result<Vec<Deleted>, CommandError> {
    let copy = Copy::new()?;
    let judge = PairJudge::new()?;
    let mut all = Vec::new();
    for row in sample::deleted_rows() {
        let mutant = Mutant::Table(Mutation::Masked(row.number));
        let masked = judge.fate(&mutant)?.to_string();
        let deleted = copy.without(row)?;
        write(&format!("{mutant}\n    masked:  {masked}\n    deleted: {deleted}\n"))?;
        all.push(Deleted { row: mutant.to_string(), masked, deleted });
    }
    Ok(all)
}
