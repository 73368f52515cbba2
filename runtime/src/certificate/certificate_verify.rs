//! What a CertificateVerify signs (RFC 9846 section 4.5.2).

use crate::crypto::{Digest, MAX_HASH_LENGTH};

/// Who signs a CertificateVerify: each has a context string of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    /// The client.
    Client,
    /// The server.
    Server,
}

impl Signer {
    /// The context string, with the zero byte that ends it.
    fn context(self) -> &'static [u8; CONTEXT_LENGTH] {
        match self {
            Self::Client => b"TLS 1.3, client CertificateVerify\0",
            Self::Server => b"TLS 1.3, server CertificateVerify\0",
        }
    }
}

/// How many spaces stand in front.
const SPACES: usize = 64;

/// The length of both context strings.
const CONTEXT_LENGTH: usize = 34;

/// The content that the signature covers: 64 spaces, the context string, a zero byte and the hash
/// of the transcript up to and including Certificate.
pub(crate) struct SignedContent {
    bytes: [u8; SPACES + CONTEXT_LENGTH + MAX_HASH_LENGTH],
    length: usize,
}

impl SignedContent {
    pub(crate) fn new(signer: Signer, transcript_hash: &Digest) -> Self {
        let mut bytes = [b' '; SPACES + CONTEXT_LENGTH + MAX_HASH_LENGTH];
        let written = signer.context().iter().chain(transcript_hash.as_bytes());
        let mut length = SPACES;
        for (place, byte) in bytes.iter_mut().skip(SPACES).zip(written) {
            *place = *byte;
            length += 1;
        }
        Self { bytes, length }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_content_is_that_of_the_rfcs_example() {
        // RFC 9846 section 4.5.2: a server's, for a hash of 32 bytes of 01.
        let expected = concat!(
            "2020202020202020202020202020202020202020202020202020202020202020",
            "2020202020202020202020202020202020202020202020202020202020202020",
            "544c5320312e332c207365727665722043657274696669636174655665726966",
            "79",
            "00",
            "0101010101010101010101010101010101010101010101010101010101010101",
        );
        let content = SignedContent::new(Signer::Server, &Digest::new(&[1; 32]).unwrap());
        let hexadecimal: String =
            content.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hexadecimal, expected);
    }

    #[test]
    fn a_client_signs_other_content_than_a_server() {
        let hash = Digest::new(&[1; MAX_HASH_LENGTH]).unwrap();
        let [client, server] =
            [Signer::Client, Signer::Server].map(|signer| SignedContent::new(signer, &hash));
        assert_eq!(client.as_bytes().len(), client.bytes.len());
        assert!(client.as_bytes().ends_with(hash.as_bytes()));
        assert_ne!(client.as_bytes(), server.as_bytes());
    }
}
