//! Pairs of real sockets, and both directions of one stream at once.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use hyaline::blocking::{Reader, Stream};
use hyaline::{Error, Notice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_send_buffer_size};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

/// How long anything here may take before the test counts as stuck.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Two ends of one TCP connection: who connected, and who accepted.
#[must_use]
pub fn pair() -> (TcpStream, TcpStream) {
    connect(TcpListener::bind("127.0.0.1:0").unwrap(), |_| {})
}

/// A pair with the smallest buffers that the system allows.
#[must_use]
pub fn tiny_pair() -> (TcpStream, TcpStream) {
    connect(tiny_listener(), |socket| Buffers::SMALLEST.give(socket))
}

/// How many bytes the buffers of a socket are asked to hold. Linux doubles it, has a least and a
/// most, and counts its own overhead against it.
#[derive(Clone, Copy, Debug)]
pub struct Buffers {
    /// For what was received.
    pub receive: usize,
    /// For what is to be transmitted.
    pub send: usize,
}

impl Buffers {
    /// The smallest that the system allows.
    pub const SMALLEST: Self = Self { receive: 1, send: 1 };

    /// Gives them to a socket. One that is not yet connected, or listens, has them from the first
    /// segment on.
    pub fn give(self, socket: impl AsFd) {
        set_socket_recv_buffer_size(&socket, self.receive).unwrap();
        set_socket_send_buffer_size(&socket, self.send).unwrap();
    }
}

/// A listener whose connections have these buffers.
#[must_use]
pub fn listener(buffers: Buffers) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    buffers.give(&listener);
    listener
}

/// A connection to this port of this machine, with these buffers.
#[must_use]
pub fn connection(port: u16, buffers: Buffers) -> TcpStream {
    // A program that another test starts meanwhile must not inherit the socket, which it would keep
    // open.
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).unwrap();
    buffers.give(&socket);
    rustix::net::connect(&socket, &SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
    let socket = TcpStream::from(socket);
    socket.set_nodelay(true).unwrap();
    socket
}

/// A listener whose connections have the smallest buffers that the system allows.
#[must_use]
pub fn tiny_listener() -> TcpListener {
    listener(Buffers::SMALLEST)
}

/// A connection to this port of this machine, with the smallest buffers that the system allows.
#[must_use]
pub fn tiny_connection(port: u16) -> TcpStream {
    connection(port, Buffers::SMALLEST)
}

fn connect(listener: TcpListener, prepare: fn(&TcpStream)) -> (TcpStream, TcpStream) {
    let connected = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    prepare(&connected);
    let (accepted, _) = listener.accept().unwrap();
    for socket in [&connected, &accepted] {
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
    }
    (connected, accepted)
}

/// A stream that gives up when the test is stuck.
#[must_use]
pub fn patient(mut stream: Stream) -> Stream {
    stream.set_read_timeout(Some(PATIENCE));
    stream.set_write_timeout(Some(PATIENCE));
    stream
}

/// Waits until the socket is ready for one of these.
///
/// # Errors
/// When that takes too long.
pub fn wait(socket: &impl AsFd, receive: bool, transmit: bool) -> io::Result<()> {
    let mut events = PollFlags::empty();
    events.set(PollFlags::IN, receive);
    events.set(PollFlags::OUT, transmit);
    let time = Timespec::try_from(PATIENCE).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(socket, events)], Some(&time))? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

