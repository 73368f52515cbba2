//! A TLS 1.3 server that echoes, and reads a certificate from its directory when a client asks for
//! its name: one for each name, which may be there or be renewed while the server runs.

#[path = "support/accept.rs"]
mod accept;
#[path = "support/log.rs"]
mod log;
#[path = "support/time.rs"]
mod time;

use std::convert::Infallible;
use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use hyaline::blocking::{LazyAcceptor, Stream};
use hyaline::{Refusal, ServerConfig, pem};
use log::Log;
use time::Time;
use zeroize::Zeroizing;

/// Anything that ends this program, in words.
type Failure = Box<dyn Error>;

/// Serve TLS 1.3 connections for many names, side by side, and send everything back.
///
/// Prints the address it listens on; with port 0 the system chooses a free port. For a client that
/// asks for NAME it reads DIRECTORY/NAME.pem, the certificate with its intermediates, and
/// DIRECTORY/NAME.key, its private key. A client that asks for a name of which there is no file, or
/// for none, is refused, and told so by an alert.
#[derive(Parser)]
#[command(name = "by_name")]
struct Arguments {
    /// Where the certificates and keys are.
    #[arg(long, value_name = "DIRECTORY")]
    certificates: PathBuf,

    /// How many connections may be open at once.
    #[arg(long, value_name = "N", default_value_t = 512,
          value_parser = clap::value_parser!(u32).range(1..))]
    connections: u32,

    /// How long a client may take for its first message, and then for the rest of the handshake; 0
    /// is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = time::seconds)]
    handshake_time: Time,

    /// How long a client may say nothing, or read nothing, after that; 0 is for ever.
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = time::seconds)]
    idle_time: Time,

    /// Where to listen.
    #[arg(value_name = "ADDR:PORT")]
    address: SocketAddr,
}

fn main() -> ExitCode {
    let Err(failure) = run(Arguments::parse());
    // Not `eprintln`, which panics where standard error is closed.
    let _ = writeln!(io::stderr(), "by_name: {failure}");
    ExitCode::FAILURE
}

fn run(arguments: Arguments) -> Result<Infallible, Failure> {
    let address = arguments.address;
    let (results, log) = (Log::new(io::stdout())?, Log::new(io::stderr())?);
    let listener = TcpListener::bind(address)
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    results.line(format!("listening on {}", listener.local_addr()?));
    let most = usize::try_from(arguments.connections)?;
    let acceptor = match arguments.handshake_time.0 {
        Some(time) => LazyAcceptor::new().with_read_timeout(time),
        None => LazyAcceptor::new(),
    };
    let service = Service {
        certificates: arguments.certificates,
        acceptor,
        handshake_time: arguments.handshake_time.0,
        idle_time: arguments.idle_time.0,
        log: log.clone(),
    };
    let accepted = accept::accept(&listener, most, &log, move |socket, peer| {
        if let Err(error) = service.serve(socket, peer) {
            service.log.line(format!("by_name: {peer}: {error}"));
        }
    });
    log.flush();
    Ok(accepted?)
}

/// What every connection gets.
struct Service {
    certificates: PathBuf,
    acceptor: LazyAcceptor,
    handshake_time: Option<Duration>,
    idle_time: Option<Duration>,
    log: Log,
}

// ANCHOR: serve
impl Service {
    /// Serves one connection to its end.
    fn serve(&self, socket: TcpStream, peer: SocketAddr) -> io::Result<()> {
        socket.set_nodelay(true)?;
        if !accept::says_something(&socket, self.handshake_time)? {
            self.log.line(format!("by_name: {peer}: left without a word"));
            return Ok(());
        }
        let start = self.acceptor.accept(socket)?;
        // A host name: it leads to no other directory.
        let name = start.client_hello().server_name().map(str::to_ascii_lowercase);
        let Some(name) = name.filter(|name| self.path(name, "pem").is_file()) else {
            return Err(start.refuse(Refusal::Name));
        };
        let config = match self.configure(&name) {
            Ok(config) => config,
            Err(failure) => {
                self.log.line(format!("by_name: {peer}: {name}: {failure}"));
                return Err(start.refuse(Refusal::OwnFailure));
            }
        };
        let mut stream = start.into_stream(config)?;
        let outcome = self.echo(&mut stream);
        // Also after a failure: closing is what gets an alert of ours to the client.
        let closed = stream.close();
        outcome.and(closed)
    }

    fn configure(&self, name: &str) -> Result<ServerConfig, Failure> {
        let chain = pem::certificates(&fs::read(self.path(name, "pem"))?)?;
        let key = Zeroizing::new(fs::read(self.path(name, "key"))?);
        let key = pem::private_key(&key)?;
        Ok(ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?)
    }
    // ANCHOR_END: serve

    fn path(&self, name: &str, kind: &str) -> PathBuf {
        self.certificates.join(format!("{name}.{kind}"))
    }

    fn echo(&self, stream: &mut Stream) -> io::Result<()> {
        stream.set_read_timeout(self.handshake_time);
        stream.handshake()?;
        stream.set_read_timeout(self.idle_time);
        stream.set_write_timeout(self.idle_time);
        let mut bytes = vec![0; 1 << 16];
        loop {
            let count = stream.read(&mut bytes)?;
            match bytes.get(..count) {
                Some(read) if !read.is_empty() => stream.write_all(read)?,
                _ => return Ok(()),
            }
        }
    }
}
