//! The endpoints of world *pair*: TLS by the table, and the identity, which is plain TCP.

pub mod identity;
pub mod sealed;
pub mod tls;
