//! The types that rows are made of. They are the same for every table, except that `Citation` has a
//! variant for documents only where rows may cite some.

use proc_macro2::TokenStream;
use quote::quote;

/// All of them, and how memory is updated.
pub(super) fn row_types(has_documents: bool) -> TokenStream {
    let structures = row_structures();
    let parts = row_parts(has_documents);
    quote! {
        #structures
        #parts

        impl Memory {
            /// The updates of a row, all at once. `event` is the one that the row was taken on.
            pub fn update(&mut self, row: &Row, event: Event) {
                for update in row.updates {
                    let index = match update.change {
                        Change::Set(index) => index,
                        Change::SetFromPayload => match event.payload_index() {
                            ::core::option::Option::Some(index) => index,
                            ::core::option::Option::None => continue,
                        },
                        Change::Decrement => self.get(update.field).saturating_sub(1),
                    };
                    self.set(update.field, index);
                }
            }
        }
    }
}

fn row_structures() -> TokenStream {
    quote! {
        /// A row of the table. Two rows are equal if they have the same number.
        #[derive(Clone, Copy, Debug)]
        pub struct Row {
            /// The machine it belongs to.
            pub machine: Machine,
            /// Its place in [`ROWS`].
            pub number: u16,
            /// The indexes of the states in which it can fire. For a row of `otherwise`: of those
            /// in which other rows leave something to it.
            pub from: &'static [u8],
            /// The event it waits for.
            pub event: EventKind,
            /// The indexes of the payloads it takes; nothing if it takes any.
            pub payload: ::core::option::Option<&'static [u8]>,
            /// Whether it hands the payload on.
            pub binding: bool,
            /// All of these must hold.
            pub guard: &'static [Atom],
            /// The index of the state it leads to; nothing if the state stays as it is.
            pub to: ::core::option::Option<u8>,
            /// What it remembers: all at once, after the guard and before the effects.
            pub updates: &'static [Update],
            /// What it does, in this order.
            pub effects: &'static [Effect],
            /// Where it comes from.
            pub citations: &'static [Citation],
            /// Whether it stands under `otherwise`: it takes what the other rows leave.
            pub otherwise: bool,
            /// The row on one line, as it is written.
            pub text: &'static str,
            /// What is said about it.
            pub docs: &'static str,
        }

        impl ::core::cmp::PartialEq for Row {
            fn eq(&self, other: &Row) -> bool { self.number == other.number }
        }

        impl ::core::cmp::Eq for Row {}

        impl ::core::hash::Hash for Row {
            fn hash<H: ::core::hash::Hasher>(&self, hasher: &mut H) {
                ::core::hash::Hash::hash(&self.number, hasher);
            }
        }

        /// A condition of a guard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct Atom {
            /// What it asks about.
            pub subject: Subject,
            /// The indexes of the values with which it holds.
            pub allowed: &'static [u8],
            /// As it is written.
            pub text: &'static str,
        }

        /// An update of a memory field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct Update {
            /// The field.
            pub field: MemoryField,
            /// What becomes of it.
            pub change: Change,
            /// As it is written.
            pub text: &'static str,
        }

        /// An effect of a row.
        #[derive(Clone, Copy, Debug)]
        pub struct Effect {
            /// What it does.
            pub kind: EffectKind,
            /// As it is written.
            pub text: &'static str,
        }
    }
}

fn row_parts(has_documents: bool) -> TokenStream {
    let of_documents = has_documents.then(|| {
        quote! {
            /// A section of a document that the alphabet declares.
            Section {
                /// The document.
                document: &'static str,
                /// Its section.
                section: &'static str,
            },
        }
    });
    quote! {
        /// What an atom asks about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            /// What rows remember.
            Memory(MemoryField),
            /// What the world answers.
            Fact(FactName),
            /// What is fixed.
            Policy(PolicyName),
        }

        /// What becomes of a memory field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Change {
            /// The value of this index.
            Set(u8),
            /// The value that the event carries.
            SetFromPayload,
            /// The value before this one.
            Decrement,
        }

        /// What an effect does, given the event that the row was taken on.
        #[derive(Clone, Copy, Debug)]
        pub enum EffectKind {
            /// An action is performed.
            Perform(fn(Event) -> Action),
            /// An event is raised, to be worked off in the same turn.
            Raise(fn(Event) -> Event),
            /// An event is posted, to come in a later turn.
            Post(fn(Event) -> Event),
        }

        /// Where a row comes from.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Citation {
            /// A section of the RFC.
            Rfc(&'static str),
            #of_documents
            /// Our own decision, and why.
            Local(&'static str),
        }
    }
}
