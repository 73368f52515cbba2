//! The roots that the operating system trusts.

use crate::{ConfigurationError, Error, RootCertStore};

impl RootCertStore {
    /// The roots that the operating system trusts, as they are now: from the key chain of macOS,
    /// the certificate store of Windows, and elsewhere from the files that OpenSSL looks into.
    /// Behind the feature `native-roots`.
    ///
    /// The environment variables `SSL_CERT_FILE` and `SSL_CERT_DIR` name others. What cannot be
    /// read among them is left out: such stores hold old certificates that are not well-formed.
    ///
    /// Reading takes milliseconds, or longer: do it once, and keep the configuration.
    ///
    /// ```
    /// use hyaline::{ClientConfig, RootCertStore};
    ///
    /// # fn main() -> Result<(), hyaline::Error> {
    /// let roots = match RootCertStore::native() {
    ///     Ok(roots) => roots,
    ///     Err(error) => {
    ///         // Such as: the system has no roots that can be read: ...
    ///         eprintln!("{error}");
    ///         RootCertStore::empty()
    ///     }
    /// };
    /// let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoNativeRoots`] where there is none that can be read, with what the
    /// system has said.
    pub fn native() -> Result<Self, Error> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = Self::empty();
        let (_, ignored) = roots.add_parsable_certificates(found.certs);
        if !roots.is_empty() {
            return Ok(roots);
        }
        let mut reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        if ignored > 0 {
            reasons.push(format!("{ignored} certificates that are not well-formed"));
        }
        if reasons.is_empty() {
            reasons.push("its stores are empty".to_owned());
        }
        Err(ConfigurationError::NoNativeRoots { reason: reasons.join("; ").into() }.into())
    }
}
