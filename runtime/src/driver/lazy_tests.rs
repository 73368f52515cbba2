//! A server without a configuration, beside one that has its own.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::ServerName;

use super::*;
use crate::certificate::test_certificates::{Authority, der, server_parameters};
use crate::crypto::DefaultProvider;
use crate::driver::Progress;
use crate::message::limits::MAXIMUM_CLIENT_HELLO;
use crate::{
    Alert, AlertDescription, Call, CipherSuite, ClientConfig, NamedGroup, Outbox, SignatureScheme,
};

/// How a script ends.
#[derive(Clone, Copy, Debug)]
enum Last {
    Fin,
    Reset,
    Silence,
}

/// A client that sends what is written, in these parts, whatever it hears.
struct Script {
    parts: VecDeque<Vec<u8>>,
    last: Last,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Transport for Script {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let Some(mut part) = self.parts.pop_front() else {
            return match self.last {
                Last::Fin => Ok(0),
                Last::Reset => Err(io::ErrorKind::ConnectionReset.into()),
                Last::Silence => Err(io::ErrorKind::WouldBlock.into()),
            };
        };
        let count = part.len().min(bytes.capacity() - bytes.len());
        bytes.extend(part.drain(..count));
        if !part.is_empty() {
            self.parts.push_front(part);
        }
        Ok(count)
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn shutdown_write(&mut self) {}
}

type Heard = Arc<Mutex<Vec<u8>>>;

/// What a client says in one piece, and in pieces of a byte.
fn cuts(bytes: &[u8]) -> [VecDeque<Vec<u8>>; 2] {
    let bytewise = bytes.iter().map(|byte| vec![*byte]).collect();
    if bytes.is_empty() {
        return [VecDeque::new(), bytewise];
    }
    [[bytes.to_vec()].into(), bytewise]
}

fn driver(
    config: Arc<ServerConfig>,
    parts: VecDeque<Vec<u8>>,
    last: Last,
) -> (Driver<Script>, Heard) {
    let heard = Heard::default();
    let script = Script { parts, last, heard: Arc::clone(&heard) };
    (Driver::new(Connection::server(config).unwrap(), script), heard)
}

/// A server that has no configuration.
fn listening(parts: VecDeque<Vec<u8>>, last: Last) -> (Driver<Script>, Heard) {
    let (mut driver, heard) = driver(ServerConfig::unconfigured(DefaultProvider), parts, last);
    driver.listen();
    driver.start(Now::read(), Call::Handshake).unwrap();
    (driver, heard)
}

/// Goes on until a call is done, the ClientHello is there, or nothing more comes.
fn advance(driver: &mut Driver<Script>) {
    let mut waits = 0;
    while waits < 2 {
        match driver.advance(Now::read()) {
            Progress::Done => return,
            Progress::Waits(_) if driver.has_heard() => return,
            Progress::Waits(wait) => {
                waits += 1;
                driver.handle_ready(wait.interest.into());
            }
            Progress::Busy | Progress::Works(_) => waits = 0,
        }
    }
}

/// How a handshake ends that fails, and what the client hears of that before the transport is
/// closed.
fn end((mut driver, heard): (Driver<Script>, Heard)) -> (Option<Result<(), Error>>, Vec<u8>) {
    advance(&mut driver);
    let result = driver.take_receive_result();
    if driver.start(Now::read(), Call::Close).is_ok() {
        advance(&mut driver);
    }
    let heard = heard.lock().unwrap().clone();
    (result, heard)
}

fn config() -> Arc<ServerConfig> {
    let authority = Authority::new();
    let key = rcgen::KeyPair::generate().unwrap();
    let chain = vec![authority.sign(&server_parameters(), &key)];
    let server = ServerConfig::builder().with_no_client_auth();
    Arc::new(server.with_single_cert(chain, der(&key)).unwrap())
}

/// The first record of a client of ours.
fn hello() -> Vec<u8> {
    let config = ClientConfig::builder()
        .with_root_certificates(Authority::new().roots())
        .with_no_client_auth()
        .with_alpn_protocols(["h2", "http/1.1"])
        .unwrap();
    let name = ServerName::try_from("shop.example").unwrap();
    let mut client = Connection::client(Arc::new(config), name).unwrap();
    let mut outbox = Outbox::new();
    client.start(Now::read().date, Call::Handshake, &mut outbox).unwrap();
    outbox.bytes().to_vec()
}

/// The message in these records, as records with so much of it in each.
fn in_records(message: &[u8], each: usize) -> Vec<u8> {
    let record = |part: &[u8]| {
        let length = u16::try_from(part.len()).unwrap().to_be_bytes();
        [&[22, 3, 1][..], &length, part].concat()
    };
    message.chunks(each).flat_map(record).collect()
}

/// A ClientHello that is as long as its syntax allows, but for the compression methods, of which a
/// client may have one.
fn longest(hello: &[u8]) -> Vec<u8> {
    let suites_at = 4 + 2 + 32 + 1 + 32;
    let suites = usize::from(u16::from_be_bytes([hello[suites_at], hello[suites_at + 1]]));
    let behind = suites_at + 2 + suites;
    let (known, extensions) = (&hello[suites_at + 2..behind], &hello[behind + 4..]);
    let mut body = hello[4..suites_at].to_vec();
    body.extend(0xfffe_u16.to_be_bytes());
    body.extend(known);
    body.resize(body.len() + 0xfffe - suites, 0x1a);
    body.extend([1, 0, 0xff, 0xff]);
    body.extend(extensions);
    let padding = 0xffff - extensions.len() - 4;
    body.extend([0, 21]);
    body.extend(u16::try_from(padding).unwrap().to_be_bytes());
    body.resize(body.len() + padding, 0);
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[1][..], &length[1..], &body].concat()
}

