//! Two threads on one stream, over a pair of sockets that hold little.

use std::io::{BufRead, ErrorKind, Read, Write};
use std::thread;
use std::time::Duration;

use hyaline_model::table::{Alert, Notice};

use crate::Error;
use crate::blocking::system::testing::{FULL_AFTER, LocalSocket, processor_time};
use crate::blocking::tests::{connected, reason};
use crate::blocking::{Reader, Stream, Writer};

type Halves = (Reader<LocalSocket>, Writer<LocalSocket>);

/// More than the sockets and the outbox hold together.
const MUCH: usize = 4 << 20;

fn split() -> (Halves, Stream<LocalSocket>) {
    let (client, server) = connected();
    (client.split().unwrap(), server)
}

/// Joins and closes both ends, each on a thread of its own.
fn close(halves: Halves, mut peer: Stream<LocalSocket>) {
    thread::scope(|scope| {
        scope.spawn(move || peer.close().unwrap());
        Stream::join(halves.0, halves.1).unwrap().close().unwrap();
    });
}

/// The server echoes everything, one read and one write at a time, and closes.
fn echo(mut stream: Stream<LocalSocket>) {
    let mut bytes = [0; 1 << 14];
    loop {
        match stream.read(&mut bytes).unwrap() {
            0 => return stream.close().unwrap(),
            count => stream.write_all(&bytes[..count]).unwrap(),
        }
    }
}

/// Writes until nothing more is accepted: how much was.
fn fill_half(writer: &mut Writer<LocalSocket>) -> usize {
    writer.set_timeout(Some(FULL_AFTER));
    let mut accepted = 0;
    let error = loop {
        match writer.write(&[1; 1 << 14]) {
            Ok(count) => accepted += count,
            Err(error) => break error,
        }
    };
    assert_eq!(reason(&error), Error::Timeout);
    assert!(writer.unsent() > 0);
    accepted
}

/// How long a call waits while the processor time that its thread uses is measured.
const LONG: Duration = Duration::from_millis(200);

/// Whether the call runs out of its time, most of which its thread sleeps: a loop that spins uses
/// all of it.
fn waits_asleep<T>(call: impl FnOnce() -> std::io::Result<T>) -> bool {
    let before = processor_time();
    let is_late = matches!(call(), Err(error) if reason(&error) == Error::Timeout);
    is_late && processor_time() - before < LONG / 4
}

/// The server takes what a writer had to leave, so that all of it goes out.
fn take(server: &mut Stream<LocalSocket>, writer: &mut Writer<LocalSocket>, accepted: usize) {
    thread::scope(|scope| {
        scope.spawn(|| server.read_exact(&mut vec![0; accepted]).unwrap());
        writer.set_timeout(None);
        writer.flush().unwrap();
    });
}

#[test]
fn one_thread_writes_all_while_the_other_reads_it_back() {
    let ((mut reader, mut writer), server) = split();
    thread::scope(|scope| {
        let echoing = scope.spawn(|| echo(server));
        let reading = scope.spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).unwrap();
            (reader, bytes)
        });
        let sent: Vec<u8> = (0..=250).cycle().take(MUCH).collect();
        writer.write_all(&sent).unwrap();
        writer.half_close().unwrap();
        let (reader, received) = reading.join().unwrap();
        assert!(received == sent);
        Stream::join(reader, writer).unwrap().close().unwrap();
        echoing.join().unwrap();
    });
}

#[test]
fn a_blocked_write_does_not_keep_the_other_thread_from_reading() {
    let ((mut reader, mut writer), mut server) = split();
    thread::scope(|scope| {
        let writing = scope.spawn(move || {
            writer.write_all(&vec![1; MUCH]).unwrap();
            writer
        });
        // The server reads nothing before it has had its answer read.
        server.write_all(b"first").unwrap();
        let mut bytes = [0; 5];
        reader.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"first");
        let mut all = vec![0; MUCH];
        server.read_exact(&mut all).unwrap();
        let writer = writing.join().unwrap();
        close((reader, writer), server);
    });
}

