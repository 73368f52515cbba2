//! axum over TLS 1.3, by `axum::serve`.
//!
//! `cargo run -p hyaline-examples --bin axum_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use axum::serve::Listener;
use clap::Parser;
use hyaline_examples::{Accepted, Clients, Outcome, ServerIdentity};
use tokio::net::TcpListener;

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
    let acceptor = arguments.identity.acceptor(&["h2", "http/1.1"])?;
    let clients = Clients::of(TcpListener::bind(&arguments.address).await?, acceptor)?;
    println!("listening on {}", clients.address());
    let router = Router::new()
        .route("/", get(async || "hello from axum\n"))
        .route("/echo", post(async |body: String| body))
        .route("/names/{name}", get(async |Path(name): Path<String>| format!("hello {name}\n")));
    axum::serve(SecuredListener(clients), router).await?;
    Ok(())
}

/// What axum takes for a listener. Each stream has completed its handshake, within a limited time.
struct SecuredListener(Clients);

impl Listener for SecuredListener {
    type Io = Accepted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.next().await {
            Some(accepted) => accepted,
            // The runtime ends, and this task with it.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.0.address())
    }
}
