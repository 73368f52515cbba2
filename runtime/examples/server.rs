//! A TLS 1.3 server that echoes, swallows, floods or answers HTTP: one thread and one stream per
//! connection.

#[path = "support/accept.rs"]
mod accept;
#[path = "support/ech_keys.rs"]
mod ech_keys;
#[path = "support/http.rs"]
mod http;
#[path = "support/identities.rs"]
mod identities;
#[path = "support/input.rs"]
mod input;
#[path = "support/key.rs"]
mod key;
#[path = "support/log.rs"]
mod log;
#[path = "support/provider.rs"]
mod provider;
#[path = "support/records.rs"]
mod records;
#[path = "support/revocation.rs"]
mod revocation;
#[path = "support/row_log.rs"]
mod row_log;
mod support;
#[path = "support/time.rs"]
mod time;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use ech_keys::EchKeyArguments;
use hyaline::blocking::Stream;
use hyaline::crypto::CryptoProvider;
use hyaline::{Error, MAX_TICKETS, ServerConfig};
use input::Input;
use key::KeyArguments;
use log::Log;
use provider::{Program, ProviderArguments};
use records::RecordArguments;
use row_log::RowLogArguments;
use support::Failure;
use time::Time;

/// Serve TLS 1.3 connections, side by side.
///
/// Prints the address it listens on; with port 0 the system chooses a free port.
///
/// Connections are bounded in number (--connections) and in the time that they may say nothing
/// (--handshake-time, --idle-time). Further ones wait until one ends. A shortage of descriptors,
/// memory or threads ends no connection: the server says so, pauses, and goes on. Lines that nobody
/// reads from standard output or standard error are lost, and hold up nobody.
#[derive(Parser)]
#[command(name = "server", after_help = AFTER_HELP)]
struct Arguments {
    /// The server's certificate, followed by its intermediates. May be given several times: each is
    /// shown to clients that ask for one of its names, and the first to all others. Without it
    /// there has to be a --psk.
    #[arg(long = "cert", value_name = "PEM", required_unless_present = "psk")]
    certificates: Vec<PathBuf>,

    /// The private key of the server's certificate; one for each, in the same order.
    #[arg(long = "key", value_name = "PEM", required_unless_present = "psk")]
    keys: Vec<PathBuf>,

    /// An OCSP response in DER that clients get who ask for it (stapling); one for each
    /// certificate, in the same order, or for the first ones.
    #[arg(long, value_name = "FILE")]
    ocsp: Vec<PathBuf>,

    #[command(flatten)]
    key_arguments: KeyArguments,

    #[command(flatten)]
    ech: EchKeyArguments,

    #[command(flatten)]
    provider: ProviderArguments,

    #[command(flatten)]
    records: RecordArguments,

    #[command(flatten)]
    row_log: RowLogArguments,

    /// Ask clients for a certificate that leads to one of these roots.
    #[arg(long, value_name = "PEM")]
    client_ca: Option<PathBuf>,

    /// Whether clients may do without a certificate.
    #[arg(long, value_enum, default_value_t = ClientAuth::Require, requires = "client_ca")]
    client_auth: ClientAuth,

    /// Refuse clients that are on this revocation list, in PEM or DER; may be given several times.
    /// Then each certificate of a client's path has to be covered by a list that is up to date.
    #[arg(long = "crl", value_name = "FILE", requires = "client_ca")]
    revocation_lists: Vec<PathBuf>,

    /// Accept this application protocol; may be given several times, the preferred one first.
    #[arg(long = "alpn", value_name = "PROTOCOL")]
    alpn: Vec<String>,

