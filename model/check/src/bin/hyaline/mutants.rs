//! `hyaline mutants`.

use std::path::{Path, PathBuf};

use hyaline_check::interpret::mutation::Mutation;
use hyaline_check::mutants::survey::{Deleted, Judged, MutantEnd, PATH, Survey};
use hyaline_check::mutants::{Kind, Mutant, MutantJudge, PairJudge, document, sample};

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
        let mut judge = PairJudge::new(arguments.threads)?;
        let fate = judge.as_built()?;
        write(&format!("{}\n", judge.words(&fate)))?;
        return Ok(CommandStatus::Holds);
    }
    let survey = if arguments.delete {
        let recorded: Survey = serde_json::from_str(&std::fs::read_to_string(path())?)?;
        Survey { deleted: deleted(arguments)?, ..recorded }
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
    let mut judge = MutantJudge::new(arguments.threads)?;
    let effects = arguments.effects.then(|| Mutant::of(Kind::Effect)).into_iter().flatten();
    let all = Mutant::recorded().filter(|_| !arguments.effects).chain(effects);
    let wanted = |mutant: &Mutant| {
        arguments.only.as_ref().is_none_or(|text| mutant.to_string().contains(text))
    };
    let mutants: Vec<Mutant> = all.filter(wanted).step_by(arguments.every.max(1)).collect();
    let bar = Bar::new(mutants.len());
    let mut all = Vec::new();
    for mutant in mutants {
        let judged = match Judged::untried(&mutant) {
            Some(judged) => judged,
            None => Judged::of(&mutant, &judge.fate(&mutant)?),
        };
        let style = if judged.end == MutantEnd::Survives { BAD } else { FAINT };
        let why = styled(style, &judged.why);
        bar.suspend(|| write(&format!("{}\n    {why}\n", judged.mutant)))?;
        bar.advance();
        all.push(judged);
    }
    bar.clear();
    Ok(all)
}

/// Deletes the rows of the sample, one after the other, and masks them.
fn deleted(arguments: &MutantsArguments) -> Result<Vec<Deleted>, CommandError> {
    let copy = Copy::new()?;
    let mut all = Vec::new();
    for row in sample::deleted_rows() {
        let mutant = Mutant::Table(Mutation::Masked(row.number));
        let mut judge = PairJudge::new(arguments.threads)?;
        let fate = judge.fate(&mutant)?;
        let masked = judge.words(&fate);
        let deleted = copy.without(row)?;
        write(&format!("{mutant}\n    masked:  {masked}\n    deleted: {deleted}\n"))?;
        all.push(Deleted { row: mutant.to_string(), masked, deleted });
    }
    Ok(all)
}
