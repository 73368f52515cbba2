//! Why a mutant is not caught by the check, where it is not.

/// The reasons, each with a part of the names of the mutants that it is about. The tests that a
/// reason names failed when each of its rows was really deleted.
pub const EXPLAINED: [(&str, &str); 29] = [
    ("fin-leaves=with-close", LATER_FIN),
    ("+ PeerEnded if fin_due == false", LATER_FIN),
    ("Offence(SecondRetry)", SAME_ALERT),
    ("Offence(KeysChangeInsideRecord)", SAME_ALERT),
    ("Offence(LateAuthentication)", SAME_ALERT),
    ("Offence(Renegotiation)", SAME_ALERT),
    (
        "+ NewSessionTicket if flood(Below)",
        "It only tells the application, and no property is about notices. \
         `runtime/src/connection/tests/ends.rs` waits for this one",
    ),
    (
        "+ UpdateAnswered",
        "A gap: world *pair* counts nothing, and world *hostile* chooses freely what the counters \
         say. The macro refuses a table without this row, because no other lets the counting begin \
         again; `runtime/src/connection/tests/floods.rs` is about it",
    ),
    (
        "Handshaking + DiscardUnread",
        "The end of our direction, which the same close asks for, abandons the handshake too. What \
         is received behind it is judged all the same, unless this row says that it is thrown \
         away; `runtime/src/connection/tests/ends.rs` sends what is no record",
    ),
    (
        "Ended + DiscardUnread",
        "Nothing is received any more, and nothing is read behind a close: what is kept is \
         memory, until the connection goes. `runtime/src/connection/tests/ended.rs` looks at it",
    ),
    ("+ FlightSealed under duplex(Half)", LESS_NAIVE),
    ("+ ReplyOwed under duplex(Half)", LESS_NAIVE),
    (
        "Closing + BudgetExpired",
        "A gap: in scenarios where what ships is at both ends each peer ends in time, and \
         world *hostile* does not ask a close to end by its budget. \
         `runtime/src/connection/tests/ends.rs` lets it expire",
    ),
    (
        "+ ReceiveDeadlinePassed",
        "World *pair* sets no deadline of a receiving call, and for world *hostile* a deadline is \
         no help to count on. Without it tests of the library wait for ever",
    ),
    (
        "Closed + Start",
        "A gap: no program calls after its close, and world *hostile* does not ask that a \
         call which nothing takes be answered. `runtime/src/connection/tests/ends.rs` calls",
    ),
    (
        "Open + Write if key_usage",
        "A gap: world *pair* uses up no key, and no property of world *hostile* says that a \
         write that returns ok has sealed its data. `runtime/src/connection/tests/limits.rs` \
         is about these rows",
    ),
    (
        "Ended + AlertDue if send_end == ResetMet",
        "Both directions have ended: only the word by which a later call is refused is another. \
         `runtime/src/connection/tests/ended.rs` asks for the word",
    ),
    (
        "Closed + SealingFailed",
        "A gap: the worlds let an action fail only while it seals, and a direction that is closed \
         seals nothing. `runtime/src/connection/tests/ended.rs` lets a close_notify fail",
    ),
    (
        "+ PeerFailed",
        "The receiving half tells the alert; a sending call that is made later ends by itself, \
         and the check takes it for any other that fails",
    ),
    (
        "+ FinReceived if send_reset != Nothing",
        "Between two ends that ship nothing is reset, now that a read transmits no reply; a FIN \
         that a kernel reports behind a reset is there where one end is not ours. \
         `runtime/src/connection/tests/ended.rs` has that FIN",
    ),
    (
        "Answering + Write if key_usage(AtLimit)",
        "No world writes so much within a handshake; and against any peer the handshake, which is \
         pending too, waits for something, so that a write that waits for nothing is not seen. \
         `runtime/src/connection/tests/early_data_answered.rs` has it",
    ),
    (
        "Handshaking | Answering + TransmitFailed",
        "The handshake receives as well: it meets the reset one operation later, and ends there",
    ),
    (
        "Ended + TransmitFailed",
        "Nobody waits for what our direction has left when it has ended; the receiving half \
         meets the reset by itself",
    ),
    (
        "+ ReceivingReset",
        "What TCP has reported once it says again in other words: the next transmitting call \
         fails. So the sending half learns it too, one operation later",
    ),
    (
        "AwaitingRoom | AwaitingTransmission + NeverMind",
        "Only a receiving call that transmits, and whose deadline has passed, says so; world \
         *pair* has no such deadline. A test of the library has it: without the row, a later read \
         is told of a reset before it has what had arrived",
    ),
    (
        "+ StartSending(Write) if opened == false",
        "A gap: programs write after their handshake, and world *hostile* does not ask that a \
         call which nothing takes be answered",
    ),
    (
        "+ StartSending(Flush)",
        "A gap: no program of world *pair* flushes, and world *hostile* does not ask that a \
         call which nothing takes be answered",
    ),
    (
        "+ TransmitBlocked under control(Queue)",
        "Without it the call waits for room, which comes in scenarios of so few calls: only a \
         peer that never reads would show it. The row of the half-close and the key update is \
         caught",
    ),
    ("Finishing + TransportClosed", "A gap: behind a close no program calls"),
];

/// Why the check does not notice that a row is gone which differs from the `otherwise` in the
/// reason alone.
const SAME_ALERT: &str = "Without it the `otherwise` refuses the same message with the same alert, \
     and only our own application hears of another reason. \
     `runtime/src/connection/tests/client.rs`, `runtime/src/connection/tests/client_retry.rs`, \
     `runtime/src/connection/tests/server.rs` and `runtime/src/connection/tests/connected.rs` ask \
     for it";

/// Why the check does not notice a FIN that leaves with the close alone.
const LATER_FIN: &str = "Then our FIN leaves with our close and no sooner, which every program \
     ends with: only an end that never closes would keep its peer's close waiting. \
     `runtime/src/connection/tests/ends.rs` waits for the FIN";

/// Why the check does not notice that a row is gone which makes a naive end naive.
const LESS_NAIVE: &str = "It is a row of a policy that does not ship. Without it that end receives \
     sooner and hangs less, and the row by which its reads wait finds the same";

/// Why this mutant survives; nothing if nobody knows.
#[must_use]
pub fn explanation(mutant: &str) -> Option<&'static str> {
    let explained = EXPLAINED.iter().find(|(part, _)| mutant.contains(part));
    explained.map(|(_, reason)| *reason)
}
