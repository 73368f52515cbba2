//! Encrypted Client Hello (RFC 9849): the configurations that servers publish, the keys to them,
//! and the encryption itself. The handshake stands upon this module.
#![allow(dead_code, unused_imports, reason = "the handshake does not use the module yet")]

pub(crate) mod hpke;
