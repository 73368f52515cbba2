//! What is known of each library.

use crate::runs::libraries::Evidence::{Remembered, Reproduced, Source, Tracker};
use crate::runs::libraries::{BeyondSwitches, Evidence, KnownSwitch, Library};

const fn known(
    switch: &'static str,
    value: &'static str,
    evidence: Evidence,
    claim: &'static str,
) -> KnownSwitch {
    KnownSwitch { switch, value, evidence, claim }
}

const fn beyond(evidence: Evidence, claim: &'static str) -> BeyondSwitches {
    BeyondSwitches { evidence, claim }
}

/// A switch of OpenSSL that Python's and Node's modules stand on.
const EAGER_TICKETS: KnownSwitch = known(
    "tickets",
    "in-handshake",
    Reproduced,
    "the tickets, two by default, are written before the handshake call returns (3.0)",
);

const DEFERRED_REPLY: KnownSwitch = known(
    "reply",
    "deferred",
    Source,
    "a flag, which the next write sends first if none is pending",
);

const ONE_PENDING_WRITE: KnownSwitch = known(
    "backlog",
    "one-record",
    Reproduced,
    "a shutdown behind a write that found no room is fatal: the peer sees a truncation (3.0)",
);

const ONE_DIRECTION: KnownSwitch = known(
    "duplex",
    "half",
    Reproduced,
    "a blocked write does not read: the server is blocked in its handshake, the client in its \
     write",
);