    /// How many tickets each client gets, with which it resumes its session later.
    #[arg(long, value_name = "N", default_value_t = 2,
          value_parser = clap::value_parser!(u8).range(0..=i64::from(MAX_TICKETS)))]
    tickets: u8,

    /// Accept early data, so many bytes of each client (0-RTT): what comes behind the first message
    /// of a client that resumes a session. 0 is none.
    ///
    /// They may be a replay of what somebody has recorded. They are taken for the beginning of what
    /// the client sends, which harms nobody here: a page, an echo or a count may be had twice. Mode
    /// source takes no notice of them.
    #[arg(long, value_name = "N", default_value_t = 0)]
    max_early_data: u32,

    /// What to do with a connection.
    #[arg(long, value_enum, default_value_t = Mode::Echo)]
    mode: Mode,

    /// How many connections may be open at once.
    #[arg(long, value_name = "N", default_value_t = 512,
          value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,

    /// How long a handshake may take, and the head of a request in mode http; 0 is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = time::seconds)]
    handshake_time: Time,

    /// How long a client may say nothing, or read nothing, after that; 0 is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = time::seconds)]
    idle_time: Time,

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
  server --cert try/server.pem --key try/server.key --mode http [::1]:0
  server --psk 000102030405060708090a0b0c0d0e0f --psk-identity one 127.0.0.1:4433
  server --cert one.pem --key one.key --cert other.pem --key other.key 127.0.0.1:4433";

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
    /// Send the same 64 KiB of numbers without end.
    Source,
    /// Answer GET and HEAD with a small page and close.
    Http,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.provider.run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Not `eprintln`, which panics where standard error is closed.
            let _ = writeln!(io::stderr(), "server: {failure}");
            ExitCode::FAILURE
        }
    }
}

impl Program for Arguments {
    fn run<P: CryptoProvider>(&self, provider: P) -> Result<(), Failure> {
        let service = Service {
            config: Arc::new(configure(self, provider)?),
            mode: self.mode,
            handshake_time: self.handshake_time.0,
            idle_time: self.idle_time.0,
            results: Log::new(io::stdout())?,
            log: Log::new(io::stderr())?,
        };
        let address = self.address;
        let listener = TcpListener::bind(address)
            .map_err(|error| format!("cannot listen on {address}: {error}"))?;
        service.results.line(format!("listening on {}", listener.local_addr()?));
        if self.once {
            let (socket, peer) = listener.accept()?;
            let served = service.serve(socket, peer);
            service.results.flush();
            service.log.flush();
            return Ok(served?);
        }
        let log = service.log.clone();
        let most = usize::try_from(self.connections)?;
        match accept::accept(&listener, most, &log, move |socket, peer| {
            if let Err(error) = service.serve(socket, peer) {
                service.log.line(format!("server: {peer}: {error}"));
            }
        }) {
            Err(error) => {
                log.flush();
                Err(format!("cannot accept: {error}").into())
            }
        }
    }
}

fn configure<P: CryptoProvider>(
    arguments: &Arguments,
    provider: P,
) -> Result<ServerConfig<P>, Failure> {
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = match (&arguments.client_ca, arguments.client_auth) {
        (None, _) => builder.with_no_client_auth(),
        (Some(path), ClientAuth::Request) => {
            builder.with_client_auth_requested(support::roots(path)?)?
        }
        (Some(path), ClientAuth::Require) => {
            builder.with_client_auth_required(support::roots(path)?)?
        }
    };
    let keys = arguments.key_arguments.key()?.map(|key| Arc::new(vec![key]));
    let config = match keys {
        Some(keys) if arguments.certificates.is_empty() => builder.with_only_external_keys(keys),
        keys => {
            let files = (&*arguments.certificates, &*arguments.keys, &*arguments.ocsp);
            let identities = identities::load(&provider, files)?;
            let config = builder.with_resolver(Arc::new(identities));
            match keys {
                Some(keys) => config.with_external_keys(keys),
                None => config,
            }
        }
    };
    let config = config
        .with_alpn_protocols(arguments.alpn.iter().map(String::as_str))?
        .with_tickets(arguments.tickets)?
        .with_max_early_data(arguments.max_early_data)?
        .with_ech_keys(arguments.ech.load()?)?;
    let config = match arguments.records.record_size_limit {
        Some(bytes) => config.with_record_size_limit(bytes)?,
        None => config,
    };
    let config = match arguments.row_log.open()? {
        Some(log) => config.with_row_log(log),
        None => config,
    };
    let config = match arguments.records.record_padding {
        Some(bytes) => config.with_record_padding(bytes)?,
        None => config,
    };
    Ok(match revocation::lists(&arguments.revocation_lists)? {
        Some(lists) => config.with_revocation_lists(lists)?,
        None => config,
    })
}

