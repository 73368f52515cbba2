//! What a program may put in the place of ours: key exchanges and signers.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

mod common;

use std::sync::Arc;

use common::provider::as_another_does;
use common::{Authority, Pair};
use hyaline::crypto::{
    CryptoError, CryptoProvider, Exchanged, HashAlgorithm, KeyExchange, MAX_SHARED_SECRET_LENGTH,
    Ring, Secret, SigningKey, ring,
};
use hyaline::{
    Call, CallResult, ClientConfig, ConfigurationError, Error, Identity, NamedGroup, ServerConfig,
    SignatureScheme,
};

/// The number of X25519MLKEM768.
const HYBRID: NamedGroup = NamedGroup(0x11ec);
const ENCAPSULATION_KEY: usize = 1184;
const CIPHERTEXT: usize = 1088;
const HALF: usize = 32;

/// X25519 beside a key encapsulation that has the lengths of ML-KEM-768, and none of its strength:
/// its "ciphertext" is the secret, XORed with the key. So the server's share hangs on the client's.
#[derive(Clone, Debug)]
struct Hybrid {
    /// How long a shared secret is, in bytes.
    length: usize,
}

struct HybridExchange {
    classical: ring::KeyExchange,
    share: Vec<u8>,
    length: usize,
}

fn both(encapsulated: &[u8], classical: &Secret, length: usize) -> Secret {
    let secret: Vec<u8> =
        encapsulated.iter().chain(classical.as_bytes()).copied().cycle().take(length).collect();
    Secret::new(&secret)
}

fn exclusive_or(one: &[u8], other: &[u8]) -> Vec<u8> {
    one.iter().zip(other).map(|(one, other)| one ^ other).collect()
}

impl KeyExchange for HybridExchange {
    fn group(&self) -> NamedGroup {
        HYBRID
    }

    fn share(&self) -> &[u8] {
        &self.share
    }

    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        if peer_share.len() != CIPHERTEXT + HALF {
            return Err(CryptoError::BadPublicShare);
        }
        let (ciphertext, classical) = peer_share.split_at(CIPHERTEXT);
        let encapsulated = exclusive_or(&ciphertext[..HALF], &self.share[..HALF]);
        Ok(both(&encapsulated, &self.classical.complete(classical)?, self.length))
    }
}

impl CryptoProvider for Hybrid {
    type KeyExchange = HybridExchange;
    type HashContext = ring::HashContext;
    type AeadKey = ring::AeadKey;

    as_another_does!(Ring);

    fn groups(&self) -> &'static [NamedGroup] {
        &[HYBRID]
    }

    fn start_exchange(&self, group: NamedGroup) -> Result<HybridExchange, CryptoError> {
        if group != HYBRID {
            return Err(CryptoError::UnsupportedGroup);
        }
        let classical = Ring.start_exchange(NamedGroup::X25519)?;
        let mut share = vec![0; ENCAPSULATION_KEY];
        Ring.fill(&mut share)?;
        share.extend_from_slice(classical.share());
        Ok(HybridExchange { classical, share, length: self.length })
    }

    fn exchange(&self, _: NamedGroup, peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
        if peer_share.len() != ENCAPSULATION_KEY + HALF {
            return Err(CryptoError::BadPublicShare);
        }
        let (key, classical) = peer_share.split_at(ENCAPSULATION_KEY);
        let mut encapsulated = [0; HALF];
        Ring.fill(&mut encapsulated)?;
        let classical = Ring.exchange(NamedGroup::X25519, classical)?;
        let mut share = exclusive_or(&encapsulated, &key[..HALF]);
        share.resize(CIPHERTEXT, 0);
        share.extend_from_slice(&classical.share);
        Ok(Exchanged { share, secret: both(&encapsulated, &classical.secret, self.length) })
    }

    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        Ring.hmac(algorithm, key, parts, tag)
    }
}

