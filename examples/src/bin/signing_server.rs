//! A server under tokio that greets by the line, and whose private key is with a service: here a
//! thread of the program, elsewhere a machine of its own.
//!
//! `cargo run -p hyaline-examples --bin signing_server -- --cert server.pem --key server.key`
#![forbid(unsafe_code)]

use std::future::ready;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::Parser;
use hyaline::crypto::{CryptoProvider, Ring, SigningKey};
use hyaline::pki_types::UnixTime;
use hyaline::tokio::Acceptor;
use hyaline::{AsyncWorker, Identity, ServerConfig, SignatureScheme, Work, WorkFuture};
use hyaline_examples::{HANDSHAKE_TIME, Outcome, ServerIdentity, serve_each, tell};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long the service may take for a signature.
const SIGNING_TIME: Duration = Duration::from_secs(3);

/// How many signatures wait for the service.
const ORDERS: usize = 64;

/// How many bytes of a line are greeted at once.
const LINE: u64 = 1 << 12;

/// Greetings over TLS 1.3. Prints the address it listens on.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    identity: ServerIdentity,

    /// Where to listen.
    #[arg(default_value = "127.0.0.1:4433")]
    address: String,
}

/// What the service is asked for.
struct Order {
    scheme: SignatureScheme,
    message: Vec<u8>,
    signature: oneshot::Sender<Vec<u8>>,
}

/// The service, as who asks it knows it.
#[derive(Clone, Debug)]
struct KeyService {
    orders: mpsc::Sender<Order>,
}

impl KeyService {
    /// The service that holds this key.
    fn start(key: Arc<dyn SigningKey>) -> Outcome<Self> {
        let (orders, mut waiting) = mpsc::channel::<Order>(ORDERS);
        thread::Builder::new().spawn(move || {
            while let Some(order) = waiting.blocking_recv() {
                // Who has asked has given up.
                if order.signature.is_closed() {
                    continue;
                }
                if let Ok(signature) = key.sign(order.scheme, &order.message) {
                    // Who has asked may have given up meanwhile.
                    let _ = order.signature.send(signature);
                }
            }
        })?;
        Ok(Self { orders })
    }
}

// ANCHOR: worker
impl KeyService {
    /// A signature; none where the service fails or takes too long.
    async fn sign(self, scheme: SignatureScheme, message: Vec<u8>) -> Option<Vec<u8>> {
        let (signature, signed) = oneshot::channel();
        let asked = async {
            self.orders.send(Order { scheme, message, signature }).await.ok()?;
            signed.await.ok()
        };
        timeout(SIGNING_TIME, asked).await.ok()?
    }
}

impl AsyncWorker for KeyService {
    fn answer(&self, work: Work) -> WorkFuture {
        let service = self.clone();
        match work {
            Work::Signature(request) => Box::pin(async move {
                let signature = service.sign(request.scheme(), request.message()).await;
                request.signed(signature)
            }),
            // All else is done here and now.
            work => Box::pin(ready(work.run(UnixTime::now()))),
        }
    }
}
// ANCHOR_END: worker

#[tokio::main]
async fn main() -> Outcome {
    let arguments = Arguments::parse();
    let (chain, key) = arguments.identity.read()?;
    let key = Ring.load_key(&key)?;
    // ANCHOR: delegated
    // The configuration knows by what the key can sign, and not the key.
    let identity = Identity::delegated(chain, key.schemes())?;
    let config = ServerConfig::builder().with_no_client_auth().with_identity(identity);
    let acceptor = Acceptor::from(config).with_worker(Arc::new(KeyService::start(key)?));
    // ANCHOR_END: delegated
    let listener = TcpListener::bind(&arguments.address).await?;
    println!("listening on {}", listener.local_addr()?);
    serve_each(listener, |socket, peer| {
        let acceptor = acceptor.clone();
        async move {
            let count = greet(&acceptor, socket).await?;
            tell(&format!("{peer}: {count} lines"));
            Ok(())
        }
    })
    .await
}

/// Answers each line of one connection: how many.
async fn greet(acceptor: &Acceptor, socket: TcpStream) -> Outcome<usize> {
    socket.set_nodelay(true)?;
    let mut stream = timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await??;
    let (mut line, mut count) = (Vec::new(), 0);
    while (&mut stream).take(LINE).read_until(b'\n', &mut line).await? > 0 {
        stream.write_all(b"hello, ").await?;
        stream.write_all(&line).await?;
        stream.flush().await?;
        line.clear();
        count += 1;
    }
    stream.close().await?;
    Ok(count)
}