/// The libraries, by name.
pub const LIBRARIES: [Library; 11] = [
    Library {
        name: "boringssl",
        title: "BoringSSL, on a blocking socket",
        switches: &[
            known(
                "reply",
                "deferred",
                Source,
                "queued, and flushed with the next write; further ones are suppressed until then",
            ),
            known(
                "tickets",
                "before-first-data",
                Source,
                "deferred to the first write (half-RTT where 0-RTT is accepted)",
            ),
            known(
                "backlog",
                "one-record",
                Source,
                "a shutdown behind a blocked write is a fatal BAD_WRITE_RETRY (read, not run)",
            ),
        ],
        beyond: &[
            beyond(Source, "the write key is updated when the reply is queued, not when it leaves"),
            beyond(Source, "more than 32 consecutive KeyUpdates end the connection"),
            beyond(Source, "data of the peer in the second stage of a shutdown is an error"),
        ],
    },
    Library {
        name: "openssl",
        title: "OpenSSL 3, on a blocking socket",
        switches: &[EAGER_TICKETS, DEFERRED_REPLY, ONE_PENDING_WRITE, ONE_DIRECTION],
        beyond: &[
            beyond(Tracker, "a ticket that draws EPIPE or ECONNRESET is no error"),
            beyond(
                Reproduced,
                "ten tickets fit the smallest buffers, fourteen do not: how many records a queue \
                 holds depends on their length",
            ),
        ],
    },
    Library {
        name: "rustls",
        title: "rustls 0.23, its blocking Stream",
        switches: &[
            known(
                "duplex",
                "half",
                Reproduced,
                "a read first completes the output before it (0.23.29, 0.23.43; 0.23.46 does not \
                 while it holds data)",
            ),
            known("reply", "deferred", Source, "sealed at once, parked before the next record"),
            known(
                "tickets",
                "in-handshake",
                Source,
                "in the output of the handshake, which complete_io writes; tokio-rustls waits for \
                 it too (reproduced)",
            ),
            known(
                "requests",
                "one-outstanding",
                Source,
                "a further request while one is outstanding does nothing",
            ),
            known("backlog", "ordered", Source, "the close_notify is queued"),
        ],
        beyond: &[
            beyond(Source, "more than 32 consecutive handshake messages end the connection"),
            beyond(Source, "the limit of the output, 64 KiB, is for application data only"),
            beyond(Source, "the reply is sealed under the old key before what is written later"),
        ],
    },
    Library {
        name: "go",
        title: "Go, crypto/tls",
        switches: &[
            known(
                "reply",
                "in-read-path",
                Reproduced,
                "the reader answers at once, and waits for the lock of the writer (1.19)",
            ),
            known(
                "tickets",
                "in-handshake",
                Remembered,
                "one ticket within the server's handshake",
            ),
            known(
                "backlog",
                "one-record",
                Source,
                "a close while a write is in flight sends no close_notify",
            ),
        ],
        beyond: &[
            beyond(Source, "a close_notify may take 5 seconds at most"),
            beyond(Source, "records that carry no data are counted, and too many end it"),
        ],
    },
    Library {
        name: "java",
        title: "OpenJDK 17, SSLSocket",
        switches: &[known(
            "reply",
            "in-read-path",
            Reproduced,
            "the reader answers at once, and waits for the lock of the writer",
        )],
        beyond: &[
            beyond(Tracker, "a close waits for the lock of a writer"),
            beyond(Tracker, "a half-close may hang where only one side closes, by a property"),
        ],
    },
    Library {
        name: "s2n",
        title: "s2n-tls",
        switches: &[
            known("reply", "deferred", Source, "an atomic flag, sent by the next send"),
            known(
                "tickets",
                "in-handshake",
                Source,
                "sent at the end of s2n_negotiate, and by each send",
            ),
            known("backlog", "ordered", Source, "the shutdown flushes first, then sends its alert"),
            known(
                "closing",
                "drain",
                Source,
                "s2n_shutdown reads and discards until the close_notify",
            ),
        ],
        beyond: &[beyond(Source, "the drain has no bound of its own")],
    },
    Library {
        name: "nss",
        title: "NSS, on a blocking socket",
        switches: &[
            known(
                "reply",
                "in-read-path",
                Source,
                "answered at once under the lock of the output (read, not run)",
            ),
            known(
                "tickets",
                "in-handshake",
                Source,
                "sent and flushed where Finished is processed",
            ),
        ],
        beyond: &[
            beyond(Source, "no answer where nothing was sent under the current key"),
            beyond(Source, "a shutdown behind a blocked write goes to a pending buffer"),
        ],
    },
    Library {
        name: "gnutls",
        title: "GnuTLS",
        switches: &[
            known("reply", "deferred", Source, "sent by the next send, corked or not"),
            known(
                "tickets",
                "in-handshake",
                Source,
                "eager, unless GNUTLS_NO_AUTO_SEND_TICKET is set",
            ),
            known("backlog", "ordered", Source, "the output is flushed, then the alert is sent"),
            known(
                "closing",
                "drain",
                Source,
                "gnutls_bye(RDWR) reads and discards until the close_notify",
            ),
        ],
        beyond: &[
            beyond(
                Reproduced,
                "two requests to update keys that cross end the connection (3.7.9), which RFC 9846 \
                 allows",
            ),
            beyond(Source, "more than 8 KeyUpdates in a second end the connection"),
        ],
    },
    Library {
        name: "mbedtls",
        title: "Mbed TLS 2.28",
        switches: &[
            known("tickets", "in-handshake", Source, "states of the handshake, flushed there"),
            known(
                "backlog",
                "one-record",
                Reproduced,
                "behind a blocked write close_notify says success, and never leaves (2.28.3)",
            ),
        ],
        beyond: &[beyond(Source, "there is no KeyUpdate: any that comes is fatal")],
    },
    Library {
        name: "wolfssl",
        title: "wolfSSL, default build",
        switches: &[known("reply", "in-read-path", Tracker, "answered by the reader, at once")],
        beyond: &[
            beyond(Tracker, "deferred with WOLFSSL_RW_THREADED, or where writes are duplicated"),
            beyond(Tracker, "each retry of a blocked shutdown added a close_notify (fixed: #7784)"),
        ],
    },
    Library {
        name: "python",
        title: "Python's ssl module, on OpenSSL 3",
        switches: &[EAGER_TICKETS, DEFERRED_REPLY, ONE_PENDING_WRITE, ONE_DIRECTION],
        beyond: &[beyond(
            Reproduced,
            "a truncation, and a reset, is told as a clean end by default (suppress_ragged_eofs)",
        )],
    },
];