/// A pair whose ends take shared secrets of these lengths.
fn hybrid_pair(client: usize, server: usize) -> Pair<Hybrid> {
    let authority = Authority::new();
    let client = ClientConfig::builder_with_provider(Hybrid { length: client })
        .with_root_certificates(authority.roots.clone())
        .with_no_client_auth();
    let server = ServerConfig::builder_with_provider(Hybrid { length: server })
        .with_no_client_auth()
        .with_single_cert(authority.chain.clone(), authority.key.clone_key())
        .unwrap();
    Pair::new(client, server)
}

#[test]
fn a_key_encapsulation_can_be_put_in() {
    for length in [64, 80, MAX_SHARED_SECRET_LENGTH] {
        let mut pair = hybrid_pair(length, length);
        pair.handshake();
        assert_eq!(pair.client.result, Some(CallResult::Ok), "{:?}", pair.client.connection);
        assert_eq!(pair.server.result, Some(CallResult::Ok), "{:?}", pair.server.connection);
        assert_eq!(pair.client.connection.group(), Some(HYBRID));
    }
}

#[test]
fn every_byte_of_a_long_shared_secret_counts() {
    let mut pair = hybrid_pair(64, 63);
    pair.handshake();
    assert_eq!(pair.client.connection.error(), Some(&Error::BadRecordMac));
}

#[test]
fn a_shared_secret_over_the_limit_is_an_error_and_is_not_cut() {
    let long = MAX_SHARED_SECRET_LENGTH + 1;
    for (client, server) in [(long, 64), (64, long)] {
        let mut pair = hybrid_pair(client, server);
        pair.handshake();
        let end = if client == long { &pair.client } else { &pair.server };
        assert_eq!(end.result, Some(CallResult::Error));
        assert!(matches!(end.connection.error(), Some(Error::Internal(_))), "{end:?}");
    }
}

/// Signs by another's hand, or not at all.
#[derive(Debug)]
struct Delegate {
    key: Arc<dyn SigningKey>,
    schemes: Vec<SignatureScheme>,
}

impl SigningKey for Delegate {
    fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.key.sign(scheme, message)
    }
}

#[test]
fn a_signer_of_ones_own_signs_for_server_and_client() {
    let authority = Authority::new();
    let identity = || {
        let key = Ring.load_key(&authority.key).unwrap();
        let schemes = key.schemes().to_vec();
        Identity::new(&Ring, authority.chain.clone(), Arc::new(Delegate { key, schemes })).unwrap()
    };
    let client = ClientConfig::builder()
        .with_root_certificates(authority.roots.clone())
        .with_client_identity(identity());
    let server = ServerConfig::builder()
        .with_client_auth_required(authority.roots.clone())
        .unwrap()
        .with_identity(identity());
    let mut pair = Pair::new(client, server);
    pair.handshake();
    assert_eq!(pair.client.result, Some(CallResult::Ok), "{:?}", pair.client.connection);
    assert_eq!(pair.server.result, Some(CallResult::Ok), "{:?}", pair.server.connection);
    assert_eq!(pair.server.connection.peer_certificates(), authority.chain);
    pair.client.start(Call::Close);
}

#[test]
fn a_signer_that_does_not_belong_to_its_certificate_is_refused() {
    let (one, other) = (Authority::new(), Authority::new());
    let refusal = |schemes: Option<Vec<SignatureScheme>>| {
        let key = Ring.load_key(&other.key).unwrap();
        let schemes = schemes.unwrap_or_else(|| key.schemes().to_vec());
        Identity::new(&Ring, one.chain.clone(), Arc::new(Delegate { key, schemes })).err()
    };
    assert_eq!(refusal(None), Some(ConfigurationError::KeyDoesNotMatch));
    let unable =
        Some(ConfigurationError::BadPrivateKey { reason: "it cannot sign anything".into() });
    assert_eq!(refusal(Some(Vec::new())), unable);
    assert_eq!(refusal(Some(vec![SignatureScheme::Ed25519])), unable);
}
