use super::*;
use crate::crypto::{CryptoProvider, Digest, Ring, Secret, Suite};
use crate::key_schedule::{HandshakeSecrets, TrafficKeys};
use crate::outbox::Outbox;

mod opening;
mod sealing;

const DATA: Content = Content::ApplicationData;
const FINISHED: Content = Content::Handshake(HandshakeType::Finished);

fn secrets(suite: Suite) -> HandshakeSecrets {
    let hellos = Digest::new(&[2; 32]).unwrap();
    HandshakeSecrets::new(&Ring, suite, None, &Secret::new(&[1; 32]), &hellos).unwrap()
}

fn keys(suite: Suite) -> TrafficKeys<Ring> {
    TrafficKeys::new(&Ring, secrets(suite).of(true)).expect("the right length")
}

/// A sealer and an opener of the handshake's epoch.
fn pair(suite: Suite) -> (Sealer<Ring>, Opener<Ring>) {
    let (mut sealer, mut opener) = (Sealer::new(), Opener::new());
    sealer.install(&Ring, secrets(suite).of(true)).unwrap();
    opener.install(&Ring, secrets(suite).of(true)).unwrap();
    (sealer, opener)
}

fn aes_pair() -> (Sealer<Ring>, Opener<Ring>) {
    pair(Suite::Aes128GcmSha256)
}

/// Splits and opens what stands first in `input`, and copies it.
fn receive(
    opener: &mut Opener<Ring>,
    input: &mut [u8],
) -> Result<(ContentType, Vec<u8>), RecordError> {
    match split(input, false)? {
        Split::Incomplete => panic!("bytes are missing"),
        Split::Record(record) => match opener.open(record, true)? {
            Opened::Content { content_type, plaintext } => Ok((content_type, plaintext.to_vec())),
            Opened::Unopened { may_be_rejected_early_data: true, .. } => {
                Ok((ContentType(0), Vec::new()))
            }
            Opened::Unopened { error, .. } => Err(error),
        },
    }
}

fn sealed(sealer: &mut Sealer<Ring>, content: Content, body: &[u8]) -> Vec<u8> {
    let mut outbox = Outbox::new();
    sealer.seal(&mut outbox, content, body).expect("a good record");
    outbox.bytes().to_vec()
}

/// Seals any inner plaintext, padding and all, as a peer might.
fn sealed_inner(suite: Suite, sequence: u64, inner: &[u8]) -> Vec<u8> {
    sealed_with_version(suite, sequence, [3, 3], inner)
}

fn sealed_with_version(
    suite: Suite,
    sequence: u64,
    [major, minor]: [u8; 2],
    inner: &[u8],
) -> Vec<u8> {
    use crate::crypto::AeadKey;
    let keys = keys(suite);
    let length = u16::try_from(inner.len() + TAG_LENGTH).expect("fits a header").to_be_bytes();
    let header = [23, major, minor, length[0], length[1]];
    let mut text = inner.to_vec();
    let tag = keys.key.seal(nonce(keys.iv(), sequence), &header, &mut text).expect("short");
    [&header[..], &text, &tag].concat()
}

fn receive_inner(inner: &[u8]) -> Result<(ContentType, Vec<u8>), RecordError> {
    let (_, mut opener) = aes_pair();
    receive(&mut opener, &mut sealed_inner(Suite::Aes128GcmSha256, 0, inner))
}
