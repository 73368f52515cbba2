//! Files in PEM.

use hyaline::crypto::CryptoProvider;
use hyaline::crypto::Ring;
use hyaline::{Error, Identity, RevocationLists, RootCertStore, pem};

use crate::memory;

/// Reads a file as each of the three things that it may hold, and uses what is found.
pub fn run(input: &[u8]) {
    memory::bounded(input, |input| {
        let chain = pem::certificates(input);
        if let Ok(chain) = &chain {
            let all: usize = chain.iter().map(|certificate| certificate.len()).sum();
            assert!(all <= input.len(), "more is decoded than was encoded");
            RootCertStore::empty().add_parsable_certificates(chain.iter().cloned());
        }
        let lists = pem::revocation_lists(input);
        for list in lists.iter().flatten() {
            let mut lists = RevocationLists::new();
            let is_added = lists.add(list).is_ok();
            assert_eq!(lists.len(), usize::from(is_added));
        }
        let key = pem::private_key(input);
        if let (Ok(chain), Ok(key)) = (chain, &key)
            && let Ok(key) = Ring.load_key(key)
        {
            let _ = Identity::new(&Ring, chain, key);
        }
        let refusals = [lists.map(drop), key.map(drop)].into_iter().filter_map(Result::err);
        for refusal in refusals {
            assert!(matches!(refusal, Error::Configuration(_)), "{refusal}");
        }
    });
}
