//! A driver over transports in memory, some of which break their promises.

mod lent;

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls_pki_types::ServerName;

use super::*;
use crate::certificate::test_certificates::{Authority, der, server_parameters};
use crate::connection::{Call, SenderCall};
use crate::{ClientConfig, Connection, Error, ServerConfig};

/// What a transport does instead of what it should, once.
#[derive(Clone, Copy)]
enum Fault {
    Fails(io::ErrorKind),
    /// It says that bytes have come, and brings none.
    BringsNone,
    /// It takes received bytes away.
    TakesAway,
    TakesNone,
}

/// One direction, without a limit.
#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    is_ended: bool,
}

/// One end of two pipes.
#[derive(Clone)]
struct End {
    pipes: [Arc<Mutex<Pipe>>; 2],
    own: usize,
    faults: Arc<Mutex<Vec<Fault>>>,
    /// How often a wake of this end's callers was asked for.
    wakes: Arc<AtomicUsize>,
}

fn locked<V>(lock: &Mutex<V>) -> MutexGuard<'_, V> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SharedTransport for End {
    type Lock<V> = Mutex<V>;
    type Wake = Counted;

    fn receive(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        match locked(&self.faults).pop() {
            Some(Fault::Fails(kind)) => return Err(kind.into()),
            Some(Fault::BringsNone) => return Ok(1),
            Some(Fault::TakesAway) => {
                bytes.clear();
                return Ok(1);
            }
            Some(Fault::TakesNone) | None => {}
        }
        let mut pipe = locked(&self.pipes[1 - self.own]);
        if pipe.bytes.is_empty() && !pipe.is_ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = pipe.bytes.len().min(bytes.capacity() - bytes.len());
        bytes.extend(pipe.bytes.drain(..count));
        Ok(count)
    }

    fn transmit(&self, bytes: &[u8]) -> io::Result<usize> {
        match locked(&self.faults).pop() {
            Some(Fault::Fails(kind)) => return Err(kind.into()),
            Some(Fault::TakesNone) => return Ok(0),
            _ => {}
        }
        locked(&self.pipes[self.own]).bytes.extend(bytes);
        Ok(bytes.len())
    }

    fn shutdown_write(&self) {
        locked(&self.pipes[self.own]).is_ended = true;
    }
}

impl Transport for End {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        SharedTransport::receive(self, bytes)
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        SharedTransport::transmit(self, bytes)
    }

    fn shutdown_write(&mut self) {
        SharedTransport::shutdown_write(self);
    }
}

/// A wake that counts.
struct Counted(Arc<AtomicUsize>);

