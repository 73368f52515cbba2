//! Streams over pipes, over memory, and over channels that misbehave.

use std::io::{ErrorKind, PipeReader, PipeWriter, pipe};
use std::thread;

use super::*;
use crate::certificate::test_certificates::{Authority, der, server_parameters};
use crate::pki_types::ServerName;

type Plain = HalfDuplex<Pipes<PipeReader, PipeWriter>>;

fn configs() -> (ClientConfig, ServerConfig) {
    let authority = Authority::new();
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = vec![authority.sign(&server_parameters(), &key)];
    let server = ServerConfig::builder().with_no_client_auth();
    let client = ClientConfig::builder().with_root_certificates(authority.roots());
    (client.with_no_client_auth(), server.with_single_cert(chain, der(&key)).unwrap())
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

fn reason(error: &io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
}

/// A client and a server over two pipes.
fn pair() -> (Plain, Plain) {
    let (client, server) = configs();
    let ((from_client, to_server), (from_server, to_client)) = (pipe().unwrap(), pipe().unwrap());
    let client = HalfDuplex::client(client, name(), Pipes::new(from_server, to_server)).unwrap();
    (client, HalfDuplex::server(server, Pipes::new(from_client, to_client)).unwrap())
}

#[test]
fn two_ends_converse_over_pipes_and_close() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut request = vec![0; 300_000];
            server.read_exact(&mut request).unwrap();
            assert!(request.iter().all(|byte| *byte == 7));
            server.update_key().unwrap();
            server.write_all(b"answer").unwrap();
            assert_eq!(server.read(&mut [0]).unwrap(), 0, "the clean end");
            server.close().unwrap();
        });
        client.write_all(&[7; 300_000]).unwrap();
        client.half_close().unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert_eq!(answer, b"answer");
        client.close().unwrap();
    });
    assert!(client.get_ref().is_none() && server.get_ref().is_none());
    client.close().unwrap();
    assert_eq!(reason(&client.read(&mut [0]).unwrap_err()), Error::Closed);
    assert_eq!(reason(&client.write(&[0]).unwrap_err()), Error::Closed);
}

#[test]
fn both_ends_may_close_at_once() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        for end in [&mut client, &mut server] {
            scope.spawn(|| {
                end.handshake().unwrap();
                end.write_all(b"unread").unwrap();
                end.close().unwrap();
            });
        }
    });
}

#[test]
fn a_pipe_that_ends_without_close_notify_is_truncated() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(move || {
            server.write_all(b"part").unwrap();
        });
        let mut received = Vec::new();
        let error = client.read_to_end(&mut received).unwrap_err();
        assert_eq!((&received[..], reason(&error)), (&b"part"[..], Error::Truncated));
    });
    // The other pipe is broken.
    let error = client.write(b"more").unwrap_err();
    assert_eq!(reason(&error), Error::Reset);
}

#[test]
fn what_was_wrong_with_a_call_is_told() {
    let (mut client, mut server) = pair();
    thread::scope(|scope| {
        scope.spawn(|| server.handshake().unwrap());
        client.half_close().unwrap();
    });
    assert_eq!(reason(&client.write(b"late").unwrap_err()), Error::WriteAfterClose);
}

/// What a channel does in a call.
#[derive(Clone, Copy)]
enum Does {
    Fails(ErrorKind),
    /// Says that it has moved so many bytes, and has not.
    Says(usize),
}

/// A channel that does what is listed, and behaves then as the one inside.
struct Broken<T> {
    inside: T,
    reads: Vec<Does>,
    writes: Vec<Does>,
    flushes: Vec<Does>,
}

impl<T> Broken<T> {
    fn new(inside: T) -> Self {
        Self { inside, reads: Vec::new(), writes: Vec::new(), flushes: Vec::new() }
    }
}

fn next(list: &mut Vec<Does>) -> Option<io::Result<usize>> {
    match list.pop()? {
        Does::Fails(kind) => Some(Err(kind.into())),
        Does::Says(count) => Some(Ok(count)),
    }
}

impl<T: Read> Read for Broken<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        next(&mut self.reads).unwrap_or_else(|| self.inside.read(buffer))
    }
}

impl<T: Write> Write for Broken<T> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        next(&mut self.writes).unwrap_or_else(|| self.inside.write(data))
    }

    fn flush(&mut self) -> io::Result<()> {
        next(&mut self.flushes).map_or_else(|| self.inside.flush(), |done| done.map(drop))
    }
}

impl<T: Channel> Channel for Broken<T> {
    fn end_writing(&mut self) {
        self.inside.end_writing();
    }
}

type BrokenStream = HalfDuplex<Broken<Pipes<PipeReader, PipeWriter>>>;

