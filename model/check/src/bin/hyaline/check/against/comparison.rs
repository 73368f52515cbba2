//! What changed between two reports, and what of them cannot be compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::earlier::{ComparedLine, ComparedReport, ComparedUnbounded};

/// What changed.
#[derive(Debug, Default, Serialize)]
pub(super) struct Comparison {
    /// Explorations that are in both.
    pub(super) explorations: usize,
    /// Verdicts that are worse now.
    pub(super) worsened: Vec<Changed>,
    /// Verdicts that are better now.
    pub(super) improved: Vec<Changed>,
    /// Verdicts that changed where none is expected, so that neither is better.
    pub(super) otherwise: Vec<Changed>,
    /// Explorations with other numbers of snapshots or edges.
    pub(super) counts: Vec<CountsChanged>,
    /// Rows of the table that are new.
    pub(super) rows_added: Vec<String>,
    /// Rows that are no longer there.
    pub(super) rows_removed: Vec<String>,
    /// What cannot be compared, and why: sentences.
    pub(super) apart: Vec<String>,
}

/// A verdict that changed.
#[derive(Debug, Serialize)]
pub(super) struct Changed {
    /// What the verdict is on.
    pub(super) what: String,
    pub(super) before: String,
    pub(super) now: String,
}

/// An exploration whose numbers changed.
#[derive(Debug, Serialize)]
pub(super) struct CountsChanged {
    pub(super) exploration: String,
    /// Snapshots and edges.
    pub(super) before: [usize; 2],
    pub(super) now: [usize; 2],
}

/// The lines of a report, by exploration.
type Explorations<'a> = BTreeMap<String, Vec<&'a ComparedLine>>;

fn explorations(report: &ComparedReport) -> Explorations<'_> {
    let mut all = Explorations::new();
    for line in &report.results {
        all.entry(line.exploration()).or_default().push(line);
    }
    all
}

impl Comparison {
    /// What changed from one report to the next.
    pub(super) fn of(before: &ComparedReport, now: &ComparedReport) -> Self {
        let mut comparison = Self::default();
        comparison.subjects(before, now);
        let (earlier, later) = (explorations(before), explorations(now));
        for (exploration, lines) in &later {
            if let Some(known) = earlier.get(exploration) {
                comparison.explorations += 1;
                comparison.exploration(exploration, known, lines);
            }
        }
        comparison.left_out(&earlier, &later);
        comparison.coverage(before, now);
        comparison.rows(before, now);
        comparison
    }

    /// Whether some verdict got worse.
    pub(super) fn is_worse(&self) -> bool {
        !self.worsened.is_empty()
    }

    /// Whether nothing at all changed.
    pub(super) fn is_same(&self) -> bool {
        [&self.worsened, &self.improved, &self.otherwise].into_iter().all(Vec::is_empty)
            && self.counts.is_empty()
            && self.rows_added.is_empty()
            && self.rows_removed.is_empty()
    }

    /// Says of the table and of the world whether both reports are about the same one.
    fn subjects(&mut self, before: &ComparedReport, now: &ComparedReport) {
        for (what, earlier, later) in
            [("table", &before.fingerprint, &now.fingerprint), ("world", &before.world, &now.world)]
        {
            if earlier != later {
                self.apart.push(format!(
                    "The report is about another {what}, {earlier}; this one is {later}. Verdicts \
                     are compared, and numbers of snapshots are those of different graphs."
                ));
            }
        }
    }

    fn exploration(&mut self, name: &str, known: &[&ComparedLine], lines: &[&ComparedLine]) {
        for line in lines {
            let earlier = known.iter().find(|other| other.property == line.property);
            if let Some(earlier) = earlier.filter(|earlier| earlier.verdict != line.verdict) {
                let what = format!("{name}: {}", line.property);
                self.verdict(what, earlier, line);
            }
        }
        let (Some(earlier), Some(later)) = (known.first(), lines.first()) else { return };
        let (before, now) = ([earlier.states, earlier.edges], [later.states, later.edges]);
        if earlier.complete && later.complete && before != now {
            self.counts.push(CountsChanged { exploration: name.to_owned(), before, now });
        }
    }

    /// Sorts a changed verdict into worse, better and neither, by the verdict that is expected now.
    fn verdict(&mut self, what: String, before: &ComparedLine, now: &ComparedLine) {
        let expected = now.expected.as_deref();
        let list = match (before.rank(expected), now.rank(expected)) {
            (Some(earlier), Some(later)) if earlier < later => &mut self.worsened,
            (Some(earlier), Some(later)) if earlier > later => &mut self.improved,
            _ => &mut self.otherwise,
        };
        list.push(Changed { what, before: before.verdict.clone(), now: now.verdict.clone() });
    }

