//! A provider that takes down every secret that it hands out.

use std::sync::{Arc, Mutex, MutexGuard};

use hyaline::NamedGroup;
use hyaline::crypto::{
    CryptoError, CryptoProvider, Exchanged, HashAlgorithm, KeyExchange, Ring, Secret, ring,
};

use crate::common::provider::as_ring_does;
use crate::memory::Masked;

/// ring, watched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watching(Arc<Mutex<Vec<Masked>>>);

impl Watching {
    /// What was handed out, each secret once, in the order in which it was first seen.
    pub(crate) fn secrets(&self) -> Vec<Masked> {
        self.seen().clone()
    }

    fn seen(&self) -> MutexGuard<'_, Vec<Masked>> {
        self.0.lock().unwrap()
    }

    fn take_down(&self, name: &str, secret: &[u8]) {
        let mut seen = self.seen();
        if !seen.iter().any(|known| known.is(secret)) {
            let count = seen.iter().filter(|known| known.name.starts_with(name)).count();
            seen.push(Masked::new(format!("{name} {count}"), secret));
        }
    }
}

/// A key exchange whose secret is taken down.
pub(crate) struct WatchedExchange(ring::KeyExchange, Watching);

impl KeyExchange for WatchedExchange {
    fn group(&self) -> NamedGroup {
        self.0.group()
    }

    fn share(&self) -> &[u8] {
        self.0.share()
    }

    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let secret = self.0.complete(peer_share)?;
        self.1.take_down("shared secret", secret.as_bytes());
        Ok(secret)
    }
}

impl CryptoProvider for Watching {
    type KeyExchange = WatchedExchange;
    type HashContext = ring::HashContext;
    type AeadKey = ring::AeadKey;

    fn groups(&self) -> &'static [NamedGroup] {
        Ring.groups()
    }

    as_ring_does!();

    fn start_exchange(&self, group: NamedGroup) -> Result<WatchedExchange, CryptoError> {
        Ok(WatchedExchange(Ring.start_exchange(group)?, self.clone()))
    }

    fn exchange(&self, group: NamedGroup, peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
        let exchanged = Ring.exchange(group, peer_share)?;
        self.take_down("shared secret", exchanged.secret.as_bytes());
        Ok(exchanged)
    }

    /// What is computed is told by its label, which is the third part of an expansion.
    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        Ring.hmac(algorithm, key, parts, tag)?;
        match parts {
            // Ours are sent, and so no secret.
            [_] if self.is_finished_key(key) => {}
            [_] => self.take_down("extracted", tag),
            // ring holds these; an iv is no secret without its key.
            [_, _, b"key" | b"iv", ..] => {}
            // The form for any length begins with the previous block.
            [_, _, _, b"tls13 ", label, ..] | [_, _, label, ..] => {
                self.take_down(&String::from_utf8_lossy(label), tag);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Watching {
    fn is_finished_key(&self, key: &[u8]) -> bool {
        self.seen().iter().any(|known| known.name.starts_with("finished") && known.is(key))
    }
}
