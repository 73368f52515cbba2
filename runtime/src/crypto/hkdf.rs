//! HKDF (RFC 5869) as TLS 1.3 uses it (RFC 9846 section 7.1), over a provider's HMAC.

use super::{CryptoError, CryptoProvider, Digest, HashAlgorithm};

/// What every label begins with.
const PREFIX: &[u8] = b"tls13 ";

const PREFIX_LENGTH: u8 = 6;

/// The longest label of an exporter, in bytes: the vector of 255 less the prefix.
pub(crate) const MAX_LABEL_LENGTH: usize = 255 - PREFIX.len();

/// A label of the key schedule. Short, so that deriving with it cannot fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    text: &'static str,
    length: u8,
}

impl Label {
    pub(crate) const CLIENT_EARLY_TRAFFIC: Self = Self::new("c e traffic", 11);
    pub(crate) const CLIENT_HANDSHAKE_TRAFFIC: Self = Self::new("c hs traffic", 12);
    pub(crate) const SERVER_HANDSHAKE_TRAFFIC: Self = Self::new("s hs traffic", 12);
    pub(crate) const CLIENT_APPLICATION_TRAFFIC: Self = Self::new("c ap traffic", 12);
    pub(crate) const SERVER_APPLICATION_TRAFFIC: Self = Self::new("s ap traffic", 12);
    pub(crate) const EXPORTER: Self = Self::new("exp master", 10);
    pub(crate) const RESUMPTION: Self = Self::new("res master", 10);
    pub(crate) const RESUMPTION_BINDER: Self = Self::new("res binder", 10);
    /// Of a key that both sides have by other means.
    pub(crate) const EXTERNAL_BINDER: Self = Self::new("ext binder", 10);
    /// Of a key that was imported (RFC 9258 section 4.1).
    pub(crate) const IMPORTED_BINDER: Self = Self::new("imp binder", 10);
    /// An imported key (RFC 9258 section 4.1).
    pub(crate) const IMPORT: Self = Self::new("derived psk", 11);
    pub(crate) const TICKET: Self = Self::new("resumption", 10);
    pub(crate) const DERIVED: Self = Self::new("derived", 7);
    pub(crate) const FINISHED: Self = Self::new("finished", 8);
    pub(crate) const TRAFFIC_UPDATE: Self = Self::new("traffic upd", 11);
    pub(crate) const KEY: Self = Self::new("key", 3);
    pub(crate) const IV: Self = Self::new("iv", 2);

    /// The label's text, without the prefix.
    pub(crate) const fn as_bytes(self) -> &'static [u8] {
        self.text.as_bytes()
    }

    pub(crate) const fn new(text: &'static str, length: u8) -> Self {
        Self { text, length }
    }
}

/// HKDF-Extract, into `output`, which is as long as the hash.
pub(crate) fn extract<P: CryptoProvider>(
    provider: &P,
    algorithm: HashAlgorithm,
    salt: &[u8],
    input: &[u8],
    output: &mut [u8],
) -> Result<(), CryptoError> {
    provider.hmac(algorithm, salt, &[input], output)
}

/// HKDF-Expand-Label, into an `output` of one hash at most: all that the key schedule ever needs.
///
/// # Errors
/// The provider fails, or `output` is longer.
pub(crate) fn expand_label<P: CryptoProvider>(
    provider: &P,
    algorithm: HashAlgorithm,
    secret: &[u8],
    label: Label,
    context: Option<&Digest>,
    output: &mut [u8],
) -> Result<(), CryptoError> {
    let length = u8::try_from(output.len()).map_err(|_| CryptoError::TooLong)?;
    let context = context.map_or(&[][..], Digest::as_bytes);
    let context_length = u8::try_from(context.len()).unwrap_or(u8::MAX);
    // HKDF-Expand's first block is HMAC(secret, info || 0x01).
    provider.hmac(
        algorithm,
        secret,
        &[
            &[0, length, PREFIX_LENGTH + label.length],
            PREFIX,
            label.text.as_bytes(),
            &[context_length],
            context,
            &[1],
        ],
        output,
    )
}

