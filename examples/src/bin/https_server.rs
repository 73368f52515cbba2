//! An HTTPS server with hyper: HTTP/2 or HTTP/1.1, as client and server agree (ALPN).
//!
//! `cargo run -p hyaline-examples --bin https_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use clap::Parser;
use http_body_util::{BodyExt, Full};
use hyaline::tokio::Acceptor;
use hyaline_examples::{HANDSHAKE_TIME, Outcome, ServerIdentity, serve_each};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Serve HTTP over TLS 1.3. Prints the address it listens on.
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
    let listener = TcpListener::bind(&arguments.address).await?;
    println!("listening on {}", listener.local_addr()?);
    serve_each(listener, |socket, _| serve(acceptor.clone(), socket)).await
}

// ANCHOR: serve
async fn serve(acceptor: Acceptor, socket: TcpStream) -> Outcome {
    socket.set_nodelay(true)?;
    let mut stream = timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await??;
    // hyper shuts the stream down and drops it: that is to be an end of both directions.
    stream.set_close_on_shutdown(true);
    let is_http_2 = stream.connection().application_protocol() == Some(b"h2");
    let mut server = auto::Builder::new(TokioExecutor::new());
    // It bounds how long the head of a request may take.
    server.http1().timer(TokioTimer::new());
    let server = if is_http_2 { server.http2_only() } else { server.http1_only() };
    server.serve_connection(TokioIo::new(stream), service_fn(answer)).await
}
// ANCHOR_END: serve

/// Echoes the body of a POST; says hello to everything else.
async fn answer(request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
    let version = request.version();
    let body = match *request.method() {
        Method::POST => request.into_body().collect().await?.to_bytes(),
        _ => Bytes::from(format!("hello over {version:?}\n")),
    };
    Ok(Response::new(Full::new(body)))
}
