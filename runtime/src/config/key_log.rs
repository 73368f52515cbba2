//! A way to let somebody read the traffic: for debugging only.

/// Receives the secrets of every connection, so that a tool like Wireshark can decrypt a capture.
///
/// Whoever gets them can read and forge the whole connection. There is no variable of the
/// environment that turns this on: only a program that sets it has it.
///
/// The labels are those of the `SSLKEYLOGFILE` format (RFC 9850), such as
/// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`. A line of such a file is the label, `client_random` in
/// hexadecimal and `secret` in hexadecimal, with a space between them.
pub trait KeyLog: Send + Sync {
    /// Takes one secret. `client_random` tells the connections apart.
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]);
}
