//! gRPC over TLS 1.3 with tonic: the health of services, as grpc.health.v1 has it.
//!
//! `cargo run -p hyaline-examples --bin grpc_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use std::convert::Infallible;

use clap::Parser;
use hyaline_examples::{Clients, Outcome, ServerIdentity};
use tokio::net::TcpListener;
use tokio_stream::StreamExt;
use tonic::transport::Server;
use tonic_health::ServingStatus;

/// A service that is known, and not served.
const GREETER: &str = "hyaline.examples.Greeter";

/// Serve gRPC over TLS 1.3. Prints the address it listens on.
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
    let acceptor = arguments.identity.acceptor(&["h2"])?;
    let clients = Clients::of(TcpListener::bind(&arguments.address).await?, acceptor)?;
    println!("listening on {}", clients.address());
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status(GREETER, ServingStatus::NotServing).await;
    let streams = clients.into_stream().map(|(accepted, _)| Ok::<_, Infallible>(accepted));
    Server::builder().add_service(health).serve_with_incoming(streams).await?;
    Ok(())
}
