//! A server under tokio that sends back what it gets, until its clients end.
//!
//! `cargo run -p hyaline-examples --bin echo_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use clap::Parser;
use hyaline::tokio::Acceptor;
use hyaline_examples::{HANDSHAKE_TIME, Outcome, ServerIdentity, serve_each, tell};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Echo over TLS 1.3. Prints the address it listens on.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    identity: ServerIdentity,

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
    serve_each(listener, |socket, peer| {
        let acceptor = acceptor.clone();
        async move {
            let count = echo(&acceptor, socket).await?;
            tell(&format!("{peer}: {count} bytes"));
            Ok(())
        }
    })
    .await
}

// ANCHOR: echo
/// Echoes on one connection: how many bytes.
async fn echo(acceptor: &Acceptor, socket: TcpStream) -> Outcome<usize> {
    socket.set_nodelay(true)?;
    let mut stream = timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await??;
    let mut bytes = vec![0; 1 << 14];
    let mut count = 0;
    loop {
        match stream.read(&mut bytes).await? {
            // The client has ended its direction.
            0 => break,
            read => {
                stream.write_all(bytes.get(..read).unwrap_or_default()).await?;
                stream.flush().await?;
                count += read;
            }
        }
    }
    // We end ours, wait for the client to have seen that, and close the socket.
    stream.close().await?;
    Ok(count)
}
// ANCHOR_END: echo
