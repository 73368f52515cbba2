//! A way to let somebody read the traffic: for debugging only.

/// Receives the secrets of every connection, so that a tool like Wireshark can decrypt a capture.
///
/// Whoever gets them can read and forge the whole connection. There is no variable of the
/// environment that turns this on: only a program that sets it has it.
///
/// The labels are those of the `SSLKEYLOGFILE` format (RFC 9850), such as
/// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`. A line of such a file is the label, `client_random` in
/// hexadecimal and `secret` in hexadecimal, with a space between them.
///
/// ```
/// use std::sync::Arc;
///
/// use hyaline::{ClientConfig, KeyLog, RootCertStore};
///
/// /// Writes lines of that format to standard error.
/// struct Lines;
///
/// impl KeyLog for Lines {
///     fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]) {
///         let hexadecimal = |bytes: &[u8]| -> String {
///             bytes.iter().map(|byte| format!("{byte:02x}")).collect()
///         };
///         eprintln!("{label} {} {}", hexadecimal(client_random), hexadecimal(secret));
///     }
/// }
///
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_key_log(Arc::new(Lines));
/// # drop(config);
/// ```
pub trait KeyLog: Send + Sync {
    /// Takes one secret. `client_random` tells the connections apart.
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]);
}
