//! An HTTPS client that trusts whom the operating system trusts.
//!
//! `cargo run -p hyaline-platform-verifier --example https -- example.org`
#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::sync::Arc;

use hyaline::pki_types::ServerName;
use hyaline::tokio::Connector;
use hyaline::{ClientConfig, Staples};
use hyaline_platform_verifier::PlatformVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let host = env::args().nth(1).ok_or("name a host, such as example.org")?;
    println!("{}", get(PlatformVerifier::new()?, &host, 443).await?);
    Ok(())
}

// ANCHOR: get
/// The first page of this host, with the head of the answer, if this verifier accepts the host.
pub(crate) async fn get(
    verifier: PlatformVerifier,
    host: &str,
    port: u16,
) -> Result<String, Box<dyn Error>> {
    let config = ClientConfig::builder()
        .with_judge(Arc::new(verifier))
        .with_no_client_auth()
        // The system judges by the response, where it looks at any.
        .with_staples(Staples::Asked)
        .with_alpn_protocols(["http/1.1"])?;
    let name = ServerName::try_from(host.to_owned())?;
    let socket = TcpStream::connect((host, port)).await?;
    let mut stream = Connector::from(config).connect(name, socket).await?;
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    stream.close().await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
// ANCHOR_END: get
