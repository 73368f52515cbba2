//! Hazards of TLS over TCP, on real sockets. Each is first shown to harm a library that is in use,
//! and then shown not to harm this one, in the same role, with the same peer and the same buffers.
//!
//! A state in which nothing more can happen shows that a library is *harmed*; time does not: see
//! `stuck.rs`. Programs that end, with all their bytes, show that this library is *not harmed*.
//!
//! TCP is Linux's here: `/proc` shows its queues.
#![cfg(all(target_os = "linux", feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod h01_tickets_in_the_handshake;
mod h02_key_update_answered_by_the_reader;
mod h03_flush_before_read;
mod h04_tickets_and_a_close;
mod h05_rejected_certificate;
mod h10_close_after_a_blocked_write;
mod h33_fin_behind_close_notify;
mod h34_key_update_and_a_close;
mod ours;
mod peer;
mod stuck;
mod two_unread_records;
