//! axum over TLS 1.3, by `axum::serve`.
//!
//! `cargo run -p hyaline-examples --bin axum_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::serve::Listener;
use clap::Parser;
use hyaline::ServerConfig;
use hyaline::tokio::Stream;
use hyaline_examples::{Outcome, ServerIdentity, causes, tell};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long to wait where the system has no more descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Serve a router of axum's over TLS 1.3. Prints the address it listens on.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    identity: ServerIdentity,

    /// Where to listen.
    #[arg(default_value = "127.0.0.1:8443")]
    address: String,
}

#[tokio::main]
async fn main() -> Outcome {
    let arguments = Arguments::parse();
    let config = Arc::clone(arguments.identity.acceptor(&["h2", "http/1.1"])?.config());
    let listener = TcpListener::bind(&arguments.address).await?;
    println!("listening on {}", listener.local_addr()?);
    let router = Router::new()
        .route("/", get(async || "hello from axum\n"))
        .route("/echo", post(async |body: String| body))
        .route("/names/{name}", get(async |Path(name): Path<String>| format!("hello {name}\n")));
    axum::serve(SecuredListener { listener, config }, router).await?;
    Ok(())
}

/// Gives axum streams whose handshakes have not begun: the first read does them, in the
/// connection's own task, so that no client holds up another.
struct SecuredListener {
    listener: TcpListener,
    config: Arc<ServerConfig>,
}

impl SecuredListener {
    async fn next(&self) -> Outcome<(Stream<TcpStream>, SocketAddr)> {
        let (socket, peer) = self.listener.accept().await?;
        socket.set_nodelay(true)?;
        let mut stream = Stream::server(Arc::clone(&self.config), socket)?;
        // axum shuts the stream down and drops it: that is to be an end of both directions.
        stream.set_close_on_shutdown(true);
        Ok((stream, peer))
    }
}

impl Listener for SecuredListener {
    type Io = Stream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.next().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tell(&causes(&*error));
                    sleep(PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
