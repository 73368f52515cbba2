//! The loops of a split stream under schedules that shuttle chooses: two threads at one end, or at
//! both, over a connection that holds a record or two. Shuttle fails a schedule in which all
//! threads wait.
//!
//! A thread that opens a scope does nothing else in it: the end of a scope's last thread wakes the
//! one that opened it, whatever that waits for (shuttle-std 0.1.5).
//!
//! Each program runs under many schedules. That a lost wake would be found is shown by losing it.

mod network;
mod stage;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shuttle::scheduler::PctScheduler;
use shuttle::sync::mpsc::channel;
use shuttle::thread;
use shuttle::{Config, FailurePersistence, Runner};

use self::network::{End, Fault};
use self::stage::{MUCH, ONE, OVERHEAD, PIECE, Setting, TWO, at_once, connected, never, pattern};
use crate::driver::{Cause, SharedTransport};
use crate::{AlertDescription, ContentType, Error, SenderCall};

/// How many schedules a program runs under, of each kind.
const SCHEDULES: usize = 2000;

/// How many times a schedule by priorities changes them.
const CHANGES: usize = 4;

/// Under how many schedules a fault is looked for.
const SEARCH: usize = 20_000;

type Program = fn(Setting);

/// Runs a program under many schedules; all are to end.
fn ends_well(program: Program) {
    connected();
    for capacity in [ONE, TWO] {
        let run = move || program(Setting { capacity, fault: None });
        shuttle::check_random(run, SCHEDULES);
        shuttle::check_pct(run, SCHEDULES, CHANGES);
    }
}

/// Runs a program under schedules that are always the same, until all threads wait in one.
#[track_caller]
fn is_stuck(program: Program, fault: Fault) {
    connected();
    let mut config = Config::new();
    config.failure_persistence = FailurePersistence::None;
    let runner = Runner::new(PctScheduler::new_from_seed(1, CHANGES, SEARCH), config);
    let run = move || program(Setting { capacity: ONE, fault: Some(fault) });
    let panic =
        catch_unwind(AssertUnwindSafe(|| runner.run(run))).expect_err("every schedule ends");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.starts_with("deadlock!"), "{message}");
}

/// Two threads at each end, which write as they read, and update their keys meanwhile.
fn bulk(setting: Setting) {
    let ends = setting.both();
    thread::scope(|scope| {
        for end in &ends {
            scope.spawn(|| {
                thread::scope(|scope| {
                    scope.spawn(|| {
                        end.write(MUCH);
                        end.call(SenderCall::UpdateKey);
                        end.write(MUCH);
                        end.call(SenderCall::HalfClose);
                    });
                    scope.spawn(|| {
                        end.read(MUCH);
                        end.read(MUCH);
                        assert_eq!(end.calls().read(&mut [0], never()), Ok(0));
                    });
                });
                end.transmit_rest();
                assert!(end.has_new_keys());
            });
        }
    });
}

#[test]
fn both_ends_write_and_read_at_once() {
    ends_well(bulk);
}

/// The peer asks for a key update, writes, and only then reads.
fn key_update(setting: Setting) {
    let [ours, peer] = setting.both();
    thread::scope(|scope| {
        scope.spawn(|| ours.write(MUCH));
        scope.spawn(|| ours.read(MUCH));
        scope.spawn(|| {
            peer.call(SenderCall::UpdateKey);
            peer.write(MUCH);
            peer.read(MUCH);
        });
    });
    assert!(ours.has_new_keys());
    thread::scope(|scope| {
        scope.spawn(|| ours.write(PIECE));
        scope.spawn(|| peer.read(PIECE));
    });
    assert!(peer.has_new_keys(), "the request was answered before the next data");
}

#[test]
fn a_blocked_writer_is_asked_for_a_key_update() {
    ends_well(key_update);
}

/// The writing thread leaves a KeyUpdate for which there is no room; the peer wants no more than
/// that.
fn request(setting: Setting) {
    let (ours, peer) = setting.one();
    thread::scope(|scope| {
        scope.spawn(|| {
            ours.write(MUCH);
            ours.call(SenderCall::UpdateKey);
        });
        scope.spawn(|| assert_eq!(ours.read_failure(), Error::Truncated));
        scope.spawn(|| {
            let records = MUCH / PIECE;
            let asked = records * (PIECE + OVERHEAD) + ONE;
            (0..asked).for_each(|_| peer.take(1));
            peer.shutdown_write();
        });
    });
}

