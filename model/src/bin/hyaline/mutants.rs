//! `hyaline mutants`.

use hyaline_model::check::mutants::{Fate, Judge, ships};
use hyaline_model::check::mutation::Mutation;

use crate::Answer;
use crate::arguments::MutantsArguments;
use crate::progress::Bar;
use crate::screen::{CommandError, write};

/// Survivors are no failure: each is either equivalent, or caught by what is no part of the check
/// (the replay and real peers), and the list says which they are.
pub(crate) fn run(arguments: &MutantsArguments) -> Result<Answer, CommandError> {
    let mutants: Vec<Mutation> = Mutation::all()
        .filter(|mutation| ships(*mutation))
        .step_by(arguments.every.max(1))
        .collect();
    let bar = Bar::new(mutants.len());
    let mut judge = Judge::new(arguments.threads);
    let mut caught = 0_usize;
    for mutation in &mutants {
        let fate = judge.fate(*mutation).map_err(CommandError::Scenario)?;
        caught += usize::from(fate != Fate::Survives);
        bar.suspend(|| write(&format!("{mutation}\n    {fate}\n")))?;
        bar.advance();
    }
    bar.clear();
    write(&format!("{caught} of {} mutants caught\n", mutants.len()))?;
    Ok(Answer::Holds)
}
