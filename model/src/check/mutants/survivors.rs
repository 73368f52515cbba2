//! Why a mutant is not caught by the check, where it is not.

/// The reasons, each with a part of the names of the mutants that it is about. Tests that a reason
/// names are about the row; those of the library were not run with the mutant.
pub const EXPLAINED: [(&str, &str); 14] = [
    (
        "+ NewSessionTicket if flood(Below)",
        "It only tells the application, and no property is about notices. \
         `tests/tests/hazards_on_sockets/h01_tickets_in_the_handshake.rs` waits for this \
         one",
    ),
    (
        "Ended + ResetReceived",
        "What TCP has reported once it says again in other words: the next receiving call \
         meets an end, the next transmitting call fails. So both halves learn it, one \
         operation later",
    ),
    (
        "Handshaking + DiscardUnread",
        "The half-close that the same close raises next abandons the handshake too. What \
         differs is that the receiving keys go with the peer's end and not at once",
    ),
    (
        "Ended + DiscardUnread",
        "Nothing is received any more, and nothing is read behind a close: what is kept is \
         memory, until the connection goes",
    ),
    (
        "Open + Write if key_usage",
        "A gap: world *pair* uses up no key, and no property of world *hostile* says that a \
         write that returns ok has sealed its data. \
         `runtime/src/connection/tests/limits.rs` is about these rows",
    ),
    (
        "+ PeerFailed",
        "A driver of one thread looks at how receiving ended; only a writing thread needs \
         to be told, and the check takes a write that it makes later for any other write. \
         `runtime/src/connection/tests/limits.rs` and \
         `runtime/src/connection/tests/split.rs` are about writing halves that are told",
    ),
    (
        "Handshaking + TransportReset",
        "The reset is met again by the next receiving call, and ends the handshake there",
    ),
    (
        "+ Start(Flush)",
        "A gap: no program of world *pair* flushes, and world *hostile* does not ask that a \
         call which nothing takes be answered. `runtime/src/blocking/tests.rs` flushes",
    ),
    (
        "+ TransmitBlocked under control(Queue)",
        "Without it the call waits for room, which comes in scenarios of so few calls: only \
         a peer that never reads would show it. The row of the one thread's half-close and \
         key update is caught",
    ),
    (
        "under control(Wait) and duplex(Full)",
        "It is a row of a policy that does not ship, for one who waits for room and does \
         not mind to receive meanwhile; without it that end hangs more, and is found by no \
         less",
    ),
    (
        "Closing + BudgetExpired",
        "A gap: in scenarios where what ships is at both ends each peer ends in time, and \
         world *hostile* does not ask a close to end by its budget. \
         `runtime/src/blocking/tests.rs` has a peer that does nothing",
    ),
    (
        "Closed + Start",
        "A gap: no program calls after its close, and world *hostile* does not ask that a \
         call which nothing takes be answered",
    ),
    (
        "receiver: Idle + Received",
        "It is a row of a policy that does not ship. Its like of the policy that ships is \
         caught",
    ),
    (
        "+ DeadlinePassed",
        "World *pair* sets no deadline of two threads, and for world *hostile* a deadline \
         is no help to count on. `runtime/src/blocking/split/tests.rs` has deadlines that \
         end calls",
    ),
];

/// Why this mutant survives; nothing if nobody knows.
#[must_use]
pub fn explanation(mutant: &str) -> Option<&'static str> {
    let explained = EXPLAINED.iter().find(|(part, _)| mutant.contains(part));
    explained.map(|(_, reason)| *reason)
}