#[test]
fn a_key_update_goes_out_when_there_is_room() {
    ends_well(request);
}

#[test]
fn a_reader_that_forgets_a_key_update_is_found() {
    is_stuck(request, Fault::RoomHidden);
}

/// The writing thread leaves a record of which only a part is transmitted; the peer answers when it
/// has all of it.
fn unsent(setting: Setting) {
    let [ours, peer] = setting.both();
    let all = pattern(3 * ONE);
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(ours.calls().write(&all, at_once()), Ok(all.len())));
        scope.spawn(|| ours.read(PIECE));
        scope.spawn(|| {
            peer.read(all.len());
            peer.write(PIECE);
        });
    });
}

#[test]
fn what_a_writer_has_left_goes_out_while_the_reader_waits() {
    ends_well(unsent);
}

#[test]
fn a_reader_that_is_not_woken_for_what_was_left_is_found() {
    is_stuck(unsent, Fault::Lost(Cause::Unsent));
}

/// The writing thread leaves its close_notify, or a part of it; the peer answers that.
fn half_close(setting: Setting) {
    let [ours, peer] = setting.both();
    thread::scope(|scope| {
        scope.spawn(|| {
            ours.write(MUCH);
            ours.call(SenderCall::HalfClose);
        });
        scope.spawn(|| ours.read(PIECE));
        scope.spawn(|| {
            peer.read(MUCH);
            assert_eq!(peer.calls().read(&mut [0], never()), Ok(0));
            peer.write(PIECE);
        });
    });
}

#[test]
fn a_close_notify_goes_out_while_the_reader_waits() {
    ends_well(half_close);
}

#[test]
fn a_reader_that_forgets_a_close_notify_is_found() {
    is_stuck(half_close, Fault::RoomHidden);
}

#[test]
fn a_reader_that_is_woken_only_while_it_waits_is_found() {
    is_stuck(half_close, Fault::LostBeforeWait);
}

#[test]
fn a_reader_that_is_not_woken_for_a_close_notify_is_found() {
    is_stuck(half_close, Fault::Lost(Cause::Unsent));
}

/// The reading thread reads one record, and no more. The peer, a server, sends tickets, updates its
/// key and writes before it reads; plain TCP has room for that.
fn idle_reader(setting: Setting) {
    let [ours, peer] = setting.both();
    thread::scope(|scope| {
        scope.spawn(|| ours.write(MUCH));
        scope.spawn(|| ours.read(PIECE));
        scope.spawn(|| {
            peer.write(PIECE);
            peer.call(SenderCall::UpdateKey);
            peer.write(PIECE);
            peer.read(MUCH);
        });
    });
    ours.read(PIECE);
    assert!(ours.has_new_keys());
}

#[test]
fn a_writer_receives_what_is_no_data_while_nobody_reads() {
    ends_well(idle_reader);
}

#[test]
fn a_writer_that_is_not_woken_when_the_reader_goes_idle_is_found() {
    is_stuck(idle_reader, Fault::Lost(Cause::ReaderIdle));
}

/// The reading thread looks at a record and takes it when a second one is unread too, so that the
/// writing thread can receive no more. The peer writes more than TCP holds behind these, and only
/// then reads.
fn looked_at(setting: Setting) {
    let [ours, peer] = setting.both();
    let records = 3 + setting.capacity / ONE;
    thread::scope(|scope| {
        scope.spawn(|| ours.write(MUCH));
        scope.spawn(|| {
            let mut copy = Vec::new();
            assert_eq!(ours.calls().copy(&mut copy, never()), Ok(()));
            assert_eq!(copy, pattern(PIECE));
            while ours.shared.unread() < 2 * PIECE {
                thread::yield_now();
            }
            ours.shared.consume(PIECE);
        });
        scope.spawn(|| {
            (0..records).for_each(|_| peer.write(PIECE));
            peer.read(MUCH);
        });
    });
    (1..records).for_each(|_| ours.read(PIECE));
}