impl Wake for Counted {
    fn wake(&self, _: Cause) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type Pair = [Driver<End>; 2];

/// A client and a server that have not begun.
fn pair() -> Pair {
    let authority = Authority::new();
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = vec![authority.sign(&server_parameters(), &key)];
    let server = ServerConfig::builder().with_no_client_auth();
    let server = server.with_single_cert(chain, der(&key)).unwrap();
    let client = ClientConfig::builder().with_root_certificates(authority.roots());
    let name = ServerName::try_from("localhost").unwrap();
    let client = Connection::client(Arc::new(client.with_no_client_auth()), name).unwrap();
    let server = Connection::server(Arc::new(server)).unwrap();
    let pipes = [(); 2].map(|()| Arc::<Mutex<Pipe>>::default());
    let end =
        |own| End { pipes: pipes.clone(), own, faults: Arc::default(), wakes: Arc::default() };
    [Driver::new(client, end(0)), Driver::new(server, end(1))]
}

/// Carries on until the call has its result, or all there is to do is to wait.
fn advance(driver: &mut Driver<End>) {
    loop {
        match driver.advance(Now::read()) {
            Progress::Busy | Progress::Works(_) => {}
            Progress::Done => return,
            Progress::Waits(wait) => return driver.handle_ready(wait.interest.into()),
        }
    }
}

fn connected() -> Pair {
    let mut pair = pair();
    for end in &mut pair {
        end.start(Now::read(), Call::Handshake).unwrap();
    }
    for _ in 0..3 {
        pair.iter_mut().for_each(advance);
    }
    for end in &mut pair {
        assert_eq!(end.take_result(), Some(Ok(())));
    }
    pair
}

fn fault(driver: &Driver<End>, faults: &[Fault]) {
    *locked(&driver.transport().unwrap().faults) = faults.to_vec();
}

#[test]
fn a_driver_refuses_what_may_not_be_called() {
    let [mut client, _server] = pair();
    assert_eq!(client.start(Now::read(), Call::Read), Err(Error::NotConnected));
    assert_eq!(client.start_write(Now::read(), b"early"), Err(Error::NotConnected));

    let [mut client, _server] = connected();
    client.start(Now::read(), Call::Read).unwrap();
    assert_eq!(client.start(Now::read(), Call::Read), Err(Error::CallPending));
    client.start_write(Now::read(), b"data").unwrap();
    assert_eq!(client.start_write(Now::read(), b"data"), Err(Error::CallPending));
    advance(&mut client);
    assert_eq!(client.take_write(), Some(Ok(4)));
    client.start(Now::read(), Call::HalfClose).unwrap();
    advance(&mut client);
    assert_eq!(client.take_send_result(), Some(Ok(())));
    assert_eq!(client.start_write(Now::read(), b"late"), Err(Error::WriteAfterClose));

    client.abort();
    for call in Call::ALL {
        assert_eq!(client.start(Now::read(), call), Err(Error::Closed), "{call:?}");
    }
    assert_eq!(client.start_write(Now::read(), b"late"), Err(Error::Closed));
}

#[test]
fn a_pending_call_ends_as_reset_when_it_is_aborted() {
    let [mut client, _server] = connected();
    client.start(Now::read(), Call::Read).unwrap();
    advance(&mut client);
    assert!(client.abort().is_some());
    advance(&mut client);
    assert_eq!(client.take_read(&mut [0]), Some(Err(Error::Reset)));
}

#[test]
fn a_transport_that_breaks_its_promises_ends_the_connection() {
    for (broken, kind) in [
        (Fault::BringsNone, io::ErrorKind::InvalidData),
        (Fault::Fails(io::ErrorKind::Other), io::ErrorKind::Other),
    ] {
        let [mut client, _server] = connected();
        fault(&client, &[broken]);
        client.start(Now::read(), Call::Read).unwrap();
        advance(&mut client);
        assert_eq!(client.take_read(&mut [0]), Some(Err(Error::Transport(kind))));
    }
    let [mut client, mut server] = connected();
    // A part of a record is there, and is taken away.
    server.start_write(Now::read(), b"data").unwrap();
    advance(&mut server);
    let rest = locked(&server.transport().unwrap().pipes[1]).bytes.split_off(9);
    client.start(Now::read(), Call::Read).unwrap();
    advance(&mut client);
    fault(&client, &[Fault::TakesAway]);
    locked(&server.transport().unwrap().pipes[1]).bytes.extend(rest);
    advance(&mut client);
    let broken = Err(Error::Transport(io::ErrorKind::InvalidData));
    assert_eq!(client.take_read(&mut [0]), Some(broken));

    let [mut client, _server] = connected();
    fault(&client, &[Fault::TakesNone]);
    client.start_write(Now::read(), b"data").unwrap();
    advance(&mut client);
    client.expire_sending();
    assert_eq!(client.take_write(), Some(Ok(4)), "what was received before may say why");
    client.start(Now::read(), Call::Read).unwrap();
    client.transport().unwrap().pipes[1].lock().unwrap().is_ended = true;
    advance(&mut client);
    let broken = Err(Error::Transport(io::ErrorKind::WriteZero));
    assert_eq!(client.take_read(&mut [0]), Some(broken));
}

#[test]
fn a_transport_that_was_interrupted_is_asked_again_and_leaves_time_for_others() {
    let [mut client, mut server] = connected();
    fault(&client, &[Fault::Fails(io::ErrorKind::Interrupted); 200]);
    client.start_write(Now::read(), b"data").unwrap();
    assert!(matches!(client.advance(Now::read()), Progress::Busy));
    advance(&mut client);
    assert_eq!(client.take_write(), Some(Ok(4)));
    server.start(Now::read(), Call::Read).unwrap();
    advance(&mut server);
    assert_eq!(server.take_read(&mut [0; 4]), Some(Ok(4)));
}

#[test]
fn a_close_uses_no_more_than_its_budget_of_time_or_of_bytes() {
    let later = |now: Now, time| Now { clock: now.clock + time, ..now };
    let now = Now::read();
    let [mut client, _server] = connected();
    client.set_close_budget(Duration::from_secs(5), 1000);
    client.start(now, Call::Close).unwrap();
    let Progress::Waits(wait) = client.advance(now) else { panic!("the peer has not ended") };
    assert_eq!(wait.until, Some(now.clock + Duration::from_secs(5)));
    let early = later(now, Duration::from_millis(4999));
    assert!(matches!(client.advance(early), Progress::Waits(_)));
    assert!(matches!(client.advance(later(now, Duration::from_secs(5))), Progress::Done));
    assert_eq!(client.take_result(), Some(Err(Error::CloseBudgetExpired)));
    assert!(client.transport().is_none());

    let [mut client, mut server] = connected();
    client.set_close_budget(Duration::from_secs(5), 1000);
    client.start(now, Call::Close).unwrap();
    server.start_write(now, &[7; 2000]).unwrap();
    advance(&mut server);
    client.handle_ready(crate::Readiness { receive: true, transmit: true });
    advance(&mut client);
    assert_eq!(client.take_result(), Some(Err(Error::CloseBudgetExpired)));
}

#[test]
fn a_stranger_gets_less_of_a_budget() {
    let now = Now::read();
    let [mut client, _server] = pair();
    client.start(now, Call::Handshake).unwrap();
    locked(&client.transport().unwrap().pipes[1]).bytes.extend(b"HTTP/1.1 400 Bad Request\r\n");
    advance(&mut client);
    assert!(matches!(client.take_result(), Some(Err(Error::NotTls { .. }))));
    client.start(now, Call::Close).unwrap();
    let Progress::Waits(wait) = client.advance(now) else { panic!("the peer has not ended") };
    assert_eq!(wait.until, Some(now.clock + ALERT_TIME));
}

#[test]
fn the_halves_refuse_what_may_not_be_called_and_wake_each_other() {
    let [client, mut server] = pair();
    let wakes = || [Counted(Arc::default()), Counted(Arc::default())];
    assert!(matches!(Halves::split(client, wakes()), Err(Error::NotConnected)));
    let [mut closed, _server] = connected();
    closed.abort();
    assert!(matches!(Halves::split(closed, wakes()), Err(Error::Closed)));
    drop(server.abort());

    let [client, mut server] = connected();
    let woken = Arc::clone(&client.transport().unwrap().wakes);
    let wake = || Counted(Arc::clone(&woken));
    let halves = Halves::split(client, [wake(), wake()]).unwrap();
    halves.start_read().unwrap();
    assert_eq!(halves.start_read(), Err(Error::CallPending));
    assert!(matches!(halves.poll_read(&mut [0]), Polled::Waits(_)));
    assert!(!halves.is_idle());

    // What the writing half cannot transmit is left to the reading one, which is woken for it.
    *locked(&halves.transport().faults) = vec![Fault::Fails(io::ErrorKind::WouldBlock)];
    halves.start(SenderCall::UpdateKey).unwrap();
    assert_eq!(halves.poll_control(), Polled::Done(Ok(())));
    assert!(woken.load(Ordering::Relaxed) > 0);
    assert!(halves.unsent() > 0);
    assert!(matches!(halves.poll_read(&mut [0]), Polled::Waits(_)));
    assert_eq!(halves.unsent(), 0);

    *locked(&halves.transport().faults) = vec![Fault::Fails(io::ErrorKind::WouldBlock)];
    halves.start_write(b"data").unwrap();
    assert_eq!(halves.start_write(b"more"), Err(Error::CallPending));
    assert_eq!(halves.start(SenderCall::HalfClose), Err(Error::CallPending));
    assert_eq!(halves.poll_write(), Polled::Done(Ok(4)));
    halves.start(SenderCall::HalfClose).unwrap();
    assert_eq!(halves.poll_control(), Polled::Done(Ok(())));
    assert_eq!(halves.start_write(b"late"), Err(Error::WriteAfterClose));

    let halves = halves.join().expect_err("a read is pending");
    server.start(Now::read(), Call::Close).unwrap();
    advance(&mut server);
    assert_eq!(halves.poll_read(&mut [0]), Polled::Done(Ok(0)));
    let mut client = halves.join().unwrap();
    client.start(Now::read(), Call::Close).unwrap();
    advance(&mut client);
    assert_eq!(client.take_result(), Some(Ok(())));
}

#[test]
fn memory_stays_between_two_writes_and_a_read_that_waits_gives_it_back() {
    let [mut client, _server] = connected();
    for _ in 0..2 {
        client.start_write(Now::read(), b"data").unwrap();
        advance(&mut client);
        assert_eq!(client.take_write(), Some(Ok(4)));
        assert!(client.wire.outbox.buffer.capacity() > 0);
    }
    client.start(Now::read(), Call::Read).unwrap();
    advance(&mut client);
    assert_eq!((client.wire.outbox.buffer.capacity(), client.input.capacity()), (0, 0));
}

/// How often this driver looks at the clocks, if it is asked twice.
fn looks(driver: &mut Driver<End>) -> u32 {
    let mut looks = 0;
    for _ in 0..2 {
        driver.now(|_| {
            looks += 1;
            Now::read()
        });
    }
    looks
}

#[test]
fn a_handshake_a_close_and_what_has_to_do_with_tickets_look_at_the_clocks() {
    let [mut client, _server] = pair();
    client.start(Now::read(), Call::Handshake).unwrap();
    assert_eq!(looks(&mut client), 2);
    let [mut client, mut server] = connected();
    assert_eq!([looks(&mut client), looks(&mut server)], [2, 2], "tickets may come and go");
    server.start_write(Now::read(), b"data").unwrap();
    assert_eq!(looks(&mut server), 0, "they have gone");
    server.start(Now::read(), Call::Read).unwrap();
    assert_eq!(looks(&mut server), 0);
    advance(&mut server);
    server.expire_receiving();
    server.start(Now::read(), Call::Close).unwrap();
    assert_eq!(looks(&mut server), 2);
}
