//! What a CertificateVerify signs (RFC 9846 section 4.5.2).

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
    fn context(self) -> &'static [u8] {
        match self {
            Self::Client => b"TLS 1.3, client CertificateVerify\0",
            Self::Server => b"TLS 1.3, server CertificateVerify\0",
        }
    }
}

/// The content that the signature covers: 64 spaces, the context string, a zero byte and the hash
/// of the transcript up to and including Certificate.
pub(crate) fn signed_content(signer: Signer, transcript_hash: &[u8]) -> Vec<u8> {
    [&[b' '; 64], signer.context(), transcript_hash].concat()
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
        let content = signed_content(Signer::Server, &[1; 32]);
        let hexadecimal: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hexadecimal, expected);
    }

    #[test]
    fn a_client_signs_other_content_than_a_server() {
        let (client, server) =
            (signed_content(Signer::Client, &[1; 32]), signed_content(Signer::Server, &[1; 32]));
        assert_eq!(client.len(), server.len());
        assert_ne!(client, server);
    }
}
