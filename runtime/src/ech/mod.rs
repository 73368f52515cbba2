//! Encrypted Client Hello (RFC 9849): the configurations that servers publish, the keys to them,
//! and the encryption itself. The handshake stands upon this module.

mod config_list;
pub(crate) mod hpke;
mod key;

pub(crate) use config_list::EchConfig;
pub use config_list::EchConfigList;
pub use key::EchKey;
pub(crate) use key::retry_configs;
