//! What became of each mutant, recorded.

use std::collections::BTreeMap;

use hyaline_model::table::FINGERPRINT;
use serde::{Deserialize, Serialize};

use super::survivors::{EXPLAINED, explanation};
use super::{Fate, Kind, Mutant, removal};

/// The version of the file's form.
pub const SCHEMA: u32 = 1;

/// The survey, as `hyaline mutants --record` has written it.
pub const RECORDED: &str = include_str!("../../pinned/mutants.json");

/// Where it is recorded, from the root of the repository.
pub const PATH: &str = "model/check/pinned/mutants.json";

/// What became of every mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The version of this form.
    pub schema: u32,
    /// The table and the shipped policy.
    pub fingerprint: String,
    /// One for each mutant, in the order of [`Mutant::recorded`].
    pub mutants: Vec<Judged>,
    /// What came of really deleting the rows of the sample.
    pub deleted: Vec<Deleted>,
}

/// What became of one mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// What kind of change it is.
    pub kind: Kind,
    /// The switch and its value; or the machine and the row's text, and the effect left out.
    pub mutant: String,
    /// By what it was caught.
    pub end: MutantEnd,
    /// What failed, in words.
    pub why: String,
}

/// What came of a table that was built without a row, and of the one that ships with it masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The machine and the row's text.
    pub row: String,
    /// What failed, in words, with the row masked.
    pub masked: String,
    /// What failed, in words, with the row deleted.
    pub deleted: String,
}

/// By what a mutant was caught, if it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MutantEnd {
    /// A property of world *pair* that has to hold fails.
    Pair,
    /// A hazard that has to be found is not.
    Hazard,
    /// A property of world *hostile* fails.
    Hostile,
    /// Other rows fire no longer.
    Coverage,
    /// No table without the row exists: nothing would take its event, and the macro refuses that.
    /// It is not tried, and counts as caught nowhere.
    Refused,
    /// An `otherwise` does the same for its event: the table without the row is the same table. It
    /// is not tried.
    Equivalent,
    /// Nothing has caught the mutant.
    Survives,
}

impl MutantEnd {
    /// All of them, in the order of the document.
    pub const ALL: [Self; 7] = [
        Self::Pair,
        Self::Hazard,
        Self::Hostile,
        Self::Coverage,
        Self::Refused,
        Self::Equivalent,
        Self::Survives,
    ];

    /// Whether something has caught it.
    #[must_use]
    pub const fn is_caught(self) -> bool {
        !matches!(self, Self::Refused | Self::Equivalent | Self::Survives)
    }

    /// In words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pair => "caught: a property of world *pair* fails",
            Self::Hazard => "caught: a hazard is found no longer",
            Self::Hostile => "caught: a property of world *hostile* fails",
            Self::Coverage => "caught: other rows fire no longer",
            Self::Refused => "apart: no such table, the macro refuses the gap",
            Self::Equivalent => "apart: the same table, an `otherwise` repeats the row",
            Self::Survives => "survives",
        }
    }
}

impl Judged {
    /// The judgement on a mutant that the rows alone decide; `None` if the mutant has to be tried.
    #[must_use]
    pub fn untried(mutant: &Mutant) -> Option<Self> {
        let row = mutant.row().filter(|_| mutant.kind() == Kind::Row)?;
        if removal::leaves_a_gap(row) {
            Some(Self::new(mutant, MutantEnd::Refused, "nothing else takes its event"))
        } else if removal::is_equivalent(row) {
            Some(Self::new(mutant, MutantEnd::Equivalent, "an `otherwise` repeats it"))
        } else {
            None
        }
    }

    /// The judgement on a mutant that was tried.
    #[must_use]
    pub fn of(mutant: &Mutant, fate: &Fate) -> Self {
        let end = match fate {
            Fate::CaughtInPair { .. } => MutantEnd::Pair,
            Fate::CaughtByHazard { .. } => MutantEnd::Hazard,
            Fate::CaughtByPeer { .. } => MutantEnd::Hostile,
            Fate::CaughtByCoverage { .. } => MutantEnd::Coverage,
            Fate::Survives => MutantEnd::Survives,
        };
        Self::new(mutant, end, &fate.to_string())
    }

