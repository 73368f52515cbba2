//! Two streams over a pair of sockets that hold little. What other implementations make of
//! these streams is tested elsewhere.

mod buffered;
mod early_data;
mod lazy;
mod work;

use std::thread;
use std::time::Instant;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls_pki_types::PrivateKeyDer;

use super::system::testing::{FULL_AFTER, LocalSocket, small_sockets, sockets};
use super::*;
use crate::connection::Interest;
use crate::{CertificateError, RootCertStore};

type Pair = (Stream<LocalSocket>, Stream<LocalSocket>);

/// A client that trusts an authority of this name, and a server that has its certificate.
pub(super) fn configs(authority: &str) -> (ClientConfig, ServerConfig) {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, authority);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &authority).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let server = ServerConfig::builder().with_no_client_auth();
    (client, server.with_single_cert(vec![leaf.der().clone()], key).unwrap())
}

/// A client and a server over sockets that hold a few kilobytes.
pub(super) fn pair() -> Pair {
    let (client, server) = configs("one");
    pair_of(client, server)
}

fn pair_of(client: ClientConfig, server: ServerConfig) -> Pair {
    let (first, second) = small_sockets();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = Stream::client(client, name, first).unwrap();
    let mut server = Stream::server(server, second).unwrap();
    for stream in [&mut client, &mut server] {
        stream.set_close_budget(Duration::from_secs(20), CLOSE_BYTES);
    }
    (client, server)
}

/// A pair whose handshake is complete on both sides.
pub(super) fn connected() -> Pair {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| client.handshake().unwrap());
        server.handshake().unwrap();
    });
    (client, server)
}

pub(super) fn reason(error: &io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
}

/// Writes until nothing more is accepted: how much was.
fn fill(stream: &mut Stream<LocalSocket>) -> usize {
    stream.set_write_timeout(Some(FULL_AFTER));
    let mut accepted = 0;
    let error = loop {
        match stream.write(&[1; 1 << 16]) {
            Ok(count) => accepted += count,
            Err(error) => break error,
        }
    };
    assert_eq!(reason(&error), Error::Timeout);
    assert!(stream.unsent() > 0);
    accepted
}

#[test]
fn calls_without_bytes_do_nothing() {
    let (mut client, _server) = pair();
    assert_eq!(client.read(&mut []).unwrap(), 0);
    assert_eq!(client.write(&[]).unwrap(), 0);
    client.flush().unwrap();
    assert_eq!(client.unsent(), 0);
}

#[test]
fn reading_and_writing_make_the_handshake() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| client.write_all(b"hello").unwrap());
        let mut bytes = [0; 5];
        server.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hello");
    });
    assert!(server.connection().is_connected() && client.connection().is_connected());
}

#[test]
fn a_read_goes_on_though_nothing_can_be_transmitted() {
    let (mut client, mut server) = connected();
    fill(&mut client);
    // The server asks for a key update, so that the client owes one that it cannot transmit.
    server.update_key().unwrap();
    server.write_all(b"here").unwrap();
    let mut bytes = [0; 4];
    client.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"here");
    assert!(client.unsent() > 0);
}

#[test]
fn our_end_queues_behind_what_was_accepted() {
    let (mut client, mut server) = connected();
    let accepted = fill(&mut client);
    // Neither waits, and a repetition changes nothing.
    client.update_key().unwrap();
    client.half_close().unwrap();
    client.half_close().unwrap();
    assert_eq!(reason(&client.write(b"more").unwrap_err()), Error::WriteAfterClose);
    thread::scope(|scope| {
        // A read is as good as any call to transmit it.
        scope.spawn(|| assert_eq!(client.read(&mut [0]).unwrap(), 0));
        let mut received = Vec::new();
        assert_eq!(server.read_to_end(&mut received).unwrap(), accepted);
        server.half_close().unwrap();
    });
}

#[test]
fn a_flush_waits_until_the_kernel_has_everything() {
    let (mut client, mut server) = connected();
    let accepted = fill(&mut client);
    client.set_write_timeout(None);
    thread::scope(|scope| {
        scope.spawn(|| {
            client.flush().unwrap();
            assert_eq!(client.unsent(), 0);
            client.close().unwrap();
        });
        let mut received = Vec::new();
        assert_eq!(server.read_to_end(&mut received).unwrap(), accepted);
        server.close().unwrap();
    });
}

