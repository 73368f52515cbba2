//! Ends TLS: what comes in over TLS 1.3 goes on over TCP, and back; half-closes are kept.
//!
//! `cargo run -p hyaline-examples --bin relay -- --cert server.pem --key server.key --to host:80`
#![forbid(unsafe_code)]

use clap::Parser;
use hyaline::tokio::Acceptor;
use hyaline_examples::{HANDSHAKE_TIME, Outcome, ServerIdentity, serve_each};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// End TLS 1.3 before a server that speaks none. Prints the address it listens on.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    identity: ServerIdentity,

    /// The server, as HOST:PORT.
    #[arg(long)]
    to: String,

    /// Where to listen.
    #[arg(default_value = "127.0.0.1:4433")]
    address: String,
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments = Arguments::parse();
    let acceptor = arguments.identity.acceptor(&[])?;
    let listener = TcpListener::bind(&arguments.address).await?;
    println!("listening on {}", listener.local_addr()?);
    serve_each(listener, |socket, _| relay(acceptor.clone(), socket, arguments.to.clone())).await
}

async fn relay(acceptor: Acceptor, socket: TcpStream, to: String) -> Outcome {
    let mut secured = timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await??;
    let mut plain = TcpStream::connect(to).await?;
    copy_bidirectional(&mut secured, &mut plain).await?;
    secured.close().await?;
    Ok(())
}