    /// Says which explorations only one of the reports has, and how many were cut short.
    fn left_out(&mut self, earlier: &Explorations<'_>, later: &Explorations<'_>) {
        let missing = |of: &Explorations<'_>, in_other: &Explorations<'_>| -> Vec<String> {
            of.keys().filter(|key| !in_other.contains_key(*key)).cloned().collect()
        };
        for (words, missing) in [
            ("only in the report", missing(earlier, later)),
            ("only in this check", missing(later, earlier)),
        ] {
            if let Some(first) = missing.first() {
                let count = missing.len();
                self.apart.push(format!(
                    "{words} (other bounds or another version): {count} explorations, the first \
                     {first}."
                ));
            }
        }
        let is_cut = |lines: &Vec<&ComparedLine>| lines.iter().any(|line| !line.complete);
        let cut = later.iter().filter(|(key, lines)| {
            earlier.get(*key).is_some_and(|known| is_cut(known) || is_cut(lines))
        });
        let cut = cut.count();
        if cut > 0 {
            self.apart.push(format!(
                "{cut} explorations were cut short in one of them: their numbers are not compared."
            ));
        }
    }

    /// Compares what was seen, how many mutants were caught, and what was explored without bounds.
    fn coverage(&mut self, before: &ComparedReport, now: &ComparedReport) {
        let set = |report: &ComparedReport| -> BTreeSet<String> {
            report.unseen.iter().cloned().collect()
        };
        let (earlier, later) = (set(before), set(now));
        let changed = |what: &String, before: &str, now: &str| Changed {
            what: format!("what has to be seen: {what}"),
            before: before.to_owned(),
            now: now.to_owned(),
        };
        let lost = later.difference(&earlier).map(|what| changed(what, "seen", "not seen"));
        self.worsened.extend(lost);
        let found = earlier.difference(&later).map(|what| changed(what, "not seen", "seen"));
        self.improved.extend(found);
        match (before.mutants, now.mutants) {
            (Some(earlier), Some(later)) if earlier != later => {
                let words = |caught, tried| format!("{caught} of {tried} caught");
                let what = "mutants of the table".to_owned();
                let change = Changed {
                    what,
                    before: words(earlier.caught, earlier.tried),
                    now: words(later.caught, later.tried),
                };
                let missed = |caught: usize, tried: usize| tried.saturating_sub(caught);
                let (earlier, later) =
                    (missed(earlier.caught, earlier.tried), missed(later.caught, later.tried));
                match earlier.cmp(&later) {
                    Ordering::Less => self.worsened.push(change),
                    Ordering::Greater => self.improved.push(change),
                    Ordering::Equal => self.otherwise.push(change),
                }
            }
            (None, None) | (Some(_), Some(_)) => {}
            _ => self.apart.push("Only one of them looks at mutants of the table.".to_owned()),
        }
        self.unbounded(before, now);
    }

    fn unbounded(&mut self, before: &ComparedReport, now: &ComparedReport) {
        match (before.unbounded, now.unbounded) {
            (Some(earlier), Some(later)) => {
                let words = |holds| if holds { "holds" } else { "does not hold" }.to_owned();
                let what = "programs of any length over queues of any size".to_owned();
                let counts = |of: ComparedUnbounded| [of.explorations, of.snapshots];
                let (before, now) = (words(earlier.holds), words(later.holds));
                let change = Changed { what: what.clone(), before, now };
                match (earlier.holds, later.holds) {
                    (true, false) => self.worsened.push(change),
                    (false, true) => self.improved.push(change),
                    _ if counts(earlier) != counts(later) => self.counts.push(CountsChanged {
                        exploration: what + " (explorations, snapshots)",
                        before: counts(earlier),
                        now: counts(later),
                    }),
                    _ => {}
                }
            }
            (None, None) => {}
            _ => {
                let words = "Only one of them explores programs of any length.";
                self.apart.push(words.to_owned());
            }
        }
    }

    fn rows(&mut self, before: &ComparedReport, now: &ComparedReport) {
        let (Some(earlier), Some(later)) = (&before.rows, &now.rows) else {
            self.apart.push("The report does not list the rows of its table.".to_owned());
            return;
        };
        let missing = |of: &[String], in_other: &[String]| -> Vec<String> {
            of.iter().filter(|row| !in_other.contains(row)).cloned().collect()
        };
        self.rows_added = missing(later, earlier);
        self.rows_removed = missing(earlier, later);
    }
}
