//! `hyaline unbounded`.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use hyaline_check::report::subject;
use hyaline_check::search::explore::{ExplorationProgress, Verdict};
use hyaline_check::unbounded::chart::{LEGEND, chart, lasso_chart};
use hyaline_check::unbounded::endless::EndlessSearch;
use hyaline_check::unbounded::plan::{Extent, runs};
use hyaline_check::unbounded::run::UnboundedRun;
use hyaline_check::unbounded::search::{Search, UnboundedEffort};
use hyaline_check::unbounded::world::UnboundedWorld;
use hyaline_model::table::INBOX_RECORDS;
use hyaline_search::Stop;
use indicatif::HumanCount;
use serde::Serialize;

use crate::CommandStatus;
use crate::arguments::UnboundedArguments;
use crate::progress::Bar;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// What a run came to, as it is printed.
pub(crate) struct Line {
    /// The number of the run.
    number: usize,
    /// The run, in words.
    pub(crate) title: String,
    /// The whole line, with what was found, for a terminal.
    pub(crate) text: String,
    pub(crate) verdict: Verdict,
    /// What came of programs without end, if it was asked.
    pub(crate) endless: Option<Verdict>,
    pub(crate) snapshots: usize,
    pub(crate) edges: usize,
    /// Snapshots in which nothing has to happen.
    pub(crate) quiet: usize,
    /// How long it took.
    pub(crate) elapsed: Duration,
}

pub(crate) fn run(arguments: &UnboundedArguments) -> Result<CommandStatus, CommandError> {
    if let Some(pairs) = arguments.random {
        return crate::random::run(arguments, pairs);
    }
    if let Some(calls) = arguments.compare {
        return crate::compared::run(arguments, calls);
    }
    let begun = Instant::now();
    let runs = arguments.runs();
    let effort = UnboundedEffort {
        stops_at_first: arguments.first,
        snapshots_at_most: arguments.snapshots_at_most,
    };
    let asked = Asked { effort, endless: arguments.endless };
    write(&heading(arguments.inbox))?;
    let lines = explore(&runs, &asked, usize::from(arguments.threads), true)?;
    let summary = UnboundedSummary::of(&lines);
    let verdict = match summary.holds {
        true => styled(GOOD, "all of them hold (complete)"),
        false => styled(BAD, "not all of them hold"),
    };
    let (size, time) = (summary.size(), begun.elapsed().as_secs());
    let faint = format!("{size}, {time} s\n{}", subject());
    write(&format!("{} explorations: {verdict}\n{}\n", lines.len(), styled(FAINT, faint)))?;
    Ok(if summary.holds { CommandStatus::Holds } else { CommandStatus::Fails })
}

pub(crate) fn heading(inbox: u8) -> String {
    let heading = "every program of any length, over queues of any size";
    format!("{}, inbox {inbox}\n", styled(HEADING, heading))
}

/// What several explorations come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UnboundedSummary {
    /// How many there were.
    pub(crate) explorations: usize,
    /// Snapshots of all of them.
    pub(crate) snapshots: usize,
    /// Edges of all of them.
    pub(crate) edges: usize,
    /// Whether each of them holds, and was explored to the end.
    pub(crate) holds: bool,
}

impl UnboundedSummary {
    pub(crate) fn of(lines: &[Line]) -> Self {
        let sum = |of: fn(&Line) -> usize| lines.iter().map(of).sum();
        Self {
            explorations: lines.len(),
            snapshots: sum(|line| line.snapshots),
            edges: sum(|line| line.edges),
            holds: lines.iter().all(Line::holds),
        }
    }

    /// How large they are together.
    pub(crate) fn size(&self) -> String {
        format!("{} snapshots, {} edges", count(self.snapshots), count(self.edges))
    }
}

/// Explores the part that each change is checked by, and writes what comes of each exploration if
/// that is wanted.
pub(crate) fn part(
    effort: &UnboundedEffort,
    threads: usize,
    is_written: bool,
) -> Result<Vec<Line>, CommandError> {
    if is_written {
        write(&format!("\n{}", heading(INBOX_RECORDS)))?;
    }
    let asked = Asked { effort: *effort, endless: false };
    explore(&runs(Extent::Part), &asked, threads, is_written)
}

/// What is asked of each run.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) effort: UnboundedEffort,
    /// Whether programs without end are asked of, too.
    pub(crate) endless: bool,
}

/// What a thread that explores has to tell.
enum News {
    /// Thread number so much has found so many snapshots.
    UnboundedProgress(usize, usize),
    /// A run has ended.
    Line(Line),
}

