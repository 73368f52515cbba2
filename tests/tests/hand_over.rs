//! A connection that is handed over goes on by hand: records are sealed and opened here, by ring
//! and by what was handed over, and the other end, which is a connection still, notices nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use hyaline::blocking::Stream;
use hyaline::pki_types::{ServerName, UnixTime};
use hyaline::{Call, CallResult, CipherSuite, HandedOver, RecordSecrets, Unrest};
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory::{Configs, MemoryEnd, connected};
use ring::aead::{
    AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey,
};

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

const CLOSE_NOTIFY: [u8; 2] = [1, 0];
const KEY_UPDATE: [u8; 5] = [24, 0, 0, 1, 0];

/// One direction, by hand.
struct ByHand {
    secrets: RecordSecrets,
    number: u64,
}

impl ByHand {
    fn new(secrets: RecordSecrets) -> Self {
        Self { number: secrets.sequence_number(), secrets }
    }

    /// The key and the nonce of the next record.
    fn next(&mut self) -> (LessSafeKey, Nonce) {
        let algorithm = match self.secrets.cipher_suite() {
            CipherSuite::Aes128GcmSha256 => &AES_128_GCM,
            CipherSuite::Aes256GcmSha384 => &AES_256_GCM,
            _ => &CHACHA20_POLY1305,
        };
        let key = LessSafeKey::new(UnboundKey::new(algorithm, self.secrets.key()).unwrap());
        let mut nonce = <[u8; 12]>::try_from(self.secrets.iv()).unwrap();
        for (place, byte) in nonce[4..].iter_mut().zip(self.number.to_be_bytes()) {
            *place ^= byte;
        }
        self.number += 1;
        (key, Nonce::assume_unique_for_key(nonce))
    }

    fn seal(&mut self, content_type: u8, content: &[u8]) -> Vec<u8> {
        let mut body = [content, &[content_type]].concat();
        let length = u16::try_from(body.len() + 16).unwrap().to_be_bytes();
        let header = [APPLICATION_DATA, 3, 3, length[0], length[1]];
        let (key, nonce) = self.next();
        key.seal_in_place_append_tag(nonce, Aad::from(header), &mut body).unwrap();
        [&header[..], &body].concat()
    }

    /// The type and the content of a record.
    fn open(&mut self, record: &[u8]) -> (u8, Vec<u8>) {
        let (header, body) = record.split_at(5);
        let mut body = body.to_vec();
        let (key, nonce) = self.next();
        let opened = key.open_in_place(nonce, Aad::from(header), &mut body).unwrap();
        let (content_type, content) = opened.split_last().unwrap();
        (*content_type, content.to_vec())
    }

    /// Goes on to the next keys, behind a KeyUpdate.
    fn update(&mut self) {
        self.secrets.update().unwrap();
        self.number = self.secrets.sequence_number();
    }
}

/// A client and a server of this suite that have exchanged some records, also under new keys.
fn in_use(suite: CipherSuite) -> (MemoryEnd, MemoryEnd) {
    let configs = Configs::new(&Authority::new());
    let client = Arc::unwrap_or_clone(configs.client).with_cipher_suites(&[suite]).unwrap();
    let server = Arc::unwrap_or_clone(configs.server).with_cipher_suites(&[suite]).unwrap();
    let (mut client, mut server) =
        connected(&Configs { client: Arc::new(client), server: Arc::new(server) });
    let now = UnixTime::now();
    for round in 0..3 {
        let mut wire = Vec::new();
        if round == 1 {
            client.connection.start(now, Call::UpdateKey, &mut client.outbox).unwrap();
            client.run(now, &mut [], |bytes| wire.extend_from_slice(bytes));
        }
        client.write(now, b"question", |bytes| wire.extend_from_slice(bytes));
        assert_eq!(read(&mut server, &mut wire), (CallResult::Ok, b"question".to_vec()));
        server.write(now, b"answer", |bytes| wire.extend_from_slice(bytes));
        assert_eq!(read(&mut client, &mut wire), (CallResult::Ok, b"answer".to_vec()));
    }
    (client, server)
}

/// Reads from these records, all of which it takes.
fn read(end: &mut MemoryEnd, wire: &mut Vec<u8>) -> (CallResult, Vec<u8>) {
    let now = UnixTime::now();
    end.connection.start(now, Call::Read, &mut end.outbox).unwrap();
    loop {
        let (result, received) = end.run(now, wire, |_| ());
        let data = wire[received.data.clone()].to_vec();
        wire.drain(..received.consumed);
        end.connection.consume(data.len());
        if let Some(result) = result {
            assert!(wire.is_empty());
            return (result, data);
        }
        assert!(received.consumed > 0, "the read ends");
    }
}