    fn new(mutant: &Mutant, end: MutantEnd, why: &str) -> Self {
        Self { kind: mutant.kind(), mutant: mutant.to_string(), end, why: why.to_owned() }
    }
}

impl Survey {
    /// The survey that is recorded.
    ///
    /// # Errors
    ///
    /// If the file that the command was built with is no survey.
    pub fn recorded() -> Result<Self, serde_json::Error> {
        serde_json::from_str(RECORDED)
    }

    /// The survey of this run.
    #[must_use]
    pub fn new(mutants: Vec<Judged>, deleted: Vec<Deleted>) -> Self {
        Self { schema: SCHEMA, fingerprint: FINGERPRINT.to_owned(), mutants, deleted }
    }

    /// The survey with these judgements in place of those on the same mutants. The fingerprint
    /// stays that of the record, so that a record of another table is still found out.
    #[must_use]
    pub fn replaced(self, judged: Vec<Judged>) -> Self {
        let newest = |old: Judged| {
            let new = judged.iter().find(|new| (new.kind, &new.mutant) == (old.kind, &old.mutant));
            new.cloned().unwrap_or(old)
        };
        Self { mutants: self.mutants.into_iter().map(newest).collect(), ..self }
    }

    /// As it is recorded: one line for each mutant.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let (schema, fingerprint) = (self.schema, serde_json::to_string(&self.fingerprint)?);
        let (mutants, deleted) = (lines(&self.mutants)?, lines(&self.deleted)?);
        Ok(format!(
            "{{\n  \"schema\": {schema},\n  \"fingerprint\": {fingerprint},\n  \
             \"mutants\": [{mutants}],\n  \"deleted\": [{deleted}]\n}}\n"
        ))
    }

    /// How many mutants of a kind came to each end.
    #[must_use]
    pub fn counts(&self, kind: Kind) -> BTreeMap<MutantEnd, usize> {
        let mut counts = BTreeMap::new();
        for judged in self.mutants.iter().filter(|judged| judged.kind == kind) {
            *counts.entry(judged.end).or_insert(0) += 1;
        }
        counts
    }

    /// How many mutants of a kind are caught, and how many were tried. A mutant that is no table,
    /// or the same table, is not tried.
    #[must_use]
    pub fn share(&self, kind: Kind) -> [usize; 2] {
        let counts = self.counts(kind);
        let sum = |is_it: fn(MutantEnd) -> bool| {
            counts.iter().filter(|(end, _)| is_it(**end)).map(|(_, count)| count).sum()
        };
        [sum(MutantEnd::is_caught), sum(|end| end.is_caught() || end == MutantEnd::Survives)]
    }

    /// The mutants that came to an end.
    pub fn with(&self, end: MutantEnd) -> impl Iterator<Item = &Judged> {
        self.mutants.iter().filter(move |judged| judged.end == end)
    }

    /// Why this record does not hold of the table that ships, a line each; empty if it holds.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.fingerprint != FINGERPRINT {
            let found = &self.fingerprint;
            complaints
                .push(format!("the table is {FINGERPRINT}; recorded were mutants of {found}"));
        }
        for judged in
            self.with(MutantEnd::Survives).filter(|one| explanation(&one.mutant).is_none())
        {
            complaints.push(format!("survives, and nobody knows why: {}", judged.mutant));
        }
        for (part, _) in EXPLAINED {
            if !self.with(MutantEnd::Survives).any(|judged| judged.mutant.contains(part)) {
                complaints.push(format!("explained, and does not survive: {part}"));
            }
        }
        if self.deleted.is_empty() {
            complaints.push("no row was really deleted: run `hyaline mutants --delete`".to_owned());
        }
        for deleted in self.deleted.iter().filter(|one| one.masked != one.deleted) {
            complaints.push(format!("masked is not deleted: {}", deleted.row));
        }
        complaints
    }
}

/// The items of a list in JSON, each on a line.
fn lines<T: Serialize>(items: &[T]) -> Result<String, serde_json::Error> {
    if items.is_empty() {
        return Ok(String::new());
    }
    let lines: Result<Vec<String>, _> = items.iter().map(serde_json::to_string).collect();
    Ok(format!("\n    {}\n  ", lines?.join(",\n    ")))
}
