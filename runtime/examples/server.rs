//! A TLS 1.3 server that echoes, swallows, floods or answers HTTP: one thread and one stream per
//! connection.

mod support;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use clap::{Parser, ValueEnum};
use hyaline::blocking::Stream;
use hyaline::{Error, MAX_TICKETS, ServerConfig};
use support::Failure;

/// Serve TLS 1.3 connections, side by side.
///
/// Prints the address it listens on; with port 0 the system chooses a free port.
#[derive(Parser)]
#[command(name = "server", after_help = AFTER_HELP)]
struct Arguments {
    /// The server's certificate, followed by its intermediates.
    #[arg(long = "cert", value_name = "PEM")]
    certificate: PathBuf,

    /// The private key of the server's certificate.
    #[arg(long, value_name = "PEM")]
    key: PathBuf,

    /// Ask clients for a certificate that leads to one of these roots.
    #[arg(long, value_name = "PEM")]
    client_ca: Option<PathBuf>,

    /// Whether clients may do without a certificate.
    #[arg(long, value_enum, default_value_t = ClientAuth::Require, requires = "client_ca")]
    client_auth: ClientAuth,

    /// Accept this application protocol; may be given several times, the preferred one first.
    #[arg(long = "alpn", value_name = "PROTOCOL")]
    alpn: Vec<String>,

    /// How many tickets each client gets. Nobody can resume with one yet.
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u8).range(0..=i64::from(MAX_TICKETS)))]
    tickets: u8,

    /// What to do with a connection.
    #[arg(long, value_enum, default_value_t = Mode::Echo)]
    mode: Mode,

    /// Serve one connection and exit: 0 if it ended well, 1 otherwise.
    #[arg(long)]
    once: bool,

    /// Where to listen.
    #[arg(value_name = "ADDR:PORT")]
    address: SocketAddr,
}

const AFTER_HELP: &str = "\
Examples:
  server --cert try/server.pem --key try/server.key 127.0.0.1:4433
  server --cert try/server.pem --key try/server.key --mode http [::1]:0";

#[derive(Clone, Copy, ValueEnum)]
enum ClientAuth {
    /// A client without a certificate is served.
    Request,
    /// A client without a certificate is refused.
    Require,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// Send everything back.
    Echo,
    /// Receive everything, then print how many bytes came and how the stream ended.
    Sink,
    /// Send without end.
    Source,
    /// Answer GET with a small page and close.
    Http,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("server: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = Arc::new(configure(arguments)?);
    let address = arguments.address;
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (socket, peer) = match listener.accept() {
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            accepted => accepted.map_err(|error| format!("cannot accept: {error}"))?,
        };
        let (config, mode) = (Arc::clone(&config), arguments.mode);
        if arguments.once {
            return Ok(serve(config, mode, socket, peer)?);
        }
        thread::Builder::new().spawn(move || {
            if let Err(error) = serve(config, mode, socket, peer) {
                eprintln!("server: {peer}: {error}");
            }
        })?;
    }
}

fn configure(arguments: &Arguments) -> Result<ServerConfig, Failure> {
    let builder = ServerConfig::builder();
    let builder = match (&arguments.client_ca, arguments.client_auth) {
        (None, _) => builder.with_no_client_auth(),
        (Some(path), ClientAuth::Request) => {
            builder.with_client_auth_requested(support::roots(path)?)?
        }
        (Some(path), ClientAuth::Require) => {
            builder.with_client_auth_required(support::roots(path)?)?
        }
    };
    let chain = support::certificates(&arguments.certificate)?;
    Ok(builder
        .with_single_cert(chain, support::private_key(&arguments.key)?)?
        .with_alpn_protocols(arguments.alpn.iter().map(String::as_str))?
        .with_tickets(arguments.tickets)?)
}

/// Serves one connection to its end.
fn serve(
    config: Arc<ServerConfig>,
    mode: Mode,
    socket: TcpStream,
    peer: SocketAddr,
) -> io::Result<()> {
    // Records are written whole; waiting for more bytes to fill a segment only delays them.
    socket.set_nodelay(true)?;
    let mut stream = Stream::server(config, socket).map_err(io::Error::from)?;
    let outcome = stream.handshake().and_then(|()| {
        eprintln!("server: {peer}: {}", support::summary(stream.connection()));
        match mode {
            Mode::Echo => echo(&mut stream),
            Mode::Sink => sink(&mut stream, peer),
            Mode::Source => source(&mut stream),
            Mode::Http => http(&mut stream),
        }
    });
    // Also after a failure: closing is what gets an alert of ours to the client.
    let closed = stream.close();
    outcome.and(closed)
}

fn echo(stream: &mut Stream) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = stream.read(&mut bytes)?;
        match bytes.get(..count) {
            Some(read) if !read.is_empty() => stream.write_all(read)?,
            _ => return Ok(()),
        }
    }
}

fn sink(stream: &mut Stream, peer: SocketAddr) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    let mut sum = 0_u64;
    let ended = loop {
        match stream.read(&mut bytes) {
            Ok(0) => break Ok(()),
            Ok(count) => sum = sum.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)),
            Err(error) => break Err(error),
        }
    };
    println!("{peer}: received {sum} bytes; {}", End(&ended));
    ended
}

/// How a stream ended, in words.
struct End<'e>(&'e io::Result<()>);

impl fmt::Display for End<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Err(error) = self.0 else { return formatter.write_str("clean end") };
        match support::inner(error) {
            Some(Error::Truncated) => formatter.write_str("truncated"),
            Some(Error::Reset) => formatter.write_str("reset"),
            Some(Error::PeerAlert(alert)) => write!(formatter, "alert {alert}"),
            _ => write!(formatter, "error: {error}"),
        }
    }
}

/// Sends the numbers from 0 on, one to a line, until the peer has had enough.
fn source(stream: &mut Stream) -> io::Result<()> {
    let mut number = 0_u64;
    let mut lines = String::new();
    loop {
        lines.clear();
        while lines.len() < 1 << 14 {
            lines += &format!("{number}\n");
            number = number.wrapping_add(1);
        }
        stream.write_all(lines.as_bytes())?;
    }
}

/// The longest head of a request, in bytes.
const HEAD: usize = 1 << 14;

/// Answers one request of HTTP/1, and closes.
fn http(stream: &mut Stream) -> io::Result<()> {
    let mut head = Vec::new();
    let mut bytes = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut bytes)?;
        if count == 0 || head.len() > HEAD {
            return respond(stream, "400 Bad Request", "That was not an HTTP request.\n");
        }
        head.extend_from_slice(bytes.get(..count).unwrap_or_default());
    }
    if !head.starts_with(b"GET ") {
        return respond(stream, "405 Method Not Allowed", "There is only GET.\n");
    }
    let page = format!("Hello from Hyaline.\n{}\n", support::summary(stream.connection()));
    respond(stream, "200 OK", &page)
}

fn respond(stream: &mut Stream, status: &str, page: &str) -> io::Result<()> {
    let length = page.len();
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{page}"
    );
    stream.write_all(response.as_bytes())
}
