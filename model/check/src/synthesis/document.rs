//! The page about policies that are found from what is asked of them, in Markdown.

use hyaline_model::table::FINGERPRINT;

use crate::WORLD_FINGERPRINT;
use crate::map::bounds::MapBounds;
use crate::map::document::profiles;
use crate::map::profiles::MapProfile;
use crate::search::profile::Profile;
use crate::synthesis::change::{ChangeAnswer, ChangeQuestion};
use crate::synthesis::choice::{OpposedGroup, OpposedPolicy, grouped, least_harmed};
use crate::synthesis::demand::Broken;
use crate::synthesis::front::{FrontSet, PolicyLattice};
use crate::synthesis::lattice::{SwitchSet, words};
use hyaline_protocol::print::wrap::paragraph;

/// The columns of prose.
const COLUMNS: usize = 100;

/// How many sets of switches are listed of those that are as good.
const SETS: usize = 8;

/// What the words of the page mean.
const DEFINITIONS: &str = "\
Each policy that the switches can express is explored with itself at both ends. It *keeps* \
something if that is so in every run within the bounds, all of which were explored. The *front* \
has the policies that keep a set of things which is part of no larger set that another policy \
keeps; of each set the *least* are listed: what is set otherwise than in `naive`, of which no \
part makes a policy of the front. Middlebox compatibility is no choice of one end, and stays on.";

/// All that was found.
#[derive(Clone, Debug, Default)]
pub struct SynthesisFindings {
    /// Every policy opposite itself, if that was asked.
    pub lattice: Option<PolicyLattice>,
    /// The policies of the front, opposite known libraries, if that was asked.
    pub opposed: Option<Vec<OpposedPolicy>>,
    /// The least changes that were asked for.
    pub changes: Vec<(ChangeQuestion, ChangeAnswer)>,
}

/// The whole page, or the parts of it that were asked for.
pub fn markdown(bounds: &MapBounds, findings: &SynthesisFindings) -> String {
    let mut text = format!(
        "# Policies, from what is asked of them\n\n\
         Made by `cargo run --release -- synthesize --all --format markdown > \
         docs/synthesis.md`.\n\n\
         Table `{FINGERPRINT}`, world `{WORLD_FINGERPRINT}`.\n\n{}",
        paragraph("", &bounds.words(), COLUMNS)
    );
    if let Some(lattice) = &findings.lattice {
        text.push_str(&of_lattice(lattice));
    }
    if let Some(opposed) = &findings.opposed {
        text.push_str(&of_choice(opposed));
    }
    text + &of_changes(&findings.changes)
}

fn of_lattice(lattice: &PolicyLattice) -> String {
    let all = lattice.standings.len();
    let states: usize = lattice.standings.iter().map(|standing| standing.states).sum();
    let mut text = format!(
        "\n{}\n{all} policies, {states} snapshots{}.\n\n## What keeps what\n\n\
         | | policies that keep it | only with |\n|---|--:|---|\n",
        paragraph("", DEFINITIONS, COLUMNS),
        if lattice.complete { "" } else { ", and not all was explored" },
    );
    for demand in &lattice.demands {
        let needed: Vec<String> = lattice
            .needed(*demand)
            .iter()
            .map(|(switch, values)| format!("`{switch}={}`", values.join("`, `")))
            .collect();
        let needed = if needed.is_empty() { "–".to_owned() } else { needed.join("; ") };
        text.push_str(&format!("| {demand} | {} | {needed} |\n", lattice.keeping(*demand)));
    }
    text.push_str("\n## The front\n");
    let front = lattice.front();
    text.extend(front.iter().map(of_front_set));
    text
}

/// Which demands are kept, in words: all but those that are broken.
pub fn kept_in_words(broken: &Broken) -> String {
    let words: Vec<String> = broken.iter().map(ToString::to_string).collect();
    if words.is_empty() {
        "everything".to_owned()
    } else {
        format!("all but: {}", words.join("; "))
    }
}

fn of_front_set(set: &FrontSet) -> String {
    let ours = if set.has_ours() { ", what ships among them" } else { "" };
    let mut text = format!(
        "\n**{} policies keep {}{ours}.**\n\n",
        set.policies.len(),
        kept_in_words(&set.broken)
    );
    text.push_str("The least of them set otherwise than `naive`:\n\n");
    text.push_str(&listed(&set.least()));
    text.push_str("\n| switch | values that occur | what ships |\n|---|---|---|\n");
    let shipped: Vec<(String, String)> = Profile::HYALINE.settings().collect();
    for (switch, values) in set.values() {
        let ours = shipped.iter().find(|(known, _)| *known == switch);
        let ours = ours.map(|(_, value)| value.as_str()).unwrap_or_default();
        text.push_str(&format!("| {switch} | {} | {ours} |\n", values.join(", ")));
    }
    text
}

