//! Why a mutant is not caught by the check, where it is not.

/// The reasons, each with a part of the names of the mutants that it is about. The tests that a
/// reason names failed when each of its rows was really deleted.
pub const EXPLAINED: [(&str, &str); 14] = [
    (
        "+ NewSessionTicket if flood(Below)",
        "It only tells the application, and no property is about notices. \
         `runtime/src/connection/tests/ends.rs` waits for this one",
    ),
    (
        "Ended + ResetReceived",
        "What TCP has reported once it says again in other words: the next receiving call \
         meets an end, the next transmitting call fails. So both halves learn it, one \
         operation later; `runtime/src/connection/tests/ends.rs` asks that a close learns it \
         at once",
    ),
    (
        "Handshaking + DiscardUnread",
        "The half-close that the same close raises next abandons the handshake too. What is \
         received behind it is judged all the same, unless this row says that it is thrown \
         away; `runtime/src/connection/tests/ends.rs` sends what is no record",
    ),
    (
        "Ended + DiscardUnread",
        "Nothing is received any more, and nothing is read behind a close: what is kept is \
         memory, until the connection goes. No test is about it",
    ),
    (
        "Open + Write if key_usage",
        "A gap: world *pair* uses up no key, and no property of world *hostile* says that a \
         write that returns ok has sealed its data. `runtime/src/connection/tests/limits.rs` \
         is about these rows",
    ),
    (
        "+ PeerFailed",
        "A driver of one thread looks at how receiving ended; only a writing thread needs to \
         be told, and the check takes a write that it makes later for any other write. \
         `runtime/src/connection/tests/split.rs` is about a writing half that is told",
    ),
    (
        "Handshaking + TransportReset",
        "The reset is met again by the next receiving call, and ends the handshake there. \
         That nothing is kept to transmit meanwhile is asked by \
         `runtime/src/connection/tests/ends.rs`",
    ),
    (
        "+ Start(Flush)",
        "A gap: no program of world *pair* flushes, and world *hostile* does not ask that a \
         call which nothing takes be answered. `runtime/src/connection/tests/ends.rs` flushes",
    ),
    (
        "+ TransmitBlocked under control(Queue)",
        "Without it the call waits for room, which comes in scenarios of so few calls: only a \
         peer that never reads would show it, as `runtime/src/connection/tests/ends.rs` does. \
         The row of the one thread's half-close and key update is caught",
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
         `runtime/src/connection/tests/ends.rs` lets it expire",
    ),
    (
        "Closed + Start",
        "A gap: no program calls after its close, and world *hostile* does not ask that a \
         call which nothing takes be answered. `runtime/src/connection/tests/ends.rs` calls",
    ),
    (
        "receiver: Idle + Received",
        "It is a row of a policy that does not ship. Its like of the policy that ships is \
         caught",
    ),
    (
        "+ DeadlinePassed",
        "World *pair* sets no deadline of two threads, and for world *hostile* a deadline is \
         no help to count on. `runtime/src/connection/tests/ends.rs` has deadlines that end \
         calls of both halves",
    ),
];

/// Why this mutant survives; nothing if nobody knows.
#[must_use]
pub fn explanation(mutant: &str) -> Option<&'static str> {
    let explained = EXPLAINED.iter().find(|(part, _)| mutant.contains(part));
    explained.map(|(_, reason)| *reason)
}
