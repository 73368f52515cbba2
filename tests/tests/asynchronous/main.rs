//! Our streams under tokio and under `futures-io`, over pipes that hold less than a record, with
//! schedules that a seed chooses; beside tokio-rustls where that waits for ever.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests may panic")]

mod buffered;
mod cancellation;
mod early_data;
mod ends;
mod executor;
mod given_up_handshakes;
mod hazards;
mod late;
mod pipe;
mod schedules;
mod sides;
mod workers;
