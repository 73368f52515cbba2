//! Certificates and private keys: our own, and the judgement of the peer's
//! (RFC 9846 sections 4.5.1 and 4.5.2).

pub(crate) mod certificate_verify;
mod der;
mod identity;
mod path;
pub(crate) mod private_key;

#[cfg(test)]
pub(crate) mod test_certificates;

pub(crate) use certificate_verify::Signer;
pub use identity::Identity;
pub(crate) use path::PeerKey;
