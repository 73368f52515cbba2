//! The example, opposite a server that the system does not know.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![cfg(not(target_os = "android"))]

mod common;

#[allow(dead_code, reason = "its `main` asks the Internet")]
#[path = "../examples/https.rs"]
mod https;

use common::Authority;
use hyaline::tokio::Acceptor;
use hyaline_platform_verifier::PlatformVerifier;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello";

#[tokio::test]
async fn the_example_gets_a_page_of_whom_the_verifier_accepts() {
    let authority = Authority::new("ours");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = Acceptor::from(authority.server());
    let serving = async {
        let mut stream = acceptor.accept(listener.accept().await?.0).await?;
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await?);
        }
        stream.write_all(ANSWER.as_bytes()).await?;
        stream.close().await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&request).into_owned())
    };
    let verifier = PlatformVerifier::with_extra_roots([authority.root.clone()]).unwrap();
    let (request, page) = tokio::join!(serving, https::get(verifier, "127.0.0.1", port));
    assert_eq!(page.unwrap(), ANSWER);
    assert!(request.unwrap().starts_with("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"));
}