/// A client over a channel that will misbehave, and a server; their handshake is complete.
fn broken_pair() -> (BrokenStream, Plain) {
    let (client, server) = configs();
    let ((from_client, to_server), (from_server, to_client)) = (pipe().unwrap(), pipe().unwrap());
    let channel = Broken::new(Pipes::new(from_server, to_server));
    let mut client = HalfDuplex::client(client, name(), channel).unwrap();
    let mut server = HalfDuplex::server(server, Pipes::new(from_client, to_client)).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| server.handshake().unwrap());
        client.handshake().unwrap();
    });
    (client, server)
}

fn channel(stream: &mut BrokenStream) -> &mut Broken<Pipes<PipeReader, PipeWriter>> {
    &mut stream.driver.transport_mut().unwrap().channel
}

#[test]
fn a_channel_that_was_interrupted_is_asked_again() {
    let (mut client, mut server) = broken_pair();
    let interrupted = vec![Does::Fails(ErrorKind::Interrupted); 3];
    channel(&mut client).writes.clone_from(&interrupted);
    channel(&mut client).flushes.clone_from(&interrupted);
    client.write_all(b"there").unwrap();
    server.read_exact(&mut [0; 5]).unwrap();
    server.write_all(b"here").unwrap();
    channel(&mut client).reads = interrupted;
    let mut bytes = [0; 4];
    client.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"here");
}

#[test]
fn a_channel_that_does_not_wait_says_so_and_loses_nothing() {
    let (mut client, mut server) = broken_pair();
    channel(&mut client).reads = vec![Does::Fails(ErrorKind::WouldBlock)];
    let error = client.read(&mut [0]).unwrap_err();
    assert_eq!((error.kind(), reason(&error)), (ErrorKind::WouldBlock, Error::Timeout));
    assert_eq!(client.error(), None);
    server.write_all(b"here").unwrap();
    client.read_exact(&mut [0; 4]).unwrap();

    // What was taken stays taken, and is not to be written again.
    channel(&mut client).writes = vec![Does::Fails(ErrorKind::WouldBlock)];
    channel(&mut client).flushes = vec![Does::Fails(ErrorKind::WouldBlock)];
    assert_eq!(client.write(b"one").unwrap(), 3);
    client.write_all(b"two").unwrap();
    client.flush().unwrap();
    let mut bytes = [0; 6];
    server.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"onetwo");
}

#[test]
fn what_a_channel_fails_with_ends_the_connection_and_stays() {
    for (kind, error) in [
        (ErrorKind::Other, Error::Transport(ErrorKind::Other)),
        (ErrorKind::ConnectionReset, Error::Reset),
        (ErrorKind::TimedOut, Error::PeerVanished),
    ] {
        let (mut client, _server) = broken_pair();
        channel(&mut client).reads = vec![Does::Fails(kind)];
        for _ in 0..2 {
            assert_eq!(reason(&client.read(&mut [0]).unwrap_err()), error);
        }
        assert_eq!(reason(&client.write(&[0]).unwrap_err()), error);
        assert_eq!(client.error(), Some(&error));
    }
}

#[test]
fn a_channel_that_takes_nothing_is_broken() {
    let (mut client, _server) = broken_pair();
    channel(&mut client).writes = vec![Does::Says(0)];
    let error = client.write(b"data").unwrap_err();
    assert_eq!(reason(&error), Error::Transport(ErrorKind::WriteZero));
}

#[test]
fn a_channel_that_lies_about_lengths_breaks_nothing_but_the_stream() {
    let (mut client, mut server) = broken_pair();
    channel(&mut client).writes = vec![Does::Says(usize::MAX)];
    assert_eq!(client.write(b"lost").unwrap(), 4);
    // Bytes that it does not bring are zeros, and no record.
    channel(&mut client).reads = vec![Does::Says(usize::MAX)];
    assert!(client.read(&mut [0; 4]).is_err());
    drop(client);
    assert!(server.read(&mut [0; 4]).is_err());
}

#[test]
fn memory_that_holds_less_than_a_handshake_is_truncated() {
    struct Memory(io::Cursor<Vec<u8>>, Vec<u8>);
    impl Read for Memory {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }
    impl Write for Memory {
        fn write(&mut self, data: &[u8]) -> io::Result<usize> {
            self.1.write(data)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    impl Channel for Memory {
        fn end_writing(&mut self) {}
    }
    let memory = Memory(io::Cursor::new(vec![22, 3, 3, 0, 100, 2]), Vec::new());
    let mut client = HalfDuplex::client(configs().0, name(), memory).unwrap();
    assert_eq!(reason(&client.handshake().unwrap_err()), Error::Truncated);
    assert!(!client.get_ref().unwrap().1.is_empty(), "a ClientHello was written");
}
