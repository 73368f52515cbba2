//! Early data of streams, whole and split.

use std::io::BufRead;

use rustls_pki_types::UnixTime;

use super::*;
use crate::EarlyDataOutcome;
use crate::{EarlyData, StrikeMemory};

/// More than the sockets hold.
const MUCH: u32 = 100_000;

/// A client that has a ticket of a server that accepts early data.
fn met() -> (ClientConfig, ServerConfig) {
    let (client, server) = configs("early");
    let begun = UnixTime::since_unix_epoch(Duration::ZERO);
    let server = server
        .with_strike_register(Arc::new(StrikeMemory::new(9, begun)))
        .with_max_early_data(MUCH)
        .unwrap();
    let (mut first, mut second) = pair_of(client.clone(), server.clone());
    thread::scope(|scope| {
        scope.spawn(|| second.write_all(b"tickets come before it").unwrap());
        first.read_exact(&mut [0; 22]).unwrap();
    });
    (client, server)
}

fn early_data() -> Vec<u8> {
    (0..=250).cycle().take(usize::try_from(MUCH).unwrap()).collect()
}

#[test]
fn a_stream_sends_and_takes_early_data_within_its_handshake() {
    let (client, server) = met();
    let (mut client, mut server) = pair_of(client, server);
    client.offer_early_data(early_data()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            client.handshake().unwrap();
            assert_eq!(client.unsent(), 0, "the kernel has all of them");
            client.read_exact(&mut [0; 6]).unwrap();
        });
        server.write_all(b"answer").unwrap();
    });
    assert_eq!(client.early_data_outcome(), EarlyDataOutcome::Accepted);
    let taken = server.take_early_data().map(EarlyData::into_replayable_bytes);
    assert!(taken.is_some_and(|taken| taken == early_data()));
    assert!(server.take_early_data().is_none());
    let misplaced = client.offer_early_data(Vec::new());
    assert_eq!(misplaced, Err(Error::EarlyDataMisplaced));
}

#[test]
fn a_stream_takes_early_data_as_they_come_and_may_answer_between_them() {
    let (client, server) = met();
    let (mut client, mut server) = pair_of(client, server);
    client.offer_early_data(early_data()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            client.handshake().unwrap();
            client.read_exact(&mut [0; 6]).unwrap();
            client.write_all(b"next").unwrap();
        });
        let mut taken = Vec::new();
        let mut pieces = 0;
        while let Some(data) = server.early_data().unwrap() {
            taken.extend(data.into_replayable_bytes());
            pieces += 1;
            // Whether the handshake is pending then is a matter of chance.
            if pieces == 1 {
                server.write_all(b"answer").unwrap();
                server.flush().unwrap();
                assert_eq!(server.unsent(), 0);
            }
        }
        assert!(taken == early_data());
        assert!(server.connection().is_connected());
        assert!(server.early_data().unwrap().is_none(), "as often as it is asked");
        let mut next = [0; 4];
        server.read_exact(&mut next).unwrap();
        assert_eq!(&next, b"next");
    });
}

#[test]
fn early_data_are_no_part_of_what_is_lent() {
    let (client, server) = met();
    let (mut client, mut server) = pair_of(client, server);
    client.offer_early_data(b"early".to_vec()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            client.write_all(b"late").unwrap();
            client.close().unwrap();
        });
        assert_eq!(server.fill_buf().unwrap(), b"late");
        server.consume(4);
        let taken = server.take_early_data().map(EarlyData::into_replayable_bytes);
        assert_eq!(taken.as_deref(), Some(&b"early"[..]));
        assert_eq!(server.fill_buf().unwrap(), b"");
        server.close().unwrap();
    });
}

#[test]
fn a_stream_that_waits_for_early_data_keeps_its_deadline_and_goes_on() {
    let (client, server) = met();
    let (mut client, mut server) = pair_of(client, server);
    server.set_read_timeout(Some(Duration::ZERO));
    let late = server.early_data().unwrap_err();
    assert_eq!(late.kind(), io::ErrorKind::TimedOut);
    server.set_read_timeout(None);
    client.offer_early_data(b"once".to_vec()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| client.handshake().unwrap());
        let first = server.early_data().unwrap().map(EarlyData::into_replayable_bytes);
        assert_eq!(first.as_deref(), Some(&b"once"[..]));
        // A read completes the handshake; so does a close, by giving it up.
        server.handshake().unwrap();
        assert!(server.early_data().unwrap().is_none());
    });
}

#[test]
fn a_close_ends_a_handshake_between_early_data() {
    let (client, server) = met();
    let (mut client, mut server) = pair_of(client, server);
    client.offer_early_data(early_data()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            // How far the handshake has come is a matter of chance; that it ends is certain.
            let _ = client.handshake();
            let _ = client.close();
        });
        assert!(server.early_data().unwrap().is_some());
        let _ = server.close();
        assert!(server.get_ref().is_none());
    });
}

#[test]
fn halves_on_two_threads_tell_of_early_data_and_go_on() {
    let (client, server) = met();
    let (mut client, server) = pair_of(client, server);
    client.offer_early_data(early_data()).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            let (mut reader, mut writer) = server.split().unwrap();
            let taken = reader.take_early_data().map(EarlyData::into_replayable_bytes);
            assert!(taken.is_some_and(|taken| taken == early_data()));
            let writing = thread::spawn(move || writer.write_all(&early_data()).map(|()| writer));
            reader.read_exact(&mut vec![0; early_data().len()]).unwrap();
            let writer = writing.join().unwrap().unwrap();
            Stream::join(reader, writer).unwrap().close().unwrap();
        });
        let (mut reader, mut writer) = client.split().unwrap();
        assert_eq!(reader.early_data_outcome(), EarlyDataOutcome::Accepted);
        assert!(reader.take_early_data().is_none(), "a client has none to take");
        let writing = thread::spawn(move || writer.write_all(&early_data()).map(|()| writer));
        let mut received = vec![0; early_data().len()];
        reader.read_exact(&mut received).unwrap();
        assert!(received == early_data());
        let writer = writing.join().unwrap().unwrap();
        Stream::join(reader, writer).unwrap().close().unwrap();
    });
}