/// Sets of switches as items, as many as are worth reading.
fn listed(sets: &[SwitchSet]) -> String {
    let mut text: String =
        sets.iter().take(SETS).map(|set| format!("- `{}`\n", words(set))).collect();
    if let Some(more) = sets.len().checked_sub(SETS + 1) {
        text.push_str(&format!("- and {} more\n", more + 1));
    }
    text
}

fn of_choice(opposed: &[OpposedPolicy]) -> String {
    let least = least_harmed(opposed);
    let ours = opposed.iter().find(|one| one.policy.is_shipped());
    let mut text = "\n## Why what ships was chosen\n\n".to_owned();
    let about = "Opposite themselves the policies of the front are alike. Opposite each known \
                 library, as client and as server, they are not: here is what is suffered there, \
                 in kinds (what, by which side, opposite which library) and in how many pairs of \
                 programs, on the policy's own side and on the library's.";
    text.push_str(&(paragraph("", about, COLUMNS) + "\n"));
    text.push_str(
        "| of the front, those with | policies | kinds, own | kinds, library's | pairs, own | \
         pairs, library's |\n|---|--:|--:|--:|--:|--:|\n",
    );
    for group in grouped(opposed) {
        let [own_kinds, other_kinds, own_pairs, other_pairs] = group.numbers().unwrap_or_default();
        let ours = if group.has_ours() { ", **what ships** among them" } else { "" };
        text.push_str(&format!(
            "| {}{ours} | {} | {own_kinds} | {other_kinds} | {own_pairs} | {other_pairs} |\n",
            settings(&group),
            group.members.len(),
        ));
    }
    let Some(ours) = ours else {
        return text + "\nWhat ships is not on the front.\n";
    };
    let is_least = least.iter().any(|one| one.policy.is_shipped());
    let fewer = opposed.iter().filter(|one| one.suffering() < ours.suffering()).count();
    let alike = opposed.iter().filter(|one| one.suffering() == ours.suffering()).count() - 1;
    let kinds = match is_least {
        true => "No policy of the front suffers only a part of the kinds that what ships does.",
        false => "Some policy of the front suffers only a part of the kinds that what ships does.",
    };
    let pairs = format!(
        "{kinds} In pairs of programs {fewer} of {} policies suffer less together with their \
         peers, and {alike} others as much, of {} pairs each. What is left of harm opposite \
         another library no policy avoids: [one end ours](opposite.md).",
        opposed.len(),
        ours.pairs
    );
    text + "\n" + &paragraph("", &pairs, COLUMNS)
}

/// What tells a group from the rest of the front.
fn settings(group: &OpposedGroup<'_>) -> String {
    let written = group.switches.iter().map(|(switch, values)| {
        let values = values.iter().map(|value| format!("`{switch}={value}`"));
        values.collect::<Vec<_>>().join(" or ")
    });
    let written: Vec<String> = written.collect();
    if written.is_empty() { "any".to_owned() } else { written.join(", ") }
}

fn of_changes(changes: &[(ChangeQuestion, ChangeAnswer)]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let about = "The fewest switches of one policy that have to be set for TLS to add nothing that \
                 programs notice: opposite itself, changed alike at both ends; and opposite \
                 another as it stands, as its client and as its server. Policies are tried by the \
                 number of changes. Given programs that refuted one policy are tried first of the \
                 next, which is exact; a policy suffices only when all of the bounds was explored.";
    let mut text = format!("\n## The least changes\n\n{}", paragraph("", about, COLUMNS));
    if let Ok(known) = MapProfile::known() {
        text.push_str(&("\nKnown profiles:\n\n".to_owned() + &profiles(&known)));
    }
    let mut from = "";
    for (question, answer) in changes {
        if from != question.from.name {
            from = &question.from.name;
            text.push_str(&format!(
                "\n**From `{from}`**\n\n| opposite | switches | which | policies tried | explored \
                 in full |\n|---|--:|---|--:|--:|\n"
            ));
        }
        let ChangeAnswer { least, tried, explored, .. } = answer;
        let count = least.first().map(|set| set.len().to_string()).unwrap_or_default();
        text.push_str(&format!(
            "| {} | {count} | {} | {tried} | {explored} |\n",
            question.target.name(),
            which(answer)
        ));
    }
    text
}

/// The least changes in a cell of a table.
fn which(answer: &ChangeAnswer) -> String {
    let sets = &answer.least;
    match sets.first() {
        None => "no policy suffices".to_owned(),
        Some(first) if first.is_empty() => "nothing has to be changed".to_owned(),
        Some(_) => {
            let shown = sets.iter().take(SETS).map(|set| format!("`{}`", words(set)));
            let mut text = shown.collect::<Vec<_>>().join(" or ");
            if let Some(more) = sets.len().checked_sub(SETS + 1) {
                text.push_str(&format!(", and {} more", more + 1));
            }
            text
        }
    }
}
