//! Why a mutant is not caught by the check, where it is not.

/// The reasons, each with a part of the names of the mutants that it is about.
pub const EXPLAINED: [(&str, &str); 5] = [
    (
        "+ NewSessionTicket if flood(Below)",
        "It only tells the application, and no property is about notices. \
         `tests/tests/hazards_on_sockets/h01_tickets_in_the_handshake.rs` waits for this one",
    ),
    (
        "Ended + ResetReceived",
        "What TCP has reported once it says again in other words: the next receiving call meets an \
         end, the next transmitting call fails. So both halves learn it, one operation later",
    ),
    (
        "Handshaking + DiscardUnread",
        "The half-close that the same close raises next abandons the handshake too. What differs \
         is that the receiving keys go with the peer's end and not at once",
    ),
    (
        "Ended + DiscardUnread",
        "Nothing is received any more, and nothing is read behind a close: what is kept is memory, \
         until the connection goes",
    ),
    (
        "Open + Write if key_usage",
        "World *pair* uses up no key, and no property of world *hostile* says that a write that \
         returns ok has sealed its data. `runtime/src/connection/tests/limits.rs` writes up to the \
         limits and reads what arrives",
    ),
];

/// Why this mutant survives; nothing if nobody knows.
#[must_use]
pub fn explanation(mutant: &str) -> Option<&'static str> {
    let explained = EXPLAINED.iter().find(|(part, _)| mutant.contains(part));
    explained.map(|(_, reason)| *reason)
}