#[test]
fn no_time_at_all_is_enough_for_what_is_there() {
    let (mut client, mut server) = connected();
    client.set_read_timeout(Some(Duration::ZERO));
    assert_eq!(reason(&client.read(&mut [0]).unwrap_err()), Error::Timeout);
    server.write_all(b"here").unwrap();
    let mut bytes = [0; 3];
    assert_eq!(client.read(&mut bytes).unwrap(), 3);
    assert_eq!(client.unread(), 1);
    assert_eq!(client.read(&mut bytes).unwrap(), 1);
    assert_eq!(reason(&client.read(&mut bytes).unwrap_err()), Error::Timeout);
    assert_eq!(client.error(), None);
}

#[test]
fn a_deadline_holds_in_the_handshake_too_and_the_handshake_goes_on() {
    let (mut client, mut server) = pair();
    server.set_read_timeout(Some(Duration::from_millis(10)));
    assert_eq!(reason(&server.handshake().unwrap_err()), Error::Timeout);
    client.set_read_timeout(Some(Duration::ZERO));
    assert_eq!(reason(&client.handshake().unwrap_err()), Error::Timeout);
    server.set_read_timeout(None);
    client.set_read_timeout(None);
    thread::scope(|scope| {
        scope.spawn(|| client.handshake().unwrap());
        server.handshake().unwrap();
    });
}

#[test]
fn a_socket_that_does_not_block_is_as_good() {
    let (client, server) = configs("one");
    let (mut client, mut server) = pair_of(client, server);
    for socket in [client.get_ref(), server.get_ref()] {
        socket.unwrap().set_nonblocking(true).unwrap();
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            client.write_all(&[3; 100_000]).unwrap();
            client.close().unwrap();
        });
        let mut received = Vec::new();
        assert_eq!(server.read_to_end(&mut received).unwrap(), 100_000);
        server.close().unwrap();
    });
}

#[cfg(unix)]
#[test]
fn a_blocking_socket_stays_one() {
    const TIME: Duration = Duration::from_millis(20);
    let (mut client, _server) = connected();
    client.set_read_timeout(Some(Duration::ZERO));
    client.read(&mut [0]).unwrap_err();
    fill(&mut client);
    // The mode belongs to all duplicates of the descriptor: a plain read still waits.
    let mut duplicate = client.get_ref().unwrap().try_clone().unwrap();
    duplicate.set_read_timeout(Some(TIME)).unwrap();
    let before = Instant::now();
    duplicate.read(&mut [0]).unwrap_err();
    assert!(before.elapsed() >= TIME);
}

#[test]
fn an_idle_stream_holds_no_buffers() {
    let (mut client, mut server) = connected();
    server.write_all(&[1; 1000]).unwrap();
    client.read_exact(&mut [0; 1000]).unwrap();
    assert!(client.driver.input.capacity() > 0);
    client.set_read_timeout(Some(Duration::from_millis(1)));
    client.read(&mut [0]).unwrap_err();
    assert_eq!(client.driver.input.capacity(), 0);
    server.release_memory();
    assert_eq!(server.driver.input.capacity(), 0);
}

#[test]
fn dropping_a_stream_does_not_wait() {
    let (mut client, mut server) = connected();
    let accepted = fill(&mut client);
    // Nobody reads before this returns: what waited for room would wait for ever.
    drop(client);
    let mut received = Vec::new();
    let error = server.read_to_end(&mut received).unwrap_err();
    assert!(matches!(reason(&error), Error::Truncated | Error::Reset), "{error}");
    assert!(received.len() < accepted);
}

#[test]
fn closing_takes_everything_along_from_both_sides() {
    let (mut client, mut server) = connected();
    let (of_client, of_server) = (fill(&mut client), fill(&mut server));
    assert!(of_client > 0 && of_server > 0);
    thread::scope(|scope| {
        scope.spawn(|| client.close().unwrap());
        server.close().unwrap();
    });
    for stream in [&mut client, &mut server] {
        assert!(stream.get_ref().is_none());
        stream.close().unwrap();
        assert_eq!(reason(&stream.read(&mut [0]).unwrap_err()), Error::Closed);
        assert_eq!(reason(&stream.write(b"1").unwrap_err()), Error::Closed);
        assert_eq!(reason(&stream.half_close().unwrap_err()), Error::Closed);
    }
}

