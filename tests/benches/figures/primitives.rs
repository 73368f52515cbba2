//! What ring needs for the work that nobody can do without.

use std::hint::black_box;

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
};
use ring::{digest, hmac};

/// The length of AES-GCM's tag.
pub(crate) const TAG: usize = 16;

/// A key for records.
pub(crate) struct Aead {
    key: LessSafeKey,
    sequence: u64,
}

impl Aead {
    pub(crate) fn new() -> Self {
        let key = UnboundKey::new(&AES_128_GCM, &[7; 16]).unwrap();
        Self { key: LessSafeKey::new(key), sequence: 0 }
    }

    /// Begins at the first record again.
    pub(crate) fn rewind(&mut self) {
        self.sequence = 0;
    }

    fn nonce(&mut self) -> Nonce {
        let mut nonce = [9; 12];
        nonce[4..].copy_from_slice(&self.sequence.to_be_bytes());
        self.sequence += 1;
        Nonce::assume_unique_for_key(nonce)
    }

    /// Seals all of `record` but the place of its tag, with five bytes of a header.
    pub(crate) fn seal(&mut self, record: &mut [u8]) {
        let nonce = self.nonce();
        let (text, place) = record.split_at_mut(record.len() - TAG);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from([23, 3, 3, 0, 0]), text);
        place.copy_from_slice(tag.unwrap().as_ref());
    }

    /// Opens a record.
    pub(crate) fn open(&mut self, record: &mut [u8]) {
        let nonce = self.nonce();
        let opened = self.key.open_in_place(nonce, Aad::from([23, 3, 3, 0, 0]), record);
        black_box(opened.unwrap());
    }
}

/// HMACs of one side's key schedule (RFC 9846 section 7.1): three extractions, seven derived
/// secrets, the two Finished with their keys, and four pairs of key and iv.
const HMACS: usize = 3 + 7 + 2 * 2 + 4 * 2;

/// HMACs of one side that a session adds: the binder with its two keys, the resumption secret, and
/// the key of a ticket.
const HMACS_OF_A_SESSION: usize = 5;

/// Checks of signatures by a client: its server's certificate, and its CertificateVerify.
const VERIFICATIONS: usize = 2;

/// What both sides of a handshake cannot do without.
pub(crate) struct Handshake {
    random: SystemRandom,
    peer_share: Vec<u8>,
    key: EcdsaKeyPair,
    message: [u8; 130],
    signature: Vec<u8>,
    hmac: hmac::Key,
    aead: Aead,
    /// Bytes of all messages, as many as the transcript has.
    transcript: Vec<u8>,
}

impl Handshake {
    /// For handshakes whose messages have so many bytes.
    pub(crate) fn new(transcript: usize) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap();
        let message = [b' '; 130];
        let signature = key.sign(&random, &message).unwrap().as_ref().to_vec();
        let peer = EphemeralPrivateKey::generate(&X25519, &random).unwrap();
        Self {
            peer_share: peer.compute_public_key().unwrap().as_ref().to_vec(),
            hmac: hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]),
            random,
            key,
            message,
            signature,
            aead: Aead::new(),
            transcript: vec![5; transcript],
        }
    }

    /// What both sides do: random bytes, a key pair, the agreement, the transcript, the key
    /// schedule, and the records, of which one side seals what the other opens.
    fn common(&mut self) {
        let mut random = [0; 32];
        ring::rand::SecureRandom::fill(&self.random, &mut random).unwrap();
        let share = EphemeralPrivateKey::generate(&X25519, &self.random).unwrap();
        black_box(share.compute_public_key().unwrap());
        let peer = UnparsedPublicKey::new(&X25519, &self.peer_share);
        agree_ephemeral(share, &peer, |secret| black_box(secret.len())).unwrap();
        black_box(digest::digest(&digest::SHA256, &self.transcript));
        for _ in 0..HMACS {
            black_box(hmac::sign(&self.hmac, &random));
        }
        self.aead.seal(&mut self.transcript);
    }

    /// What a client does.
    pub(crate) fn client(&mut self) {
        self.common();
        let key = ring::signature::UnparsedPublicKey::new(
            &ECDSA_P256_SHA256_ASN1,
            self.key.public_key().as_ref(),
        );
        for _ in 0..VERIFICATIONS {
            key.verify(&self.message, &self.signature).unwrap();
        }
    }

    /// What a server does, with one signature.
    pub(crate) fn server(&mut self) {
        self.common();
        black_box(self.key.sign(&self.random, &self.message).unwrap());
    }

    /// What either side does in a handshake that resumes a session, with a ticket for the next.
    pub(crate) fn resumed(&mut self) {
        self.common();
        for _ in 0..HMACS_OF_A_SESSION {
            black_box(hmac::sign(&self.hmac, &[1; 32]));
        }
        self.aead.seal(&mut self.message);
    }

    /// The same of a handshake that resumes a session.
    pub(crate) fn describe_resumed(&self) -> String {
        format!(
            "both: 32 random bytes, X25519 key pair and agreement, SHA-256 and AES-128-GCM over {} \
             bytes,\n  AES-128-GCM over a ticket of {} bytes, {} HMACs",
            self.transcript.len(),
            self.message.len(),
            HMACS + HMACS_OF_A_SESSION,
        )
    }

    /// What it consists of, in words.
    pub(crate) fn describe(&self) -> String {
        format!(
            "both: 32 random bytes, X25519 key pair and agreement, SHA-256 and AES-128-GCM over {} \
             bytes, {HMACS} HMACs;\n  client: {VERIFICATIONS} P-256 verifications; server: 1 P-256 \
             signature",
            self.transcript.len()
        )
    }
}
