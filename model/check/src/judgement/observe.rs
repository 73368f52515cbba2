//! Observations that a search makes while it explores a system.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::judgement::outcome::{Harm, Outcome};
use crate::judgement::transparency::Run;
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::side::Side;
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;

/// Things of which each has to be seen in some run: a `sometimes` for each `always`. A property
/// whose witness is never seen would hold without having been tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Witness {
    /// For *transparent* and *acyclic*.
    RunEnds,
    /// For *good runs survive*.
    RunIsGood,
    /// For *rejection is told*.
    AlertIsReceived,
    /// For *honest end*.
    StreamEnds,
    /// For *in order*.
    KeysWereUpdated,
    /// For *bounded*.
    ControlIsQueued,
    /// For *independent*: a read that must not wait for our output.
    ReadWaitsWithOutput,
    /// For *independent*: a write that must not wait for a read.
    WriteWaitsWithInput,
    /// For *awake*.
    CallWaits,
    /// For *sound*, of two threads.
    MailWaitsBesideWrite,
    /// For *independent*, of two threads: the reading one transmits for the other.
    ReaderTransmits,
    /// For *independent*, of two threads: the writing one receives for the other.
    WriterReceives,
}

impl Witness {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::RunEnds,
        Self::RunIsGood,
        Self::AlertIsReceived,
        Self::StreamEnds,
        Self::KeysWereUpdated,
        Self::ControlIsQueued,
        Self::ReadWaitsWithOutput,
        Self::WriteWaitsWithInput,
        Self::CallWaits,
        Self::MailWaitsBesideWrite,
        Self::ReaderTransmits,
        Self::WriterReceives,
    ];

    const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// The property that it belongs to.
    pub const fn property(self) -> &'static str {
        match self {
            Self::RunEnds => "transparent",
            Self::RunIsGood => "good runs survive",
            Self::AlertIsReceived => "rejection is told",
            Self::StreamEnds => "honest end",
            Self::KeysWereUpdated => "in order",
            Self::ControlIsQueued => "bounded",
            Self::ReadWaitsWithOutput
            | Self::WriteWaitsWithInput
            | Self::ReaderTransmits
            | Self::WriterReceives => "independent",
            Self::CallWaits => "awake",
            Self::MailWaitsBesideWrite => "sound",
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::RunEnds => "a run ends",
            Self::RunIsGood => "a run ends with every call ok",
            Self::AlertIsReceived => "an alert is received",
            Self::StreamEnds => "a stream ends in order",
            Self::KeysWereUpdated => "data is received under updated keys",
            Self::ControlIsQueued => "control data waits for room",
            Self::ReadWaitsWithOutput => "a read waits while output is unsent",
            Self::WriteWaitsWithInput => "a write waits while input is unread",
            Self::CallWaits => "a call waits for the other side",
            Self::MailWaitsBesideWrite => "mail of a reading thread waits while another writes",
            Self::ReaderTransmits => "a reading thread transmits what another has left",
            Self::WriterReceives => "a writing thread would receive, and nobody reads",
        })
    }
}

/// A set of witnesses.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct WitnessSet(u16);

impl WitnessSet {
    /// Whether it holds this one.
    pub const fn has(self, witness: Witness) -> bool {
        self.0 & witness.bit() != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What has to be seen, and is not in the set.
    pub fn missing(self) -> Vec<Witness> {
        Witness::ALL.into_iter().filter(|witness| !self.has(*witness)).collect()
    }

    /// What the end of a run shows.
    pub fn of_end(run: &Run) -> Self {
        let mut set = Self::default();
        set.add(Witness::RunEnds, true);
        set.add(Witness::RunIsGood, run.is_good());
        set
    }

    fn add(&mut self, witness: Witness, seen: bool) {
        if seen {
            self.0 |= witness.bit();
        }
    }
}

impl fmt::Debug for WitnessSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(Witness::ALL.iter().filter(|one| self.has(**one))).finish()
    }
}

/// What a search counts by itself, until it adds that to its [`Observations`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SeenCounts {
    /// Snapshots that were expanded.
    pub expanded: u64,
    /// Those of them without a step.
    pub terminals: u64,
    /// The witnesses that were seen.
    pub witnesses: WitnessSet,
    /// Terminal snapshots by their harm, where nothing excuses that.
    pub harms: [u64; Harm::ALL.len()],
    /// Those of them in which a side rests while something of its is unsent, counted apart.
    pub owing: u64,
}

/// The observations of a search, by several threads at once.
#[derive(Debug, Default)]
pub struct Observations {
    expanded: AtomicU64,
    terminals: AtomicU64,
    witnesses: AtomicU16,
    harms: [AtomicU64; Harm::ALL.len()],
    owing: AtomicU64,
    runs: RwLock<HashSet<Run>>,
    outcomes: Mutex<BTreeSet<Outcome>>,
    records_outcomes: AtomicBool,
}

impl Observations {
    /// Observations that keep every joint outcome, for programs that are few.
    pub fn with_outcomes() -> Self {
        Self { records_outcomes: AtomicBool::new(true), ..Self::default() }
    }

