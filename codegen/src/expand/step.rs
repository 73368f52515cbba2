//! The generated `step`: for each machine one match on state and event, with the guards in code.

use crate::machine::{Alphabet, Machine, Row, Subject, Table, Trigger};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The name of a machine's own function.
pub(super) fn name(machine: &Machine) -> Ident {
    format_ident!("step_{}", machine.name.to_string())
}

/// The name of a machine's array of rows.
pub(super) fn array(machine: &Machine) -> Ident {
    format_ident!("__{}_ROWS", machine.name.to_string().to_uppercase())
}

/// A machine's function, with an arm for each of its rows.
pub(super) fn function(table: &Table, machine: &Machine, rows: &[Row]) -> TokenStream {
    let (function, array, module) = (name(machine), array(machine), &machine.name);
    let arms = rows.iter().enumerate().map(|(position, row)| {
        let pattern = pattern(&table.alphabet, machine, row, false);
        let guard = guard(&table.alphabet, row, &quote!(facts()));
        let position = proc_macro2::Literal::usize_unsuffixed(position);
        quote!(#pattern #guard => ::core::option::Option::Some(&#array[#position]))
    });
    quote! {
        #[allow(clippy::all, unreachable_patterns, unused_variables)]
        fn #function<F: Fn() -> Facts>(
            state: #module::State,
            memory: &Memory,
            event: Event,
            facts: F,
            policy: &Policy,
        ) -> ::core::option::Option<&'static Row> {
            match (state, event) {
                #( #arms, )*
                _ => ::core::option::Option::None,
            }
        }
    }
}

/// The states and the event of a row. What the event carries is bound to `payload`, if asked for.
pub(super) fn pattern(
    alphabet: &Alphabet,
    machine: &Machine,
    row: &Row,
    binds: bool,
) -> TokenStream {
    let module = &machine.name;
    let states = match row.from.len() == machine.states.len() {
        true => quote!(_),
        false => {
            let names = row.from.iter().map(|(_, name)| name);
            quote!( #( #module::State::#names )|* )
        }
    };
    let event = &row.event;
    let payload = match row.trigger {
        Trigger::Settle => None,
        Trigger::Event(event) => alphabet.events.get(event).and_then(|event| event.payload),
    };
    let payload = payload.map(|domain| {
        let values = row.payload.and_then(|values| alphabet.pattern(domain, values));
        match (values, binds) {
            (Some(values), true) => quote!((payload @ (#values))),
            (Some(values), false) => quote!((#values)),
            (None, true) => quote!((payload)),
            (None, false) => quote!((_)),
        }
    });
    quote!((#states, Event::#event #payload))
}

/// The guard of a row, which asks `facts` for one fact at a time.
pub(super) fn guard(alphabet: &Alphabet, row: &Row, facts: &TokenStream) -> Option<TokenStream> {
    let conditions: Vec<TokenStream> = row
        .guard
        .iter()
        .filter_map(|atom| {
            let field = atom.subject.field(alphabet)?;
            if atom.values & alphabet.all(field.domain) == 0 {
                return Some(quote!(false));
            }
            let values = alphabet.pattern(field.domain, atom.values)?;
            let name = &atom.name;
            let subject = match atom.subject {
                Subject::Memory(_) => quote!(memory.#name),
                Subject::Fact(_) => quote!(#facts.#name),
                Subject::Policy(_) => quote!(policy.#name),
            };
            Some(quote!(::core::matches!(#subject, #values)))
        })
        .collect();
    (!conditions.is_empty()).then(|| quote!(if #( #conditions )&&*))
}
