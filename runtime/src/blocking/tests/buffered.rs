//! Streams and their reading halves as buffers.

use std::io::{BufRead, IoSliceMut};

use proptest::prelude::*;

use super::*;
use crate::record::Content;

/// The server sends this and ends; the client does with it what it wants, and then both close.
fn serve(data: &[u8], client: impl FnOnce(&mut Stream<LocalSocket>)) {
    let (mut stream, mut server) = connected();
    thread::scope(|scope| {
        scope.spawn(|| {
            server.write_all(data).unwrap();
            server.close().unwrap();
        });
        client(&mut stream);
        stream.close().unwrap();
    });
}

#[test]
fn lines_are_read_by_what_the_standard_library_has_for_them() {
    let text: String = (0..3000).map(|line| format!("{line}\r\n")).collect();
    serve(text.as_bytes(), |client| {
        let mut first = String::new();
        assert_eq!(client.read_line(&mut first).unwrap(), 3);
        assert_eq!(first, "0\r\n");
        let mut second = Vec::new();
        assert_eq!(client.read_until(b'\r', &mut second).unwrap(), 2);
        assert_eq!(client.read_until(b'\n', &mut second).unwrap(), 1);
        assert_eq!(second, b"1\r\n");
        let rest: Vec<_> = client.lines().map(Result::unwrap).collect();
        assert!(rest.iter().eq((2..3000).map(|line| line.to_string()).collect::<Vec<_>>().iter()));
    });
    serve(text.as_bytes(), |client| {
        let fields: Vec<_> = BufRead::split(client, b'\n').map(Result::unwrap).collect();
        assert_eq!(fields.len(), 3000);
    });
}

#[test]
fn a_line_without_an_end_is_given_at_a_clean_end_only() {
    serve(b"no end", |client| {
        let mut line = String::new();
        assert_eq!(client.read_line(&mut line).unwrap(), 6);
        assert_eq!(client.read_line(&mut line).unwrap(), 0);
        assert_eq!(client.fill_buf().unwrap(), b"");
    });
    let (mut client, mut server) = connected();
    server.write_all(b"cut").unwrap();
    drop(server);
    let mut line = Vec::new();
    let error = client.read_until(b'\n', &mut line).unwrap_err();
    assert_eq!((reason(&error), error.kind()), (Error::Truncated, io::ErrorKind::UnexpectedEof));
    assert_eq!(line, b"cut");
    assert_eq!(reason(&client.fill_buf().unwrap_err()), Error::Truncated);
}

#[test]
fn a_buffer_that_is_filled_makes_the_handshake_and_keeps_the_time_of_a_read() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| server.write_all(b"here").unwrap());
        assert_eq!(client.fill_buf().unwrap(), b"here");
    });
    client.set_read_timeout(Some(Duration::ZERO));
    assert_eq!(client.fill_buf().unwrap(), b"here", "it is there already");
    client.consume(9);
    let late = client.fill_buf().unwrap_err();
    assert_eq!((reason(&late), late.kind()), (Error::Timeout, io::ErrorKind::TimedOut));
    server.write_all(b"more").unwrap();
    assert_eq!(client.fill_buf().unwrap(), b"more");
}

#[test]
fn a_closed_stream_lends_nothing() {
    let (mut client, mut server) = connected();
    thread::scope(|scope| {
        scope.spawn(|| {
            server.write_all(b"unread").unwrap();
            server.close().unwrap();
        });
        assert_eq!(client.fill_buf().unwrap(), b"unread");
        client.close().unwrap();
    });
    assert_eq!(reason(&client.fill_buf().unwrap_err()), Error::Closed);
    client.consume(1);
}

/// What the peer sends.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Data(usize),
    EmptyRecord,
    KeyUpdate,
}

/// A call that reads, and how much at most.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Read(usize),
    ReadVectored(usize, usize),
    Lent(usize),
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        6 => (1..3000_usize).prop_map(Piece::Data),
        1 => (16_000..20_000_usize).prop_map(Piece::Data),
        1 => Just(Piece::EmptyRecord),
        1 => Just(Piece::KeyUpdate),
    ];
    prop::collection::vec(piece, 1..12)
}

fn cuts() -> impl Strategy<Value = Vec<Cut>> {
    let cut = prop_oneof![
        (1..4000_usize).prop_map(Cut::Read),
        (0..2000_usize, 1..2000_usize).prop_map(|(one, other)| Cut::ReadVectored(one, other)),
        (0..4000_usize).prop_map(Cut::Lent),
    ];
    prop::collection::vec(cut, 1..12).prop_map(|mut cuts| {
        // So that each round takes something.
        cuts.push(Cut::Read(1));
        cuts
    })
}

/// Sends the pieces and ends: how many bytes of data it has sent.
fn send(stream: &mut Stream<LocalSocket>, pieces: &[Piece]) -> usize {
    let mut sent = 0;
    for piece in pieces {
        match *piece {
            Piece::Data(count) => {
                let data: Vec<u8> = (sent..sent + count).map(byte_at).collect();
                stream.write_all(&data).unwrap();
                sent += count;
            }
            Piece::EmptyRecord => {
                let Driver { connection, wire, .. } = &mut stream.driver;
                let sealer = &mut connection.sender.core.sealer;
                sealer.seal(&mut wire.outbox, Content::ApplicationData, &[]).unwrap();
            }
            Piece::KeyUpdate => stream.update_key().unwrap(),
        }
    }
    stream.half_close().unwrap();
    sent
}

/// Reads until the end, by these calls in turn: all that came.
fn take(reader: &mut impl BufRead, cuts: &[Cut]) -> Vec<u8> {
    let mut taken = Vec::new();
    for cut in cuts.iter().cycle() {
        let read = match *cut {
            Cut::Read(most) => {
                let mut bytes = vec![0; most];
                let count = reader.read(&mut bytes).unwrap();
                taken.extend_from_slice(&bytes[..count]);
                count
            }
            Cut::ReadVectored(one, other) => {
                let (mut one, mut other) = (vec![0; one], vec![0; other]);
                let mut slices = [&mut one, &mut other].map(|bytes| IoSliceMut::new(bytes));
                let count = reader.read_vectored(&mut slices).unwrap();
                let bytes = [one, other].concat();
                taken.extend_from_slice(&bytes[..count]);
                count
            }
            Cut::Lent(most) => {
                let lent = reader.fill_buf().unwrap();
                let count = lent.len();
                taken.extend_from_slice(&lent[..count.min(most)]);
                reader.consume(most);
                count
            }
        };
        if read == 0 {
            break;
        }
    }
    taken
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn calls_of_all_kinds_and_sizes_give_the_bytes_in_their_order(
        pieces in pieces(),
        cuts in cuts(),
        is_split in any::<bool>(),
    ) {
        let (mut client, mut server) = connected();
        let (taken, sent) = thread::scope(|scope| {
            let serving = scope.spawn(|| {
                let sent = send(&mut server, &pieces);
                server.close().unwrap();
                sent
            });
            let taken = if is_split {
                let (mut reader, writer) = client.split().unwrap();
                let taken = take(&mut reader, &cuts);
                client = Stream::join(reader, writer).unwrap();
                taken
            } else {
                take(&mut client, &cuts)
            };
            client.close().unwrap();
            (taken, serving.join().unwrap())
        });
        prop_assert_eq!(taken.len(), sent);
        prop_assert!(taken.into_iter().eq((0..sent).map(byte_at)));
    }
}
