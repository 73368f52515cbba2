//! Connects to a TLS 1.3 server, and copies standard input to it and what it sends to standard
//! output, both at once.
//!
//! One thread, one stream: `poll` waits for whatever can go on, and calls with no time to wait
//! ([`Stream::set_read_timeout`]) move what can be moved. On Windows, where no `poll` waits for
//! standard input, each direction has a thread ([`Stream::split`]).

#[cfg_attr(unix, path = "support/duplex.rs")]
#[cfg_attr(not(unix), path = "support/duplex_threads.rs")]
mod duplex;
#[path = "support/early_data.rs"]
mod early_data;
#[path = "support/ech.rs"]
mod ech;
#[cfg(unix)]
#[path = "support/held.rs"]
mod held;
#[path = "support/key.rs"]
mod key;
#[path = "support/logs.rs"]
mod logs;
#[path = "support/offer.rs"]
mod offer;
#[path = "support/peer.rs"]
mod peer;
#[path = "support/provider.rs"]
mod provider;
#[path = "support/records.rs"]
mod records;
#[path = "support/revocation.rs"]
mod revocation;
#[path = "support/row_log.rs"]
mod row_log;
#[path = "support/sessions.rs"]
mod sessions;
mod support;

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, ValueEnum};
use duplex::Duplex;
use early_data::EarlyDataArguments;
use ech::EchArguments;
use hyaline::blocking::Stream;
use hyaline::crypto::CryptoProvider;
use hyaline::{CipherSuite, ClientConfig, Error, NamedGroup, Staples};
use key::KeyArguments;
use logs::LogArguments;
use peer::Server;
use provider::{Program, ProviderArguments};
use records::RecordArguments;
use sessions::SessionFile;
use support::Failure;

/// Talk to a TLS 1.3 server: standard input goes to the server, what it sends to standard output.
///
/// Both directions go on at once. At the end of standard input our direction is closed
/// (close_notify) and the other goes on until the server ends it. Some servers give up a request
/// whose sender has ended its direction: for those there is --keep-open.
#[derive(Parser)]
#[command(name = "client", after_help = AFTER_HELP)]
struct Arguments {
    /// Trust the certificates of this file, and no others. Without it: the system's roots.
    #[arg(long, value_name = "PEM")]
    ca: Option<PathBuf>,

    /// Refuse servers that are on this revocation list, in PEM or DER; may be given several times.
    /// Then each certificate of a server's path has to be covered by a list that is up to date.
    #[arg(long = "crl", value_name = "FILE")]
    revocation_lists: Vec<PathBuf>,

    /// Ask the server for an OCSP response with its certificate (stapling), which then has to be
    /// good; and, with `require`, refuse servers that have none.
    #[arg(long, value_enum, value_name = "HOW")]
    ocsp: Option<Ocsp>,

    /// Offer this application protocol, such as http/1.1; may be given several times, the
    /// preferred one first.
    #[arg(long = "alpn", value_name = "PROTOCOL")]
    alpn: Vec<String>,

    /// Our certificate, for servers that ask for one, followed by its intermediates.
    #[arg(long = "cert", value_name = "PEM", requires = "key")]
    certificate: Option<PathBuf>,

    /// The private key of our certificate.
    #[arg(long, value_name = "PEM", requires = "certificate")]
    key: Option<PathBuf>,

    /// Use only these groups for key exchange, the preferred one first: X25519MLKEM768, X25519,
    /// P-256, P-384, P-521 where the provider has it.
    #[arg(long, value_name = "GROUP", value_delimiter = ',', value_parser = offer::group)]
    groups: Vec<NamedGroup>,

    /// Use only these cipher suites, the preferred one first: TLS_AES_128_GCM_SHA256,
    /// TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256.
    #[arg(long, value_name = "SUITE", value_delimiter = ',', value_parser = offer::cipher_suite)]
    suites: Vec<CipherSuite>,

    /// At the end of standard input do not close our direction: the server is to end the
    /// connection.
    #[arg(long)]
    keep_open: bool,

    #[command(flatten)]
    logs: LogArguments,

    /// Keep sessions in this file, and resume one of them: then the server proves who it is by
    /// what it has proved before. Whoever reads the file can take this client's place.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,

    #[command(flatten)]
    early_data: EarlyDataArguments,

    #[command(flatten)]
    ech: EchArguments,

    #[command(flatten)]
    key_arguments: KeyArguments,

    #[command(flatten)]
    provider: ProviderArguments,

    #[command(flatten)]
    records: RecordArguments,

