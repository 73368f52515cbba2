//! A provider that takes down every secret that it hands out.

use std::sync::{Arc, Mutex, MutexGuard};

use hyaline::NamedGroup;
use hyaline::crypto::{CryptoError, CryptoProvider, Exchanged, HashAlgorithm, KeyExchange, Secret};

use crate::common::provider::as_another_does;
use crate::memory::Masked;

/// A provider that is watched.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watching<P>(Arc<Mutex<Vec<Masked>>>, P);

impl<P> Watching<P> {
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
pub(crate) struct WatchedExchange<P: CryptoProvider>(P::KeyExchange, Watching<P>);

impl<P: CryptoProvider> KeyExchange for WatchedExchange<P> {
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

impl<P: CryptoProvider + Default> CryptoProvider for Watching<P> {
    type KeyExchange = WatchedExchange<P>;
    type HashContext = P::HashContext;
    type AeadKey = P::AeadKey;

    fn groups(&self) -> &'static [NamedGroup] {
        self.1.groups()
    }

    as_another_does!(P);

    fn start_exchange(&self, group: NamedGroup) -> Result<WatchedExchange<P>, CryptoError> {
        Ok(WatchedExchange(self.1.start_exchange(group)?, self.clone()))
    }

    fn exchange(&self, group: NamedGroup, peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
        let exchanged = self.1.exchange(group, peer_share)?;
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
        self.1.hmac(algorithm, key, parts, tag)?;
        match parts {
            // Ours are sent, and so no secret.
            [_] if self.is_finished_key(key) => {}
            [_] => self.take_down("extracted", tag),
            // The provider holds these; an iv is no secret without its key.
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

impl<P> Watching<P> {
    fn is_finished_key(&self, key: &[u8]) -> bool {
        self.seen().iter().any(|known| known.name.starts_with("finished") && known.is(key))
    }
}
