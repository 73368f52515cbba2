//! A client under tokio: what it reads from its input it sends, and what comes back it prints, both
//! at once.
//!
//! `cargo run -p hyaline-examples --bin echo_client -- --ca ca.pem localhost:4433`
#![forbid(unsafe_code)]

use clap::Parser;
use hyaline::pki_types::ServerName;
use hyaline_examples::{Outcome, Trust, host_of};
use tokio::io::{self, AsyncWriteExt};
use tokio::net::TcpStream;

/// Send standard input over TLS 1.3, and print what comes back.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    trust: Trust,

    /// The server, as HOST:PORT.
    target: String,
}

// ANCHOR: main
#[tokio::main]
async fn main() -> Outcome {
    let arguments = Arguments::parse();
    let connector = arguments.trust.connector(&[])?;
    let name = ServerName::try_from(host_of(&arguments.target))?;
    let socket = TcpStream::connect(&arguments.target).await?;
    let stream = connector.connect(name, socket).await?;

    let (mut reader, mut writer) = io::split(stream);
    let sending = async {
        io::copy(&mut io::stdin(), &mut writer).await?;
        // Our direction ends; the answer goes on.
        writer.shutdown().await
    };
    let receiving = async {
        let mut output = io::stdout();
        io::copy(&mut reader, &mut output).await?;
        output.flush().await
    };
    tokio::try_join!(sending, receiving)?;
    reader.unsplit(writer).close().await?;
    Ok(())
}
// ANCHOR_END: main