/// Explores the runs, several at once, and writes what comes of each as it comes, if that is
/// wanted.
pub(crate) fn explore(
    runs: &[UnboundedRun],
    asked: &Asked,
    threads: usize,
    is_written: bool,
) -> Result<Vec<Line>, CommandError> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = channel();
    // Only one trace is shown, which is enough to read: that of the first run that has one.
    let shown = Mutex::new(false);
    std::thread::scope(|scope| {
        for thread in 0..threads.min(runs.len()) {
            let (sender, next, shown) = (sender.clone(), &next, &shown);
            scope.spawn(move || {
                while let Some((number, run)) = take(runs, next) {
                    let line = explored(number, run, asked, shown, &sender, thread);
                    if sender.send(News::Line(line)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        write_as_they_come(&receiver, runs.len(), is_written)
    })
}

fn take<'r>(runs: &'r [UnboundedRun], next: &AtomicUsize) -> Option<(usize, &'r UnboundedRun)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    runs.get(number).map(|run| (number, run))
}

fn write_as_they_come(
    receiver: &Receiver<News>,
    runs: usize,
    is_written: bool,
) -> Result<Vec<Line>, CommandError> {
    let (begun, bar) = (Instant::now(), Bar::new(runs));
    let mut lines: Vec<Line> = Vec::new();
    let mut running = Vec::new();
    loop {
        match receiver.recv_timeout(Duration::from_millis(200)) {
            Ok(News::UnboundedProgress(thread, snapshots)) => {
                running.resize(running.len().max(thread + 1), 0);
                running.splice(thread..=thread, [snapshots]);
            }
            Ok(News::Line(line)) => {
                bar.advance();
                if is_written {
                    bar.suspend(|| write(&line.text))?;
                }
                lines.push(line);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let ended: usize = lines.iter().map(|line| line.snapshots).sum();
        let states = ended + running.iter().sum::<usize>();
        bar.show(&ExplorationProgress { states, depth: 0, elapsed: begun.elapsed() });
    }
    bar.clear();
    lines.sort_by_key(|line| line.number);
    Ok(lines)
}

fn explored(
    number: usize,
    run: &UnboundedRun,
    asked: &Asked,
    shown: &Mutex<bool>,
    sender: &Sender<News>,
    thread: usize,
) -> Line {
    // Where nobody receives any more, the progress is dropped.
    let tell = |snapshots| drop(sender.send(News::UnboundedProgress(thread, snapshots)));
    let (mut world, search) = run.explore(&asked.effort, &mut |progress| tell(progress.snapshots));
    let progress = asked.endless.then(|| run.progress(&mut world, &asked.effort));
    tell(0);
    let mut text = words(run, &search);
    let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(finding) = search.findings.first().filter(|_| !*shown) {
        *shown = true;
        text.push_str(&format!("{}{}\n", chart(&world, finding), styled(FAINT, LEGEND)));
    }
    let mut endless = None;
    let mut elapsed = search.elapsed;
    if let Some(progress) = progress {
        let (verdict, words) = progress_words(&world, &progress, !*shown);
        *shown |= verdict == Verdict::Fails;
        elapsed += progress.map_or(Duration::ZERO, |progress| progress.elapsed);
        endless = Some(verdict);
        text.push_str(&words);
    }
    Line {
        number,
        title: run.to_string(),
        text,
        verdict: verdict(&search),
        endless,
        snapshots: search.snapshots,
        edges: search.edges,
        quiet: search.quiet,
        elapsed,
    }
}

impl Line {
    /// Whether nothing was found, of all that was asked.
    fn holds(&self) -> bool {
        let endless = self.endless.unwrap_or(Verdict::Holds);
        self.verdict == Verdict::Holds && endless == Verdict::Holds
    }
}

/// What came of programs without end; with the first lasso, if that is to be shown.
fn progress_words(
    world: &UnboundedWorld,
    progress: &Result<EndlessSearch, Stop>,
    shows_lasso: bool,
) -> (Verdict, String) {
    let Ok(progress) = progress else {
        return (Verdict::Unfinished, format!("    without end: {}\n", Verdict::Unfinished.word()));
    };
    let verdict = Verdict::of(!progress.holds(), true);
    if verdict == Verdict::Holds {
        let seconds = progress.elapsed.as_secs_f64();
        let faint = styled(FAINT, format!("{seconds:.1} s"));
        return (verdict, format!("    without end: {}, {faint}\n", styled(GOOD, "holds")));
    }
    let mut text = format!("    without end: {}\n", styled(BAD, "fails (lasso)"));
    for starvation in progress.findings() {
        text.push_str(&format!("    {} × {starvation}\n", starvation.count));
    }
    if let Some(starvation) = progress.findings().next().filter(|_| shows_lasso) {
        text.push_str(&format!("{}{}\n", lasso_chart(world, starvation), styled(FAINT, LEGEND)));
    }
    (verdict, text)
}

fn verdict(search: &Search) -> Verdict {
    Verdict::of(!search.findings.is_empty(), search.complete)
}

fn words(run: &UnboundedRun, search: &Search) -> String {
    let snapshots = count(search.snapshots);
    let verdict = match verdict(search) {
        Verdict::Holds => styled(GOOD, "holds (complete)"),
        Verdict::Fails => styled(BAD, "fails (trace)"),
        Verdict::Unfinished => styled(BAD, format!("unfinished ({snapshots} snapshots)")),
    };
    let profiles = run.profiles;
    let ends = match profiles.client.is_shipped() && profiles.server.is_shipped() {
        true => String::new(),
        false => format!("{} × {}, ", profiles.client, profiles.server),
    };
    let (edges, quiet, time) = (count(search.edges), count(search.quiet), search.elapsed);
    let (parties, wires) = search.parts;
    let faint = format!(
        "    {snapshots} snapshots, {edges} edges, nothing has to happen in {quiet}, depth {}, \
         {parties} sides, {wires} transports, {:.1} s",
        search.depth,
        time.as_secs_f64()
    );
    let mut text = format!("  {ends}{run}: {verdict}\n{}\n", styled(FAINT, faint));
    for finding in &search.findings {
        text.push_str(&format!("    {} × {}\n", finding.count, finding.violation));
    }
    text
}

fn count(number: usize) -> String {
    HumanCount(u64::try_from(number).unwrap_or(u64::MAX)).to_string()
}
