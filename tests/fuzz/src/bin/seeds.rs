//! Writes the inputs with which the fuzzer begins, from real handshakes, into `seeds/`; and runs
//! each of them once.
#![forbid(unsafe_code)]

use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use hyaline::pki_types::ServerName;
use hyaline::{Call, ClientConfig, ClientSession, ClientSessions};
use hyaline_fuzz::configuration::{Both, CERTIFICATES, Certificates, key_pem};
use hyaline_fuzz::flight::turns;
use hyaline_fuzz::provider::Clear;
use hyaline_fuzz::single::{arrives, calls};
use hyaline_fuzz::{chain, client, der, pair, pem, server};

/// A target, what it runs, and its seeds.
type Seeded = (&'static str, fn(&[u8]), Vec<Vec<u8>>);

/// An OCSP response that says to try later (RFC 6960 section 4.2.1).
const LATER: [u8; 5] = [0x30, 3, 0x0a, 1, 3];

/// A list of one timestamp, which says nothing.
const TIMESTAMPS: [u8; 8] = [0, 6, 0, 4, 1, 2, 3, 4];

fn main() -> io::Result<()> {
    let targets: [Seeded; 6] = [
        ("client", client::run, conversations(1)),
        ("server", server::run, conversations(0)),
        ("pair", pair::run, pairs()),
        ("pem", pem::run, files()),
        ("der", der::run, encodings()),
        ("chain", chain::run, chains()),
    ];
    for (target, run, seeds) in targets {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
        fs::create_dir_all(&directory)?;
        let mut bytes = 0;
        for (number, seed) in seeds.iter().enumerate() {
            run(seed);
            bytes += seed.len();
            fs::write(directory.join(number.to_string()), seed)?;
        }
        println!("{target}: {} seeds, {bytes} bytes", seeds.len());
    }
    Ok(())
}

/// What one side sees of a conversation: the turns of this side of it, among calls.
fn conversations(side: usize) -> Vec<Vec<u8>> {
    let conversation = |choice: u8| {
        let mut seed = vec![choice];
        for (number, turn) in turns(&Both::new(&Clear, choice)).iter().enumerate() {
            if number % 2 == side {
                seed.extend(arrives(turn));
                seed.extend(calls(Call::Read));
                seed.push(5);
            }
        }
        seed.extend(calls(Call::UpdateKey));
        seed.extend(calls(Call::HalfClose));
        seed
    };
    [0, 1, 3, 4, 8, 16, 32].map(conversation).to_vec()
}

/// Instructions for two ends: see `pair::run`.
fn pairs() -> Vec<Vec<u8>> {
    const EXCHANGE: u8 = 5;
    const READ: [u8; 2] = [8, 8 | 16];
    const WRITE: [u8; 2] = [7 | 1 << 5, 7 | 16 | 7 << 5];
    const UPDATE: [u8; 2] = [9, 9 | 16];
    const HALF_CLOSE: [u8; 2] = [10, 10 | 16];
    const AGAIN: u8 = 15;
    let whole = [
        [EXCHANGE, WRITE[0], READ[1], EXCHANGE].as_slice(),
        &[WRITE[1], READ[0], EXCHANGE, UPDATE[0], UPDATE[1], EXCHANGE],
        &[READ[0], READ[1], HALF_CLOSE[0], EXCHANGE, HALF_CLOSE[1], EXCHANGE],
    ]
    .concat();
    let interferences: [&[u8]; 5] = [
        &[0, 0, 9, 1],
        &[1, 0, 90, 4],
        &[2 | 16, 0, 0, 90],
        &[3, 0, 5, 2, 1, 1],
        &[4, 0, 0, 1, 22],
    ];
    let mut seeds = Vec::new();
    for choice in [0, 1, 3, 4, 8, 16, 32, 64, 0x80, 0x83, 0x84] {
        seeds.push([&[choice], &*whole, &[AGAIN], &*whole].concat());
    }
    for interference in interferences {
        for choice in [0, 0x80] {
            seeds.push([&[choice], interference, &*whole].concat());
            seeds.push([&[choice, EXCHANGE, WRITE[0], WRITE[1]], interference, &*whole].concat());
        }
    }
    seeds
}

fn files() -> Vec<Vec<u8>> {
    let Certificates { pem, list_pem, .. } = &*CERTIFICATES;
    let all = [&**pem, key_pem(), &**list_pem].concat();
    [key_pem(), list_pem, &all].map(|text| text.as_bytes().to_vec()).to_vec()
}

fn encodings() -> Vec<Vec<u8>> {
    let certificates = &*CERTIFICATES;
    let session = session();
    let counted: Vec<u8> = certificates.chain.iter().flat_map(|one| counted(one)).collect();
    let key = certificates.key.secret_der();
    let contents: [&[u8]; 8] = [
        &certificates.list,
        &LATER,
        &TIMESTAMPS,
        &session,
        &[0x42; 50],
        &certificates.root,
        &counted,
        key,
    ];
    let numbered = (0..).zip(contents);
    numbered.map(|(number, content): (u8, _)| [&[number], content].concat()).collect()
}

/// Keeps the last session.
#[derive(Debug, Default)]
struct LastSession(Mutex<Vec<u8>>);

impl ClientSessions for LastSession {
    fn keep(&self, _server: &ServerName<'_>, session: ClientSession) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = session.to_bytes().as_bytes().to_vec();
    }

    fn take(&self, _server: &ServerName<'_>) -> Option<ClientSession> {
        None
    }
}

/// A session that a client has kept.
fn session() -> Vec<u8> {
    let last = Arc::new(LastSession::default());
    let client = ClientConfig::builder_with_provider(Clear)
        .with_root_certificates(CERTIFICATES.roots())
        .with_no_client_auth()
        .with_sessions(last.clone());
    let server = Both::new(&Clear, 0).server;
    let _ = turns(&Both { client: Arc::new(client), server });
    let kept = last.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(!kept.is_empty(), "no session was kept");
    kept.clone()
}

fn counted(piece: &[u8]) -> Vec<u8> {
    let length = u16::try_from(piece.len()).expect("it is short").to_be_bytes();
    [&length, piece].concat()
}

fn chains() -> Vec<Vec<u8>> {
    let seed = |choice: u8, staple: &[u8], timestamps: &[u8]| {
        let certificates = CERTIFICATES.chain.iter();
        let entries = certificates
            .flat_map(|one| [counted(one), counted(staple), counted(timestamps)].concat());
        [choice].into_iter().chain(entries).collect()
    };
    vec![seed(0, &[], &[]), seed(1, &[], &[]), seed(0, &LATER, &[]), seed(1, &[], &TIMESTAMPS)]
}
