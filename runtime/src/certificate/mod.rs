//! Certificates and private keys: our own, and the judgement of the peer's
//! (RFC 9846 sections 4.5.1 and 4.5.2).

mod attached;
pub(crate) mod certificate_verify;
mod credential;
pub(crate) mod der;
mod distinguished_name;
mod extensions;
mod general_name;
mod identity;
mod name_constraints;
mod own_key;
mod path;
mod policies;
pub(crate) mod private_key;
pub(crate) mod public_key;
mod raw_identity;
mod revocation;
mod revocation_list;
pub(crate) mod rsassa_pss;
mod scope;
mod search;
mod serial_numbers;
mod signature;
mod status;
mod status_response;
mod time;
mod validation;
mod x509;

#[cfg(test)]
mod draft;
#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
pub(crate) mod pss_draft;
#[cfg(test)]
mod response_draft;
#[cfg(test)]
pub(crate) mod test_certificates;

pub(crate) use attached::Attached;
pub use attached::Staples;
pub(crate) use certificate_verify::Signer;
pub(crate) use credential::Credential;
pub(crate) use distinguished_name::{DistinguishedName, EncodedName, named};
pub use identity::Identity;
pub(crate) use path::{PeerKey, anchor};
pub(crate) use public_key::check_public_key;
pub use revocation::RevocationLists;
pub(crate) use validation::faults;
pub(crate) use x509::expiry;
