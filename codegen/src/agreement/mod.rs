//! On random small tables, what the macro reads, checks and emits agrees with what the table means.

mod draft;
mod emitted;

use crate::check;
use crate::errors::Errors;
use crate::expand;
use crate::front::read;
use crate::machine::table::Written;
use crate::machine::{Alphabet, Machine, Subject, Table, Trigger};
use crate::syntax::{AlphabetSyntax, MachineSyntax, TableSyntax};
use draft::{Draft, Family, Moment, draft};
use emitted::Step;
use proptest::prelude::*;

/// Reads a draft as the macros would.
fn table(draft: &Draft) -> Table {
    let mut errors = Errors::new();
    let tokens = |text: &str| text.parse().expect("tokens");
    let alphabet = read(tokens(&draft.alphabet()), &mut errors, AlphabetSyntax::parse);
    let machine = read(tokens(&draft.machine()), &mut errors, MachineSyntax::parse).flatten();
    let slots = read(tokens("m"), &mut errors, TableSyntax::parse);
    let (alphabet, machine) = (alphabet.expect("an alphabet"), machine.expect("a machine"));
    Alphabet::resolve(&alphabet, true, &mut errors);
    let written = Written {
        alphabet,
        alphabet_sound: true,
        machines: vec![(machine, true)],
        table: slots.expect("slots"),
    };
    let mut table = Table::resolve(&written, &mut errors);
    assert!(errors.is_empty(), "{}\n{}\n{}", errors.to_tokens(), draft.alphabet(), draft.machine());
    // Rows that set no memory leave every value but the first unassigned. The macro reports that
    // in a table without other mistakes, and the report would hide the mistakes compared here.
    table.flawless = false;
    table
}

fn machine(table: &Table) -> &Machine {
    table.machines.first().expect("the machine")
}

/// The written rows that fire, by what was resolved.
fn resolved_rows(table: &Table, draft: &Draft, moment: &Moment) -> Vec<usize> {
    let trigger = match moment.event {
        0 => Trigger::Settle,
        event => Trigger::Event(event - 1),
    };
    let value = |subject: Subject| {
        let (family, place) = match subject {
            Subject::Memory(place) => (Family::Memory, place),
            Subject::Fact(place) => (Family::Fact, place),
            Subject::Policy(place) => (Family::Policy, place),
        };
        let values = draft.subjects.iter().zip(&moment.values);
        let mut values = values.filter(|(subject, _)| subject.family == family);
        *values.nth(place).expect("a value").1
    };
    let fires = |row: &&crate::machine::Row| {
        row.trigger == trigger
            && row.from.iter().any(|(from, _)| *from == moment.state)
            && row.payload.is_none_or(|payload| payload & 1 << moment.payload != 0)
            && row.guard.iter().all(|atom| atom.values & 1 << value(atom.subject) != 0)
    };
    machine(table).rows.iter().filter(fires).map(|row| row.source).collect()
}

/// The written rows that fire, by the draft.
fn meant_rows(draft: &Draft, moment: &Moment) -> Vec<usize> {
    let rows = draft.rows.iter().enumerate();
    rows.filter(|(_, row)| draft.fires(row, moment)).map(|(place, _)| place).collect()
}

fn all_moments(draft: &Draft) -> Vec<Moment> {
    let pairs =
        (0..draft.states).flat_map(|state| (0..draft.events()).map(move |event| (state, event)));
    pairs.flat_map(|(state, event)| draft.moments(state, event)).collect()
}

/// The mistakes that one check reports.
fn reported(check: impl FnOnce(&mut Errors)) -> usize {
    let mut errors = Errors::new();
    check(&mut errors);
    errors.count()
}

/// The gaps that a message reports: the event, with each state. None if it is about something else.
fn gaps_of(message: &str) -> Vec<(String, String)> {
    let Some((states, rest)) = message.split_once(" no row and no `otherwise` for `") else {
        return Vec::new();
    };
    let is_of_event = |letter: &char| letter.is_alphanumeric();
    let event: String = rest.chars().take_while(is_of_event).collect();
    states.split('`').skip(1).step_by(2).map(|state| (event.clone(), state.to_owned())).collect()
}