/// How long the end of a client that ran out of time is waited for.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// How many bytes of such a client are thrown away meanwhile.
const FAREWELL_BYTES: usize = 1 << 16;

/// What every connection gets.
struct Service<P: CryptoProvider> {
    config: Arc<ServerConfig<P>>,
    mode: Mode,
    handshake_time: Option<Duration>,
    idle_time: Option<Duration>,
    /// Standard output.
    results: Log,
    /// Standard error.
    log: Log,
}

impl<P: CryptoProvider> Service<P> {
    /// Serves one connection to its end.
    fn serve(&self, socket: TcpStream, peer: SocketAddr) -> io::Result<()> {
        // Records are written whole; waiting for more bytes to fill a segment only delays them.
        socket.set_nodelay(true)?;
        let until = self.handshake_time.and_then(|time| Instant::now().checked_add(time));
        if !accept::says_something(&socket, self.handshake_time)? {
            self.log.line(format!("server: {peer}: left without a word"));
            return Ok(());
        }
        let mut stream =
            Stream::server(Arc::clone(&self.config), socket).map_err(io::Error::from)?;
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        stream.set_read_timeout(left);
        let mut input = Input::of(&mut stream);
        // The handshake, or as much of it as has to be before early data may be answered.
        let outcome = input.wait().and_then(|()| {
            let summary = support::summary(input.stream.connection());
            self.log.line(format!("server: {peer}: {summary}"));
            input.stream.set_read_timeout(self.idle_time);
            input.stream.set_write_timeout(self.idle_time);
            match self.mode {
                Mode::Echo => echo(&mut input)?,
                Mode::Sink => self.sink(&mut input, peer)?,
                Mode::Source => source(&mut input)?,
                Mode::Http => http::answer(&mut input, self.handshake_time)?,
            }
            input.complete()
        });
        if input.early_data() > 0 {
            let count = input.early_data();
            self.log.line(format!("server: {peer}: {count} bytes of early data"));
        }
        if let Err(error) = &outcome
            && support::inner(error) == Some(&Error::Timeout)
        {
            // Who said nothing for so long is not waited for so long once more.
            stream.set_close_budget(FAREWELL_TIME, FAREWELL_BYTES);
        }
        // Also after a failure: closing is what gets an alert of ours to the client.
        let closed = stream.close();
        outcome.and(closed)
    }

    fn sink(&self, stream: &mut impl Read, peer: SocketAddr) -> io::Result<()> {
        let mut bytes = vec![0; 1 << 16];
        let mut sum = 0_u64;
        let ended = loop {
            match stream.read(&mut bytes) {
                Ok(0) => break Ok(()),
                Ok(count) => sum = sum.saturating_add(u64::try_from(count).unwrap_or(u64::MAX)),
                Err(error) => break Err(error),
            }
        };
        self.results.line(format!("{peer}: received {sum} bytes; {}", End(&ended)));
        ended
    }
}

// ANCHOR: echo
fn echo(stream: &mut (impl Read + Write)) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = stream.read(&mut bytes)?;
        match bytes.get(..count) {
            Some(read) if !read.is_empty() => stream.write_all(read)?,
            _ => return Ok(()),
        }
    }
}
// ANCHOR_END: echo

/// How a stream ended, in words.
struct End<'e>(&'e io::Result<()>);

// ANCHOR: ends
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
// ANCHOR_END: ends

/// Sends the numbers from 0 on, one to a line, and again, until the peer has had enough. They are
/// written down once: what takes time is TLS.
fn source(stream: &mut impl Write) -> io::Result<()> {
    let numbers: String = (0..).map(|number| format!("{number}\n")).take(SOURCE_LINES).collect();
    loop {
        stream.write_all(numbers.as_bytes())?;
    }
}

/// How many numbers there are: 64 KiB of them.
const SOURCE_LINES: usize = 12_774;
