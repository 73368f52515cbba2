//! Relays connections between TCP and TLS 1.3, in either sense, with one thread and, on Unix, no
//! descriptor but the two sockets for each.

#[path = "support/accept.rs"]
mod accept;
#[path = "support/log.rs"]
mod log;
#[path = "support/peer.rs"]
mod peer;
#[path = "support/relay.rs"]
mod relaying;
mod support;
#[path = "support/time.rs"]
mod time;
#[cfg_attr(unix, path = "support/watch.rs")]
#[cfg_attr(windows, path = "support/watch_windows.rs")]
mod watch;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand};
use hyaline::blocking::Stream;
use hyaline::{ClientConfig, ServerConfig};
use log::Log;
use peer::Server;
use relaying::{Moved, Relay};
use support::Failure;
use time::Time;

/// Relay connections between TCP and TLS 1.3.
///
/// Prints the address it listens on; with port 0 the system chooses a free port. Both directions go
/// on at once, and each end is passed on as it came: an end in order as one, in one direction or in
/// both; a reset as a reset. What only TLS can tell, a truncation or an alert, is passed on over
/// TCP as a reset.
///
/// Connections are bounded in number (--connections), and in the time in which nothing moves
/// (--handshake-time, --idle-time). Further ones wait until one ends. A shortage of descriptors,
/// memory or threads ends no connection: the relay says so, pauses, and goes on. Lines that nobody
/// reads from standard output or standard error are lost, and hold up nobody.
#[derive(Parser)]
#[command(name = "relay", after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    way: Way,

    /// How many connections may be open at once. Each takes two descriptors and a thread.
    #[arg(long, value_name = "N", default_value_t = 480, global = true,
          value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,

    /// How long connecting and the handshake may take; 0 is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "10", global = true,
          value_parser = time::seconds)]
    handshake_time: Time,

    /// How long nothing may move after that, in either direction; 0 is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "300", global = true,
          value_parser = time::seconds)]
    idle_time: Time,
}

const AFTER_HELP: &str = "\
Examples:
  relay to-tcp --cert try/server.pem --key try/server.key 127.0.0.1:4433 localhost:80
  relay to-tls --ca try/ca.pem 127.0.0.1:8080 localhost:4433";

#[derive(Subcommand)]
enum Way {
    /// Accept TCP, and connect by TLS.
    ToTls(ToTls),
    /// Accept TLS, and connect by TCP.
    ToTcp(ToTcp),
}

#[derive(Args)]
struct ToTls {
    /// Trust the certificates of this file, and no others. Without it: the system's roots.
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,

    /// Our certificate, for servers that ask for one, followed by its intermediates.
    #[arg(long = "cert", value_name = "PEM", requires = "key")]
    certificate: Option<PathBuf>,

    /// The private key of our certificate.
    #[arg(long, value_name = "PEM", requires = "certificate")]
    key: Option<PathBuf>,

    /// Where to listen, for TCP.
    #[arg(value_name = "ADDR:PORT")]
    address: SocketAddr,

    /// The TLS server to connect to.
    #[arg(value_name = "HOST:PORT", value_parser = Server::parse)]
    server: Server,
}

#[derive(Args)]
struct ToTcp {
    /// Our certificate, followed by its intermediates.
    #[arg(long = "cert", value_name = "PEM")]
    certificate: PathBuf,

    /// The private key of our certificate.
    #[arg(long, value_name = "PEM")]
    key: PathBuf,

    /// Serve only clients with a certificate that leads to one of these roots.
    #[arg(long, value_name = "PEM")]
    client_ca: Option<PathBuf>,

    /// Where to listen, for TLS.
    #[arg(value_name = "ADDR:PORT")]
    address: SocketAddr,