/// What no server answers.
fn bad_beginnings() -> Vec<Vec<u8>> {
    let hello = hello();
    let message = &hello[5..];
    let mut older = message.to_vec();
    let versions = older.windows(6).position(|at| at[..2] == [0, 43]).unwrap();
    older[versions + 1] = 99;
    let mut longer = message.to_vec();
    longer[3] = longer[3].wrapping_add(1);
    longer.push(0);
    let mut beginnings: Vec<Vec<u8>> = vec![
        b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n".to_vec(),
        b"SSH-2.0-client\r\n".to_vec(),
        b"HELO shop.example\r\n".to_vec(),
        vec![0x80, 0x2e, 1, 3, 1],
        vec![22, 3, 1, 0xff, 0xff, 1],
        vec![22, 3, 1, 0, 0],
        vec![20, 3, 3, 0, 1, 1],
        vec![20, 3, 3, 0, 1, 2],
        vec![21, 3, 3, 0, 2, 2, 40],
        vec![21, 3, 3, 0, 2, 1, 0],
        vec![21, 3, 3, 0, 2, 1, 90],
        vec![21, 3, 3, 0, 1, 1],
        vec![23, 3, 3, 0, 1, 0],
        vec![22, 3, 3, 0, 4, 20, 0, 0, 0],
        vec![22, 3, 3, 0, 4, 99, 0, 0, 0],
        vec![22, 3, 3, 0, 4, 1, 0xff, 0xff, 0xff],
        vec![22, 3, 3, 0, 5, 1, 0, 0, 1, 0],
        [&hello[..5], &older].concat(),
        in_records(&longer, 1 << 14),
        [&in_records(&message[..20], 7), &[23, 3, 3, 0, 1, 0][..]].concat(),
        [&in_records(&message[..20], 7), &[21, 3, 3, 0, 2, 2, 80][..]].concat(),
    ];
    beginnings.extend([0, 1, 5, 9, 100, hello.len() - 1].map(|count| hello[..count].to_vec()));
    beginnings
}

#[test]
fn what_is_no_hello_is_refused_as_by_a_server_that_is_configured() {
    let config = config();
    for bytes in bad_beginnings() {
        for last in [Last::Fin, Last::Reset] {
            for parts in cuts(&bytes) {
                let ordinary = {
                    let (mut driver, heard) = driver(Arc::clone(&config), parts.clone(), last);
                    driver.start(Now::read(), Call::Handshake).unwrap();
                    end((driver, heard))
                };
                assert!(matches!(ordinary.0, Some(Err(_))), "{bytes:?}, {last:?}: {ordinary:?}");
                assert_eq!(end(listening(parts, last)), ordinary, "{bytes:?}, {last:?}");
            }
        }
    }
}

#[test]
fn the_offer_is_there_before_there_is_a_configuration() {
    for parts in cuts(&hello()) {
        let (mut driver, heard) = listening(parts, Last::Silence);
        assert_eq!(driver.client_hello().server_name(), None, "nothing has come");
        assert_eq!(driver.client_hello().cipher_suites().count(), 0);
        advance(&mut driver);
        assert!(driver.has_heard());
        let offer = driver.client_hello();
        assert_eq!(offer.server_name(), Some("shop.example"));
        // A client says one that means nothing, too (GREASE).
        let protocols: Vec<_> = offer.application_protocols().take(2).collect();
        assert_eq!(protocols, [&b"h2"[..], b"http/1.1"]);
        assert!(offer.groups().any(|group| group == NamedGroup::X25519));
        assert!(offer.cipher_suites().any(|suite| suite == CipherSuite::Aes128GcmSha256));
        assert!(offer.signature_schemes().any(|scheme| scheme == SignatureScheme::Ed25519));
        assert!(heard.lock().unwrap().is_empty(), "nothing is said to the client");
    }
}