/// Writes all of `outgoing` and reads `expected` bytes, both at once.
///
/// # Errors
/// Those of the stream; `UnexpectedEof` when it ends before.
pub fn exchange(stream: &mut Stream, outgoing: &[u8], expected: usize) -> io::Result<Vec<u8>> {
    stream.handshake()?;
    stream.set_read_timeout(Some(Duration::ZERO));
    stream.set_write_timeout(Some(Duration::ZERO));
    let mut rest = outgoing;
    let mut incoming = vec![0; expected];
    let mut filled = 0;
    loop {
        while let Some(count) = unless_it_waits(stream.write(rest))?.filter(|count| *count > 0) {
            rest = rest.get(count..).unwrap_or_default();
        }
        unless_it_waits(stream.flush())?;
        while let Some(space) = incoming.get_mut(filled..).filter(|space| !space.is_empty()) {
            match unless_it_waits(stream.read(space))? {
                Some(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(count) => filled += count,
                None => break,
            }
        }
        if rest.is_empty() && stream.unsent() == 0 && filled == expected {
            break;
        }
        let socket = stream.get_ref().ok_or(io::ErrorKind::NotConnected)?;
        wait(socket, filled < expected, !rest.is_empty() || stream.unsent() > 0)?;
    }
    stream.set_read_timeout(Some(PATIENCE));
    stream.set_write_timeout(Some(PATIENCE));
    Ok(incoming)
}

/// What two threads have done with one stream.
pub struct Crossed {
    /// The stream, whole again.
    pub stream: Stream,
    /// What the reading thread has received.
    pub received: Vec<u8>,
    /// How many key updates of the peer's were among it.
    pub updates: usize,
}

/// Writes all of `outgoing` on one thread, and updates the keys before each part of it of this
/// length; reads `expected` bytes on another.
///
/// # Errors
/// Those of the stream.
pub fn cross(stream: Stream, outgoing: &[u8], part: usize, expected: usize) -> io::Result<Crossed> {
    let (mut reader, mut writer) = stream.split()?;
    thread::scope(|scope| {
        let reading = scope.spawn(move || read_all(&mut reader, expected).map(|all| (reader, all)));
        for part in outgoing.chunks(part) {
            writer.update_key()?;
            writer.write_all(part)?;
        }
        let (reader, (received, updates)) = reading.join().unwrap()?;
        Ok(Crossed { stream: Stream::join(reader, writer)?, received, updates })
    })
}

/// Reads so many bytes, and counts the key updates of the peer's.
fn read_all(reader: &mut Reader, expected: usize) -> io::Result<(Vec<u8>, usize)> {
    let mut received = vec![0; expected];
    let mut updates = 0;
    let mut rest = received.as_mut_slice();
    while !rest.is_empty() {
        let count = reader.read(rest)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        rest = rest.get_mut(count..).unwrap_or_default();
        // Only few notices are kept, so they are taken after each read.
        let notices = std::iter::from_fn(|| reader.poll_notice());
        updates += notices.filter(|notice| *notice == Notice::PeerKeyUpdated).count();
    }
    Ok((received, updates))
}

fn unless_it_waits<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends everything back until the stream ends.
///
/// # Errors
/// Those of the stream.
pub fn echo(stream: &mut (impl Read + Write)) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = stream.read(&mut bytes)?;
        if count == 0 {
            return Ok(());
        }
        stream.write_all(bytes.get(..count).unwrap_or_default())?;
        stream.flush()?;
    }
}

/// As [`echo`], and asks for new keys before each answer: what comes behind it comes under them.
///
/// # Errors
/// Those of the stream; another when the peer does not update its keys.
pub fn echo_with_updates(stream: &mut Stream) -> io::Result<()> {
    let mut bytes = [0; 1000];
    let mut answers = 0;
    loop {
        let count = stream.read(&mut bytes)?;
        if count == 0 {
            return Ok(());
        }
        let mut notices = std::iter::from_fn(|| stream.poll_notice());
        let is_updated = notices.any(|notice| notice == Notice::PeerKeyUpdated);
        if answers > 0 && !is_updated {
            return Err(io::Error::other("the peer has not updated its keys"));
        }
        stream.update_key()?;
        stream.write_all(bytes.get(..count).unwrap_or_default())?;
        answers += 1;
    }
}

/// The error of this library inside an error of a stream.
#[must_use]
pub fn reason(error: &io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(reason) => reason.clone(),
        None => Error::Transport(error.kind()),
    }
}

/// `length` bytes in which a lost, doubled or moved part shows.
#[must_use]
pub fn pattern(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let words = std::iter::repeat_with(move || {
        // xorshift64.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.flatten().take(length).collect()
}