#[test]
fn a_writer_receives_again_when_what_was_looked_at_is_taken() {
    ends_well(looked_at);
}

/// The peer receives no more than half of a record before the write has returned, as it does when
/// TCP holds the rest. Either thread may be the one that transmits that.
fn returns(setting: Setting) {
    let (ours, peer) = setting.one();
    let record = 2 * setting.capacity;
    thread::scope(|scope| {
        let (tell, told) = channel();
        let ours = &ours;
        scope.spawn(move || {
            let data = pattern(record - OVERHEAD);
            assert_eq!(ours.calls().write(&data, never()), Ok(data.len()));
            tell.send(()).unwrap();
        });
        scope.spawn(|| assert_eq!(ours.read_failure(), Error::Truncated));
        scope.spawn(move || {
            peer.take(setting.capacity);
            told.recv().unwrap();
            peer.take(setting.capacity);
            peer.shutdown_write();
        });
    });
}

#[test]
fn a_write_returns_when_either_thread_has_transmitted_it() {
    ends_well(returns);
}

#[test]
fn a_writer_that_is_woken_only_while_it_waits_is_found() {
    is_stuck(returns, Fault::LostBeforeWait);
}

#[test]
fn a_writer_that_is_not_woken_when_its_write_is_done_is_found() {
    is_stuck(returns, Fault::Lost(Cause::Done));
}

/// A peer that receives nothing ends the connection with this error, for both threads.
fn ended(setting: Setting, end: impl FnOnce(&End) + Send, error: &Error) {
    let (ours, peer) = setting.one();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(&ours.write_failure(), error));
        scope.spawn(|| assert_eq!(&ours.read_failure(), error));
        scope.spawn(|| end(&peer));
    });
    assert!(ours.shared.is_idle());
}

/// As [`ended`], for a writing thread alone: its write receives.
fn ended_unread(setting: Setting, end: impl FnOnce(&End) + Send, error: &Error) {
    let (ours, peer) = setting.one();
    thread::scope(|scope| {
        scope.spawn(|| assert_eq!(&ours.write_failure(), error));
        scope.spawn(|| end(&peer));
    });
    assert_eq!(&ours.read_failure(), error);
}

/// A record of the peer's.
fn forged(content_type: ContentType, content: &[u8]) -> Vec<u8> {
    connected()[0].forge(content_type, content)
}

fn alert(setting: Setting) {
    let alert = forged(ContentType::Alert, &[2, 40]);
    let error = Error::PeerAlert(AlertDescription(40));
    ended(setting, |peer| peer.put(&alert), &error);
    ended_unread(setting, |peer| peer.put(&alert), &error);
}

#[test]
fn an_alert_of_the_peer_ends_both_calls() {
    ends_well(alert);
}

#[test]
fn a_writer_that_is_not_woken_for_an_alert_is_found() {
    is_stuck(alert, Fault::Lost(Cause::Done));
}

fn offence(setting: Setting) {
    let record = forged(ContentType::Alert, &[2]);
    let error = Error::MalformedAlert { length: 1 };
    ended(setting, |peer| peer.put(&record), &error);
    ended_unread(setting, |peer| peer.put(&record), &error);
}

#[test]
fn an_offence_of_the_peer_ends_both_calls() {
    ends_well(offence);
}

#[test]
fn a_writer_that_is_not_woken_for_an_offence_is_found() {
    is_stuck(offence, Fault::Lost(Cause::Done));
}

#[test]
fn a_reset_ends_both_calls() {
    ends_well(|setting| {
        ended(setting, End::reset, &Error::Reset);
        ended_unread(setting, End::reset, &Error::Reset);
    });
}

#[test]
fn a_fin_ends_the_reading_and_not_the_writing() {
    ends_well(|setting| {
        let (ours, peer) = setting.one();
        thread::scope(|scope| {
            scope.spawn(|| {
                peer.shutdown_write();
                peer.take_all();
            });
            scope.spawn(|| {
                thread::scope(|scope| {
                    scope.spawn(|| assert_eq!(ours.read_failure(), Error::Truncated));
                    scope.spawn(|| {
                        ours.write(MUCH);
                        ours.call(SenderCall::HalfClose);
                    });
                });
                ours.transmit_rest();
            });
        });
    });
}