/// HKDF-Expand-Label with any label, context and output length that the format allows.
///
/// # Errors
/// [`CryptoError::TooLong`] when one of them exceeds it.
pub(crate) fn expand_label_long<P: CryptoProvider>(
    provider: &P,
    algorithm: HashAlgorithm,
    secret: &[u8],
    label: &[u8],
    context: &[u8],
    output: &mut [u8],
) -> Result<(), CryptoError> {
    let length = u16::try_from(output.len()).map_err(|_| CryptoError::TooLong)?.to_be_bytes();
    let label_length =
        u8::try_from(PREFIX.len() + label.len()).map_err(|_| CryptoError::TooLong)?;
    let context_length = u8::try_from(context.len()).map_err(|_| CryptoError::TooLong)?;
    let mut previous: &[u8] = &[];
    for (counter, block) in output.chunks_mut(algorithm.length()).enumerate() {
        let counter = u8::try_from(counter + 1).map_err(|_| CryptoError::TooLong)?;
        provider.hmac(
            algorithm,
            secret,
            &[
                previous,
                &length,
                &[label_length],
                PREFIX,
                label,
                &[context_length],
                context,
                &[counter],
            ],
            block,
        )?;
        previous = block;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Ring;

    const LABELS: [Label; 16] = [
        Label::CLIENT_HANDSHAKE_TRAFFIC,
        Label::SERVER_HANDSHAKE_TRAFFIC,
        Label::CLIENT_APPLICATION_TRAFFIC,
        Label::SERVER_APPLICATION_TRAFFIC,
        Label::EXPORTER,
        Label::RESUMPTION,
        Label::RESUMPTION_BINDER,
        Label::EXTERNAL_BINDER,
        Label::IMPORTED_BINDER,
        Label::IMPORT,
        Label::TICKET,
        Label::DERIVED,
        Label::FINISHED,
        Label::TRAFFIC_UPDATE,
        Label::KEY,
        Label::IV,
    ];

    #[test]
    fn every_label_states_its_length_and_fits_one_block_of_the_hash() {
        for label in LABELS {
            assert_eq!(usize::from(label.length), label.text.len(), "{}", label.text);
            assert!(label.length <= 12);
        }
    }

    #[test]
    fn the_short_form_equals_the_long_form() {
        for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
            let secret = [7; 32];
            let context = Ring.hash(algorithm, b"transcript").expect("a short text");
            for label in LABELS {
                let (mut short, mut long) = ([0; 32], [0; 32]);
                expand_label(&Ring, algorithm, &secret, label, Some(&context), &mut short)
                    .expect("a short label");
                let text = label.text.as_bytes();
                let context = context.as_bytes();
                expand_label_long(&Ring, algorithm, &secret, text, context, &mut long)
                    .expect("within the format");
                assert_eq!(short, long);
            }
        }
    }

    #[test]
    fn an_output_of_255_hashes_is_the_longest() {
        let secret = [7; 32];
        let mut output = vec![0; 255 * 32 + 1];
        let expand = |output: &mut [u8]| {
            expand_label_long(&Ring, HashAlgorithm::Sha256, &secret, b"label", b"", output)
        };
        assert_eq!(expand(&mut output), Err(CryptoError::TooLong));
        assert_eq!(expand(&mut output[..255 * 32]), Ok(()));
    }

    #[test]
    fn a_label_of_249_bytes_is_the_longest() {
        let secret = [7; 32];
        let label = [b'x'; MAX_LABEL_LENGTH + 1];
        let mut output = [0; 16];
        let mut expand = |label: &[u8]| {
            expand_label_long(&Ring, HashAlgorithm::Sha256, &secret, label, b"", &mut output)
        };
        assert_eq!(expand(&label), Err(CryptoError::TooLong));
        assert_eq!(expand(&label[..MAX_LABEL_LENGTH]), Ok(()));
    }
}