    /// The server to connect to, by TCP.
    #[arg(value_name = "HOST:PORT", value_parser = Server::parse)]
    server: Server,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Not `eprintln`, which panics where standard error is closed.
            let _ = writeln!(io::stderr(), "relay: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (results, log) = (Log::new(io::stdout())?, Log::new(io::stderr())?);
    let (address, server, side) = match &arguments.way {
        Way::ToTls(way) => (way.address, &way.server, Side::Client(Arc::new(client(way)?))),
        Way::ToTcp(way) => (way.address, &way.server, Side::Server(Arc::new(self::server(way)?))),
    };
    let service = Service {
        side,
        server: server.clone(),
        handshake_time: arguments.handshake_time.0,
        idle_time: arguments.idle_time.0,
        log: log.clone(),
    };
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    results.line(format!("listening on {}", listener.local_addr()?));
    let most = usize::try_from(arguments.connections)?;
    match accept::accept(&listener, most, &log, move |socket, peer| service.serve(socket, peer)) {
        Err(error) => {
            log.flush();
            Err(format!("cannot accept: {error}").into())
        }
    }
}

fn client(way: &ToTls) -> Result<ClientConfig, Failure> {
    let roots = peer::roots(way.ca.as_deref())?;
    let builder = ClientConfig::builder().with_root_certificates(roots);
    Ok(match (&way.certificate, &way.key) {
        (Some(chain), Some(key)) => builder
            .with_client_auth_cert(support::certificates(chain)?, support::private_key(key)?)?,
        _ => builder.with_no_client_auth(),
    })
}

fn server(way: &ToTcp) -> Result<ServerConfig, Failure> {
    let builder = ServerConfig::builder();
    let builder = match &way.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => builder.with_client_auth_required(support::roots(path)?)?,
    };
    let chain = support::certificates(&way.certificate)?;
    Ok(builder.with_single_cert(chain, support::private_key(&way.key)?)?)
}

/// Which side of a connection is TLS.
enum Side {
    /// We connect by TLS.
    Client(Arc<ClientConfig>),
    /// We accept TLS.
    Server(Arc<ServerConfig>),
}

/// What every connection gets.
struct Service {
    side: Side,
    server: Server,
    handshake_time: Option<Duration>,
    idle_time: Option<Duration>,
    log: Log,
}

impl Service {
    /// Relays one connection to its end.
    fn serve(&self, socket: TcpStream, peer: SocketAddr) {
        let (Moved { to_tls, from_tls }, ended) = match self.connect(socket, peer) {
            Ok(None) => (Moved::default(), "left without a word".to_owned()),
            Err(error) => (Moved::default(), error.to_string()),
            Ok(Some(relay)) => {
                let (moved, result) = relay.run();
                (moved, result.map_or_else(|error| error.to_string(), |()| "clean end".to_owned()))
            }
        };
        let line = format!("{peer}: {to_tls} bytes to TLS, {from_tls} from it; {ended}");
        self.log.line(format!("relay: {line}"));
    }

    /// Both sides of a connection, ready. Nothing for a client that leaves without a word.
    fn connect(&self, socket: TcpStream, peer: SocketAddr) -> io::Result<Option<Relay>> {
        let until = self.handshake_time.and_then(|time| Instant::now().checked_add(time));
        // Records are written whole; waiting for more bytes to fill a segment only delays them.
        socket.set_nodelay(true)?;
        let (tls, plain) = match &self.side {
            Side::Client(config) => {
                let name = self.server.name.clone();
                let connected = self.reach(until).and_then(|server| {
                    let stream = Stream::client(Arc::clone(config), name, server)?;
                    complete(stream, until)
                });
                match connected {
                    Ok(tls) => (tls, socket),
                    Err(error) => {
                        relaying::reset(socket);
                        return Err(error);
                    }
                }
            }
            Side::Server(config) => {
                if !accept::says_something(&socket, self.handshake_time)? {
                    return Ok(None);
                }
                let mut tls = complete(Stream::server(Arc::clone(config), socket)?, until)?;
                match self.reach(until) {
                    Ok(plain) => (tls, plain),
                    Err(error) => {
                        tls.abort();
                        return Err(error);
                    }
                }
            }
        };
        self.log.line(format!("relay: {peer}: {}", support::summary(tls.connection())));
        Relay::new(tls, plain, self.idle_time).map(Some)
    }

    /// A connection to the server.
    fn reach(&self, until: Option<Instant>) -> io::Result<TcpStream> {
        let Server { host, port, .. } = &self.server;
        let mut failure = io::ErrorKind::NotFound.into();
        for address in (host.as_str(), *port).to_socket_addrs()? {
            let connected = match until {
                Some(until) => TcpStream::connect_timeout(&address, left(until)),
                None => TcpStream::connect(address),
            };
            match connected {
                Ok(socket) => {
                    socket.set_nodelay(true)?;
                    return Ok(socket);
                }
                Err(error) => failure = error,
            }
        }
        let told = format!("cannot connect to {host}:{port}: {failure}");
        Err(io::Error::new(failure.kind(), told))
    }
}

/// What is left, and no less than the system takes for a time.
fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

/// Completes the handshake. An alert of ours is to arrive.
fn complete(mut stream: Stream, until: Option<Instant>) -> io::Result<Stream> {
    stream.set_read_timeout(until.map(left));
    match stream.handshake() {
        Ok(()) => Ok(stream),
        Err(error) => {
            if support::inner(&error) == Some(&hyaline::Error::Timeout) {
                stream.abort();
            }
            let _ = stream.close();
            Err(error)
        }
    }
}
