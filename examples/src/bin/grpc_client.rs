//! gRPC over TLS 1.3 with tonic: asks a server for the health of a service.
//!
//! `cargo run -p hyaline-examples --bin grpc_client -- --ca ca.pem localhost:8443`
#![forbid(unsafe_code)]

use clap::Parser;
use hyaline::pki_types::ServerName;
use hyaline::tokio::Connector;
use hyaline_examples::{Outcome, Trust, host_of};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tonic::transport::{Endpoint, Uri};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tower::service_fn;

/// Ask for the health of a service, over TLS 1.3.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    trust: Trust,

    /// HOST:PORT of the server.
    target: String,

    /// The service. Without it: the server itself.
    #[arg(default_value = "")]
    service: String,
}

#[tokio::main]
async fn main() -> Outcome {
    let Arguments { trust, target, service } = Arguments::parse();
    let connector = trust.connector(&["h2"])?;
    // tonic knows TLS of its own by `https`; this one is the connector's.
    let endpoint = Endpoint::from_shared(format!("http://{target}"))?;
    let connect = service_fn(move |_: Uri| connect(connector.clone(), target.clone()));
    let channel = endpoint.connect_with_connector(connect).await?;
    let question = HealthCheckRequest { service };
    let answer = HealthClient::new(channel).check(question).await?.into_inner();
    println!("{}", answer.status().as_str_name());
    Ok(())
}

async fn connect(
    connector: Connector,
    target: String,
) -> Outcome<TokioIo<hyaline::tokio::Stream<TcpStream>>> {
    let name = ServerName::try_from(host_of(&target).to_owned())?;
    let socket = TcpStream::connect(&target).await?;
    socket.set_nodelay(true)?;
    let mut stream = connector.connect(name, socket).await?;
    // tonic shuts the stream down and drops it: that is to be an end of both directions.
    stream.set_close_on_shutdown(true);
    Ok(TokioIo::new(stream))
}