#[test]
fn nothing_more_is_received_until_there_is_a_configuration() {
    let hello = hello();
    let behind = vec![20, 3, 3, 0, 1, 1];
    let parts = VecDeque::from([hello.clone(), behind.clone()]);
    let (mut driver, _heard) = listening(parts, Last::Reset);
    for _ in 0..3 {
        advance(&mut driver);
        assert!(driver.has_heard());
        assert_eq!(driver.transport().unwrap().parts.iter().collect::<Vec<_>>(), [&behind]);
    }
    assert_eq!(driver.take_received(), hello);
}

#[test]
fn what_came_with_the_hello_is_kept_behind_it() {
    let together = [hello(), vec![20, 3, 3, 0, 1, 1], vec![23, 3]].concat();
    let (mut driver, _heard) = listening([together.clone()].into(), Last::Silence);
    advance(&mut driver);
    assert!(driver.has_heard());
    assert_eq!(driver.take_received(), together);
}

#[test]
fn a_server_that_is_configured_late_answers_as_one_that_was_configured_before() {
    let (config, hello) = (config(), hello());
    for parts in cuts(&hello) {
        let (mut early, _) = driver(Arc::clone(&config), parts.clone(), Last::Silence);
        early.start(Now::read(), Call::Handshake).unwrap();
        advance(&mut early);

        let (mut late, heard) = listening(parts, Last::Silence);
        advance(&mut late);
        late.configure(Arc::clone(&config)).unwrap();
        late.start(Now::read(), Call::Handshake).unwrap();
        advance(&mut late);
        assert!(!late.has_heard());
        let of = |driver: &Driver<Script>| {
            let negotiated = driver.connection().negotiated();
            (negotiated.cipher_suite(), negotiated.group(), negotiated.server_name().is_some())
        };
        assert_eq!(of(&late), of(&early));
        assert_eq!(late.connection().server_name(), Some("shop.example"));
        assert_eq!(heard.lock().unwrap()[..3], [22, 3, 3], "the ServerHello");
    }
}

#[test]
fn the_longest_hello_in_the_shortest_records_is_heard_within_the_limit() {
    let hello = hello();
    let longest = longest(&hello[5..]);
    assert_eq!(longest.len(), 4 + MAXIMUM_CLIENT_HELLO - 254);
    let records = in_records(&longest, 1);
    let (mut driver, _heard) = listening([records.clone()].into(), Last::Silence);
    advance(&mut driver);
    assert!(driver.has_heard());
    assert_eq!(driver.client_hello().server_name(), Some("shop.example"));
    let received = driver.take_received();
    assert!(received == records);
    assert!(received.len() + 6 * 254 + 2 * crate::driver::MAX_RECORD <= MAXIMUM_KEPT);
}

#[test]
fn no_more_is_kept_than_the_limit_says() {
    let mut lazy = Lazy::<DefaultProvider>::new();
    assert!(lazy.keep(&vec![0; MAXIMUM_KEPT - 1]));
    assert!(lazy.keep(&[0]));
    assert!(!lazy.keep(&[0]));
    assert_eq!(lazy.received.len(), MAXIMUM_KEPT);

    let (mut driver, _heard) = listening([hello()].into(), Last::Silence);
    assert!(driver.lazy.as_mut().unwrap().keep(&vec![0; MAXIMUM_KEPT]));
    let (result, _) = end((driver, Heard::default()));
    assert_eq!(result, Some(Err(Error::Transport(io::ErrorKind::OutOfMemory))));
}

#[test]
fn a_client_that_is_refused_is_told_why() {
    for (refusal, alert, error) in [
        (
            Refusal::Name,
            Alert::UnrecognizedName,
            Error::UnrecognizedName { name: "shop.example".into() },
        ),
        (
            Refusal::ApplicationProtocol,
            Alert::NoApplicationProtocol,
            Error::NoCommonApplicationProtocol,
        ),
        (Refusal::Offer, Alert::HandshakeFailure, Error::NoConfiguration),
        (
            Refusal::OwnFailure,
            Alert::InternalError,
            Error::Internal("the program could not configure a server"),
        ),
    ] {
        let (mut driver, heard) = listening([hello()].into(), Last::Silence);
        advance(&mut driver);
        driver.refuse(refusal);
        let (result, heard) = end((driver, heard));
        assert_eq!(result, Some(Err(error)), "{refusal:?}");
        assert_eq!(heard[..7], [21, 3, 3, 0, 2, 2, AlertDescription::from(alert).0], "{refusal:?}");
    }
}