/// The `otherwise` that takes an event in a state.
fn meant_otherwise(draft: &Draft, state: usize, event: usize) -> Option<usize> {
    draft.otherwise.iter().position(|row| {
        row.states.as_ref().is_none_or(|states| states.contains(&state))
            && row.events.as_ref().is_none_or(|events| events.contains(&event))
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn rows_fire_as_they_are_written(draft in draft()) {
        let table = table(&draft);
        for moment in all_moments(&draft) {
            prop_assert_eq!(
                resolved_rows(&table, &draft, &moment),
                meant_rows(&draft, &moment),
                "{:?}\n{}", moment, draft.machine()
            );
        }
    }

    #[test]
    fn overlaps_are_found_exactly_where_two_rows_fire(draft in draft()) {
        let table = table(&draft);
        let mut pairs = std::collections::BTreeSet::new();
        for moment in all_moments(&draft) {
            let rows = meant_rows(&draft, &moment);
            for (place, one) in rows.iter().enumerate() {
                pairs.extend(rows.iter().skip(place + 1).map(|other| (*one, *other)));
            }
        }
        let found = reported(|errors| check::overlap::check(&table, machine(&table), errors));
        prop_assert_eq!(found, 2 * pairs.len(), "{}", draft.machine());
    }

    #[test]
    fn dead_rows_are_found_exactly_where_a_row_never_fires(draft in draft()) {
        let table = table(&draft);
        let mut alive = std::collections::BTreeSet::new();
        for moment in all_moments(&draft) {
            alive.extend(meant_rows(&draft, &moment));
        }
        let found = reported(|errors| check::guards::check(&table, machine(&table), errors));
        prop_assert_eq!(found, draft.rows.len() - alive.len(), "{}", draft.machine());
    }

    #[test]
    fn gaps_and_useless_rows_of_otherwise_are_found_exactly(draft in draft()) {
        let table = table(&draft);
        let (mut gaps, mut serves) = (Vec::new(), vec![Vec::new(); draft.otherwise.len()]);
        for event in (1..draft.events()).filter(|event| draft.at_home(*event)) {
            for state in 0..draft.states {
                let open = |moment: &Moment| meant_rows(&draft, moment).is_empty();
                if !draft.moments(state, event).iter().any(open) {
                    continue;
                }
                match meant_otherwise(&draft, state, event) {
                    Some(place) => serves[place].push((event - 1, state)),
                    None => gaps.push((format!("Event{event}"), format!("State{state}"))),
                }
            }
        }
        let useless = serves.iter().filter(|serves| serves.is_empty()).count();
        let mut errors = Errors::new();
        let rows = check::coverage::check(&table, machine(&table), &mut errors);
        let messages = errors.messages();
        let mut found: Vec<_> = messages.iter().flat_map(|message| gaps_of(message)).collect();
        gaps.sort();
        found.sort();
        prop_assert_eq!(found, gaps, "{}", draft.machine());
        let of_gaps = messages.iter().filter(|message| !gaps_of(message).is_empty()).count();
        prop_assert_eq!(messages.len() - of_gaps, useless, "{}", draft.machine());
        let served: Vec<(usize, Trigger, usize)> = rows
            .iter()
            .flat_map(|row| {
                row.from.iter().map(|(from, _)| (row.source, row.trigger, *from))
            })
            .collect();
        let meant: Vec<(usize, Trigger, usize)> = serves
            .iter()
            .enumerate()
            .flat_map(|(place, pairs)| {
                pairs.iter().map(move |(event, state)| (place, Trigger::Event(*event), *state))
            })
            .map(|(place, trigger, state)| (draft.rows.len() + place, trigger, state))
            .collect();
        prop_assert_eq!(served, meant, "{}", draft.machine());
    }

    #[test]
    fn the_emitted_step_takes_the_rows_that_are_meant(draft in draft()) {
        let table = table(&draft);
        let machine = machine(&table);
        let served = check::coverage::check(&table, machine, &mut Errors::new());
        let rows = [machine.rows.clone(), served].concat();
        let items = expand::table::expand(&table, std::slice::from_ref(&rows));
        let step = Step::read(items, "step_m");
        for moment in all_moments(&draft) {
            // Where rows overlap, which the macro rejects, the first is taken.
            let first = meant_rows(&draft, &moment).first().copied();
            let otherwise = meant_otherwise(&draft, moment.state, moment.event)
                .filter(|_| moment.event != 0 && draft.at_home(moment.event))
                .map(|place| draft.rows.len() + place);
            let taken = step.take(&draft, &moment).map(|place| rows[place].source);
            prop_assert_eq!(taken, first.or(otherwise), "{:?}\n{}", moment, draft.machine());
        }
    }
}