#[test]
fn closing_does_not_wait_for_a_peer_that_does_nothing_but_for_its_budget() {
    let (mut client, server) = connected();
    fill(&mut client);
    client.set_close_budget(Duration::from_millis(10), CLOSE_BYTES);
    assert_eq!(reason(&client.close().unwrap_err()), Error::CloseBudgetExpired);
    assert!(client.get_ref().is_none());
    drop(server);
}

#[test]
fn an_alert_is_delivered_though_there_is_unread_input() {
    // The client trusts another authority than the server's, and refuses it.
    let (_, server) = configs("one");
    let (client, _) = configs("another");
    let (mut client, mut server) = pair_of(client, server);
    thread::scope(|scope| {
        scope.spawn(|| {
            let error = client.handshake().unwrap_err();
            assert_eq!(reason(&error), Error::Certificate(CertificateError::UnknownIssuer));
            assert_eq!(reason(&client.close().unwrap_err()), reason(&error));
        });
        let error = server.handshake().unwrap_err();
        assert_eq!(reason(&error).to_string(), "the peer sent the alert unknown_ca");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
        assert_eq!(reason(&server.close().unwrap_err()), reason(&error));
    });
}

#[test]
fn closing_before_the_handshake_ends_that_of_the_peer() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| {
            let error = client.handshake().unwrap_err();
            assert_eq!(reason(&error), Error::HandshakeCancelled);
            assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
            client.close().unwrap();
        });
        server.close().unwrap();
    });
}

/// Numbers that look random and are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// The byte at this place of a stream.
fn byte_at(place: usize) -> u8 {
    u8::try_from(place % 251).unwrap()
}

/// Sends so many bytes and ends, and reads until the end, in calls of all sizes, with key updates
/// between them: how many bytes came.
fn converse(stream: &mut Stream<LocalSocket>, sends: usize, numbers: &mut Numbers) -> usize {
    stream.set_read_timeout(Some(Duration::ZERO));
    stream.set_write_timeout(Some(Duration::ZERO));
    let (mut sent, mut received) = (0, 0);
    let mut half_closed = false;
    let unless_it_waits = |result: io::Result<usize>| match result {
        Ok(count) => Some(count),
        Err(error) if reason(&error) == Error::Timeout => None,
        Err(error) => panic!("{error}"),
    };
    loop {
        if numbers.below(4) == 0 && unless_it_waits(stream.update_key().map(|()| 0)).is_none() {
            assert!(!stream.connection().is_connected());
        }
        let size = numbers.below(40_000).min(sends - sent);
        let data: Vec<u8> = (sent..sent + size).map(byte_at).collect();
        sent += unless_it_waits(stream.write(&data)).unwrap_or(0);
        if sent == sends && stream.connection().is_connected() && !half_closed {
            stream.half_close().unwrap();
            half_closed = true;
        }
        let mut buffer = vec![0; 1 + numbers.below(40_000)];
        loop {
            match unless_it_waits(stream.read(&mut buffer)) {
                None => break,
                Some(0) if sent == sends => return received,
                Some(0) => break,
                Some(count) => {
                    let expected = (received..received + count).map(byte_at);
                    assert!(buffer[..count].iter().copied().eq(expected));
                    received += count;
                }
            }
        }
        let ready = Interest { receive: true, transmit: stream.unsent() > 0, budget: false };
        if sent == sends || stream.unsent() > 0 {
            let time = Some(Duration::from_secs(60));
            let _ = stream.driver.transport().unwrap().wait(ready, time);
        }
    }
}

#[test]
fn calls_of_all_sizes_and_key_updates_at_any_time_lose_nothing() {
    for seed in 1..=60_u64 {
        let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (mut client, mut server) = pair();
        let (of_client, of_server) = (numbers.below(300_000), numbers.below(300_000));
        let mut others = Numbers(seed.wrapping_mul(0xbf58_476d_1ce4_e5b9));
        thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!(converse(&mut client, of_client, &mut numbers), of_server);
                client.close().unwrap();
            });
            assert_eq!(converse(&mut server, of_server, &mut others), of_client);
            server.close().unwrap();
        });
    }
}
