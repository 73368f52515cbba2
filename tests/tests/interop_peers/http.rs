//! A small server of HTTP/1.1 behind a stream of ours, and what it sees of its clients.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use hyaline::blocking::Stream;
use hyaline::{Error, NamedGroup, Notice, ServerConfig};

use hyaline_tests::sockets::{patient, reason};
use hyaline_tests::traces::Traces;

use crate::program::is_retried;

/// How much of an answer to `/echo` is sent byte by byte.
const ONE_BY_ONE: usize = 100;

/// One request, as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The path that it asks for.
    pub(crate) path: String,
    /// How long its body is.
    pub(crate) length: usize,
    /// The number of the connection by which it came.
    pub(crate) connection: usize,
    pub(crate) resumed: bool,
    /// Whether its connection has begun with early data that were accepted.
    pub(crate) is_early: bool,
    pub(crate) retried: bool,
    pub(crate) group: Option<NamedGroup>,
    pub(crate) protocol: Option<Vec<u8>>,
    pub(crate) shows_certificate: bool,
    /// How often the client has updated its keys so far.
    pub(crate) updates: usize,
    /// How the stream has ended, where that was waited for.
    pub(crate) end: Option<Error>,
}

/// Serves with this configuration, on the port that it gives; `/` is this page.
pub(crate) fn serve(config: ServerConfig, page: &'static str) -> (u16, Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    thread::spawn(move || {
        for (number, socket) in listener.incoming().enumerate() {
            let log = Traces::new();
            let config = config.clone().with_row_log(log.clone());
            let stream = patient(Stream::server(config, socket.unwrap()).unwrap());
            let early = VecDeque::new();
            let visit = Visit {
                stream,
                early,
                is_early: false,
                log,
                number,
                updates: 0,
                page,
                tell: tell.clone(),
            };
            // A client may leave at any time: a browser opens more connections than it needs.
            thread::spawn(move || visit.serve());
        }
    });
    (port, told)
}

/// One connection.
struct Visit {
    stream: Stream,
    /// What is left of the early data.
    early: VecDeque<u8>,
    /// Whether there were any.
    is_early: bool,
    log: std::sync::Arc<Traces>,
    number: usize,
    updates: usize,
    page: &'static str,
    tell: Sender<Seen>,
}

impl Read for Visit {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.early.is_empty() { self.stream.read(bytes) } else { self.early.read(bytes) }
    }
}

impl Visit {
    fn serve(mut self) -> io::Result<()> {
        self.stream.handshake()?;
        if let Some(early) = self.stream.take_early_data() {
            self.is_early = true;
            self.early.extend(early.into_replayable_bytes());
        }
        while let Some(head) = self.head()? {
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let mut body = vec![0; length(&head)];
            self.read_exact(&mut body)?;
            let seen = self.seen(path, body.len());
            match seen.path.as_str() {
                "/" => self.answer("", self.page.as_bytes())?,
                "/echo" => self.echo(&body)?,
                "/again" => self.answer("Connection: close\r\n", b"again\n")?,
                "/updated" => {
                    self.stream.update_key()?;
                    self.answer("", b"updated\n")?;
                }
                "/upload" => return self.wait_for_end(seen),
                _ => self.answer("", b"\n")?,
            }
            let ends = seen.path == "/again";
            let _ = self.tell.send(seen);
            if ends {
                return self.stream.close();
            }
        }
        self.stream.close()
    }

    /// The next request without its body; nothing at the end.
    fn head(&mut self) -> io::Result<Option<String>> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if self.read(&mut byte)? == 0 {
                return Ok(None);
            }
            head.push(byte[0]);
        }
        Ok(Some(String::from_utf8_lossy(&head).into_owned()))
    }

    fn seen(&mut self, path: String, length: usize) -> Seen {
        let notices = std::iter::from_fn(|| self.stream.poll_notice());
        self.updates += notices.filter(|notice| *notice == Notice::PeerKeyUpdated).count();
        let connection = self.stream.connection();
        Seen {
            path,
            length,
            connection: self.number,
            resumed: connection.negotiated().is_resumed(),
            is_early: self.is_early,
            retried: is_retried(&self.log),
            group: connection.group(),
            protocol: connection.application_protocol().map(<[u8]>::to_vec),
            shows_certificate: !connection.peer_certificates().is_empty(),
            updates: self.updates,
            end: None,
        }
    }

    fn answer(&mut self, fields: &str, body: &[u8]) -> io::Result<()> {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{fields}Content-Length: {}\r\n\r\n",
            body.len()
        );
        self.stream.write_all(head.as_bytes())?;
        self.stream.write_all(body)
    }

    /// Sends the body back, its first bytes each in a record of its own.
    fn echo(&mut self, body: &[u8]) -> io::Result<()> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        self.stream.write_all(head.as_bytes())?;
        let (first, rest) = body.split_at(body.len().min(ONE_BY_ONE));
        for byte in first {
            self.stream.write_all(&[*byte])?;
        }
        self.stream.write_all(rest)
    }

    /// Tells that a request has begun, and how the stream has ended before the request did.
    fn wait_for_end(mut self, seen: Seen) -> io::Result<()> {
        let _ = self.tell.send(seen.clone());
        let error = io::copy(&mut self.stream, &mut io::sink()).err();
        let _ = self.tell.send(Seen { end: error.as_ref().map(reason), ..seen });
        self.stream.close()
    }
}

/// How long the body behind this head is.
fn length(head: &str) -> usize {
    let field = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().to_owned())
    });
    field.and_then(|value| value.parse().ok()).unwrap_or_default()
}