#[test]
fn a_key_update_that_is_asked_of_a_blocked_writer_is_answered() {
    let ((mut reader, mut writer), mut server) = split();
    let accepted = fill_half(&mut writer);
    server.update_key().unwrap();
    server.write_all(b"now").unwrap();
    let mut bytes = [0; 3];
    reader.read_exact(&mut bytes).unwrap();
    assert!(
        std::iter::from_fn(|| reader.poll_notice()).any(|notice| notice == Notice::PeerKeyUpdated)
    );
    writer.set_timeout(None);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut all = vec![0; accepted + MUCH];
            server.read_exact(&mut all).unwrap();
        });
        writer.write_all(&vec![1; MUCH]).unwrap();
        reading.join().unwrap();
    });
    let answered =
        std::iter::from_fn(|| server.poll_notice()).any(|one| one == Notice::PeerKeyUpdated);
    assert!(answered);
    close((reader, writer), server);
}

#[test]
fn what_a_writer_leaves_unsent_goes_out_while_the_reader_waits() {
    let ((mut reader, mut writer), mut server) = split();
    let reading = thread::spawn(move || {
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).map(|()| reader)
    });
    let accepted = fill_half(&mut writer);
    // Nobody writes any more: the reader transmits the rest.
    let mut all = vec![0; accepted];
    server.read_exact(&mut all).unwrap();
    assert_eq!(writer.unsent(), 0);
    server.write_all(b"done").unwrap();
    let reader = reading.join().unwrap().unwrap();
    close((reader, writer), server);
}

#[test]
fn a_pending_write_receives_while_no_read_is_pending() {
    let ((reader, mut writer), mut server) = split();
    thread::scope(|scope| {
        let writing = scope.spawn(move || {
            writer.write_all(&vec![1; MUCH]).unwrap();
            writer
        });
        server.write_all(b"here").unwrap();
        // Nobody reads, and the write waits for the server.
        while reader.unread() == 0 {
            thread::yield_now();
        }
        assert_eq!(reader.unread(), 4);
        let mut all = vec![0; MUCH];
        server.read_exact(&mut all).unwrap();
        let mut reader = reader;
        let mut bytes = [0; 4];
        reader.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"here");
        close((reader, writing.join().unwrap()), server);
    });
}

#[test]
fn an_alert_of_the_peer_is_told_to_both_threads() {
    let ((mut reader, mut writer), server) = split();
    drop(server);
    let read = reader.read(&mut [0; 1]).unwrap_err();
    assert_eq!(reason(&read), Error::Truncated);
    let write = loop {
        if let Err(error) = writer.write_all(&[1; 1 << 14]) {
            break error;
        }
    };
    assert_eq!(write.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_alert_of_a_read_that_fails_goes_out_though_nobody_writes_any_more() {
    let ((mut reader, writer), mut server) = split();
    drop(writer);
    // A record of application data that no key opens.
    let mut socket = server.get_ref().unwrap();
    socket.write_all(&[&[23, 3, 3, 0, 32][..], &[0; 32]].concat()).unwrap();
    assert_eq!(reason(&reader.read(&mut [0; 1]).unwrap_err()).alert(), Some(Alert::BadRecordMac));
    drop(reader);
    let error = server.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(reason(&error), Error::PeerAlert(_)), "{error}");
}

#[test]
fn deadlines_end_calls_and_lose_nothing() {
    let ((mut reader, mut writer), mut server) = split();
    reader.set_timeout(Some(Duration::from_millis(1)));
    assert_eq!(reason(&reader.read(&mut [0; 1]).unwrap_err()), Error::Timeout);
    server.write_all(b"late").unwrap();
    reader.set_timeout(None);
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"late");
    let accepted = fill_half(&mut writer);
    assert_eq!(reason(&writer.flush().unwrap_err()), Error::Timeout);
    writer.set_timeout(None);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut all = vec![0; accepted];
            server.read_exact(&mut all).unwrap();
            assert!(all.iter().all(|byte| *byte == 1));
        });
        writer.flush().unwrap();
    });
    assert_eq!(writer.unsent(), 0);
    close((reader, writer), server);
}

#[test]
fn threads_that_wait_use_no_processor_time() {
    let ((mut reader, mut writer), mut server) = split();
    // Both wait, the reader for data and the writer for room, and nothing wakes either.
    let accepted = fill_half(&mut writer);
    reader.set_timeout(Some(LONG));
    writer.set_timeout(Some(LONG));
    thread::scope(|scope| {
        let reading = scope.spawn(|| waits_asleep(|| reader.read(&mut [0; 1])));
        assert!(waits_asleep(|| writer.flush()));
        assert!(reading.join().unwrap());
    });
    take(&mut server, &mut writer, accepted);
    close((reader, writer), server);
}

