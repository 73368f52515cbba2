//! Who a server is, from files.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use hyaline::crypto::CryptoProvider;
use hyaline::{Identities, Identity};

use crate::support::{self, Failure};

/// Each certificate for its names, and the first for all others; with the OCSP responses for the
/// first ones, or for all.
pub(crate) fn load<P: CryptoProvider>(
    provider: &P,
    (certificates, keys, responses): (&[PathBuf], &[PathBuf], &[PathBuf]),
) -> Result<Identities, Failure> {
    if certificates.len() != keys.len() {
        return Err("each --cert needs its --key".into());
    }
    if responses.len() > certificates.len() {
        return Err("there are more --ocsp than --cert".into());
    }
    let mut identities = Identities::new();
    let responses = responses.iter().map(Some).chain(std::iter::repeat(None));
    for (number, ((certificate, key), response)) in
        certificates.iter().zip(keys).zip(responses).enumerate()
    {
        let key = provider.load_key(&support::private_key(key)?)?;
        let mut identity = Identity::new(provider, support::certificates(certificate)?, key)?;
        if let Some(path) = response {
            let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            identity = identity
                .with_staples(vec![bytes])
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let identity = Arc::new(identity);
        if number == 0 {
            identities = identities.otherwise(Arc::clone(&identity));
        }
        if certificates.len() > 1 {
            identities = identities
                .with_its_names(identity)
                .map_err(|error| format!("{}: {error}", certificate.display()))?;
        }
    }
    Ok(identities)
}
