//! Rows on one line, as a person would write them.

use crate::syntax::{
    ArgumentSyntax, AtomSyntax, EventSyntax, PayloadSyntax, Relation, StatementSyntax,
};
use std::fmt::Display;

/// `A | B`
pub(crate) fn alternatives<T: Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")
}

/// `KeyUpdate(UpdateRequested)`
pub(crate) fn event(event: &EventSyntax) -> String {
    match &event.payload {
        None => event.name.to_string(),
        Some(payload) => format!("{}({})", event.name, inside(payload)),
    }
}

fn inside(payload: &PayloadSyntax) -> String {
    let values = alternatives(&payload.values);
    match &payload.binding {
        None if values.is_empty() => "_".to_owned(),
        None => values,
        Some(binding) if values.is_empty() => binding.to_string(),
        Some(binding) => format!("{binding} @ {values}"),
    }
}

/// `outbox(Empty | Holding)` or `tickets_owed > 2`
pub(crate) fn atom(atom: &AtomSyntax) -> String {
    let values = alternatives(&atom.values);
    let relation = match atom.relation {
        Relation::Among => return format!("{}({values})", atom.subject),
        Relation::Equal => "==",
        Relation::Differs => "!=",
        Relation::Less => "<",
        Relation::AtMost => "<=",
        Relation::Greater => ">",
        Relation::AtLeast => ">=",
    };
    format!("{} {relation} {values}", atom.subject)
}

/// ` if a and b under c`, or nothing.
pub(crate) fn guard(guard: &[AtomSyntax], policies: &[AtomSyntax]) -> String {
    let mut text = String::new();
    for (keyword, atoms) in [("if", guard), ("under", policies)] {
        if !atoms.is_empty() {
            let atoms: Vec<String> = atoms.iter().map(atom).collect();
            text.push_str(&format!(" {keyword} {}", atoms.join(" and ")));
        }
    }
    text
}

/// `field = Value`, `Send(Message)` or `raise write.Abort(alert)`
pub(crate) fn statement(statement: &StatementSyntax) -> String {
    match statement {
        StatementSyntax::Assign { field, value } => format!("{field} = {value}"),
        StatementSyntax::Decrement { field, amount, .. } => format!("{field} -= {amount}"),
        StatementSyntax::Perform { action, argument } => {
            format!("{action}{}", self::argument(argument.as_ref()))
        }
        StatementSyntax::Raise { post, slot, event, argument } => {
            let verb = if *post { "post" } else { "raise" };
            format!("{verb} {slot}.{event}{}", self::argument(argument.as_ref()))
        }
    }
}

fn argument(argument: Option<&ArgumentSyntax>) -> String {
    argument.map_or_else(String::new, |argument| format!("({})", argument.value))
}

/// `Open { field = Value; Send(Message); }`
pub(crate) fn outcome(to: &proc_macro2::Ident, body: &[StatementSyntax]) -> String {
    if body.is_empty() {
        return format!("{to} {{}}");
    }
    let body: Vec<String> = body.iter().map(|one| format!("{};", statement(one))).collect();
    format!("{to} {{ {} }}", body.join(" "))
}
