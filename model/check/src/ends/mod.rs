//! The endpoints of world *pair*: TLS by the table, and plain TCP.

pub mod plain_tcp;
pub mod sealed;
pub mod tls;
