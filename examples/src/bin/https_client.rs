//! An HTTPS client with hyper: HTTP/2 or HTTP/1.1, as client and server agree (ALPN).
//!
//! `cargo run -p hyaline-examples --bin https_client -- --ca ca.pem https://localhost:8443/`
#![forbid(unsafe_code)]

use clap::Parser;
use http_body_util::{BodyExt, Empty};
use hyaline::pki_types::ServerName;
use hyaline::tokio::Stream;
use hyaline_examples::{Outcome, Trust};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncWriteExt, stdout};
use tokio::net::TcpStream;

/// Get a page over TLS 1.3, and print it.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    trust: Trust,

    /// Speak HTTP/1.1, whatever the server would like.
    #[arg(long)]
    http1: bool,

    /// The page, as https://HOST:PORT/PATH.
    page: Uri,
}

#[tokio::main]
async fn main() -> Outcome {
    let Arguments { trust, http1, page } = Arguments::parse();
    let host = page.host().ok_or("the page has no host")?;
    let protocols: &[&str] = if http1 { &["http/1.1"] } else { &["h2", "http/1.1"] };
    let connector = trust.connector(protocols)?;
    let name = ServerName::try_from(host)?;
    let socket = TcpStream::connect((host, page.port_u16().unwrap_or(443))).await?;
    let mut stream = connector.connect(name, socket).await?;
    // hyper shuts the stream down and drops it: that is to be an end of both directions.
    stream.set_close_on_shutdown(true);
    match stream.connection().application_protocol() {
        Some(b"h2") => over_http_2(stream, &page).await,
        _ => over_http_1(stream, &page).await,
    }
}

async fn over_http_2(stream: Stream<TcpStream>, page: &Uri) -> Outcome {
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get(page).body(Empty::<Bytes>::new())?;
    print(sender.send_request(request).await?).await?;
    drop(sender);
    Ok(connection.await??)
}

async fn over_http_1(stream: Stream<TcpStream>, page: &Uri) -> Outcome {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let path = page.path_and_query().map_or("/", |path| path.as_str());
    let authority = page.authority().map_or("", |authority| authority.as_str());
    let request =
        Request::get(path).header(hyper::header::HOST, authority).body(Empty::<Bytes>::new())?;
    print(sender.send_request(request).await?).await?;
    drop(sender);
    Ok(connection.await??)
}

async fn print(mut page: Response<Incoming>) -> Outcome {
    eprintln!("{:?} {}", page.version(), page.status());
    let mut output = stdout();
    while let Some(frame) = page.frame().await {
        if let Some(data) = frame?.data_ref() {
            output.write_all(data).await?;
        }
    }
    Ok(output.flush().await?)
}