#[test]
fn what_is_handed_over_seals_and_opens_what_the_other_end_opens_and_seals() {
    for suite in [
        CipherSuite::Aes128GcmSha256,
        CipherSuite::Aes256GcmSha384,
        CipherSuite::ChaCha20Poly1305Sha256,
    ] {
        for hands_over_client in [true, false] {
            let (client, server) = in_use(suite);
            let (one, mut other) =
                if hands_over_client { (client, server) } else { (server, client) };
            let HandedOver { sending, receiving, .. } =
                one.connection.hand_over(&one.outbox).unwrap();
            assert_eq!(sending.cipher_suite(), suite);
            assert_eq!((sending.most_content(), receiving.most_content()), (1 << 14, 1 << 14));
            assert!(sending.sequence_number() > 0 && receiving.sequence_number() > 0);
            let (mut sending, mut receiving) = (ByHand::new(sending), ByHand::new(receiving));

            let mut wire = sending.seal(APPLICATION_DATA, b"by hand");
            assert_eq!(read(&mut other, &mut wire), (CallResult::Ok, b"by hand".to_vec()));
            other.write(UnixTime::now(), b"by hyaline", |bytes| wire.extend_from_slice(bytes));
            let opened = receiving.open(&wire);
            assert_eq!(opened, (APPLICATION_DATA, b"by hyaline".to_vec()));

            // A key update, and data behind it.
            let mut wire = sending.seal(HANDSHAKE, &KEY_UPDATE);
            sending.update();
            assert_eq!(sending.number, 0);
            wire.extend(sending.seal(APPLICATION_DATA, b"under new keys"));
            assert_eq!(read(&mut other, &mut wire), (CallResult::Ok, b"under new keys".to_vec()));

            let mut wire = sending.seal(ALERT, &CLOSE_NOTIFY);
            assert_eq!(read(&mut other, &mut wire), (CallResult::EndOfStream, Vec::new()));
        }
    }
}

#[test]
fn how_many_records_a_key_may_still_protect_is_known() {
    let (client, _) = in_use(CipherSuite::Aes128GcmSha256);
    let HandedOver { sending, .. } = client.connection.hand_over(&client.outbox).unwrap();
    assert_eq!(sending.records_left() + sending.sequence_number(), 23_726_566);
}

#[test]
fn nothing_secret_is_shown() {
    let (client, _) = in_use(CipherSuite::Aes128GcmSha256);
    let handed_over = client.connection.hand_over(&client.outbox).unwrap();
    let shown = format!("{handed_over:?}");
    assert!(shown.contains("Aes128GcmSha256") && shown.contains(".."), "{shown}");
    for direction in [&handed_over.sending, &handed_over.receiving] {
        for secret in [direction.key(), direction.iv()] {
            let text = format!("{secret:?}");
            assert!(!shown.contains(text.trim_matches(['[', ']'])), "{shown}");
        }
    }
}

#[test]
fn a_stream_hands_its_socket_over_and_is_given_back_where_it_does_not_rest() {
    let Configs { client, server } = Configs::new(&Authority::new());
    let (first, second) = UnixStream::pair().unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let client = Stream::client(client, name, first).unwrap();
    let refused = client.hand_over().unwrap_err();
    assert_eq!(refused.reason(), &Unrest::NotConnected);
    let mut client = refused.into_inner();
    let server = thread::spawn(move || {
        let mut server = Stream::server(server, second).unwrap();
        server.write_all(b"two").unwrap();
        server.write_all(b"records").unwrap();
        server
    });
    client.handshake().unwrap();
    let mut server = server.join().unwrap();
    // The first record is opened, and as both have come, the second is received.
    assert_eq!(client.read(&mut [0]).unwrap(), 1);
    let refused = client.hand_over().unwrap_err();
    assert_eq!(refused.reason(), &Unrest::Unread);
    let mut client = refused.into_inner();
    assert_eq!(client.read(&mut [0; 10]).unwrap(), 2);
    let refused = client.hand_over().unwrap_err();
    assert_eq!(refused.reason(), &Unrest::Unopened);
    assert_eq!(
        refused.to_string(),
        "the connection does not rest: bytes are received that are not opened; read first"
    );
    let mut client = refused.into_inner();
    assert_eq!(client.read(&mut [0; 10]).unwrap(), 7);

    let (mut socket, HandedOver { sending, .. }) = client.hand_over().unwrap();
    let mut sending = ByHand::new(sending);
    socket.write_all(&sending.seal(APPLICATION_DATA, b"by hand")).unwrap();
    socket.write_all(&sending.seal(ALERT, &CLOSE_NOTIFY)).unwrap();
    let mut heard = String::new();
    server.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "by hand");
}

#[test]
fn a_stream_of_tokio_hands_its_transport_over() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
        let Configs { client, server } = Configs::new(&Authority::new());
        let (first, second) = duplex(1 << 14);
        let name = ServerName::try_from("localhost").unwrap();
        let client = hyaline::tokio::Connector::from(client).connect(name, first);
        let server = hyaline::tokio::Acceptor::from(server);
        let (client, server) = tokio::join!(client, server.accept(second));
        let (client, mut server) = (client.unwrap(), server.unwrap());
        let (mut transport, HandedOver { sending, .. }) = client.hand_over().unwrap();
        let mut sending = ByHand::new(sending);
        transport.write_all(&sending.seal(APPLICATION_DATA, b"by hand")).await.unwrap();
        transport.write_all(&sending.seal(ALERT, &CLOSE_NOTIFY)).await.unwrap();
        let mut heard = String::new();
        server.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "by hand");
    });
}