#[test]
fn a_writer_that_waits_beside_unread_data_uses_no_processor_time() {
    let ((mut reader, mut writer), mut server) = split();
    let accepted = fill_half(&mut writer);
    let sent = vec![2; MUCH];
    let asleep = thread::scope(|scope| {
        scope.spawn(|| server.write_all(&sent).unwrap());
        // The writer receives once, and no more of what stays readable.
        writer.set_timeout(Some(Duration::from_millis(1)));
        while reader.unread() == 0 {
            assert_eq!(reason(&writer.flush().unwrap_err()), Error::Timeout);
        }
        writer.set_timeout(Some(LONG));
        let asleep = waits_asleep(|| writer.flush());
        let mut received = vec![0; MUCH];
        reader.read_exact(&mut received).unwrap();
        assert!(received == sent);
        asleep
    });
    assert!(asleep);
    take(&mut server, &mut writer, accepted);
    close((reader, writer), server);
}

#[test]
fn a_writer_that_waits_after_the_end_of_the_other_direction_uses_no_processor_time() {
    let ((mut reader, mut writer), mut server) = split();
    let accepted = fill_half(&mut writer);
    server.half_close().unwrap();
    assert_eq!(reader.read(&mut [0]).unwrap(), 0);
    writer.set_timeout(Some(LONG));
    assert!(waits_asleep(|| writer.flush()));
    take(&mut server, &mut writer, accepted);
    close((reader, writer), server);
}

#[test]
fn what_a_reader_has_looked_at_is_read_by_it_and_by_the_joined_stream() {
    let ((mut reader, writer), mut server) = split();
    server.write_all(b"first second").unwrap();
    assert_eq!(reader.fill_buf().unwrap(), b"first second");
    assert_eq!(reader.unread(), 12);
    let mut bytes = [0; 2];
    reader.read_exact(&mut bytes).unwrap();
    assert_eq!((&bytes, reader.fill_buf().unwrap()), (b"fi", &b"rst second"[..]));
    reader.consume(4);
    assert_eq!((reader.fill_buf().unwrap(), writer.unsent()), (&b"second"[..], 0));
    reader.consume(3);
    let mut client = Stream::join(reader, writer).unwrap();
    assert_eq!(client.fill_buf().unwrap(), b"ond");
    client.consume(usize::MAX);
    let (mut reader, writer) = client.split().unwrap();
    reader.set_timeout(Some(Duration::ZERO));
    assert_eq!(reason(&reader.fill_buf().unwrap_err()), Error::Timeout);
    reader.consume(1);
    server.write_all(b"a line\n").unwrap();
    server.half_close().unwrap();
    reader.set_timeout(None);
    let mut lines = String::new();
    assert_eq!(reader.read_line(&mut lines).unwrap(), 7);
    assert_eq!((reader.read_line(&mut lines).unwrap(), lines.as_str()), (0, "a line\n"));
    close((reader, writer), server);
}

#[test]
fn only_halves_of_one_stream_are_joined() {
    let ((reader, writer), mut server) = split();
    let ((other_reader, other_writer), mut other_server) = split();
    let error = Stream::join(reader, other_writer).unwrap_err();
    let (reader, other_writer) = error.into_halves();
    for server in [&mut server, &mut other_server] {
        server.write_all(b"a").unwrap();
    }
    close((reader, writer), server);
    close((other_reader, other_writer), other_server);
}

#[test]
fn a_stream_that_is_not_connected_is_connected_by_its_split() {
    let (client, server) = crate::blocking::tests::pair();
    let (halves, server) = thread::scope(|scope| {
        let client = scope.spawn(|| client.split().unwrap());
        let mut server = server;
        server.handshake().unwrap();
        (client.join().unwrap(), server)
    });
    close(halves, server);
}

#[test]
fn a_half_says_what_was_wrong_with_a_call() {
    let ((reader, mut writer), server) = split();
    writer.half_close().unwrap();
    let error = writer.write(b"late").unwrap_err();
    assert_eq!((error.kind(), reason(&error)), (ErrorKind::BrokenPipe, Error::WriteAfterClose));
    // These change nothing.
    writer.half_close().unwrap();
    writer.update_key().unwrap();
    close((reader, writer), server);

    let ((reader, writer), _server) = split();
    let mut stream = Stream::join(reader, writer).unwrap();
    stream.abort();
    let error = stream.split().expect_err("it is closed");
    assert_eq!((error.kind(), reason(&error)), (ErrorKind::NotConnected, Error::Closed));
}
