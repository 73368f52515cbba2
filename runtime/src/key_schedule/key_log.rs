//! The names of secrets in a key log.

use core::fmt;

/// The name under which a secret appears in a key log (the format of `SSLKEYLOGFILE`, RFC 9850).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names)] // The names of the format.
pub(crate) enum KeyLogLabel {
    ClientEarlyTrafficSecret,
    ClientHandshakeTrafficSecret,
    ServerHandshakeTrafficSecret,
    /// With the generation: 0 before any KeyUpdate.
    ClientTrafficSecret(u64),
    /// With the generation: 0 before any KeyUpdate.
    ServerTrafficSecret(u64),
    ExporterSecret,
}

impl fmt::Display for KeyLogLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientEarlyTrafficSecret => formatter.write_str("CLIENT_EARLY_TRAFFIC_SECRET"),
            Self::ClientHandshakeTrafficSecret => {
                formatter.write_str("CLIENT_HANDSHAKE_TRAFFIC_SECRET")
            }
            Self::ServerHandshakeTrafficSecret => {
                formatter.write_str("SERVER_HANDSHAKE_TRAFFIC_SECRET")
            }
            Self::ClientTrafficSecret(generation) => {
                write!(formatter, "CLIENT_TRAFFIC_SECRET_{generation}")
            }
            Self::ServerTrafficSecret(generation) => {
                write!(formatter, "SERVER_TRAFFIC_SECRET_{generation}")
            }
            Self::ExporterSecret => formatter.write_str("EXPORTER_SECRET"),
        }
    }
}
