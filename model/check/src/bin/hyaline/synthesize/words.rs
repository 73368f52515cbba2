//! What was found, for a terminal.

use hyaline_check::map::bounds::MapBounds;
use hyaline_check::report::subject;
use hyaline_check::synthesis::change::{ChangeAnswer, ChangeQuestion};
use hyaline_check::synthesis::choice::{OpposedPolicy, grouped};
use hyaline_check::synthesis::document::{SynthesisFindings, kept_in_words};
use hyaline_check::synthesis::front::{FrontSet, PolicyLattice};
use hyaline_check::synthesis::lattice::{SwitchSet, words};
use hyaline_protocol::print::wrap::paragraph;

use crate::screen::{BAD, FAINT, GOOD, HEADING, styled};

/// The columns of everything that is printed.
const COLUMNS: usize = 100;

/// How many sets of switches are printed of those that are as good, and how many commands.
const SHOWN: usize = 6;

pub(super) fn whole(bounds: &MapBounds, findings: &SynthesisFindings) -> String {
    let mut text = faint(&bounds.words());
    if let Some(lattice) = &findings.lattice {
        text.push_str(&of_lattice(lattice));
    }
    if let Some(opposed) = &findings.opposed {
        text.push_str(&of_choice(opposed));
    }
    text.extend(findings.changes.iter().map(|(question, answer)| of_change(question, answer)));
    text + "\n" + &faint(&subject())
}

fn faint(text: &str) -> String {
    paragraph("", text, COLUMNS).lines().map(|line| styled(FAINT, line) + "\n").collect()
}

fn of_lattice(lattice: &PolicyLattice) -> String {
    let all = lattice.standings.len();
    let mut text = format!(
        "\n{}\n{:44}{:>8}  only with\n",
        styled(HEADING, format!("{all} policies, each with itself at both ends")),
        "",
        "keep it"
    );
    for demand in &lattice.demands {
        let needed: Vec<String> = lattice
            .needed(*demand)
            .iter()
            .map(|(switch, values)| format!("{switch}={}", values.join("|")))
            .collect();
        let begin = format!("  {:42}{:>8}  ", demand.to_string(), lattice.keeping(*demand));
        text.push_str(&paragraph(&begin, &needed.join(", "), COLUMNS));
    }
    if !lattice.complete {
        text.push_str("not everything was explored: what is said to be kept may not be\n");
    }
    text.extend(lattice.front().iter().map(of_front_set));
    text
}

fn of_front_set(set: &FrontSet) -> String {
    let ours = if set.has_ours() { ", what ships among them" } else { "" };
    let kept = kept_in_words(&set.broken);
    let heading = format!("the front: {} policies keep {kept}{ours}", set.policies.len());
    let mut text = format!("\n{}\nleast set otherwise than naive\n", styled(HEADING, heading));
    text.push_str(&sets(&set.least()));
    let values = set.values().into_iter();
    let values = values.map(|(switch, values)| format!("{switch}={}", values.join("|")));
    let values = values.collect::<Vec<_>>().join(", ");
    text + &paragraph("values that occur: ", &values, COLUMNS)
}

/// Sets of switches, a line each.
fn sets(sets: &[SwitchSet]) -> String {
    let shown = sets.iter().take(SHOWN).map(|set| paragraph("  ", &words(set), COLUMNS));
    let mut text: String = shown.collect();
    if let Some(more) = sets.len().checked_sub(SHOWN + 1) {
        text.push_str(&format!("  and {} more (--format json)\n", more + 1));
    }
    text
}

fn of_choice(opposed: &[OpposedPolicy]) -> String {
    let heading = "the front, opposite each known library: kinds of harm, and pairs of programs";
    let mut text = format!(
        "\n{}\n{:>8}{:>8}{:>10}{:>10}  of the front\n",
        styled(HEADING, heading),
        "own",
        "other's",
        "own",
        "other's"
    );
    for group in grouped(opposed) {
        let [own_kinds, other_kinds, own_pairs, other_pairs] = group.numbers().unwrap_or_default();
        let switches = group.switches.iter();
        let switches = switches.map(|(switch, values)| format!("{switch}={}", values.join("|")));
        let ours = if group.has_ours() { ", what ships among them" } else { "" };
        let members = group.members.len();
        let begin = format!("{own_kinds:>8}{other_kinds:>8}{own_pairs:>10}{other_pairs:>10}  ");
        let switches = switches.collect::<Vec<_>>().join(", ");
        let words = format!("{members} policies{ours}: {switches}");
        text.push_str(&paragraph(&begin, &words, COLUMNS));
    }
    text
}

fn of_change(question: &ChangeQuestion, answer: &ChangeAnswer) -> String {
    let ChangeAnswer { least, tried, explored, .. } = answer;
    let heading = format!("{} opposite {}", question.from.name, question.target.name());
    let mut text = format!("\n{}\n", styled(HEADING, heading));
    match least.first() {
        None => text.push_str(&(styled(BAD, "  no policy suffices") + "\n")),
        Some(first) if first.is_empty() => {
            text.push_str(&(styled(GOOD, "  nothing has to be changed") + "\n"));
        }
        Some(first) => {
            let count = first.len();
            text.push_str(&format!("  {count} switches have to be set:\n"));
            text.push_str(&sets(least));
        }
    }
    text.push_str(&faint(&format!(
        "{tried} policies tried, {explored} of them in full; refuted by"
    )));
    for (command, count) in answer.refuted_by.iter().take(SHOWN) {
        text.push_str(&faint(&format!("{count:>6} policies: hyaline {command}")));
    }
    text
}