    /// How many snapshots were expanded.
    pub fn expanded_snapshots(&self) -> u64 {
        self.expanded.load(Ordering::Relaxed)
    }

    /// How many of them had no step.
    pub fn terminals(&self) -> u64 {
        self.terminals.load(Ordering::Relaxed)
    }

    /// How many terminal snapshots had this harm, and no excuse.
    pub fn harmed(&self, harm: Harm) -> u64 {
        self.harms.get(harm as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    /// How many terminal snapshots had a harm without excuse in which a side rests while something
    /// of its is unsent.
    pub fn owing(&self) -> u64 {
        self.owing.load(Ordering::Relaxed)
    }

    /// The witnesses that were seen.
    pub fn witnesses(&self) -> WitnessSet {
        WitnessSet(self.witnesses.load(Ordering::Relaxed))
    }

    /// The runs, as far as transparency looks at them.
    pub fn runs(&self) -> BTreeSet<Run> {
        self.runs.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// The joint outcomes, if they are kept.
    pub fn outcomes(&self) -> BTreeSet<Outcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds what a search has counted.
    pub fn add(&self, seen: &SeenCounts) {
        self.expanded.fetch_add(seen.expanded, Ordering::Relaxed);
        self.terminals.fetch_add(seen.terminals, Ordering::Relaxed);
        self.witnesses.fetch_or(seen.witnesses.0, Ordering::Relaxed);
        for (sum, count) in self.harms.iter().zip(seen.harms) {
            sum.fetch_add(count, Ordering::Relaxed);
        }
        self.owing.fetch_add(seen.owing, Ordering::Relaxed);
    }

    /// A run has ended like this.
    pub fn ended<E>(&self, snapshot: &Snapshot<E>, run: &Run) {
        let is_known = self.runs.read().unwrap_or_else(PoisonError::into_inner).contains(run);
        if !is_known {
            self.runs.write().unwrap_or_else(PoisonError::into_inner).insert(*run);
        }
        if self.records_outcomes.load(Ordering::Relaxed) {
            let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
            outcomes.insert(snapshot.outcome());
        }
    }

    /// A snapshot is expanded. Whether its outcome is as it should be is asked only of terminal
    /// snapshots whose run is not good.
    pub fn expanded<E: PairEndpoint>(
        &self,
        pair: &Pair<E>,
        snapshot: &Snapshot<E>,
        terminal: bool,
        is_judged_well: impl FnOnce() -> bool,
    ) {
        self.expanded.fetch_add(1, Ordering::Relaxed);
        let known = self.witnesses();
        let seen = known.union(witnesses(pair, snapshot, terminal));
        if seen != known {
            self.witnesses.fetch_or(seen.0, Ordering::Relaxed);
        }
        if !terminal {
            return;
        }
        self.terminals.fetch_add(1, Ordering::Relaxed);
        let run = snapshot.run();
        self.ended(snapshot, &run);
        if !run.is_good()
            && !is_judged_well()
            && let Some(harm) = snapshot.harm().and_then(|harm| self.harms.get(harm as usize))
        {
            let count = if snapshot.rests_owing() { &self.owing } else { harm };
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The witnesses that one snapshot shows.
pub fn witnesses<E: PairEndpoint>(
    pair: &Pair<E>,
    snapshot: &Snapshot<E>,
    terminal: bool,
) -> WitnessSet {
    let mut set = WitnessSet::default();
    for side in Side::ALL {
        let party = snapshot.parties.of(side);
        let shown = party.endpoint.witnesses();
        set.add(Witness::KeysWereUpdated, shown.keys_were_updated);
        set.add(Witness::ControlIsQueued, shown.control_is_queued);
        set.add(Witness::CallWaits, pair.waits(snapshot, side));
        for call in party.pending() {
            let has_output = party.endpoint.first_cell().is_some();
            set.add(Witness::ReadWaitsWithOutput, call == ProgramCall::Read && has_output);
            let has_input = !snapshot.tcp.receive_queue(side).is_empty();
            set.add(Witness::WriteWaitsWithInput, call == ProgramCall::Write && has_input);
        }
        if pair.programs.manner(side).has_two_callers() {
            let reads = party.histories.reader.pending().is_some_and(ProgramCall::is_read);
            let writes = party.histories.writer.pending() == Some(ProgramCall::Write);
            let interest = party.endpoint.interest();
            let unsent = party.endpoint.first_cell().is_some();
            set.add(Witness::MailWaitsBesideWrite, writes && party.endpoint.owes_mail());
            set.add(Witness::ReaderTransmits, reads && !writes && unsent && interest.transmit);
            set.add(Witness::WriterReceives, writes && !reads && interest.receive);
        }
        for result in party.results() {
            set.add(Witness::StreamEnds, result == ProgramResult::EndOfStream);
            set.add(Witness::AlertIsReceived, matches!(result, ProgramResult::Alert(_)));
        }
    }
    if terminal { set.union(WitnessSet::of_end(&snapshot.run())) } else { set }
}