    /// The server's name or address, and its port.
    #[arg(value_name = "HOST:PORT", value_parser = Server::parse)]
    server: Server,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ocsp {
    /// A server without a response is trusted.
    Request,
    /// A server without a response is refused.
    Require,
}

const AFTER_HELP: &str = "\
Exit status:
  0  the server ended its direction cleanly (close_notify)
  1  another failure, such as a certificate that is not trusted
  2  wrong usage
  3  truncated: the connection ended without close_notify, so data may be missing
  4  the connection was reset
  5  the server sent an error alert; standard error names it

When the server has ended and standard input is a terminal, the client ends too; from a file or a
pipe it sends the rest first.

Examples:
  client --ca try/ca.pem localhost:4433
  client --ca try/ca.pem --resume sessions localhost:4433
  client --ca try/ca.pem --resume sessions --early-data question localhost:4433
  client --ca try/ca.pem --ech try/ech.txt localhost:4433
  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | client --keep-open example.net:443";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.provider.run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Not `eprintln`, which panics where standard error is closed.
            let _ = writeln!(io::stderr(), "client: {failure}");
            ExitCode::from(exit_status(&*failure))
        }
    }
}

fn exit_status(failure: &(dyn std::error::Error + 'static)) -> u8 {
    let error = match failure.downcast_ref::<io::Error>() {
        Some(error) => support::inner(error),
        None => failure.downcast_ref(),
    };
    match error {
        Some(Error::Truncated) => 3,
        Some(Error::Reset) => 4,
        Some(Error::PeerAlert(_)) => 5,
        _ => 1,
    }
}

impl Program for Arguments {
    fn run<P: CryptoProvider>(&self, provider: P) -> Result<(), Failure> {
        let config = configure(self, provider)?;
        let early_data = self.early_data.read()?;
        let Server { host, port, name } = &self.server;
        let socket = TcpStream::connect((host.as_str(), *port))
            .map_err(|error| format!("cannot connect to {host}:{port}: {error}"))?;
        // Records are written whole; waiting for more bytes to fill a segment only delays them.
        socket.set_nodelay(true)?;
        let mut stream = Stream::client(config, name.clone(), socket)?;
        if let Some(data) = &early_data {
            stream.offer_early_data(data.clone())?;
        }
        let (stream, outcome) = match stream.handshake().map_err(ech::explained) {
            Ok(()) => {
                let summary = support::summary(stream.connection());
                let _ = writeln!(io::stderr(), "client: connected to {host}:{port}: {summary}");
                let first = early_data::left(early_data, stream.early_data_outcome());
                Duplex::new(self.keep_open, first).copy(stream)
            }
            Err(failure) => (Some(stream), Err(failure)),
        };
        // Also after a failure: closing is what gets an alert of ours to the server.
        let closed = stream.map_or(Ok(()), |mut stream| stream.close());
        outcome?;
        match closed {
            // The server has ended its stream; that it leaves the transport open harms nobody.
            Err(error) if support::inner(&error) == Some(&Error::CloseBudgetExpired) => Ok(()),
            closed => Ok(closed?),
        }
    }
}

fn configure<P: CryptoProvider>(
    arguments: &Arguments,
    provider: P,
) -> Result<ClientConfig<P>, Failure> {
    let roots = peer::roots(arguments.ca.as_deref())?;
    let builder = ClientConfig::builder_with_provider(provider).with_root_certificates(roots);
    let mut config = match (&arguments.certificate, &arguments.key) {
        (Some(chain), Some(key)) => builder
            .with_client_auth_cert(support::certificates(chain)?, support::private_key(key)?)?,
        _ => builder.with_no_client_auth(),
    };
    config = config.with_alpn_protocols(arguments.alpn.iter().map(String::as_str))?;
    if !arguments.groups.is_empty() {
        config = config.with_groups(&arguments.groups)?;
    }
    if !arguments.suites.is_empty() {
        config = config.with_cipher_suites(&arguments.suites)?;
    }
    if let Some(lists) = revocation::lists(&arguments.revocation_lists)? {
        config = config.with_revocation_lists(lists);
    }
    config = match arguments.ocsp {
        None => config,
        Some(Ocsp::Request) => config.with_staples(Staples::Asked),
        Some(Ocsp::Require) => config.with_staples(Staples::Required),
    };
    config = arguments.logs.set(config)?;
    config = arguments.ech.set(config)?;
    if let Some(path) = &arguments.resume {
        let sessions = SessionFile::open(path.clone())
            .map_err(|error| format!("{}: {error}", path.display()))?;
        config = config.with_sessions(Arc::new(sessions));
    }
    if let Some(bytes) = arguments.records.record_size_limit {
        config = config.with_record_size_limit(bytes)?;
    }
    if let Some(bytes) = arguments.records.record_padding {
        config = config.with_record_padding(bytes)?;
    }
    if let Some(key) = arguments.key_arguments.key()? {
        config = config.with_external_key(key);
    }
    Ok(config)
}
